// Questions from several threads while facts are added and taken back: each answer is that of one moment, never of half
// a batch. Built with the preset `tsan` it also looks for races.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "base/scratch_folder.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

constexpr int days_observed = 20, batches = 8, askers = 3;

class ConcurrentTest : public testing::Test {
 protected:
  ConcurrentTest() {
    directory_ = *make_scratch_folder("concurrent");
    auto store = facts::open_duckdb(directory_.string(), fixed_clock(*parse_instant("2026-07-01T00:00:00Z")));
    EXPECT_TRUE(store.ok());
    store_ = std::move(*store);
    scope_.workspace = "default";
    scope_.now = *parse_instant("2026-07-02T12:00:00Z");
    std::vector<catalog::OwnEntry> own;
    scope_.editions = std::make_shared<catalog::Editions>(catalog::Catalog::built_in(), own);
  }
  ~ConcurrentTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  // One impression on each of the days, by an account of its own.
  std::string add(int number) {
    facts::BatchStart start;
    start.source = "sociometer_observations";
    start.path = start.said = std::to_string(number);
    auto writer = std::move(*store_->begin("default", start));
    std::string handle = fmt::format("account{}", number);
    facts::Observation observation;
    observation.network = "x";
    observation.account = handle;
    observation.measure = "impressions";
    observation.zone = "UTC";
    observation.value = 1;
    observation.observed_at = *parse_instant("2026-06-30T00:00:00Z");
    for (int day = 0; day < days_observed; ++day) {
      observation.days = {first_ + day, first_ + day + 1};
      EXPECT_TRUE(writer->add(observation).ok());
    }
    facts::BatchEnd end;
    end.range = DayRange{first_, first_ + days_observed};
    end.observed_at = observation.observed_at;
    return writer->commit(end)->id;
  }

  Day first_ = make_day(2026, 6, 1);
  std::filesystem::path directory_;
  std::unique_ptr<facts::Store> store_;
  Scope scope_;
};

TEST_F(ConcurrentTest, AnswersAreThoseOfOneMoment) {
  add(0);
  Engine engine(catalog::Catalog::built_in(), *store_);
  std::atomic<bool> done = false;
  std::atomic<int> asked = 0;
  auto ask = [&](int thread) {
    Question question;
    question.kpis = {"impressions", "engagement_rate:by_impressions"};
    question.days = DayRange{first_, first_ + days_observed};
    if (thread == 1) question.by = {"account"};
    if (thread == 2) question.by = {"week"};
    while (!done || asked < 2 * askers) {
      auto answer = engine.ask(scope_, question);
      ASSERT_TRUE(answer.ok()) << answer.error().message;
      double sum = 0;
      for (const Cell& cell : answer->rows) {
        if (cell.asked == "impressions") sum += cell.value.value_or(0);
      }
      // Of each batch all days or none.
      EXPECT_GE(sum, days_observed);
      EXPECT_EQ(static_cast<int>(sum) % days_observed, 0) << sum;
      ++asked;
    }
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < askers; ++thread) threads.emplace_back(ask, thread);
  for (int number = 1; number <= batches; ++number) {
    std::string batch = add(number);
    if (number % 2 != 0) continue;
    EXPECT_TRUE(store_->undo("default", batch).ok());
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(asked, 2 * askers);
}

// Long answers are fetched on threads of their own, while others ask and facts come and go.
TEST_F(ConcurrentTest, LongAnswersStayWhole) {
  constexpr int posts = 20'000;
  facts::BatchStart start;
  start.source = "sociometer_observations";
  start.path = "posts";
  auto writer = std::move(*store_->begin("default", start));
  for (int number = 0; number < posts; ++number) {
    std::string id = fmt::format("post{}", number);
    facts::Post post;
    post.network = "x";
    post.account = "archive";
    post.id = id;
    post.published_day = first_ + number % days_observed;
    post.zone = "UTC";
    ASSERT_TRUE(writer->add(post).ok());
    facts::Observation counter;
    counter.network = "x";
    counter.account = "archive";
    counter.subject = facts::Subject::post;
    counter.subject_id = id;
    counter.window = facts::Window::lifetime;
    counter.days = {*post.published_day, *post.published_day + 1};
    counter.zone = "UTC";
    counter.measure = "likes";
    counter.value = number;
    ASSERT_TRUE(writer->add(counter).ok());
  }
  facts::BatchEnd end;
  end.range = DayRange{first_, first_ + days_observed};
  ASSERT_TRUE(writer->commit(end).ok());
  Engine engine(catalog::Catalog::built_in(), *store_);
  Question question;
  question.kpis = {"likes"};
  question.filter["account"] = {"archive"};
  question.days = DayRange{first_, first_ + days_observed};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < askers; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 3; ++i) {
        auto answer = engine.ask(scope_, question);
        ASSERT_TRUE(answer.ok()) << answer.error().message;
        EXPECT_EQ(answer->rows.front().value, 1.0 * posts * (posts - 1) / 2);
      }
    });
  }
  for (int number = 1; number <= 3; ++number) EXPECT_TRUE(store_->undo("default", add(number)).ok());
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace sociometer::metrics
