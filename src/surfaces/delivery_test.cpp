#include "surfaces/delivery.h"

#include <gmock/gmock.h>

namespace sociometer::surfaces {
namespace {

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
  EXPECT_EQ(next_try(parcel(), 1, 0, put), later(30 * second_micros));
  EXPECT_EQ(next_try(parcel(), 2, 0, put), later(60 * second_micros));
  EXPECT_EQ(next_try(parcel(), 5, 0, put), later(480 * second_micros));
  EXPECT_EQ(next_try(parcel(), 11, 0, put), later(6 * hour_micros));
  EXPECT_EQ(next_try(parcel(), 10'000, 0, put), later(6 * hour_micros));
}

TEST(NextTry, WaitsAsLongAsItIsAskedTo) {
  EXPECT_EQ(next_try(parcel(), 1, 600, put), later(600 * second_micros));
  EXPECT_EQ(next_try(parcel(), 11, 600, put), later(6 * hour_micros));
  EXPECT_EQ(next_try(parcel(), 1, int64_t{1} << 60, put), later(day_micros));
  EXPECT_EQ(next_try(parcel(), 1, -5, put), later(30 * second_micros));
}

TEST(NextTry, GivesUpAfterAWeekThatWasUsed) {
  // Late rather than never: a server that was off for a month still tries.
  EXPECT_TRUE(next_try(parcel(), 1, 0, later(30 * day_micros)));
  EXPECT_TRUE(next_try(parcel(), 40, 0, later(6 * day_micros)));
  EXPECT_FALSE(next_try(parcel(), 30, 0, later(8 * day_micros)));
}

}  // namespace
}  // namespace sociometer::surfaces
