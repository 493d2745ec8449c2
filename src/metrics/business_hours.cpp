#include "metrics/business_hours.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sociometer::metrics {
namespace {

constexpr int32_t seconds_of_day = 24 * 60 * 60;

Error wrong(std::string sentence) {
  return invalid(std::move(sentence), "hours");
}

// "9:00" or "09:00"; 24:00 is the end of the day.
std::optional<int32_t> time_of_day(std::string_view text) {
  text = trimmed(text);
  size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon < 1 || colon > 2 || text.size() != colon + 3) return std::nullopt;
  auto number = [](std::string_view digits) -> std::optional<int32_t> {
    int32_t value = 0;
    for (char c : digits) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  auto hours = number(text.substr(0, colon)), minutes = number(text.substr(colon + 1));
  if (!hours || !minutes || *minutes > 59) return std::nullopt;
  int32_t seconds = *hours * 3600 + *minutes * 60;
  if (seconds > seconds_of_day) return std::nullopt;
  return seconds;
}

std::string time_text(int32_t seconds) {
  return fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
}

Result<std::vector<Opening>> read_openings(std::string_view text) {
  std::vector<Opening> openings;
  if (trimmed(text).empty()) return openings;
  for (std::string_view part : split(text, ',')) {
    size_t dash = part.find('-');
    auto from = time_of_day(part.substr(0, dash));
    auto to = dash == std::string_view::npos ? std::nullopt : time_of_day(part.substr(dash + 1));
    if (!from || !to) {
      return wrong(fmt::format("\"{}\" are no business hours; write 09:00-17:00", trimmed(part)));
    }
    if (*to <= *from) {
      return wrong(
          fmt::format("the business hours {} end before they begin; past midnight they are two: 22:00-24:00 "
                      "on one day and 00:00-06:00 on the next",
                      trimmed(part)));
    }
    openings.push_back({*from, *to});
  }
  std::sort(openings.begin(), openings.end());
  for (size_t i = 1; i < openings.size(); ++i) {
    if (openings[i].from < openings[i - 1].to) {
      return wrong(fmt::format("the business hours {} overlap", trimmed(text)));
    }
  }
  return openings;
}

std::string openings_text(const std::vector<Opening>& openings) {
  std::vector<std::string> parts;
  for (const Opening& opening : openings) parts.push_back(time_text(opening.from) + "-" + time_text(opening.to));
  return join(parts, ", ");
}

// "monday", "mon".
std::optional<size_t> weekday_index(std::string_view word) {
  std::string text = lower(trimmed(word));
  for (size_t i = 0; i < 7; ++i) {
    std::string_view name = weekday_name(static_cast<Weekday>(i));
    if (text == name || (text.size() == 3 && name.starts_with(text))) return i;
  }
  return std::nullopt;
}

// "monday", "mon-fri"; a span may go over the week's end.
Result<std::vector<size_t>> weekdays_of(std::string_view text) {
  size_t dash = text.find('-');
  auto first = weekday_index(text.substr(0, dash));
  auto last = dash == std::string_view::npos ? first : weekday_index(text.substr(dash + 1));
  if (!first || !last) {
    return wrong(fmt::format("\"{}\" is not a weekday; write monday, mon or mon-fri", trimmed(text)));
  }
  std::vector<size_t> days = {*first};
  while (days.back() != *last) days.push_back((days.back() + 1) % 7);
  return days;
}

Result<Done> refuse_others(const JsonObject& object, std::initializer_list<std::string_view> known) {
  for (const auto& member : object) {
    std::string_view key(member.key().data(), member.key().size());
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return wrong(fmt::format("business hours have no \"{}\"", key));
    }
  }
  return Done{};
}

Result<WeeklySchedule> read_week(const Json& json) {
  if (!json.is_object()) return wrong("\"week\" must be an object of weekday to hours, {\"mon-fri\": \"09:00-17:00\"}");
  WeeklySchedule schedule;
  std::array<bool, 7> seen{};
  for (const auto& member : json.get_object()) {
    TRY(std::vector<size_t> days, weekdays_of({member.key().data(), member.key().size()}));
    if (!member.value().is_string()) {
      return wrong(fmt::format("the hours of {} must be text, \"09:00-17:00\"", std::string(member.key())));
    }
    TRY(std::vector<Opening> openings, read_openings(view_of(member.value().get_string())));
    for (size_t day : days) {
      if (seen[day]) {
        return wrong(fmt::format("the hours of {} stand twice", weekday_name(static_cast<Weekday>(day))));
      }
      seen[day] = true;
      schedule.openings[day] = openings;
    }
  }
  bool any = std::any_of(schedule.openings.begin(), schedule.openings.end(), [](const auto& o) { return !o.empty(); });
  if (!any) return wrong("a week of business hours must be open at some time");
  return schedule;
}

Result<std::vector<WeeklySchedule>> read_schedules(const Json& json) {
  if (!json.is_array() || json.get_array().empty())
    return wrong("\"schedules\" must be a list of {\"from\", \"week\"}");
  std::vector<WeeklySchedule> schedules;
  for (const Json& entry : json.get_array()) {
    if (!entry.is_object()) return wrong("\"schedules\" must be a list of {\"from\", \"week\"}");
    const JsonObject& object = entry.get_object();
    TRY_DONE(refuse_others(object, {"from", "week"}));
    const Json* week = object.if_contains("week");
    if (week == nullptr) return wrong("a schedule without \"week\"");
    TRY(WeeklySchedule schedule, read_week(*week));
    TRY(std::string from, json_string(object, "from"));
    if (!from.empty()) {
      TRY(schedule.from, parse_day(from));
    }
    schedules.push_back(std::move(schedule));
  }
  auto earlier = [](const WeeklySchedule& a, const WeeklySchedule& b) { return a.from < b.from; };
  std::sort(schedules.begin(), schedules.end(), earlier);
  for (size_t i = 1; i < schedules.size(); ++i) {
    if (schedules[i].from == schedules[i - 1].from) return wrong("two schedules begin on the same day");
  }
  return schedules;
}

}  // namespace

