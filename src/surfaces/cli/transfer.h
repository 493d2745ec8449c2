// Exports of a whole workspace on their way back in, and how far either way is.
#pragma once

#include <string>
#include <vector>

#include "surfaces/cli/command.h"
#include "upkeep/upkeep.h"

namespace sociometer::surfaces {

// Shows progress on the terminal and stops when its user has asked to.
upkeep::WatchTransfer watching(Terminal& terminal);

// Imports the folders that `export` wrote, one after the other.
Result<Exit> import_exports(Call& call, const std::vector<std::string>& folders, bool dry_run);

}  // namespace sociometer::surfaces
