#include "base/scratch_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <string>

namespace sociometer {

Result<std::filesystem::path> make_scratch_folder(std::string_view purpose) {
  std::error_code failed;
  const std::filesystem::path where = std::filesystem::temp_directory_path(failed);
  if (failed) return unavailable("there is no folder for temporary files: set TMPDIR");
  std::string pattern = (where / fmt::format("sociometer-{}-XXXXXX", purpose)).string();
  if (mkdtemp(pattern.data()) == nullptr) {
    return unavailable(fmt::format("{} takes no temporary files: make room there or set TMPDIR", where.string()));
  }
  return std::filesystem::path(pattern);
}

}  // namespace sociometer
