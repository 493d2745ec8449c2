// Goals: a SMART goal as people say it, and back.
//
//   GoalWorld world{*catalog, today, Weekday::monday, "EUR"};
//   TRY(Understood understood, understand("Increase engagement rate on organic Instagram posts by 12 % in Q3", world));
//   understood.goal.kpi;               // "engagement_rate"
//   written(understood.goal, world);   // "Increase engagement rate on organic Instagram posts by 12 % in Q3 2026"
//
// A sentence names a KPI in the catalog's words, what it is about, a target and a time; docs/goals.md has the grammar.
// What is written is understood as the same goal again on the same day. Nothing of a sentence is passed over: a word
// that means nothing here is an error that names it, as a goal about less than was meant would be wrong in silence.
//
// The words are those of one language, in goal_words.cpp; everything else is the same in all.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/catalog.h"

namespace sociometer::insights {

enum class Direction { up, down, range };
enum class TargetKind {
  relative,  // by a share of the baseline
  change,    // by a difference from the baseline
  absolute,  // to a value
  keep,      // on one side of a value, in every period of the cadence
};
enum class Cadence { daily, weekly, monthly, quarterly, yearly };
std::string_view name(Direction direction);
std::string_view name(TargetKind kind);
std::string_view name(Cadence cadence);
Result<Cadence> parse_cadence(std::string_view text);  // "weekly"
Bucket bucket_of_cadence(Cadence cadence);

struct Target {
  TargetKind kind = TargetKind::absolute;
  double value = 0;            // of relative and change how much, whichever the direction
  std::optional<double> upto;  // direction range: `value` to this
  // Whether the value itself is enough. "Below 5" is not reached by 5, "at most 5" is.
  bool inclusive = true;
  bool operator==(const Target&) const = default;
};

struct Baseline {
  DayRange days;
  std::optional<double> stated;  // "from 2 % to 3 %": said, not measured
  bool operator==(const Baseline&) const = default;
};

struct Goal {
  std::string kpi, variant;  // variant empty where a KPI has one reading
  std::map<std::string, std::vector<std::string>> filter;
  Direction direction = Direction::up;
  Target target;
  DayRange days;  // from the start to the due day
  Baseline baseline;
  Cadence cadence = Cadence::weekly;
  bool operator==(const Goal&) const = default;
};

// What a goal is understood in.
struct GoalWorld {
  const catalog::Catalog& catalog;
  Day today;
  Weekday week_start = Weekday::monday;
  std::string currency;
};

struct Understood {
  Goal goal;
  std::string rationale;           // "because …", "so that …", "by posting …"
  std::vector<std::string> notes;  // what to look at twice
};

// invalid: what is missing, or which word is not understood, in `field` what it is about: kpi, target, direction, due,
// filter or sentence.
Result<Understood> understand(std::string_view sentence, const GoalWorld& world);
std::string written(const Goal& goal, const GoalWorld& world);

// A goal in the fields of docs/api.md, as `goal add --file` and POST /goals take them: `sentence`, or kpi, variant,
// filter, direction, target, baseline, start, due, cadence, rationale. invalid with the field to blame.
Result<Understood> goal_from_fields(const JsonObject& fields, const GoalWorld& world);
// The fields of a goal, without its baseline's value.
JsonObject goal_fields(const Goal& goal);
// What goal_fields wrote.
Result<Goal> goal_from_stored(const JsonObject& fields);

// A value of a KPI as sentences have it: "4.5 %", "30 minutes", "10,000 EUR".
std::string goal_value_text(double value, const catalog::KpiChoice& choice, std::string_view currency);

// The period of the same length before: of whole months, quarters and years as many of them, else of as many days.
DayRange period_before(DayRange days);
DayRange year_before(DayRange days);

}  // namespace sociometer::insights
