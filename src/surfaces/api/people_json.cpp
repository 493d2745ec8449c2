#include "surfaces/api/people_json.h"

#include <fmt/format.h>

namespace sociometer::surfaces {
namespace {

Json role_json(const std::optional<control::Role>& role) {
  if (!role) return nullptr;
  return Json(control::name(*role));
}

}  // namespace

Json instant_json(const std::optional<Instant>& instant) {
  if (!instant) return nullptr;
  return Json(format_instant(*instant));
}

Json person_json(const control::Person& person) {
  return JsonObject{{"id", person.id},
                    {"email", person.email},
                    {"name", person.name},
                    {"everywhere", role_json(person.everywhere)},
                    {"password", person.has_password},
                    {"second_factor", person.has_second_factor},
                    {"created_at", format_instant(person.created_at)},
                    {"disabled_at", instant_json(person.disabled_at)}};
}

Json member_json(const control::Member& member) {
  return JsonObject{{"id", member.person.id},
                    {"email", member.person.email},
                    {"name", member.person.name},
                    {"role", control::name(member.role)},
                    {"everywhere", member.everywhere},
                    {"second_factor", member.person.has_second_factor},
                    {"disabled_at", instant_json(member.person.disabled_at)}};
}

Json session_json(const control::Session& session, std::string_view current) {
  return JsonObject{{"id", session.id},
                    {"address", session.address},
                    {"agent", session.agent},
                    {"created_at", format_instant(session.created_at)},
                    {"seen_at", format_instant(session.seen_at)},
                    {"current", session.id == current}};
}

Json token_json(const control::Token& token, const House& house) {
  Json person = nullptr;
  if (!token.person.empty()) {
    const Result<control::Person> found = house.control->people().person(token.person);
    person = found ? Json(found->name) : Json(nullptr);
  }
  return JsonObject{{"id", token.id},
                    {"name", token.name},
                    {"person", std::move(person)},
                    {"workspace", token.workspace.empty() ? Json(nullptr) : Json(token.workspace)},
                    {"scopes", JsonArray(token.scopes.begin(), token.scopes.end())},
                    {"made_at", format_instant(token.made_at)},
                    {"expires_at", instant_json(token.expires_at)},
                    {"used_at", instant_json(token.used_at)},
                    {"used_from", token.used_from.empty() ? Json(nullptr) : Json(token.used_from)},
                    {"revoked_at", instant_json(token.revoked_at)}};
}

Json made_token_json(const control::MadeToken& made, const House& house) {
  JsonObject document = token_json(made.token, house).get_object();
  document["token"] = made.proof;
  return Json(std::move(document));
}

Json invitation_json(const control::Link& link) {
  return JsonObject{{"id", link.id},
                    {"email", link.email},
                    {"workspace", link.workspace.empty() ? Json(nullptr) : Json(link.workspace)},
                    {"role", control::name(link.role)},
                    {"made_at", format_instant(link.made_at)},
                    {"expires_at", format_instant(link.expires_at)}};
}

Json audited_json(const control::Audited& audited) {
  const control::Deed& deed = audited.deed;
  return JsonObject{
      {"number", audited.number},
      {"at", format_instant(audited.at)},
      {"actor", JsonObject{{"kind", control::name(deed.actor)},
                           {"id", deed.actor_id},
                           {"name", audited.actor_name.empty() ? Json(nullptr) : Json(audited.actor_name)}}},
      {"workspace", deed.workspace.empty() ? Json(nullptr) : Json(deed.workspace)},
      {"action", deed.action},
      {"object", deed.object},
      {"detail", deed.detail}};
}

std::string link_address(std::string_view origin, const control::MadeLink& made) {
  return fmt::format("{}/link#{}", origin, made.proof);
}

}  // namespace sociometer::surfaces
