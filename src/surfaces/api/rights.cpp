#include "surfaces/api/rights.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace sociometer::surfaces {
namespace {

using control::Role;

// Who holds a right: nobody in particular, roles in the workspace, or the owners of everything.
enum class By { anyone, signed_in, person, role, everything };

struct RightRow {
  Right right;
  std::string_view name;
  By by;
  bool viewer, agent, analyst, admin, owner;
  bool may_be_scope;
};

constexpr std::array<RightRow, 13> rights_table{{
    // right                    name                by              viewer agent  analyst admin  owner  scope
    {Right::anyone, "anyone", By::anyone, true, true, true, true, true, false},
    {Right::signed_in, "signed_in", By::signed_in, true, true, true, true, true, false},
    {Right::person, "person", By::person, true, true, true, true, true, false},
    {Right::read, "read", By::role, true, true, true, true, true, true},
    {Right::answer, "answer", By::role, false, true, false, true, true, true},
    {Right::write_data, "write_data", By::role, false, false, true, true, true, true},
    {Right::define, "define", By::role, false, false, true, true, true, true},
    {Right::make_tokens, "make_tokens", By::role, false, false, true, true, true, false},
    {Right::manage_workspace, "manage_workspace", By::role, false, false, false, true, true, true},
    {Right::manage_people, "manage_people", By::role, false, false, false, true, true, false},
    {Right::read_audit, "read_audit", By::role, false, false, false, true, true, true},
    {Right::add_workspaces, "add_workspaces", By::everything, false, false, false, false, false, false},
    {Right::operate, "operate", By::everything, false, false, false, false, false, true},
}};

const RightRow& row_of(Right right) {
  const auto place = std::ranges::find(rights_table, right, &RightRow::right);
  CHECK(place != rights_table.end());
  return *place;
}

bool has_scope(const control::Token& token, const RightRow& row) {
  // Whoever may change every workspace may add one.
  if (row.right == Right::add_workspaces)
    return std::ranges::find(token.scopes, "manage_workspace") != token.scopes.end();
  return row.may_be_scope && std::ranges::find(token.scopes, row.name) != token.scopes.end();
}

}  // namespace

std::string_view name(Right right) {
  return row_of(right).name;
}

bool holds(Role role, Right right) {
  const RightRow& row = row_of(right);
  switch (role) {
    case Role::viewer:
      return row.viewer;
    case Role::agent:
      return row.agent;
    case Role::analyst:
      return row.analyst;
    case Role::admin:
      return row.admin;
    case Role::owner:
      return row.owner;
  }
  return false;
}

std::span<const Right> scopes() {
  static const std::vector<Right> all = [] {
    std::vector<Right> found;
    for (const RightRow& row : rights_table) {
      if (row.may_be_scope) found.push_back(row.right);
    }
    return found;
  }();
  return all;
}

std::optional<Right> parse_scope(std::string_view text) {
  for (Right right : scopes()) {
    if (name(right) == text) return right;
  }
  return std::nullopt;
}

bool Caller::owns_everything() const {
  if (kind == Kind::token && !token->workspace.empty()) return false;
  if (kind == Kind::token && !person) return true;  // the operator's
  return person && person->everywhere == Role::owner;
}

control::Deed Caller::deed() const {
  control::Deed deed;
  if (kind == Kind::person) {
    deed.actor = control::Deed::Actor::person;
    deed.actor_id = person->id;
    deed.proof = session ? session->id : "";
  } else if (kind == Kind::token) {
    deed.actor = control::Deed::Actor::token;
    deed.actor_id = token->id;
    deed.proof = token->id;
  }
  return deed;
}

std::string name_of(const Caller& caller) {
  if (caller.person) return caller.person->name.empty() ? caller.person->email : caller.person->name;
  return caller.token ? caller.token->name : "";
}

Verdict judge(const Caller& caller, Right right, std::string_view workspace) {
  const RightRow& row = row_of(right);
  if (row.by == By::anyone) return Verdict::granted;
  if (caller.kind == Caller::Kind::nobody) return Verdict::sign_in;
  if (row.by == By::signed_in) return Verdict::granted;
  const bool is_token = caller.kind == Caller::Kind::token;
  if (row.by == By::person) return is_token ? Verdict::refused : Verdict::granted;
  const bool is_within_scopes = !is_token || has_scope(*caller.token, row);
  if (row.by == By::everything) {
    return caller.owns_everything() && is_within_scopes ? Verdict::granted : Verdict::refused;
  }
  const auto role = caller.roles.find(std::string(workspace));
  if (role == caller.roles.end()) return Verdict::hidden;
  return holds(role->second, right) && is_within_scopes ? Verdict::granted : Verdict::refused;
}

}  // namespace sociometer::surfaces
