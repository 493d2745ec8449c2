// Task: a question put to the product and, in SQL written for just that question, to the engine below it or to
// PostgreSQL. Both must say the same, or their times compare nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "bench/postgres.h"
#include "facts/facts.h"
#include "metrics/metrics.h"

namespace sociometer::bench {

// The days that are asked about at first; stores hold more.
inline const DayRange asked_days = {make_day(2023, 1, 1), make_day(2025, 1, 1)};

struct Task {
  DayRange days;
  std::string what;
  std::string kpi;
  std::vector<std::string> by;
  metrics::Basis basis = metrics::Basis::automatic;
  std::string sql;       // the members as one text, the value, n
  std::string postgres;  // the same for PostgreSQL; only its time is of interest
};

// The tasks for a period. Every round asks for another one, a day shorter, so that nobody gains by having kept the
// answer to the very same question.
using Tasks = std::function<std::vector<Task>(DayRange days)>;

// The KPIs asked as `task` asks.
Result<metrics::Answer> ask_kpis(const metrics::Engine& engine, const metrics::Scope& scope,
                                 const std::vector<std::string>& kpis, const Task& task);

// Whether the product remembers what it read for the rounds before, as between two imports, or reads all of it anew, as
// after each.
enum class Reading { remembered, anew };

// How many times as long the product took as the SQL, a line per task; `rows` says of how many. internal: they differ.
Result<std::vector<Line>> beside_sql(facts::Store& store, const metrics::Scope& scope, const Tasks& tasks,
                                     Reading reading, const std::string& rows);
// How many times as long PostgreSQL took.
Result<std::vector<Line>> beside_postgres(facts::Store& store, const metrics::Scope& scope, const Tasks& tasks,
                                          Reading reading, Postgres& postgres);

}  // namespace sociometer::bench
