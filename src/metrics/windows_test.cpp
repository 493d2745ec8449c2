#include "metrics/windows.h"

#include <gtest/gtest.h>

namespace sociometer::metrics {
namespace {

std::string shown(const std::optional<DayRange>& range) {
  return range ? format_day(range->first) + ".." + format_day(range->end - 1) : "none";
}
const Compare previous{Compare::Kind::previous, {}};
const Compare year{Compare::Kind::year, {}};
const Calendar long_ago{Weekday::monday, *parse_day("2030-01-01"), std::nullopt};

std::string compared(DayRange range, const Compare& compare, const Calendar& calendar = long_ago) {
  return shown(windows_of(range, std::nullopt, calendar, compare)[0].compared);
}

TEST(Windows, ACalendarPeriodIsSetAgainstAsManyOfTheSame) {
  EXPECT_EQ(compared(*parse_days("2026-03-01", "2026-03-31"), previous), "2026-02-01..2026-02-28");
  EXPECT_EQ(compared(*parse_days("2026-01-01", "2026-03-31"), previous), "2025-10-01..2025-12-31");
  EXPECT_EQ(compared(*parse_days("2026-02-01", "2026-03-31"), previous), "2025-12-01..2026-01-31");
  EXPECT_EQ(compared(*parse_days("2024-01-01", "2024-12-31"), previous), "2023-01-01..2023-12-31");
}

TEST(Windows, AnyOtherRangeAgainstAsManyDaysBefore) {
  EXPECT_EQ(compared(*parse_days("2026-01-10", "2026-01-19"), previous), "2025-12-31..2026-01-09");
}

TEST(Windows, ARunningMonthAgainstTheSamePartOfTheOneBefore) {
  Calendar calendar{Weekday::monday, *parse_day("2026-03-10"), Bucket::month};
  EXPECT_EQ(compared(*parse_days("2026-03-01", "2026-03-10"), previous, calendar), "2026-02-01..2026-02-10");
  calendar.today = *parse_day("2026-03-30");
  EXPECT_EQ(compared(*parse_days("2026-03-01", "2026-03-30"), previous, calendar), "2026-02-01..2026-02-28");
}

TEST(Windows, InJanuaryTheQuestionSaysWhatIsRunning) {
  Calendar calendar{Weekday::monday, *parse_day("2026-01-15"), Bucket::year};
  EXPECT_EQ(compared(*parse_days("2026-01-01", "2026-01-15"), previous, calendar), "2025-01-01..2025-01-15");
  calendar.running = Bucket::month;
  EXPECT_EQ(compared(*parse_days("2026-01-01", "2026-01-15"), previous, calendar), "2025-12-01..2025-12-15");
}

TEST(Windows, AYearAgoKeepsMonthsOrWeekdays) {
  EXPECT_EQ(compared(*parse_days("2026-02-01", "2026-02-28"), year), "2025-02-01..2025-02-28");
  EXPECT_EQ(compared(*parse_days("2024-02-01", "2024-02-29"), year), "2023-02-01..2023-02-28");
  EXPECT_EQ(compared(*parse_days("2026-03-03", "2026-03-04"), year), "2025-03-04..2025-03-05");
}

TEST(Windows, EachBucketAgainstTheOneBefore) {
  auto windows = windows_of(*parse_days("2026-01-15", "2026-03-31"), Bucket::month, long_ago, previous);
  ASSERT_EQ(windows.size(), 3u);
  EXPECT_TRUE(windows[0].partial);
  EXPECT_EQ(windows[0].label, "2026-01");
  EXPECT_EQ(shown(windows[0].compared), "2025-12-15..2025-12-31");
  EXPECT_FALSE(windows[1].partial);
  EXPECT_EQ(shown(windows[1].compared), "2026-01-01..2026-01-31");
  EXPECT_EQ(shown(windows[2].compared), "2026-02-01..2026-02-28");
}

TEST(Windows, TheRunningBucketIsCutLikeItsCounterpart) {
  Calendar calendar{Weekday::monday, *parse_day("2026-03-10"), std::nullopt};
  auto windows = windows_of(*parse_days("2026-02-01", "2026-03-31"), Bucket::month, calendar, previous);
  EXPECT_TRUE(windows[1].partial);
  EXPECT_EQ(shown(windows[1].compared), "2026-02-01..2026-02-10");
}

TEST(Windows, LastSevenDaysAreSevenAlsoWhenTheClocksChange) {
  Scope scope;
  scope.zone = *Zone::find("Europe/Berlin");
  scope.now = *parse_instant("2026-03-30T10:00:00Z");  // the clocks changed on the 29th
  EXPECT_EQ(shown(*parse_last("7d", scope)), "2026-03-23..2026-03-29");
  scope.zone = *Zone::find("Asia/Kathmandu");
  scope.now = *parse_instant("2026-03-29T20:00:00Z");  // already the 30th there
  EXPECT_EQ(shown(*parse_last("7d", scope)), "2026-03-23..2026-03-29");
  EXPECT_EQ(shown(*parse_last("month", scope)), "2026-03-01..2026-03-30");
  EXPECT_FALSE(parse_last("7", scope).ok());
  EXPECT_FALSE(parse_last("0d", scope).ok());
  EXPECT_FALSE(parse_last("", scope).ok());
}

TEST(Windows, SegmentsCutWhereAnyWindowDoes) {
  auto windows = windows_of(*parse_days("2026-01-01", "2026-02-28"), Bucket::month, long_ago, previous);
  std::vector<Day> edges = segment_edges(windows);
  ASSERT_EQ(edges.size(), 4u);
  EXPECT_EQ(format_day(edges[0]), "2025-12-01");
  EXPECT_EQ(format_day(edges[3]), "2026-03-01");
}

}  // namespace
}  // namespace sociometer::metrics
