// Files that were made to do harm. Each is refused with a sentence, or read, and neither takes much memory.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <zlib.h>

#include <fstream>

#include "collect/importing.h"
#include "collect/workbook_writing.h"

namespace sociometer::collect {
namespace {

using ::testing::HasSubstr;

constexpr size_t mebibyte = 1 << 20;

std::string tweet(int id, const std::string& text) {
  return fmt::format("{0},https://twitter.com/brand/status/{0},{1},2019-01-01 10:00 +0000,10.0,2\n", id, text);
}

// The most memory that the process held since the last call of `forget`, in bytes; 0 where the system does not say.
class Peak {
 public:
  Peak() {
    std::ofstream("/proc/self/clear_refs") << "5";
    before_ = now();
  }
  size_t grown() const { return now() - std::min(now(), before_); }

 private:
  static size_t now() {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line)) {
      if (line.starts_with("VmHWM:")) return static_cast<size_t>(std::atoll(line.c_str() + 6)) << 10;
    }
    return 0;
  }
  size_t before_ = 0;
};

// Under a sanitizer memory that is given back is not.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_told = false;
#else
constexpr bool memory_is_told = true;
#endif

// A stream that packs `times` repetitions of `piece` as they are written.
std::string packed_repeatedly(const std::string& head, const std::string& piece, int times, int window_bits) {
  z_stream zlib = {};
  deflateInit2(&zlib, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string packed, out(mebibyte, '\0');
  const auto put = [&](const std::string& text, int flush) {
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    zlib.avail_in = static_cast<uInt>(text.size());
    do {
      zlib.next_out = reinterpret_cast<Bytef*>(out.data());
      zlib.avail_out = static_cast<uInt>(out.size());
      deflate(&zlib, flush);
      packed.append(out, 0, out.size() - zlib.avail_out);
    } while (zlib.avail_out == 0);
  };
  put(head, Z_NO_FLUSH);
  for (int i = 0; i < times; ++i) put(piece, Z_NO_FLUSH);
  put({}, Z_FINISH);
  deflateEnd(&zlib);
  return packed;
}

std::string little(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i);
  return text;
}

// An archive whose directory names the same packed bytes again and again.
std::string overlapping_zip(const std::string& packed, uint32_t crc, uint64_t size, int times) {
  const std::string name = "a.csv";
  const std::string fields = little(20, 2) + little(0, 2) + little(8, 2) + little(0, 4) + little(crc, 4) +
                             little(packed.size(), 4) + little(size, 4) + little(name.size(), 2) + little(0, 2);
  std::string bytes = "PK\x03\x04" + fields + name + packed;
  const size_t directory = bytes.size();
  for (int i = 0; i < times; ++i) {
    bytes += "PK\x01\x02" + little(20, 2) + fields + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) +
             little(0, 4) + name;
  }
  const size_t directory_bytes = bytes.size() - directory;
  return bytes + "PK\x05\x06" + little(0, 4) + little(static_cast<uint64_t>(times), 2) +
         little(static_cast<uint64_t>(times), 2) + little(directory_bytes, 4) + little(directory, 4) + little(0, 2);
}

class Attack : public ::testing::Test {
 protected:
  void expect_refused(const FileReport& file, const std::string& sentence_part) {
    ASSERT_TRUE(file.error) << file.path << " was taken";
    EXPECT_THAT(file.error->message, HasSubstr(sentence_part));
    EXPECT_EQ(file.error->message.find('\n'), std::string::npos) << file.error->message;
    EXPECT_LT(file.error->message.size(), 1000U);
    EXPECT_EQ(here.count("batches"), 0);
  }
  void expect_little_memory(const Peak& peak, size_t most) {
    if (memory_is_told) {
      EXPECT_LT(peak.grown(), most);
    }
  }

  Importing here;
};

const std::string laughs = [] {
  std::string text = "<!DOCTYPE lolz [<!ENTITY lol0 \"lol\">";
  for (int i = 1; i < 12; ++i) {
    text += fmt::format("<!ENTITY lol{} \"", i);
    for (int k = 0; k < 10; ++k) text += fmt::format("&lol{};", i - 1);
    text += "\">";
  }
  return text + "]>";
}();
const std::string outside = "<!DOCTYPE r [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";

