// What a sentence says of time: when a goal starts and is due, and what it is compared with.
#pragma once

#include <optional>

#include "insights/goal_tokens.h"
#include "insights/goals.h"

namespace sociometer::insights {

struct SaidTime {
  std::optional<Day> start;
  std::optional<Day> end;  // the day after the due day
  enum class Against { period_before, year_before, days };
  Against against = Against::period_before;
  DayRange baseline;               // against days
  std::optional<Bucket> previous;  // "compared to the previous quarter": the one before the start's
};

// Takes what it understands. `is_duration`: the KPI is a time, so that "within 2 days" may be its target.
SaidTime take_time(Tokens& tokens, const GoalWorld& world, bool is_duration);

// One period of the words before which nothing stands: "Q3 2026", "31 December 2026", "last quarter". invalid: it is
// none.
Result<DayRange> parse_period(std::string_view text, const GoalWorld& world);

// "Q3 2026", "July 2026", "H1 2026", "2026"; empty where the days are no such period.
std::string period_name(DayRange days);
std::string day_words(Day day);  // "31 December 2026"

}  // namespace sociometer::insights
