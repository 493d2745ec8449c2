// What a question is asked in, gathered from control; and what several surfaces say of workspaces, accounts and
// imports.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

inline const std::vector<std::string> every_ownership{"own", "competitor", "partner"};

Result<std::shared_ptr<const catalog::Editions>> editions_of(const House& house, std::string_view workspace);
Result<metrics::Scope> scope_of(const House& house, std::string_view workspace, const Clock& clock);

// The catalog that a question is answered by: the workspace's, as of the question's time and in its versions.
Result<std::shared_ptr<const catalog::Catalog>> catalog_in(const metrics::Scope& scope,
                                                           const metrics::Question& question);
// The workspace's catalog as it is now. not_found: no such workspace.
Result<std::shared_ptr<const catalog::Catalog>> catalog_of(const House& house, std::string_view workspace);

Json workspace_json(const control::Workspace& workspace);
Json workspaces_json(const std::vector<control::Workspace>& workspaces);
Json account_json(const collect::Importer::KnownAccount& known);
// {"accounts": […]} and one of them by name; not_found.
Result<std::vector<collect::Importer::KnownAccount>> accounts_of(const House& house, std::string_view workspace);
Json accounts_json(const std::vector<collect::Importer::KnownAccount>& accounts);
Result<collect::Importer::KnownAccount> account_of(const House& house, std::string_view workspace,
                                                   std::string_view network, std::string_view handle);

// The network's key for what was said; invalid: the catalog has no such network.
Result<std::string> network_key(const catalog::Catalog& catalog, std::string_view text);

// A page of past imports; `next` is the cursor of the page after it, empty on the last.
struct ImportsPage {
  std::vector<facts::Batch> imports;
  std::string next;
};
Result<ImportsPage> imports_page(const House& house, std::string_view workspace, size_t limit, std::string_view cursor);
Json imports_json(const ImportsPage& page);

}  // namespace sociometer::surfaces
