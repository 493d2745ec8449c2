// Links by which anybody may look at one dashboard: made, listed and taken back by those who define dashboards, and
// what they lead to. A link serves the answers of its dashboard under the choices it was made with, and nothing else:
// no explanation, no other period, no other workspace.
#include <fmt/format.h>

#include <set>

#include "surfaces/api/api.h"
#include "surfaces/dashboards.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

constexpr int64_t days_unless_said = 30;

Json share_json(const control::Share& share, Instant now) {
  const Result<Json> choices = parse_json(share.choices);
  return JsonObject{{"id", share.id},
                    {"dashboard", share.name},
                    {"label", share.label},
                    {"choices", choices ? *choices : Json(nullptr)},
                    {"made_by", share.made_by},
                    {"made_at", format_instant(share.made_at)},
                    {"expires_at", format_instant(share.expires_at)},
                    {"expired", share.expires_at <= now},
                    {"opened_at", share.opened_at ? Json(format_instant(*share.opened_at)) : Json(nullptr)}};
}

Result<int64_t> days_in(const JsonObject& body) {
  const Json* said = body.if_contains("days");
  if (said == nullptr) return days_unless_said;
  if (!said->is_int64() || said->get_int64() < 1 || said->get_int64() > 731) {
    return invalid("days says how long the link lasts, a whole number from 1 to 731", "days");
  }
  return said->get_int64();
}

// What is chosen for the dashboard, as a member of a body or as it was kept.
Result<ReportWords> words_of(const JsonObject& choices, const Ask& ask) {
  ReportWords words;
  words.link = ask.origin();
  for (const auto& [name, text] : {std::pair<const char*, std::string*>{"from", &words.from},
                                   {"to", &words.to},
                                   {"last", &words.last},
                                   {"compare", &words.compare}}) {
    TRY(*text, json_string(choices, name));
  }
  const Json* filter = choices.if_contains("filter");
  if (filter == nullptr) return words;
  if (!filter->is_object()) return invalid("filter is an object of dimensions and their members", "filter");
  for (const auto& [dimension, members] : filter->get_object()) {
    std::vector<std::string> among;
    for (const Json& each : members.is_array() ? members.get_array() : JsonArray{members}) {
      if (!each.is_string()) return invalid("a filter's members are words", "filter");
      among.emplace_back(each.get_string());
    }
    words.filter.emplace_back(std::string(dimension), std::move(among));
  }
  return words;
}

// What the numbers mean, of those that are shown: the rest of the workspace's catalog is not for everybody.
Json meanings(const catalog::Catalog& catalog, const reports::Report& report) {
  std::set<std::string> keys;
  for (const reports::AnsweredTile& tile : report.tiles) {
    for (const std::string& kpi : tile.tile.kpis) keys.insert(kpi.substr(0, kpi.find(':')));
  }
  JsonObject all = catalog.to_json("en").as_object();
  JsonArray kpis;
  for (Json& kpi : all["kpis"].as_array()) {
    if (keys.contains(std::string(kpi.as_object()["key"].as_string()))) kpis.push_back(std::move(kpi));
  }
  return JsonObject{{"measures", JsonArray{}},
                    {"kpis", std::move(kpis)},
                    {"dimensions", std::move(all["dimensions"])},
                    {"networks", std::move(all["networks"])},
                    {"formats", JsonArray{}}};
}

Result<net::Response> share_list(const Ask& ask) {
  const std::string& name = ask.path.at("dashboard");
  TRY(const auto all, ask.house().control->dashboards().shares(ask.workspace, name));
  JsonArray list;
  for (const control::Share& each : all) list.push_back(share_json(each, ask.clock().now()));
  return json_response(JsonObject{{"shares", std::move(list)}});
}

}  // namespace

Result<net::Response> get_shares(const Ask& ask) {
  TRY_DONE(dashboard_of(ask.house(), ask.workspace, ask.path.at("dashboard")));
  return share_list(ask);
}

Result<net::Response> post_share(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"days", "label", "from", "to", "last", "compare", "filter"}));
  const std::string& name = ask.path.at("dashboard");
  TRY(const int64_t days, days_in(body));
  TRY(const ReportWords words, words_of(body, ask));
  // What cannot be answered is said to whoever makes the link, not to whoever opens it.
  TRY_DONE(report_of(ask.house(), ask.workspace, name, words, ask.clock()));
  JsonObject choices;
  for (const char* member : {"from", "to", "last", "compare", "filter"}) {
    if (const Json* said = body.if_contains(member)) choices[member] = *said;
  }
  const Instant now = ask.clock().now();
  control::Share share{.name = name,
                       .choices = json_text(choices),
                       .made_by = name_of(ask.caller),
                       .expires_at = {now.micros + days * day_micros}};
  TRY(share.label, json_string(body, "label"));
  TRY(const control::MadeShare made, ask.house().control->dashboards().share(ask.workspace, std::move(share), now));
  ask.noted.object = fmt::format("{}/{}", name, made.share.id);
  ask.noted.detail = fmt::format("until {}", format_instant(made.share.expires_at));
  return json_response(JsonObject{{"share", share_json(made.share, now)},
                                  {"link", fmt::format("{}/share/{}", ask.origin(), made.proof)},
                                  {"csv", fmt::format("{}/api/v1/shared/{}?format=csv", ask.origin(), made.proof)}},
                       201);
}

Result<net::Response> delete_share(const Ask& ask) {
  TRY_DONE(ask.house().control->dashboards().revoke_share(ask.workspace, ask.path.at("dashboard"), ask.path.at("share"),
                                                          ask.clock().now()));
  return share_list(ask);
}

Result<net::Response> get_shared(const Ask& ask) {
  const std::string& format = ask.parameter("format");
  if (!format.empty() && format != "json" && format != "csv") {
    return invalid("a link gives json or csv; other files are for those who sign in", "format");
  }
  TRY(const control::Share share, ask.house().control->dashboards().shared(ask.path.at("proof"), ask.clock().now()));
  TRY(const Json choices, parse_json(share.choices));
  TRY(const ReportWords words, words_of(choices.as_object(), ask));
  const Result<reports::Report> report = report_of(ask.house(), share.workspace, share.name, words, ask.clock());
  if (!report && report.error().kind == ErrorKind::not_found) {
    return not_found("the dashboard this link led to is not there any more", "link");
  }
  if (!report) return report.error();
  if (format == "csv") {
    TRY(std::string bytes, report_bytes(ask.house(), *report, reports::Format::csv, ask.clock()));
    net::Response response;
    response.content_type = reports::media_type(reports::Format::csv);
    response.headers.emplace_back("Content-Disposition", fmt::format("inline; filename=\"{}.csv\"", share.name));
    response.headers.emplace_back("X-Robots-Tag", "noindex");
    response.body = std::move(bytes);
    return response;
  }
  JsonObject answers = reports::to_json(*report).as_object();
  answers.erase("workspace");
  return json_response(JsonObject{{"shared", JsonObject{{"label", share.label},
                                                        {"expires_at", format_instant(share.expires_at)},
                                                        {"week_start", weekday_name(report->week_start)},
                                                        {"report", std::move(answers)},
                                                        {"catalog", meanings(*report->catalog, *report)}}}});
}

}  // namespace sociometer::surfaces
