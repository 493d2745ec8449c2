#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "surfaces/api/api.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

namespace fs = std::filesystem;

constexpr int most_at_once = 8;  // uploads read at once; each keeps one of the server's threads busy

// The body as a file under its own name, which the importers' archives and messages speak of. Goes when this goes.
class UploadedFile {
 public:
  static Result<std::unique_ptr<UploadedFile>> take(const Ask& ask, const std::string& name) {
    auto file = std::unique_ptr<UploadedFile>(new UploadedFile);
    std::string folder = ask.api.options().directory + "/uploads/XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) return no_room(ask);
    file->folder_ = folder;
    file->path_ = file->folder_ / name;
    std::error_code error;
    if (!ask.request.body_file.empty()) {
      fs::rename(ask.request.body_file, file->path_, error);
      if (error) return no_room(ask);
      return file;
    }
    std::ofstream out(file->path_, std::ios::binary);
    out.write(ask.request.body.data(), static_cast<std::streamsize>(ask.request.body.size()));
    out.close();
    if (!out) return no_room(ask);
    return file;
  }
  ~UploadedFile() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  UploadedFile(const UploadedFile&) = delete;

  std::string path() const { return path_.string(); }
  // What the user is told of: without the folder it waits in.
  std::string shown(const std::string& path) const {
    const std::string prefix = folder_.string() + "/";
    return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
  }

 private:
  UploadedFile() = default;
  static Error no_room(const Ask& ask) {
    return full(fmt::format("the upload cannot be kept in {}/uploads: is the disk full?", ask.api.options().directory));
  }
  fs::path folder_, path_;
};

// Names the files as their sender knows them.
class RenamedInput final : public collect::Input {
 public:
  RenamedInput(std::unique_ptr<collect::Input> input, const UploadedFile& file)
      : input_(std::move(input)), file_(file) {}
  Next next() override {
    Next next = input_->next();
    next.path = file_.shown(next.path);
    if (next.file) next.file->path = file_.shown(next.file->path);
    return next;
  }
  std::optional<int64_t> total_bytes() const override { return input_->total_bytes(); }

 private:
  std::unique_ptr<collect::Input> input_;
  const UploadedFile& file_;
};

// Without folders, and never a name that means something to the file system.
std::string file_name(const Ask& ask) {
  std::string name = fs::path(ask.parameter("filename")).filename().string();
  std::erase_if(name, [](unsigned char c) { return c < 0x20 || c == '/' || c == '\\'; });
  if (name.empty() || name == "." || name == ".." || name == "-") return "upload";
  constexpr size_t longest = 200;
  if (name.size() <= longest) return name;
  const std::string extension = fs::path(name).extension().string();
  const size_t kept = longest - std::min<size_t>(extension.size(), 20);
  std::string cut = name.substr(0, kept);
  while (!is_utf8(cut)) cut.pop_back();
  return cut + (extension.size() <= 20 ? extension : "");
}

Result<collect::ImportOptions> options_of(const Ask& ask) {
  collect::ImportOptions options;
  options.format = ask.parameter("format");
  options.network = ask.parameter("network");
  options.account = ask.parameter("account");
  options.zone = ask.parameter("zone");
  options.currency = ask.parameter("currency");
  options.locale = ask.parameter("locale");
  if (const std::string& text = ask.parameter("observed_at"); !text.empty()) {
    Result<Instant> observed = parse_instant(text);
    if (!observed) return invalid(observed.error().message, "observed_at");
    options.observed_at = *observed;
  }
  const std::string& dry_run = ask.parameter("dry_run");
  if (!dry_run.empty() && dry_run != "0" && dry_run != "1") return invalid("dry_run is 0 or 1", "dry_run");
  if (dry_run == "1") options.mode = collect::ImportOptions::Mode::dry_run;
  return options;
}

bool is_refused(const collect::ImportReport& report) {
  for (const collect::FileReport& file : report.files) {
    if (!file.error) return false;
  }
  return true;
}

Result<collect::ImportReport> import(const Ask& ask, const UploadedFile& file, const collect::ImportOptions& options) {
  TRY(const control::Workspace workspace, ask.house().control->workspace(ask.workspace));
  TRY(std::unique_ptr<collect::Input> opened, collect::open_paths({file.path()}, nullptr));
  RenamedInput input(std::move(opened), file);
  const std::string& upload = ask.parameter("upload");
  const int64_t total = input.total_bytes().value_or(0);
  ask.api.uploads().set(upload, {"reading", 0, total, 0});
  const auto progress = [&](const collect::ImportProgress& state) {
    ask.api.uploads().set(upload, {"reading", state.bytes_read, state.bytes_total.value_or(total), state.rows_read});
    return !ask.api.is_closing();
  };
  Result<collect::ImportReport> report = ask.house().importer->import(workspace.key, input, options, progress);
  Uploads::State state{"failed", total, total, 0};
  if (report && !is_refused(*report)) state.state = "done";
  if (report) {
    for (const collect::FileReport& read : report->files) state.rows_read += read.rows_read;
  }
  ask.api.uploads().set(upload, state);
  return report;
}

}  // namespace

Result<net::Response> get_imports(const Ask& ask) {
  TRY(const int64_t limit, ask.limit(50, 500));
  TRY(const ImportsPage page,
      imports_page(ask.house(), ask.workspace, static_cast<size_t>(limit), ask.parameter("cursor")));
  return json_response(imports_json(page));
}

Result<net::Response> get_import(const Ask& ask) {
  TRY(const facts::Batch batch, ask.house().importer->find_import(ask.workspace, ask.path.at("batch")));
  return json_response(collect::to_json(batch));
}

Result<net::Response> post_import(const Ask& ask) {
  TRY(const collect::ImportOptions options, options_of(ask));
  struct Seat {
    explicit Seat(std::atomic<int>& taken_given) : taken(taken_given), number(++taken) {}
    ~Seat() { --taken; }
    Seat(const Seat&) = delete;
    std::atomic<int>& taken;
    int number;
  } const seat(ask.api.reading);
  if (seat.number > most_at_once) return unavailable("too many files are being read just now; try again in a moment");
  TRY(const std::unique_ptr<UploadedFile> file, UploadedFile::take(ask, file_name(ask)));
  TRY(const collect::ImportReport report, import(ask, *file, options));
  return json_response(collect::to_json(report), is_refused(report) ? 422 : 200);
}

Result<net::Response> get_upload(const Ask& ask) {
  TRY(const Uploads::State state, ask.api.uploads().find(ask.path.at("upload")));
  return json_response(JsonObject{{"state", state.state},
                                  {"bytes_read", state.bytes_read},
                                  {"bytes_total", state.bytes_total},
                                  {"rows_read", state.rows_read}});
}

Result<net::Response> post_undo(const Ask& ask) {
  TRY_DONE(ask.house().importer->undo(ask.workspace, ask.path.at("batch")));
  return get_import(ask);
}

Result<net::Response> post_assign(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  TRY(const std::string account, json_string(body, "account"));
  if (account.empty()) return invalid("account must say which account the import belongs to", "account");
  TRY(const facts::BatchReceipt receipt, ask.house().importer->assign(ask.workspace, ask.path.at("batch"), account));
  TRY(const facts::Batch batch, ask.house().importer->find_import(ask.workspace, receipt.id));
  return json_response(collect::to_json(batch));
}

}  // namespace sociometer::surfaces
