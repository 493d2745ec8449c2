// Explanations, the content table and the calculator; what questions answer is in tests/questions.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/scratch_folder.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    directory_ = *make_scratch_folder("engine");
    auto store = facts::open_duckdb(directory_.string(), fixed_clock(*parse_instant("2026-07-01T00:00:00Z")));
    EXPECT_TRUE(store.ok());
    store_ = std::move(*store);
    scope_.workspace = "default";
    scope_.now = *parse_instant("2026-07-01T12:00:00Z");
    fill();
  }
  ~EngineTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void add(facts::BatchWriter& writer, facts::Observation observation, std::string_view measure, int64_t value) {
    observation.measure = measure;
    observation.value = value;
    ASSERT_TRUE(writer.add(observation).ok());
  }

  void fill() {
    facts::BatchStart start;
    start.source = "x_post_activity";
    start.path = "activity.csv";
    auto writer = store_->begin("default", start);
    ASSERT_TRUE(writer.ok());
    const char* texts[] = {"Hello spring", "Weekend offer", "Grüße aus Köln"};
    for (int i = 0; i < 3; ++i) {
      std::string id = std::to_string(100 + i);
      facts::Post post;
      post.network = "x";
      post.account = "brand";
      post.id = id;
      post.published_day = make_day(2026, 6, static_cast<unsigned>(i + 1));
      post.zone = "UTC";
      post.text = texts[i];
      post.kind = "text";
      ASSERT_TRUE((*writer)->add(post).ok());
      facts::Observation observation;
      observation.network = "x";
      observation.account = "brand";
      observation.subject = facts::Subject::post;
      observation.subject_id = id;
      observation.window = facts::Window::lifetime;
      observation.days = {*post.published_day, *post.published_day + 1};
      observation.zone = "UTC";
      add(**writer, observation, "impressions", 100 * (i + 1));
      add(**writer, observation, "likes", i);
      if (i > 0) add(**writer, observation, "shares", 1);
    }
    facts::BatchEnd end;
    end.range = *parse_days("2026-06-01", "2026-06-30");
    ASSERT_TRUE((*writer)->commit(end).ok());
  }

  Question question(std::string kpi) {
    Question question;
    question.kpis = {std::move(kpi)};
    question.days = *parse_days("2026-06-01", "2026-06-30");
    return question;
  }

  std::filesystem::path directory_;
  std::unique_ptr<facts::Store> store_;
  Scope scope_;
};

TEST_F(EngineTest, AnExplanationShowsTheRowsThatMadeTheNumber) {
  Engine engine(catalog::Catalog::built_in(), *store_);
  auto explanation = engine.explain(scope_, question("engagement_rate:by_impressions"), {}, 100, 0);
  ASSERT_TRUE(explanation.ok()) << explanation.error().message;
  EXPECT_EQ(*explanation->cell.value, 5.0 / 600);
  ASSERT_EQ(explanation->inputs.size(), 2u);
  EXPECT_EQ(explanation->inputs[0].name, "engagements");
  EXPECT_EQ(explanation->inputs[0].role, "numerator");
  EXPECT_EQ(explanation->inputs[0].sum, 5);
  EXPECT_EQ(explanation->inputs[1].sum, 600);
  ASSERT_EQ(explanation->inputs[0].parts.size(), 2u);
  EXPECT_EQ(explanation->inputs[0].parts[0].measure, "likes");
  double shown = 0;
  for (const auto& row : explanation->rows) {
    if (row.measure != "impressions") shown += row.value;
  }
  EXPECT_EQ(shown, 5);
  EXPECT_EQ(explanation->total_rows, 8);
  ASSERT_EQ(explanation->inputs[1].sources.size(), 1u);
  EXPECT_EQ(explanation->inputs[1].sources[0].path, "activity.csv");
  EXPECT_FALSE(explanation->sql.empty());
}

TEST_F(EngineTest, AnExplanationsSumsGiveItsNumber) {
  facts::BatchStart start;
  start.source = "sociometer_observations";
  start.path = "followers.csv";
  auto writer = store_->begin("default", start);
  ASSERT_TRUE(writer.ok());
  facts::Observation observation;
  observation.network = "x";
  observation.account = "brand";
  observation.window = facts::Window::instant;
  observation.days = *parse_days("2026-06-30", "2026-06-30");
  observation.zone = "UTC";
  add(**writer, observation, "followers", 200);
  ASSERT_TRUE((*writer)->commit({}).ok());
  Engine engine(catalog::Catalog::built_in(), *store_);
  auto explanation = engine.explain(scope_, question("engagement_rate"), {}, 10, 0);
  ASSERT_TRUE(explanation.ok()) << explanation.error().message;
  ASSERT_TRUE(explanation->cell.value.has_value());
  EXPECT_EQ(explanation->inputs.front().sum, 5);
  EXPECT_EQ(explanation->inputs.back().sum, 600);  // 3 posts × 200 followers
  EXPECT_EQ(*explanation->cell.value, *explanation->inputs.front().sum / *explanation->inputs.back().sum);
}

