#include <filesystem>

#include "upkeep/copy.h"
#include "upkeep/manifest.h"
#include "upkeep/upkeep.h"

namespace sociometer::upkeep {

namespace fs = std::filesystem;

Result<Kept> restore(const std::string& backup, const std::string& directory) {
  TRY(const Kept kept, verify(backup));
  TRY_DONE(take_empty(directory));
  TRY(const std::vector<fs::path> files, kept_files(backup));
  for (const fs::path& file : files) {
    if (file != manifest_name) TRY_DONE(copy_whole(fs::path(backup) / file, fs::path(directory) / file));
  }
  return kept;
}

}  // namespace sociometer::upkeep
