#include <fmt/format.h>

#include <algorithm>

#include "surfaces/api/api.h"
#include "surfaces/api/people_json.h"

namespace sociometer::surfaces {
namespace {

using control::Token;

constexpr int64_t days_max = 3650;

bool is_own(const Ask& ask, const Token& token) {
  return ask.caller.person && !token.person.empty() && token.person == ask.caller.person->id;
}

// One's own, and of the others in this workspace those one may manage.
bool is_shown(const Ask& ask, const Token& token) {
  if (is_own(ask, token)) return true;
  if (judge(ask.caller, Right::manage_people, ask.workspace) != Verdict::granted) return false;
  return token.workspace == ask.workspace || (token.workspace.empty() && ask.caller.owns_everything());
}

// What the caller may do themselves.
Result<std::vector<std::string>> scopes_in(const Ask& ask, const JsonObject& body) {
  const Json* list = body.if_contains("scopes");
  if (list == nullptr || !list->is_array()) return invalid("scopes is a list of rights, such as [\"read\"]", "scopes");
  std::vector<std::string> found;
  for (const Json& each : list->get_array()) {
    const std::optional<Right> right =
        each.is_string() ? parse_scope({each.get_string().data(), each.get_string().size()}) : std::nullopt;
    if (!right) return invalid("there is no such scope; GET /tokens lists them", "scopes");
    if (judge(ask.caller, *right, ask.workspace) != Verdict::granted) {
      return unsupported(fmt::format("you may not {} here yourself, so no token of yours may", name(*right)));
    }
    if (std::ranges::find(found, name(*right)) == found.end()) found.emplace_back(name(*right));
  }
  return found;
}

Result<std::optional<Instant>> expiry_in(const Ask& ask, const JsonObject& body) {
  const Json* days = body.if_contains("days");
  if (days == nullptr || days->is_null()) return std::optional<Instant>();
  if (!days->is_int64() || days->get_int64() < 1 || days->get_int64() > days_max) {
    return invalid(fmt::format("days is a whole number from 1 to {}, or null", days_max), "days");
  }
  return std::optional(Instant{ask.clock().now().micros + days->get_int64() * day_micros});
}

}  // namespace

Result<net::Response> get_tokens(const Ask& ask) {
  TRY(const std::vector<Token> tokens, ask.house().control->people().tokens(ask.workspace));
  JsonArray list, offered;
  for (const Token& token : tokens) {
    if (!is_shown(ask, token)) continue;
    JsonObject document = token_json(token, ask.house()).get_object();
    document["own"] = is_own(ask, token);
    list.push_back(std::move(document));
  }
  for (Right right : scopes()) {
    if (judge(ask.caller, right, ask.workspace) == Verdict::granted) offered.emplace_back(name(right));
  }
  return json_response(JsonObject{{"tokens", std::move(list)}, {"scopes", std::move(offered)}});
}

Result<net::Response> post_token(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"name", "scopes", "days"}));
  control::TokenStart start{.person = ask.caller.person->id, .workspace = ask.workspace};
  TRY(start.name, json_string(body, "name"));
  TRY(start.scopes, scopes_in(ask, body));
  TRY(start.expires_at, expiry_in(ask, body));
  TRY(const control::MadeToken made, ask.house().control->people().make_token(start, ask.clock().now()));
  ask.noted.object = made.token.id;
  std::string detail = "scopes";
  for (const std::string& scope : made.token.scopes) detail += " " + scope;
  ask.noted.detail = detail;
  return json_response(made_token_json(made, ask.house()), 201);
}

Result<net::Response> delete_token(const Ask& ask) {
  control::People& people = ask.house().control->people();
  const std::string& id = ask.path.at("token");
  TRY(const std::vector<Token> tokens, people.tokens(ask.workspace));
  const bool is_there =
      std::ranges::any_of(tokens, [&](const Token& token) { return token.id == id && is_shown(ask, token); });
  if (!is_there) return not_found("there is no such token", "token");
  TRY_DONE(people.revoke_token(id, ask.clock().now()));
  return get_tokens(ask);
}

}  // namespace sociometer::surfaces
