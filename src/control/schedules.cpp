#include "control/schedules.h"

#include <fmt/format.h>

#include "base/text.h"
#include "control/database.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

std::vector<KeptSchedule> schedules_of(session& sql, const std::string& key) {
  std::vector<KeptSchedule> found;
  KeptSchedule row;
  std::string formats;
  long long made_at = 0, done_until = 0;
  soci::statement statement =
      (sql.prepare << "SELECT number, report, every, at_seconds, zone, channel, formats, made_by, made_at, done_until, "
                      "last_publication, failure FROM report_schedules WHERE workspace = :workspace AND removed_at = 0 "
                      "ORDER BY number",
       into(row.number), into(row.report), into(row.every), into(row.at_seconds), into(row.zone), into(row.channel),
       into(formats), into(row.made_by), into(made_at), into(done_until), into(row.last_publication), into(row.failure),
       use(key));
  statement.execute();
  while (statement.fetch()) {
    KeptSchedule& one = found.emplace_back(row);
    one.made_at = {made_at};
    one.done_until = {done_until};
    for (const std::string_view format : split(formats, ',')) {
      if (!format.empty()) one.formats.emplace_back(format);
    }
  }
  return found;
}

Result<KeptSchedule> need_schedule(session& sql, const std::string& key, int number) {
  std::vector<std::string> known;
  for (KeptSchedule& one : schedules_of(sql, key)) {
    if (one.number == number) return std::move(one);
    known.push_back(std::to_string(one.number));
  }
  return not_found(fmt::format("there is no schedule {}; {}", number,
                               known.empty() ? "none is set" : fmt::format("there are {}", join(known, ", "))),
                   "schedule");
}

}  // namespace

Result<KeptSchedule> Schedules::add(std::string_view workspace, KeptSchedule schedule) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptSchedule> {
    const std::string key(workspace), formats = join(schedule.formats, ",");
    int count = 0;
    sql << "SELECT count(*) FROM workspaces WHERE workspace = :workspace", into(count), use(key);
    if (count == 0) return not_found(fmt::format("there is no workspace \"{}\"", key), "workspace");
    KeptSchedule made = schedule;
    made.done_until = made.made_at;
    sql << "SELECT coalesce(max(number), 0) + 1 FROM report_schedules WHERE workspace = :workspace", into(made.number),
        use(key);
    const long long made_at = made.made_at.micros;
    sql << "INSERT INTO report_schedules (workspace, number, report, every, at_seconds, zone, channel, formats, "
           "made_by, made_at, removed_at, done_until, last_publication, failure) VALUES (:workspace, :number, :report, "
           ":every, :at_seconds, :zone, :channel, :formats, :made_by, :made_at, 0, :done_until, 0, '')",
        use(key), use(made.number), use(made.report), use(made.every), use(made.at_seconds), use(made.zone),
        use(made.channel), use(formats), use(made.made_by), use(made_at), use(made_at);
    return made;
  });
}

Result<std::vector<KeptSchedule>> Schedules::list(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptSchedule>> {
    return schedules_of(sql, std::string(workspace));
  });
}

Result<KeptSchedule> Schedules::remove(std::string_view workspace, int number, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptSchedule> {
    const std::string key(workspace);
    TRY(const KeptSchedule gone, need_schedule(sql, key, number));
    const long long at = now.micros;
    sql << "UPDATE report_schedules SET removed_at = :at WHERE workspace = :workspace AND number = :number", use(at),
        use(key), use(number);
    return gone;
  });
}

Result<Done> Schedules::done(std::string_view workspace, int number, Instant until, int publication) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    const std::string key(workspace);
    const long long at = until.micros;
    sql << "UPDATE report_schedules SET done_until = :until, last_publication = :publication, failure = '' WHERE "
           "workspace = :workspace AND number = :number",
        use(at), use(publication), use(key), use(number);
    return Done{};
  });
}

Result<Done> Schedules::failed(std::string_view workspace, int number, std::string_view why) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    const std::string key(workspace), failure(why);
    sql << "UPDATE report_schedules SET failure = :failure WHERE workspace = :workspace AND number = :number",
        use(failure), use(key), use(number);
    return Done{};
  });
}

}  // namespace sociometer::control
