#include "metrics/survival.h"

#include <gtest/gtest.h>

namespace sociometer::metrics {
namespace {

// Freireich et al. 1963, remission in weeks with 6-MP, the textbook's example: 21 patients, 12 still in remission.
std::vector<Duration> remissions() {
  std::vector<Duration> durations;
  for (double weeks : {6, 6, 6, 7, 10, 13, 16, 22, 23}) durations.push_back({weeks, Duration::ended});
  for (double weeks : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) durations.push_back({weeks, Duration::open});
  return durations;
}

TEST(Survival, MedianAndIntervalOfTheTextbook) {
  EXPECT_EQ(survival_quantile(remissions(), 0.5), 23);
  auto interval = survival_interval(remissions(), 0.5);
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 13);  // R's survfit, conf.type = "log-log": 13, NA
  EXPECT_FALSE(interval->high.has_value());
}

TEST(Survival, WithoutOpenCasesItIsTheOrdinaryMedian) {
  std::vector<Duration> durations;
  for (int i = 1; i <= 21; ++i) durations.push_back({static_cast<double>(i), Duration::ended});
  EXPECT_EQ(survival_quantile(durations, 0.5), 11);
  // Of an even number, the middle of the two in the middle; also where what is open lies beyond.
  durations.push_back({22, Duration::ended});
  EXPECT_EQ(survival_quantile(durations, 0.5), 11.5);
  durations.back().end = Duration::open;
  EXPECT_EQ(survival_quantile(durations, 0.5), 11.5);
}

TEST(Survival, OpenCasesMakeItLonger) {
  std::vector<Duration> answered = {{1, Duration::ended}, {2, Duration::ended}, {3, Duration::ended}};
  EXPECT_EQ(survival_quantile(answered, 0.5), 2);
  for (int i = 0; i < 3; ++i) answered.push_back({50, Duration::open});
  EXPECT_EQ(survival_quantile(answered, 0.5), 3);
  answered.push_back({50, Duration::open});
  EXPECT_FALSE(survival_quantile(answered, 0.5).has_value());
  EXPECT_FALSE(survival_quantile({}, 0.5).has_value());
  EXPECT_FALSE(survival_interval({{1, Duration::ended}}, 0.5).has_value());
}

}  // namespace
}  // namespace sociometer::metrics
