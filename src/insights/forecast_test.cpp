#include "insights/forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "insights/series_fixture.h"

namespace sociometer::insights {
namespace {

// Counts with a weekly pattern and noise; `growth` a day.
DaySeries counts(int days, double mean, double noise, unsigned seed, double growth = 1) {
  std::mt19937 random(seed);
  std::lognormal_distribution<double> wild(0, noise);
  DaySeries series{first_day, {}};
  for (int day = 0; day < days; ++day) {
    double weekly = 1 + 0.5 * std::sin(2 * M_PI * (day % 7) / 7);
    std::poisson_distribution<int64_t> counted(mean * weekly * wild(random) * std::pow(growth, day));
    series.values.emplace_back(static_cast<double>(counted(random)));
  }
  return series;
}

TEST(Forecast, GoesOnWhereTheDaysEnd) {
  auto ahead = forecast(counts(200, 1'000, 0.1, 1), Nature::count, 28);
  ASSERT_TRUE(ahead.ok());
  EXPECT_EQ(ahead->first, first_day + 200);
  ASSERT_EQ(ahead->days.size(), 28U);
  for (const Ahead& day : ahead->days) {
    EXPECT_LE(day.low, day.value);
    EXPECT_LE(day.value, day.high);
    EXPECT_GE(day.low, 0);
  }
  // The week's best day is seen coming.
  EXPECT_GT(ahead->days[static_cast<size_t>((7 - 200 % 7 + 2) % 7)].value,
            1.5 * ahead->days[static_cast<size_t>((7 - 200 % 7 + 5) % 7)].value);
  EXPECT_NEAR(ahead->whole.value, 28'000, 3'000);
  EXPECT_LT(ahead->back_test.scaled, 1);
}

TEST(Forecast, KeepsItsPromiseInSimulation) {
  int inside = 0, points = 0, whole_inside = 0, wholes = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    DaySeries all = counts(228, 300, 0.4, seed);
    DaySeries known{first_day, {all.values.begin(), all.values.begin() + 200}};
    auto ahead = forecast(known, Nature::count, 28);
    ASSERT_TRUE(ahead.ok());
    double sum = 0;
    for (size_t h = 0; h < 28; ++h) {
      double value = *all.values[200 + h];
      sum += value;
      inside += value >= ahead->days[h].low && value <= ahead->days[h].high;
      ++points;
    }
    whole_inside += sum >= ahead->whole.low && sum <= ahead->whole.high;
    ++wholes;
  }
  EXPECT_GE(inside, 0.9 * points);
  EXPECT_GE(whole_inside, 0.85 * wholes);
}

TEST(Forecast, OfStocksFollowsTheirChange) {
  DaySeries followers{first_day, {}};
  for (int day = 0; day < 120; ++day) followers.values.emplace_back(10'000 + 25 * day + day % 3);
  followers.values[50].reset();
  auto ahead = forecast(followers, Nature::stock, 30);
  ASSERT_TRUE(ahead.ok());
  EXPECT_NEAR(ahead->days.back().value, 10'000 + 25 * 149, 30);
  EXPECT_LE(ahead->days.back().low, ahead->days.back().value);
  EXPECT_NEAR(ahead->whole.value, ahead->days.back().value, 60);
}

TEST(Forecast, LeavesGapsAlone) {
  DaySeries series = counts(150, 500, 0.1, 3);
  for (size_t day = 0; day < 150; day += 5) series.values[day].reset();
  auto ahead = forecast(series, Nature::count, 14);
  ASSERT_TRUE(ahead.ok());
  EXPECT_NEAR(ahead->whole.value / 14, 500, 100);
}

TEST(Forecast, SaysWhenThereIsTooLittle) {
  for (int days : {0, 1, 41}) {
    auto refused = forecast(counts(days, 10, 0.1, 1), Nature::count, 28);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("42 days"));
  }
  EXPECT_FALSE(forecast(counts(100, 10, 0.1, 1), Nature::count, 0).ok());
  EXPECT_FALSE(forecast(counts(100, 10, 0.1, 1), Nature::count, 401).ok());
}

TEST(Forecast, OfNothingIsNothing) {
  DaySeries quiet{first_day, std::vector<std::optional<double>>(100, 0.0)};
  auto ahead = forecast(quiet, Nature::count, 28);
  ASSERT_TRUE(ahead.ok());
  EXPECT_EQ(ahead->whole.value, 0);
  EXPECT_EQ(ahead->days[3].high, 0);
}

TEST(ProbabilityOf, CountsOutcomesOnTheWantedSide) {
  std::vector<double> outcomes = {1, 2, 3, 4};
  EXPECT_DOUBLE_EQ(probability_of(outcomes, 3, true), 2.5 / 5);
  EXPECT_DOUBLE_EQ(probability_of(outcomes, 3, false), 2.5 / 5);
  EXPECT_DOUBLE_EQ(probability_of(outcomes, 100, true), 0.5 / 5);
  EXPECT_DOUBLE_EQ(probability_of({}, 1, true), 0.5);
}

}  // namespace
}  // namespace sociometer::insights
