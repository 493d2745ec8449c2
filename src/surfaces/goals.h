// Goals as the command line and the API show them: what control keeps, judged by what metrics answers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insights/insights.h"
#include "metrics/metrics.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// A goal and where it stands now.
struct SeenGoal {
  control::KeptGoal kept;  // without an id where it was only tried
  insights::Goal goal;
  insights::Standing standing;
  std::optional<double> baseline;
  std::optional<metrics::Interval> baseline_interval;
  std::optional<insights::Feasibility> feasibility;
  std::optional<catalog::KpiChoice> choice;  // none: the workspace took the KPI back
  std::shared_ptr<const catalog::Catalog> catalog;
  std::string currency;
  // What `actual` is of: question and explanation of the same days and basis give the same number.
  std::optional<DayRange> actual_days;
  metrics::Basis basis = metrics::Basis::automatic;
  std::vector<insights::PathPoint> path;  // of one goal by its id alone
  std::optional<Day> next_review;         // none: it is finished
  bool is_review_due = false;
};

enum class Storing { stored, tried };

// `fields` are docs/api.md's: `sentence` or fields, and `owner`. invalid: with the field to blame, and nothing is
// stored.
Result<SeenGoal> add_goal(const House& house, std::string_view workspace, const JsonObject& fields, const Clock& clock,
                          Storing storing);
// A set goal with other fields: those of `fields` instead of its own, the rest as it is; by a sentence, as that says.
// What changed and who did it stands in its history. invalid: as above, or nothing changes. conflict: it is removed.
Result<SeenGoal> change_goal(const House& house, std::string_view workspace, std::string_view id,
                             const JsonObject& fields, std::string_view who, const Clock& clock);
Result<std::vector<SeenGoal>> goals_of(const House& house, std::string_view workspace, const Clock& clock);
Result<SeenGoal> goal_of(const House& house, std::string_view workspace, std::string_view id, const Clock& clock);

// What waits for somebody, by all they are called: goals that are to be looked at, and what they are to do. Names are
// compared without case. As docs/api.md has it.
struct Waiting {
  JsonArray reviews, to_dos;
};
Result<Waiting> goals_waiting_for(const House& house, std::string_view workspace, const std::vector<std::string>& names,
                                  const Clock& clock);

// What was written beside a goal.
struct GoalRecord {
  std::vector<control::GoalStatus> statuses, changes;
  std::vector<control::CheckIn> check_ins;
  std::vector<control::ToDo> to_dos;
};
Result<GoalRecord> record_of_goal(const House& house, std::string_view workspace, std::string_view id);

JsonObject goal_json(const SeenGoal& seen);
JsonObject goal_json(const SeenGoal& seen, const GoalRecord& record);
Json change_json(const control::GoalStatus& change);
Json check_in_json(const control::CheckIn& said);
Json to_do_json(const control::ToDo& to_do);
// A to-do as said: `task`, `owner`, `due`. invalid.
Result<control::ToDo> to_do_from(std::string_view task, std::string_view owner, std::string_view due, Instant now);

// The number of a to-do, as written. invalid: it is none.
Result<int64_t> to_do_number(std::string_view text);

// "in the last 8 stretches of 92 days it rose by 12 % or more in 1"; empty where nothing is known.
std::string feasibility_words(const SeenGoal& seen);

// A file of goals: sentences, one a line; or YAML (JSON too) with one goal's fields, a list of such, or `goals:` with
// the list. invalid: neither.
struct FiledGoal {
  int line = 0;
  JsonObject fields;
};
Result<std::vector<FiledGoal>> goals_in_file(std::string_view text);

}  // namespace sociometer::surfaces
