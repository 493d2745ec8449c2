// When something recurs: a day of the calendar and a time of it, in a zone. On a day the clock skips that time it is
// the end of the gap, on a day it shows it twice the first of both; so there is one a day, whatever the clocks do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::surfaces {

struct Recurrence {
  std::string every;  // "day", "weekday", "monday" … "sunday", "first-of-month", "last-of-month", "first-of-quarter", …
  int at_seconds = 0;
  Zone zone = Zone::utc();

  // The last time at or before `moment`; nothing where there was none in more than a year.
  std::optional<Instant> last(Instant moment) const;
  // The first time after `moment`.
  std::optional<Instant> next(Instant moment) const;
};

// invalid: none of the words, with the nearest; no time of day; no zone.
Result<Recurrence> parse_recurrence(std::string_view every, std::string_view at, std::string_view zone);
// "08:00".
std::string time_of_day(int seconds);

}  // namespace sociometer::surfaces
