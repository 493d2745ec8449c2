// Control in SQL that SQLite and PostgreSQL both take.
//
// Values are bound as named variables: SOCI keeps a reference to what `use` is given until the statement has run.
#include <fmt/format.h>

#include <filesystem>

#include "base/text.h"
#include "control/control.h"
#include "control/database.h"
#include "control/proofs.h"
#include "control/rules.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

struct WorkspaceRow {
  std::string key, zone, currency, week_start;
};

Result<Workspace> workspace_of(const WorkspaceRow& row) {
  Workspace workspace;
  workspace.key = row.key;
  return changed(workspace, {row.zone, row.currency, row.week_start});
}

std::vector<WorkspaceRow> workspace_rows(session& sql) {
  std::vector<WorkspaceRow> rows;
  WorkspaceRow row;
  soci::statement statement = (sql.prepare << "SELECT workspace, zone, currency, week_start FROM workspaces ORDER BY "
                                              "workspace",
                               into(row.key), into(row.zone), into(row.currency), into(row.week_start));
  statement.execute();
  while (statement.fetch()) rows.push_back(row);
  return rows;
}

Result<Workspace> find_workspace(session& sql, std::string_view key) {
  std::vector<std::string> keys;
  for (const WorkspaceRow& row : workspace_rows(sql)) {
    if (row.key == key) return workspace_of(row);
    keys.push_back(row.key);
  }
  return not_found(fmt::format("There is no workspace “{}”; there are: {}.", key, join(keys, ", ")), "workspace");
}

void write_workspace(session& sql, const Workspace& workspace) {
  std::string week_start(weekday_name(workspace.week_start));
  sql << "UPDATE workspaces SET zone = :zone, currency = :currency, week_start = :week_start WHERE workspace = :key",
      use(workspace.zone.name()), use(workspace.currency), use(week_start), use(workspace.key);
}

// An account's place: where rows of it are kept.
struct Place {
  std::string workspace, network, handle;
};

std::vector<std::string> aliases_of(session& sql, const Place& place) {
  std::vector<std::string> aliases;
  std::string alias;
  soci::statement statement =
      (sql.prepare
           << "SELECT alias FROM account_aliases WHERE workspace = :workspace AND network = :network AND handle = "
              ":handle ORDER BY alias",
       into(alias), use(place.workspace), use(place.network), use(place.handle));
  statement.execute();
  while (statement.fetch()) aliases.push_back(alias);
  return aliases;
}

// The handle of the account that `word` means: its own, or that of the alias.
std::optional<std::string> meant_by(session& sql, const std::string& workspace, const std::string& network,
                                    const std::string& word) {
  std::string handle;
  sql << "SELECT handle FROM accounts WHERE workspace = :workspace AND network = :network AND handle = :word",
      into(handle), use(workspace), use(network), use(word);
  if (sql.got_data()) return handle;
  sql << "SELECT handle FROM account_aliases WHERE workspace = :workspace AND network = :network AND alias = :word",
      into(handle), use(workspace), use(network), use(word);
  if (sql.got_data()) return handle;
  return std::nullopt;
}

Account read_account(session& sql, const Place& place) {
  std::string ownership;
  sql << "SELECT ownership FROM accounts WHERE workspace = :workspace AND network = :network AND handle = :handle",
      into(ownership), use(place.workspace), use(place.network), use(place.handle);
  return {place.network, place.handle, parse_ownership(ownership).value_or(Ownership::own), aliases_of(sql, place)};
}

void write_account(session& sql, const Place& place, std::optional<Ownership> ownership) {
  std::string first(name(ownership.value_or(Ownership::own)));
  sql << "INSERT INTO accounts (workspace, network, handle, ownership) VALUES (:workspace, :network, :handle, "
         ":ownership) "
         "ON CONFLICT DO NOTHING",
      use(place.workspace), use(place.network), use(place.handle), use(first);
  if (!ownership) return;
  sql << "UPDATE accounts SET ownership = :ownership WHERE workspace = :workspace AND network = :network AND handle = "
         ":handle",
      use(first), use(place.workspace), use(place.network), use(place.handle);
}

void write_alias(session& sql, const Place& place, const std::string& alias) {
  sql << "INSERT INTO account_aliases (workspace, network, alias, handle) VALUES (:workspace, :network, :alias, "
         ":handle) "
         "ON CONFLICT DO NOTHING",
      use(place.workspace), use(place.network), use(alias), use(place.handle);
}

// What to do with an alias that means another account already.
enum class TakenAlias { leave, refuse };

Result<Account> store_account(session& sql, const Place& asked, std::optional<Ownership> ownership,
                              const std::vector<std::string>& aliases, TakenAlias taken) {
  TRY_DONE(find_workspace(sql, asked.workspace));
  Place place = asked;
  place.handle = meant_by(sql, asked.workspace, asked.network, asked.handle).value_or(asked.handle);
  write_account(sql, place, ownership);
  for (const std::string& alias : aliases) {
    TRY(std::string word, checked_handle(alias));
    auto owner = meant_by(sql, place.workspace, place.network, word);
    if (!owner) write_alias(sql, place, word);
    if (owner && *owner != place.handle && taken == TakenAlias::refuse) {
      return conflict(fmt::format("“{}” means the account {} on {} already, so it cannot mean {} too.", word, *owner,
                                  place.network, place.handle));
    }
  }
  return read_account(sql, place);
}

