#include <fmt/format.h>

#include <fstream>
#include <set>
#include <sstream>

#include "upkeep/export.h"
#include "upkeep/manifest.h"

namespace sociometer::upkeep {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t longest_manifest = 256 << 20;

Error not_whole_export(const fs::path& folder, std::string_view why) {
  return invalid(fmt::format("{} is not a whole export: {}; nothing was stored", folder.string(), why), "export");
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// An ordinary file: neither a link, which may lead anywhere, nor anything that reading might wait for.
bool is_plain_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(path, error));
}

Result<JsonObject> read_object(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  if (!is_plain_file(path)) {
    return not_whole_export(folder,
                            fmt::format("there is no {} in it, so it did not end well", path.filename().string()));
  }
  const Error unreadable = not_whole_export(folder, fmt::format("its {} cannot be read", path.filename().string()));
  if (fs::file_size(path, error) > longest_manifest || error) return unreadable;
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  Result<Json> json = parse_json(text.str());
  if (!json || !json->is_object()) return unreadable;
  return std::move(json->get_object());
}

struct ListedFile {
  fs::path path;
  int64_t bytes = 0;
  std::string sha256;
};

Result<std::vector<ListedFile>> listed_files(const JsonObject& manifest, const fs::path& folder) {
  const Error unreadable = not_whole_export(folder, "its manifest.json cannot be read");
  const Json* list = manifest.if_contains("files");
  if (list == nullptr || !list->is_array()) return unreadable;
  std::vector<ListedFile> files;
  for (const Json& each : list->get_array()) {
    if (!each.is_object()) return unreadable;
    const JsonObject& object = each.get_object();
    const Result<std::string> path = json_string(object, "path");
    const Result<std::string> sha256 = json_string(object, "sha256");
    const Json* bytes = object.if_contains("bytes");
    if (!path || !sha256 || bytes == nullptr || !bytes->is_int64()) return unreadable;
    const std::optional<fs::path> inside = path_inside(*path);
    if (!inside) return not_whole_export(folder, "its manifest leads out of it");
    files.push_back({*inside, bytes->get_int64(), *sha256});
  }
  return files;
}

Result<Done> has_all_tables(const std::vector<ListedFile>& files, const JsonObject& manifest, const fs::path& folder) {
  std::set<std::string> paths;
  for (const ListedFile& file : files) paths.insert(file.path.string());
  const Json* tables = manifest.if_contains("tables");
  if (tables == nullptr || !tables->is_array()) return not_whole_export(folder, "its manifest.json cannot be read");
  std::vector<std::string> needed = {settings_file};
  for (const char* table : {"observations", "posts", "batches", "batch_undos", "coverage"}) {
    needed.push_back(fmt::format("parquet/{}.parquet", table));
  }
  for (facts::EventTable table : facts::event_tables) {
    needed.push_back(fmt::format("parquet/{}.parquet", facts::table_name(table)));
  }
  for (const std::string& path : needed) {
    if (!paths.contains(path)) return not_whole_export(folder, fmt::format("its manifest does not tell of {}", path));
  }
  return Done{};
}

Result<Done> check_file(const fs::path& folder, const ListedFile& file, const WatchReading& watch) {
  if (!is_plain_file(folder / file.path))
    return not_whole_export(folder, fmt::format("{} is missing", file.path.string()));
  const Result<FileProof> proof = proof_of(folder / file.path, watch);
  if (!proof) return proof.error();
  if (proof->bytes != file.bytes || proof->sha256 != file.sha256) {
    return not_whole_export(folder, fmt::format("{} is not what it was", file.path.string()));
  }
  return Done{};
}

class BringingBack {
 public:
  BringingBack(control::Control& control, facts::Store& facts, const std::string& workspace, const fs::path& folder,
               Instant now, const WatchTransfer& watch)
      : control_(control), facts_(facts), workspace_(workspace), folder_(folder), now_(now), watch_(watch) {}

  Result<Restored> run(const ExportJudges& judges) {
    const auto reading = [&](int64_t more, int64_t total, const std::string& file) {
      // Checking the files is the first half of the work, storing what they hold the second.
      bytes_ += more;
      bytes_total_ = 2 * total;
      return watch_({file, bytes_, bytes_total_, 0, 0});
    };
    TRY(const WholeExport whole, read_export(folder_, reading));
    rows_total_ = rows_in(whole.manifest);
    TRY(const JsonObject settings, read_object(folder_ / settings_file, folder_));
    restored_ = {.directory = folder_.string(), .workspace = workspace_};
    TRY(const std::vector<facts::Batch> any, facts_.batches(workspace_, 1, {}));
    TRY(restored_.notes, say_settings(control_, workspace_, settings, judges, any.empty(), now_));
    for (const std::string& hash : whole.originals) TRY_DONE(keep_original(hash));
    const auto storing = [&](const facts::Transfer& state) {
      const int64_t stored = rows_total_ == 0 ? 0 : bytes_total_ / 2 * state.rows / rows_total_;
      return watch_({folder_.filename().string(), bytes_total_ / 2 + stored, bytes_total_, state.rows, state.files});
    };
    TRY(restored_.facts, facts_.restore_facts(workspace_, folder_.string(), storing));
    return restored_;
  }

