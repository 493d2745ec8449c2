#include "surfaces/scope.h"

#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/json_parts.h"
#include "surfaces/labels.h"
#include "surfaces/rules.h"

namespace sociometer::surfaces {

// Where nobody keeps what workspaces add, as in a test, theirs is the catalog that everyone has.
Result<std::shared_ptr<const catalog::Editions>> editions_of(const House& house, std::string_view workspace) {
  if (house.catalogs != nullptr) return house.catalogs->of(workspace);
  return std::shared_ptr<const catalog::Editions>(
      std::make_shared<catalog::Editions>(house.catalog, std::vector<catalog::OwnEntry>()));
}

Result<metrics::Scope> scope_of(const House& house, std::string_view workspace, const Clock& clock) {
  TRY(const control::Workspace found, house.control->workspace(workspace));
  TRY(const std::vector<control::Account> accounts, house.control->accounts(workspace));
  metrics::Scope scope;
  scope.workspace = found.key;
  scope.zone = found.zone;
  scope.week_start = found.week_start;
  scope.currency = found.currency;
  scope.now = clock.now();
  TRY(scope.rules, rules_of(house, found));
  TRY(scope.editions, editions_of(house, workspace));
  TRY(scope.labels, labels_of(house, workspace));
  for (const control::Account& account : accounts) {
    scope.ownership[account.network + "/" + account.handle] = std::string(control::name(account.ownership));
  }
  return scope;
}

Result<std::shared_ptr<const catalog::Catalog>> catalog_in(const metrics::Scope& scope,
                                                           const metrics::Question& question) {
  return scope.editions->at(question.as_of, question.versions);
}

Result<std::shared_ptr<const catalog::Catalog>> catalog_of(const House& house, std::string_view workspace) {
  TRY(const auto editions, editions_of(house, workspace));
  return editions->at(std::nullopt);
}

Json workspace_json(const control::Workspace& workspace) {
  return JsonObject{{"key", workspace.key},
                    {"zone", workspace.zone.name()},
                    {"currency", workspace.currency},
                    {"week_start", weekday_name(workspace.week_start)}};
}

Json workspaces_json(const std::vector<control::Workspace>& workspaces) {
  JsonArray list;
  for (const control::Workspace& workspace : workspaces) list.push_back(workspace_json(workspace));
  return JsonObject{{"workspaces", std::move(list)}};
}

Json account_json(const collect::Importer::KnownAccount& known) {
  return JsonObject{{"network", known.account.network},
                    {"account", known.account.handle},
                    {"ownership", control::name(known.account.ownership)},
                    {"aliases", JsonArray(known.account.aliases.begin(), known.account.aliases.end())},
                    {"posts", known.activity.posts},
                    {"observations", known.activity.observations},
                    {"first_day", day_or_null(known.activity.first_day)},
                    {"last_day", day_or_null(known.activity.last_day)}};
}

Result<std::vector<collect::Importer::KnownAccount>> accounts_of(const House& house, std::string_view workspace) {
  TRY(const control::Workspace found, house.control->workspace(workspace));
  return house.importer->accounts(found.key);
}

Json accounts_json(const std::vector<collect::Importer::KnownAccount>& accounts) {
  JsonArray list;
  for (const auto& known : accounts) list.push_back(account_json(known));
  return JsonObject{{"accounts", std::move(list)}};
}

Result<collect::Importer::KnownAccount> account_of(const House& house, std::string_view workspace,
                                                   std::string_view network, std::string_view handle) {
  const std::string normal = control::normal_handle(handle);
  TRY(std::vector<collect::Importer::KnownAccount> accounts, accounts_of(house, workspace));
  for (collect::Importer::KnownAccount& known : accounts) {
    if (known.account.network == network && known.account.handle == normal) return std::move(known);
  }
  return not_found(fmt::format("there is no account {}/{}", network, normal), "account");
}

Result<std::string> network_key(const catalog::Catalog& catalog, std::string_view text) {
  if (const catalog::Network* network = catalog.network(text)) return network->key;
  std::vector<std::string> known;
  for (const catalog::Network& network : catalog.networks()) known.push_back(network.key);
  return invalid(fmt::format("there is no network \"{}\"; known are {}", text, join(known, ", ")), "network");
}

Result<ImportsPage> imports_page(const House& house, std::string_view workspace, size_t limit,
                                 std::string_view cursor) {
  TRY(const control::Workspace found, house.control->workspace(workspace));
  ImportsPage page;
  TRY(page.imports, house.importer->imports(found.key, limit + 1, cursor));
  if (page.imports.size() > limit) {
    page.imports.resize(limit);
    if (limit > 0) page.next = page.imports.back().id;
  }
  return page;
}

Json imports_json(const ImportsPage& page) {
  JsonArray list;
  for (const facts::Batch& batch : page.imports) list.push_back(collect::to_json(batch));
  return JsonObject{{"imports", std::move(list)}, {"next", page.next.empty() ? Json(nullptr) : Json(page.next)}};
}

}  // namespace sociometer::surfaces