class SqlControl final : public Control {
 public:
  SqlControl(std::unique_ptr<Database> database, std::string key_file)
      : database_(std::move(database)), secrets_(*database_, std::move(key_file)) {}

  Result<std::vector<Workspace>> workspaces() override {
    return database_->attempt(Access::read, [](session& sql) -> Result<std::vector<Workspace>> {
      std::vector<Workspace> found;
      for (const WorkspaceRow& row : workspace_rows(sql)) {
        TRY(Workspace workspace, workspace_of(row));
        found.push_back(std::move(workspace));
      }
      return found;
    });
  }

  Result<Workspace> workspace(std::string_view key) override {
    return database_->attempt(Access::read, [&](session& sql) { return find_workspace(sql, key); });
  }

  Result<Workspace> add_workspace(std::string_view key, const WorkspaceChange& change) override {
    TRY_DONE(check_key(key));
    Workspace fresh;
    fresh.key = key;
    TRY(Workspace wanted, changed(fresh, change));
    return database_->attempt(Access::write, [&](session& sql) -> Result<Workspace> {
      std::string zone = wanted.zone.name();
      std::string week_start(weekday_name(wanted.week_start));
      if (find_workspace(sql, key)) return conflict(fmt::format("There is a workspace “{}” already.", key));
      sql << "INSERT INTO workspaces (workspace, zone, currency, week_start) VALUES (:key, :zone, :currency, "
             ":week_start)",
          use(wanted.key), use(zone), use(wanted.currency), use(week_start);
      return wanted;
    });
  }

  Result<Workspace> set_workspace(std::string_view key, const WorkspaceChange& change) override {
    return database_->attempt(Access::write, [&](session& sql) -> Result<Workspace> {
      TRY(Workspace before, find_workspace(sql, key));
      TRY(Workspace after, changed(before, change));
      write_workspace(sql, after);
      return after;
    });
  }

  Result<std::vector<Account>> accounts(std::string_view workspace) override {
    return database_->attempt(Access::read, [&](session& sql) -> Result<std::vector<Account>> {
      TRY_DONE(find_workspace(sql, workspace));
      Place place{std::string(workspace), {}, {}};
      std::vector<Place> places;
      soci::statement statement =
          (sql.prepare << "SELECT network, handle FROM accounts WHERE workspace = :workspace ORDER BY network, handle",
           into(place.network), into(place.handle), use(place.workspace));
      statement.execute();
      while (statement.fetch()) places.push_back(place);
      std::vector<Account> found;
      for (const Place& each : places) found.push_back(read_account(sql, each));
      return found;
    });
  }

  Result<std::optional<Account>> find_account(std::string_view workspace, std::string_view network,
                                              std::string_view handle_or_alias) override {
    return database_->attempt(Access::read, [&](session& sql) -> Result<std::optional<Account>> {
      TRY_DONE(find_workspace(sql, workspace));
      Place place{std::string(workspace), lower(trimmed(network)), {}};
      auto handle = meant_by(sql, place.workspace, place.network, normal_handle(handle_or_alias));
      if (!handle) return std::optional<Account>();
      place.handle = *handle;
      return std::optional(read_account(sql, place));
    });
  }

  Result<Account> see_account(std::string_view workspace, std::string_view network, std::string_view handle,
                              const std::vector<std::string>& aliases) override {
    return store(workspace, network, handle, std::nullopt, aliases, TakenAlias::leave);
  }

  Result<Account> set_account(std::string_view workspace, std::string_view network, std::string_view handle,
                              std::optional<Ownership> ownership, const std::vector<std::string>& aliases) override {
    return store(workspace, network, handle, ownership, aliases, TakenAlias::refuse);
  }

  Result<std::vector<CatalogEntry>> catalog_entries(std::string_view workspace) override {
    return database_->attempt(Access::read, [&](session& sql) -> Result<std::vector<CatalogEntry>> {
      TRY_DONE(find_workspace(sql, workspace));
      std::string of(workspace);
      CatalogEntry entry;
      long long recorded = 0;
      std::vector<CatalogEntry> found;
      soci::statement statement =
          (sql.prepare << "SELECT kind, entry, definition, yaml, recorded_at FROM catalog_entries WHERE workspace = "
                          ":workspace ORDER BY number",
           into(entry.kind), into(entry.key), into(entry.definition), into(entry.yaml), into(recorded), use(of));
      statement.execute();
      while (statement.fetch()) {
        entry.recorded_at = {recorded};
        found.push_back(entry);
      }
      return found;
    });
  }

