#include "control/database.h"

#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sqlite3.h>

#include <filesystem>

#include "base/text.h"

namespace sociometer::control {
namespace {

struct Migration {
  int number;
  const char* name;
  const char* sql;
};
constexpr Migration migrations[] = {
#include "control/migrations.inc"
};
constexpr int newest = static_cast<int>(std::size(migrations));

constexpr int attempts_max = 5;

// The primary code; SQLite puts detail into the higher bits.
int code_of(const soci::soci_error& error) {
  const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  return sqlite == nullptr ? 0 : sqlite->result() & 0xFF;
}

bool is_busy(const soci::soci_error& error) {
  return code_of(error) == SQLITE_BUSY || code_of(error) == SQLITE_LOCKED;
}

Error error_of(const soci::soci_error& error) {
  std::string message = error.what();
  bool too_large = message.find("disk I/O error") != message.npos;
  switch (code_of(error)) {
    case SQLITE_FULL:
      return full("There is no room left on the disk for accounts and settings: free some space and try again.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable("Another process is writing accounts or settings: try again.");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return invalid("The control database may not be written to: check who owns the data directory.");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return internal("The control database is damaged: restore control.sqlite from a backup.");
    default:
      if (too_large) return full("The control database cannot be written: is the disk full, or a limit reached?");
      return internal(fmt::format("The control database refused: {}", message));
  }
}

// SOCI runs one statement at a time and forgets about the rest.
void run_script(soci::session& session, std::string_view script) {
  std::string statement;
  for (std::string_view line : split(script, '\n')) {
    if (trimmed(line).starts_with("--")) continue;
    statement += line;
    statement += '\n';
    if (!trimmed(line).ends_with(';')) continue;
    session << statement;
    statement.clear();
  }
}

// soci::transaction, which cannot say what it is for.
class Transaction {
 public:
  Transaction(soci::session& session, Access access) : session_(session) {
    session_ << (access == Access::write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (committed_) return;
    try {
      session_ << "ROLLBACK";
    } catch (const soci::soci_error&) {
      // SQLite has rolled back by itself, which some failures make it do.
    }
  }
  void commit() {
    session_ << "COMMIT";
    committed_ = true;
  }

 private:
  soci::session& session_;
  bool committed_ = false;
};

}  // namespace

Result<std::unique_ptr<Database>> Database::open_sqlite(const std::string& path) {
  std::unique_ptr<Database> database(new Database);
  TRY_DONE(database->connect(path));
  TRY_DONE(database->bring_up_to_date());
  return database;
}

Result<Done> Database::connect(const std::string& path) {
  std::error_code code;
  if (auto folder = std::filesystem::path(path).parent_path(); !folder.empty()) {
    std::filesystem::create_directories(folder, code);
  }
  if (path.find('"') != path.npos) return invalid(fmt::format("{}: a quotation mark may not stand in the path.", path));
  try {
    session_.open(soci::sqlite3, fmt::format("dbname=\"{}\" timeout=5", path));
    session_ << "PRAGMA journal_mode = WAL";
    session_ << "PRAGMA foreign_keys = ON";
    session_ << "PRAGMA busy_timeout = 5000";
  } catch (const soci::soci_error& error) {
    if (code_of(error) == 0) return invalid(fmt::format("{} could not be opened: {}", path, error.what()));
    return error_of(error);
  }
  return Done{};
}

Result<Done> Database::bring_up_to_date() {
  return in_transaction(Access::write, [](soci::session& session) -> Result<Done> {
    session << "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, name VARCHAR(255) NOT NULL)";
    int version = 0;
    session << "SELECT coalesce(max(version), 0) FROM schema_version", soci::into(version);
    if (version > newest) {
      return unsupported(
          fmt::format("The control database was written by a newer version of this program (its form is "
                      "{}, this one knows up to {}): update it.",
                      version, newest));
    }
    for (const Migration& migration : migrations) {
      if (migration.number <= version) continue;
      run_script(session, migration.sql);
      std::string name = migration.name;
      session << "INSERT INTO schema_version (version, name) VALUES (:version, :name)", soci::use(migration.number),
          soci::use(name);
    }
    return Done{};
  });
}

// The one statement that may not stand in a transaction.
Result<Done> Database::copy_to(const std::string& path) {
  std::lock_guard lock(mutex_);
  try {
    session_ << "VACUUM INTO :path", soci::use(path);
  } catch (const soci::soci_error& error) {
    return error_of(error);
  }
  return Done{};
}

Result<std::vector<std::string>> Database::check() {
  return attempt(Access::read, [](soci::session& session) -> Result<std::vector<std::string>> {
    std::vector<std::string> wrong;
    std::string line;
    soci::statement pages = (session.prepare << "PRAGMA integrity_check", soci::into(line));
    pages.execute();
    while (pages.fetch()) {
      if (line != "ok") wrong.push_back(fmt::format("The control database is damaged: {}.", line));
    }
    std::string parent;
    long long row = 0;
    soci::indicator has_row = soci::i_ok;
    soci::statement references =
        (session.prepare << "PRAGMA foreign_key_check", soci::into(line), soci::into(row, has_row), soci::into(parent));
    references.execute();
    while (references.fetch()) {
      wrong.push_back(fmt::format("A row of {} names one of {} that is not there.", line, parent));
    }
    return wrong;
  });
}

Result<int> Database::form() {
  return attempt(Access::read, [](soci::session& session) -> Result<int> {
    int version = 0;
    session << "SELECT coalesce(max(version), 0) FROM schema_version", soci::into(version);
    return version;
  });
}

int Database::newest_form() {
  return newest;
}

Result<Done> Database::in_transaction(Access access, const std::function<Result<Done>(soci::session&)>& work) {
  std::unique_lock lock(mutex_);
  for (int attempt = 1;; ++attempt) {
    try {
      Transaction transaction(session_, access);
      auto done = work(session_);
      if (done) transaction.commit();
      return done;
    } catch (const soci::soci_error& error) {
      if (!is_busy(error) || attempt == attempts_max) return error_of(error);
    }
  }
}

Result<Done> need_workspace(soci::session& sql, const std::string& key) {
  int count = 0;
  sql << "SELECT count(*) FROM workspaces WHERE workspace = :workspace", soci::into(count), soci::use(key);
  if (count > 0) return Done{};
  return not_found(fmt::format("there is no workspace \"{}\"", key), "workspace");
}

std::optional<Instant> instant_of(long long micros) {
  if (micros == 0) return std::nullopt;
  return Instant{micros};
}

}  // namespace sociometer::control