std::vector<std::pair<std::string, std::string>> workbook_parts() {
  return {{"_rels/.rels",
           "<Relationships><Relationship Id=\"r\" Type=\"t/officeDocument\" Target=\"xl/workbook.xml\"/>"
           "</Relationships>"},
          {"xl/workbook.xml",
           "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"},
          {"xl/_rels/workbook.xml.rels",
           "<Relationships><Relationship Id=\"rId1\" Type=\"t/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
           "</Relationships>"},
          {"xl/styles.xml", "<styleSheet/>"},
          {"xl/sharedStrings.xml", "<sst><si><t>&lol9;&e;</t></si></sst>"},
          {"xl/worksheets/sheet1.xml",
           "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>"}};
}

TEST_F(Attack, EntitiesInAWorkbookAreNeverResolved) {
  const Peak peak;
  for (const std::string& type : {laughs, outside}) {
    for (size_t part = 0; part < workbook_parts().size(); ++part) {
      auto parts = workbook_parts();
      parts[part].second = "<?xml version=\"1.0\"?>" + type + parts[part].second;
      const FileReport report = here.import_text("laughs.xlsx", zipped(parts));
      expect_refused(report, "document type declaration");
      EXPECT_EQ(report.error->message.find("root:"), std::string::npos);
    }
    const std::string sheet =
        "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"a\">"
        "<Table><Row><Cell><Data ss:Type=\"String\">&lol9;&e;</Data></Cell></Row></Table>"
        "</Worksheet></Workbook>";
    expect_refused(here.import_text("laughs.xls", "<?xml version=\"1.0\"?>" + type + sheet), "document type");
  }
  // Without a declaration an entity is the letters that it is written with.
  EXPECT_TRUE(here.import_text("undeclared.xlsx", zipped(workbook_parts())).error);
  expect_little_memory(peak, 64 * mebibyte);
}

