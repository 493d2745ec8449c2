// Files that people downloaded, imported as anybody would, against numbers taken from the same files by other means.
#include <gtest/gtest.h>

#include <map>

#include "base/json.h"
#include "process.h"

namespace sociometer::server_test {
namespace {

class SharedDataTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(SHARED_DATA)) GTEST_SKIP() << "no shared data here";
  }

  void import(const std::string& file, const Words& more = {}) {
    Words words = {"import", SHARED_DATA "/" + file};
    words.insert(words.end(), more.begin(), more.end());
    words.insert(words.end(), {"--data", folder_ / "data"});
    const Ended ended = run(words);
    ASSERT_EQ(ended.status, 0) << ended.error;
  }

  struct Told {
    std::optional<double> value;
    std::string reason;
    int64_t n = 0;
  };
  // In the order of the question.
  std::vector<Told> ask(Words words) {
    words.insert(words.begin(), "kpi");
    words.insert(words.end(), {"--json", "--data", folder_ / "data"});
    const Ended ended = run(words);
    std::vector<Told> told;
    const Result<Json> answer = parse_json(ended.out);
    EXPECT_TRUE(answer.ok()) << ended.error;
    if (!answer) return told;
    for (const Json& row : answer->as_object().at("rows").as_array()) {
      const JsonObject& cell = row.as_object();
      Told& one = told.emplace_back();
      if (cell.at("value").is_number()) one.value = cell.at("value").to_number<double>();
      if (cell.at("reason").is_string()) one.reason = cell.at("reason").as_string();
      one.n = cell.at("n").as_int64();
    }
    return told;
  }

  Folder folder_;
};

// Conversations put together from which message answers which; the file never says when one is over.
TEST_F(SharedDataTest, MessagesOfCustomerSupport) {
  import("care/twcs-sample.csv");
  std::vector<Told> told =
      ask({"conversations", "average_response_time", "first_response_time", "reply_time", "response_rate",
           "resolved_issues", "backlog", "--from", "2017-10-20", "--to", "2017-11-05"});
  ASSERT_EQ(told.size(), 7u);
  EXPECT_EQ(told[0].value, 35);
  EXPECT_NEAR(told[1].value.value_or(0), 28'401.647, 0.001);
  EXPECT_EQ(told[1].n, 34);
  EXPECT_EQ(told[2].value, 451.5);
  EXPECT_NEAR(told[3].value.value_or(0), 19'261.075, 0.001);
  EXPECT_EQ(told[3].n, 53);
  EXPECT_NEAR(told[4].value.value_or(0), 26.0 / 34, 1e-9);
  EXPECT_EQ(told[5].reason, "not_reported");
  EXPECT_EQ(told[6].reason, "not_reported");
}

TEST_F(SharedDataTest, ConversationsWithTheirTimes) {
  import("exports/support-dixa/sierkvdv__conversations_2025-01-01__2025-01-07.csv");
  std::vector<Told> told = ask({"conversations", "average_response_time", "resolution_time", "resolved_issues",
                                "--from", "2025-01-01", "--to", "2025-01-07"});
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[0].value, 94);
  EXPECT_NEAR(told[1].value.value_or(0), 160.444, 0.001);
  EXPECT_EQ(told[1].n, 45);
  EXPECT_NEAR(told[2].value.value_or(0), 283.585, 0.001);
  EXPECT_EQ(told[2].n, 94);
  EXPECT_EQ(told[3].value, 94);
}

TEST_F(SharedDataTest, ScoresOfASurvey) {
  import("exports/nps/saizhang1__nps.csv", {"--observed-at", "2021-04-01"});
  std::vector<Told> told = ask({"nps", "promoter_share", "survey_responses", "--last", "30d", "--now", "2021-04-10"});
  ASSERT_EQ(told.size(), 3u);
  EXPECT_NEAR(told[0].value.value_or(0), 266.0 / 441, 1e-9);
  EXPECT_NEAR(told[1].value.value_or(0), 306.0 / 441, 1e-9);
  EXPECT_EQ(told[2].value, 441);
}

}  // namespace
}  // namespace sociometer::server_test
