// The way of a goal from day to day, and when it is looked at.
#include "insights/goal_standing.h"

#include <algorithm>
#include <set>

#include "insights/day_model.h"
#include "insights/goal_outlook.h"

namespace sociometer::insights {
namespace {

constexpr int daily_days_max = 100;  // longer goals are drawn by the week
constexpr int weekly_points_max = 53;
constexpr int asked_max = 12;     // each is a question
constexpr int forecasts_max = 6;  // each is a forecast

// `count` days spread evenly over the range, its last among them.
std::set<Day> spread(DayRange days, int count) {
  std::set<Day> found;
  for (int i = 1; i <= count && !days.empty(); ++i)
    found.insert(days.first + (days.days() * i + count - 1) / count - 1);
  return found;
}

// The goal's days of which something is known.
DayRange known_days(const Goal& goal, const GoalFacts& facts) {
  return {goal.days.first, std::min({known_until(facts), facts.today, goal.days.end})};
}

std::set<Day> step_days(DayRange days) {
  int step = 1;
  if (days.days() > daily_days_max) step = week * ((days.days() - 1) / (week * weekly_points_max) + 1);
  std::set<Day> found;
  for (Day day = days.first + step - 1; day < days.end; day = day + step) found.insert(day);
  found.insert(days.end - 1);
  return found;
}

bool is_asked(Makeup makeup) {
  return makeup == Makeup::mean || makeup == Makeup::unknown;
}

// The number through each day that is known, as its days make it up.
std::map<Day, double> made_up(const GoalFacts& facts, DayRange known) {
  std::map<Day, double> found;
  double sum = 0;
  bool is_any = false;
  for (Day day = known.first; day < known.end; day = day + 1) {
    const int at = day - facts.history.first;
    if (at < 0 || at >= static_cast<int>(facts.history.values.size())) continue;
    const std::optional<double>& value = facts.history.values[static_cast<size_t>(at)];
    if (facts.makeup == Makeup::last) {
      if (value) found[day] = *value;
      continue;
    }
    sum += value.value_or(0);
    is_any = is_any || value.has_value();
    if (is_any) found[day] = sum;
  }
  return found;
}

// What days add up to begins at nothing, everything else at the baseline.
std::optional<double> expected_at(double share, const GoalFacts& facts, std::optional<double> baseline,
                                  std::optional<double> target) {
  if (!target) return std::nullopt;
  if (facts.makeup == Makeup::sum || facts.makeup == Makeup::unknown) return *target * share;
  if (!baseline) return std::nullopt;
  return *baseline + share * (*target - *baseline);
}

Day after_cadence(Day day, Cadence cadence) {
  switch (cadence) {
    case Cadence::daily:
      return day + 1;
    case Cadence::weekly:
      return day + week;
    case Cadence::monthly:
      return add_months(day, 1);
    case Cadence::quarterly:
      return add_months(day, 3);
    case Cadence::yearly:
      break;
  }
  return add_months(day, 12);
}

}  // namespace

std::vector<Day> path_days_to_ask(const Goal& goal, const GoalFacts& facts) {
  if (!is_asked(facts.makeup) || goal.target.kind == TargetKind::keep) return {};
  const std::set<Day> days = spread(known_days(goal, facts), asked_max);
  return {days.begin(), days.end()};
}

std::vector<PathPoint> path_of(const Goal& goal, const GoalFacts& facts, const Standing& standing,
                               const std::map<Day, double>& asked) {
  if (goal.target.kind == TargetKind::keep) return {};
  const DayRange known = known_days(goal, facts);
  const std::map<Day, double> actual = is_asked(facts.makeup) ? asked : made_up(facts, known);
  std::set<Day> days = step_days(goal.days);
  for (const auto& [day, value] : actual) {
    if (is_asked(facts.makeup) || day == known.end - 1) days.insert(day);
  }
  std::map<Day, Ahead> ahead;
  if (standing.forecast) {
    for (Day mark : spread({std::max(known.end, goal.days.first), goal.days.end}, forecasts_max)) {
      const Outcomes outcomes = outcomes_of({goal.days.first, mark + 1}, facts);
      if (!outcomes.values.empty()) ahead[mark] = middle_of(outcomes.values);
      days.insert(mark);
    }
  }
  const std::optional<double> baseline = comparable_baseline(goal, facts).value;
  const DayShares shares(goal.days, facts);
  std::vector<PathPoint> path;
  for (Day day : days) {
    PathPoint point{day, {}, expected_at(shares.before(day + 1), facts, baseline, standing.target), {}};
    if (const auto found = actual.find(day); found != actual.end()) point.actual = found->second;
    if (const auto found = ahead.find(day); found != ahead.end()) point.forecast = found->second;
    path.push_back(point);
  }
  return path;
}

std::optional<Day> next_review(const Goal& goal, Day set, std::optional<Day> looked_at, Day today) {
  const Day last = goal.days.end - 1;
  if (today > last || (looked_at && *looked_at >= last)) return std::nullopt;
  return std::min(after_cadence(std::max(goal.days.first, looked_at.value_or(set)), goal.cadence), last);
}

}  // namespace sociometer::insights
