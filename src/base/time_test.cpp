#include "base/time.h"

#include <gtest/gtest.h>

namespace sociometer {
namespace {

TEST(Time, DaysReadBackAsWritten) {
  for (std::string_view text : {"1970-01-01", "2000-02-29", "2026-06-22", "1969-12-31", "9999-12-31"}) {
    auto day = parse_day(text);
    ASSERT_TRUE(day.ok()) << text;
    EXPECT_EQ(format_day(*day), text);
  }
}

TEST(Time, WrongDaysAreRefused) {
  for (std::string_view text : {"", "2026", "2026-13-01", "2026-02-30", "2026-1-1", "2026-01-01x", "22.06.2026"}) {
    EXPECT_FALSE(parse_day(text).ok()) << text;
  }
}

TEST(Time, InstantsTakeOffsets) {
  EXPECT_EQ(format_instant(*parse_instant("2026-06-22T12:00:00+02:00")), "2026-06-22T10:00:00Z");
  EXPECT_EQ(format_instant(*parse_instant("2026-06-22 12:00 -0700")), "2026-06-22T19:00:00Z");
  EXPECT_EQ(format_instant(*parse_instant("2026-06-22")), "2026-06-22T00:00:00Z");
  EXPECT_EQ(format_instant(*parse_instant("2026-06-22T12:00:00.5Z")), "2026-06-22T12:00:00.500000Z");
  EXPECT_FALSE(parse_instant("2026-06-22T25:00:00Z").ok());
  EXPECT_FALSE(parse_instant("2026-06-22T12:00:00 UTC").ok());
}

TEST(Time, DaysOfAZoneFollowItsClock) {
  auto berlin = Zone::find("Europe/Berlin");
  ASSERT_TRUE(berlin.ok());
  EXPECT_EQ(format_day(berlin->day_of(*parse_instant("2026-06-21T22:30:00Z"))), "2026-06-22");
  // The day the clocks go forward has 23 hours, the day they go back 25.
  Day spring = *parse_day("2026-03-29");
  EXPECT_EQ(berlin->start_of(spring + 1).micros - berlin->start_of(spring).micros, 23LL * 3600 * 1000000);
  Day autumn = *parse_day("2026-10-25");
  EXPECT_EQ(berlin->start_of(autumn + 1).micros - berlin->start_of(autumn).micros, 25LL * 3600 * 1000000);
  auto kathmandu = Zone::find("Asia/Kathmandu");
  ASSERT_TRUE(kathmandu.ok());
  EXPECT_EQ(format_instant(kathmandu->start_of(*parse_day("2026-01-01"))), "2025-12-31T18:15:00Z");
  EXPECT_FALSE(Zone::find("Mars/Olympus").ok());
}

TEST(Time, BucketsTileTheCalendar) {
  for (Bucket bucket : {Bucket::day, Bucket::week, Bucket::month, Bucket::quarter, Bucket::year}) {
    for (Weekday start : {Weekday::monday, Weekday::sunday}) {
      for (int number = 19000; number < 19800; ++number) {
        Day day{number};
        DayRange range = bucket_of(day, bucket, start);
        ASSERT_TRUE(range.contains(day));
        ASSERT_EQ(bucket_shifted(range.first, bucket, 1).first, range.end);
        ASSERT_EQ(bucket_shifted(range.first, bucket, -1).end, range.first);
      }
    }
  }
}

TEST(Time, LabelsAreThoseOfTheField) {
  Day day = *parse_day("2026-01-01");
  EXPECT_EQ(bucket_label(bucket_of(day, Bucket::week, Weekday::monday).first, Bucket::week), "2026-W01");
  EXPECT_EQ(bucket_label(*parse_day("2024-12-30"), Bucket::week), "2025-W01");
  EXPECT_EQ(bucket_label(day, Bucket::quarter), "2026-Q1");
  EXPECT_EQ(bucket_label(day, Bucket::month), "2026-01");
  EXPECT_EQ(bucket_label(day, Bucket::year), "2026");
}

TEST(Time, MonthsEndWhereTheyEnd) {
  EXPECT_EQ(format_day(add_months(*parse_day("2026-01-31"), 1)), "2026-02-28");
  EXPECT_EQ(format_day(add_months(*parse_day("2024-03-31"), -1)), "2024-02-29");
}

}  // namespace
}  // namespace sociometer
