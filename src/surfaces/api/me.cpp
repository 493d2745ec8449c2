// What people do about themselves: name, password, second factor, sessions; and what waits for them.
#include "surfaces/api/api.h"
#include "surfaces/api/people_json.h"
#include "surfaces/goals.h"

namespace sociometer::surfaces {
namespace {

const std::string& id_of(const Ask& ask) {
  return ask.caller.person->id;
}

// Being signed in is not enough for what would lock the person out or let somebody else in: the password is asked anew,
// and guessed at as slowly as at the door.
Result<Done> prove_again(const Ask& ask, const JsonObject& body, const char* member) {
  TRY(const std::string password, json_string(body, member));
  const SignInFrom from{ask.request.client, ask.caller.person->email, "session " + ask.caller.session->id};
  if (ask.api.throttle().take(from, steady_micros()) > 0) {
    return unavailable("too many attempts with a wrong password; try again in a minute");
  }
  TRY(const bool is_right, ask.house().control->people().is_password_of(id_of(ask), password));
  if (!is_right) return invalid("this is not your present password", member);
  ask.api.throttle().give_back(from, steady_micros());
  return Done{};
}

// After what makes old proofs doubtful the session goes on under a new one, and the others end.
Result<net::Response> renewed(const Ask& ask, net::Response response) {
  control::People& people = ask.house().control->people();
  TRY_DONE(people.end_sessions(id_of(ask), ""));
  TRY(const control::Opened opened, people.open_session(id_of(ask), from_of(ask.request), ask.clock().now()));
  TRY(std::string cookie, ask.api.callers().session_cookie(ask.request, opened.proof));
  response.headers.emplace_back("Set-Cookie", std::move(cookie));
  return response;
}

}  // namespace

Result<net::Response> put_me(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"name"}));
  TRY(const std::string name, json_string(body, "name"));
  TRY(const control::Person person, ask.house().control->people().rename(id_of(ask), name));
  return json_response(person_json(person));
}

Result<net::Response> put_my_password(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"present", "password"}));
  TRY(const std::string password, json_string(body, "password"));
  TRY_DONE(prove_again(ask, body, "present"));
  TRY_DONE(ask.house().control->people().set_password(id_of(ask), password, ""));
  return renewed(ask, json_response(JsonObject{{"changed", true}}));
}

Result<net::Response> post_second_factor(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"password"}));
  TRY_DONE(prove_again(ask, body, "password"));
  control::People& people = ask.house().control->people();
  TRY(const control::SecondFactor begun, people.begin_second_factor(id_of(ask), ask.clock().now()));
  return json_response(JsonObject{{"secret", begun.secret}, {"uri", begun.uri}});
}

Result<net::Response> post_second_factor_confirm(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"code"}));
  TRY(const std::string code, json_string(body, "code"));
  TRY(const std::vector<std::string> codes,
      ask.house().control->people().confirm_second_factor(id_of(ask), code, ask.clock().now()));
  return renewed(ask, json_response(JsonObject{{"recovery_codes", JsonArray(codes.begin(), codes.end())}}));
}

Result<net::Response> post_second_factor_remove(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"password"}));
  TRY_DONE(prove_again(ask, body, "password"));
  TRY_DONE(ask.house().control->people().remove_second_factor(id_of(ask)));
  return renewed(ask, json_response(JsonObject{{"removed", true}}));
}

Result<net::Response> get_my_sessions(const Ask& ask) {
  TRY(const auto sessions, ask.house().control->people().sessions(id_of(ask), ask.clock().now()));
  JsonArray list;
  for (const control::Session& session : sessions) list.push_back(session_json(session, ask.caller.session->id));
  return json_response(JsonObject{{"sessions", std::move(list)}});
}

Result<net::Response> delete_my_sessions(const Ask& ask) {
  TRY_DONE(ask.house().control->people().end_sessions(id_of(ask), ask.caller.session->id));
  return get_my_sessions(ask);
}

Result<net::Response> delete_my_session(const Ask& ask) {
  TRY_DONE(ask.house().control->people().end_session(id_of(ask), ask.path.at("session")));
  return get_my_sessions(ask);
}

Result<net::Response> get_my_goals(const Ask& ask) {
  const control::Person& person = *ask.caller.person;
  Waiting all;
  for (const auto& [workspace, role] : ask.caller.roles) {
    if (judge(ask.caller, Right::read, workspace) != Verdict::granted) continue;
    TRY(const Waiting here, goals_waiting_for(ask.house(), workspace, {person.name, person.email}, ask.clock()));
    all.reviews.insert(all.reviews.end(), here.reviews.begin(), here.reviews.end());
    all.to_dos.insert(all.to_dos.end(), here.to_dos.begin(), here.to_dos.end());
  }
  return json_response(JsonObject{{"reviews", std::move(all.reviews)}, {"to_dos", std::move(all.to_dos)}});
}

}  // namespace sociometer::surfaces
