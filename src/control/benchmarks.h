// Benchmark sets that a workspace brought: percentiles of a cohort, as YAML with a source and a year. Part of control's
// front door. Control keeps the words and does not read them.
//
//   TRY_DONE(control->benchmarks().add("default", {{"shops_2026", yaml, now}}));
//
// Nothing is forgotten: a set that is written anew or taken back keeps what it was.
//
// Threads: every function may be called from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;

struct KeptBenchmarkSet {
  std::string key;
  std::string yaml;  // a file that holds this set alone; empty: taken back
  Instant recorded_at;
};

class Benchmarks {
 public:
  explicit Benchmarks(Database& database) : database_(database) {}

  // Everything that was said, oldest first.
  Result<std::vector<KeptBenchmarkSet>> history(std::string_view workspace);
  // not_found: no such workspace.
  Result<Done> add(std::string_view workspace, const std::vector<KeptBenchmarkSet>& sets);

 private:
  Database& database_;
};

}  // namespace sociometer::control
