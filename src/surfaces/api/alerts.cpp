#include "surfaces/alerts.h"
#include "surfaces/api/api.h"

namespace sociometer::surfaces {
namespace {

Result<bool> flag_in(const JsonObject& body, const char* name) {
  const Json* said = body.if_contains(name);
  if (said == nullptr || said->is_null()) return false;
  if (!said->is_bool()) return invalid(std::string(name) + " is true or false", name);
  return said->get_bool();
}

}  // namespace

Result<net::Response> get_alerts(const Ask& ask) {
  TRY(const std::vector<SeenAlert> all, alerts_of(ask.house(), ask.workspace, ask.clock()));
  JsonArray list;
  for (const SeenAlert& seen : all) list.push_back(alert_json(seen));
  return json_response(JsonObject{{"alerts", std::move(list)}});
}

Result<net::Response> post_alert(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  TRY(const SeenAlert seen, add_alert(ask.house(), ask.workspace, body, name_of(ask.caller), ask.clock()));
  ask.noted.object = seen.kept.name;
  return json_response(JsonObject{{"alert", alert_json(seen)}}, 201);
}

Result<net::Response> get_alert(const Ask& ask) {
  TRY(const SeenAlert seen, alert_of(ask.house(), ask.workspace, ask.path.at("alert"), ask.clock()));
  return json_response(JsonObject{{"alert", alert_json(seen, Episodes::with)}});
}

Result<net::Response> put_alert(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  TRY(const SeenAlert seen,
      set_alert(ask.house(), ask.workspace, ask.path.at("alert"), body, name_of(ask.caller), ask.clock()));
  return json_response(JsonObject{{"alert", alert_json(seen)}});
}

Result<net::Response> delete_alert(const Ask& ask) {
  TRY(const control::KeptAlert gone,
      ask.house().control->alerts().remove(ask.workspace, ask.path.at("alert"), ask.clock().now()));
  return json_response(JsonObject{{"alert", gone.name}, {"removed_at", format_instant(*gone.removed_at)}});
}

Result<net::Response> post_alert_mute(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"until"}));
  TRY(const std::string until, json_string(body, "until"));
  TRY(const SeenAlert seen, mute_alert(ask.house(), ask.workspace, ask.path.at("alert"), until, ask.clock()));
  return json_response(JsonObject{{"alert", alert_json(seen)}});
}

Result<net::Response> post_alert_unmute(const Ask& ask) {
  TRY(const SeenAlert seen, unmute_alert(ask.house(), ask.workspace, ask.path.at("alert"), ask.clock()));
  return json_response(JsonObject{{"alert", alert_json(seen)}});
}

Result<net::Response> post_alert_test(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"send"}));
  TRY(const bool send, flag_in(body, "send"));
  // What only says something is no deed.
  ask.noted.is_nothing = !send;
  TRY(const TestedAlert tested, test_alert(ask.house(), ask.workspace, ask.path.at("alert"), ask.origin(), ask.clock(),
                                           send ? Sending::sent : Sending::only_said));
  return json_response(JsonObject{{"test", tested_json(tested)}});
}

Result<net::Response> post_alerts_run(const Ask& ask) {
  TRY(const std::vector<RanAlert> ran, run_alerts(ask.house(), ask.workspace, ask.origin(), ask.clock()));
  JsonArray list;
  for (const RanAlert& alert : ran) list.push_back(ran_json(alert));
  return json_response(JsonObject{{"run", std::move(list)}});
}

Result<net::Response> get_digest(const Ask& ask) {
  TRY(const SeenDigest seen, digest_of(ask.house(), ask.workspace, ask.origin(), ask.clock()));
  return json_response(JsonObject{{"digest", digest_json(seen)}});
}

Result<net::Response> get_digest_settings(const Ask& ask) {
  TRY(const SeenDigestSettings seen, digest_settings_of(ask.house(), ask.workspace, ask.clock()));
  return json_response(JsonObject{{"settings", digest_settings_json(seen)}});
}

Result<net::Response> put_digest_settings(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  TRY(const SeenDigestSettings seen, set_digest(ask.house(), ask.workspace, body, ask.clock()));
  return json_response(JsonObject{{"settings", digest_settings_json(seen)}});
}

}  // namespace sociometer::surfaces
