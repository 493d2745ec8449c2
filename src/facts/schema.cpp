#include "facts/schema.h"

#include <fmt/format.h>

namespace sociometer::facts {
namespace {

struct Migration {
  int number;
  const char* name;
  const char* sql;
};
constexpr Migration migrations[] = {
#include "facts/migrations.inc"
};
constexpr int newest = static_cast<int>(std::size(migrations));

Result<Done> apply(Lease& lease, const Migration& migration) {
  TRY_DONE(lease.run("BEGIN TRANSACTION"));
  auto done = lease.run(fmt::format("{}\n; INSERT INTO schema_version VALUES ({}, {});", migration.sql,
                                    migration.number, facts::quoted(migration.name)));
  if (done) done = lease.commit();
  if (!done) (void)lease.run("ROLLBACK");
  return std::move(done).prefixed(fmt::format("Migration {}", migration.name));
}

}  // namespace

Result<Done> bring_up_to_date(Lease& lease) {
  TRY_DONE(lease.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL, name VARCHAR NOT NULL)"));
  TRY(int64_t version, lease.integer("SELECT max(version) FROM schema_version", 0));
  if (version > newest) {
    return unsupported(
        fmt::format("The facts were written by a newer version of this program (their form is {}, this one "
                    "knows up to {}): update it.",
                    version, newest));
  }
  for (const Migration& migration : migrations) {
    if (migration.number > version) TRY_DONE(apply(lease, migration));
  }
  return Done{};
}

}  // namespace sociometer::facts
