#include "surfaces/delivery.h"

#include <gmock/gmock.h>

namespace sociometer::surfaces {
namespace {

constexpr int64_t second = 1'000'000, hour = 3600 * second, day = 24 * hour;
constexpr Instant put{1'780'000'000'000'000};

control::KeptParcel parcel() {
  control::KeptParcel kept;
  kept.put_at = put;
  return kept;
}
Instant later(int64_t micros) {
  return {put.micros + micros};
}

TEST(NextTry, WaitsTwiceAsLongEachTimeUpToSixHours) {
  EXPECT_EQ(next_try(parcel(), 1, 0, put), later(30 * second));
  EXPECT_EQ(next_try(parcel(), 2, 0, put), later(60 * second));
  EXPECT_EQ(next_try(parcel(), 5, 0, put), later(480 * second));
  EXPECT_EQ(next_try(parcel(), 11, 0, put), later(6 * hour));
  EXPECT_EQ(next_try(parcel(), 10'000, 0, put), later(6 * hour));
}

TEST(NextTry, WaitsAsLongAsItIsAskedTo) {
  EXPECT_EQ(next_try(parcel(), 1, 600, put), later(600 * second));
  EXPECT_EQ(next_try(parcel(), 11, 600, put), later(6 * hour));
  EXPECT_EQ(next_try(parcel(), 1, int64_t{1} << 60, put), later(day));
  EXPECT_EQ(next_try(parcel(), 1, -5, put), later(30 * second));
}

TEST(NextTry, GivesUpAfterAWeekThatWasUsed) {
  // Late rather than never: a server that was off for a month still tries.
  EXPECT_TRUE(next_try(parcel(), 1, 0, later(30 * day)));
  EXPECT_TRUE(next_try(parcel(), 40, 0, later(6 * day)));
  EXPECT_FALSE(next_try(parcel(), 30, 0, later(8 * day)));
}

}  // namespace
}  // namespace sociometer::surfaces
