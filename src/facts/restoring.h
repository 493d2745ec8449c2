// Facts come back from the files that exporting.h wrote.
#pragma once

#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "facts/batch_writer.h"
#include "facts/engine.h"
#include "facts/facts.h"

namespace sociometer::facts {

// As Store::restore_facts.
Result<RestoredFacts> restore_facts(Engine& engine, Turns& turns, const std::shared_ptr<const Clock>& clock,
                                    std::string_view workspace, const std::filesystem::path& directory,
                                    const TransferProgress& progress);

}  // namespace sociometer::facts
