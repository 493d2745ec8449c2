#include "metrics/intervals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace sociometer::metrics {
namespace {

// Ratio of two sums over skewed posts: the interval holds the true ratio about as often as it says.
TEST(Intervals, DeltaCoversWhatItSays) {
  std::mt19937 random(11);
  std::lognormal_distribution<double> audience(6, 1);
  std::gamma_distribution<double> rate(4, 0.01);  // mean 0.04, independent of the audience
  int inside = 0;
  constexpr int rounds = 2000, posts = 200;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> engaged(posts), seen(posts);
    double sum_engaged = 0, sum_seen = 0;
    for (int i = 0; i < posts; ++i) {
      seen[i] = audience(random);
      engaged[i] = seen[i] * rate(random);
      sum_engaged += engaged[i];
      sum_seen += seen[i];
    }
    double ratio = sum_engaged / sum_seen;
    std::vector<double> influence(posts);
    for (int i = 0; i < posts; ++i) influence[i] = (engaged[i] - ratio * seen[i]) / sum_seen;
    auto interval = delta_interval(ratio, influence, "delta_posts");
    ASSERT_TRUE(interval);
    inside += *interval->low <= 0.04 && 0.04 <= *interval->high;
  }
  EXPECT_GE(inside, rounds * 0.93);
  EXPECT_LE(inside, rounds * 0.97);
}

TEST(Intervals, OnePostSaysNothingOfItsSpread) {
  EXPECT_FALSE(delta_interval(0.5, {0.0}, "delta_posts").has_value());
}

TEST(Intervals, AMeanHasTheTextbookInterval) {
  std::vector<double> values = {2, 4, 4, 4, 5, 5, 7, 9};
  double mean = 5;
  std::vector<double> influence;
  for (double value : values) influence.push_back((value - mean) / 8);
  auto interval = delta_interval(mean, influence, "delta_posts");
  double error = std::sqrt(32.0 / 7 / 8) * 2.364624;  // t of 7 degrees of freedom
  EXPECT_NEAR(*interval->low, mean - error, 1e-4);
  EXPECT_NEAR(*interval->high, mean + error, 1e-4);
}

TEST(Intervals, MedianByRanks) {
  std::vector<double> ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(median_of(ten), 5.5);
  auto interval = median_interval(ten);
  ASSERT_TRUE(interval);
  EXPECT_EQ(*interval->low, 2);  // ranks 2 and 9 enclose it with 97.9 %
  EXPECT_EQ(*interval->high, 9);
  EXPECT_FALSE(median_interval({1, 2, 3, 4, 5}).has_value());
}

}  // namespace
}  // namespace sociometer::metrics