 private:
  static int64_t rows_in(const JsonObject& manifest) {
    int64_t rows = 0;
    for (const Json& table : manifest.at("tables").get_array()) {
      const Json* count = table.is_object() ? table.get_object().if_contains("rows") : nullptr;
      if (count != nullptr && count->is_int64()) rows += std::max<int64_t>(0, count->get_int64());
    }
    return rows;
  }

  // Before the facts, so that no batch ever names an original that is not there.
  Result<Done> keep_original(const std::string& hash) {
    const auto nothing = [](std::string_view) { return Result<Done>(unavailable("it is there")); };
    const Result<Done> there = facts_.read_original(workspace_, hash, nothing);
    const bool is_new = !there && there.error().kind == ErrorKind::not_found;
    TRY(auto original, facts_.keep_original(workspace_));
    std::ifstream file(folder_ / originals_folder / hash, std::ios::binary);
    std::string piece(1 << 20, '\0');
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
      TRY_DONE(original->add(std::string_view(piece).substr(0, static_cast<size_t>(file.gcount()))));
      if (!watch_({hash, bytes_, bytes_total_, 0, restored_.originals})) return unavailable("the import was stopped");
    }
    TRY(const std::string kept, original->finish());
    if (kept != hash) return not_whole_export(folder_, fmt::format("{}/{} is not what it was", originals_folder, hash));
    if (is_new) ++restored_.originals;
    return Done{};
  }

  control::Control& control_;
  facts::Store& facts_;
  const std::string& workspace_;
  const fs::path& folder_;
  const Instant now_;
  const WatchTransfer& watch_;
  int64_t bytes_ = 0, bytes_total_ = 0, rows_total_ = 0;
  Restored restored_;
};

}  // namespace

bool is_export(const std::string& folder) {
  std::error_code error;
  const fs::path place = folder;
  if (!fs::is_directory(place, error)) return false;
  // Also one that did not end, whose tables must not be taken for exports of a network.
  if (fs::is_directory(place / "parquet", error) && fs::is_directory(place / "csv", error)) return true;
  if (!is_plain_file(place / manifest_name)) return false;
  const Result<JsonObject> manifest = read_object(place / manifest_name, place);
  if (!manifest) return false;
  const Result<std::string> kind = json_string(*manifest, "kind");
  return kind && *kind == export_kind;
}

Result<WholeExport> read_export(const fs::path& folder,
                                const std::function<bool(int64_t, int64_t, const std::string&)>& read) {
  TRY(JsonObject manifest, read_object(folder / manifest_name, folder));
  const Result<std::string> kind = json_string(manifest, "kind");
  const Json* form = manifest.if_contains("form");
  if (!kind || *kind != export_kind || form == nullptr || !form->is_int64()) {
    return not_whole_export(folder, "its manifest.json is not that of an export");
  }
  if (form->get_int64() > export_form) {
    return unsupported(fmt::format("{} was written by a newer version of this program: update it", folder.string()));
  }
  TRY(const std::vector<ListedFile> files, listed_files(manifest, folder));
  TRY_DONE(has_all_tables(files, manifest, folder));
  WholeExport whole;
  for (const ListedFile& file : files) whole.bytes += file.bytes;
  for (const ListedFile& file : files) {
    const auto watch = [&](int64_t more) { return read(more, whole.bytes, file.path.string()); };
    TRY_DONE(check_file(folder, file, watch));
    if (file.path.parent_path() != originals_folder) continue;
    const std::string hash = file.path.filename().string();
    if (!is_hash(hash) || hash != file.sha256)
      return not_whole_export(folder, fmt::format("{} has another name", hash));
    whole.originals.push_back(hash);
  }
  whole.manifest = std::move(manifest);
  return whole;
}

Exported exported_from(const fs::path& folder, const WholeExport& whole) {
  Exported exported{.directory = folder.string(),
                    .originals = static_cast<int64_t>(whole.originals.size()),
                    .files = static_cast<int64_t>(whole.manifest.at("files").get_array().size()),
                    .bytes = whole.bytes};
  if (const Result<std::string> workspace = json_string(whole.manifest, "workspace")) exported.workspace = *workspace;
  if (const Result<std::string> text = json_string(whole.manifest, "at")) {
    if (const Result<Instant> at = parse_instant(*text)) exported.at = *at;
  }
  for (const Json& table : whole.manifest.at("tables").get_array()) {
    if (!table.is_object()) continue;
    const Result<std::string> name = json_string(table.get_object(), "name");
    const Json* rows = table.get_object().if_contains("rows");
    if (name && rows != nullptr && rows->is_int64()) exported.rows.emplace_back(*name, rows->get_int64());
  }
  return exported;
}

Result<Exported> verify_export(const std::string& folder, const WatchTransfer& watch) {
  int64_t bytes = 0;
  const auto reading = [&](int64_t more, int64_t total, const std::string& file) {
    return watch({file, bytes += more, total, 0, 0});
  };
  TRY(const WholeExport whole, read_export(folder, reading));
  return exported_from(folder, whole);
}

Result<Restored> Upkeep::restore_export(const std::string& workspace, const std::string& from,
                                        const ExportJudges& judges, const WatchTransfer& watch) {
  const fs::path folder = fs::absolute(from).lexically_normal();
  return BringingBack(control_, facts_, workspace, folder, clock_->now(), watch).run(judges);
}

}  // namespace sociometer::upkeep
