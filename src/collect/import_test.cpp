// Imports as whole: bad input, archives, encodings, accounts, undo, progress.
#include <gmock/gmock.h>
#include <zip.h>
#include <zlib.h>

#include "collect/importing.h"

namespace sociometer::collect {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string tweets(int count, const std::string& handle = "brand") {
  std::string text = tweet_header;
  for (int i = 1; i <= count; ++i) {
    text += fmt::format("{0},https://twitter.com/{1}/status/{0},text {0},2019-01-{2:02} 10:00 +0000,{3}.0,2\n", 100 + i,
                        handle, 1 + i % 28, 10 * i);
  }
  return text;
}

std::string series(const std::string& title, int days, int first_value) {
  std::string text = "sep=,\n\"" + title + "\"\n\"Date\",\"Primary\"\n";
  for (int i = 0; i < days; ++i) {
    text += fmt::format("\"{}T00:00:00\",\"{}\"\n", format_day(make_day(2026, 1, 1) + i), first_value + i);
  }
  return text;
}

std::string gzipped(const std::string& text) {
  z_stream zlib = {};
  deflateInit2(&zlib, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(compressBound(text.size()) + 64, '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  zlib.avail_in = static_cast<uInt>(text.size());
  zlib.next_out = reinterpret_cast<Bytef*>(packed.data());
  zlib.avail_out = static_cast<uInt>(packed.size());
  deflate(&zlib, Z_FINISH);
  packed.resize(packed.size() - zlib.avail_out);
  deflateEnd(&zlib);
  return packed;
}

void write_zip(const std::string& path, const std::vector<std::pair<std::string, std::string>>& members) {
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  ASSERT_NE(archive, nullptr);
  for (const auto& [name, content] : members) {
    zip_file_add(archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0),
                 ZIP_FL_OVERWRITE);
  }
  ASSERT_EQ(zip_close(archive), 0);
}

class Import : public ::testing::Test {
 protected:
  // Refused with one sentence, and the store as it was.
  void expect_refused(const FileReport& file, const std::string& sentence_part) {
    ASSERT_TRUE(file.error) << file.path << " was taken";
    EXPECT_THAT(file.error->message, HasSubstr(sentence_part));
    EXPECT_EQ(file.error->message.find('\n'), std::string::npos);
    EXPECT_EQ(file.rows_read, file.rows_accepted + file.rows_rejected + file.rows_ignored);
    EXPECT_EQ(here.count("batches"), 0);
    EXPECT_EQ(here.count("observations"), 0);
    EXPECT_EQ(json_text(to_json(file)).find("\"format\":\""), std::string::npos);
  }

  Importing here;
};

TEST_F(Import, BadInputIsRefusedWithASentence) {
  expect_refused(here.import_text("empty.csv", ""), "empty");
  expect_refused(here.import_text("blank.csv", "\n \n\r\n"), "nothing but blank lines");
  expect_refused(here.import_text("header.csv", tweet_header), "no rows under it");
  expect_refused(here.import_text("zero.zip", ""), "empty");
  expect_refused(here.import_text("picture.png", "\x89PNG\r\n\x1A\n1234"), "picture (PNG)");
  expect_refused(here.import_text("old.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1...."), "workbook (.xls) is damaged");
  expect_refused(here.import_text("paper.pdf", "%PDF-1.7 ..."), "PDF");
  expect_refused(here.import_text("bytes.bin", std::string("\x01\x00\x02\x00\x03\xFF\x00\x00", 8)), "binary");
  expect_refused(here.import_text("page.csv", "<!DOCTYPE html><html>"), "web page");
  expect_refused(here.import_text("other.csv", "colour,size\nred,5\n"), "begins with “colour, size”");
  expect_refused(here.import_text("cut.zip", "PK\x03\x04 half of an archive"), "damaged or cut short");
  expect_refused(here.import_text("cut.gz", gzipped(tweets(500)).substr(0, 200)), "cut short");
  expect_refused(here.import_text("packed.gz", gzipped(gzipped(tweets(1)))), "archive inside an archive");
}

TEST_F(Import, AHeaderThatMatchesOverNumbersThatDoNot) {
  FileReport file = here.import_text(
      "odd.csv", tweet_header + "1,https://twitter.com/b/status/1,x,2019-01-31 22:08 +0000,many,few\n");
  expect_refused(file, "none of its 1 rows could be read: line 2, column “impressions” (“many”): not a number");
  EXPECT_EQ(file.rows_rejected, 1);
  EXPECT_EQ(ImportReport{{file}}.exit_status(), 1);
}

TEST_F(Import, OneBadCellRejectsTheWholeRow) {
  FileReport file =
      here.import_text("x.csv", tweets(3) + "9,https://twitter.com/brand/status/9,t,2019-01-31 22:08 +0000,5,n/a\n");
  EXPECT_FALSE(file.error);
  EXPECT_EQ(file.rows_accepted, 3);
  ASSERT_EQ(file.rejects.size(), 1u);
  EXPECT_EQ(file.rejects[0].line, 5);
  EXPECT_EQ(file.rejects[0].column, "likes");
  EXPECT_EQ(file.rejects[0].text, "n/a");
  EXPECT_EQ(file.rejects[0].reason, "not a number");
  EXPECT_EQ(file.observations, 6);
  EXPECT_EQ(ImportReport{{file}}.exit_status(), 3);
}

TEST_F(Import, ATruncatedFileLosesItsLastRow) {
  std::string text = tweets(3);
  FileReport file = here.import_text("x.csv", text + "9,https://twitter.com/brand/status/9,\"cut he");
  EXPECT_EQ(file.rows_accepted, 3);
  ASSERT_EQ(file.rejects.size(), 1u);
  EXPECT_THAT(file.rejects[0].reason, HasSubstr("ends inside quotation marks"));
}

TEST_F(Import, DirectoriesAreSearchedInTheOrderOfNames) {
  here.write("d/b.csv", tweets(1, "b"));
  here.write("d/a.csv", tweets(1, "a"));
  here.write("d/.hidden.csv", tweets(1, "hidden"));
  here.write("d/c/deep.csv", tweets(1, "deep"));
  here.write("d/z.png", "\x89PNG\r\n\x1A\n");
  ImportReport report = here.import({(here.directory() / "files/d").string()});
  std::vector<std::string> names;
  for (const FileReport& file : report.files) names.push_back(std::filesystem::path(file.path).filename());
  EXPECT_THAT(names, ElementsAre("a.csv", "b.csv", "deep.csv", "z.png"));
  EXPECT_EQ(report.exit_status(), 3);

  std::filesystem::create_directories(here.directory() / "files/nothing");
  ImportReport nothing = here.import({(here.directory() / "files/nothing").string()});
  ASSERT_EQ(nothing.files.size(), 1u);
  EXPECT_THAT(nothing.files[0].error->message, HasSubstr("holds no files"));
  EXPECT_EQ(nothing.exit_status(), 1);
  EXPECT_FALSE(open_paths({"/no/such/path"}, nullptr).ok());
}

TEST_F(Import, ArchivesAreReadMemberByMember) {
  std::string path = here.write("a.zip", "");
  write_zip(path, {{"../../evil.csv", tweets(2, "one")},
                   {"sub/two.csv", tweets(3, "two")},
                   {"__MACOSX/sub/._two.csv", "x"},
                   {"inner.zip", "PK\x03\x04"},
                   {"readme.txt", "hello"}});
  ImportReport report = here.import({path});
  ASSERT_EQ(report.files.size(), 4u);
  EXPECT_EQ(report.files[0].path, path + "/../../evil.csv");
  EXPECT_FALSE(report.files[0].error);
  EXPECT_THAT(report.files[1].error->message, HasSubstr("archive inside an archive"));
  EXPECT_TRUE(report.files[2].error);
  EXPECT_EQ(report.files[3].rows_accepted, 3);
  EXPECT_FALSE(std::filesystem::exists(here.directory() / "evil.csv"));

  FileReport gz = here.import_text("three.csv.gz", gzipped(tweets(4, "three")));
  EXPECT_EQ(gz.rows_accepted, 4);
}

TEST_F(Import, AZipThatUnpacksWithoutEndIsRefused) {
  std::string path = here.write("bomb.zip", "");
  write_zip(path, {{"bomb.csv", tweet_header + std::string(300 << 20, ' ')}});
  ImportReport report = here.import({path});
  ASSERT_EQ(report.files.size(), 1u);
  EXPECT_THAT(report.files[0].error->message, HasSubstr("300 times its size"));
}

TEST_F(Import, LettersOfEveryEncoding) {
  std::string row = "1,https://twitter.com/b/status/1,caf\xE9 \x96,2019-01-31 22:08 +0000,5,1\n";
  FileReport western = here.import_text("western.csv", tweet_header + row);
  EXPECT_THAT(western.warnings, Contains(HasSubstr("Windows-1252")));
  EXPECT_THAT(here.facts_of(western.batch), HasSubstr("café –"));

  std::string plain = tweet_header + "2,https://twitter.com/b/status/2,plain,2019-01-31 22:08 +0000,5,1\n", little, big;
  for (char c : plain) {
    little += {c, '\0'};
    big += {'\0', c};
  }
  EXPECT_EQ(here.import_text("little.csv", "\xFF\xFE" + little).rows_accepted, 1);
  EXPECT_TRUE(here.import_text("big.csv", "\xFE\xFF" + big).already_known);
  EXPECT_TRUE(here.import_text("unmarked.csv", little).already_known);
  EXPECT_TRUE(here.import_text("marked.csv", "\xEF\xBB\xBF" + plain).already_known);
}

TEST_F(Import, FlagsWinOverTheFile) {
  FileReport file =
      here.import_text("x.csv", tweets(1), {.account = "@Other", .observed_at = *parse_instant("2020-01-01")});
  EXPECT_THAT(file.accounts, ElementsAre("other"));
  EXPECT_FALSE(file.observed_at_estimated);
  auto wrong = open_paths({here.write("y.csv", tweets(1))}, nullptr);
  EXPECT_EQ(here.importer().import("default", **wrong, {.format = "nonsense"}, {}).error().field, "format");
  EXPECT_EQ(here.importer().import("default", **wrong, {.network = "nonsense"}, {}).error().field, "network");
  EXPECT_FALSE(here.importer().import("default", **wrong, {.zone = "Mars/Phobos"}, {}).ok());
  EXPECT_FALSE(here.importer().import("default", **wrong, {.currency = "Euro"}, {}).ok());
  EXPECT_FALSE(
      here.importer().import("default", **wrong, {.format = "x_post_activity", .network = "instagram"}, {}).ok());
}

TEST_F(Import, AKnownAliasMeansItsAccount) {
  ASSERT_TRUE(here.control().set_account("default", "x", "newname", std::nullopt, {"brand"}).ok());
  EXPECT_THAT(here.import_text("x.csv", tweets(1)).accounts, ElementsAre("newname"));
}

TEST_F(Import, TwoBrandsWithoutNamesNeverMerge) {
  FileReport first = here.import_text("Reach.csv", series("Reach", 28, 100));
  EXPECT_EQ(first.network, "meta");
  EXPECT_THAT(first.accounts, ElementsAre("unnamed"));
  EXPECT_THAT(first.warnings, Contains(HasSubstr("does not name its account or its network")));
  FileReport other = here.import_text("Reach (1).csv", series("Reach", 28, 9000));
  EXPECT_THAT(other.accounts, ElementsAre("unnamed-2"));
  EXPECT_THAT(other.warnings, Contains(HasSubstr("disagree with those of meta/unnamed")));
  EXPECT_TRUE(here.import_text("Reach.csv", series("Reach", 28, 100)).already_known);
  EXPECT_TRUE(here.import_text("Reach (2).csv", series("Reach", 28, 9000)).already_known);
  EXPECT_THAT(here.import_text("more.csv", series("Reach", 40, 9000)).accounts, ElementsAre("unnamed-2"));
  EXPECT_THAT(here.import_text("third.csv", series("Reach", 28, 500)).accounts, ElementsAre("unnamed-3"));
}

TEST_F(Import, ImportsAreListedMovedAndTakenBack) {
  FileReport file = here.import_text("Reach.csv", series("Instagram reach", 5, 100));
  auto moved = here.importer().assign("default", file.batch, "@Brand");
  ASSERT_TRUE(moved) << moved.error().message;
  auto listed = here.importer().imports("default", 10, "");
  ASSERT_EQ(listed->size(), 2u);
  Json json = to_json(listed->front());
  EXPECT_EQ(json.at("accounts").at(0), "brand");
  EXPECT_EQ(json.at("format"), "meta_daily_series");
  EXPECT_EQ(json.at("first_day"), "2026-01-01");
  EXPECT_EQ(json.at("last_day"), "2026-01-05");
  EXPECT_EQ(to_json(listed->back()).at("undone"), true);
  ASSERT_TRUE(here.importer().undo("default", moved->id).ok());
  EXPECT_FALSE(here.importer().undo("default", moved->id).ok());
  auto accounts = here.importer().accounts("default");
  ASSERT_EQ(accounts->size(), 2u);
  EXPECT_EQ(accounts->front().account.handle, "brand");
}

TEST_F(Import, CancellingLeavesNothing) {
  std::string path = here.write("x.csv", tweets(20000));
  int told = 0;
  ImportReport report = here.import({path}, {}, [&](const ImportProgress& progress) {
    EXPECT_EQ(progress.path, path);
    ++told;
    return false;
  });
  EXPECT_EQ(told, 1);
  expect_refused(report.files.at(0), "stopped");
  EXPECT_EQ(here.import({path}).files.at(0).rows_accepted, 20000);
}

TEST_F(Import, StandardInputIsAFileToo) {
  class Text : public ByteStream {
   public:
    Result<size_t> read(char* buffer, size_t capacity) override {
      size_t count = std::min({capacity, size_t{7}, text_.size()});
      text_.copy(buffer, count);
      text_.erase(0, count);
      return count;
    }
    std::string text_ = tweets(2);
  };
  auto input = open_paths({"-"}, std::make_unique<Text>());
  ASSERT_TRUE(input);
  auto report = here.importer().import("default", **input, {}, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->files.at(0).path, "-");
  EXPECT_EQ(report->files.at(0).rows_accepted, 2);
  EXPECT_FALSE(open_paths({"-"}, nullptr).ok());
}

TEST_F(Import, ReportsAsTheInterfaceShows) {
  FileReport file = here.import_text("x.csv", tweets(1));
  file.batch = "01J";
  file.path = "x.csv";
  EXPECT_EQ(json_text(to_json(file)),
            R"({"path":"x.csv","format":"x_post_activity","network":"x","accounts":["brand"],"rows_read":1,)"
            R"("rows_accepted":1,"rows_rejected":0,"rows_ignored":0,"posts":1,"observations":2,"already_known":false,)"
            R"("first_day":"2019-01-02","last_day":"2019-01-02","zone":"UTC","observed_at":"2019-01-02T00:00:00Z",)"
            R"("observed_at_estimated":true,"batch":"01J","warnings":[],"rejects":[]})");
}

}  // namespace
}  // namespace sociometer::collect
