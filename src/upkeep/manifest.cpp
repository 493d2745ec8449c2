#include "upkeep/manifest.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "base/id.h"
#include "base/json.h"
#include "upkeep/copy.h"

namespace sociometer::upkeep {
namespace {

namespace fs = std::filesystem;

constexpr int64_t manifest_form = 1;

Error not_whole_backup(const fs::path& backup, const std::string& why) {
  return invalid(fmt::format("{} is not a whole backup: {}", backup.string(), why), "backup");
}

Result<JsonObject> read_manifest(const fs::path& backup) {
  std::ifstream file(backup / manifest_name, std::ios::binary);
  if (!file) return not_whole_backup(backup, fmt::format("there is no {} in it", manifest_name));
  std::ostringstream text;
  text << file.rdbuf();
  Result<Json> json = parse_json(text.str());
  if (!json || !json->is_object()) return not_whole_backup(backup, "its manifest cannot be read");
  JsonObject& manifest = json->get_object();
  const Json* form = manifest.if_contains("form");
  const Json* files = manifest.if_contains("files");
  if (form == nullptr || !form->is_int64() || files == nullptr || !files->is_array()) {
    return not_whole_backup(backup, "its manifest cannot be read");
  }
  if (form->get_int64() > manifest_form) {
    return unsupported(fmt::format("{} was made by a newer version of this program: update it", backup.string()));
  }
  return std::move(manifest);
}

}  // namespace

Result<FileProof> proof_of(const fs::path& path, const WatchReading& watch) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return unavailable(fmt::format("{} cannot be read", path.string()));
  FileProof proof;
  Sha256 hash;
  std::string piece(1 << 20, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    hash.add(std::string_view(piece).substr(0, static_cast<size_t>(file.gcount())));
    proof.bytes += file.gcount();
    if (watch && !watch(file.gcount())) return unavailable("it was stopped");
  }
  proof.sha256 = hash.hex();
  return proof;
}

std::optional<fs::path> path_inside(const std::string& path) {
  const fs::path relative = fs::path(path).lexically_normal();
  if (path.empty() || relative.is_absolute() || relative.begin()->string() == "..") return std::nullopt;
  return relative;
}

Result<Done> put_manifest(const fs::path& folder, const JsonObject& manifest) {
  const fs::path fresh = folder / fmt::format("{}.tmp", manifest_name);
  {
    std::ofstream file(fresh, std::ios::binary);
    file << json_text(manifest, JsonStyle::indented) << '\n';
    if (!file.flush()) return full(fmt::format("there is no room left for {}", fresh.string()));
  }
  // A copy is on the disk before it is said to be there.
  TRY_DONE(copy_whole(fresh, folder / manifest_name));
  std::error_code ignored;
  fs::remove(fresh, ignored);
  return Done{};
}

Result<Kept> write_manifest(const fs::path& backup, Instant at) {
  TRY(const std::vector<fs::path> files, kept_files(backup));
  Kept kept{.directory = backup.string(), .at = at};
  JsonArray entries;
  for (const fs::path& path : files) {
    TRY(const FileProof entry, proof_of(backup / path));
    entries.push_back(JsonObject{{"path", path.string()}, {"bytes", entry.bytes}, {"sha256", entry.sha256}});
    kept.bytes += entry.bytes;
    ++kept.files;
  }
  const JsonObject manifest{{"form", manifest_form},
                            {"program", SOCIOMETER_VERSION},
                            {"at", format_instant(at)},
                            {"files", std::move(entries)}};
  TRY_DONE(put_manifest(backup, manifest));
  return kept;
}

Result<Kept> verify(const std::string& backup) {
  const fs::path folder = backup;
  TRY(const JsonObject manifest, read_manifest(folder));
  Kept kept{.directory = backup};
  const Result<std::string> at = json_string(manifest, "at");
  if (at) {
    const Result<Instant> instant = parse_instant(*at);
    if (instant) kept.at = *instant;
  }
  for (const Json& each : manifest.at("files").get_array()) {
    const Result<std::string> path =
        each.is_object() ? json_string(each.get_object(), "path") : Result<std::string>(std::string());
    const Result<std::string> sha256 =
        each.is_object() ? json_string(each.get_object(), "sha256") : Result<std::string>(std::string());
    if (!path || !sha256 || path->empty()) return not_whole_backup(folder, "its manifest cannot be read");
    const std::optional<fs::path> relative = path_inside(*path);
    if (!relative) return not_whole_backup(folder, "its manifest leads out of it");
    const Result<FileProof> entry = proof_of(folder / *relative);
    if (!entry) return not_whole_backup(folder, fmt::format("{} is missing", *path));
    if (entry->sha256 != *sha256) return not_whole_backup(folder, fmt::format("{} is not what it was", *path));
    kept.bytes += entry->bytes;
    ++kept.files;
  }
  return kept;
}

}  // namespace sociometer::upkeep