// A tool's history goes on in the network's own export: no day is lacking, and none counts twice.
TEST_F(EngineTest, OfSeveralSourcesEachDayIsTakenFromTheBest) {
  auto tell = [&](facts::Tier tier, unsigned first, unsigned last, int64_t value) {
    facts::BatchStart start;
    start.source = tier == facts::Tier::third_party ? "hootsuite" : "own";
    start.tier = tier;
    auto writer = store_->begin("default", start);
    ASSERT_TRUE(writer.ok());
    facts::Observation observation;
    observation.network = "instagram";
    observation.account = "brand";
    observation.zone = "UTC";
    for (unsigned day = first; day <= last; ++day) {
      observation.days = {make_day(2026, 6, day), make_day(2026, 6, day) + 1};
      add(**writer, observation, "video_views", value);
    }
    ASSERT_TRUE((*writer)->commit({}).ok());
  };
  tell(facts::Tier::third_party, 1, 20, 100);
  tell(facts::Tier::own_export, 11, 30, 1);
  Engine engine(catalog::Catalog::built_in(), *store_);
  Question asked = question("video_views");
  asked.filter["network"] = {"instagram"};
  auto explanation = engine.explain(scope_, asked, {}, 100, 0);
  ASSERT_TRUE(explanation.ok()) << explanation.error().message;
  EXPECT_EQ(explanation->cell.value, 10 * 100 + 20 * 1);
  EXPECT_EQ(explanation->total_rows, 30) << "the rows that count";
  double sum = 0;
  for (const Explanation::Row& row : explanation->rows) sum += row.value;
  EXPECT_EQ(sum, 1020);
  ASSERT_EQ(explanation->left_out.size(), 1u);
  EXPECT_EQ(explanation->left_out[0].reason, "a better source tells the same");
  EXPECT_EQ(explanation->left_out[0].count, 10);
  EXPECT_EQ(explanation->left_out[0].examples, std::vector<std::string>{"hootsuite"});
  asked.by = {"day"};
  auto days = engine.ask(scope_, asked);
  ASSERT_TRUE(days.ok());
  ASSERT_EQ(days->rows.size(), 30u);
  EXPECT_EQ(days->rows[9].value, 100);
  EXPECT_EQ(days->rows[10].value, 1);
}

// Its counters were told with the day that was taken for its own at first.
TEST_F(EngineTest, APostWhoseDayWasPutRightKeepsItsCounters) {
  facts::BatchStart start;
  start.source = "x_post_activity";
  start.path = "corrected.csv";
  auto writer = store_->begin("default", start);
  ASSERT_TRUE(writer.ok());
  facts::Post post;
  post.network = "x";
  post.account = "brand";
  post.id = "100";
  post.published_day = make_day(2026, 6, 20);
  post.zone = "UTC";
  post.observed_at = scope_.now;
  ASSERT_TRUE((*writer)->add(post).ok());
  ASSERT_TRUE((*writer)->commit({}).ok());
  Engine engine(catalog::Catalog::built_in(), *store_);
  Question asked = question("impressions");
  asked.days = *parse_days("2026-06-10", "2026-06-30");
  auto answer = engine.ask(scope_, asked);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->rows.front().value, 100);
  asked.by = {"network", "account", "post"};
  answer = engine.ask(scope_, asked);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->rows.front().value, 100) << "joined in the store";
}

