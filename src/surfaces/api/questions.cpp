#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/api/api.h"
#include "surfaces/api/asked.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

constexpr int64_t rows_shown = 50;
constexpr int64_t most_rows = 1000;

Result<int64_t> whole_number(const JsonObject& body, const char* name, int64_t fallback) {
  const Json* member = body.if_contains(name);
  if (member == nullptr || member->is_null()) return fallback;
  if (!member->is_int64() || member->get_int64() < 0 || member->get_int64() > most_rows) {
    return invalid(fmt::format("{} must be a whole number from 0 to {}", name, most_rows), name);
  }
  return member->get_int64();
}

Result<std::map<std::string, std::string>> cell_of(const JsonObject& body) {
  std::map<std::string, std::string> members;
  const Json* cell = body.if_contains("cell");
  if (cell == nullptr || cell->is_null()) return members;
  if (!cell->is_object()) return invalid("cell must be an object of dimension and member", "cell");
  for (const auto& member : cell->get_object()) {
    TRY(members[std::string(member.key())], json_string(cell->get_object(), std::string(member.key())));
  }
  return members;
}

// What a question is asked in. With `proposal`, a catalog file, as if the workspace had added it already; it is taken
// out of the body, and stored nowhere.
Result<metrics::Scope> scope_with_proposal(const Ask& ask, JsonObject& body) {
  TRY(metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const std::string proposal, json_string(body, "proposal"));
  body.erase("proposal");
  if (proposal.empty()) return scope;
  const catalog::Editions::Change change = scope.editions->add("proposal", proposal, scope.now);
  if (!change.problems.empty()) return invalid(change.problems.front().text(), "proposal");
  std::vector<catalog::OwnEntry> history = scope.editions->history();
  history.insert(history.end(), change.entries.begin(), change.entries.end());
  scope.editions = std::make_shared<catalog::Editions>(ask.house().catalog, std::move(history));
  return scope;
}

}  // namespace

Result<net::Response> post_query(const Ask& ask) {
  TRY(JsonObject body, ask.body());
  TRY(const metrics::Scope scope, scope_with_proposal(ask, body));
  TRY(const metrics::Question question, as_wrong_words(metrics::question_from_json(body, scope)));
  TRY(const metrics::Answer answer, as_wrong_words(ask.house().engine->ask(scope, question)));
  return json_response(metrics::to_json(answer));
}

Result<net::Response> post_explain(const Ask& ask) {
  TRY(JsonObject body, ask.body());
  TRY(const auto members, cell_of(body));
  TRY(const int64_t limit, whole_number(body, "limit", rows_shown));
  TRY(const std::string cursor, json_string(body, "cursor"));
  TRY(const int64_t offset, parse_cursor(cursor));
  for (const char* name : {"cell", "limit", "cursor"}) body.erase(name);
  TRY(const metrics::Scope scope, scope_with_proposal(ask, body));
  TRY(const metrics::Question question, as_wrong_words(metrics::question_from_json(body, scope)));
  if (question.kpis.size() != 1) return invalid("one KPI is explained at a time", "kpis");
  TRY(const auto catalog, as_wrong_words(catalog_in(scope, question)));
  TRY(const catalog::KpiChoice known, as_wrong_words(catalog->find_kpi(question.kpis.front())));
  static_cast<void>(known);
  TRY(const metrics::Explanation explanation, ask.house().engine->explain(scope, question, members, limit, offset));
  return json_response(metrics::to_json(explanation));
}

Result<net::Response> post_changes(const Ask& ask) {
  TRY(JsonObject body, ask.body());
  metrics::ChangesQuestion changes;
  TRY(changes.limit, whole_number(body, "limit", rows_shown));
  TRY(const std::string cursor, json_string(body, "cursor"));
  TRY(changes.offset, parse_cursor(cursor));
  TRY(const std::string since, json_string(body, "since"));
  if (since.empty()) return invalid("since says since when, as 2026-01-31T10:00:00Z or 2026-01-31", "since");
  const auto moment = parse_instant(since);
  if (!moment) return invalid(moment.error().message, "since");
  changes.since = *moment;
  for (const char* name : {"since", "limit", "cursor"}) body.erase(name);
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(changes.selectors, as_wrong_words(metrics::question_from_json(body, scope)));
  TRY(const metrics::ChangesAnswer answer, as_wrong_words(ask.house().engine->changes(scope, changes)));
  return json_response(metrics::to_json(answer));
}

Selectors selectors_in(const Ask& ask) {
  Selectors selectors;
  selectors.from = ask.parameter("from");
  selectors.to = ask.parameter("to");
  selectors.last = ask.parameter("last");
  selectors.as_of = ask.parameter("as_of");
  selectors.basis = ask.parameter("basis");
  selectors.compare = ask.parameter("compare");
  if (const std::string& versions = ask.parameter("versions"); !versions.empty()) selectors.versions = {versions};
  selectors.because = ask.parameter("because");
  for (const auto& [name, value] : ask.request.query) {
    if (ask.house().catalog->dimension(name) != nullptr) selectors.filter.push_back(name + "=" + value);
    if (name.starts_with(left_out_prefix))
      selectors.without.push_back(name.substr(left_out_prefix.size()) + "=" + value);
  }
  return selectors;
}

Result<net::Response> get_posts(const Ask& ask) {
  Selectors selectors = selectors_in(ask);
  const std::string& columns = ask.parameter("kpis");
  for (std::string_view kpi : split(columns.empty() ? default_post_columns : std::string_view(columns), ',')) {
    selectors.kpis.emplace_back(trimmed(kpi));
  }

  metrics::PostsQuestion question;
  TRY(question.limit, ask.limit(rows_shown, most_rows));
  TRY(question.offset, parse_cursor(ask.parameter("cursor")));
  if (const std::string& sort = ask.parameter("sort"); !sort.empty()) question.sort = sort;
  question.search = ask.parameter("q");
  const std::string& order = ask.parameter("order");
  if (order == "asc") question.order = metrics::PostsQuestion::Order::ascending;
  if (!order.empty() && order != "asc" && order != "desc") return invalid("order is asc or desc", "order");

  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(question.selectors, question_of(selectors, scope));
  TRY(const metrics::PostsAnswer answer, as_wrong_words(ask.house().engine->posts(scope, question)));
  return json_response(metrics::to_json(answer));
}

Result<net::Response> post_calc(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  TRY(const std::string kpi, json_string(body, "kpi"));
  std::map<std::string, std::vector<double>> values;
  const Json* given = body.if_contains("values");
  if (given == nullptr || !given->is_object()) return invalid("values must be an object of name and number", "values");
  for (const auto& member : given->get_object()) {
    const JsonArray list = member.value().is_array() ? member.value().get_array() : JsonArray{member.value()};
    for (const Json& value : list) {
      if (!value.is_number())
        return invalid("a value must be a number or a list of numbers", std::string(member.key()));
      values[std::string(member.key())].push_back(value.to_number<double>());
    }
    if (list.empty()) return invalid("a list of numbers must not be empty", std::string(member.key()));
  }
  TRY(const auto catalog, catalog_of(ask.house(), ask.workspace));
  TRY(const metrics::Calculation calculation, as_wrong_words(metrics::calculate(*catalog, kpi, values)));
  return json_response(metrics::to_json(calculation));
}

}  // namespace sociometer::surfaces
