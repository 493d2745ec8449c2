// The manifest of a backup: every file with its size and SHA-256. Written last, it makes a folder a backup.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/json.h"
#include "upkeep/upkeep.h"

namespace sociometer::upkeep {

inline constexpr const char* manifest_name = "manifest.json";

// What a file is, so that a change shows.
struct FileProof {
  int64_t bytes = 0;
  std::string sha256;
};
// Called with how many more bytes were read; false stops.
using WatchReading = std::function<bool(int64_t)>;
// unavailable: it cannot be read, or reading was stopped.
Result<FileProof> proof_of(const std::filesystem::path& path, const WatchReading& watch = {});
// A path in a manifest, which must not lead out of its folder. Nothing: it does, or is none.
std::optional<std::filesystem::path> path_inside(const std::string& path);
// Writes the manifest under its name only when it is whole and on the disk.
Result<Done> put_manifest(const std::filesystem::path& folder, const JsonObject& manifest);

Result<Kept> write_manifest(const std::filesystem::path& backup, Instant at);

}  // namespace sociometer::upkeep
