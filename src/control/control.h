// Control: who, whose and how – workspaces, accounts and settings, people, secrets, goals, benchmark sets, campaigns,
// dashboards, report schedules, messages on their way and the audit log, in SQLite.
//
// The front door has eleven leaves: this one, people.h, secrets.h, audit.h, goals.h, benchmarks.h, campaigns.h,
// dashboards.h, schedules.h, outbox.h and mail.h.
//
// Facts know an account by network and handle; control knows what the account is to the workspace (own, competitor,
// partner) and which ids are the same account.
//
//   TRY(auto control, open_sqlite("data/control.sqlite"));
//   TRY(Workspace workspace, control->workspace("default"));   // there from the start: UTC, weeks from Monday
//   TRY_DONE(control->see_account("default", {"instagram", "brand"}));
//
// Threads: every function may be called from any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "control/alerts.h"
#include "control/audit.h"
#include "control/benchmarks.h"
#include "control/campaigns.h"
#include "control/dashboards.h"
#include "control/goals.h"
#include "control/mail.h"
#include "control/outbox.h"
#include "control/people.h"
#include "control/schedules.h"
#include "control/secrets.h"

namespace sociometer::control {

struct Workspace {
  std::string key;  // lower-case letters, digits and dashes
  Zone zone = Zone::utc();
  std::string currency;  // ISO 4217, empty until set
  Weekday week_start = Weekday::monday;
};

enum class Ownership { own, competitor, partner };
std::string_view name(Ownership ownership);
std::optional<Ownership> parse_ownership(std::string_view text);

struct Account {
  std::string network;
  std::string handle;  // lower-case, without '@'
  Ownership ownership = Ownership::own;
  std::vector<std::string> aliases;  // ids and former handles that mean this account
};

// What may be changed of a workspace; an absent member stays as it is.
struct WorkspaceChange {
  std::optional<std::string> zone;
  std::optional<std::string> currency;
  std::optional<std::string> week_start;
};

// The handle as it is stored: trimmed, without '@', lower-case.
std::string normal_handle(std::string_view handle);

// One thing said of a workspace's own catalog; control keeps the words and does not read them.
struct CatalogEntry {
  std::string kind, key;
  int definition = 1;
  std::string yaml;  // empty: taken back
  Instant recorded_at;
};

class Control {
 public:
  virtual ~Control() = default;

  virtual Result<std::vector<Workspace>> workspaces() = 0;
  virtual Result<Workspace> workspace(std::string_view key) = 0;  // not_found, with the keys there are
  // conflict: it is there already. invalid: key, zone, currency or weekday are none.
  virtual Result<Workspace> add_workspace(std::string_view key, const WorkspaceChange& change) = 0;
  virtual Result<Workspace> set_workspace(std::string_view key, const WorkspaceChange& change) = 0;

  virtual Result<std::vector<Account>> accounts(std::string_view workspace) = 0;
  // The account that `handle_or_alias` means on that network, if any is known.
  virtual Result<std::optional<Account>> find_account(std::string_view workspace, std::string_view network,
                                                      std::string_view handle_or_alias) = 0;
  // Makes the account known as own unless it is known already; adds the aliases to it.
  virtual Result<Account> see_account(std::string_view workspace, std::string_view network, std::string_view handle,
                                      const std::vector<std::string>& aliases) = 0;
  // Changes (or makes known) an account. conflict: an alias belongs to another account.
  virtual Result<Account> set_account(std::string_view workspace, std::string_view network, std::string_view handle,
                                      std::optional<Ownership> ownership, const std::vector<std::string>& aliases) = 0;

  // The history of the workspace's own catalog, oldest first; entries are only ever added.
  virtual Result<std::vector<CatalogEntry>> catalog_entries(std::string_view workspace) = 0;
  virtual Result<Done> add_catalog_entries(std::string_view workspace, const std::vector<CatalogEntry>& entries) = 0;

  virtual Result<std::optional<std::string>> setting(std::string_view workspace, std::string_view name) = 0;
  virtual Result<Done> set_setting(std::string_view workspace, std::string_view name, std::string_view value) = 0;

  virtual People& people() = 0;
  virtual Secrets& secrets() = 0;
  virtual Audit& audit() = 0;
  virtual Goals& goals() = 0;
  virtual Benchmarks& benchmarks() = 0;
  virtual Campaigns& campaigns() = 0;
  virtual Alerts& alerts() = 0;

  // A word that is this installation's alone, made when it is first asked for.
  virtual Result<std::string> installation() = 0;

  // Writes the whole database as it is now into a new file, while others go on reading and writing.
  virtual Result<Done> copy_to(const std::string& path) = 0;
  // What of it is damaged or does not fit together; empty if nothing.
  virtual Result<std::vector<std::string>> check() = 0;
  // The form of its tables, which migrations raise.
  virtual Result<int> form() = 0;

  virtual Dashboards& dashboards() = 0;
  virtual Schedules& schedules() = 0;
  virtual Outbox& outbox() = 0;
  virtual Mail& mail() = 0;
};

// Opens or creates `path` and brings its tables up to date (src/control/migrations). unsupported: it was written by a
// newer version of this program. `key_file` seals its secrets; empty: the file secret.key beside it.
Result<std::unique_ptr<Control>> open_sqlite(const std::string& path, const std::string& key_file = {});
// The form that this program brings a database to.
int newest_form();

}  // namespace sociometer::control
