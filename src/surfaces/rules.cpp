#include "surfaces/rules.h"

namespace sociometer::surfaces {

namespace {
constexpr std::string_view rules_setting = "rules";
}

Result<JsonObject> said_rules(const House& house, std::string_view workspace) {
  TRY(const control::Workspace found, house.control->workspace(workspace));
  TRY(const std::optional<std::string> text, house.control->setting(found.key, rules_setting));
  if (!text) return JsonObject();
  TRY(Json said, parse_json(*text));
  if (!said.is_object()) return internal("the rules of the workspace are no longer readable");
  return std::move(said.get_object());
}

Result<metrics::Rules> rules_of(const House& house, const control::Workspace& workspace) {
  TRY(JsonObject said, said_rules(house, workspace.key));
  return metrics::rules_from_json(said, workspace.zone);
}

Result<JsonObject> change_rules(const House& house, std::string_view workspace, const JsonObject& change) {
  TRY(const control::Workspace found, house.control->workspace(workspace));
  TRY(JsonObject said, said_rules(house, workspace));
  for (const auto& member : change) {
    if (member.value().is_null()) {
      said.erase(member.key());
    } else {
      said[member.key()] = member.value();
    }
  }
  TRY_DONE(metrics::rules_from_json(said, found.zone));
  TRY_DONE(house.control->set_setting(found.key, rules_setting, json_text(said)));
  return said;
}

}  // namespace sociometer::surfaces
