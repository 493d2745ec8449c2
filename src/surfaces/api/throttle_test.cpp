#include "surfaces/api/throttle.h"

#include <gtest/gtest.h>

namespace sociometer::surfaces {
namespace {

// How many attempts in a row are let through.
int attempts(Throttle& throttle, const SignInFrom& from, int64_t now) {
  int count = 0;
  while (count < 1000 && throttle.take(from, now) == 0) ++count;
  return count;
}

TEST(Throttle, SlowsAGuesserDownAndLetsThemTryAgain) {
  Throttle throttle;
  const SignInFrom from{"192.0.2.1", "ann@example.org", ""};
  EXPECT_EQ(attempts(throttle, from, 0), 6);
  const int64_t wait = throttle.take(from, 0);
  EXPECT_GT(wait, 0);
  EXPECT_LE(wait, 60);
  EXPECT_EQ(throttle.take(from, wait * second_micros), 0) << "nothing is locked for good";
  EXPECT_GT(throttle.take(from, wait * second_micros), 0);
}

TEST(Throttle, CountsAnAddressOverAllAccounts) {
  Throttle throttle;
  int count = 0;
  for (int i = 0; i < 100; ++i) {
    if (throttle.take({"192.0.2.1", "person" + std::to_string(i) + "@example.org", ""}, 0) == 0) ++count;
  }
  EXPECT_EQ(count, 30);
  EXPECT_EQ(throttle.take({"192.0.2.2", "ann@example.org", ""}, 0), 0) << "others are not concerned";
}

TEST(Throttle, CountsAnAccountOverAllAddressesWithoutLockingItsOwnerOut) {
  Throttle throttle;
  int count = 0;
  for (int i = 0; i < 200; ++i) {
    if (throttle.take({"198.51.100." + std::to_string(i), "Ann@example.org ", ""}, 0) == 0) ++count;
  }
  EXPECT_EQ(count, 20);
  EXPECT_GT(throttle.take({"203.0.113.1", "ann@example.org", ""}, 0), 0) << "a stranger waits";
  EXPECT_EQ(throttle.take({"203.0.113.1", "ann@example.org", "known"}, 0), 0)
      << "a browser that was in before does not";
  EXPECT_EQ(attempts(throttle, {"203.0.113.1", "ann@example.org", "known"}, 0), 9) << "and is counted on its own";
}

TEST(Throttle, ForgetsWhatWasRight) {
  Throttle throttle;
  const SignInFrom from{"192.0.2.1", "ann@example.org", ""};
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(throttle.take(from, 0), 0) << i;
    throttle.give_back(from, 0);
  }
}

TEST(Throttle, TakesAHouseholdsAddressesForOne) {
  Throttle throttle;
  EXPECT_EQ(attempts(throttle, {"2001:db8:1:2::1", "ann@example.org", ""}, 0), 6);
  EXPECT_GT(throttle.take({"2001:db8:1:2:ffff::9", "ann@example.org", ""}, 0), 0);
  EXPECT_EQ(throttle.take({"2001:db8:1:3::1", "ann@example.org", ""}, 0), 0);
}

TEST(Throttle, SurvivesAFloodOfAccounts) {
  Throttle throttle;
  for (int i = 0; i < 60'000; ++i)
    throttle.take({"2001:db8::" + std::to_string(i % 3), "p" + std::to_string(i), "d"}, i);
  EXPECT_EQ(throttle.take({"192.0.2.1", "ann@example.org", ""}, 0), 0);
}

}  // namespace
}  // namespace sociometer::surfaces
