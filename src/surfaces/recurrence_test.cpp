#include "surfaces/recurrence.h"

#include <gmock/gmock.h>

namespace sociometer::surfaces {
namespace {

using testing::HasSubstr;

Instant at(std::string_view text) {
  return *parse_instant(text);
}
std::string last(const Recurrence& recurrence, std::string_view moment) {
  const auto found = recurrence.last(at(moment));
  return found ? format_instant(*found) : "never";
}
std::string next(const Recurrence& recurrence, std::string_view moment) {
  const auto found = recurrence.next(at(moment));
  return found ? format_instant(*found) : "never";
}

TEST(Recurrence, IsADayOfTheWeekInItsZone) {
  const Recurrence monday = *parse_recurrence("Monday", "08:00", "Europe/Berlin");
  EXPECT_EQ(next(monday, "2026-11-26T12:00:00Z"), "2026-11-30T07:00:00Z");
  EXPECT_EQ(last(monday, "2026-11-30T07:00:00Z"), "2026-11-30T07:00:00Z");
  EXPECT_EQ(last(monday, "2026-11-30T06:59:59Z"), "2026-11-23T07:00:00Z");
  EXPECT_EQ(next(monday, "2026-11-30T07:00:00Z"), "2026-12-07T07:00:00Z");
  // Summer time began in between: still eight on the wall.
  EXPECT_EQ(next(monday, "2026-03-24T00:00:00Z"), "2026-03-30T06:00:00Z");
}

TEST(Recurrence, IsOnceADayWhateverTheClocksDo) {
  const Recurrence daily = *parse_recurrence("day", "02:30", "Europe/Berlin");
  // Skipped on 29 March: the end of the gap.
  EXPECT_EQ(next(daily, "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(next(daily, "2026-03-29T01:00:00Z"), "2026-03-30T00:30:00Z");
  // Shown twice on 25 October: the first.
  EXPECT_EQ(next(daily, "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
  EXPECT_EQ(next(daily, "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
}

TEST(Recurrence, IsADayOfTheMonthQuarterOrYear) {
  EXPECT_EQ(next(*parse_recurrence("first-of-month", "06:00", "UTC"), "2026-01-31T23:00:00Z"), "2026-02-01T06:00:00Z");
  EXPECT_EQ(next(*parse_recurrence("last-of-month", "06:00", "UTC"), "2028-02-10T00:00:00Z"), "2028-02-29T06:00:00Z");
  EXPECT_EQ(next(*parse_recurrence("first-of-quarter", "06:00", "UTC"), "2026-02-01T00:00:00Z"),
            "2026-04-01T06:00:00Z");
  EXPECT_EQ(last(*parse_recurrence("first-of-year", "06:00", "UTC"), "2026-12-31T00:00:00Z"), "2026-01-01T06:00:00Z");
  EXPECT_EQ(next(*parse_recurrence("weekday", "06:00", "UTC"), "2026-11-27T07:00:00Z"), "2026-11-30T06:00:00Z");
}

TEST(Recurrence, SaysWhatIsWrong) {
  EXPECT_THAT(parse_recurrence("munday", "08:00", "UTC").error().message, HasSubstr("did you mean monday?"));
  for (const char* time : {"8:00", "24:00", "08:60", "0800", "08:0x", ""}) {
    EXPECT_EQ(parse_recurrence("day", time, "UTC").error().field, "at") << time;
  }
  EXPECT_EQ(parse_recurrence("day", "08:00", "Mars/Olympus").error().field, "zone");
}

}  // namespace
}  // namespace sociometer::surfaces
