// What the days of a goal are worth, and what its period may come to. Shared by standing and path.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "insights/goal_standing.h"

namespace sociometer::insights {

// The day after the last of which a value is known.
Day known_until(const GoalFacts& facts);
double weight_at(const GoalFacts& facts, size_t i);

// What a day is usually worth beside the average day: by its weekday and, where a year is known, its month.
class Calendar {
 public:
  explicit Calendar(const GoalFacts& facts);
  double of(DayRange days) const;

 private:
  std::array<double, 7> weekdays_{};
  std::array<double, 12> months_{};
};

// The share of a period that lies before a day of it.
class DayShares {
 public:
  DayShares(DayRange days, const GoalFacts& facts);
  double before(Day day) const;

 private:
  DayRange days_;
  Calendar calendar_;
  double all_;
};

// What a period may come to in the end.
struct Outcomes {
  std::vector<double> values;  // ascending
  std::string missing;         // why there are none
};
Outcomes outcomes_of(DayRange days, const GoalFacts& facts);
Ahead middle_of(const std::vector<double>& outcomes);  // of some; with the 95 % around it

}  // namespace sociometer::insights
