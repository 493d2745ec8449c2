#include "upkeep/export.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "upkeep/copy.h"
#include "upkeep/manifest.h"

namespace sociometer::upkeep {
namespace {

namespace fs = std::filesystem;

Error file_error(const fs::path& path, int code) {
  if (code == ENOSPC || code == EFBIG || code == EDQUOT) {
    return full(fmt::format("there is no room left on the disk for {}: free some space and try again", path.string()));
  }
  return unavailable(fmt::format("{} could not be written: {}", path.string(), std::strerror(code)));
}

// A new file, on the disk once it is closed.
class NewFile {
 public:
  explicit NewFile(fs::path path)
      : path_(std::move(path)), file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {}
  NewFile(const NewFile&) = delete;
  ~NewFile() {
    if (file_ >= 0) ::close(file_);
  }

  Result<Done> add(std::string_view bytes) {
    if (file_ < 0) return file_error(path_, errno);
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return file_error(path_, errno);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return Done{};
  }
  Result<Done> close() {
    if (file_ < 0) return file_error(path_, errno);
    const bool synced = ::fsync(file_) == 0;
    const bool closed = ::close(std::exchange(file_, -1)) == 0;
    return synced && closed ? Result<Done>(Done{}) : file_error(path_, errno);
  }

 private:
  const fs::path path_;
  int file_;
};

Result<Done> sync(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  const int code = errno;
  if (file >= 0) ::close(file);
  return done ? Result<Done>(Done{}) : file_error(path, code);
}

// What this one wrote goes again unless it was finished, so that nothing half done is left to be taken for whole.
class Unfinished {
 public:
  explicit Unfinished(fs::path folder) : folder_(std::move(folder)) {}
  Unfinished(const Unfinished&) = delete;
  ~Unfinished() {
    if (finished_) return;
    std::error_code ignored;
    for (const char* part : {manifest_name, "manifest.json.tmp", settings_file, originals_folder, "parquet", "csv"}) {
      fs::remove_all(folder_ / part, ignored);
    }
    fs::remove(folder_, ignored);  // if it is empty now
  }
  void finish() { finished_ = true; }

 private:
  const fs::path folder_;
  bool finished_ = false;
};

class Exporting {
 public:
  Exporting(control::Control& control, facts::Store& facts, std::string workspace, fs::path folder, Instant at,
            const WatchTransfer& watch)
      : control_(control),
        facts_(facts),
        workspace_(std::move(workspace)),
        folder_(std::move(folder)),
        at_(at),
        watch_(watch) {}

  Result<Exported> run() {
    exported_ = {.directory = folder_.string(), .workspace = workspace_, .at = at_};
    const auto watch_facts = [&](const facts::Transfer& state) {
      return watch_({state.file, state.bytes, std::nullopt, state.rows, state.files});
    };
    TRY(tables_, facts_.export_facts(workspace_, folder_.string(), watch_facts));
    TRY_DONE(write_settings());
    TRY_DONE(write_originals());
    TRY_DONE(write_manifest());
    return exported_;
  }

 private:
  Result<Done> write_settings() {
    TRY(const JsonObject settings, settings_of(control_, workspace_));
    NewFile file(folder_ / settings_file);
    TRY_DONE(file.add(json_text(settings, JsonStyle::indented) + "\n"));
    return file.close();
  }

