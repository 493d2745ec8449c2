#include "surfaces/ahead.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "surfaces/api/asked.h"
#include "surfaces/cli/command.h"
#include "surfaces/post_insights.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

enum class Kpis { one, several };

// What is asked by the address: a KPI or several and the selectors, dimensions by their names.
Result<metrics::Question> question_in_query(const Ask& ask, const metrics::Scope& scope, std::string_view usual = "",
                                            Kpis kpis = Kpis::one) {
  const std::string kpi = ask.parameter("kpi").empty() ? std::string(usual) : ask.parameter("kpi");
  if (kpi.empty()) return invalid("kpi names the KPI, as impressions", "kpi");
  Selectors selectors = selectors_in(ask);
  selectors.kpis = {kpi};
  if (kpis == Kpis::several) {
    selectors.kpis.clear();
    for (const std::string_view each : split(kpi, ',')) selectors.kpis.emplace_back(trimmed(each));
    if (const std::string& by = ask.parameter("by"); !by.empty()) selectors.by = {by};
  }
  return question_of(selectors, scope);
}

Result<metrics::Question> question_in_body(JsonObject body, const metrics::Scope& scope, std::string_view usual = "") {
  TRY(std::string kpi, json_string(body, "kpi"));
  if (kpi.empty()) kpi = usual;
  if (kpi.empty()) return invalid("kpi names the KPI, as impressions", "kpi");
  if (body.contains("kpis")) return invalid("one KPI is looked at, said as kpi", "kpis");
  body.erase("kpi");
  body["kpis"] = JsonArray{Json(kpi)};
  return as_wrong_words(metrics::question_from_json(body, scope));
}

Error wrong_days() {
  return invalid("ahead must be a whole number of days", "ahead");
}

Result<int64_t> days_in_query(const Ask& ask) {
  const std::string& text = ask.parameter("ahead");
  if (text.empty()) return forecast_days_usual;
  int64_t days = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (error != std::errc() || stop != text.data() + text.size()) return wrong_days();
  return days;
}

Result<int64_t> days_in_body(const JsonObject& body) {
  const Json* said = body.if_contains("ahead");
  if (said == nullptr || said->is_null()) return forecast_days_usual;
  if (!said->is_int64()) return wrong_days();
  return said->get_int64();
}

Result<net::Response> forecast(const Ask& ask, const metrics::Scope& scope, const metrics::Question& question,
                               int64_t days) {
  TRY(const SeenForecast seen, forecast_of(ask.house(), scope, question, days));
  return json_response(JsonObject{{"forecast", forecast_json(seen)}});
}

Result<net::Response> anomalies(const Ask& ask, const metrics::Scope& scope, const metrics::Question& question) {
  TRY(const SeenPage seen, anomalies_of(ask.house(), scope, question));
  return json_response(JsonObject{{"anomalies", anomalies_json(seen)}});
}

}  // namespace

Result<net::Response> get_forecast(const Ask& ask) {
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const int64_t days, days_in_query(ask));
  TRY(const metrics::Question question, question_in_query(ask, scope));
  return forecast(ask, scope, question, days);
}

Result<net::Response> post_forecast(const Ask& ask) {
  TRY(JsonObject body, ask.body());
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const int64_t days, days_in_body(body));
  body.erase("ahead");
  TRY(const metrics::Question question, question_in_body(std::move(body), scope));
  return forecast(ask, scope, question, days);
}

Result<net::Response> get_anomalies(const Ask& ask) {
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const metrics::Question question, question_in_query(ask, scope, "", Kpis::several));
  return anomalies(ask, scope, question);
}

Result<net::Response> post_anomalies(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  if (body.contains("kpis") && !body.contains("kpi")) {
    TRY(const metrics::Question question, as_wrong_words(metrics::question_from_json(body, scope)));
    return anomalies(ask, scope, question);
  }
  TRY(const metrics::Question question, question_in_body(body, scope));
  return anomalies(ask, scope, question);
}

namespace {

Result<net::Response> standouts(const Ask& ask, const metrics::Scope& scope, const metrics::Question& question,
                                int64_t limit) {
  TRY(const SeenStandouts seen, standouts_of(ask.house(), scope, question));
  return json_response(JsonObject{{"standouts", standouts_json(seen, limit)}});
}

Result<net::Response> best_times(const Ask& ask, const metrics::Scope& scope, const metrics::Question& question) {
  TRY(const SeenBestTimes seen, best_times_of(ask.house(), scope, question));
  return json_response(JsonObject{{"best_times", best_times_json(seen)}});
}

// The member `limit` of a body, taken out of it.
Result<int64_t> limit_in(JsonObject& body) {
  const Json* said = body.if_contains("limit");
  if (said == nullptr || said->is_null()) return standouts_shown;
  if (!said->is_int64() || said->get_int64() < 1 || said->get_int64() > standouts_shown_max) {
    return invalid(fmt::format("limit lies between 1 and {}", standouts_shown_max), "limit");
  }
  const int64_t limit = said->get_int64();
  body.erase("limit");
  return limit;
}

}  // namespace

Result<net::Response> get_standouts(const Ask& ask) {
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const int64_t limit, ask.limit(standouts_shown, standouts_shown_max));
  TRY(const metrics::Question question, question_in_query(ask, scope, post_kpi_usual));
  return standouts(ask, scope, question, limit);
}

Result<net::Response> post_standouts(const Ask& ask) {
  TRY(JsonObject body, ask.body());
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const int64_t limit, limit_in(body));
  TRY(const metrics::Question question, question_in_body(std::move(body), scope, post_kpi_usual));
  return standouts(ask, scope, question, limit);
}

Result<net::Response> get_best_times(const Ask& ask) {
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const metrics::Question question, question_in_query(ask, scope, post_kpi_usual));
  return best_times(ask, scope, question);
}

Result<net::Response> post_best_times(const Ask& ask) {
  TRY(JsonObject body, ask.body());
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const metrics::Question question, question_in_body(std::move(body), scope, post_kpi_usual));
  return best_times(ask, scope, question);
}

}  // namespace sociometer::surfaces
