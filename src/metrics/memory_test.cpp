#include "metrics/memories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "base/scratch_folder.h"
#include "metrics/asking.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

using ToldByDay = std::map<int, std::pair<int64_t, int64_t>>;  // by day: value, batch

const DayRange hundred_days{{0}, {100}};

void add_day(SeriesDays& series, int day, int64_t value, int64_t batch) {
  const Day days[] = {{day}};
  const int64_t values[] = {value};
  series.add({days, values, batch});
}

ToldByDay told_of(const SeriesDays& series, std::optional<DayRange> days) {
  ToldByDay told;
  for (const ToldDays& stretch : series.of(days)) {
    EXPECT_EQ(stretch.days.size(), stretch.values.size());
    EXPECT_FALSE(stretch.days.empty());
    for (size_t i = 0; i < stretch.days.size(); ++i) {
      EXPECT_TRUE(told.emplace(stretch.days[i].number, std::pair(stretch.values[i], stretch.batch)).second);
    }
  }
  return told;
}

SeriesMemory::Found days_of(int count, std::optional<DayRange> window = hundred_days) {
  SeriesDays series(window);
  for (int day = 0; day < count; ++day) add_day(series, day, day, 1);
  series.settle();
  return std::make_shared<const SeriesDays>(std::move(series));
}

TEST(SeriesDays, GivesTheDaysAskedForWithTheirBatches) {
  std::mt19937 random(20260601);
  for (int round = 0; round < 200; ++round) {
    ToldByDay all;
    std::vector<int> order;
    for (int day = 0; day < 60; ++day) {
      if (random() % 4 == 0) continue;
      all[day] = {static_cast<int64_t>(random() % 1000), 1 + random() % 3};
      order.push_back(day);
    }
    if (round % 2 == 0) std::shuffle(order.begin(), order.end(), random);
    SeriesDays series(hundred_days);
    for (int day : order) add_day(series, day, all[day].first, all[day].second);
    series.settle();
    EXPECT_EQ(series.size(), all.size());
    EXPECT_EQ(told_of(series, std::nullopt), all);
    const int first = static_cast<int>(random() % 70) - 5, end = first + static_cast<int>(random() % 70);
    ToldByDay inside;
    for (const auto& [day, said] : all) {
      if (first <= day && day < end) inside.emplace(day, said);
    }
    EXPECT_EQ(told_of(series, DayRange{{first}, {end}}), inside) << first << " to " << end;
  }
}

TEST(SeriesMemory, KnowsWhatLiesWithinWhatWasRead) {
  SeriesMemory memory(1'000'000);
  EXPECT_EQ(memory.find(7, hundred_days, 0), nullptr);
  memory.keep(7, days_of(10), 0);
  EXPECT_NE(memory.find(7, hundred_days, 0), nullptr);
  EXPECT_NE(memory.find(7, DayRange{{20}, {30}}, 0), nullptr) << "nothing is told of those days, which is known";
  EXPECT_EQ(memory.find(7, DayRange{{20}, {101}}, 0), nullptr);
  EXPECT_EQ(memory.find(7, std::nullopt, 0), nullptr);
  EXPECT_EQ(memory.find(8, hundred_days, 0), nullptr);
  memory.keep(7, days_of(10, std::nullopt), 0);
  EXPECT_NE(memory.find(7, std::nullopt, 0), nullptr);
}

TEST(SeriesMemory, ForgetsWithTheState) {
  SeriesMemory memory(1'000'000);
  memory.keep(7, days_of(10), 2);
  EXPECT_EQ(memory.find(7, hundred_days, 4), nullptr);
  memory.keep(7, days_of(10), 2);
  EXPECT_EQ(memory.find(7, hundred_days, 4), nullptr) << "read before the store changed";
  EXPECT_EQ(memory.find(7, hundred_days, 2), nullptr);
  memory.keep(7, days_of(10), 4);
  EXPECT_NE(memory.find(7, hundred_days, 4), nullptr);
}