const std::vector<Opening>& BusinessHours::openings_of(Day day) const {
  static const std::vector<Opening> closed;
  if (holidays.contains(day)) return closed;
  const WeeklySchedule* valid = nullptr;
  for (const WeeklySchedule& schedule : schedules) {
    if (!schedule.from || *schedule.from <= day) valid = &schedule;
  }
  return valid == nullptr ? closed : valid->openings[static_cast<size_t>(weekday_of(day))];
}

Result<BusinessHours> business_hours_from_json(const Json& json, const Zone& workspace_zone) {
  if (!json.is_object()) return wrong("business hours must be an object with \"week\"");
  const JsonObject& object = json.get_object();
  TRY_DONE(refuse_others(object, {"zone", "week", "schedules", "holidays"}));
  BusinessHours hours;
  TRY(std::string zone, json_string(object, "zone"));
  hours.zone = workspace_zone;
  if (!zone.empty()) {
    TRY(hours.zone, Zone::find(zone));
  }
  const Json* week = object.if_contains("week");
  const Json* schedules = object.if_contains("schedules");
  if ((week == nullptr) == (schedules == nullptr)) {
    return wrong("business hours have either \"week\" or \"schedules\"");
  }
  if (week != nullptr) {
    TRY(WeeklySchedule only, read_week(*week));
    hours.schedules.push_back(std::move(only));
  } else {
    TRY(hours.schedules, read_schedules(*schedules));
  }
  if (const Json* holidays = object.if_contains("holidays"); holidays != nullptr && !holidays->is_null()) {
    if (!holidays->is_array()) return wrong("\"holidays\" must be a list of days");
    for (const Json& entry : holidays->get_array()) {
      if (!entry.is_string()) return wrong("\"holidays\" must be a list of days, \"2026-12-25\"");
      TRY(Day day, parse_day(view_of(entry.get_string())));
      hours.holidays.insert(day);
    }
  }
  return hours;
}

Json to_json(const BusinessHours& hours) {
  JsonArray schedules;
  for (const WeeklySchedule& schedule : hours.schedules) {
    JsonObject week;
    for (size_t day = 0; day < 7; ++day) {
      if (schedule.openings[day].empty()) continue;
      week[weekday_name(static_cast<Weekday>(day))] = openings_text(schedule.openings[day]);
    }
    JsonObject entry;
    if (schedule.from) entry["from"] = format_day(*schedule.from);
    entry["week"] = std::move(week);
    schedules.push_back(std::move(entry));
  }
  JsonArray holidays;
  for (Day day : hours.holidays) holidays.emplace_back(format_day(day));
  JsonObject json;
  json["zone"] = hours.zone.name();
  json["schedules"] = std::move(schedules);
  json["holidays"] = std::move(holidays);
  return json;
}

Result<Json> business_hours_from_words(std::string_view words) {
  // "mon-fri 09:00-12:00, 13:00-17:00, sat 10:00-14:00": a part that begins with a weekday begins its days.
  std::vector<std::pair<std::string, std::string>> days;
  for (std::string_view part : split(words, ',')) {
    part = trimmed(part);
    size_t blank = part.find(' ');
    if (blank != std::string_view::npos) {
      days.emplace_back(part.substr(0, blank), trimmed(part.substr(blank)));
    } else if (!days.empty()) {
      days.back().second += ", " + std::string(part);
    } else {
      return wrong(fmt::format("\"{}\" are no business hours; write \"mon-fri 09:00-17:00, sat 10:00-14:00\"", part));
    }
  }
  JsonObject week;
  for (auto& [span, openings] : days) {
    if (week.contains(span)) return wrong(fmt::format("the hours of {} stand twice", span));
    week[span] = openings;
  }
  JsonObject json;
  json["week"] = std::move(week);
  TRY(BusinessHours checked, business_hours_from_json(json, Zone::utc()));
  (void)checked;
  return Json(std::move(json));
}

OpenTime::OpenTime(const BusinessHours& hours, DayRange days) {
  int64_t total = 0;
  for (Day day = days.first; day < days.end; day = day + 1) {
    for (const Opening& opening : hours.openings_of(day)) {
      Instant from = hours.zone.instant_of(day, opening.from);
      Instant to = opening.to == seconds_of_day ? hours.zone.start_of(day + 1) : hours.zone.instant_of(day, opening.to);
      if (to <= from) continue;  // wholly inside the hour that the clocks leave out
      stretches_.push_back({from.micros, to.micros, total});
      total += to.micros - from.micros;
    }
  }
}

int64_t OpenTime::before(Instant instant) const {
  auto after = std::upper_bound(stretches_.begin(), stretches_.end(), instant.micros,
                                [](int64_t micros, const Stretch& stretch) { return micros < stretch.from; });
  if (after == stretches_.begin()) return 0;
  const Stretch& stretch = *std::prev(after);
  return stretch.open_before + std::min(instant.micros, stretch.to) - stretch.from;
}

int64_t OpenTime::micros_between(Instant from, Instant to) const {
  return from < to ? before(to) - before(from) : 0;
}

}  // namespace sociometer::metrics