TEST_F(Attack, XmlWithoutEndIsRefused) {
  auto parts = workbook_parts();
  const Peak peak;
  std::string deep = "<worksheet><sheetData><row r=\"1\">";
  for (int i = 0; i < 200'000; ++i) deep += "<c>";
  parts.back().second = deep;
  EXPECT_TRUE(here.import_text("deep.xlsx", zipped(parts)).error);
  parts.back().second = "<worksheet " + std::string(8 * mebibyte, 'a');
  EXPECT_TRUE(here.import_text("tag.xlsx", zipped(parts)).error);
  parts.back().second = "<worksheet><!-- " + std::string(32 * mebibyte, 'a');
  EXPECT_TRUE(here.import_text("comment.xlsx", zipped(parts)).error);
  EXPECT_EQ(here.count("batches"), 0);
  expect_little_memory(peak, 256 * mebibyte);
}

TEST_F(Attack, ACellOfTenMegabytes) {
  const std::string huge(10 * mebibyte, 'x');
  const std::string text =
      tweet_header + tweet(1, "good") + tweet(2, huge) + tweet(3, "\"" + huge + "\"") + tweet(4, "good");
  const Peak peak;
  const FileReport report = here.import_text("huge.csv", text);
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(report.rows_accepted, 2);
  EXPECT_EQ(report.rows_rejected, 2);
  for (const facts::Reject& reject : report.rejects) EXPECT_LT(reject.text.size(), 1000U);
  expect_little_memory(peak, 96 * mebibyte);

  WrittenSheet sheet{"a",
                     {{"Tweet id", "Tweet permalink", "Tweet text", "time", "impressions", "likes"},
                      {"1", "https://twitter.com/brand/status/1", huge, "2019-01-01 10:00 +0000", "1", "2"}}};
  for (const std::string& bytes : {to_xlsx({sheet}), to_xml_workbook({sheet}), XlsWriter().write({sheet})}) {
    const FileReport workbook = here.import_text("huge.xlsx", bytes);
    EXPECT_EQ(workbook.rows_accepted, 0);
    if (workbook.error) {
      EXPECT_EQ(workbook.error->message.find('\n'), std::string::npos);
    }
  }
}

TEST_F(Attack, AMillionColumns) {
  const Peak peak;
  std::string header = "Tweet id,Tweet permalink,Tweet text,time,impressions,likes", row = "1,2,3,4,5,6";
  for (int i = 0; i < 1'000'000; ++i) {
    header += ",c";
    row += ",1";
  }
  expect_refused(here.import_text("wide.csv", header + "\n" + row + "\n"), "");
  std::string cells;
  for (int i = 0; i < 1'000'000; ++i) cells += "<c><v>1</v></c>";
  auto parts = workbook_parts();
  parts.back().second = "<worksheet><sheetData><row>" + cells + "</row></sheetData></worksheet>";
  expect_refused(here.import_text("wide.xlsx", zipped(parts)), "");
  parts.back().second = "<worksheet><sheetData><row><c r=\"ZZZZZZZZZ1\"><v>1</v></c></row></sheetData></worksheet>";
  expect_refused(here.import_text("far.xlsx", zipped(parts)), "");
  expect_refused(here.import_text("wide.xls",
                                  "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet><Table>"
                                  "<Row><Cell ss:Index=\"16000000\"><Data ss:Type=\"Number\">1</Data></Cell></Row>"
                                  "</Table></Worksheet></Workbook>"),
                 "");
  expect_little_memory(peak, 256 * mebibyte);
}

TEST_F(Attack, GzipThatUnpacksWithoutEnd) {
  constexpr int gzip = 16 + MAX_WBITS;
  const std::string bomb = packed_repeatedly(tweet_header, std::string(mebibyte, ' '), 400, gzip);
  const Peak peak;
  expect_refused(here.import_text("bomb.csv.gz", bomb), "300 times its size");
  // Line after line of rows is no better.
  std::string rows;
  for (int i = 0; rows.size() < mebibyte; ++i) rows += ",,,,,\n";
  expect_refused(here.import_text("rows.csv.gz", packed_repeatedly(tweet_header, rows, 400, gzip)), "300 times");
  expect_little_memory(peak, 96 * mebibyte);
}

TEST_F(Attack, AZipWhoseFilesShareTheirBytes) {
  // Each unpacks to as much as one may; a thousand of them would take hours.
  const std::string head = tweet_header, piece(mebibyte, ' ');
  constexpr int times = 200;
  uLong crc = crc32(0, reinterpret_cast<const Bytef*>(head.data()), static_cast<uInt>(head.size()));
  for (int i = 0; i < times; ++i) crc = crc32(crc, reinterpret_cast<const Bytef*>(piece.data()), mebibyte);
  const std::string packed = packed_repeatedly(head, piece, times, -MAX_WBITS);
  const std::string bytes = overlapping_zip(packed, static_cast<uint32_t>(crc), head.size() + times * mebibyte, 1000);
  const Peak peak;
  const ImportReport report = here.import({here.write("shared.zip", bytes)});
  ASSERT_FALSE(report.files.empty());
  EXPECT_LT(report.files.size(), 5U);
  for (const FileReport& file : report.files) EXPECT_TRUE(file.error) << file.path;
  EXPECT_THAT(report.files.back().error->message, HasSubstr("archive"));
  EXPECT_EQ(here.count("batches"), 0);
  expect_little_memory(peak, 96 * mebibyte);
}

TEST_F(Attack, ArchivesInArchivesAreNotOpened) {
  std::string bytes = zipped({{"a.csv", tweet_header + tweet(1, "text")}});
  for (int depth = 0; depth < 50; ++depth) bytes = zipped({{"inner.zip", bytes}});
  expect_refused(here.import_text("deep.zip", bytes), "archive inside an archive");
}

TEST_F(Attack, NamesInArchivesLeadNowhere) {
  const std::string rows = tweet_header + tweet(1, "text");
  const std::string absolute = (here.directory() / "absolute.csv").string();
  const std::string bytes = zipped({{absolute, rows},
                                    {"../../up.csv", rows},
                                    {"a/../../sociometer_mixed.csv", rows},
                                    {"C:\\Windows\\sociometer.csv", rows},
                                    {"line\nbreak\x1b[2J.csv", rows}});
  const ImportReport report = here.import({here.write("names.zip", bytes)});
  ASSERT_EQ(report.files.size(), 5U);
  for (const FileReport& file : report.files) {
    EXPECT_FALSE(file.error);
    EXPECT_EQ(file.path.find_first_of("\n\x1b"), std::string::npos);
  }
  for (const std::filesystem::path& place : {here.directory(), here.directory().parent_path()}) {
    for (const char* name : {"absolute.csv", "up.csv"}) EXPECT_FALSE(std::filesystem::exists(place / name));
  }
  EXPECT_FALSE(std::filesystem::exists(here.directory() / "sociometer_mixed.csv"));
  // A link in an archive is a file that holds a path.
  const std::string link = zipped({{"link.csv", "/etc/passwd"}}, (S_IFLNK | 0777U) << 16);
  const ImportReport linked = here.import({here.write("link.zip", link)});
  ASSERT_EQ(linked.files.size(), 1U);
  ASSERT_TRUE(linked.files[0].error);
  EXPECT_EQ(linked.files[0].error->message.find("root:"), std::string::npos);
}

TEST_F(Attack, LinksInDirectoriesEndSomewhere) {
  const std::filesystem::path folder = here.directory() / "files";
  here.write("good.csv", tweet_header + tweet(1, "text"));
  std::filesystem::create_directory_symlink(folder, folder / "loop");
  std::filesystem::create_symlink(folder / "loops", folder / "loops");
  std::filesystem::create_symlink(folder / "nowhere", folder / "broken");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const ImportReport report = here.import({folder.string()});
  ASSERT_EQ(report.files.size(), 4U);
  int taken = 0;
  for (const FileReport& file : report.files) {
    if (!file.error) ++taken;
    if (file.error) {
      EXPECT_THAT(file.error->message, HasSubstr("no ordinary file")) << file.path;
    }
  }
  EXPECT_EQ(taken, 1);
}

// The sectors of an .xls form chains: each entry of the table that links them made to lead back, on, and out.
TEST_F(Attack, AnXlsWhoseChainsAreBroken) {
  WrittenSheet sheet{"a", {{"Tweet id", "Tweet permalink", "Tweet text", "time", "impressions", "likes"}}};
  for (int i = 0; i < 300; ++i) {
    sheet.rows.push_back({std::to_string(i), "https://twitter.com/brand/status/1", std::string(60, 'x'),
                          "2019-01-01 10:00 +0000", "1", "2"});
  }
  const std::string whole = XlsWriter().write({sheet});
  ASSERT_GT(whole.size(), 20'000U);
  const auto long_at = [](const std::string& bytes, size_t at) {
    uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
  };
  const size_t sector = size_t{1} << (static_cast<uint8_t>(whole[30]) | static_cast<uint8_t>(whole[31]) << 8);
  const size_t table = 512 + long_at(whole, 76) * sector;
  const Peak peak;
  for (size_t entry = 0; entry < 40; ++entry) {
    for (uint32_t value : {0U, static_cast<uint32_t>(entry), 1'000'000U, 0xFFFFFFFDU, 0xFFFFFFFEU}) {
      std::string broken = whole;
      std::memcpy(broken.data() + table + entry * 4, &value, sizeof value);
      const FileReport report = here.import_text("broken.xls", broken);
      if (report.error) {
        EXPECT_EQ(report.error->message.find('\n'), std::string::npos);
      }
      EXPECT_EQ(report.rows_read, report.rows_accepted + report.rows_rejected + report.rows_ignored);
    }
  }
  // The header's own numbers: where the table, the directory and the small sectors lie, and how many there are.
  for (size_t at = 24; at < 96; at += 2) {
    for (uint32_t value : {0U, 0xFFFFFFFFU, 0x7FFFFFFFU}) {
      std::string broken = whole;
      std::memcpy(broken.data() + at, &value, sizeof value);
      const FileReport report = here.import_text("broken.xls", broken);
      EXPECT_EQ(report.rows_read, report.rows_accepted + report.rows_rejected + report.rows_ignored);
    }
  }
  expect_little_memory(peak, 256 * mebibyte);
}

// What a spreadsheet would run is a text like any other here. Where people are given CSV it is disarmed, by surfaces.
TEST_F(Attack, FormulasAreKeptAsTheTextThatTheyAre) {
  const std::string formula = "=cmd|' /C calc'!A0";
  const FileReport report =
      here.import_text("formula.csv", tweet_header + tweet(1, formula) + tweet(2, "@sum") + tweet(3, "+1+1"));
  ASSERT_FALSE(report.error) << report.error->message;
  EXPECT_EQ(report.rows_accepted, 3);
  std::vector<std::string> texts;
  auto done = here.store().select("SELECT text FROM posts ORDER BY post", [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) texts.emplace_back(chunk.text(0, row));
    return true;
  });
  ASSERT_TRUE(done);
  EXPECT_THAT(texts, ::testing::ElementsAre(formula, "@sum", "+1+1"));
}

}  // namespace
}  // namespace sociometer::collect