  Result<Done> add_catalog_entries(std::string_view workspace, const std::vector<CatalogEntry>& entries) override {
    return database_->attempt(Access::write, [&](session& sql) -> Result<Done> {
      TRY_DONE(find_workspace(sql, workspace));
      std::string of(workspace);
      int number = 0;
      sql << "SELECT COALESCE(MAX(number), 0) FROM catalog_entries WHERE workspace = :workspace", into(number), use(of);
      for (const CatalogEntry& entry : entries) {
        ++number;
        long long recorded = entry.recorded_at.micros;
        sql << "INSERT INTO catalog_entries (workspace, number, kind, entry, definition, yaml, recorded_at) VALUES "
               "(:workspace, :number, :kind, :entry, :definition, :yaml, :recorded)",
            use(of), use(number), use(entry.kind), use(entry.key), use(entry.definition), use(entry.yaml),
            use(recorded);
      }
      return Done{};
    });
  }

  Result<std::optional<std::string>> setting(std::string_view workspace, std::string_view name) override {
    return database_->attempt(Access::read, [&](session& sql) -> Result<std::optional<std::string>> {
      TRY_DONE(find_workspace(sql, workspace));
      std::string of(workspace), called(name), value;
      sql << "SELECT value FROM settings WHERE workspace = :workspace AND name = :name", into(value), use(of),
          use(called);
      if (!sql.got_data()) return std::optional<std::string>();
      return std::optional(value);
    });
  }

  Result<Done> set_setting(std::string_view workspace, std::string_view name, std::string_view value) override {
    return database_->attempt(Access::write, [&](session& sql) -> Result<Done> {
      TRY_DONE(find_workspace(sql, workspace));
      std::string of(workspace), called(name), text(value);
      sql << "INSERT INTO settings (workspace, name, value) VALUES (:workspace, :name, :value) ON CONFLICT (workspace, "
             "name) "
             "DO UPDATE SET value = excluded.value",
          use(of), use(called), use(text);
      return Done{};
    });
  }

  People& people() override { return people_; }
  Secrets& secrets() override { return secrets_; }
  Audit& audit() override { return audit_; }
  Goals& goals() override { return goals_; }
  Alerts& alerts() override { return alerts_; }
  Benchmarks& benchmarks() override { return benchmarks_; }
  Campaigns& campaigns() override { return campaigns_; }
  Dashboards& dashboards() override { return dashboards_; }
  Schedules& schedules() override { return schedules_; }
  Outbox& outbox() override { return outbox_; }
  Mail& mail() override { return mail_; }

  Result<std::string> installation() override {
    return database_->attempt(Access::write, [](session& sql) -> Result<std::string> {
      std::string fresh = make_proof();
      sql << "INSERT INTO installation (name, value) VALUES ('key', :value) ON CONFLICT DO NOTHING", use(fresh);
      std::string value;
      sql << "SELECT value FROM installation WHERE name = 'key'", into(value);
      return value;
    });
  }

  Result<Done> copy_to(const std::string& path) override { return database_->copy_to(path); }
  Result<int> form() override { return database_->form(); }
  Result<std::vector<std::string>> check() override {
    TRY(std::vector<std::string> wrong, database_->check());
    TRY(const std::vector<std::string> altered, audit_.check());
    wrong.insert(wrong.end(), altered.begin(), altered.end());
    TRY(const int64_t unreadable, secrets_.unreadable());
    if (unreadable > 0) {
      wrong.push_back(
          fmt::format("{} secrets cannot be opened: {} does not hold their key.", unreadable, secrets_.key_file()));
    }
    return wrong;
  }

 private:
  Result<Account> store(std::string_view workspace, std::string_view network, std::string_view handle,
                        std::optional<Ownership> ownership, const std::vector<std::string>& aliases, TakenAlias taken) {
    TRY(std::string on, checked_network(network));
    TRY(std::string called, checked_handle(handle));
    Place place{std::string(workspace), on, called};
    return database_->attempt(Access::write,
                              [&](session& sql) { return store_account(sql, place, ownership, aliases, taken); });
  }

  std::unique_ptr<Database> database_;
  Secrets secrets_;
  People people_{*database_, secrets_};
  Audit audit_{*database_};
  Goals goals_{*database_};
  Alerts alerts_{*database_};
  Benchmarks benchmarks_{*database_};
  Campaigns campaigns_{*database_};
  Dashboards dashboards_{*database_};
  Schedules schedules_{*database_};
  Outbox outbox_{*database_, secrets_};
  Mail mail_{*database_, secrets_};
};

}  // namespace

Result<std::unique_ptr<Control>> open_sqlite(const std::string& path, const std::string& key_file) {
  TRY(auto database, Database::open_sqlite(path));
  const std::string beside = (std::filesystem::path(path).parent_path() / "secret.key").string();
  return std::unique_ptr<Control>(
      std::make_unique<SqlControl>(std::move(database), key_file.empty() ? beside : key_file));
}

int newest_form() {
  return Database::newest_form();
}

}  // namespace sociometer::control
