#include "metrics/lifespan.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sociometer::metrics {
namespace {

TEST(Lifespan, WhereAllHasEndedItIsThePlainMean) {
  MeanSpan mean = restricted_mean({{30, false}, {10, false}, {20, false}});
  EXPECT_DOUBLE_EQ(mean.mean, 20);
  ASSERT_TRUE(mean.interval);
  // Greenwood's variance of a mean is Σ (x − mean)² / n²; with n / (n − 1) that is the textbook's.
  EXPECT_NEAR(*mean.interval->high - 20, 1.959964 * std::sqrt(200.0 / 2 / 3), 1e-4);
}

// By hand: S = 1 to 1, 3/4 to 3 (one open at 2), 3/8 to 4.
TEST(Lifespan, WhatIsOpenCountsAsAtLeastThatLong) {
  MeanSpan mean = restricted_mean({{1, false}, {2, true}, {3, false}, {4, true}});
  EXPECT_DOUBLE_EQ(mean.mean, 1 + 0.75 * 2 + 0.375 * 1);
  EXPECT_GT(mean.mean, (1 + 3) / 2.0) << "those that ended say too little";
}

TEST(Lifespan, OneSaysNothingOfItsSpread) {
  EXPECT_FALSE(restricted_mean({{5, false}}).interval.has_value());
}

}  // namespace
}  // namespace sociometer::metrics
