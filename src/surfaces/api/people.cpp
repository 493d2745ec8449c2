// The people of a workspace, and those invited to it.
#include <fmt/format.h>

#include "surfaces/api/api.h"
#include "surfaces/api/people_json.h"

namespace sociometer::surfaces {
namespace {

using control::Member;
using control::Role;

constexpr int64_t invitation_seconds = 7 * 86'400;

Result<Role> role_in(const JsonObject& body) {
  TRY(const std::string text, json_string(body, "role"));
  const std::optional<Role> role = control::parse_role(text);
  if (!role) return invalid("role is owner, admin, analyst, agent or viewer", "role");
  return *role;
}

// Nobody makes anybody more than they are themselves.
Result<Done> may_give(const Ask& ask, Role role) {
  const auto own = ask.caller.roles.find(ask.workspace);
  if (own != ask.caller.roles.end() && own->second >= role) return Done{};
  return unsupported(fmt::format("only an owner of the workspace can make somebody {}", control::name(role)));
}

Result<Member> member_of(const Ask& ask, const std::string& person) {
  TRY(const std::vector<Member> members, ask.house().control->people().members(ask.workspace));
  for (const Member& member : members) {
    if (member.person.id == person) return member;
  }
  return not_found("there is no such person in this workspace", "person");
}

// The member, if the caller may change them here.
Result<Member> changeable(const Ask& ask) {
  TRY(Member member, member_of(ask, ask.path.at("person")));
  if (member.everywhere) {
    return unsupported(fmt::format(
        "{} has a role in every workspace, which is given and taken by `sociometer user set`", member.person.name));
  }
  TRY_DONE(may_give(ask, member.role));
  return member;
}

}  // namespace

Result<net::Response> get_people(const Ask& ask) {
  TRY(const std::vector<Member> members, ask.house().control->people().members(ask.workspace));
  JsonArray list;
  for (const Member& member : members) list.push_back(member_json(member));
  return json_response(JsonObject{{"people", std::move(list)}});
}

Result<net::Response> put_member(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"role"}));
  TRY(const Role role, role_in(body));
  TRY_DONE(changeable(ask));
  TRY_DONE(may_give(ask, role));
  const std::string& person = ask.path.at("person");
  TRY_DONE(ask.house().control->people().set_role(ask.workspace, person, role, ask.clock().now()));
  ask.noted.detail = fmt::format("role {}", control::name(role));
  TRY(const Member member, member_of(ask, person));
  return json_response(member_json(member));
}

Result<net::Response> delete_member(const Ask& ask) {
  TRY_DONE(changeable(ask));
  TRY_DONE(ask.house().control->people().remove_member(ask.workspace, ask.path.at("person")));
  return get_people(ask);
}

Result<net::Response> get_invitations(const Ask& ask) {
  TRY(const auto links, ask.house().control->people().invitations(ask.workspace, ask.clock().now()));
  JsonArray list;
  for (const control::Link& link : links) list.push_back(invitation_json(link));
  return json_response(JsonObject{{"invitations", std::move(list)}});
}

Result<net::Response> post_invitation(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"email", "role"}));
  TRY(const Role role, role_in(body));
  TRY_DONE(may_give(ask, role));
  control::Link link{.kind = control::Link::Kind::invitation,
                     .workspace = ask.workspace,
                     .role = role,
                     .made_by = ask.caller.person->id};
  TRY(link.email, json_string(body, "email"));
  TRY(const control::MadeLink made,
      ask.house().control->people().make_link(std::move(link), invitation_seconds, ask.clock().now()));
  ask.noted.object = made.link.id;
  ask.noted.detail = fmt::format("role {}", control::name(role));
  return json_response(
      JsonObject{{"invitation", invitation_json(made.link)}, {"link", link_address(ask.origin(), made)}}, 201);
}

Result<net::Response> delete_invitation(const Ask& ask) {
  TRY_DONE(ask.house().control->people().revoke_link(ask.workspace, ask.path.at("invitation")));
  return get_invitations(ask);
}

}  // namespace sociometer::surfaces
