#include <fmt/format.h>

#include <filesystem>

#include "base/text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/import_text.h"
#include "surfaces/cli/transfer.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct ImportWords {
  std::vector<std::string> paths;
  collect::ImportOptions options;
  std::string observed_at, days, map;
  bool dry_run = false;
};

Result<collect::ImportOptions> options_of(const ImportWords& words) {
  collect::ImportOptions options = words.options;
  if (words.dry_run) options.mode = collect::ImportOptions::Mode::dry_run;
  if (!words.observed_at.empty()) {
    TRY(options.observed_at, parse_instant(words.observed_at).prefixed("--observed-at"));
  }
  if (!words.days.empty()) {
    TRY(options.days, collect::parse_day_range(words.days));
  }
  return options;
}

// Read where the files are: on the machine and with the rights of whoever typed the command.
Result<std::string> map_text(Call& call, const std::string& path) {
  TRY(const std::unique_ptr<collect::Input> input, call.terminal.open_input({path}));
  std::string text;
  while (true) {
    collect::Input::Next next = input->next();
    if (next.done) return text;
    if (!next.file) return next.file.error();
    char piece[4096];
    while (true) {
      TRY(const size_t got, next.file->stream->read(piece, sizeof piece));
      if (got == 0) break;
      text.append(piece, got);
      constexpr size_t longest_map = 1 << 20;
      if (text.size() > longest_map) return invalid("--map: larger than any map; is this the table itself?", "map");
    }
  }
}

// Which of the paths are exports that this program wrote. They are read where they lie, by whoever owns the data.
std::vector<std::string> exports_among(const Call& call, std::vector<std::string>& paths) {
  std::vector<std::string> exports;
  std::erase_if(paths, [&](const std::string& path) {
    const std::string place = (std::filesystem::path(call.terminal.look().folder) / path).string();
    const bool is_one = path != "-" && upkeep::is_export(place);
    if (is_one) exports.push_back(place);
    return is_one;
  });
  return exports;
}

// An export says everything itself.
Result<Done> check_unsaid(const ImportWords& words) {
  const collect::ImportOptions& o = words.options;
  for (const auto& [option, said] : {std::pair<const char*, const std::string&>{"--format", o.format},
                                     {"--network", o.network},
                                     {"--account", o.account},
                                     {"--zone", o.zone},
                                     {"--currency", o.currency},
                                     {"--locale", o.locale},
                                     {"--map", words.map},
                                     {"--days", words.days},
                                     {"--observed-at", words.observed_at}}) {
    if (said.empty()) continue;
    return invalid(
        fmt::format("{} has nothing to say of an export of this program, which says everything itself: leave "
                    "it out",
                    option),
        option);
  }
  return Done{};
}

Result<Exit> import(Call& call, ImportWords words) {
  const std::vector<std::string> exports = exports_among(call, words.paths);
  if (!exports.empty()) {
    TRY_DONE(check_unsaid(words));
    if (!words.paths.empty()) {
      return invalid("an export of this program is imported by itself: name the other files in a second import");
    }
    return import_exports(call, exports, words.dry_run);
  }
  TRY(collect::ImportOptions options, options_of(words));
  if (!words.map.empty()) {
    TRY(options.map, map_text(call, words.map));
  }
  TRY(const control::Workspace workspace, call.house.control->workspace(call.globals.workspace));
  TRY(const std::unique_ptr<collect::Input> input, call.terminal.open_input(words.paths));
  const auto progress = [&](const collect::ImportProgress& state) {
    call.terminal.progress(state);
    return !call.terminal.cancelled();
  };
  Result<collect::ImportReport> report =
      call.house.importer->import(workspace.key, *input, options, progress, call.clock);
  call.terminal.end_progress();
  if (!report) return report.error();
  if (call.globals.output == Output::json) {
    call.print_json(collect::to_json(*report));
  } else {
    call.print(report_text(*report, call.terminal.look()));
  }
  call.terminal.error(complaints_text(*report));
  for (const collect::FileReport& file : report->files) {
    if (!file.batch.empty() && !file.already_known) TRY_DONE(record(call, workspace.key, "import", file.batch));
  }
  return static_cast<Exit>(report->exit_status());
}

Run declare_import(Options options) {
  auto words = std::make_shared<ImportWords>();
  options.words("PATH", "files, directories, .zip, .gz, the folder of an export, or - for standard input",
                &words->paths);
  options.text("--format", "F", "its key in the catalog, where the file is not recognised", &words->options.format);
  options.text("--network", "N", "the network it is from, where the file does not say", &words->options.network);
  options.text("--account", "HANDLE", "the account it tells of, where the file does not say", &words->options.account);
  options.text("--zone", "TZ", "whose days and clock the file's are", &words->options.zone);
  options.text("--currency", "C", "of its money", &words->options.currency);
  options.text("--locale", "L", "how it writes dates and numbers, de or en-GB", &words->options.locale);
  options.text("--map", "FILE", "says in YAML what the columns of a table mean that is not recognised", &words->map);
  options.text("--days", "FROM..TO", "the days that numbers without a day are of", &words->days);
  options.text("--observed-at", "TIME", "when it was downloaded", &words->observed_at);
  options.flag("--dry-run", "reads and reports, stores nothing", &words->dry_run);
  return [words](Call& call) { return import(call, *words); };
}

}  // namespace

const Command import_command{"import", "reads exports, recognises the format, stores what it finds",
                             "sociometer import ~/Downloads --account brand --observed-at 2026-02-01", Needs::data,
                             declare_import};

}  // namespace sociometer::surfaces
