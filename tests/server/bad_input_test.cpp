// What nobody means to import: one clear sentence each, the promised exit status, and a store that is as it was.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/json.h"
#include "base/text.h"
#include "process.h"

namespace sociometer::server_test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string posts_csv(int rows, int first = 0) {
  std::string text = "network,account,post_id,published_at,zone,kind,text,link,campaign,tags,impressions,likes\n";
  for (int i = first; i < first + rows; ++i) {
    text += fmt::format("x,brand,{},2026-01-{:02}T10:00:00Z,UTC,post,Post number {},,,,{},{}\n", 1000 + i, i % 28 + 1,
                        i, 100 + i, i % 10);
  }
  return text;
}

class BadInputTest : public testing::Test {
 protected:
  BadInputTest() {
    write_file(folder_ / "good.csv", posts_csv(5));
    EXPECT_EQ(sociometer({"import", folder_ / "good.csv"}).status, 0);
    before_ = state();
  }

  Ended sociometer(Words words, const Circumstances& circumstances = {}) {
    words.insert(words.end(), {"--data", folder_ / "data"});
    return run(words, circumstances);
  }
  std::string state() {
    return sociometer({"imports", "--json"}).out + sociometer({"kpi", "impressions", "--json"}).out;
  }

  void expect_refused(const std::string& path) {
    const Ended ended = sociometer({"import", path});
    EXPECT_EQ(ended.status, 1) << path;
    EXPECT_THAT(ended.error, StartsWith("sociometer: ")) << path;
    EXPECT_EQ(std::count(ended.error.begin(), ended.error.end(), '\n'), 1) << path << ": " << ended.error;
    EXPECT_EQ(state(), before_) << path;
    const Ended again = sociometer({"import", path, "--json"});
    const Result<Json> report = parse_json(again.out);
    ASSERT_TRUE(report) << again.out;
    const JsonObject& file = report->as_object().at("files").as_array().front().as_object();
    EXPECT_TRUE(file.at("format").is_null()) << path;
    EXPECT_TRUE(file.contains("error")) << path;
  }

  Folder folder_;
  std::string before_;
};

TEST_F(BadInputTest, FilesThatAreNone) {
  write_file(folder_ / "empty.csv", "");
  write_file(folder_ / "nothing.zip", "");
  write_file(folder_ / "cut.zip", std::string("PK\x03\x04\x14\x00\x00\x00", 8));
  write_file(folder_ / "binary.csv", std::string("\x7f"
                                                 "ELF\x02\x01\x01\x00\x00\x00\xff\xfe\x00\x00",
                                                 14) +
                                         std::string(9000, '\0'));
  write_file(folder_ / "prose.csv", "Dear all,\nplease find attached the numbers.\n");
  for (const char* name : {"empty.csv", "nothing.zip", "cut.zip", "binary.csv", "prose.csv"}) {
    expect_refused(folder_ / name);
  }
}

TEST_F(BadInputTest, ADirectoryWithoutExports) {
  std::filesystem::create_directories(folder_ / "empty");
  expect_refused(folder_ / "empty");
}

TEST_F(BadInputTest, AHeaderThatMatchesOverNumbersThatDoNot) {
  write_file(folder_ / "words.csv",
             "network,account,post_id,published_at,zone,kind,text,link,campaign,tags,impressions,likes\n"
             "x,brand,1,2026-01-01T10:00:00Z,UTC,post,text,,,,many,some\n"
             "x,brand,2,2026-01-02T10:00:00Z,UTC,post,text,,,,lots,few\n");
  const Ended ended = sociometer({"import", folder_ / "words.csv"});
  EXPECT_EQ(ended.status, 1) << ended.out << ended.error;
  EXPECT_THAT(ended.error, HasSubstr("impressions"));
  EXPECT_EQ(state(), before_);
}

TEST_F(BadInputTest, ATruncatedFileIsTakenAsFarAsItGoes) {
  std::string text = posts_csv(3, 50);
  text.resize(text.size() - 30);
  write_file(folder_ / "cut.csv", text);
  const Ended ended = sociometer({"import", folder_ / "cut.csv", "--json"});
  EXPECT_THAT(ended.status, testing::AnyOf(0, 3)) << ended.error;
  const JsonObject file = parse_json(ended.out)->as_object().at("files").as_array().front().as_object();
  EXPECT_EQ(file.at("rows_read").as_int64(), file.at("rows_accepted").as_int64() + file.at("rows_rejected").as_int64() +
                                                 file.at("rows_ignored").as_int64());
}