  Result<Done> write_originals() {
    std::error_code error;
    fs::create_directories(folder_ / originals_folder, error);
    if (error) return file_error(folder_ / originals_folder, error.value());
    int64_t bytes = 0;
    for (const std::string& hash : tables_.originals) {
      NewFile file(folder_ / originals_folder / hash);
      const auto add = [&](std::string_view piece) -> Result<Done> {
        bytes += static_cast<int64_t>(piece.size());
        if (!watch_({fmt::format("{}/{}", originals_folder, hash), bytes, std::nullopt, 0, exported_.originals})) {
          return unavailable("the export was stopped");
        }
        return file.add(piece);
      };
      const Result<Done> read = facts_.read_original(workspace_, hash, add);
      if (!read && read.error().kind == ErrorKind::not_found) {
        // Erased, or lost: the facts are there all the same.
        exported_.notes.push_back(
            fmt::format("the original {} is not here any more, so it is not in the export", hash));
        missing_.emplace_back(hash);
        fs::remove(folder_ / originals_folder / hash, error);
        continue;
      }
      TRY_DONE(read);
      TRY_DONE(file.close());
      ++exported_.originals;
    }
    return Done{};
  }

  Result<Done> write_manifest() {
    JsonArray tables, files;
    for (const facts::ExportedTable& table : tables_.tables) {
      tables.push_back(table_json(table));
      exported_.rows.emplace_back(table.name, table.rows);
      TRY_DONE(add_file(files, table.parquet, table.rows));
      TRY_DONE(add_file(files, table.csv, table.rows));
    }
    TRY_DONE(add_file(files, settings_file));
    for (const std::string& hash : tables_.originals) {
      const std::string path = fmt::format("{}/{}", originals_folder, hash);
      if (fs::exists(folder_ / path)) TRY_DONE(add_file(files, path));
    }
    for (const char* folder : {"parquet", "csv", originals_folder}) TRY_DONE(sync(folder_ / folder));
    const JsonObject manifest{{"kind", export_kind},           {"form", export_form},
                              {"program", SOCIOMETER_VERSION}, {"workspace", workspace_},
                              {"at", format_instant(at_)},     {"tables", std::move(tables)},
                              {"missing_originals", missing_}, {"files", std::move(files)}};
    TRY_DONE(put_manifest(folder_, manifest));
    return sync(folder_);
  }

  static Json table_json(const facts::ExportedTable& table) {
    JsonArray columns;
    for (const facts::ExportedColumn& column : table.columns) {
      columns.push_back(JsonObject{
          {"name", column.name}, {"type", column.type}, {"unit", column.unit}, {"description", column.words}});
    }
    return JsonObject{{"name", table.name},       {"description", table.words}, {"rows", table.rows},
                      {"parquet", table.parquet}, {"csv", table.csv},           {"columns", std::move(columns)}};
  }

  Result<Done> add_file(JsonArray& files, const std::string& path, std::optional<int64_t> rows = std::nullopt) {
    TRY_DONE(sync(folder_ / path));
    TRY(const FileProof proof, proof_of(folder_ / path));
    JsonObject entry{{"path", path}, {"bytes", proof.bytes}, {"sha256", proof.sha256}};
    if (rows) entry["rows"] = *rows;
    files.push_back(std::move(entry));
    exported_.bytes += proof.bytes;
    ++exported_.files;
    return Done{};
  }

  control::Control& control_;
  facts::Store& facts_;
  const std::string workspace_;
  const fs::path folder_;
  const Instant at_;
  const WatchTransfer& watch_;
  facts::ExportedFacts tables_;
  JsonArray missing_;
  Exported exported_;
};

}  // namespace

Result<Exported> Upkeep::export_workspace(const std::string& workspace, const std::string& to,
                                          const WatchTransfer& watch) {
  TRY(const control::Workspace known, control_.workspace(workspace));
  const fs::path target = fs::absolute(to).lexically_normal();
  const fs::path relative = target.lexically_relative(fs::absolute(directory_));
  if (!relative.empty() && relative.begin()->string() != "..") {
    return invalid(fmt::format("{} lies in the data directory: an export must lie elsewhere", to), "directory");
  }
  TRY_DONE(take_empty(target));
  Unfinished unfinished(target);
  TRY(Exported exported, Exporting(control_, facts_, known.key, target, clock_->now(), watch).run());
  unfinished.finish();
  return exported;
}

}  // namespace sociometer::upkeep
