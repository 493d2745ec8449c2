#include "surfaces/recurrence.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/text.h"

namespace sociometer::surfaces {
namespace {

constexpr int days_in_view = 400;

bool is_weekday(Day day, Weekday wanted) {
  return weekday_of(day) == wanted;
}
template <Weekday Wanted>
bool is_a(Day day) {
  return is_weekday(day, Wanted);
}

struct Word {
  std::string_view name;
  bool (*fits)(Day);
};

constexpr Word known_words[] = {
    {"day", [](Day) { return true; }},
    {"weekday", [](Day day) { return weekday_of(day) < Weekday::saturday; }},
    {"monday", &is_a<Weekday::monday>},
    {"tuesday", &is_a<Weekday::tuesday>},
    {"wednesday", &is_a<Weekday::wednesday>},
    {"thursday", &is_a<Weekday::thursday>},
    {"friday", &is_a<Weekday::friday>},
    {"saturday", &is_a<Weekday::saturday>},
    {"sunday", &is_a<Weekday::sunday>},
    {"first-of-month", [](Day day) { return calendar_date(day).day == 1; }},
    {"last-of-month", [](Day day) { return calendar_date(day + 1).day == 1; }},
    {"first-of-quarter", [](Day day) { return calendar_date(day).day == 1 && calendar_date(day).month % 3 == 1; }},
    {"first-of-year", [](Day day) { return calendar_date(day).day == 1 && calendar_date(day).month == 1; }},
};

const Word* find_word(std::string_view name) {
  const auto place = std::ranges::find(known_words, name, &Word::name);
  return place == std::end(known_words) ? nullptr : place;
}

std::optional<int> two_digits(std::string_view text, int below) {
  int number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.size() != 2 || error != std::errc() || stop != text.data() + 2 || number < 0 || number >= below) {
    return std::nullopt;
  }
  return number;
}

Result<int> parse_time_of_day(std::string_view text) {
  if (text.size() == 5 && text[2] == ':') {
    const std::optional<int> hour = two_digits(text.substr(0, 2), 24), minute = two_digits(text.substr(3), 60);
    if (hour && minute) return *hour * 3600 + *minute * 60;
  }
  return invalid(fmt::format("\"{}\" is no time of day; write it like 08:00", text), "at");
}

}  // namespace

std::optional<Instant> Recurrence::last(Instant moment) const {
  const Word* word = find_word(every);
  if (word == nullptr) return std::nullopt;
  const Day today = zone.day_of(moment);
  for (int back = 0; back < days_in_view; ++back) {
    const Day day = today - back;
    if (!word->fits(day)) continue;
    const Instant time = zone.instant_of(day, at_seconds);
    if (time <= moment) return time;
  }
  return std::nullopt;
}

std::optional<Instant> Recurrence::next(Instant moment) const {
  const Word* word = find_word(every);
  if (word == nullptr) return std::nullopt;
  const Day today = zone.day_of(moment);
  for (int ahead = 0; ahead < days_in_view; ++ahead) {
    const Day day = today + ahead;
    if (!word->fits(day)) continue;
    const Instant time = zone.instant_of(day, at_seconds);
    if (time > moment) return time;
  }
  return std::nullopt;
}

Result<Recurrence> parse_recurrence(std::string_view every, std::string_view at, std::string_view zone) {
  const std::string said = lower(trimmed(every));
  if (find_word(said) == nullptr) {
    std::vector<std::string_view> names;
    std::vector<std::string> listed;
    for (const Word& word : known_words) {
      names.push_back(word.name);
      listed.emplace_back(word.name);
    }
    const std::string_view near = nearest(said, names);
    return invalid(fmt::format("nothing recurs every \"{}\"{}; there are {}", every,
                               near.empty() ? "" : fmt::format(", did you mean {}?", near), join(listed, ", ")),
                   "every");
  }
  Recurrence recurrence{said};
  TRY(recurrence.at_seconds, parse_time_of_day(trimmed(at)));
  const Result<Zone> found = Zone::find(zone);
  if (!found) return invalid(found.error().message, "zone");
  recurrence.zone = *found;
  return recurrence;
}

std::string time_of_day(int seconds) {
  return fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
}

}  // namespace sociometer::surfaces
