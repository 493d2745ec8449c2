// The manifest of a backup: every file with its size and SHA-256. Written last, it makes a folder a backup.
#pragma once

#include <filesystem>

#include "upkeep/upkeep.h"

namespace sociometer::upkeep {

inline constexpr const char* manifest_name = "manifest.json";

Result<Kept> write_manifest(const std::filesystem::path& backup, Instant at);

}  // namespace sociometer::upkeep
