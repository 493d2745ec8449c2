#include "control/benchmarks.h"

#include <fmt/format.h>

#include "control/database.h"

namespace sociometer::control {

using soci::into;
using soci::session;
using soci::use;

Result<std::vector<KeptBenchmarkSet>> Benchmarks::history(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptBenchmarkSet>> {
    std::vector<KeptBenchmarkSet> found;
    KeptBenchmarkSet row;
    long long at = 0;
    const std::string key(workspace);
    soci::statement statement =
        (sql.prepare << "SELECT benchmark_set, yaml, recorded_at FROM benchmark_sets WHERE workspace = :workspace "
                        "ORDER BY number",
         into(row.key), into(row.yaml), into(at), use(key));
    statement.execute();
    while (statement.fetch()) {
      row.recorded_at = {at};
      found.push_back(row);
    }
    return found;
  });
}

Result<Done> Benchmarks::add(std::string_view workspace, const std::vector<KeptBenchmarkSet>& sets) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    const std::string key(workspace);
    int count = 0;
    sql << "SELECT count(*) FROM workspaces WHERE workspace = :workspace", into(count), use(key);
    if (count == 0) return not_found(fmt::format("there is no workspace \"{}\"", workspace), "workspace");
    long long number = 0;
    sql << "SELECT coalesce(max(number), 0) FROM benchmark_sets WHERE workspace = :workspace", into(number), use(key);
    for (const KeptBenchmarkSet& set : sets) {
      ++number;
      const long long at = set.recorded_at.micros;
      sql << "INSERT INTO benchmark_sets (workspace, number, benchmark_set, yaml, recorded_at) VALUES (:workspace, "
             ":number, :key, :yaml, :at)",
          use(key), use(number), use(set.key), use(set.yaml), use(at);
    }
    return Done{};
  });
}

}  // namespace sociometer::control
