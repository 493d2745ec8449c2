// Copies of files and folders, on the disk before they are said to be there.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace sociometer::upkeep {

// By a process of its own: closing a file takes away every lock that this process holds on it, also the one by which
// the analytics engine keeps others out.
Result<Done> copy_whole(const std::filesystem::path& from, const std::filesystem::path& to);

// What a data directory keeps, relative to it: all files but those of its present owner and what is half done.
Result<std::vector<std::filesystem::path>> kept_files(const std::filesystem::path& directory);

// A folder to write into: made, or there and empty but for its lock. conflict: it holds something.
Result<Done> take_empty(const std::filesystem::path& directory);

}  // namespace sociometer::upkeep
