#include "metrics/differences.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

TEST(Differences, OfSharesAsPublished) {
  // Newcombe 1998, table II: 56/70 − 48/80 and 9/10 − 3/10, method 10.
  auto many = proportion_difference({56, 70}, {48, 80});
  ASSERT_TRUE(many);
  EXPECT_NEAR(many->value, 0.2, 1e-12);
  EXPECT_NEAR(*many->interval.low, 0.0524, 5e-5);
  EXPECT_NEAR(*many->interval.high, 0.3339, 5e-5);
  EXPECT_NEAR(many->p, 0.0083, 5e-4);
  auto few = proportion_difference({9, 10}, {3, 10});
  EXPECT_NEAR(*few->interval.low, 0.1705, 5e-5);
  EXPECT_NEAR(*few->interval.high, 0.8090, 5e-5);
  EXPECT_EQ(proportion_difference({5, 5}, {3, 3})->p, 1);
}

TEST(Differences, OfMeansByWelch) {
  // By hand: t = −2.86074, 27.8008 degrees of freedom.
  std::vector<double> a = {27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4};
  std::vector<double> b = {27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.2, 24.4};
  auto difference = mean_difference(a, b);
  ASSERT_TRUE(difference);
  EXPECT_NEAR(difference->p, 0.007934, 1e-6);
  EXPECT_FALSE(mean_difference(a, {}).has_value());
}

TEST(Differences, OfIntervalsAgreeWithTheTestsMadeForTheKind) {
  std::mt19937 random(3);
  std::normal_distribution<double> first(10, 3), second(11.5, 2);
  std::vector<double> a, b;
  for (int i = 0; i < 60; ++i) {
    a.push_back(first(random));
    b.push_back(second(random));
  }
  auto mean = [](const std::vector<double>& values) { return steady_sum(values) / static_cast<double>(values.size()); };
  auto welch = mean_difference(a, b);
  auto mover = difference_of({mean(a), *mean_interval(a), 60}, {mean(b), *mean_interval(b), 60});
  ASSERT_TRUE(welch && mover);
  double width = *welch->interval.high - *welch->interval.low;
  EXPECT_NEAR(*mover->interval.low, *welch->interval.low, width * 0.02);
  EXPECT_NEAR(*mover->interval.high, *welch->interval.high, width * 0.02);
  EXPECT_NEAR(mover->p, welch->p, 0.2 * welch->p + 1e-4);
}

TEST(Differences, EvidenceAndTheIntervalSayTheSame) {
  Interval wide{0.8, 1.2, 0.95, "t"};
  for (double other = 0.5; other < 1.5; other += 0.01) {
    auto difference = difference_of({1, wide, 20}, {other, Interval{other - 0.1, other + 0.1, 0.95, "t"}, 20});
    ASSERT_TRUE(difference);
    bool without_zero = *difference->interval.low > 0 || *difference->interval.high < 0;
    EXPECT_EQ(difference->p < 0.05, without_zero) << other;
  }
}

TEST(Differences, NothingIsSaidOfBounds) {
  Interval bounds{1, 2, 1, "bounds"}, open{1, std::nullopt, 0.95, "order_statistics"}, known{1, 2, 0.95, "t"};
  EXPECT_FALSE(difference_of({1.5, bounds, 20}, {1.5, known, 20}).has_value());
  EXPECT_FALSE(difference_of({1.5, known, 20}, {1.5, open, 20}).has_value());
  EXPECT_FALSE(difference_of({1.5, known, 1}, {1.5, known, 20}).has_value());
}

TEST(Differences, ManyAreAdjustedTogether) {
  // Benjamini and Hochberg 1995, their example of fifteen: four are called at 5 %.
  std::vector<double> p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                           0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0};
  auto adjusted = adjusted_for_many(p);
  int called = 0;
  for (double q : adjusted) called += q <= 0.05;
  EXPECT_EQ(called, 4);
  EXPECT_NEAR(adjusted[3], 0.0095 * 15 / 4, 1e-12);
  EXPECT_TRUE(std::is_sorted(adjusted.begin(), adjusted.end()));
  EXPECT_EQ(adjusted_for_many(std::vector<double>{0.03})[0], 0.03);
  EXPECT_TRUE(adjusted_for_many({}).empty());
}

}  // namespace
}  // namespace sociometer::metrics
