// The rules of a workspace (metrics::Rules) as people set them: kept in control as one JSON document under the setting
// "rules", as it was said, so that business hours without a zone of their own follow the workspace's.
#pragma once

#include <string_view>

#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// What was said so far; {} until then. not_found: no such workspace.
Result<JsonObject> said_rules(const House& house, std::string_view workspace);
Result<metrics::Rules> rules_of(const House& house, const control::Workspace& workspace);
// Puts the members of `change` in place of those said before; null takes one back. invalid: it makes no sense, and
// nothing was changed.
Result<JsonObject> change_rules(const House& house, std::string_view workspace, const JsonObject& change);

}  // namespace sociometer::surfaces
