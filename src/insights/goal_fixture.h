// Goals of the third quarter and the days before them, for the tests.
#pragma once

#include "insights/goal_standing.h"

namespace sociometer::insights {

inline const Day start = make_day(2026, 7, 1), end = make_day(2026, 10, 1);

inline const Day said_on = make_day(2026, 6, 22);

inline GoalWorld world() {
  return {*catalog::Catalog::built_in(), said_on, Weekday::monday, "EUR"};
}

inline Goal goal_of(TargetKind kind, double value, Direction direction = Direction::up) {
  Goal goal;
  goal.kpi = "impressions";
  goal.direction = direction;
  goal.target = {kind, value, {}, true};
  goal.days = {start, end};
  goal.baseline.days = period_before(goal.days);
  return goal;
}

// Days before `today`, `length` of them, each of what `value_of` says.
template <typename ValueOf>
GoalFacts facts_of(Day today, Makeup makeup, Nature nature, int length, ValueOf value_of) {
  GoalFacts facts;
  facts.today = today;
  facts.makeup = makeup;
  facts.nature = nature;
  facts.history.first = today - length;
  for (int i = 0; i < length; ++i) facts.history.values.emplace_back(value_of(today - length + i));
  return facts;
}

// A little noise that is always the same.
inline double ripple(Day day) {
  return static_cast<double>((day.number * 7919) % 11 - 5);
}

}  // namespace sociometer::insights
