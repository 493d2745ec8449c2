#include "base/time.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/check.h"
#include "base/text.h"

namespace sociometer {
namespace {

constexpr int64_t micros_per_second = 1'000'000;
constexpr int64_t seconds_per_day = 86'400;
constexpr std::array<std::string_view, 7> weekday_names = {"monday", "tuesday",  "wednesday", "thursday",
                                                           "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 5> bucket_names = {"day", "week", "month", "quarter", "year"};

date::sys_days to_date(Day day) {
  return date::sys_days(date::days(day.number));
}
Day from_date(date::sys_days days) {
  return {static_cast<int32_t>(days.time_since_epoch().count())};
}

int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

date::sys_seconds to_seconds(Instant instant) {
  return date::sys_seconds(std::chrono::seconds(floor_divide(instant.micros, micros_per_second)));
}

// Digits at `position`, exactly `count` of them; moves on.
bool read_number(std::string_view text, size_t& position, size_t count, int& number) {
  if (position + count > text.size()) return false;
  number = 0;
  for (size_t i = 0; i < count; ++i) {
    char c = text[position + i];
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  position += count;
  return true;
}

bool read_char(std::string_view text, size_t& position, std::string_view any_of) {
  if (position >= text.size() || any_of.find(text[position]) == std::string_view::npos) return false;
  ++position;
  return true;
}

bool read_date(std::string_view text, size_t& position, Day& day) {
  int year = 0, month = 0, of_month = 0;
  if (!read_number(text, position, 4, year) || !read_char(text, position, "-") ||
      !read_number(text, position, 2, month) || !read_char(text, position, "-") ||
      !read_number(text, position, 2, of_month)) {
    return false;
  }
  auto made = make_day_checked(year, static_cast<unsigned>(month), static_cast<unsigned>(of_month));
  if (!made) return false;
  day = *made;
  return true;
}

// "Z", "+02:00", "-0700" or nothing; in seconds east of Greenwich.
bool read_offset(std::string_view text, size_t& position, int64_t& seconds) {
  seconds = 0;
  if (position == text.size()) return true;
  if (read_char(text, position, "Zz")) return true;
  int hours = 0, minutes = 0;
  bool west = text[position] == '-';
  if (!read_char(text, position, "+-") || !read_number(text, position, 2, hours)) return false;
  read_char(text, position, ":");
  if (position < text.size() && !read_number(text, position, 2, minutes)) return false;
  if (hours > 18 || minutes > 59) return false;
  seconds = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

bool read_time(std::string_view text, size_t& position, int64_t& micros) {
  int hour = 0, minute = 0, second = 0;
  if (!read_number(text, position, 2, hour) || !read_char(text, position, ":") ||
      !read_number(text, position, 2, minute)) {
    return false;
  }
  int64_t fraction = 0;
  if (read_char(text, position, ":")) {
    if (!read_number(text, position, 2, second)) return false;
    if (read_char(text, position, ".,")) {
      int64_t unit = 100'000;
      size_t start = position;
      while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
        fraction += (text[position++] - '0') * unit;
        unit /= 10;
      }
      if (position == start) return false;
    }
  }
  if (hour > 23 || minute > 59 || second > 60) return false;
  micros = (hour * 3600 + minute * 60 + second) * micros_per_second + fraction;
  return true;
}

}  // namespace

DayRange intersection(DayRange a, DayRange b) {
  DayRange both{std::max(a.first, b.first), std::min(a.end, b.end)};
  if (both.end < both.first) both.end = both.first;
  return both;
}

std::vector<DayRange> merged_ranges(std::vector<DayRange> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<DayRange> result;
  for (const DayRange& range : ranges) {
    if (!result.empty() && range.first <= result.back().end) {
      result.back().end = std::max(result.back().end, range.end);
    } else {
      result.push_back(range);
    }
  }
  return result;
}

Result<Day> make_day_checked(int year, unsigned month, unsigned day_of_month) {
  date::year_month_day ymd{date::year(year), date::month(month), date::day(day_of_month)};
  if (!ymd.ok() || year < 1 || year > 9999) {
    return invalid(fmt::format("{:04}-{:02}-{:02} is not a date", year, month, day_of_month));
  }
  return from_date(date::sys_days(ymd));
}

Day make_day(int year, unsigned month, unsigned day_of_month) {
  auto day = make_day_checked(year, month, day_of_month);
  CHECK(day.ok());
  return *day;
}

CalendarDate calendar_date(Day day) {
  date::year_month_day ymd(to_date(day));
  return {static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day())};
}

Weekday weekday_of(Day day) {
  // 1970-01-01 was a Thursday.
  return static_cast<Weekday>(((day.number + 3) % 7 + 7) % 7);
}

Day add_months(Day day, int months) {
  date::year_month_day ymd(to_date(day));
  ymd += date::months(months);
  if (!ymd.ok()) ymd = date::year_month_day(ymd.year() / ymd.month() / date::last);
  return from_date(date::sys_days(ymd));
}

DayRange bucket_of(Day day, Bucket bucket, Weekday week_start) {
  CalendarDate d = calendar_date(day);
  switch (bucket) {
    case Bucket::day:
      return {day, day + 1};
    case Bucket::week: {
      int back = (static_cast<int>(weekday_of(day)) - static_cast<int>(week_start) + 7) % 7;
      return {day - back, day - back + 7};
    }
    case Bucket::month: {
      Day first = make_day(d.year, d.month, 1);
      return {first, add_months(first, 1)};
    }
    case Bucket::quarter: {
      Day first = make_day(d.year, (d.month - 1) / 3 * 3 + 1, 1);
      return {first, add_months(first, 3)};
    }
    case Bucket::year: {
      Day first = make_day(d.year, 1, 1);
      return {first, add_months(first, 12)};
    }
  }
  CHECK(false);
  return {};
}

DayRange bucket_shifted(Day first, Bucket bucket, int count) {
  switch (bucket) {
    case Bucket::day:
      return {first + count, first + count + 1};
    case Bucket::week:
      return {first + 7 * count, first + 7 * count + 7};
    case Bucket::month:
      return {add_months(first, count), add_months(first, count + 1)};
    case Bucket::quarter:
      return {add_months(first, 3 * count), add_months(first, 3 * count + 3)};
    case Bucket::year:
      return {add_months(first, 12 * count), add_months(first, 12 * count + 12)};
  }
  CHECK(false);
  return {};
}

std::string bucket_label(Day first, Bucket bucket) {
  CalendarDate d = calendar_date(first);
  switch (bucket) {
    case Bucket::day:
      return format_day(first);
    case Bucket::week: {
      // The week belongs to the year that holds its fourth day; for Monday weeks this is ISO 8601.
      Day fourth = first + 3;
      int year = calendar_date(fourth).year;
      int number = (fourth - make_day(year, 1, 1)) / 7 + 1;
      return fmt::format("{:04}-W{:02}", year, number);
    }
    case Bucket::month:
      return fmt::format("{:04}-{:02}", d.year, d.month);
    case Bucket::quarter:
      return fmt::format("{:04}-Q{}", d.year, (d.month - 1) / 3 + 1);
    case Bucket::year:
      return fmt::format("{:04}", d.year);
  }
  CHECK(false);
  return {};
}

std::string format_day(Day day) {
  CalendarDate d = calendar_date(day);
  return fmt::format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
}

std::string format_instant(Instant instant) {
  int64_t seconds = floor_divide(instant.micros, micros_per_second);
  int64_t fraction = instant.micros - seconds * micros_per_second;
  Day day{static_cast<int32_t>(floor_divide(seconds, seconds_per_day))};
  int64_t rest = seconds - day.number * seconds_per_day;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", format_day(day), rest / 3600, rest / 60 % 60, rest % 60);
  if (fraction != 0) text += fmt::format(".{:06}", fraction);
  return text + "Z";
}

Result<Day> parse_day(std::string_view text) {
  size_t position = 0;
  Day day;
  if (!read_date(text, position, day) || position != text.size()) {
    return invalid(fmt::format("\"{}\" is not a day; write it as 2026-01-31", text));
  }
  return day;
}

Result<Instant> parse_instant(std::string_view text) {
  auto wrong = [&] { return invalid(fmt::format("\"{}\" is not a time; write it as 2026-01-31T10:00:00Z", text)); };
  size_t position = 0;
  Day day;
  if (!read_date(text, position, day)) return wrong();
  int64_t micros = 0;
  int64_t offset = 0;
  if (position < text.size()) {
    if (!read_char(text, position, "Tt ") || !read_time(text, position, micros)) return wrong();
    if (position < text.size() && text[position] == ' ') ++position;
    if (!read_offset(text, position, offset) || position != text.size()) return wrong();
  }
  return Instant{(day.number * seconds_per_day - offset) * micros_per_second + micros};
}

Result<Weekday> parse_weekday(std::string_view text) {
  std::string word = lower(text);
  for (size_t i = 0; i < weekday_names.size(); ++i) {
    if (word == weekday_names[i]) return static_cast<Weekday>(i);
  }
  return invalid(fmt::format("\"{}\" is not a weekday; write monday, tuesday, … or sunday", text));
}

std::string_view weekday_name(Weekday weekday) {
  return weekday_names[static_cast<size_t>(weekday)];
}

Result<Bucket> parse_bucket(std::string_view text) {
  for (size_t i = 0; i < bucket_names.size(); ++i) {
    if (text == bucket_names[i]) return static_cast<Bucket>(i);
  }
  return invalid(fmt::format("\"{}\" is not a time bucket; there are day, week, month, quarter and year", text));
}

std::string_view bucket_name(Bucket bucket) {
  return bucket_names[static_cast<size_t>(bucket)];
}

Result<Zone> Zone::find(std::string_view name) {
  if (name == "UTC" || name == "Z") return utc();
  try {
    const date::time_zone* zone = date::locate_zone(std::string(name));
    return Zone(std::string(name), zone);
  } catch (const std::exception&) {
    return invalid(fmt::format("\"{}\" is not a time zone; write it as Europe/Berlin or UTC", name));
  }
}

// UTC needs no database: a null entry means offset zero, so the program works without zone files.
Zone Zone::utc() {
  return Zone("UTC", nullptr);
}

int64_t Zone::offset_seconds(Instant instant) const {
  if (zone_ == nullptr) return 0;
  return static_cast<const date::time_zone*>(zone_)->get_info(to_seconds(instant)).offset.count();
}

Day Zone::day_of(Instant instant) const {
  int64_t seconds = floor_divide(instant.micros, micros_per_second) + offset_seconds(instant);
  return {static_cast<int32_t>(floor_divide(seconds, seconds_per_day))};
}

Instant Zone::start_of(Day day) const {
  return instant_of(day, 0);
}

Instant Zone::instant_of(Day day, int64_t time_of_day_seconds) const {
  int64_t local = day.number * seconds_per_day + time_of_day_seconds;
  if (zone_ == nullptr) return {local * micros_per_second};
  auto local_seconds = date::local_seconds(std::chrono::seconds(local));
  auto found = static_cast<const date::time_zone*>(zone_)->get_info(local_seconds);
  // In a gap the clock jumps: the first moment after it is the old offset's end, which is `second`'s beginning.
  int64_t seconds = found.result == date::local_info::nonexistent ? found.second.begin.time_since_epoch().count()
                                                                  : local - found.first.offset.count();
  return {seconds * micros_per_second};
}

}  // namespace sociometer
