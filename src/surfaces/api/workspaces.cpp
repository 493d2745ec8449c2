#include <fmt/format.h>

#include <array>

#include "surfaces/api/api.h"
#include "surfaces/rules.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

Result<control::WorkspaceChange> change_of(const JsonObject& body) {
  control::WorkspaceChange change;
  const std::array<std::pair<std::string_view, std::optional<std::string>*>, 3> members{
      {{"zone", &change.zone}, {"currency", &change.currency}, {"week_start", &change.week_start}}};
  for (const auto& member : body) {
    const std::string name(member.key());
    const auto* place =
        std::find_if(members.begin(), members.end(), [&](const auto& known) { return known.first == name; });
    if (place == members.end()) return invalid(fmt::format("a workspace has no \"{}\"", name), name);
    TRY(*place->second, json_string(body, name));
  }
  return change;
}

}  // namespace

Result<net::Response> get_workspaces(const Ask& ask) {
  TRY(std::vector<control::Workspace> all, ask.house().control->workspaces());
  std::erase_if(all, [&](const control::Workspace& workspace) { return !ask.caller.roles.contains(workspace.key); });
  return json_response(workspaces_json(all));
}

Result<net::Response> put_workspace(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  TRY(const control::WorkspaceChange change, change_of(body));
  const std::string& key = ask.workspace;
  Result<control::Workspace> changed = ask.house().control->set_workspace(key, change);
  if (!changed && changed.error().kind == ErrorKind::not_found) {
    TRY(const control::Workspace added, ask.house().control->add_workspace(key, change));
    return json_response(workspace_json(added), 201);
  }
  if (!changed) return changed.error();
  return json_response(workspace_json(*changed));
}

Result<net::Response> get_rules(const Ask& ask) {
  TRY(JsonObject said, said_rules(ask.house(), ask.workspace));
  return json_response(JsonObject{{"rules", std::move(said)}});
}

Result<net::Response> put_rules(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  TRY(JsonObject said, change_rules(ask.house(), ask.workspace, body));
  return json_response(JsonObject{{"rules", std::move(said)}});
}

}  // namespace sociometer::surfaces
