// Upkeep: keeping a data directory safe – backup while it is in use, restore, check, erasure, and a rehearsal of
// upgrades.
//
//   Upkeep upkeep("data", *control, *facts, clock);
//   TRY(Kept kept, upkeep.backup("/mnt/backup/monday"));   // a data directory of its own, with a manifest
//   TRY_DONE(restore("/mnt/backup/monday", "fresh"));      // its bytes are what they were, or nothing is restored
//   TRY(std::vector<std::string> wrong, upkeep.check());   // empty: both stores are whole
//
//   TRY(Exported exported, upkeep.export_workspace("brand", "/mnt/brand", progress));   // Parquet, CSV and originals
//   TRY(Restored restored, upkeep.restore_export("brand", "/mnt/brand", rules, progress));
//
// A backup is of one moment: while it is made nothing is written, and questions are answered as ever. It is opened and
// checked before it is called one. It holds the key file that seals secrets where that lies in the data directory, so
// it is as secret as the directory itself.
//
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "control/control.h"
#include "facts/facts.h"

namespace sociometer::upkeep {

struct Kept {
  std::string directory;
  int64_t files = 0;
  int64_t bytes = 0;
  Instant at;
};

struct Exported {
  std::string directory;
  std::string workspace;
  std::vector<std::pair<std::string, int64_t>> rows;  // by table
  int64_t originals = 0;
  int64_t files = 0;
  int64_t bytes = 0;
  Instant at;
  std::vector<std::string> notes;  // what could not be in it, a sentence each
};

struct Restored {
  std::string directory;
  std::string workspace;
  facts::RestoredFacts facts;
  int64_t originals = 0;           // that were not here yet
  std::vector<std::string> notes;  // what was said differently here and stayed as it was, a sentence each
};

// How far it is; `bytes_total` where that is known. Called a few times a second at least; false stops.
struct TransferState {
  std::string file;
  int64_t bytes = 0;
  std::optional<int64_t> bytes_total;
  int64_t rows = 0;
  int64_t files = 0;
};
using WatchTransfer = std::function<bool(const TransferState&)>;

// What upkeep cannot judge of what an export says, since only others know what it means. An Error keeps that one thing
// out, and its sentence is a note.
struct ExportJudges {
  std::function<Result<Done>(const std::vector<control::CatalogEntry>& whole_history)> catalog;
  std::function<Result<Done>(const std::string& rules, const control::Workspace& workspace)> rules;
};

class Upkeep {
 public:
  Upkeep(std::string directory, control::Control& control, facts::Store& facts, std::shared_ptr<const Clock> clock)
      : directory_(std::move(directory)), control_(control), facts_(facts), clock_(std::move(clock)) {}

  // Into a folder that is not there yet, or empty. conflict: there is something in it. full: it does not fit.
  Result<Kept> backup(const std::string& to);
  // Everything of a workspace, for other programs and for `restore_export`, into a folder as for a backup. What people
  // know is in it, and no secret: no person, password, token or key. Of one moment, and others may go on writing.
  Result<Exported> export_workspace(const std::string& workspace, const std::string& to, const WatchTransfer& watch);
  // Brings what such a folder holds into a workspace, which is made where it is missing. Nothing that is said here is
  // overwritten. invalid: it is damaged or no export; then nothing was stored.
  Result<Restored> restore_export(const std::string& workspace, const std::string& from, const ExportJudges& judges,
                                  const WatchTransfer& watch);
  // What is wrong with the two stores, a sentence each.
  Result<std::vector<std::string>> check();
  // Takes people out of a workspace's facts, as facts::Store::erase says. What a backup made before holds of them stays
  // there.
  Result<facts::Erased> erase(std::string_view workspace, const facts::Erasure& erasure,
                              facts::Store::Erasing erasing) {
    return facts_.erase(workspace, erasure, erasing);
  }

 private:
  Result<Done> copy_everything(const std::string& to);

  const std::string directory_;
  control::Control& control_;
  facts::Store& facts_;
  const std::shared_ptr<const Clock> clock_;
};

// Whether a folder is an export, be it whole or not.
bool is_export(const std::string& folder);
// Whether an export is whole: what `restore_export` looks at first.
Result<Exported> verify_export(const std::string& folder, const WatchTransfer& watch);

// Whether a backup is whole: every file is there and what it was. invalid: it is not, or no backup at all.
Result<Kept> verify(const std::string& backup);

// Copies a backup into a data directory that holds nothing yet and nobody uses. conflict: it holds something.
Result<Kept> restore(const std::string& backup, const std::string& directory);

// Opens a copy of a data directory that nobody uses, which brings it up to date, checks it, and throws it away: what
// would be wrong after the upgrade, a sentence each.
Result<std::vector<std::string>> rehearse_upgrade(const std::string& directory, std::shared_ptr<const Clock> clock);

// Opens a data directory that nobody uses, which brings it up to date, and closes it.
Result<Done> open_once(const std::string& directory, std::shared_ptr<const Clock> clock);

}  // namespace sociometer::upkeep
