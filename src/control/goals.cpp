#include "control/goals.h"

#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"
#include "control/database.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr size_t goal_text_length_max = 4000, owner_length_max = 200;
constexpr int no_day = -1;

struct GoalRow {
  KeptGoal goal;
  long long set_at = 0, removed_at = 0;

  KeptGoal whole() const {
    KeptGoal found = goal;
    found.set_at = {set_at};
    found.removed_at = instant_of(removed_at);
    return found;
  }
};

constexpr std::string_view goal_columns = "goal, said, sentence, fields, owner, rationale, set_at, removed_at";

#define INTO_GOAL(row)                                                                            \
  into((row).goal.id), into((row).goal.said), into((row).goal.sentence), into((row).goal.fields), \
      into((row).goal.owner), into((row).goal.rationale), into((row).set_at), into((row).removed_at)

Result<KeptGoal> need_goal(session& sql, std::string_view workspace, std::string_view goal) {
  GoalRow row;
  const std::string key(workspace), id(goal);
  const std::string text =
      fmt::format("SELECT {} FROM goals WHERE workspace = :workspace AND goal = :goal", goal_columns);
  sql << text, INTO_GOAL(row), use(key), use(id);
  if (!sql.got_data()) {
    return not_found(fmt::format("there is no goal {}; `sociometer goals` lists them", goal), "goal");
  }
  return row.whole();
}

Result<Done> check_text(std::string_view text, size_t longest, const char* field) {
  if (!is_utf8(text)) return invalid(fmt::format("{} must be text in UTF-8", field), field);
  if (text.size() > longest) return invalid(fmt::format("{} is at most {} bytes long", field, longest), field);
  return Done{};
}

Result<Done> check_texts(const KeptGoal& goal) {
  TRY_DONE(check_text(goal.said, goal_text_length_max, "sentence"));
  TRY_DONE(check_text(goal.owner, owner_length_max, "owner"));
  return check_text(goal.rationale, goal_text_length_max, "rationale");
}

int64_t next_number(session& sql, const char* table, const std::string& goal) {
  long long last = 0;
  const std::string text = fmt::format("SELECT coalesce(max(number), 0) FROM {} WHERE goal = :goal", table);
  sql << text, into(last), use(goal);
  return last + 1;
}

void add_status(session& sql, const std::string& goal, const GoalStatus& status) {
  const long long number = next_number(sql, "goal_statuses", goal), at = status.observed_at.micros;
  sql << "INSERT INTO goal_statuses (goal, number, status, detail, observed_at) VALUES (:goal, :number, :status, "
         ":detail, :at)",
      use(goal), use(number), use(status.status), use(status.detail), use(at);
}

struct ToDoRow {
  ToDo to_do;
  long long number = 0, set_at = 0, done_at = 0;
  int due = no_day;

  ToDo whole() const {
    ToDo found = to_do;
    found.number = number;
    if (due != no_day) found.due = Day{due};
    found.set_at = {set_at};
    found.done_at = instant_of(done_at);
    return found;
  }
};

std::vector<ToDo> to_dos_of(session& sql, const std::string& goal) {
  std::vector<ToDo> found;
  ToDoRow row;
  soci::statement statement =
      (sql.prepare << "SELECT number, task, owner, due, set_at, done_at FROM goal_to_dos WHERE goal = :goal "
                      "ORDER BY number",
       into(row.number), into(row.to_do.task), into(row.to_do.owner), into(row.due), into(row.set_at),
       into(row.done_at), use(goal));
  statement.execute();
  while (statement.fetch()) found.push_back(row.whole());
  return found;
}

}  // namespace

