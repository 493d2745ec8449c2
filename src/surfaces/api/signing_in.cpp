// Coming in: by password and second factor, or by a one-time link; and going out.
#include <fmt/format.h>

#include "surfaces/api/api.h"
#include "surfaces/api/people_json.h"

namespace sociometer::surfaces {
namespace {

using control::Link;
using control::Person;

Result<Json> described(const Ask& ask, const Person& person, const std::map<std::string, control::Role>& roles) {
  JsonObject document = person_json(person).get_object();
  TRY(const int64_t left, ask.house().control->people().recovery_codes_left(person.id));
  document["recovery_codes_left"] = left;
  JsonArray workspaces;
  for (const auto& [key, role] : roles) {
    JsonArray rights;
    for (Right right : {Right::read, Right::answer, Right::write_data, Right::define, Right::make_tokens,
                        Right::manage_workspace, Right::manage_people, Right::read_audit}) {
      if (holds(role, right)) rights.emplace_back(name(right));
    }
    workspaces.push_back(JsonObject{{"key", key}, {"role", control::name(role)}, {"rights", std::move(rights)}});
  }
  document["workspaces"] = std::move(workspaces);
  return Json(std::move(document));
}

// Whatever the browser was before, it is this person from now on, under a proof nobody has seen.
Result<net::Response> signed_in(const Ask& ask, const Person& person, const char* how) {
  control::People& people = ask.house().control->people();
  const Instant now = ask.clock().now();
  if (ask.caller.session) {
    // Signed in as somebody already: that session is over, else it would be left lying about.
    static_cast<void>(people.end_session(ask.caller.person->id, ask.caller.session->id));
  }
  TRY(const control::Opened opened, people.open_session(person.id, from_of(ask.request), now));
  TRY(const auto roles, people.roles(person.id));
  TRY(Json document, described(ask, person, roles));
  net::Response response = json_response(JsonObject{{"person", std::move(document)}});
  TRY(std::string session, ask.api.callers().session_cookie(ask.request, opened.proof));
  TRY(std::string device, ask.api.callers().device_cookie(ask.request, person.id));
  response.headers.emplace_back("Set-Cookie", std::move(session));
  response.headers.emplace_back("Set-Cookie", std::move(device));
  const control::Deed deed{
      .actor = control::Deed::Actor::person, .actor_id = person.id, .proof = opened.session.id, .action = how};
  TRY_DONE(ask.house().control->audit().add(deed, now));
  return response;
}

net::Response too_often(int64_t seconds) {
  net::Response response =
      net::problem(429, "too_many", fmt::format("too many attempts to sign in; try again in {} seconds", seconds));
  response.headers.emplace_back("Retry-After", std::to_string(seconds));
  return response;
}

// The same sentence whatever was wrong.
net::Response not_right(const control::Proved& proved) {
  switch (proved.outcome) {
    case control::Proof::code_wanted:
      return net::problem(401, "code_wanted", "the code of your second factor, or a recovery code, is wanted as well",
                          "code");
    case control::Proof::code_wrong:
      return net::problem(401, "code_wrong", "the code is wrong or was used already", "code");
    case control::Proof::right:
    case control::Proof::wrong:
      break;
  }
  return net::problem(401, "wrong", "the address or the password is wrong");
}

void record_failure(const Ask& ask, const control::Proved& proved) {
  ask.api.meters().add(Meters::SignIn::wrong);
  if (proved.of.empty()) return;
  const control::Deed deed{.actor = control::Deed::Actor::system, .action = "sign_in.failed", .object = proved.of};
  static_cast<void>(ask.house().control->audit().add(deed, ask.clock().now()));
}

}  // namespace

Result<net::Response> get_session(const Ask& ask) {
  JsonObject document;
  control::People& people = ask.house().control->people();
  if (ask.caller.kind == Caller::Kind::person) {
    TRY(document["person"], described(ask, *ask.caller.person, ask.caller.roles));
  } else {
    document["person"] = nullptr;
  }
  TRY(const bool is_anyone_there, people.is_anyone_there());
  document["setup"] = !is_anyone_there;
  return json_response(document);
}

Result<net::Response> post_session(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"email", "password", "code"}));
  control::Attempt attempt;
  TRY(attempt.email, json_string(body, "email"));
  TRY(attempt.password, json_string(body, "password"));
  TRY(attempt.code, json_string(body, "code"));
  SignInFrom from{ask.request.client, attempt.email, {}};
  TRY(from.device, ask.api.callers().known_device(ask.request, attempt.email));
  if (const int64_t wait = ask.api.throttle().take(from, steady_micros()); wait > 0) {
    ask.api.meters().add(Meters::SignIn::throttled);
    return too_often(wait);
  }
  TRY(const control::Proved proved, ask.house().control->people().prove(attempt, ask.clock().now()));
  if (proved.outcome == control::Proof::right) {
    ask.api.throttle().give_back(from, steady_micros());
    ask.api.meters().add(Meters::SignIn::right);
    return signed_in(ask, *proved.person, "sign_in");
  }
  // The password was right and the person is about to look for their code.
  if (proved.outcome == control::Proof::code_wanted) {
    ask.api.throttle().give_back(from, steady_micros());
  } else {
    record_failure(ask, proved);
  }
  return not_right(proved);
}