TEST(SeriesMemory, KeepsWhatIsUsedWithinItsRoom) {
  SeriesMemory memory(1'000);
  EXPECT_TRUE(memory.has_room_for(500));
  EXPECT_FALSE(memory.has_room_for(501));
  memory.keep(0, days_of(50), 0);
  for (int series = 1; series < 100; ++series) {
    memory.keep(series, days_of(50), 0);
    ASSERT_NE(memory.find(0, hundred_days, 0), nullptr) << "asked for all the time, after " << series;
  }
  int kept = 0;
  for (int series = 99; series > 0; --series) kept += memory.find(series, hundred_days, 0) != nullptr ? 1 : 0;
  EXPECT_GE(kept, 7);
  EXPECT_LE(kept, 19);
  EXPECT_EQ(memory.find(1, hundred_days, 0), nullptr);
}

TEST(SeriesMemory, TheSameSeriesAgainTakesNoMoreRoom) {
  SeriesMemory memory(1'000);
  memory.keep(1, days_of(50), 0);
  for (int i = 0; i < 100; ++i) memory.keep(2, days_of(50), 0);
  EXPECT_NE(memory.find(1, hundred_days, 0), nullptr);
}

// A store in which facts come and go, and an engine that is asked all the while.
class MemoriesTest : public testing::Test {
 protected:
  MemoriesTest() {
    directory_ = *make_scratch_folder("memories");
    auto store = facts::open_duckdb(directory_.string(), system_clock());
    EXPECT_TRUE(store.ok());
    store_ = std::move(*store);
    scope_.workspace = "default";
    scope_.now = *parse_instant("2026-07-02T12:00:00Z");
  }
  ~MemoriesTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  int below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  std::string some_account() { return fmt::format("brand{}", below(3)); }
  Day some_day() { return make_day(2025, 11, 1) + below(120); }

  std::unique_ptr<facts::BatchWriter> begin() {
    facts::BatchStart start;
    start.source = "sociometer_observations";
    start.path = start.said = std::to_string(++batches_begun_);
    return std::move(*store_->begin("default", start));
  }

  void commit(facts::BatchWriter& writer) {
    auto receipt = writer.commit({.observed_at = scope_.now, .range = {}});
    ASSERT_TRUE(receipt.ok()) << receipt.error().message;
    batches_.push_back(receipt->id);
  }

  facts::Observation observation(std::string_view account, std::string_view measure, Day day, int64_t value) {
    facts::Observation o;
    o.network = "x";
    o.account = account;
    o.measure = measure;
    o.zone = "UTC";
    o.days = {day, day + 1};
    o.value = value;
    o.observed_at = {scope_.now.micros + batches_begun_};
    return o;
  }

  void add_days() {
    auto writer = begin();
    const std::string account = some_account();
    const Day first = some_day();
    for (Day day = first; day < first + 1 + below(40); day = day + 1) {
      ASSERT_TRUE(writer->add(observation(account, "impressions", day, below(1000))).ok());
      facts::Observation followers = observation(account, "followers", day, below(1000));
      followers.window = facts::Window::instant;
      ASSERT_TRUE(writer->add(followers).ok());
    }
    commit(*writer);
  }

  enum class Parts { some, none };
  void add_posts(Parts parts = Parts::none) {
    auto writer = begin();
    const std::string account = some_account();
    for (int i = below(10); i >= 0; --i) {
      const std::string id = fmt::format("post{}", below(30));
      facts::Post post;
      post.network = "x";
      post.account = account;
      post.id = id;
      post.published_day = some_day();
      post.zone = "UTC";
      post.observed_at = {scope_.now.micros + batches_begun_};
      ASSERT_TRUE(writer->add(post).ok());
      if (below(5) == 0) continue;  // a post without counters
      for (const char* measure : {"likes", "impressions"}) {
        facts::Observation counter = observation(account, measure, *post.published_day, below(1000));
        counter.subject = facts::Subject::post;
        counter.subject_id = id;
        counter.window = facts::Window::lifetime;
        if (parts == Parts::some && below(8) == 0) counter.promotion = facts::Promotion::paid;
        ASSERT_TRUE(writer->add(counter).ok());
      }
    }
    commit(*writer);
  }

  void add_views() {
    auto writer = begin();
    facts::WebEvent view;
    view.happened_at = {scope_.now.micros - below(1'000'000)};
    view.kind = "page_view";
    view.visitor = view.session = "someone";
    view.session_at = view.happened_at;
    view.channel = "direct";
    view.verdict = "human";
    ASSERT_TRUE(writer->add(view).ok());
    commit(*writer);
  }

  Question some_question() {
    static const std::vector<std::vector<std::string>> kpis = {
        {"impressions"}, {"followers"}, {"likes"}, {"likes", "engagement_rate:by_impressions"}, {"audience_growth"}};
    static const std::vector<std::vector<std::string>> by = {{}, {"month"}, {"account"}, {"account", "week"}, {"hour"}};
    Question question;
    question.kpis = kpis[static_cast<size_t>(below(static_cast<int>(kpis.size())))];
    question.by = by[static_cast<size_t>(below(static_cast<int>(by.size())))];
    const Day first = some_day();
    if (below(6) != 0) question.days = DayRange{first, first + 1 + below(60)};
    if (below(3) == 0) question.filter["account"] = {some_account()};
    if (below(4) == 0) question.compare.kind = Compare::Kind::previous;
    return question;
  }

  std::string text_of(const Engine& engine, const Question& question) {
    auto answer = engine.ask(scope_, question);
    return answer ? boost::json::serialize(to_json(*answer)) : answer.error().message;
  }

  // How many statements read facts for a question, when it is asked with what was remembered.
  int64_t reads_facts(const Question& question, Memories& memories) {
    Asking::Extras extras;
    extras.memory = &memories;
    auto asking = Asking::prepare(*catalog::Catalog::built_in(), *store_, duckdb_dialect(), scope_, question, extras);
    EXPECT_TRUE(asking.ok());
    return std::ranges::count_if((*asking)->frame().sql, [](const std::string& sql) {
      return sql.find("current_facts") != sql.npos || sql.find("latest_posts") != sql.npos;
    });
  }

  std::filesystem::path directory_;
  std::unique_ptr<facts::Store> store_;
  Scope scope_;
  std::mt19937 random_{20261127};
  int batches_begun_ = 0;
  std::vector<std::string> batches_;
};

TEST_F(MemoriesTest, AnswersAreThoseOfAnEngineThatRemembersNothing) {
  const Engine engine(catalog::Catalog::built_in(), *store_);
  for (int step = 0; step < 120 && !HasFailure(); ++step) {
    const int deed = below(10);
    if (deed < 4) add_days();
    // Later on posts are told by promotion too, and are no longer remembered.
    if (deed == 4 || deed == 5) add_posts(step < 80 ? Parts::none : Parts::some);
    if (deed == 6) add_views();
    if (deed == 7 && !batches_.empty()) {
      auto batch = batches_.begin() + below(static_cast<int>(batches_.size()));
      ASSERT_TRUE(store_->undo("default", *batch).ok());
      batches_.erase(batch);
    }
    if (deed == 8 && !batches_.empty()) {
      (void)store_->reassign("default", batches_[static_cast<size_t>(below(static_cast<int>(batches_.size())))],
                             some_account());
    }
    scope_.zone = *Zone::find(below(5) == 0 ? "America/New_York" : "UTC");
    for (int i = 0; i < 4; ++i) {
      const Question question = some_question();
      const std::string where = fmt::format("step {}: {}", step, command_line(question, "kpi"));
      const std::string anew = text_of(Engine(catalog::Catalog::built_in(), *store_), question);
      ASSERT_EQ(text_of(engine, question), anew) << where;
      ASSERT_EQ(text_of(engine, question), anew) << where << ", again";
    }
  }
}

TEST_F(MemoriesTest, WhatIsRememberedIsNotReadAgain) {
  for (int i = 0; i < 5; ++i) {
    add_days();
    add_posts();
  }
  Memories memories;
  Question question;
  question.kpis = {"impressions", "followers"};
  question.days = DayRange{make_day(2026, 1, 10), make_day(2026, 1, 20)};
  EXPECT_GT(reads_facts(question, memories), 0);
  EXPECT_EQ(reads_facts(question, memories), 0);
  question.by = {"account"};
  EXPECT_EQ(reads_facts(question, memories), 0) << "by another dimension";
  Question of_days;
  of_days.kpis = {"followers"};
  of_days.days = DayRange{make_day(2026, 1, 20), make_day(2026, 3, 20)};
  EXPECT_EQ(reads_facts(of_days, memories), 0) << "other days of the same year";
  Question of_posts;
  of_posts.kpis = {"likes"};
  of_posts.basis = Basis::published;
  of_posts.days = question.days;
  EXPECT_GT(reads_facts(of_posts, memories), 0);
  of_posts.by = {"week"};
  of_posts.filter["account"] = {"brand1"};
  EXPECT_EQ(reads_facts(of_posts, memories), 0) << "one of the accounts";
  add_views();
  EXPECT_EQ(reads_facts(question, memories) + reads_facts(of_posts, memories), 0) << "no observation came with it";
  add_days();
  EXPECT_GT(reads_facts(question, memories), 0);
  EXPECT_GT(reads_facts(of_posts, memories), 0);
}

}  // namespace
}  // namespace sociometer::metrics
