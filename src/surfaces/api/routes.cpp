#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/id.h"
#include "base/log.h"
#include "base/readable.h"
#include "base/text.h"
#include "surfaces/api/api.h"
#include "surfaces/api/asked.h"
#include "surfaces/web/web.h"

namespace sociometer::surfaces {
namespace {

constexpr std::string_view root = "/api/v1";

using Captures = std::map<std::string, std::string>;

std::optional<Captures> match(std::string_view pattern, std::string_view path) {
  const std::vector<std::string_view> wanted = split(pattern, '/');
  const std::vector<std::string_view> given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  Captures captures;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      if (given[i].empty()) return std::nullopt;
      captures[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = given[i];
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return captures;
}

// A dimension as a filter, or as what is left out where the route asks for a reason too.
bool is_selector(const Route& route, const Ask& ask, std::string_view name) {
  if (route.dimensions != Route::Dimensions::taken) return false;
  const bool leaves_out = std::ranges::find(route.parameters, "because") != route.parameters.end();
  if (leaves_out && name.starts_with(left_out_prefix)) name.remove_prefix(left_out_prefix.size());
  return ask.house().catalog->dimension(name) != nullptr;
}

Result<Done> check_parameters(const Route& route, const Ask& ask) {
  for (const auto& [name, value] : ask.request.query) {
    const bool is_known = name == "workspace" || std::ranges::find(route.parameters, name) != route.parameters.end();
    if (is_known || is_selector(route, ask, name)) continue;
    const std::string_view near = nearest(name, route.parameters);
    return invalid(fmt::format("{} {} takes no parameter \"{}\"{}{}{}", route.method, route.pattern, name,
                               near.empty() ? "" : "; did you mean ", near, near.empty() ? "" : "?"),
                   name);
  }
  return Done{};
}

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::unsupported:
      return 422;
    case ErrorKind::full:
      return 507;
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

std::string_view type_of(ErrorKind kind) {
  constexpr std::array<std::string_view, 7> names{"invalid", "not_found",   "conflict", "unsupported",
                                                  "full",    "unavailable", "internal"};
  return names[static_cast<size_t>(kind)];
}

// Answers are small: naming them by their content costs less than sending them again.
void tag(const net::Request& request, net::Response& response) {
  if (request.method != "GET" || response.status != 200) {
    response.headers.emplace_back("Cache-Control", "no-store");
    return;
  }
  Sha256 hash;
  hash.add(response.body);
  const std::string etag = fmt::format("\"{}\"", hash.hex().substr(0, 20));
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  response.headers.emplace_back("ETag", etag);
  if (request.header("if-none-match").find(etag) != std::string::npos) response.status = 304;
}

void secure(const net::Request& request, net::Response& response) {
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
                                "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("X-Frame-Options", "DENY");
  const bool is_shared =
      std::ranges::any_of(response.headers, [](const auto& h) { return h.first == "Access-Control-Allow-Origin"; });
  response.headers.emplace_back("Cross-Origin-Resource-Policy", is_shared ? "cross-origin" : "same-origin");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  if (request.is_secure) response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

const std::vector<std::string_view> post_parameters{"sort",  "order",   "limit",    "cursor", "q",
                                                    "kpis",  "from",    "to",       "last",   "as_of",
                                                    "basis", "compare", "versions", "because"};
const std::vector<std::string_view> anomaly_parameters{"kpi",   "from",     "to", "last",   "as_of",
                                                       "basis", "versions", "by", "because"};
const std::vector<std::string_view> standout_parameters{"kpi",   "from",     "to",    "last",
                                                        "as_of", "versions", "limit", "because"};
const std::vector<std::string_view> best_time_parameters{"kpi", "from", "to", "last", "as_of", "versions", "because"};
const std::vector<std::string_view> forecast_parameters{"kpi",   "from",     "to",    "last",   "as_of",
                                                        "basis", "versions", "ahead", "because"};
const std::vector<std::string_view> report_parameters{"format", "tile", "from", "to", "last", "compare", "as_of"};
const std::vector<std::string_view> try_parameters{"dry_run", "from", "to", "last", "compare", "as_of"};
const std::vector<std::string_view> publish_parameters{"from", "to", "last", "compare", "as_of"};
const std::vector<std::string_view> import_parameters{"filename", "network",     "account", "zone",
                                                      "currency", "locale",      "format",  "map",
                                                      "days",     "observed_at", "dry_run", "upload"};

constexpr auto taken = Route::Dimensions::taken;
constexpr auto refused = Route::Dimensions::refused;

// Every row: method, pattern, the right it needs, what the audit log calls it, the handler, its parameters.
const std::array<Route, 126> route_table{{
    {"GET", "/health", Right::anyone, "", get_health, {}},
    {"GET", "/ready", Right::anyone, "", get_ready, {}},
    {"GET", "/metrics", Right::operate, "", get_metrics, {}},

    {"GET", "/session", Right::anyone, "", get_session, {}},
    {"POST", "/session", Right::anyone, "", post_session, {}},
    {"DELETE", "/session", Right::person, "sign_out", delete_session, {}},
    {"POST", "/session/forgotten", Right::anyone, "", post_forgotten, {}},
    {"POST", "/links/look", Right::anyone, "", post_link_look, {}},
    {"POST", "/links/accept", Right::anyone, "", post_link_accept, {}},
    {"PUT", "/me", Right::person, "me.rename", put_me, {}},
    {"PUT", "/me/password", Right::person, "me.password", put_my_password, {}},
    {"POST", "/me/second-factor", Right::person, "", post_second_factor, {}},
    {"POST", "/me/second-factor/confirm", Right::person, "me.second_factor.add", post_second_factor_confirm, {}},
    {"POST", "/me/second-factor/remove", Right::person, "me.second_factor.remove", post_second_factor_remove, {}},
    {"GET", "/me/sessions", Right::person, "", get_my_sessions, {}},
    {"DELETE", "/me/sessions", Right::person, "me.sessions.end", delete_my_sessions, {}},
    {"DELETE", "/me/sessions/{session}", Right::person, "me.session.end", delete_my_session, {}},
    {"GET", "/me/goals", Right::person, "", get_my_goals, {}},

    {"GET", "/people", Right::manage_people, "", get_people, {}},
    {"PUT", "/people/{person}", Right::manage_people, "member.set", put_member, {}},
    {"DELETE", "/people/{person}", Right::manage_people, "member.remove", delete_member, {}},
    {"GET", "/invitations", Right::manage_people, "", get_invitations, {}},
    {"POST", "/invitations", Right::manage_people, "member.invite", post_invitation, {}},
    {"DELETE", "/invitations/{invitation}", Right::manage_people, "invitation.revoke", delete_invitation, {}},
    {"GET", "/tokens", Right::make_tokens, "", get_tokens, {}},
    {"POST", "/tokens", Right::make_tokens, "token.create", post_token, {}},
    {"DELETE", "/tokens/{token}", Right::make_tokens, "token.revoke", delete_token, {}},
    {"GET", "/audit", Right::read_audit, "", get_audit, {"limit", "cursor", "format", "all"}},

    {"GET", "/clients", Right::signed_in, "", get_clients, {}},
    {"GET", "/workspaces", Right::signed_in, "", get_workspaces, {}},
    {"PUT", "/workspaces/{workspace}", Right::manage_workspace, "workspace.set", put_workspace, {}},
    {"GET", "/workspaces/{workspace}/rules", Right::read, "", get_rules, {}},
    {"PUT", "/workspaces/{workspace}/rules", Right::manage_workspace, "workspace.rules", put_rules, {}},

    {"POST", "/query", Right::read, "", post_query, {}},
    {"POST", "/explain", Right::read, "", post_explain, {}},
    {"POST", "/changes", Right::read, "", post_changes, {}},
    {"GET", "/catalog", Right::read, "", get_catalog, {"language"}},
    {"GET", "/catalog/{key}", Right::read, "", get_catalog_entry, {"language"}},
    {"POST", "/catalog", Right::define, "catalog.add", post_catalog, {"check", "filename"}},
    {"DELETE", "/catalog/{key}", Right::define, "catalog.remove", delete_catalog_entry, {}},
    {"PUT", "/catalog/packs/{pack}", Right::define, "catalog.pack", put_pack, {}},
    {"POST", "/calc", Right::read, "", post_calc, {}},
    {"GET", "/posts", Right::read, "", get_posts, post_parameters, taken},
    {"GET", "/accounts", Right::read, "", get_accounts, {}},
    {"PUT", "/accounts/{network}/{handle}", Right::write_data, "account.set", put_account, {}},
    {"GET", "/judgements", Right::read, "", get_judgements, {"kpis", "by", "from", "to", "last", "as_of"}},
    {"POST", "/judgements", Right::write_data, "judgement.add", post_judgement, {}},
    {"GET", "/rates", Right::read, "", get_rates, {"as_of"}},
    {"POST", "/rates", Right::write_data, "rates.add", post_rates, {"filename"}, refused, Route::Body::file},
    {"GET", "/forecast", Right::read, "", get_forecast, forecast_parameters, taken},
    {"POST", "/forecast", Right::read, "", post_forecast, {}},
    {"GET", "/anomalies", Right::read, "", get_anomalies, anomaly_parameters, taken},
    {"POST", "/anomalies", Right::read, "", post_anomalies, {}},
    {"GET", "/standouts", Right::read, "", get_standouts, standout_parameters, taken},
    {"POST", "/standouts", Right::read, "", post_standouts, {}},
    {"GET", "/best-times", Right::read, "", get_best_times, best_time_parameters, taken},
    {"POST", "/best-times", Right::read, "", post_best_times, {}},
    {"POST", "/benchmark", Right::read, "", post_benchmark, {}},
    {"GET", "/benchmark/sets", Right::read, "", get_benchmark_sets, {}},
    {"POST", "/benchmark/sets", Right::define, "benchmark.add", post_benchmark_sets, {"filename"}},
    {"DELETE", "/benchmark/sets/{set}", Right::define, "benchmark.remove", delete_benchmark_set, {}},
    {"GET", "/campaigns", Right::read, "", get_campaigns, {}},
    {"POST", "/campaigns", Right::define, "campaign.add", post_campaign, {}},
    {"GET", "/campaigns/{campaign}", Right::read, "", get_campaign, {}},
    {"DELETE", "/campaigns/{campaign}", Right::define, "campaign.remove", delete_campaign, {}},
    {"GET", "/tags", Right::read, "", get_tags, {}},
    {"POST", "/tags/{tag}", Right::define, "tag.add", post_tag, {}},
    {"POST", "/tags/{tag}/remove", Right::define, "tag.remove", post_tag_remove, {}},
    {"GET", "/goals", Right::read, "", get_goals, {}},
    {"POST", "/goals", Right::define, "goal.set", post_goal, {"dry_run"}},
    {"GET", "/goals/{goal}", Right::read, "", get_goal, {}},
    {"PATCH", "/goals/{goal}", Right::define, "goal.change", patch_goal, {}},
    {"DELETE", "/goals/{goal}", Right::define, "goal.remove", delete_goal, {}},
    {"POST", "/goals/{goal}/check-ins", Right::define, "goal.check_in", post_check_in, {}},
    {"POST", "/goals/{goal}/to-dos", Right::define, "goal.to_do.add", post_to_do, {}},
    {"POST", "/goals/{goal}/to-dos/{to_do}/done", Right::define, "goal.to_do.done", post_to_do_done, {}},
    {"GET", "/alerts", Right::read, "", get_alerts, {}},
    {"POST", "/alerts", Right::define, "alert.set", post_alert, {}},
    {"POST", "/alerts/run", Right::define, "alert.run", post_alerts_run, {}},
    {"GET", "/alerts/{alert}", Right::read, "", get_alert, {}},
    {"PUT", "/alerts/{alert}", Right::define, "alert.set", put_alert, {}},
    {"DELETE", "/alerts/{alert}", Right::define, "alert.remove", delete_alert, {}},
    {"POST", "/alerts/{alert}/mute", Right::define, "alert.mute", post_alert_mute, {}},
    {"POST", "/alerts/{alert}/unmute", Right::define, "alert.unmute", post_alert_unmute, {}},
    {"POST", "/alerts/{alert}/test", Right::define, "alert.test", post_alert_test, {}},
    {"GET", "/digest", Right::read, "", get_digest, {}},
    {"GET", "/digest/settings", Right::read, "", get_digest_settings, {}},
    {"PUT", "/digest/settings", Right::define, "digest.set", put_digest_settings, {}},
    {"GET", "/dashboards", Right::read, "", get_dashboards, {}},
    {"POST", "/dashboards", Right::define, "dashboard.save", post_dashboard, try_parameters, taken},
    {"GET", "/dashboards/{dashboard}", Right::read, "", get_dashboard, {}},
    {"PUT", "/dashboards/{dashboard}", Right::define, "dashboard.save", put_dashboard, {}},
    {"DELETE", "/dashboards/{dashboard}", Right::define, "dashboard.remove", delete_dashboard, {"revision"}},
    {"GET", "/dashboards/{dashboard}/revisions", Right::read, "", get_dashboard_revisions, {}},
    {"GET", "/dashboards/{dashboard}/shares", Right::define, "", get_shares, {}},
    {"POST", "/dashboards/{dashboard}/shares", Right::define, "dashboard.share", post_share, {}},
    {"DELETE", "/dashboards/{dashboard}/shares/{share}", Right::define, "dashboard.unshare", delete_share, {}},
    {"GET", "/shared/{proof}", Right::anyone, "", get_shared, {"format"}},
    {"GET", "/reports/{report}", Right::read, "", get_report, report_parameters, taken},
    {"POST", "/reports/{report}/approve", Right::define, "report.approve", post_report_approve, {}},
    {"POST", "/reports/{report}/publish", Right::define, "report.publish", post_report_publish, publish_parameters,
     taken},
    {"GET", "/reports/{report}/published", Right::read, "", get_published, {}},
    {"GET", "/reports/{report}/published/{number}", Right::read, "", get_publication, {"format"}},
    {"GET", "/reports/{report}/changed", Right::read, "", get_report_changed, {"published"}},
    {"GET", "/annotations", Right::read, "", get_annotations, {}},
    {"POST", "/annotations", Right::define, "annotation.add", post_annotation, {}},
    {"DELETE", "/annotations/{annotation}", Right::define, "annotation.remove", delete_annotation, {}},
    {"GET", "/schedules", Right::read, "", get_schedules, {}},
    {"POST", "/schedules", Right::define, "schedule.add", post_schedule, {}},
    {"DELETE", "/schedules/{schedule}", Right::define, "schedule.remove", delete_schedule, {}},
    {"GET", "/channels", Right::define, "", get_channels, {}},
    {"POST", "/channels", Right::manage_workspace, "channel.add", post_channel, {}},
    {"DELETE", "/channels/{channel}", Right::manage_workspace, "channel.remove", delete_channel, {}},
    {"POST", "/channels/{channel}/test", Right::manage_workspace, "channel.test", post_channel_test, {}},
    {"GET", "/messages", Right::define, "", get_messages, {"limit"}},
    {"POST", "/messages/{message}/retry", Right::manage_workspace, "message.retry", post_message_retry, {}},
    {"GET", "/mail", Right::operate, "", get_mail, {}},
    {"PUT", "/mail", Right::operate, "mail.set", put_mail, {}},
    {"DELETE", "/mail", Right::operate, "mail.remove", delete_mail, {}},
    {"POST", "/mail/test", Right::operate, "mail.test", post_mail_test, {}},
    {"GET", "/imports", Right::read, "", get_imports, {"limit", "cursor"}},
    {"POST", "/imports", Right::write_data, "import", post_import, import_parameters, refused, Route::Body::file},
    {"GET", "/imports/uploads/{upload}", Right::read, "", get_upload, {}},
    {"GET", "/imports/{batch}", Right::read, "", get_import, {}},
    {"POST", "/imports/{batch}/undo", Right::write_data, "import.undo", post_undo, {}},
    {"POST", "/imports/{batch}/assign", Right::write_data, "import.assign", post_assign, {}},
}};

// The route, with what stands in its path; else what there is to say about the address.
struct Found {
  const Route* route = nullptr;
  Captures captures;
  std::string allowed;  // the methods that the path takes
};

Found find_route(const net::Request& request) {
  Found found;
  if (!request.path.starts_with(std::string(root) + "/")) return found;
  const std::string_view path = std::string_view(request.path).substr(root.size());
  for (const Route& route : route_table) {
    std::optional<Captures> captures = match(route.pattern, path);
    if (!captures) continue;
    if (route.method == request.method) return {&route, std::move(*captures), {}};
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  return found;
}

net::Response nothing_there(const net::Request& request, const Found& found) {
  if (found.allowed.empty()) {
    return net::problem(404, "not_found",
                        fmt::format("there is nothing at {}; the API is under {}/", readable(request.path), root));
  }
  net::Response response =
      net::problem(405, "method_not_allowed",
                   fmt::format("{} takes {}, not {}", readable(request.path), found.allowed, readable(request.method)));
  response.headers.emplace_back("Allow", found.allowed);
  return response;
}

// Whose data the request is about: what its path or its query says, else the one a token is for.
std::string workspace_of(const net::Request& request, const Captures& captures, const Caller& caller) {
  if (const auto in_path = captures.find("workspace"); in_path != captures.end()) return in_path->second;
  if (const auto said = request.query.find("workspace"); said != request.query.end()) return said->second;
  return caller.token && !caller.token->workspace.empty() ? caller.token->workspace : "default";
}

// What a browser does by itself it also does for other people's pages: only a request of our own page may change
// something in a person's name.
std::optional<net::Response> not_their_own(const net::Request& request, const Caller& caller) {
  if (caller.kind != Caller::Kind::person || request.method == "GET" || is_from_own_page(request)) return std::nullopt;
  return net::problem(
      403, "cross_site",
      "this request does not say that it comes from one of Sociometer's own pages; a program uses a token");
}

Verdict judge_route(const Caller& caller, const Route& route, const std::string& workspace) {
  const Verdict verdict = judge(caller, route.needs.right, workspace);
  // Whoever may add workspaces may name one that is not there yet.
  const bool names_one = route.pattern.find("{workspace}") != std::string_view::npos;
  if (verdict == Verdict::hidden && names_one && route.method == "PUT") {
    const Verdict adding = judge(caller, Right::add_workspaces, workspace);
    return adding == Verdict::granted ? adding : verdict;
  }
  return verdict;
}

// What a browser asks before it lets a page elsewhere send a request with a token.
net::Response preflight() {
  net::Response response;
  response.status = 204;
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
  response.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type");
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  return response;
}

void note_deed(const Route& route, const Ask& ask) {
  if (route.deed.empty() || ask.noted.is_nothing) return;
  control::Deed deed = ask.caller.deed();
  // What a person does for themselves, or an operator for the installation, is no workspace's.
  const bool is_nowhere = route.needs.right == Right::person || route.needs.right == Right::operate;
  deed.workspace = is_nowhere ? "" : ask.workspace;
  deed.action = route.deed;
  deed.object = ask.noted.object;
  deed.detail = ask.noted.detail;
  if (deed.object.empty()) {
    for (std::string_view part : split(route.pattern, '/')) {
      if (!part.starts_with('{')) continue;
      const std::string& value = ask.path.at(std::string(part.substr(1, part.size() - 2)));
      deed.object += (deed.object.empty() ? "" : "/") + value;
    }
  }
  const Result<Done> added = ask.house().control->audit().add(deed, ask.clock().now());
  if (!added)
    spdlog::error("request {}: the audit log could not be written: {}", ask.request.id, added.error().message);
}

net::Response run_route(const Route& route, const Ask& ask) {
  if (const Result<Done> checked = check_parameters(route, ask); !checked) return problem_of(checked.error());
  Result<net::Response> response = route.handler(ask);
  if (!response) return problem_of(response.error());
  if (response->status < 400) note_deed(route, ask);
  return std::move(*response);
}

}  // namespace

std::span<const Route> routes() {
  return route_table;
}

net::Response problem_of(const Error& error) {
  return net::problem(status_of(error.kind), type_of(error.kind), error.message, error.field);
}

net::Response json_response(const Json& document, int status) {
  net::Response response;
  response.status = status;
  response.body = json_text(document);
  return response;
}

Result<std::vector<std::string>> texts_of(const JsonObject& body, const char* name) {
  std::vector<std::string> texts;
  const Json* said = body.if_contains(name);
  if (said == nullptr || said->is_null()) return texts;
  if (!said->is_array()) return invalid(fmt::format("{} must be a list of texts", name), name);
  for (const Json& each : said->get_array()) {
    if (!each.is_string()) return invalid(fmt::format("{} must be a list of texts", name), name);
    texts.emplace_back(each.get_string());
  }
  return texts;
}

Result<int64_t> parse_cursor(const std::string& cursor) {
  if (cursor.empty()) return 0;
  const std::optional<int64_t> offset = whole_number(cursor);
  if (!offset || *offset < 0) {
    return invalid("the cursor is none that this server gave; leave it out to begin again", "cursor");
  }
  return *offset;
}

const std::string& Ask::parameter(const std::string& name) const {
  static const std::string none;
  const auto place = request.query.find(name);
  return place == request.query.end() ? none : place->second;
}

Result<int64_t> Ask::limit(int64_t fallback, int64_t most) const {
  const std::string& text = parameter("limit");
  if (text.empty()) return fallback;
  const std::optional<int64_t> limit = whole_number(text);
  if (!limit || *limit < 1 || *limit > most) {
    return invalid(fmt::format("limit must be a whole number from 1 to {}", most), "limit");
  }
  return *limit;
}

Result<JsonObject> Ask::body() const {
  if (!request.body_file.empty()) return invalid("the body is larger than a megabyte");
  TRY(Json json, parse_json(request.body).prefixed("the body"));
  if (!json.is_object()) return invalid("the body must be a JSON object");
  return std::move(json.get_object());
}

Result<JsonObject> Ask::body(std::initializer_list<std::string_view> members) const {
  TRY(JsonObject object, body());
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(members, name) != members.end()) continue;
    const std::string_view near = nearest(name, std::vector<std::string_view>(members));
    return invalid(fmt::format("there is no \"{}\" to be said here{}{}{}", name, near.empty() ? "" : "; did you mean ",
                               near, near.empty() ? "" : "?"),
                   std::string(name));
  }
  return object;
}

std::string Ask::origin() const {
  return fmt::format("{}://{}", request.is_secure ? "https" : "http", request.header("host"));
}

std::optional<net::Response> refusal_of(Verdict verdict, const Route& route, std::string_view workspace) {
  switch (verdict) {
    case Verdict::granted:
      return std::nullopt;
    case Verdict::sign_in: {
      net::Response response = net::problem(401, "sign_in", "sign in, or send a token as \"Authorization: Bearer …\"");
      response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"sociometer\"");
      return response;
    }
    case Verdict::refused:
      return net::problem(403, "forbidden",
                          fmt::format("this needs the right {}, which an owner or admin of the workspace can give",
                                      name(route.needs.right)));
    case Verdict::hidden:
      return net::problem(404, "not_found", fmt::format("there is no workspace “{}” that you may see", workspace),
                          "workspace");
  }
  return std::nullopt;
}

void Uploads::set(const std::string& workspace, const std::string& upload, State state) {
  constexpr size_t kept = 300;
  if (upload.empty()) return;
  const std::string name = workspace + "/" + upload;  // a workspace's key holds no slash
  std::lock_guard lock(mutex_);
  if (!states_.contains(name)) order_.push_back(name);
  states_[name] = std::move(state);
  if (order_.size() <= kept) return;
  states_.erase(order_.front());
  order_.erase(order_.begin());
}

Result<Uploads::State> Uploads::find(const std::string& workspace, const std::string& upload) const {
  std::lock_guard lock(mutex_);
  const auto place = states_.find(workspace + "/" + upload);
  if (place == states_.end()) return not_found("no upload of that name has arrived", "upload");
  return place->second;
}

net::Response Api::routed(const net::Request& request, Meters::Exchange& exchange) {
  const Found found = find_route(request);
  if (found.route == nullptr) return nothing_there(request, found);
  const Route& route = *found.route;
  exchange.route = route.pattern;
  Result<Caller> caller = callers_.recognise(request);
  if (!caller && caller.error().kind == ErrorKind::not_found) {
    return net::problem(401, "bad_token", caller.error().message);
  }
  if (!caller) return problem_of(caller.error());
  const std::string workspace = workspace_of(request, found.captures, *caller);
  if (std::optional<net::Response> refusal = not_their_own(request, *caller)) return std::move(*refusal);
  if (auto refusal = refusal_of(judge_route(*caller, route, workspace), route, workspace)) return std::move(*refusal);
  Noted noted;
  net::Response response = run_route(route, {*this, request, *caller, workspace, found.captures, noted});
  if (!caller->renewed.empty()) {
    const bool sets_its_own =
        std::ranges::any_of(response.headers, [](const auto& header) { return header.first == "Set-Cookie"; });
    const Result<std::string> cookie = callers_.session_cookie(request, caller->renewed);
    if (cookie && !sets_its_own) response.headers.emplace_back("Set-Cookie", *cookie);
  }
  return response;
}

net::Admission Api::admit(const net::Request& request) {
  constexpr uint64_t document_limit = 1 << 20;
  net::Admission admission{turned_away(request, options_), document_limit};
  if (admission.refusal) return admission;
  const Found found = find_route(request);
  if (found.route == nullptr) {
    admission.refusal = nothing_there(request, found);
    return admission;
  }
  const Result<Caller> caller = callers_.recognise(request, Callers::Renewal::none);
  const std::string workspace = workspace_of(request, found.captures, caller ? *caller : Caller{});
  admission.refusal =
      refusal_of(judge_route(caller ? *caller : Caller{}, *found.route, workspace), *found.route, workspace);
  if (!admission.refusal && caller) admission.refusal = not_their_own(request, *caller);
  if (found.route->body == Route::Body::file) admission.body_limit = options_.upload_limit;
  return admission;
}

net::Response Api::answer(const net::Request& request) {
  const int64_t begun = steady_micros();
  Meters::Exchange exchange{"none"};
  net::Response response;
  const bool is_api = request.path == "/api" || request.path.starts_with("/api/");
  const std::string& origin = request.header("origin");
  const bool may_share =
      is_api && std::ranges::find(options_.allowed_origins, origin) != options_.allowed_origins.end();
  if (std::optional<net::Response> refusal = turned_away(request, options_)) {
    response = std::move(*refusal);
    response.headers.emplace_back("Cache-Control", "no-store");
  } else if (is_api) {
    response = may_share && request.method == "OPTIONS" ? preflight() : routed(request, exchange);
    tag(request, response);
    if (may_share) response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Vary", "Cookie, Authorization, Origin");
  } else {
    exchange.route = "web";
    response = web_response(request);
  }
  secure(request, response);
  if (response.status >= 500) {
    // The path of what is shared is all it takes to see it.
    const bool is_secret = exchange.route == "/shared/{proof}";
    log_event(spdlog::level::err, "failure",
              {{"request", request.id},
               {"method", request.method},
               {"path", is_secret ? std::string(exchange.route) : request.path},
               {"answer", response.body}});
  }
  exchange.status = response.status;
  exchange.micros = steady_micros() - begun;
  meters_.add(exchange);
  log_event(spdlog::level::info, "request",
            {{"request", request.id},
             {"method", request.method},
             {"route", exchange.route},
             {"status", response.status},
             {"ms", static_cast<double>(exchange.micros / 100) / 10}});
  return response;
}

}  // namespace sociometer::surfaces
