// Keeping a data directory: check, backup, export, restore, upgrade, and the key that seals secrets.
#include <fmt/format.h>

#include <filesystem>

#include "surfaces/cli/command.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/transfer.h"
#include "upkeep/upkeep.h"

namespace sociometer::surfaces {
namespace {

namespace fs = std::filesystem;

struct FolderWords {
  std::string folder;
  bool rehearse = false;
};

Json kept_json(const upkeep::Kept& kept) {
  return JsonObject{
      {"directory", kept.directory}, {"files", kept.files}, {"bytes", kept.bytes}, {"at", format_instant(kept.at)}};
}

std::string kept_text(std::string_view what, const upkeep::Kept& kept) {
  return fmt::format("{} {}: {} files, {} bytes, as of {}\n", what, kept.directory, grouped(kept.files),
                     grouped(kept.bytes), format_instant(kept.at));
}

// A finding is a failure, so that scripts notice.
Result<Exit> tell_findings(Call& call, const std::vector<std::string>& wrong, std::string_view all_well) {
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"problems", JsonArray(wrong.begin(), wrong.end())}});
  } else if (wrong.empty()) {
    call.print(fmt::format("{}\n", all_well));
  } else {
    for (const std::string& each : wrong) call.print(each + "\n");
  }
  return wrong.empty() ? Exit::done : Exit::failed;
}

Result<Exit> check_stores(Call& call) {
  TRY(const std::vector<std::string> wrong, call.house.upkeep->check());
  return tell_findings(call, wrong, "both stores are whole");
}

Result<Exit> backup(Call& call, const FolderWords& words) {
  TRY(const upkeep::Kept kept,
      call.house.upkeep->backup((fs::path(call.terminal.look().folder) / words.folder).string()));
  TRY_DONE(record(call, "", "backup", kept.directory));
  if (call.globals.output == Output::json) {
    call.print_json(kept_json(kept));
  } else {
    call.print(kept_text("backed up to", kept));
  }
  return Exit::done;
}

Json exported_json(const upkeep::Exported& exported) {
  JsonObject rows;
  for (const auto& [table, count] : exported.rows) rows[table] = count;
  return JsonObject{
      {"directory", exported.directory},   {"workspace", exported.workspace},
      {"rows", std::move(rows)},           {"originals", exported.originals},
      {"files", exported.files},           {"bytes", exported.bytes},
      {"at", format_instant(exported.at)}, {"notes", JsonArray(exported.notes.begin(), exported.notes.end())}};
}

Result<Exit> export_all(Call& call, const FolderWords& words) {
  const std::string folder = (fs::path(call.terminal.look().folder) / words.folder).string();
  const Result<upkeep::Exported> exported =
      call.house.upkeep->export_workspace(call.globals.workspace, folder, watching(call.terminal));
  call.terminal.end_progress();
  if (!exported) return exported.error();
  TRY_DONE(record(call, exported->workspace, "export", exported->directory));
  for (const std::string& note : exported->notes) call.terminal.error(fmt::format("sociometer: {}\n", note));
  if (call.globals.output == Output::json) {
    call.print_json(exported_json(*exported));
    return Exit::done;
  }
  int64_t rows = 0;
  for (const auto& [table, count] : exported->rows) rows += count;
  call.print(fmt::format("exported {} to {}: {} rows of {} tables, {} originals, as of {}\n", exported->workspace,
                         exported->directory, grouped(rows), exported->rows.size(), grouped(exported->originals),
                         format_instant(exported->at)));
  return Exit::done;
}

Result<Exit> restore(Call& call, const FolderWords& words) {
  TRY(upkeep::Kept kept, upkeep::restore(words.folder, call.announcement.directory));
  kept.directory = call.announcement.directory;
  if (call.globals.output == Output::json) {
    call.print_json(kept_json(kept));
  } else {
    call.print(kept_text("restored to", kept));
  }
  return Exit::done;
}

// Opening a data directory brings it up to date, so the upgrade itself is nothing but that; what is worth having is to
// know beforehand.
Result<Exit> upgrade(Call& call, const FolderWords& words) {
  TRY(const std::vector<std::string> wrong, upkeep::rehearse_upgrade(call.announcement.directory, call.clock));
  if (!wrong.empty() || words.rehearse) {
    return tell_findings(call, wrong, "a copy was brought up to date and is whole; nothing was changed");
  }
  TRY_DONE(upkeep::open_once(call.announcement.directory, call.clock));
  return tell_findings(call, wrong, "up to date");
}

Result<Exit> rotate(Call& call) {
  TRY(const int64_t count, call.house.control->secrets().rotate(call.clock->now()));
  TRY_DONE(record(call, "", "secrets.rotate", ""));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"secrets", count}, {"key_file", call.house.control->secrets().key_file()}});
  } else {
    call.print(fmt::format("{} secrets are sealed with a new key, which lies in {}\n", count,
                           call.house.control->secrets().key_file()));
  }
  return Exit::done;
}

Run declare_check(Options) {
  return check_stores;
}

Run declare_backup(Options options) {
  auto words = std::make_shared<FolderWords>();
  options.word("DIR", "a folder that is empty or not there yet", &words->folder);
  return [words](Call& call) { return backup(call, *words); };
}

Run declare_export(Options options) {
  auto words = std::make_shared<FolderWords>();
  options.word("DIR", "a folder that is empty or not there yet", &words->folder);
  return [words](Call& call) { return export_all(call, *words); };
}

Run declare_restore(Options options) {
  auto words = std::make_shared<FolderWords>();
  options.word("DIR", "the folder of a backup", &words->folder);
  return [words](Call& call) { return restore(call, *words); };
}

Run declare_upgrade(Options options) {
  auto words = std::make_shared<FolderWords>();
  options.flag("--rehearse", "on a copy that is thrown away", &words->rehearse);
  return [words](Call& call) { return upgrade(call, *words); };
}

Run declare_secrets(Options options) {
  auto verb = std::make_shared<std::string>();
  options.verb("rotate", "seals every secret with a new key", verb.get());
  return [verb](Call& call) -> Result<Exit> {
    if (*verb == "rotate") return rotate(call);
    return invalid("say what to do: sociometer secrets rotate", "secrets");
  };
}

}  // namespace

const Command check_command{"check", "whether both stores are whole", "sociometer check", Needs::data, declare_check};
const Command backup_command{"backup", "copies everything into a folder, while it is in use",
                             "sociometer backup monday", Needs::data, declare_backup};
const Command export_command{"export", "writes everything of a workspace as Parquet and CSV, for import elsewhere",
                             "sociometer export /mnt/brand --workspace brand", Needs::data, declare_export};
const Command restore_command{"restore", "makes a data directory of a backup", "sociometer --data fresh restore monday",
                              Needs::directory, declare_restore};
const Command upgrade_command{"upgrade", "brings a data directory up to date, tried on a copy first",
                              "sociometer upgrade --rehearse", Needs::directory, declare_upgrade};
const Command secrets_command{"secrets", "the key that seals connections' tokens and the like",
                              "sociometer secrets rotate", Needs::data, declare_secrets};

}  // namespace sociometer::surfaces
