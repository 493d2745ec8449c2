// Any bytes are a workbook, or a part of one: its rows are read or refused, in bounded time, and are text.
//
// The first byte says which part of which kind of workbook the rest is, so that not every input is lost at the first
// checksum of a container.
#include <gsf/gsf-outfile-msole.h>
#include <gsf/gsf-output-memory.h>
#include <gsf/gsf-utils.h>
#include <zip.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "collect/workbook.h"

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

std::string zipped(const Parts& parts) {
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* memory = zip_source_buffer_create(nullptr, 0, 0, &problem);
  zip_source_keep(memory);
  zip_t* archive = zip_open_from_source(memory, ZIP_TRUNCATE, &problem);
  for (const auto& [name, content] : parts) {
    const zip_int64_t index =
        zip_file_add(archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0), 0);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
  }
  zip_close(archive);
  zip_source_open(memory);
  zip_stat_t stat;
  zip_source_stat(memory, &stat);
  std::string bytes(stat.size, '\0');
  zip_source_read(memory, bytes.data(), bytes.size());
  zip_source_close(memory);
  zip_source_free(memory);
  return bytes;
}

void read_xlsx(const std::string& bytes) {
  Spool spool;
  CHECK(spool.add(bytes).ok());
  auto archive = ZipArchive::open(spool);
  if (archive) read_all(open_xlsx(std::move(*archive), limits));
}

// The records of an .xls in the container that they come in.
std::string contained(const std::string& records) {
  gsf_init();
  GsfOutput* memory = gsf_output_memory_new();
  GsfOutfile* file = gsf_outfile_msole_new(memory);
  GsfOutput* workbook = gsf_outfile_new_child(file, "Workbook", FALSE);
  gsf_output_write(workbook, records.size(), reinterpret_cast<const guint8*>(records.data()));
  gsf_output_close(workbook);
  g_object_unref(workbook);
  gsf_output_close(GSF_OUTPUT(file));
  g_object_unref(file);
  std::string bytes(reinterpret_cast<const char*>(gsf_output_memory_get_bytes(GSF_OUTPUT_MEMORY(memory))),
                    static_cast<size_t>(gsf_output_size(memory)));
  g_object_unref(memory);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Parts parts = whole_parts();
  const size_t what = data[0] % (parts.size() + 4);
  if (what < parts.size()) {
    parts[what].second = bytes;
    read_xlsx(zipped(parts));
  } else if (what == parts.size()) {
    read_xlsx(bytes);
  } else if (what == parts.size() + 1) {
    Spool spool;
    CHECK(spool.add(bytes).ok());
    read_all(open_xml_workbook(spool, limits));
  } else {
    const bool in_container = what == parts.size() + 2;
    read_all(open_xls(std::make_unique<MemoryStream>(in_container ? contained(bytes) : bytes), limits));
  }
  return 0;
}
