#include <fmt/format.h>

#include "surfaces/api/api.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {

Result<net::Response> get_accounts(const Ask& ask) {
  TRY(const auto accounts, accounts_of(ask.house(), ask.workspace));
  return json_response(accounts_json(accounts));
}

Result<net::Response> put_account(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  for (const auto& member : body) {
    if (member.key() == "ownership" || member.key() == "alias") continue;
    return invalid(fmt::format("an account has no \"{}\" that could be set", std::string_view(member.key())),
                   std::string(member.key()));
  }
  TRY(const std::string said, json_string(body, "ownership"));
  TRY(const std::string alias, json_string(body, "alias"));
  const std::optional<control::Ownership> ownership = control::parse_ownership(said);
  if (!said.empty() && !ownership) return invalid("ownership is own, competitor or partner", "ownership");
  TRY(const std::string network, network_key(*ask.house().catalog, ask.path.at("network")));
  std::vector<std::string> aliases;
  if (!alias.empty()) aliases.push_back(alias);
  TRY(const control::Account account,
      ask.house().control->set_account(ask.workspace, network, ask.path.at("handle"),
                                       said.empty() ? std::nullopt : ownership, aliases));
  TRY(const auto known, account_of(ask.house(), ask.workspace, network, account.handle));
  return json_response(account_json(known));
}

}  // namespace sociometer::surfaces
