#include "surfaces/api/api.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

std::string language_of(const Ask& ask) {
  const std::string& language = ask.parameter("language");
  return language.empty() ? "en" : language;
}

// The file's text: YAML as the body, or as the member `yaml` of a JSON object.
Result<std::string> entries_yaml(const Ask& ask) {
  if (ask.request.header("content-type").find("json") == std::string::npos && ask.request.body_file.empty()) {
    return ask.request.body;
  }
  TRY(const JsonObject body, ask.body());
  TRY(const std::string yaml, json_string(body, "yaml"));
  if (yaml.empty()) return invalid("yaml must hold the measures and KPIs", "yaml");
  return yaml;
}

Result<net::Response> add_or_check(const Ask& ask, bool stores) {
  TRY(const std::string yaml, entries_yaml(ask));
  TRY(const auto editions, ask.house().catalogs->of(ask.workspace));
  const std::string& name = ask.parameter("filename");
  const catalog::Editions::Change change = editions->add(name.empty() ? "catalog.yaml" : name, yaml, ask.clock().now());
  if (stores && !change.entries.empty()) TRY_DONE(ask.house().catalogs->record(ask.workspace, change.entries));
  return json_response(change_json(change), change.problems.empty() ? 200 : 422);
}

// Every definition that an own key was given, the oldest first; of one that was taken back `yaml` is null.
JsonArray history_of(const catalog::Editions& editions, std::string_view key) {
  JsonArray list;
  for (const catalog::OwnEntry& entry : editions.history()) {
    if (entry.key != key || entry.kind == "pack") continue;
    list.push_back(JsonObject{{"definition", entry.definition},
                              {"yaml", entry.yaml.empty() ? Json(nullptr) : Json(entry.yaml)},
                              {"recorded_at", format_instant(entry.recorded_at)}});
  }
  return list;
}

}  // namespace

Result<net::Response> get_catalog(const Ask& ask) {
  TRY(const auto catalog, catalog_of(ask.house(), ask.workspace));
  return json_response(catalog->to_json(language_of(ask)));
}

Result<net::Response> get_catalog_entry(const Ask& ask) {
  TRY(const auto editions, editions_of(ask.house(), ask.workspace));
  TRY(Json entry, editions->at(std::nullopt)->entry_json(ask.path.at("key"), language_of(ask)));
  JsonObject& members = entry.as_object();
  if (JsonArray history = history_of(*editions, std::string_view(members.at("key").as_string())); !history.empty()) {
    members["history"] = std::move(history);
  }
  return json_response(entry);
}

Result<net::Response> post_catalog(const Ask& ask) {
  return add_or_check(ask, ask.parameter("check") != "1");
}

Result<net::Response> delete_catalog_entry(const Ask& ask) {
  TRY(const auto editions, ask.house().catalogs->of(ask.workspace));
  TRY(const catalog::OwnEntry entry, editions->remove(ask.path.at("key"), ask.clock().now()));
  TRY_DONE(ask.house().catalogs->record(ask.workspace, {entry}));
  return json_response(JsonObject{{"entry", entry.kind}, {"key", entry.key}, {"done", "removed"}});
}

Result<net::Response> put_pack(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  const Json* on = body.if_contains("on");
  if (on == nullptr || !on->is_bool()) return invalid("on must be true or false", "on");
  TRY(const auto editions, ask.house().catalogs->of(ask.workspace));
  TRY(const catalog::OwnEntry entry,
      editions->switch_pack(ask.path.at("pack"),
                            on->get_bool() ? catalog::Editions::Switch::on : catalog::Editions::Switch::off,
                            ask.clock().now()));
  TRY_DONE(ask.house().catalogs->record(ask.workspace, {entry}));
  return json_response(JsonObject{{"key", entry.key}, {"on", on->get_bool()}});
}

}  // namespace sociometer::surfaces
