#include "insights/best_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

namespace sociometer::insights {
namespace {

constexpr Day monday{20'003};  // 2024-10-07

using Week = std::array<std::array<double, 24>, 7>;

// Posts by day, two accounts, with what the hour of the week is worth.
std::vector<PostSeen> posts_by(int n, const Week& worth, double noise, std::mt19937& random) {
  std::normal_distribution<double> bell;
  std::uniform_int_distribution<int> hour(9, 20);
  std::vector<PostSeen> posts;
  for (int i = 0; i < n; ++i) {
    PostSeen post;
    post.account = i % 2 == 0 ? "x/small" : "x/large";
    post.day = monday + i % 364;
    post.hour = hour(random);
    const auto weekday = static_cast<size_t>(weekday_of(post.day));
    const double usual = post.account == "x/small" ? 100 : 5'000;
    post.value = std::round(usual * std::exp(worth[weekday][static_cast<size_t>(post.hour)] + noise * bell(random)));
    posts.push_back(post);
  }
  return posts;
}

TEST(BestTimes, IsAMonday) {
  EXPECT_EQ(weekday_of(monday), Weekday::monday);
}

// Where times make no difference none is called better: nearly all lie inside their intervals, few look sure.
TEST(BestTimes, WhereTimesAreAlikeNoneIsBest) {
  std::mt19937 random(1);
  int cells = 0, sure = 0, wrong = 0;
  for (int i = 0; i < 20; ++i) {
    auto times = best_times(posts_by(200, {}, 0.6, random), Counting::counts);
    for (const TimeCell& cell : times.cells) {
      ++cells;
      sure += cell.probability >= 0.95;
      wrong += cell.low > 0 || cell.high < 0;
    }
  }
  EXPECT_LE(sure, 0.02 * cells);
  EXPECT_LE(wrong, 0.02 * cells);
}

// Worlds drawn at random: of the times called better with nine in ten, about nine in ten are, and 95 of 100 intervals
// hold what the hour is worth.
TEST(BestTimes, ProbabilitiesAreWhatTheySay) {
  std::mt19937 random(2);
  std::normal_distribution<double> bell;
  int called = 0, right = 0, inside = 0, cells = 0;
  for (int world = 0; world < 20; ++world) {
    Week worth{};
    std::array<double, 24> by_hour{};
    for (double& each : by_hour) each = 0.25 * bell(random);
    for (auto& day : worth) {
      const double by_day = 0.2 * bell(random);
      for (size_t hour = 0; hour < 24; ++hour) day[hour] = by_day + by_hour[hour] + 0.1 * bell(random);
    }
    auto times = best_times(posts_by(400, worth, 0.5, random), Counting::counts);
    double average = 0, n = 0;
    for (const TimeCell& cell : times.cells) {
      average += static_cast<double>(cell.n) * worth[static_cast<size_t>(cell.weekday)][static_cast<size_t>(cell.hour)];
      n += static_cast<double>(cell.n);
    }
    average /= n;
    for (const TimeCell& cell : times.cells) {
      const double truth = worth[static_cast<size_t>(cell.weekday)][static_cast<size_t>(cell.hour)] - average;
      ++cells;
      inside += std::expm1(truth) >= cell.low && std::expm1(truth) <= cell.high;
      if (cell.probability < 0.9) continue;
      ++called;
      right += truth > 0;
    }
  }
  EXPECT_GE(called, 100);
  EXPECT_GE(right, 0.88 * called);
  EXPECT_GE(inside, 0.90 * cells);
}

TEST(BestTimes, AreFoundAndShrunken) {
  Week worth{};
  for (auto& day : worth) day[18] = day[19] = 0.7;
  for (double& hour : worth[2]) hour += 0.5;  // Wednesdays
  std::mt19937 random(3);
  auto times = best_times(posts_by(700, worth, 0.5, random), Counting::counts);
  EXPECT_TRUE(times.differs);
  EXPECT_TRUE(times.is_share);
  const auto best = std::max_element(times.cells.begin(), times.cells.end(),
                                     [](const TimeCell& a, const TimeCell& b) { return a.effect < b.effect; });
  EXPECT_EQ(best->weekday, Weekday::wednesday);
  EXPECT_THAT(best->hour, testing::AnyOf(18, 19));
  EXPECT_GE(best->probability, 0.97);
  int64_t n = 0;
  for (const TimeCell& cell : times.cells) {
    n += cell.n;
    EXPECT_LE(cell.low, cell.effect);
    EXPECT_LE(cell.effect, cell.high);
  }
  EXPECT_EQ(n, 700);
}

// One great post at an hour without others does not make it the best time.
TEST(BestTimes, OnePostSaysLittle) {
  std::mt19937 random(4);
  Week worth{};
  for (auto& day : worth) day[18] = 0.5;
  std::vector<PostSeen> posts = posts_by(300, worth, 0.4, random);
  PostSeen lucky = posts[0];
  lucky.hour = 3;
  lucky.value *= 200;
  posts.push_back(lucky);
  auto times = best_times(posts, Counting::counts);
  for (const TimeCell& cell : times.cells) {
    if (cell.hour == 3) {
      EXPECT_EQ(cell.n, 1);
      EXPECT_LT(cell.probability, 0.95);
      EXPECT_LT(cell.effect, 1.0);
    }
  }
}

TEST(BestTimes, OfWhatShallBeLessAreTheOthers) {
  Week worth{};
  for (auto& day : worth) day[10] = -0.8;
  std::mt19937 random(5);
  const std::vector<PostSeen> posts = posts_by(400, worth, 0.3, random);
  auto more = best_times(posts, Counting::counts, Wanted::more),
       less = best_times(posts, Counting::counts, Wanted::less);
  for (size_t i = 0; i < more.cells.size(); ++i) {
    EXPECT_NEAR(more.cells[i].probability + less.cells[i].probability, 1, 1e-12);
    if (more.cells[i].hour == 10) {
      EXPECT_GT(less.cells[i].probability, 0.9);
    }
  }
}

TEST(BestTimes, NeedHours) {
  std::mt19937 random(6);
  std::vector<PostSeen> posts = posts_by(60, {}, 0.3, random);
  for (size_t i = 0; i < 20; ++i) posts[i].hour = -1;
  auto times = best_times(posts, Counting::counts);
  EXPECT_EQ(times.posts, 40);
  EXPECT_EQ(times.without_hour, 20);
  for (PostSeen& post : posts) post.hour = -1;
  EXPECT_THAT(best_times(posts, Counting::counts).reason, testing::HasSubstr("there are 0"));
}

}  // namespace
}  // namespace sociometer::insights
