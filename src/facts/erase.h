// Erase: takes people out of events, which keep their numbers. See Store::erase.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "facts/engine.h"
#include "facts/facts.h"

namespace sociometer::facts {

// What an erasure finds before anything is written.
struct ErasureFindings {
  Erased counts;
  std::vector<std::string> originals;  // hashes of the files that told of it
};
Result<ErasureFindings> find_personal(Lease& lease, std::string_view workspace, const Erasure& erasure);

// Writes over what was found, and forgets which files told of it. To be called within a transaction.
Result<Done> erase_personal(Lease& lease, std::string_view workspace, const Erasure& erasure,
                            const std::vector<std::string>& originals);

}  // namespace sociometer::facts
