#include "metrics/reach.h"

#include <gtest/gtest.h>

#include <random>

namespace sociometer::metrics {
namespace {

UniqueWindow window(int first, int end, int64_t value) {
  return {{{first}, {end}}, value, "day"};
}

TEST(Reach, OneDayToldExactly) {
  ReachBounds bounds = reach_bounds({window(10, 11, 500)}, {{10}, {11}});
  EXPECT_TRUE(bounds.exact);
  EXPECT_EQ(bounds.low, 500);
}

TEST(Reach, TheSameUserOnTwoDaysIsOneOrTwo) {
  ReachBounds bounds = reach_bounds({window(1, 2, 1), window(2, 3, 1)}, {{1}, {3}});
  EXPECT_FALSE(bounds.exact);
  EXPECT_EQ(bounds.low, 1);
  EXPECT_EQ(bounds.high, 2);
}

TEST(Reach, MissingDaysLeaveNoUpperBound) {
  ReachBounds bounds = reach_bounds({window(1, 2, 10), window(3, 4, 20)}, {{1}, {4}});
  EXPECT_EQ(bounds.low, 20);
  EXPECT_FALSE(bounds.high.has_value());
}

TEST(Reach, AWeekInsideTightensFromBelowAWeekAroundFromAbove) {
  std::vector<UniqueWindow> windows;
  for (int day = 0; day < 7; ++day) windows.push_back(window(day, day + 1, 100));
  windows.push_back(window(0, 7, 300));
  ReachBounds inside = reach_bounds(windows, {{0}, {7}});
  EXPECT_TRUE(inside.exact);
  ReachBounds part = reach_bounds(windows, {{1}, {6}});
  EXPECT_EQ(part.low, 100);
  EXPECT_EQ(part.high, 300);  // below 5 × 100: the week around them all
}

// Whatever the audience did, the bounds hold its true reach; more windows never widen them.
TEST(Reach, BoundsHoldTheTruth) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    int days = 2 + static_cast<int>(random() % 12);
    std::vector<uint32_t> people(60);
    for (uint32_t& seen : people) seen = random() & random() & ((1u << days) - 1);
    auto truth = [&](int first, int end) {
      int64_t count = 0;
      uint32_t mask = ((1u << end) - 1) & ~((1u << first) - 1);
      for (uint32_t seen : people) count += (seen & mask) != 0;
      return count;
    };
    std::vector<UniqueWindow> windows;
    DayRange asked{{static_cast<int>(random() % 2)}, {days - static_cast<int>(random() % 2)}};
    if (asked.empty()) continue;
    std::optional<int64_t> low, high;
    for (int step = 0; step < 12; ++step) {
      int first = static_cast<int>(random() % static_cast<unsigned>(days));
      int end = first + 1 + static_cast<int>(random() % static_cast<unsigned>(days - first));
      windows.push_back(window(first, end, truth(first, end)));
      ReachBounds bounds = reach_bounds(windows, asked);
      int64_t reach = truth(asked.first.number, asked.end.number);
      if (bounds.low) {
        ASSERT_LE(*bounds.low, reach);
        ASSERT_GE(*bounds.low, low.value_or(0));
        low = bounds.low;
      }
      if (bounds.high) {
        ASSERT_GE(*bounds.high, reach);
        ASSERT_LE(*bounds.high, high.value_or(*bounds.high));
        high = bounds.high;
      }
    }
  }
}

}  // namespace
}  // namespace sociometer::metrics
