// A folder of one's own in the system's place for temporary files.
//
//   TRY(const std::filesystem::path folder, make_scratch_folder("print"));
//   … write and read below it …
//   std::filesystem::remove_all(folder);
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace sociometer {

// A new, empty folder sociometer-PURPOSE-XXXXXX that nobody else has, whatever an ended program left behind; readable
// by this user alone. The caller takes it away. Fails as unavailable where TMPDIR (else /tmp) takes none.
Result<std::filesystem::path> make_scratch_folder(std::string_view purpose);

}  // namespace sociometer