Result<KeptGoal> Goals::add(std::string_view workspace, KeptGoal goal, Instant now) {
  TRY_DONE(check_texts(goal));
  if (goal.id.empty()) {
    goal.id = make_id(now);
    goal.set_at = now;
  }
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptGoal> {
    const std::string key(workspace);
    int count = 0;
    sql << "SELECT count(*) FROM workspaces WHERE workspace = :workspace", into(count), use(key);
    if (count == 0) return not_found(fmt::format("there is no workspace \"{}\"", workspace), "workspace");
    sql << "SELECT count(*) FROM goals WHERE goal = :goal", into(count), use(goal.id);
    if (count > 0) return conflict(fmt::format("there is a goal {} already", goal.id));
    const long long set_at = goal.set_at.micros, removed_at = goal.removed_at ? goal.removed_at->micros : 0;
    long long number = 0;  // several are set within one moment
    sql << "SELECT coalesce(max(number), 0) + 1 FROM goals WHERE workspace = :workspace", into(number), use(key);
    sql << "INSERT INTO goals (goal, workspace, number, said, sentence, fields, owner, rationale, set_at, removed_at) "
           "VALUES "
           "(:goal, :workspace, :number, :said, :sentence, :fields, :owner, :rationale, :set_at, :removed_at)",
        use(goal.id), use(key), use(number), use(goal.said), use(goal.sentence), use(goal.fields), use(goal.owner),
        use(goal.rationale), use(set_at), use(removed_at);
    return goal;
  });
}

Result<std::vector<KeptGoal>> Goals::list(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptGoal>> {
    std::vector<KeptGoal> found;
    GoalRow row;
    const std::string key(workspace);
    const std::string text = fmt::format(
        "SELECT {} FROM goals WHERE workspace = :workspace AND removed_at = 0 ORDER BY set_at, number", goal_columns);
    soci::statement statement = (sql.prepare << text, INTO_GOAL(row), use(key));
    statement.execute();
    while (statement.fetch()) found.push_back(row.whole());
    return found;
  });
}

Result<KeptGoal> Goals::find(std::string_view workspace, std::string_view goal) {
  return database_.attempt(Access::read, [&](session& sql) { return need_goal(sql, workspace, goal); });
}

Result<KeptGoal> Goals::remove(std::string_view workspace, std::string_view goal, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptGoal> {
    TRY(KeptGoal found, need_goal(sql, workspace, goal));
    if (found.removed_at) return conflict(fmt::format("the goal {} is removed already", goal));
    const long long at = now.micros;
    sql << "UPDATE goals SET removed_at = :at WHERE goal = :goal", use(at), use(found.id);
    found.removed_at = now;
    return found;
  });
}

Result<KeptGoal> Goals::change(std::string_view workspace, KeptGoal goal, const GoalStatus& record) {
  TRY_DONE(check_texts(goal));
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptGoal> {
    TRY(const KeptGoal found, need_goal(sql, workspace, goal.id));
    if (found.removed_at) return conflict(fmt::format("the goal {} is removed", goal.id));
    sql << "UPDATE goals SET said = :said, sentence = :sentence, fields = :fields, owner = :owner, "
           "rationale = :rationale WHERE goal = :goal",
        use(goal.said), use(goal.sentence), use(goal.fields), use(goal.owner), use(goal.rationale), use(found.id);
    add_status(sql, found.id, record);
    goal.set_at = found.set_at;
    return goal;
  });
}

Result<bool> Goals::observe(std::string_view workspace, std::string_view goal, const GoalStatus& status) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<bool> {
    TRY(const KeptGoal found, need_goal(sql, workspace, goal));
    std::string latest;
    long long observed_at = 0;
    sql << "SELECT status, observed_at FROM goal_statuses WHERE goal = :goal ORDER BY number DESC LIMIT 1",
        into(latest), into(observed_at), use(found.id);
    if (sql.got_data() && (latest == status.status || observed_at > status.observed_at.micros)) return false;
    add_status(sql, found.id, status);
    return true;
  });
}

Result<std::vector<GoalStatus>> Goals::statuses(std::string_view workspace, std::string_view goal) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<GoalStatus>> {
    TRY(const KeptGoal of, need_goal(sql, workspace, goal));
    std::vector<GoalStatus> found;
    GoalStatus row;
    long long at = 0;
    soci::statement statement =
        (sql.prepare << "SELECT status, detail, observed_at FROM goal_statuses WHERE goal = :goal ORDER BY number",
         into(row.status), into(row.detail), into(at), use(of.id));
    statement.execute();
    while (statement.fetch()) {
      row.observed_at = {at};
      found.push_back(row);
    }
    return found;
  });
}

