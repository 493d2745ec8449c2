// All facts of a workspace as files, of one moment; the other way is restoring.h.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "facts/engine.h"
#include "facts/facts.h"

namespace sociometer::facts {

// As Store::export_facts. `lease` is left in no transaction.
Result<ExportedFacts> export_facts(Lease& lease, std::string_view workspace, const std::filesystem::path& directory,
                                   const TransferProgress& progress);

}  // namespace sociometer::facts
