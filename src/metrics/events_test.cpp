// Events in metrics: what does not change the answer, explanations, the table of measures, local time in SQL. What
// questions answer is in tests/questions.
#include "metrics/events.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "base/scratch_folder.h"
#include "metrics/local_time.h"
#include "metrics/metrics.h"
#include "metrics/settable_clock.h"

namespace sociometer::metrics {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Visit {
  std::string visitor, session, kind, name, channel;
  Instant at, session_at;
};

class EventMetricsTest : public testing::Test {
 protected:
  EventMetricsTest() {
    scope_.workspace = "default";
    scope_.zone = *Zone::find("Europe/Berlin");
    scope_.now = *parse_instant("2026-05-01T12:00:00Z");
    reset();
  }
  ~EventMetricsTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void reset() {
    store_.reset();
    std::filesystem::remove_all(directory_);
    directory_ = *make_scratch_folder("events");
    clock_ = std::make_shared<SettableClock>();
    clock_->instant = {1'770'000'000'000'000};
    auto store = facts::open_duckdb(directory_.string(), clock_);
    ASSERT_TRUE(store.ok());
    store_ = std::move(*store);
  }

  std::string keep(const std::vector<Visit>& visits, std::string_view said = "") {
    facts::BatchStart start;
    start.source = "web";
    start.path = "spool";
    start.said = said;
    auto writer = store_->begin("default", start);
    EXPECT_TRUE(writer.ok());
    for (const Visit& visit : visits) {
      facts::WebEvent event;
      event.happened_at = visit.at;
      event.visitor = visit.visitor;
      event.session = visit.session;
      event.session_at = visit.session_at;
      event.kind = visit.kind;
      event.name = visit.name;
      event.channel = visit.channel;
      event.network = "instagram";
      event.account = "brand";
      event.post = "p1";
      event.verdict = "human";
      auto added = (*writer)->add(event);
      EXPECT_TRUE(added.ok()) << added.error().message;
    }
    facts::BatchEnd end;
    end.range = *parse_days("2026-03-01", "2026-04-30");
    end.events = {facts::EventTable::web};
    auto receipt = (*writer)->commit(end);
    EXPECT_TRUE(receipt.ok());
    return receipt->id;
  }

  // Sixty visitors over six weeks, across the night in which the clocks change.
  static std::vector<Visit> visits() {
    std::mt19937 random(7);  // NOLINT: the same every time
    std::vector<Visit> all;
    Instant first = *parse_instant("2026-03-10T00:00:00Z");
    for (int session = 0; session < 200; ++session) {
      Instant begun{first.micros + static_cast<int64_t>(random() % (42 * 24 * 60)) * 60'000'000};
      std::string visitor = fmt::format("v{}", random() % 60);
      std::string channel = random() % 3 == 0 ? "organic_social" : "direct";
      Instant at = begun;
      for (unsigned i = 0; i <= random() % 4; ++i) {
        bool converts = i > 0 && random() % 3 == 0;
        all.push_back({visitor, fmt::format("s{}", session), converts ? "conversion" : "page_view",
                       converts ? "lead" : "", channel, at, begun});
        at.micros += static_cast<int64_t>(random() % 1500) * 1'000'000;
      }
    }
    return all;
  }

  Question question(std::vector<std::string> kpis, std::vector<std::string> by = {}) const {
    Question question;
    question.kpis = std::move(kpis);
    question.by = std::move(by);
    question.days = *parse_days("2026-03-01", "2026-04-30");
    return question;
  }

  // Everything an answer says, as text.
  std::string answered(const Question& question) {
    Engine engine(catalog::Catalog::built_in(), *store_);
    auto answer = engine.ask(scope_, question);
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    return answer ? json_text(to_json(*answer)) : "";
  }

  std::vector<Question> questions() const {
    std::vector<std::string> kpis = {"sessions",
                                     "page_views",
                                     "visitors",
                                     "conversions",
                                     "bounce_rate",
                                     "bounce_rate:ga4",
                                     "social_traffic_share",
                                     "leads",
                                     "conversion_rate:per_visitor",
                                     "time_to_conversion"};
    Question compared = question(kpis, {"week"});
    compared.compare.kind = Compare::Kind::previous;
    return {question(kpis), question(kpis, {"day"}), question(kpis, {"channel", "month"}), compared,
            question(kpis, {"weekday"})};
  }

  std::filesystem::path directory_;
  std::shared_ptr<SettableClock> clock_;
  std::unique_ptr<facts::Store> store_;
  Scope scope_;
};

TEST_F(EventMetricsTest, AreTheSameHoweverTheyCame) {
  std::vector<Visit> all = visits();
  keep(all);
  std::vector<std::string> whole;
  for (const Question& question : questions()) whole.push_back(answered(question));

  // In another order, in many batches, with a batch more that is taken back.
  reset();
  std::shuffle(all.begin(), all.end(), std::mt19937(3));  // NOLINT: the same every time
  std::string wrong = keep({all.begin(), all.begin() + 40}, "twice");
  for (size_t from = 0; from < all.size(); from += 33) {
    keep({all.begin() + static_cast<long>(from), all.begin() + static_cast<long>(std::min(all.size(), from + 33))});
  }
  EXPECT_NE(answered(questions()[0]), whole[0]);
  clock_->instant.micros += 1'000'000;
  ASSERT_TRUE(store_->undo("default", wrong).ok());
  for (size_t i = 0; i < whole.size(); ++i) EXPECT_EQ(answered(questions()[i]), whole[i]);

  // As of the moment before it was taken back, it counts.
  Question then = questions()[0];
  then.as_of = Instant{clock_->instant.micros - 1};
  EXPECT_NE(answered(then), whole[0]);
  then.as_of = clock_->instant;
  Engine engine(catalog::Catalog::built_in(), *store_);
  Question now = then;
  now.as_of.reset();
  auto a = engine.ask(scope_, then), b = engine.ask(scope_, now);
  ASSERT_TRUE(a.ok() && b.ok());
  for (size_t i = 0; i < a->rows.size(); ++i) EXPECT_EQ(a->rows[i].value, b->rows[i].value) << a->rows[i].kpi;
}

// The first golden test: one person on two days is two daily visitors and one of the month.
TEST_F(EventMetricsTest, CountAPersonOnce) {
  Instant monday = *parse_instant("2026-03-02T10:00:00Z"), tuesday = *parse_instant("2026-03-03T10:00:00Z");
  keep({{"ada", "s1", "page_view", "", "direct", monday, monday},
        {"ada", "s2", "page_view", "", "direct", tuesday, tuesday}});
  Engine engine(catalog::Catalog::built_in(), *store_);
  auto month = engine.ask(scope_, question({"visitors"}));
  ASSERT_TRUE(month.ok());
  EXPECT_EQ(month->rows[0].value, 1);
  EXPECT_FALSE(month->rows[0].interval.has_value());
  double sum = 0;
  auto days = engine.ask(scope_, question({"visitors"}, {"day"}));
  ASSERT_TRUE(days.ok());
  for (const Cell& cell : days->rows) sum += cell.value.value_or(0);
  EXPECT_EQ(sum, 2);
}

// Daily sessions add up to those of the whole, whatever the zone does to its days.
TEST_F(EventMetricsTest, SessionsAddUpOverDays) {
  keep(visits());
  Engine engine(catalog::Catalog::built_in(), *store_);
  for (const char* zone : {"Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"}) {
    scope_.zone = *Zone::find(zone);
    auto whole = engine.ask(scope_, question({"sessions"}));
    auto days = engine.ask(scope_, question({"sessions"}, {"day"}));
    ASSERT_TRUE(whole.ok() && days.ok());
    double sum = 0;
    for (const Cell& cell : days->rows) sum += cell.value.value_or(0);
    EXPECT_EQ(sum, whole->rows[0].value) << zone;
  }
}

TEST_F(EventMetricsTest, AreExplainedDownToTheRow) {
  keep(visits());
  Engine engine(catalog::Catalog::built_in(), *store_);
  auto bounced = engine.explain(scope_, question({"bounce_rate"}, {"channel"}), {{"channel", "direct"}}, 10, 0);
  ASSERT_TRUE(bounced.ok()) << bounced.error().message;
  ASSERT_EQ(bounced->inputs.size(), 2u);
  EXPECT_EQ(bounced->inputs[0].name, "bounced_sessions");
  EXPECT_EQ(bounced->inputs[0].role, "numerator");
  EXPECT_EQ(bounced->inputs[1].name, "sessions");
  EXPECT_EQ(*bounced->inputs[0].sum / *bounced->inputs[1].sum, bounced->cell.value);
  EXPECT_EQ(bounced->total_rows, *bounced->inputs[0].sum + *bounced->inputs[1].sum);
  EXPECT_EQ(bounced->rows.size(), 10u);
  EXPECT_EQ(bounced->next, 10);
  EXPECT_EQ(bounced->rows[0].subject, "web");
  EXPECT_EQ(bounced->rows[0].post_id, "p1");
  EXPECT_FALSE(bounced->rows[0].entity.empty());
  EXPECT_EQ(bounced->rows[0].source, "web");
  EXPECT_EQ(bounced->inputs[1].sources.size(), 1u);
  EXPECT_EQ(bounced->inputs[1].sources[0].rows, *bounced->inputs[1].sum);

  // Every page once, and the pages are all there is.
  std::set<std::string> seen;
  int64_t offset = 0;
  for (;;) {
    auto page = engine.explain(scope_, question({"sessions"}), {}, 37, offset);
    ASSERT_TRUE(page.ok());
    for (const auto& row : page->rows) EXPECT_TRUE(seen.insert(row.entity).second) << row.entity;
    if (!page->next) break;
    offset = *page->next;
  }
  auto all = engine.ask(scope_, question({"sessions"}));
  EXPECT_EQ(static_cast<double>(seen.size()), all->rows[0].value);
}

class CareMetricsTest : public EventMetricsTest {
 protected:
  struct Message {
    Instant at;
    std::string conversation, kind, agent;
  };
  void keep_messages(const std::vector<Message>& messages) {
    facts::BatchStart start;
    start.source = "care";
    start.path = "care.json";
    auto writer = store_->begin("default", start);
    ASSERT_TRUE(writer.ok());
    int64_t number = 0;
    for (const Message& message : messages) {
      facts::ConversationEvent event;
      std::string id = std::to_string(++number);
      event.happened_at = message.at;
      event.id = id;
      event.conversation = message.conversation;
      event.kind = message.kind;
      event.agent = message.agent;
      ASSERT_TRUE((*writer)->add(event).ok());
    }
    facts::BatchEnd end;
    end.events = {facts::EventTable::conversations};
    ASSERT_TRUE((*writer)->commit(end).ok());
  }
  std::vector<Cell> cells(Question question) {
    question.days.reset();
    Engine engine(catalog::Catalog::built_in(), *store_);
    auto answer = engine.ask(scope_, question);
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    return answer ? answer->rows : std::vector<Cell>();
  }
};

// IBM's set of 525 conversations: the median and the share within an hour are published.
TEST_F(CareMetricsTest, GiveThePublishedFirstResponse) {
  const std::string file = SHARED_DATA "/care/ibm-care-dev.json";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no shared data here";
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  Json conversations = *parse_json(text.str());
  std::vector<Message> messages;
  for (const Json& conversation : conversations.as_array()) {
    std::string name = std::to_string(messages.size());
    for (const Json& message : conversation.at("dialogContent").as_array()) {
      messages.push_back({*parse_instant(std::string(message.at("datetime").as_string())), name,
                          message.as_object().contains("agent") ? "reply" : "inbound", ""});
    }
    // The reply that the set is about is known by its id alone, which holds its time.
    int64_t id = std::stoll(std::string(conversation.at("agentURL").at("tweet_ID").as_string()));
    messages.push_back({{((id >> 22) + 1288834974657) * 1000}, name, "reply", ""});
  }
  keep_messages(messages);
  std::vector<Cell> rows = cells(question({"first_response_time", "response_rate", "conversations", "backlog"}));
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(std::floor(*rows[0].value), 7419);
  EXPECT_EQ(rows[0].n, 525);
  EXPECT_DOUBLE_EQ(*rows[1].value, 230.0 / 525);
  EXPECT_EQ(rows[2].value, 525);
  EXPECT_FALSE(rows[3].value.has_value());
  EXPECT_EQ(rows[3].reason, "not_reported") << "nobody told of any end";
}

TEST_F(CareMetricsTest, AreExplainedDownToTheWait) {
  auto at = [](const char* text) { return *parse_instant(text); };
  keep_messages({{at("2026-03-02T10:00:00Z"), "c1", "inbound", ""},
                 {at("2026-03-02T10:20:00Z"), "c1", "reply", "mia"},
                 {at("2026-03-02T11:20:00Z"), "c1", "resolve", "mia"},
                 {at("2026-03-03T10:00:00Z"), "c2", "inbound", ""},
                 {at("2026-03-03T10:05:00Z"), "c2", "reply", "leo"},
                 {at("2026-03-04T10:00:00Z"), "c3", "inbound", ""}});
  Engine engine(catalog::Catalog::built_in(), *store_);
  auto waits = engine.explain(scope_, question({"first_response_time"}), {}, 10, 0);
  ASSERT_TRUE(waits.ok()) << waits.error().message;
  EXPECT_EQ(waits->cell.value, 1200);
  ASSERT_EQ(waits->total_rows, 3);
  EXPECT_EQ(waits->rows[0].entity, "c1");
  EXPECT_FALSE(waits->rows[0].censored);
  EXPECT_EQ(waits->rows[2].entity, "c3");
  EXPECT_TRUE(waits->rows[2].censored);
  EXPECT_EQ(waits->inputs[0].sources.at(0).path, "care.json");
  EXPECT_THAT(waits->interval_words, testing::HasSubstr("Kaplan and Meier"));
  EXPECT_THAT(waits->interval_words, testing::HasSubstr("these 3"));
  auto of_leo = engine.explain(scope_, question({"conversations"}, {"agent"}), {{"agent", "leo"}}, 10, 0);
  ASSERT_TRUE(of_leo.ok());
  ASSERT_EQ(of_leo->total_rows, 1);
  EXPECT_EQ(of_leo->rows[0].entity, "c2");
  // Open at the end: not what began in the window, but what lasted beyond it.
  Question march = question({"backlog"});
  march.days = *parse_days("2026-03-04", "2026-03-31");
  auto open = engine.explain(scope_, march, {}, 1, 1);
  ASSERT_TRUE(open.ok());
  EXPECT_EQ(open->cell.value, 2);
  EXPECT_EQ(open->total_rows, 2);
  ASSERT_EQ(open->rows.size(), 1u);
  EXPECT_EQ(open->rows[0].entity, "c3");
}

TEST_F(EventMetricsTest, StandBesidePostsInTheContentTable) {
  facts::BatchStart start;
  start.source = "x";
  auto writer = store_->begin("default", start);
  facts::Post post;
  post.network = "instagram";
  post.account = "brand";
  post.id = "p1";
  post.published_day = make_day(2026, 3, 5);
  ASSERT_TRUE((*writer)->add(post).ok());
  post.id = "p2";
  ASSERT_TRUE((*writer)->add(post).ok());
  ASSERT_TRUE((*writer)->commit({}).ok());
  keep(visits());
  Engine engine(catalog::Catalog::built_in(), *store_);
  PostsQuestion posts;
  posts.selectors = question({"sessions", "conversions"});
  posts.sort = "sessions";
  auto table = engine.posts(scope_, posts);
  ASSERT_TRUE(table.ok()) << table.error().message;
  ASSERT_EQ(table->posts.size(), 2u);
  EXPECT_EQ(table->posts[0].id, "p1");
  EXPECT_EQ(table->posts[0].values[0].value, 200);
  EXPECT_EQ(table->posts[1].values[0].value, 0);
}

// What the catalog says comes from events is computed somewhere, and the reverse.
TEST(EventMeasures, AreThoseOfTheCatalog) {
  auto catalog = catalog::Catalog::built_in();
  std::vector<std::string> without_row, without_entry;
  for (const catalog::Measure& measure : catalog->measures()) {
    if (!measure.from.empty() && event_measure(measure.key) == nullptr) without_row.push_back(measure.key);
  }
  for (const EventMeasure& measure : event_measures()) {
    const catalog::Measure* known = catalog->measure(measure.key);
    std::string_view origin = measure.relation->told ? "ledger" : facts::table_name(measure.relation->table);
    bool same = known != nullptr && known->from == origin;
    if (!same) without_entry.emplace_back(measure.key);
    if (!measure.part_of.empty()) {
      EXPECT_NE(event_measure(measure.part_of), nullptr) << measure.key;
    }
  }
  EXPECT_THAT(without_row, IsEmpty());
  EXPECT_THAT(without_entry, IsEmpty());
}

TEST_F(EventMetricsTest, CutDaysAsTheZoneDoes) {
  for (const char* name : {"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"}) {
    Zone zone = *Zone::find(name);
    Instant from = *parse_instant("2025-01-01T00:00:00Z"), to = *parse_instant("2026-12-31T00:00:00Z");
    LocalTime local(duckdb_dialect(), zone, from, to);
    std::string sql = fmt::format(
        "SELECT happened_at, {}, {}, {} FROM (SELECT {} + i * 1740000000 AS happened_at FROM range(0, 36000) AS r(i)) "
        "WHERE happened_at < {}",
        local.day("happened_at"), local.hour("happened_at"), local.weekday("happened_at"), from.micros, to.micros);
    int64_t wrong = 0;
    ASSERT_TRUE(store_
                    ->select(sql,
                             [&](const facts::Chunk& chunk) {
                               for (size_t row = 0; row < chunk.rows(); ++row) {
                                 Instant at{chunk.integer(0, row)};
                                 Day day = zone.day_of(at);
                                 int64_t local_seconds = at.micros / 1'000'000 + zone.offset_seconds(at);
                                 bool same = chunk.integer(1, row) == day.number &&
                                             chunk.integer(2, row) == local_seconds / 3'600 % 24 &&
                                             chunk.integer(3, row) == static_cast<int64_t>(weekday_of(day));
                                 wrong += same ? 0 : 1;
                               }
                               return true;
                             })
                    .ok());
    EXPECT_EQ(wrong, 0) << name;
  }
}

}  // namespace
}  // namespace sociometer::metrics
