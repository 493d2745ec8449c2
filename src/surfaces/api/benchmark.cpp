#include "surfaces/benchmark.h"
#include "surfaces/api/api.h"
#include "surfaces/cli/command.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

// {"ownership": "competitor", "network": ["x", "instagram"]}
Result<std::map<std::string, std::vector<std::string>>> cohort_of(const JsonObject& body) {
  std::map<std::string, std::vector<std::string>> cohort;
  const Json* said = body.if_contains("cohort");
  if (said == nullptr || said->is_null()) return cohort;
  if (!said->is_object()) return invalid("cohort must be an object of dimension to members", "cohort");
  for (const auto& member : said->get_object()) {
    const JsonArray list = member.value().is_array() ? member.value().get_array() : JsonArray{member.value()};
    std::vector<std::string>& members = cohort[std::string(member.key())];
    for (const Json& each : list) {
      if (!each.is_string()) return invalid("a cohort's members are texts", "cohort");
      members.emplace_back(each.get_string());
    }
  }
  return cohort;
}

// The file's text: YAML as the body, or as the member `yaml` of a JSON object.
Result<std::string> norms_yaml(const Ask& ask) {
  const Result<Json> json = parse_json(ask.request.body);
  if (!json || !json->is_object() || !json->get_object().contains("yaml")) return ask.request.body;
  TRY(const JsonObject body, ask.body({"yaml"}));
  return json_string(body, "yaml");
}

}  // namespace

Result<net::Response> post_benchmark(const Ask& ask) {
  TRY(JsonObject body, ask.body());
  BenchmarkQuestion asked;
  TRY(asked.cohort, cohort_of(body));
  TRY(const std::string kpi, json_string(body, "kpi"));
  if (kpi.empty()) return invalid("kpi names the KPI, as engagement_rate", "kpi");
  for (const char* name : {"kpi", "cohort"}) body.erase(name);
  if (body.contains("kpis")) return invalid("a benchmark is of one KPI, said as kpi", "kpis");
  body["kpis"] = JsonArray{Json(kpi)};
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(asked.question, as_wrong_words(metrics::question_from_json(body, scope)));
  TRY(const Benchmark found, benchmark_of(ask.house(), scope, asked));
  return json_response(JsonObject{{"benchmark", benchmark_json(found)}});
}

Result<net::Response> get_benchmark_sets(const Ask& ask) {
  TRY(const std::vector<KnownNorms> all, norms_of(ask.house(), ask.workspace, {}));
  JsonArray sets;
  for (const KnownNorms& one : all) sets.push_back(norms_json(one));
  return json_response(JsonObject{{"sets", std::move(sets)}});
}

Result<net::Response> post_benchmark_sets(const Ask& ask) {
  TRY(const std::string yaml, norms_yaml(ask));
  const std::string& name = ask.parameter("filename");
  TRY(const std::vector<KnownNorms> added,
      add_norms(ask.house(), ask.workspace, name.empty() ? "benchmarks.yaml" : name, yaml, ask.clock().now()));
  JsonArray sets;
  for (const KnownNorms& one : added) {
    ask.noted.object += (ask.noted.object.empty() ? "" : ",") + one.set.key;
    sets.push_back(norms_json(one));
  }
  return json_response(JsonObject{{"sets", std::move(sets)}}, 201);
}

Result<net::Response> delete_benchmark_set(const Ask& ask) {
  const std::string& key = ask.path.at("set");
  TRY_DONE(remove_norms(ask.house(), ask.workspace, key, ask.clock().now()));
  return json_response(JsonObject{{"set", key}, {"done", "removed"}});
}

}  // namespace sociometer::surfaces
