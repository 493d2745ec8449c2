#include "metrics/currency.h"

#include <gtest/gtest.h>

namespace sociometer::metrics {
namespace {

const Day friday = make_day(2026, 3, 6);

TEST(Rates, HoldForTheirDayAndAWeekAfterIt) {
  Rates rates;
  rates.add({friday, "EUR", "USD", 1.10});
  rates.add({friday + 3, "EUR", "USD", 1.20});
  EXPECT_FALSE(rates.find("EUR", "USD", friday - 1));
  EXPECT_EQ(rates.find("EUR", "USD", friday)->rate, 1.10);
  EXPECT_EQ(rates.find("EUR", "USD", friday + 2)->rate, 1.10);
  EXPECT_EQ(rates.find("EUR", "USD", friday + 2)->day, friday);
  EXPECT_EQ(rates.find("EUR", "USD", friday + 3)->rate, 1.20);
  EXPECT_EQ(rates.find("EUR", "USD", friday + 10)->rate, 1.20);
  EXPECT_FALSE(rates.find("EUR", "USD", friday + 11));
}

TEST(Rates, HoldInBothDirections) {
  Rates rates;
  rates.add({friday, "EUR", "USD", 1.25});
  EXPECT_EQ(rates.find("USD", "EUR", friday)->rate, 0.8);
  EXPECT_EQ(rates.convert(10'000'000, "USD", "EUR", friday), 8'000'000);
  EXPECT_EQ(rates.convert(10'000'000, "EUR", "USD", friday), 12'500'000);
  EXPECT_EQ(rates.convert(10'000'000, "EUR", "EUR", friday + 400), 10'000'000);
  EXPECT_FALSE(rates.convert(10'000'000, "EUR", "GBP", friday));
  // Told in both directions the newer one holds; of one day the direct one.
  rates.add({friday, "USD", "EUR", 0.81});
  EXPECT_EQ(rates.find("USD", "EUR", friday)->rate, 0.81);
  rates.add({friday + 1, "EUR", "USD", 1.00});
  EXPECT_EQ(rates.find("USD", "EUR", friday + 1)->rate, 1.00);
}

// A published table sets everything against one currency.
TEST(Rates, TwoHoldTogether) {
  Rates rates;
  rates.add({friday, "EUR", "USD", 1.25});
  rates.add({friday - 1, "EUR", "IDR", 20'000});
  auto found = rates.find("USD", "IDR", friday);
  ASSERT_TRUE(found);
  EXPECT_DOUBLE_EQ(found->rate, 16'000);
  EXPECT_EQ(found->via, "EUR");
  EXPECT_EQ(found->day, friday - 1);
  EXPECT_DOUBLE_EQ(rates.find("IDR", "USD", friday)->rate, 1 / 16'000.0);
  EXPECT_FALSE(rates.find("USD", "IDR", friday + 7)) << "one of the two no longer holds";
}

TEST(Rates, RoundToTheNearest) {
  Rates rates;
  rates.add({friday, "EUR", "USD", 1.5});
  EXPECT_EQ(rates.convert(1, "EUR", "USD", friday), 2);
  EXPECT_EQ(rates.convert(-1, "EUR", "USD", friday), -2);
}

TEST(Rates, ALaterOneTakesThePlaceOfTheEarlier) {
  Rates rates;
  rates.add({friday, "EUR", "USD", 1.5});
  rates.add({friday, "EUR", "USD", 1.6});
  EXPECT_EQ(rates.find("EUR", "USD", friday)->rate, 1.6);
}

}  // namespace
}  // namespace sociometer::metrics