TEST_F(BadInputTest, SomeRowsWrongIsDoneInPart) {
  write_file(folder_ / "part.csv", posts_csv(2, 70) + "x,brand,9,2026-01-01T10:00:00Z,UTC,post,text,,,,many,1\n");
  const Ended ended = sociometer({"import", folder_ / "part.csv"});
  EXPECT_EQ(ended.status, 3) << ended.error;
  EXPECT_THAT(ended.error, HasSubstr("line 4"));
  EXPECT_THAT(ended.error, HasSubstr("impressions"));
}

TEST_F(BadInputTest, APathThatIsNotThere) {
  const Ended ended = sociometer({"import", folder_ / "nowhere.csv"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.error, HasSubstr("nowhere.csv"));
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(state(), before_);
}

TEST_F(BadInputTest, AWrongWordIsACommandLineThatIsWrong) {
  for (const Words& words :
       {Words{"import", folder_ / "good.csv", "--format", "nosuch"},
        Words{"import", folder_ / "good.csv", "--zone", "Mars/Olympus"}, Words{"kpi", "nosuch"},
        Words{"kpi", "reach", "--by", "nosuch"}, Words{"kpi", "reach", "--from", "2026-02-30", "--to", "2026-03-01"},
        Words{"kpi", "reach", "--last", "soon"}, Words{"kpi", "reach", "--compare", "never"}, Words{"frobnicate"},
        Words{"import"}}) {
    const Ended ended = sociometer(words);
    EXPECT_EQ(ended.status, 2) << testing::PrintToString(words) << ended.error;
    EXPECT_THAT(ended.error, StartsWith("sociometer: "));
    EXPECT_EQ(std::count(ended.error.begin(), ended.error.end(), '\n'), 1) << ended.error;
    EXPECT_EQ(ended.out, "");
  }
  EXPECT_EQ(state(), before_);
}

// At each of several sizes: the first bytes of a new store do not fit, or its log, or the last of a large import.
TEST_F(BadInputTest, AFullDiskIsSaidAndHarmsNothing) {
  write_file(folder_ / "large.csv", posts_csv(20'000, 5000));
  for (const uint64_t bytes : {4'096, 100'000, 700'000}) {
    const Ended ended = sociometer({"import", folder_ / "large.csv"}, {.largest_file = bytes});
    EXPECT_EQ(ended.status, 1) << bytes << ": " << ended.out << ended.error;
    EXPECT_THAT(ended.error, StartsWith("sociometer: ")) << bytes;
    EXPECT_EQ(std::count(ended.error.begin(), ended.error.end(), '\n'), 1) << bytes << ": " << ended.error;
    EXPECT_EQ(state(), before_) << bytes;
  }
  EXPECT_EQ(sociometer({"import", folder_ / "large.csv"}).status, 0);
}

TEST_F(BadInputTest, ADataDirectoryThatCannotBe) {
  const Ended ended = run({"imports", "--data", folder_ / "good.csv/data"});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.error, HasSubstr("--data"));
}

TEST_F(BadInputTest, JsonIsAloneOnStandardOutput) {
  write_file(folder_ / "part.csv", posts_csv(1, 90) + "x,brand,9,never,UTC,post,text,,,,1,1\n");
  for (const Words& words :
       {Words{"import", folder_ / "part.csv"}, Words{"imports"}, Words{"accounts"}, Words{"workspace"},
        Words{"catalog"}, Words{"kpi", "impressions"}, Words{"explain", "impressions"}, Words{"posts"},
        Words{"calc", "engagement_rate:by_impressions", "engagements=1", "impressions=10"}}) {
    Words with_json = words;
    with_json.push_back("--json");
    const Ended ended = sociometer(with_json);
    EXPECT_TRUE(parse_json(ended.out)) << testing::PrintToString(words) << ended.out;
    EXPECT_THAT(ended.out, Not(HasSubstr("\x1b")));
  }
}

}  // namespace
}  // namespace sociometer::server_test
