#include "metrics/business_hours.h"

#include <gtest/gtest.h>

namespace sociometer::metrics {
namespace {

BusinessHours hours_of(std::string_view json, const char* zone = "UTC") {
  auto hours = business_hours_from_json(*parse_json(json), *Zone::find(zone));
  EXPECT_TRUE(hours.ok()) << (hours.ok() ? "" : hours.error().message);
  return *hours;
}

int64_t seconds_open(const BusinessHours& hours, const char* from, const char* to) {
  Instant start = *parse_instant(from), end = *parse_instant(to);
  OpenTime open(hours, {hours.zone.day_of(start), hours.zone.day_of(end) + 1});
  return open.micros_between(start, end) / 1'000'000;
}

std::string hours_refusal(std::string_view json) {
  auto hours = business_hours_from_json(*parse_json(json), Zone::utc());
  return hours.ok() ? "" : hours.error().message;
}

// A message of Friday evening, answered on Tuesday morning after a holiday: the ten minutes of Tuesday.
TEST(BusinessHours, AHolidayAndAWeekendAreNoWaiting) {
  BusinessHours hours =
      hours_of(R"({"week": {"mon-fri": "09:00-17:00"}, "holidays": ["2026-05-25"]})", "Europe/Berlin");
  EXPECT_EQ(seconds_open(hours, "2026-05-22T18:00:00+02:00", "2026-05-26T09:10:00+02:00"), 600);
  EXPECT_EQ(seconds_open(hours, "2026-05-22T16:00:00+02:00", "2026-05-26T09:10:00+02:00"), 4200);
  hours.holidays.clear();
  EXPECT_EQ(seconds_open(hours, "2026-05-22T18:00:00+02:00", "2026-05-26T09:10:00+02:00"), 8 * 3600 + 600);
}

TEST(BusinessHours, OutOfHoursIsZero) {
  BusinessHours hours = hours_of(R"({"week": {"mon-fri": "09:00-12:00, 13:00-17:00"}})");
  EXPECT_EQ(seconds_open(hours, "2026-05-23T08:00:00Z", "2026-05-24T20:00:00Z"), 0);
  EXPECT_EQ(seconds_open(hours, "2026-05-22T12:10:00Z", "2026-05-22T12:50:00Z"), 0);
  EXPECT_EQ(seconds_open(hours, "2026-05-22T11:30:00Z", "2026-05-22T13:30:00Z"), 3600);
  EXPECT_EQ(seconds_open(hours, "2026-05-22T13:30:00Z", "2026-05-22T11:30:00Z"), 0);
}

TEST(BusinessHours, ADayIsAsLongAsItWas) {
  BusinessHours all_day = hours_of(R"({"week": {"mon-sun": "00:00-24:00"}})", "Europe/Berlin");
  EXPECT_EQ(seconds_open(all_day, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), 23 * 3600);
  EXPECT_EQ(seconds_open(all_day, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), 25 * 3600);
  // The clocks of that Sunday jump from two to three: an opening from one to four is two hours.
  BusinessHours night = hours_of(R"({"week": {"sun": "01:00-04:00"}})", "Europe/Berlin");
  EXPECT_EQ(seconds_open(night, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"), 2 * 3600);
  EXPECT_EQ(seconds_open(night, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"), 4 * 3600);
  BusinessHours gap = hours_of(R"({"week": {"sun": "02:00-02:30"}})", "Europe/Berlin");
  EXPECT_EQ(seconds_open(gap, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"), 0);
}

// What is open between a and c is what is open between a and b, and b and c.
TEST(BusinessHours, WaitsAddUp) {
  BusinessHours hours =
      hours_of(R"({"zone": "Asia/Kathmandu", "week": {"mon-thu": "08:30-12:00, 13:15-18:45", "sat": "00:00-24:00"}})");
  Instant start = *parse_instant("2026-01-01T00:00:00Z");
  OpenTime open(hours, {hours.zone.day_of(start), hours.zone.day_of(start) + 400});
  int64_t sum = 0;
  constexpr int64_t step = 7'777'777'777;
  for (int i = 0; i < 3000; ++i) {
    Instant from{start.micros + i * step}, to{start.micros + (i + 1) * step};
    int64_t between = open.micros_between(from, to);
    EXPECT_GE(between, 0);
    EXPECT_LE(between, step);
    sum += between;
  }
  EXPECT_EQ(sum, open.micros_between(start, {start.micros + 3000 * step}));
}

TEST(BusinessHours, ADayTakesTheScheduleOfItsTime) {
  BusinessHours hours = hours_of(R"({"schedules": [{"from": "2026-02-01", "week": {"mon-fri": "10:00-12:00"}},)"
                                 R"( {"week": {"mon-fri": "09:00-17:00"}}]})");
  EXPECT_EQ(seconds_open(hours, "2026-01-30T00:00:00Z", "2026-01-31T00:00:00Z"), 8 * 3600);
  EXPECT_EQ(seconds_open(hours, "2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z"), 2 * 3600);
  BusinessHours begun = hours_of(R"({"schedules": [{"from": "2026-02-01", "week": {"mon-fri": "10:00-12:00"}}]})");
  EXPECT_EQ(seconds_open(begun, "2026-01-30T00:00:00Z", "2026-01-31T00:00:00Z"), 0);
}

TEST(BusinessHours, WrittenBackTheyMeanTheSame) {
  BusinessHours hours = hours_of(
      R"({"week": {"Mon-Fri": "9:00-17:00", "saturday": "10:00-14:00,15:00-24:00"}, "holidays": ["2026-12-25"]})",
      "Asia/Bangkok");
  BusinessHours again = *business_hours_from_json(to_json(hours), Zone::utc());
  EXPECT_EQ(json_text(to_json(again)), json_text(to_json(hours)));
  EXPECT_EQ(json_text(to_json(hours)),
            R"({"zone":"Asia/Bangkok","schedules":[{"week":{"monday":"09:00-17:00","tuesday":"09:00-17:00",)"
            R"("wednesday":"09:00-17:00","thursday":"09:00-17:00","friday":"09:00-17:00",)"
            R"("saturday":"10:00-14:00, 15:00-24:00"}}],"holidays":["2026-12-25"]})");
}

TEST(BusinessHours, InALine) {
  auto words = business_hours_from_words("mon-fri 09:00-12:00, 13:00-17:00, sat 10:00-14:00");
  ASSERT_TRUE(words.ok()) << words.error().message;
  EXPECT_EQ(json_text(*words), R"({"week":{"mon-fri":"09:00-12:00, 13:00-17:00","sat":"10:00-14:00"}})");
  EXPECT_FALSE(business_hours_from_words("09:00-17:00").ok());
  EXPECT_FALSE(business_hours_from_words("fri-mon 9-17").ok());
  EXPECT_TRUE(business_hours_from_words("fri-mon 09:00-17:00").ok());
}

TEST(BusinessHours, WhatIsWrongIsSaid) {
  EXPECT_EQ(hours_refusal(R"({"week": {"mon": "22:00-06:00"}})"),
            "the business hours 22:00-06:00 end before they begin; past midnight they are two: 22:00-24:00 on one day "
            "and 00:00-06:00 on the next");
  EXPECT_EQ(hours_refusal(R"({"week": {"moonday": "09:00-17:00"}})"),
            "\"moonday\" is not a weekday; write monday, mon or mon-fri");
  EXPECT_EQ(hours_refusal(R"({"week": {"mon-wed": "09:00-17:00", "tue": "10:00-12:00"}})"),
            "the hours of tuesday stand twice");
  EXPECT_EQ(hours_refusal(R"({"week": {"mon": "09:00-17:00, 16:00-18:00"}})"),
            "the business hours 09:00-17:00, 16:00-18:00 overlap");
  EXPECT_EQ(hours_refusal(R"({"week": {"mon": "09:00-25:00"}})"),
            "\"09:00-25:00\" are no business hours; write 09:00-17:00");
  EXPECT_EQ(hours_refusal(R"({"week": {}})"), "a week of business hours must be open at some time");
  EXPECT_EQ(hours_refusal(R"({"weeks": {}})"), "business hours have no \"weeks\"");
  EXPECT_EQ(hours_refusal(R"({})"), "business hours have either \"week\" or \"schedules\"");
  EXPECT_NE(hours_refusal(R"({"week": {"mon": "09:00-17:00"}, "holidays": ["25.12.2026"]})"), "");
  EXPECT_NE(hours_refusal(R"({"week": {"mon": "09:00-17:00"}, "zone": "Mars/Base"})"), "");
}

}  // namespace
}  // namespace sociometer::metrics
