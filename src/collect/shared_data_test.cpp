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
      EXPECT_THAT(file.error->message, HasSubstr("none this version knows")) << name;
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
  expect_folder(shared_data + "/exports/x-analytics", {{"account_analytics_content", "x_content"},
                                                       {"daily_tweet_activity", "x_daily_activity"},
                                                       {"gerardtieng", "x_post_activity"},
                                                       {"tweet_activity_metrics_EconomicsShiny", "x_post_activity"},
                                                       {"account_overview", "x_account_overview"}});
}

TEST(SharedData, MetaBusinessSuite) {
  expect_folder(shared_data + "/exports/meta-business-suite", {{"Audience", "meta_audience"},
                                                               {"Follows", "meta_daily_series"},
                                                               {"Interactions", "meta_daily_series"},
                                                               {"Link clicks", "meta_daily_series"},
                                                               {"Reach", "meta_daily_series"},
                                                               {"Views", "meta_daily_series"},
                                                               {"Visits", "meta_daily_series"},
                                                               {"-202", "meta_content"}});
}

// What each of the other folders is read as.
struct Family {
  const char* folder;
  const char* file;
  const char* format;
};
constexpr Family families[] = {
    {"meta-business-suite-ptBR", "P_blico", "meta_audience"},
    {"meta-business-suite-ptBR", "Formatos", "meta_content_formats"},
    {"meta-business-suite-ptBR", "", "meta_daily_series"},
    {"facebook-insights-legacy", "(Post Level)", "facebook_insights_posts"},
    {"facebook-insights-legacy", "(Video Posts)", "facebook_insights_posts"},
    {"facebook-insights-legacy", "", "facebook_insights_page"},
    {"meta-ads-manager", "", "meta_ads"},
    {"linkedin-page", "LinkedIn.xls", "linkedin_content"},
    {"linkedin-page", "followers", "linkedin_followers"},
    {"linkedin-page", "visitors", "linkedin_visitors"},
    {"linkedin-page", "competitors", "linkedin_competitors"},
    {"linkedin-personal", "", "linkedin_personal"},
    {"youtube-studio", "", "youtube_studio"},
    {"tiktok-studio", "Content", "tiktok_content"},
    {"tiktok-studio", "FollowerHistory", "tiktok_followers"},
    {"tiktok-studio", "Follower", "tiktok_follower_groups"},
    {"tiktok-studio", "Viewers", "tiktok_viewers"},
    {"tiktok-studio", "", "tiktok_overview"},
    {"ga4", "", "ga4"},
    {"google-ads", "", "google_ads_report"},
    {"google-search-console", "", "search_console"},
    {"nps", "", "survey_scores"},
    {"shopify-orders", "", "shopify_orders"},
    {"support-dixa", "", "dixa_conversations"},
    {"surveymonkey", "", "survey_monkey"},
    {"twcs", "", "x_support"},
    {"sprout-social", "Post", "sprout_posts"},
    {"sprout-social", "", "sprout_profiles"},
};

TEST(SharedData, EveryFamilyIsRecognisedAndAccountedFor) {
  NEEDS(shared_data + "/exports");
  for (const auto& folder : fs::directory_iterator(shared_data + "/exports")) {
    std::string name = folder.path().filename().string();
    for (const auto& path : fs::directory_iterator(folder)) {
      std::string file_name = path.path().filename().string();
      auto family = std::find_if(std::begin(families), std::end(families), [&](const Family& f) {
        return name == f.folder && file_name.find(f.file) != std::string::npos;
      });
      if (family == std::end(families)) continue;
      Importing here;
      // Money in a file that names no currency is the workspace's.
      ImportReport report = here.import({path.path().string()}, {.currency = "USD"});
      ASSERT_EQ(report.files.size(), 1u) << file_name;
      const FileReport& file = report.files[0];
      EXPECT_FALSE(file.error) << file_name << ": " << file.error->message;
      EXPECT_EQ(file.format, family->format) << file_name;
      EXPECT_EQ(file.rows_rejected, 0) << file_name << ": "
                                       << (file.rejects.empty()
                                               ? ""
                                               : file.rejects[0].column + " " + file.rejects[0].reason);
      EXPECT_GT(file.rows_accepted, 0) << file_name;
      expect_accounted(file);
    }
  }
}

