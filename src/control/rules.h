// What a workspace's and an account's properties may be.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "control/control.h"

namespace sociometer::control {

Result<Done> check_key(std::string_view key);
Result<std::string> checked_currency(std::string_view text);  // upper-case; empty means unset
Result<std::string> checked_network(std::string_view text);   // lower-case
Result<std::string> checked_handle(std::string_view text);    // as normal_handle, not empty

// `workspace` with what `change` names changed. invalid: zone, currency or weekday are none.
Result<Workspace> changed(Workspace workspace, const WorkspaceChange& change);

}  // namespace sociometer::control