Result<net::Response> delete_session(const Ask& ask) {
  TRY_DONE(ask.house().control->people().end_session(ask.caller.person->id, ask.caller.session->id));
  net::Response response = json_response(JsonObject{{"person", nullptr}});
  TRY(std::string cookie, ask.api.callers().session_cookie(ask.request, ""));
  response.headers.emplace_back("Set-Cookie", std::move(cookie));
  return response;
}

Result<net::Response> post_link_look(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"proof"}));
  TRY(const std::string proof, json_string(body, "proof"));
  control::People& people = ask.house().control->people();
  TRY(const Link link, people.link(proof, ask.clock().now()));
  JsonObject document{{"kind", control::name(link.kind)},
                      {"email", link.email.empty() ? Json(nullptr) : Json(link.email)},
                      {"workspace", link.workspace.empty() ? Json(nullptr) : Json(link.workspace)},
                      {"role", control::name(link.role)},
                      {"expires_at", format_instant(link.expires_at)},
                      {"known", false}};
  if (link.kind == Link::Kind::invitation) document["known"] = people.person_by_email(link.email).ok();
  if (link.kind == Link::Kind::reset || link.kind == Link::Kind::sign_in) {
    TRY(const Person person, people.person(link.person));
    document["email"] = person.email;
    document["known"] = true;
  }
  return json_response(document);
}

Result<net::Response> post_link_accept(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"proof", "email", "name", "password"}));
  TRY(const std::string proof, json_string(body, "proof"));
  control::PersonStart start;
  TRY(start.email, json_string(body, "email"));
  TRY(start.name, json_string(body, "name"));
  TRY(start.password, json_string(body, "password"));
  const Instant now = ask.clock().now();
  control::People& people = ask.house().control->people();
  TRY(const Link link, people.link(proof, now));
  switch (link.kind) {
    case Link::Kind::setup: {
      TRY(const Person person, people.accept_setup(proof, start, now));
      return signed_in(ask, person, "setup");
    }
    case Link::Kind::reset: {
      TRY(const Person person, people.accept_reset(proof, start.password, now));
      // Whoever has a second factor still has to show it.
      if (person.has_second_factor) return json_response(JsonObject{{"person", nullptr}});
      return signed_in(ask, person, "password.reset");
    }
    case Link::Kind::sign_in: {
      TRY(const Person person, people.accept_sign_in(proof, now));
      return signed_in(ask, person, "sign_in.link");
    }
    case Link::Kind::invitation:
      break;
  }
  if (ask.caller.kind == Caller::Kind::person && start.password.empty()) {
    TRY(const Person person, people.accept_invitation_as(proof, ask.caller.person->id, now));
    return signed_in(ask, person, "invitation.accept");
  }
  TRY(const Person person, people.accept_invitation(proof, start, now));
  return signed_in(ask, person, "invitation.accept");
}

}  // namespace sociometer::surfaces