// Each account in an import of its own, so that the series of a measure lie far apart: few are read one by one, many
// are joined, and both are the same numbers.
TEST_F(EngineTest, SeriesFarApartAreAllRead) {
  constexpr int accounts = 40;
  for (int number = 0; number < accounts; ++number) {
    facts::BatchStart start;
    start.source = "sociometer_observations";
    start.path = fmt::format("{}.csv", number);
    auto writer = store_->begin("default", start);
    ASSERT_TRUE(writer.ok());
    std::string handle = fmt::format("account{}", number);
    facts::Observation observation;
    observation.network = "instagram";
    observation.account = handle;
    observation.zone = "UTC";
    for (unsigned day = 1; day <= 30; ++day) {
      observation.days = {make_day(2026, 6, day), make_day(2026, 6, day) + 1};
      observation.window = facts::Window::day;
      add(**writer, observation, "link_clicks", 1'000);
      add(**writer, observation, "video_views", number);
    }
    std::string id = fmt::format("post{}", number);
    facts::Post post;
    post.network = "instagram";
    post.account = handle;
    post.id = id;
    post.published_day = make_day(2026, 6, 10);
    post.zone = "UTC";
    ASSERT_TRUE((*writer)->add(post).ok());
    observation.subject = facts::Subject::post;
    observation.subject_id = id;
    observation.window = facts::Window::lifetime;
    observation.days = {*post.published_day, *post.published_day + 1};
    add(**writer, observation, "likes", number);
    facts::BatchEnd end;
    end.range = *parse_days("2026-06-01", "2026-06-30");
    ASSERT_TRUE((*writer)->commit(end).ok());
  }
  Engine engine(catalog::Catalog::built_in(), *store_);
  auto sum = [&](std::string kpi, std::vector<std::string> handles) {
    Question asked = question(std::move(kpi));
    asked.filter["network"] = {"instagram"};
    if (!handles.empty()) asked.filter["account"] = std::move(handles);
    auto answer = engine.ask(scope_, asked);
    EXPECT_TRUE(answer.ok());
    return answer->rows.front().value.value_or(-1);
  };
  EXPECT_EQ(sum("video_views", {}), 30 * accounts * (accounts - 1) / 2);
  EXPECT_EQ(sum("video_views", {"account3"}), 30 * 3);
  EXPECT_EQ(sum("video_views", {"account3", "account11", "account39"}), 30 * (3 + 11 + 39));
  EXPECT_EQ(sum("likes", {}), accounts * (accounts - 1) / 2);
  EXPECT_EQ(sum("likes", {"account3", "account39"}), 3 + 39);
}

TEST_F(EngineTest, RowsComeInPages) {
  Engine engine(catalog::Catalog::built_in(), *store_);
  auto first = engine.explain(scope_, question("impressions"), {}, 2, 0);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->rows.size(), 2u);
  ASSERT_TRUE(first->next.has_value());
  auto second = engine.explain(scope_, question("impressions"), {}, 2, *first->next);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->rows.size(), 1u);
  EXPECT_FALSE(second->next.has_value());
}

TEST_F(EngineTest, ACellThatIsNotThereIsSaidSo) {
  Engine engine(catalog::Catalog::built_in(), *store_);
  Question asked = question("impressions");
  asked.by = {"network"};
  EXPECT_TRUE(engine.explain(scope_, asked, {{"network", "x"}}, 10, 0).ok());
  auto missing = engine.explain(scope_, asked, {{"network", "tiktok"}}, 10, 0);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
  EXPECT_FALSE(engine.explain(scope_, asked, {{"month", "2026-06"}}, 10, 0).ok());
}

TEST_F(EngineTest, PostsAreSortedByAnyKpiAndSearched) {
  Engine engine(catalog::Catalog::built_in(), *store_);
  PostsQuestion asked;
  asked.selectors.kpis = {"impressions", "engagement_rate:by_impressions", "shares"};
  asked.sort = "engagement_rate:by_impressions";
  auto posts = engine.posts(scope_, asked);
  ASSERT_TRUE(posts.ok()) << posts.error().message;
  ASSERT_EQ(posts->posts.size(), 3u);
  EXPECT_EQ(posts->posts[0].id, "101");
  EXPECT_EQ(posts->posts[2].id, "100");
  EXPECT_EQ(posts->posts[2].values[2].reason, "not_reported");
  asked.search = "KÖLN";
  posts = engine.posts(scope_, asked);
  ASSERT_EQ(posts->posts.size(), 1u);
  EXPECT_EQ(posts->posts[0].text, "Grüße aus Köln");
  asked.search.clear();
  asked.sort = "published_day";
  asked.limit = 2;
  posts = engine.posts(scope_, asked);
  EXPECT_EQ(posts->posts[0].id, "102");
  EXPECT_EQ(posts->next, 2);
  EXPECT_EQ(posts->total, 3);
}

// Every KPI and variant of the catalog can be planned, and answers a store that holds nothing with a reason.
TEST(Catalogue, EveryKpiAnswers) {
  auto catalog = catalog::Catalog::built_in();
  const std::filesystem::path directory = *make_scratch_folder("catalogue");
  {
    auto store = facts::open_duckdb(directory.string(), fixed_clock({}));
    ASSERT_TRUE(store.ok());
    Engine engine(catalog, **store);
    Scope scope;
    scope.workspace = "default";
    for (const catalog::Kpi& kpi : catalog->kpis()) {
      for (const catalog::Variant& variant : kpi.variants) {
        Question question;
        question.kpis = {variant.key.empty() ? kpi.key : kpi.key + ":" + variant.key};
        auto answer = engine.ask(scope, question);
        ASSERT_TRUE(answer.ok()) << question.kpis[0] << ": " << answer.error().message;
        ASSERT_EQ(answer->rows.size(), 1u) << question.kpis[0];
        EXPECT_FALSE(answer->rows[0].value.has_value()) << question.kpis[0];
        EXPECT_FALSE(answer->rows[0].reason.empty()) << question.kpis[0];
      }
    }
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace sociometer::metrics
