#include "surfaces/goals.h"
#include "surfaces/api/api.h"

namespace sociometer::surfaces {
namespace {

control::Goals& goals(const Ask& ask) {
  return ask.house().control->goals();
}

// Whoever writes a goal tries it at every pause of the keyboard. What is missing is then no failure but the answer, and
// nothing of it is a deed.
Result<net::Response> try_goal(const Ask& ask, const JsonObject& body) {
  ask.noted.is_nothing = true;
  const Result<SeenGoal> seen = add_goal(ask.house(), ask.workspace, body, ask.clock(), Storing::tried);
  if (seen) return json_response(JsonObject{{"goal", goal_json(*seen)}, {"missing", nullptr}});
  if (seen.error().kind != ErrorKind::invalid) return seen.error();
  return json_response(JsonObject{
      {"goal", nullptr}, {"missing", JsonObject{{"detail", seen.error().message}, {"field", seen.error().field}}}});
}

}  // namespace

Result<net::Response> get_goals(const Ask& ask) {
  TRY(const std::vector<SeenGoal> all, goals_of(ask.house(), ask.workspace, ask.clock()));
  JsonArray list;
  for (const SeenGoal& seen : all) list.push_back(goal_json(seen));
  return json_response(JsonObject{{"goals", std::move(list)}});
}

Result<net::Response> post_goal(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  if (ask.parameter("dry_run") == "1") return try_goal(ask, body);
  TRY(const SeenGoal seen, add_goal(ask.house(), ask.workspace, body, ask.clock(), Storing::stored));
  ask.noted.object = seen.kept.id;
  return json_response(JsonObject{{"goal", goal_json(seen)}}, 201);
}

Result<net::Response> get_goal(const Ask& ask) {
  const std::string& id = ask.path.at("goal");
  TRY(const SeenGoal seen, goal_of(ask.house(), ask.workspace, id, ask.clock()));
  TRY(const GoalRecord record, record_of_goal(ask.house(), ask.workspace, id));
  return json_response(JsonObject{{"goal", goal_json(seen, record)}});
}

Result<net::Response> patch_goal(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  const std::string& id = ask.path.at("goal");
  TRY(const SeenGoal seen, change_goal(ask.house(), ask.workspace, id, body, name_of(ask.caller), ask.clock()));
  TRY(const GoalRecord record, record_of_goal(ask.house(), ask.workspace, id));
  return json_response(JsonObject{{"goal", goal_json(seen, record)}});
}

Result<net::Response> delete_goal(const Ask& ask) {
  TRY(const control::KeptGoal gone, goals(ask).remove(ask.workspace, ask.path.at("goal"), ask.clock().now()));
  return json_response(JsonObject{{"goal", gone.id}, {"removed_at", format_instant(*gone.removed_at)}});
}

Result<net::Response> post_check_in(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"note"}));
  TRY(const std::string note, json_string(body, "note"));
  TRY(const control::CheckIn said,
      goals(ask).check_in(ask.workspace, ask.path.at("goal"),
                          {.note = note, .by = name_of(ask.caller), .at = ask.clock().now()}));
  return json_response(JsonObject{{"check_in", check_in_json(said)}}, 201);
}

Result<net::Response> post_to_do(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"task", "owner", "due"}));
  TRY(const std::string task, json_string(body, "task"));
  TRY(const std::string owner, json_string(body, "owner"));
  TRY(const std::string due, json_string(body, "due"));
  TRY(const control::ToDo wanted, to_do_from(task, owner, due, ask.clock().now()));
  TRY(const control::ToDo added, goals(ask).add_to_do(ask.workspace, ask.path.at("goal"), wanted));
  return json_response(JsonObject{{"to_do", to_do_json(added)}}, 201);
}

Result<net::Response> post_to_do_done(const Ask& ask) {
  TRY(const int64_t number, to_do_number(ask.path.at("to_do")));
  TRY(const control::ToDo done, goals(ask).finish(ask.workspace, ask.path.at("goal"), number, ask.clock().now()));
  return json_response(JsonObject{{"to_do", to_do_json(done)}});
}

}  // namespace sociometer::surfaces