Result<CheckIn> Goals::check_in(std::string_view workspace, std::string_view goal, CheckIn said) {
  TRY_DONE(check_text(said.note, goal_text_length_max, "note"));
  if (trimmed(said.note).empty()) return invalid("a check-in says something: write a note", "note");
  return database_.attempt(Access::write, [&](session& sql) -> Result<CheckIn> {
    TRY(const KeptGoal of, need_goal(sql, workspace, goal));
    const long long number = next_number(sql, "goal_check_ins", of.id), at = said.at.micros;
    sql << "INSERT INTO goal_check_ins (goal, number, note, said_by, said_at) VALUES (:goal, :number, :note, :said_by, "
           ":at)",
        use(of.id), use(number), use(said.note), use(said.by), use(at);
    said.number = number;
    return said;
  });
}

Result<std::vector<CheckIn>> Goals::check_ins(std::string_view workspace, std::string_view goal) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<CheckIn>> {
    TRY(const KeptGoal of, need_goal(sql, workspace, goal));
    std::vector<CheckIn> found;
    CheckIn row;
    long long number = 0, at = 0;
    soci::statement statement =
        (sql.prepare << "SELECT number, note, said_by, said_at FROM goal_check_ins WHERE goal = :goal ORDER BY number",
         into(number), into(row.note), into(row.by), into(at), use(of.id));
    statement.execute();
    while (statement.fetch()) {
      row.number = number;
      row.at = {at};
      found.push_back(row);
    }
    return found;
  });
}

Result<ToDo> Goals::add_to_do(std::string_view workspace, std::string_view goal, ToDo to_do) {
  TRY_DONE(check_text(to_do.task, goal_text_length_max, "task"));
  TRY_DONE(check_text(to_do.owner, owner_length_max, "owner"));
  if (trimmed(to_do.task).empty()) return invalid("a to-do says what is to be done: write a task", "task");
  return database_.attempt(Access::write, [&](session& sql) -> Result<ToDo> {
    TRY(const KeptGoal of, need_goal(sql, workspace, goal));
    const long long number = next_number(sql, "goal_to_dos", of.id), at = to_do.set_at.micros;
    const long long done_at = to_do.done_at ? to_do.done_at->micros : 0;
    const int due = to_do.due ? to_do.due->number : no_day;
    sql << "INSERT INTO goal_to_dos (goal, number, task, owner, due, set_at, done_at) VALUES (:goal, :number, :task, "
           ":owner, :due, :at, :done_at)",
        use(of.id), use(number), use(to_do.task), use(to_do.owner), use(due), use(at), use(done_at);
    to_do.number = number;
    return to_do;
  });
}

Result<std::vector<ToDo>> Goals::to_dos(std::string_view workspace, std::string_view goal) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<ToDo>> {
    TRY(const KeptGoal of, need_goal(sql, workspace, goal));
    return to_dos_of(sql, of.id);
  });
}

Result<ToDo> Goals::finish(std::string_view workspace, std::string_view goal, int64_t number, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<ToDo> {
    TRY(const KeptGoal of, need_goal(sql, workspace, goal));
    for (ToDo& to_do : to_dos_of(sql, of.id)) {
      if (to_do.number != number) continue;
      if (to_do.done_at) return conflict(fmt::format("to-do {} is done already", number));
      const long long at = now.micros, which = number;
      sql << "UPDATE goal_to_dos SET done_at = :at WHERE goal = :goal AND number = :number", use(at), use(of.id),
          use(which);
      to_do.done_at = now;
      return to_do;
    }
    return not_found(fmt::format("the goal has no to-do {}; `sociometer goal {}` lists them", number, goal), "to_do");
  });
}

}  // namespace sociometer::control
