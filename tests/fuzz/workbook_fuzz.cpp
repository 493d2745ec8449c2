// Any bytes are a workbook, or a part of one: its rows are read or refused, in bounded time, and are text.
//
// The first byte says which part of which kind of workbook the rest is, so that not every input is lost at the first
// checksum of a container.
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "collect/workbook.h"
#include "collect/workbook_writing.h"

namespace {

using namespace sociometer;
using namespace sociometer::collect;

constexpr csv::Limits small_rows{.field = 4096, .row = 16384, .columns = 256};
constexpr WorkbookLimits limits{.part = 1 << 20, .shared_texts = 1 << 20, .old_workbook = 4 << 20, .row = small_rows};

void read_all(Result<std::unique_ptr<Workbook>> workbook) {
  if (!workbook) {
    CHECK(!workbook.error().message.empty() && is_utf8(workbook.error().message));
    return;
  }
  constexpr size_t most_sheets = 8;
  for (size_t sheet = 0; sheet < std::min((*workbook)->sheets().size(), most_sheets); ++sheet) {
    auto rows = (*workbook)->open(sheet);
    if (!rows) continue;
    csv::Row row;
    while (true) {
      auto more = (*rows)->next(row);
      if (!more) CHECK(!more.error().message.empty());
      if (!more || !*more) break;
      CHECK(row.line > 0 && row.cells.size() <= small_rows.columns + 1);
    }
  }
}

using Parts = std::vector<std::pair<std::string, std::string>>;

// The parts of a workbook that is whole but for the one that is fuzzed.
Parts whole_parts() {
  return {{"_rels/.rels",
           "<Relationships><Relationship Id=\"r\" Type=\"t/officeDocument\" Target=\"xl/workbook.xml\"/>"
           "</Relationships>"},
          {"xl/workbook.xml",
           "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
          {"xl/_rels/workbook.xml.rels",
           "<Relationships><Relationship Id=\"rId1\" Type=\"t/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
           "</Relationships>"},
          {"xl/styles.xml",
           "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy\"/></numFmts><cellXfs><xf numFmtId=\"0\"/>"
           "<xf numFmtId=\"170\"/></cellXfs></styleSheet>"},
          {"xl/sharedStrings.xml", "<sst><si><t>shared</t></si></sst>"},
          {"xl/worksheets/sheet1.xml",
           "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c s=\"1\"><v>4.5</v></c></row>"
           "</sheetData></worksheet>"}};
}

void read_xlsx(const std::string& bytes) {
  Spool spool;
  CHECK(spool.add(bytes).ok());
  auto archive = ZipArchive::open(spool);
  if (archive) read_all(open_xlsx(std::move(*archive), limits));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Parts parts = whole_parts();
  const size_t what = data[0] % (parts.size() + 4);
  if (what < parts.size()) {
    parts[what].second = bytes;
    read_xlsx(zipped(parts, 0, ZIP_CM_STORE));
  } else if (what == parts.size()) {
    read_xlsx(bytes);
  } else if (what == parts.size() + 1) {
    Spool spool;
    CHECK(spool.add(bytes).ok());
    read_all(open_xml_workbook(spool, limits));
  } else {
    const bool in_container = what == parts.size() + 2;
    read_all(open_xls(std::make_unique<MemoryStream>(in_container ? XlsWriter::contained(bytes) : bytes), limits));
  }
  return 0;
}
