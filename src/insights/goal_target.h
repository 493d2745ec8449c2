// What a sentence wants: its quantities, and which way.
#pragma once

#include <optional>
#include <vector>

#include "insights/goal_tokens.h"
#include "insights/goal_words.h"
#include "insights/goals.h"

namespace sociometer::insights {

struct Quantity {
  size_t begin = 0, end = 0;  // tokens, with its relation
  goal_words::Relation relation = goal_words::Relation::none;
  double value = 0;  // as said: 12 of "12 %", seconds of a time
  goal_words::Scale scale = goal_words::Scale::none;
  std::string currency;
  bool between = false;  // the first of "between 2 and 4", and of "from 2 to 4"
  bool from = false;
};

// What the words of a sentence want, before it is known of what.
struct WantedChange {
  std::vector<Quantity> quantities;
  std::optional<goal_words::Sense> sense;  // up, down, improve
  std::optional<double> factor;            // of "double"
  bool keeps = false, limits = false;
  bool leaves = false;  // a verb was said at all
};

// Takes quantities and verbs. invalid: they contradict each other.
Result<WantedChange> take_wanted(Tokens& tokens, const catalog::KpiChoice& choice);

struct Aim {
  Direction direction = Direction::up;
  Target target;
  std::optional<double> stated_baseline;
  std::vector<std::string> notes;
};
// invalid: there is no target, or it makes no sense for the KPI. `recurs`: the sentence says "every month".
Result<Aim> aim_of(const WantedChange& wanted, const catalog::KpiChoice& choice, bool recurs, const GoalWorld& world);

// "12 %", "2 percentage points", "45,000", "30 minutes".
std::string amount_words(TargetKind kind, double value, const catalog::KpiChoice& choice, std::string_view currency);

}  // namespace sociometer::insights
