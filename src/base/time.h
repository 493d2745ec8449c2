// Time: instants, days, zones and the calendar's buckets.
//
// Two things are never mixed: an Instant (a moment, everywhere the same) and a Day (a date, which begins at different
// moments in different zones). Only a Zone turns one into the other. Ranges are half-open everywhere inside the
// program; `--to` is inclusive only at the surface.
//
//   TRY(Zone berlin, Zone::find("Europe/Berlin"));
//   Day day = berlin.day_of(clock.now());
//   DayRange month = bucket_of(day, Bucket::month, Weekday::monday);
//   bucket_label(month.first, Bucket::month);   // "2026-06"
//
// Threads: values; every function may be called from any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sociometer {

// A moment: microseconds since 1970-01-01T00:00:00Z.
struct Instant {
  int64_t micros = 0;
  auto operator<=>(const Instant&) const = default;
};
// Of the clock: a day of the calendar may have an hour more or less.
constexpr int64_t second_micros = 1'000'000, hour_micros = 3600 * second_micros, day_micros = 24 * hour_micros;
constexpr int64_t day_seconds = 86'400;

// A date: days since 1970-01-01, without a zone.
struct Day {
  int32_t number = 0;
  auto operator<=>(const Day&) const = default;
  Day operator+(int days) const { return {number + days}; }
  Day operator-(int days) const { return {number - days}; }
  int operator-(Day other) const { return number - other.number; }
};

// The days from `first` up to, not including, `end`.
struct DayRange {
  Day first;
  Day end;
  auto operator<=>(const DayRange&) const = default;
  int days() const { return end - first; }
  bool empty() const { return end <= first; }
  bool contains(Day day) const { return first <= day && day < end; }
  bool contains(DayRange other) const { return first <= other.first && other.end <= end; }
};
DayRange intersection(DayRange a, DayRange b);
std::vector<DayRange> merged_ranges(std::vector<DayRange> ranges);  // ascending; those that touch become one

enum class Weekday { monday, tuesday, wednesday, thursday, friday, saturday, sunday };
enum class Bucket { day, week, month, quarter, year };

Day make_day(int year, unsigned month, unsigned day_of_month);  // must be a real date (CHECK)
Result<Day> make_day_checked(int year, unsigned month, unsigned day_of_month);
struct CalendarDate {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
};
CalendarDate calendar_date(Day day);
Weekday weekday_of(Day day);
Day add_months(Day day, int months);  // 31 January + 1 month is the last day of February

// The bucket that `day` lies in. Weeks begin on `week_start`.
DayRange bucket_of(Day day, Bucket bucket, Weekday week_start);
// The bucket `count` after (or before, negative) the one that begins on `first`.
DayRange bucket_shifted(Day first, Bucket bucket, int count);
// "2026-01-31", "2026-W05" (ISO number of the week that holds the bucket's fourth day), "2026-01", "2026-Q1", "2026".
std::string bucket_label(Day first, Bucket bucket);

std::string format_day(Day day);               // "2026-01-31"
std::string format_instant(Instant instant);   // "2026-01-31T10:00:00Z", with ".123456" where not a whole second
Result<Day> parse_day(std::string_view text);  // ISO dates only; files' own shapes are collect's business
// "2026-01-31T10:00:00Z", with an offset instead of Z, a blank instead of T, seconds optional; a date alone is its
// midnight UTC. Anything else is invalid.
Result<Instant> parse_instant(std::string_view text);
Result<Weekday> parse_weekday(std::string_view text);  // "monday" … "sunday", any case
std::string_view weekday_name(Weekday weekday);
Result<Bucket> parse_bucket(std::string_view text);  // "day", "week", "month", "quarter", "year"
std::string_view bucket_name(Bucket bucket);

// A time zone of the IANA database. Cheap to copy.
class Zone {
 public:
  static Result<Zone> find(std::string_view name);  // invalid: no zone of that name, with a suggestion of the form
  static Zone utc();

  const std::string& name() const { return name_; }
  Day day_of(Instant instant) const;
  Instant start_of(Day day) const;  // the first moment of the day, also where midnight is skipped
  // The moment a clock on the wall shows `time_of_day_seconds` on `day`; the earlier of two, the end of a gap.
  Instant instant_of(Day day, int64_t time_of_day_seconds) const;
  int64_t offset_seconds(Instant instant) const;
  bool operator==(const Zone& other) const { return name_ == other.name_; }

 private:
  Zone(std::string name, const void* zone) : name_(std::move(name)), zone_(zone) {}
  std::string name_;
  const void* zone_;  // the library's entry; lives as long as the program
};

}  // namespace sociometer
