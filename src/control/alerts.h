// Alerts that were set, what is remembered of each, and the episodes during which it fired. Part of control's front
// door. What an alert means is the business of alerts: control keeps its fields, its state and what was found, and
// reads none.
//
//   TRY(KeptAlert alert, control->alerts().add("default", {.name = "low", .fields = fields, .set_by = who, .set_at =
//   now})); TRY_DONE(control->alerts().keep("default", alert.number, {.revision = alert.revision, .state = state, …}));
//
// State and episodes are written at once, and only over the revision that was read: conflict says that somebody else
// has judged it meanwhile.
//
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;

struct KeptAlert {
  int64_t number = 0;  // of its workspace, never given again
  std::string name;    // one of a name at a time
  std::string fields;  // JSON
  std::string set_by;
  Instant set_at;
  std::optional<Instant> removed_at;
  std::optional<Instant> muted_at, muted_until;  // muted without an end, or until then
  int64_t revision = 0;
  std::string state;     // JSON; empty: it was not judged yet
  std::string findings;  // JSON, of the last judgement
  std::optional<Instant> judged_at;
  std::string failure;  // why it could not be judged or told; empty: it could
};

struct KeptEpisode {
  int64_t number = 0;  // of its alert, from 1
  std::string about, title;
  Instant opened_at;
  std::optional<Instant> closed_at, told_at, end_told_at;
};

// What came of judging an alert, or of telling.
struct AlertJudgement {
  int64_t revision = 0;  // that was read
  std::string state;
  std::optional<std::string> findings;  // none: as they are
  std::optional<Instant> judged_at;     // none: as it is
  std::string failure;
  std::vector<KeptEpisode> episodes;  // new ones, and those that ended; when they were told stays as it is
  struct Told {
    int64_t episode = 0;
    enum class What { began, ended } what = What::began;
    Instant at;
  };
  std::vector<Told> told;
};

class Alerts {
 public:
  explicit Alerts(Database& database) : database_(database) {}

  // Numbers it. not_found: no such workspace. conflict: there is one of that name.
  Result<KeptAlert> add(std::string_view workspace, KeptAlert alert);
  // Those that are not removed, in the order they were set.
  Result<std::vector<KeptAlert>> list(std::string_view workspace);
  // By name. not_found, with those there are.
  Result<KeptAlert> find(std::string_view workspace, std::string_view name);
  // Other fields, perhaps another name, as set by `set_by` at `set_at`; with the state that goes with them. not_found,
  // conflict: another one has that name, or it was judged meanwhile.
  Result<KeptAlert> set(std::string_view workspace, const KeptAlert& alert, const AlertJudgement& judgement);
  Result<KeptAlert> remove(std::string_view workspace, std::string_view name, Instant now);
  Result<KeptAlert> mute(std::string_view workspace, std::string_view name, std::optional<Instant> until, Instant now);
  Result<KeptAlert> unmute(std::string_view workspace, std::string_view name);

  // The new revision. conflict: it is another than the one read.
  Result<int64_t> keep(std::string_view workspace, int64_t number, const AlertJudgement& judgement);
  Result<std::vector<KeptEpisode>> episodes(std::string_view workspace, int64_t number, int limit);  // newest first

 private:
  Database& database_;
};

}  // namespace sociometer::control
