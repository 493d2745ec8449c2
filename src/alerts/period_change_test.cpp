#include "alerts/period_change.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace sociometer::alerts {
namespace {

using insights::Nature;
using Totals = std::vector<std::optional<double>>;

// Weeks of a number that wanders a little and varies from day to day, counted.
Totals quiet_weeks(double mean, double noise, std::mt19937& random, int weeks = 27) {
  std::normal_distribution<double> step(0, 0.02);
  std::lognormal_distribution<double> wild(0, noise);
  double level = mean;
  Totals totals;
  for (int week = 0; week < weeks; ++week) {
    level *= std::exp(step(random));
    double total = 0;
    for (int day = 0; day < 7; ++day) {
      std::poisson_distribution<int64_t> counted(level * wild(random));
      total += static_cast<double>(counted(random));
    }
    totals.emplace_back(total);
  }
  return totals;
}

TEST(PeriodChange, QuietWeeksAreCalledAChangeAtMostAsOftenAsStated) {
  for (const double mean : {3.0, 50.0, 5000.0}) {
    for (const double noise : {0.1, 0.5, 1.0}) {
      std::mt19937 random(7);
      int changes = 0, rare = 0;
      const int tried = 2000;
      for (int i = 0; i < tried; ++i) {
        const auto evidence = weigh_period(quiet_weeks(mean, noise, random), Nature::count);
        ASSERT_TRUE(evidence);
        changes += evidence->p <= 0.05;
        rare += evidence->p <= 0.005;
      }
      EXPECT_LE(changes, tried * 7 / 100) << "mean " << mean << ", noise " << noise;
      EXPECT_LE(rare, tried * 12 / 1000) << "mean " << mean << ", noise " << noise;
    }
  }
}

TEST(PeriodChange, AHalvedWeekIsFound) {
  std::mt19937 random(8);
  int found = 0;
  for (int i = 0; i < 100; ++i) {
    Totals totals = quiet_weeks(200, 0.2, random);
    totals.back() = *totals.back() / 2;
    const auto evidence = weigh_period(totals, Nature::count);
    found += evidence && evidence->change && evidence->difference < 0;
    EXPECT_LT(*evidence->interval.low, evidence->difference);
    EXPECT_GT(*evidence->interval.high, evidence->difference);
  }
  EXPECT_GE(found, 95);
}

TEST(PeriodChange, AWeekThatIsNotKnownIsNoZero) {
  std::mt19937 random(9);
  Totals totals = quiet_weeks(200, 0.2, random);
  totals.back().reset();
  EXPECT_FALSE(weigh_period(totals, Nature::count));
  totals = quiet_weeks(200, 0.2, random);
  totals[totals.size() - 2].reset();
  EXPECT_FALSE(weigh_period(totals, Nature::count));
  totals = quiet_weeks(200, 0.2, random);
  const auto whole = weigh_period(totals, Nature::count);
  totals[10].reset();
  const auto holed = weigh_period(totals, Nature::count);
  EXPECT_NEAR(whole->p, holed->p, 0.1);
}

TEST(PeriodChange, TooFewWeeksSayNothing) {
  std::mt19937 random(10);
  EXPECT_FALSE(weigh_period({}, Nature::count));
  EXPECT_FALSE(weigh_period(quiet_weeks(200, 0.2, random, differences_min + 1), Nature::count));
  EXPECT_TRUE(weigh_period(quiet_weeks(200, 0.2, random, differences_min + 2), Nature::count));
}

// By hand: differences of 1 each, so the size is 1; the last is 3, and t with 8 degrees is as far out in 1.7 %.
TEST(PeriodChange, IsStudentsTOnTheDifferencesBefore) {
  const Totals totals{0, 1, 0, 1, 0, 1, 0, 1, 0, 3};
  const auto evidence = weigh_period(totals, Nature::level);
  ASSERT_TRUE(evidence);
  EXPECT_NEAR(evidence->p, 0.01707, 1e-4);
  EXPECT_NEAR(*evidence->interval.low, 3 - 2.306, 1e-3);
  EXPECT_NEAR(*evidence->interval.high, 3 + 2.306, 1e-3);
}

TEST(PeriodChange, CountsVaryAtLeastAsCountingDoes) {
  // Even weeks so far; 4 after 9 is no news where things are counted.
  const Totals totals{9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 4};
  EXPECT_FALSE(weigh_period(totals, Nature::count)->change);
  EXPECT_TRUE(weigh_period(totals, Nature::level)->change);
}

}  // namespace
}  // namespace sociometer::alerts
