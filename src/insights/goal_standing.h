// Standing: how far a goal is, how far it would be on its way, and how likely it is to be hit.
//
//   Standing standing = stand(goal, known);
//   standing.status;        // "on_track"
//   standing.progress;      // 0.41: of the way from the baseline to the target; not clamped
//   standing.expected;      // 0.38: of the period that lies behind, by the weekdays and months of its own past
//   standing.probability;   // 0.71
//
// docs/goals.md says what each number means for counts, stocks and rates, and when a goal is hit.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "insights/forecast.h"
#include "insights/goals.h"

namespace sociometer::insights {

// How the days of a KPI make up a period.
enum class Makeup {
  sum,      // they add up
  last,     // the last one counts
  mean,     // a rate: each day by how much of it there was
  unknown,  // people: neither, as the same are there on several days
};
Makeup makeup_of(const catalog::Kpi& kpi);

// One period of a goal that keeps something.
struct KeptPeriod {
  DayRange days;
  std::optional<double> value;
  std::optional<bool> kept;  // none: nothing is known of it, or it is not over
};

// What is known when a goal is judged.
struct GoalFacts {
  Day today;
  Makeup makeup = Makeup::sum;
  std::optional<double> baseline;
  std::string baseline_reason;   // why it has none, as of a metrics::Cell
  std::optional<double> actual;  // of the period so far; of what keeps, of the running period
  std::string actual_reason;
  DaySeries history;            // days before today
  std::vector<double> weights;  // of each day of `history`: how much of it there was (posts, cases); empty: all alike
  Nature nature = Nature::count;
  std::vector<KeptPeriod> periods;  // of what keeps, with their values; `kept` is found out here
};

struct Standing {
  std::string status;  // no_data, ahead, on_track, at_risk, off_track, hit, missed
  std::optional<double> actual, target, progress, expected, probability;
  std::optional<Ahead> forecast;  // of the value at the end
  std::string model;              // "forecast", "pace", or "" where neither was needed
  std::string reason;             // why there is no progress, or no target: no_data, zero_denominator, …
  std::string model_reason;       // why there is no forecast, for people
  std::vector<KeptPeriod> periods;
  std::vector<std::string> notes;
};

Standing stand(const Goal& goal, const GoalFacts& facts);

// Whether a value fulfils a target of `value` ("below 5": not by 5).
bool reaches(const Goal& goal, double target, double value);
// What the goal comes to as a value. Nothing: its baseline is unknown, or zero where the target is a share of it.
std::optional<double> target_value(const Goal& goal, std::optional<double> baseline);
// The share of the days that lies before `today`, each day by what its weekday and month usually are.
double share_behind(DayRange days, const GoalFacts& facts);

// The baseline as the goal can be set against it: of what adds up, a period that still runs is taken to go on as so
// far, and one of another length counts by the day.
struct ComparableBaseline {
  std::optional<double> value;
  std::vector<std::string> notes;
};
ComparableBaseline comparable_baseline(const Goal& goal, const GoalFacts& facts);

// How often the own past did what the goal asks for, over as many days: "3 of 8".
struct Feasibility {
  int tried = 0, reached = 0;
};
std::optional<Feasibility> feasibility(const Goal& goal, const GoalFacts& facts);

// The way of a goal, for drawing: where it was, where it would have been, and where the forecast takes it. Numbers are
// of the period from the start through that day, as the goal's own number is; of a stock, of the day itself.
struct PathPoint {
  Day day;
  std::optional<double> actual, expected;
  std::optional<Ahead> forecast;
};
// The number through each of these days has to be asked for, as days do not make it up: rates and people. Empty for
// what days make up.
std::vector<Day> path_days_to_ask(const Goal& goal, const GoalFacts& facts);
// Ascending; empty for what keeps, whose periods tell. `asked` has the answers to path_days_to_ask, by day.
std::vector<PathPoint> path_of(const Goal& goal, const GoalFacts& facts, const Standing& standing,
                               const std::map<Day, double>& asked);

// When a goal is to be looked at next: one cadence after somebody last did, else after it was set or began, whichever
// is later; not after it is due. Nothing where its time is over, or it was looked at on its last day.
std::optional<Day> next_review(const Goal& goal, Day set, std::optional<Day> looked_at, Day today);

}  // namespace sociometer::insights