// Sums of a store's column, as text.
std::string sum_of(Importing& here, const std::string& sql) {
  int64_t sum = -1;
  EXPECT_TRUE(here.store().select(sql, [&](const facts::Chunk& chunk) {
    sum = chunk.integer(0, 0);
    return true;
  }));
  return std::to_string(sum);
}

TEST(SharedData, AShopsLinesByMap) {
  std::string folder = shared_data + "/commerce/online-retail";
  NEEDS(folder);
  Importing here;
  ImportReport report = here.import({folder}, {.currency = "GBP", .map = R"(
rows: orders
columns:
  - {names: [InvoiceNo], role: order_id, required: true}
  - {names: [InvoiceDate], role: happened_at, required: true}
  - {names: [Quantity], role: quantity, required: true}
  - {names: [UnitPrice], role: unit_price, required: true}
  - {names: [Description], role: product}
  - {names: [CustomerID], role: customer}
  - {names: [Country], role: country}
)"});
  int64_t rows = 0;
  for (const FileReport& file : report.files) {
    EXPECT_FALSE(file.error) << file.path << ": " << file.error->message;
    EXPECT_EQ(file.rows_rejected, 0) << file.path << ": " << file.rejects[0].text << " " << file.rejects[0].reason;
    expect_accounted(file);
    rows += file.rows_accepted;
  }
  EXPECT_EQ(rows, 52127);
  EXPECT_EQ(sum_of(here, "SELECT sum(value) FROM latest_orders WHERE kind = 'sale'"), "981973400000");
  EXPECT_EQ(sum_of(here, "SELECT sum(value) FROM latest_orders WHERE kind = 'refund'"), "115103810000");
}

TEST(SharedData, PostsByMap) {
  NEEDS(shared_data + "/posts/facebook-live-thailand.csv");
  Importing here;
  ImportReport live = here.import({shared_data + "/posts/facebook-live-thailand.csv"}, {.map = R"(
network: facebook
zone: Asia/Bangkok
rows: posts
columns:
  - {names: [status_id], role: post_id, required: true}
  - {names: [status_type], role: kind, values: {video: [video], image: [photo], link: [link], post: [status]}}
  - {names: [status_published], role: published_at, required: true}
  - {names: [num_comments], measure: comments}
  - {names: [num_shares], measure: shares}
  - {names: [num_reactions], measure: likes}
)"});
  ASSERT_FALSE(live.files.at(0).error) << live.files[0].error->message;
  EXPECT_EQ(live.files[0].rows_accepted, 7050);
  ImportReport instagram = here.import({shared_data + "/posts/instagram-119-posts.csv"}, {.map = R"(
network: instagram
rows: posts
columns:
  - {names: [Caption], role: text, required: true}
  - {names: [Hashtags], role: tags}
  - {names: [Impressions], measure: impressions, required: true}
  - {names: [Saves], measure: saves}
  - {names: [Comments], measure: comments}
  - {names: [Shares], measure: shares}
  - {names: [Likes], measure: likes}
  - {names: [Follows], measure: follows}
  - {names: [Profile Visits], measure: profile_visits}
)"});
  ASSERT_FALSE(instagram.files.at(0).error) << instagram.files[0].error->message;
  EXPECT_EQ(instagram.files[0].rows_accepted, 99);  // it is called after 119
}

TEST(SharedData, AccessLogs) {
  NEEDS(shared_data + "/web/apache-combined-5000.log");
  Importing here;
  ImportReport report = here.import({shared_data + "/web/apache-combined-5000.log"});
  ASSERT_FALSE(report.files.at(0).error) << report.files[0].error->message;
  EXPECT_EQ(report.files[0].format, "web_log");
  EXPECT_EQ(report.files[0].rows_read, 5000);
  EXPECT_GT(here.count("web_events"), 1000);
  for (const char* kind : {"common", "common_complete", "common_vhost", "ncsa_extended", "ovh", "gandi", "icecast2",
                           "nginx_json", "caddy_json"}) {
    ImportReport one = here.import({shared_data + "/web/log-formats/tests__logs__" + kind + ".log"});
    if (one.files.at(0).error && one.files[0].format.empty()) ADD_FAILURE() << kind << one.files[0].error->message;
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
