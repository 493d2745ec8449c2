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
    for (int i = 0; i < posts; ++i) influence[i] = (engaged[i] - ratio * seen[i]) / (sum_seen - seen[i]);
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
  double error = std::sqrt(32.0 / 7 / 8) * 2.364624;  // t of 7 degrees of freedom
  auto interval = mean_interval(values);
  ASSERT_TRUE(interval);
  EXPECT_NEAR(*interval->low, 5 - error, 1e-4);
  EXPECT_NEAR(*interval->high, 5 + error, 1e-4);
  EXPECT_FALSE(mean_interval(std::vector<double>{3}).has_value());
}

// The mean's standard error, by hand; the kurtosis of these few takes no degree of freedom away.
TEST(Intervals, DeltaByHand) {
  std::vector<double> values = {2, 4, 4, 4, 5, 5, 7, 9}, influence;
  for (double value : values) influence.push_back((value - 5) / 8);
  double kurtosis = 8.0 * (81 + 1 + 1 + 1 + 16 + 256) / (32 * 32), degrees = 16 / (kurtosis - 1);  // 2.78, 8.98: 7
  EXPECT_GT(degrees, 7);
  double reach = std::sqrt(32.0 / 7 / 8) * 2.364624;
  auto either = delta_interval(5, influence, "delta_posts", Sign::any);
  EXPECT_NEAR(*either->low, 5 - reach, 1e-4);
  EXPECT_NEAR(*either->high, 5 + reach, 1e-4);
  auto positive = delta_interval(5, influence, "delta_posts");
  EXPECT_NEAR(*positive->low, 5 * std::pow(1 - reach / 15, 3), 1e-4);
  EXPECT_NEAR(*positive->high, 5 * std::pow(1 + reach / 15, 3), 1e-4);
}

TEST(Intervals, AlikeUnitsTellNothingOfHowOthersDiffer) {
  EXPECT_FALSE(delta_interval(0.04, {0, 0, 0, 0}, "delta_posts").has_value());
}

TEST(Intervals, MedianByRanks) {
  std::vector<double> ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(median_of(ten), 5.5);
  auto interval = median_interval(ten);
  ASSERT_TRUE(interval);
  EXPECT_EQ(*interval->low, 2);  // ranks 2 and 9 enclose it with 97.9 %
  EXPECT_EQ(*interval->high, 9);
  EXPECT_FALSE(median_interval(std::vector<double>{1, 2, 3, 4, 5}).has_value());
}

TEST(Intervals, QuantilesByRanks) {
  std::vector<double> hundred;
  for (int i = 1; i <= 100; ++i) hundred.push_back(i);
  EXPECT_DOUBLE_EQ(quantile_of(hundred, 0.9), 90.1);
  auto interval = quantile_interval(hundred, 0.9);  // Conover's table: ranks 84 and 96
  ASSERT_TRUE(interval);
  EXPECT_EQ(*interval->low, 84);
  EXPECT_EQ(*interval->high, 96);
}

TEST(Intervals, AHighQuantileOfFewHasNoUpperEnd) {
  std::vector<double> ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  auto interval = quantile_interval(ten, 0.9);
  ASSERT_TRUE(interval);
  EXPECT_EQ(*interval->low, 7);
  EXPECT_FALSE(interval->high.has_value());
  EXPECT_FALSE(quantile_interval({}, 0.5).has_value());
}

TEST(Intervals, WilsonAsPublished) {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  struct Row {
    int64_t successes, trials;
    double low, high;
  };
  for (const Row& row : {Row{81, 263, 0.2553, 0.3662}, Row{15, 148, 0.0624, 0.1605}, Row{0, 20, 0, 0.1611},
                         Row{1, 29, 0.0061, 0.1718}}) {
    auto interval = wilson_interval(row.successes, row.trials);
    ASSERT_TRUE(interval);
    EXPECT_NEAR(*interval->low, row.low, 5e-5);
    EXPECT_NEAR(*interval->high, row.high, 5e-5);
  }
  EXPECT_FALSE(wilson_interval(0, 0).has_value());
  EXPECT_EQ(*wilson_interval(5, 5)->high, 1);
}

TEST(Intervals, OnePromoterIsNotCertainty) {
  auto one = nps_interval(1, 0, 0);
  ASSERT_TRUE(one);
  EXPECT_LT(*one->low, 0);
  EXPECT_EQ(*one->high, 1);
  EXPECT_FALSE(nps_interval(0, 0, 0).has_value());
  // Half promoters, a third passive, a sixth detractors: variance 5/9 per answer.
  auto many = nps_interval(3'000'000, 2'000'000, 1'000'000);
  double reach = 1.959964 * std::sqrt(5.0 / 9 / 6e6);
  EXPECT_NEAR(*many->low, 1.0 / 3 - reach, 1e-6);
  EXPECT_NEAR(*many->high, 1.0 / 3 + reach, 1e-6);
}

TEST(Intervals, SumsDoNotDependOnTheOrder) {
  std::mt19937 random(5);
  std::lognormal_distribution<double> size(0, 6);
  std::vector<double> values(1000);
  for (double& value : values) value = size(random) * (random() % 2 == 0 ? 1 : -1);
  double sum = steady_sum(values);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(values.begin(), values.end(), random);
    EXPECT_EQ(steady_sum(values), sum);
  }
  long double exact = 0;
  for (double value : values) exact += value;
  EXPECT_NEAR(sum, static_cast<double>(exact), 1e-12 * std::abs(sum));
  EXPECT_EQ(steady_sum({}), 0);
  // At both ends of what a double holds.
  for (double one : {5e-324, 1e-310, 1.5, 1e300}) {
    EXPECT_EQ(steady_sum(std::vector<double>{one, one, -one}), one);
  }
}

}  // namespace
}  // namespace sociometer::metrics
