// Business hours: when somebody is there to answer, and how much of a wait fell into it.
//
//   TRY(BusinessHours hours, business_hours_from_json(json, workspace.zone));
//   OpenTime open(hours, first_day, end_day);        // for many waits
//   open.micros_between(friday_18_00, tuesday_09_10);  // of Mon–Fri 9–17 with a holiday on Monday: 10 minutes
//
// A workspace without hours has no business time at all: what is asked for by it has no value, never 0.
//
// The hours are wall-clock times of their own zone, so a day on which the clocks change is as long as it was. They may
// change with time: of several schedules a day takes the one with the latest `from` not after it.
//
// Threads: values, read only once made.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace sociometer::metrics {

struct Opening {
  int32_t from = 0, to = 0;  // seconds of the day, half-open; `to` at most 24:00
  auto operator<=>(const Opening&) const = default;
};

struct WeeklySchedule {
  std::optional<Day> from;                       // valid from; none: always
  std::array<std::vector<Opening>, 7> openings;  // by weekday, Monday first; ascending and disjoint
};

struct BusinessHours {
  Zone zone = Zone::utc();
  std::vector<WeeklySchedule> schedules;  // ascending by `from`, the one without it first
  std::set<Day> holidays;

  // None on a holiday, and before the first schedule.
  const std::vector<Opening>& openings_of(Day day) const;
};

// {"zone": "Europe/Berlin", "week": {"monday": "09:00-12:00, 13:00-17:00", …}, "holidays": ["2026-05-25"]}; instead of
// `week` a list `schedules` of {"from"?, "week"}. `zone` is the workspace's where it is left out. A week's keys are
// weekdays or spans of them ("monday-friday"), of which the first three letters do.
// invalid: the place and what is wrong there.
Result<BusinessHours> business_hours_from_json(const Json& json, const Zone& workspace_zone);
Json to_json(const BusinessHours& hours);
// The same written in a line, as on a door: "mon-fri 09:00-17:00, sat 10:00-14:00". invalid: as above.
Result<Json> business_hours_from_words(std::string_view words);

// The open time of a stretch of days, added up once so that each wait costs two look-ups.
class OpenTime {
 public:
  // `days` are those of the hours' zone that any wait may touch; what lies outside counts as closed.
  OpenTime(const BusinessHours& hours, DayRange days);
  // Nothing open in a wait is 0; `to` before `from` is 0.
  int64_t micros_between(Instant from, Instant to) const;

 private:
  int64_t before(Instant instant) const;  // open time from the first day until then

  struct Stretch {
    int64_t from, to, open_before;
  };
  std::vector<Stretch> stretches_;  // ascending and disjoint
};

}  // namespace sociometer::metrics
