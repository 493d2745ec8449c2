// Goals that were set, how they stood from time to time, what was said of them and what is to be done. Part of
// control's front door. What a goal means is insights' business: control keeps its fields and does not read them.
//
//   TRY(KeptGoal goal, control->goals().add("default", {.sentence = …, .fields = …}, now));
//   TRY(auto all, control->goals().list("default"));
//
// Nothing is forgotten: a goal that is removed keeps its history, and statuses and check-ins are only ever added.
//
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;

struct KeptGoal {
  std::string id;
  std::string said;      // the sentence as somebody wrote it; empty where it was set in fields
  std::string sentence;  // as the program writes it
  std::string fields;    // JSON
  std::string owner;     // who answers for it, a name
  std::string rationale;
  Instant set_at;
  std::optional<Instant> removed_at;
};

struct GoalStatus {
  std::string status;
  std::string detail;  // JSON of the numbers it was found by
  Instant observed_at;
};

struct CheckIn {
  int64_t number = 0;  // from 1
  std::string note;
  std::string by;
  Instant at;
};

struct ToDo {
  int64_t number = 0;  // from 1
  std::string task;
  std::string owner;
  std::optional<Day> due;
  Instant set_at;
  std::optional<Instant> done_at;
};

class Goals {
 public:
  explicit Goals(Database& database) : database_(database) {}

  // Gives it its id, unless it has one: then it is as it was elsewhere. not_found: no such workspace. conflict: there
  // is a goal of that id.
  Result<KeptGoal> add(std::string_view workspace, KeptGoal goal, Instant now);
  // Those that are not removed, in the order they were set.
  Result<std::vector<KeptGoal>> list(std::string_view workspace);
  Result<KeptGoal> find(std::string_view workspace, std::string_view goal);  // removed ones too; not_found
  Result<KeptGoal> remove(std::string_view workspace, std::string_view goal, Instant now);
  // Sets the goal of that id anew; `record` says among its statuses what was changed. conflict: it is removed.
  Result<KeptGoal> change(std::string_view workspace, KeptGoal goal, const GoalStatus& record);

  // Adds it where it differs from the latest and is not older. Whether it did.
  Result<bool> observe(std::string_view workspace, std::string_view goal, const GoalStatus& status);
  Result<std::vector<GoalStatus>> statuses(std::string_view workspace, std::string_view goal);  // oldest first

  Result<CheckIn> check_in(std::string_view workspace, std::string_view goal, CheckIn said);
  Result<std::vector<CheckIn>> check_ins(std::string_view workspace, std::string_view goal);
  Result<ToDo> add_to_do(std::string_view workspace, std::string_view goal, ToDo to_do);
  Result<std::vector<ToDo>> to_dos(std::string_view workspace, std::string_view goal);
  // not_found: no to-do of that number. conflict: it is done already.
  Result<ToDo> finish(std::string_view workspace, std::string_view goal, int64_t number, Instant now);

 private:
  Database& database_;
};

}  // namespace sociometer::control
