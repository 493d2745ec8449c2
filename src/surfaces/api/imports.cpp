#include <fmt/format.h>

#include <filesystem>

#include "surfaces/api/api.h"
#include "surfaces/scope.h"
#include "surfaces/streams.h"

namespace sociometer::surfaces {
namespace {

namespace fs = std::filesystem;

constexpr int most_at_once = 8;  // uploads read at once; each keeps one of the server's threads busy

Result<collect::InputFile> body_of(const Ask& ask, std::string name) {
  collect::InputFile file{.path = std::move(name)};
  if (ask.request.body_file.empty()) {
    file.bytes = static_cast<int64_t>(ask.request.body.size());
    file.stream = memory_stream(ask.request.body);
    return file;
  }
  std::error_code error;
  file.bytes = static_cast<int64_t>(fs::file_size(ask.request.body_file, error));
  TRY(file.stream, file_stream(ask.request.body_file));
  return file;
}

// As its sender knows the file, without folders.
std::string file_name(const Ask& ask) {
  const std::string& given = ask.parameter("filename");
  std::string name = given.substr(given.find_last_of("/\\") + 1);
  std::erase_if(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return name.empty() || name == "-" ? "upload" : name;
}

Result<collect::ImportOptions> options_of(const Ask& ask) {
  collect::ImportOptions options;
  options.format = ask.parameter("format");
  options.network = ask.parameter("network");
  options.account = ask.parameter("account");
  options.zone = ask.parameter("zone");
  options.currency = ask.parameter("currency");
  options.locale = ask.parameter("locale");
  options.map = ask.parameter("map");
  if (const std::string& text = ask.parameter("days"); !text.empty()) {
    TRY(options.days, collect::parse_day_range(text));
  }
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

Result<collect::ImportReport> import(const Ask& ask, const collect::ImportOptions& options) {
  TRY(const control::Workspace workspace, ask.house().control->workspace(ask.workspace));
  TRY(collect::InputFile file, body_of(ask, file_name(ask)));
  const int64_t total = file.bytes.value_or(0);
  const std::unique_ptr<collect::Input> input = collect::single_input(std::move(file));
  const std::string& upload = ask.parameter("upload");
  ask.api.uploads().set(workspace.key, upload, {"reading", 0, total, 0});
  const auto progress = [&](const collect::ImportProgress& state) {
    ask.api.uploads().set(workspace.key, upload,
                          {"reading", state.bytes_read, state.bytes_total.value_or(total), state.rows_read});
    return !ask.api.is_closing();
  };
  Result<collect::ImportReport> report = ask.house().importer->import(workspace.key, *input, options, progress);
  Uploads::State state{"failed", total, total, 0};
  if (report && !is_refused(*report)) state.state = "done";
  if (report) {
    for (const collect::FileReport& read : report->files) state.rows_read += read.rows_read;
  }
  ask.api.uploads().set(workspace.key, upload, state);
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
  TRY(const collect::ImportReport report, import(ask, options));
  return json_response(collect::to_json(report), is_refused(report) ? 422 : 200);
}

Result<net::Response> get_upload(const Ask& ask) {
  TRY(const Uploads::State state, ask.api.uploads().find(ask.workspace, ask.path.at("upload")));
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
