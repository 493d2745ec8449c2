#include "surfaces/cli/transfer.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "metrics/metrics.h"
#include "surfaces/cli/numbers.h"

namespace sociometer::surfaces {
namespace {

Json restored_json(const upkeep::Restored& restored) {
  return JsonObject{{"directory", restored.directory},
                    {"workspace", restored.workspace},
                    {"batches", restored.facts.batches},
                    {"already_known", restored.facts.known},
                    {"taken_back", restored.facts.taken_back},
                    {"posts", restored.facts.posts},
                    {"observations", restored.facts.observations},
                    {"events", restored.facts.events},
                    {"originals", restored.originals},
                    {"notes", JsonArray(restored.notes.begin(), restored.notes.end())}};
}

std::string restored_text(const upkeep::Restored& restored) {
  const auto& facts = restored.facts;
  return fmt::format(
      "restored {} into {}: imports {}, known already {}, taken back {}; posts {}, observations {}, events {}\n",
      restored.directory, restored.workspace, grouped(facts.batches), grouped(facts.known), grouped(facts.taken_back),
      grouped(facts.posts), grouped(facts.observations), grouped(facts.events));
}

// What only the catalog and the metrics can say of an export's own definitions and rules.
upkeep::ExportJudges judges_of(const Call& call) {
  const auto judge_catalog = [&call](const std::vector<control::CatalogEntry>& entries) -> Result<Done> {
    std::vector<catalog::OwnEntry> history;
    for (const control::CatalogEntry& entry : entries) {
      history.push_back({entry.kind, entry.key, entry.definition, entry.yaml, entry.recorded_at});
    }
    const catalog::Editions editions(call.house.catalog, std::move(history));
    const std::vector<catalog::Problem>& problems = editions.at(std::nullopt)->problems();
    if (problems.empty()) return Done{};
    return invalid(problems.front().text());
  };
  const auto judge_rules = [](const std::string& text, const control::Workspace& workspace) -> Result<Done> {
    TRY(const Json said, parse_json(text));
    if (!said.is_object()) return invalid("they cannot be read");
    TRY_DONE(metrics::rules_from_json(said.get_object(), workspace.zone));
    return Done{};
  };
  return {judge_catalog, judge_rules};
}

// A file's fault is not the command line's.
Result<Exit> tell_damage(Call& call, const Error& error) {
  if (error.kind != ErrorKind::invalid) return error;
  call.terminal.error(fmt::format("sociometer: {}\n", error.message));
  return Exit::failed;
}

Result<Exit> check_exports(Call& call, const std::vector<std::string>& folders) {
  JsonArray found;
  for (const std::string& folder : folders) {
    const Result<upkeep::Exported> whole = upkeep::verify_export(folder, watching(call.terminal));
    call.terminal.end_progress();
    if (!whole) return tell_damage(call, whole.error());
    JsonObject rows;
    for (const auto& [table, count] : whole->rows) rows[table] = count;
    found.push_back(JsonObject{{"directory", whole->directory},
                               {"workspace", whole->workspace},
                               {"at", format_instant(whole->at)},
                               {"rows", std::move(rows)},
                               {"originals", whole->originals}});
    if (call.globals.output == Output::json) continue;
    call.print(fmt::format("{} is a whole export of {}, as of {}; nothing was stored\n", whole->directory,
                           whole->workspace, format_instant(whole->at)));
  }
  if (call.globals.output == Output::json)
    call.print_json(JsonObject{{"files", JsonArray()}, {"exports", std::move(found)}});
  return Exit::done;
}

}  // namespace

upkeep::WatchTransfer watching(Terminal& terminal) {
  constexpr int64_t micros_between = 200'000;
  return [&terminal, last = int64_t{0}](const upkeep::TransferState& state) mutable {
    const int64_t now = steady_micros();
    if (now - last >= micros_between) {
      last = now;
      terminal.progress({state.file, state.bytes, state.bytes_total, state.rows, state.files});
    }
    return !terminal.cancelled();
  };
}

Result<Exit> import_exports(Call& call, const std::vector<std::string>& folders, bool dry_run) {
  if (dry_run) return check_exports(call, folders);
  JsonArray all;
  for (const std::string& folder : folders) {
    const Result<upkeep::Restored> restored =
        call.house.upkeep->restore_export(call.globals.workspace, folder, judges_of(call), watching(call.terminal));
    call.terminal.end_progress();
    if (!restored) return tell_damage(call, restored.error());
    TRY_DONE(record(call, restored->workspace, "import", restored->directory));
    for (const std::string& note : restored->notes) call.terminal.error(fmt::format("{}: {}\n", folder, note));
    if (call.globals.output == Output::people) call.print(restored_text(*restored));
    all.push_back(restored_json(*restored));
  }
  if (call.globals.output == Output::json)
    call.print_json(JsonObject{{"files", JsonArray()}, {"restored", std::move(all)}});
  return Exit::done;
}

}  // namespace sociometer::surfaces
