// The real files people downloaded. They are not part of the repository: without them these tests are skipped.
#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "collect/importing.h"

namespace sociometer::collect {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string shared_data = SHARED_DATA;

#define NEEDS(path) \
  if (!fs::exists(path)) GTEST_SKIP() << "the shared data are not here: " << path

int64_t posts_of(const ImportReport& report) {
  int64_t posts = 0;
  for (const FileReport& file : report.files) posts += file.posts;
  return posts;
}

void expect_accounted(const FileReport& file) {
  EXPECT_EQ(file.rows_read, file.rows_accepted + file.rows_rejected + file.rows_ignored) << file.path;
}

TEST(SharedData, RopensciIsReadWholeAndOnce) {
  std::string folder = shared_data + "/posts/x-analytics-ropensci";
  NEEDS(folder);
  Importing here;
  ImportReport report = here.import({folder});
  ASSERT_EQ(report.files.size(), 25u);
  EXPECT_EQ(posts_of(report), 822);
  EXPECT_EQ(report.exit_status(), 0);
  for (const FileReport& file : report.files) {
    EXPECT_FALSE(file.error) << file.path << ": " << file.error->message;
    EXPECT_EQ(file.format, "x_post_activity");
    EXPECT_EQ(file.rows_rejected, 0);
    EXPECT_THAT(file.accounts, ::testing::ElementsAre("ropensci"));
    EXPECT_FALSE(file.already_known);
    expect_accounted(file);
  }
  const FileReport& first = report.files.front();
  EXPECT_EQ(format_instant(*first.observed_at), "2017-01-01T00:00:00Z");
  EXPECT_TRUE(first.observed_at_estimated);
  EXPECT_EQ(format_day(*first.first_day), "2016-12-01");

  ImportReport again = here.import({folder});
  ASSERT_EQ(again.files.size(), 25u);
  for (const FileReport& file : again.files) EXPECT_TRUE(file.already_known) << file.path;
  EXPECT_EQ(again.exit_status(), 0);
}

struct Expected {
  const char* file;
  const char* format;  // nullptr: refused
};

void expect_folder(const std::string& folder, std::vector<Expected> expected) {
  NEEDS(folder);
  Importing here;
  ImportReport report = here.import({folder});
  for (const FileReport& file : report.files) {
    std::string name = fs::path(file.path).filename().string();
    auto known = std::find_if(expected.begin(), expected.end(),
                              [&](const Expected& e) { return name.find(e.file) != name.npos; });
    ASSERT_NE(known, expected.end()) << name;
    expect_accounted(file);
    if (known->format == nullptr) {
      ASSERT_TRUE(file.error) << name;
      EXPECT_THAT(file.error->message, HasSubstr("It reads: X post activity")) << name;
    } else {
      EXPECT_FALSE(file.error) << name << ": " << file.error->message;
      EXPECT_EQ(file.format, known->format) << name;
      // Meta itself failed on three posts of one file: "An error occurred while computing metadata", and no id.
      for (const facts::Reject& reject : file.rejects) EXPECT_EQ(reject.reason, "the id is missing") << name;
      EXPECT_EQ(file.rows_rejected, name.starts_with("marko7bub__Dec") ? 3 : 0) << name;
      EXPECT_GT(file.observations, 0) << name;
    }
  }
}

TEST(SharedData, XAnalytics) {
  expect_folder(shared_data + "/exports/x-analytics", {{"account_analytics_content", nullptr},
                                                       {"daily_tweet_activity", "x_daily_activity"},
                                                       {"gerardtieng", "x_post_activity"},
                                                       {"tweet_activity_metrics_EconomicsShiny", "x_post_activity"},
                                                       {"account_overview", "x_account_overview"}});
}

TEST(SharedData, MetaBusinessSuite) {
  expect_folder(shared_data + "/exports/meta-business-suite", {{"Audience", nullptr},
                                                               {"Follows", "meta_daily_series"},
                                                               {"Interactions", "meta_daily_series"},
                                                               {"Link clicks", "meta_daily_series"},
                                                               {"Reach", "meta_daily_series"},
                                                               {"Views", "meta_daily_series"},
                                                               {"Visits", "meta_daily_series"},
                                                               {"-202", "meta_content"}});
}

TEST(SharedData, MetaBusinessSuiteInPortuguese) {
  expect_folder(shared_data + "/exports/meta-business-suite-ptBR",
                {{"P_blico", nullptr}, {"Formatos", nullptr}, {"", "meta_daily_series"}});
}

TEST(SharedData, EverythingElseIsRefusedWithASentence) {
  std::string exports = shared_data + "/exports";
  NEEDS(exports);
  std::vector<std::string> others;
  for (const auto& entry : fs::directory_iterator(exports)) {
    std::string name = entry.path().filename().string();
    if (name != "x-analytics" && !name.starts_with("meta-business-suite")) others.push_back(entry.path().string());
  }
  Importing here;
  ImportReport report = here.import(others);
  EXPECT_GT(report.files.size(), 30u);
  EXPECT_EQ(report.exit_status(), 1);
  for (const FileReport& file : report.files) {
    ASSERT_TRUE(file.error) << file.path << " was taken for " << file.format;
    EXPECT_THAT(file.error->message, ::testing::AnyOf(HasSubstr("This looks like"), HasSubstr("does not read")))
        << file.path;
    EXPECT_TRUE(file.batch.empty());
  }
}

TEST(SharedData, TwoViewsColumnsThatContradictReach) {
  std::string file =
      shared_data + "/exports/meta-business-suite/LeonMpofu__Mar-18-2025_Apr-14-2025_553302954456165.csv";
  NEEDS(file);
  Importing here;
  ImportReport report = here.import({file});
  ASSERT_EQ(report.files.size(), 1u);
  EXPECT_THAT(report.files[0].warnings, ::testing::Contains(HasSubstr("taken as not reported")));
  EXPECT_EQ(here.facts_of(report.files[0].batch).find(" views all "), std::string::npos);
}

}  // namespace
}  // namespace sociometer::collect
