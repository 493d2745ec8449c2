// Who may do what: a table of rights, next to the routes that name them.
//
// A role holds rights in a workspace (rights.cpp has the table). A token holds those of its scopes that its person
// holds as well. What somebody has no role in does not exist for them: another workspace's objects are not found.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "control/control.h"

namespace sociometer::surfaces {

enum class Right {
  // Of nobody in particular.
  anyone,     // also without signing in
  signed_in,  // people and tokens, whatever their role
  person,     // people, about themselves; a token cannot
  // In a workspace, by role.
  read,              // numbers, posts, accounts, imports
  answer,            // conversations: replying, assigning, closing
  write_data,        // imports, their undoing, whose an account is
  define,            // KPIs, goals, dashboards, reports, alerts, links, surveys
  make_tokens,       // tokens of one's own
  manage_workspace,  // settings and connections
  manage_people,     // members, their roles, invitations, everybody's tokens
  read_audit,        // who did what
  // Of the whole installation: whoever owns everything.
  add_workspaces,
  operate,  // metrics of the program itself
};

// A right that was named. There is none by default, so a route that forgets its own does not compile.
struct RightNeeded {
  RightNeeded() = delete;
  constexpr RightNeeded(Right right_given) : right(right_given) {}  // NOLINT: so that a table's row reads well
  Right right;
};

std::string_view name(Right right);
bool holds(control::Role role, Right right);

// What a token may be given.
std::span<const Right> scopes();
std::optional<Right> parse_scope(std::string_view text);

// Whoever asks.
struct Caller {
  enum class Kind { nobody, person, token } kind = Kind::nobody;
  std::optional<control::Person> person;    // who; of a token whose it is, if somebody's
  std::optional<control::Session> session;  // of a person
  std::optional<control::Token> token;
  std::map<std::string, control::Role> roles;  // by workspace: those that exist for the caller
  std::string renewed;                         // the session's new proof, if it has one

  bool owns_everything() const;
  // The name and id under which the caller's deeds are kept.
  control::Deed deed() const;
};

// As others read who said or saved something.
std::string name_of(const Caller& caller);

enum class Verdict {
  granted,
  sign_in,  // 401
  refused,  // 403: they know of it and may not
  hidden,   // 404: it does not exist for them
};
Verdict judge(const Caller& caller, Right right, std::string_view workspace);

}  // namespace sociometer::surfaces
