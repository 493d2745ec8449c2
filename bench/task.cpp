#include "bench/task.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cmath>
#include <map>

namespace sociometer::bench {
namespace {

constexpr int rounds = 9, rounds_beside_postgres = 5;

using Values = std::map<std::string, std::pair<double, int64_t>>;  // by members: the value and n

Result<Values> ask(const metrics::Engine& engine, const metrics::Scope& scope, const Task& task) {
  TRY(auto answer, ask_kpis(engine, scope, {task.kpi}, task));
  Values values;
  for (const auto& cell : answer.rows) {
    if (cell.value) values[fmt::format("{}", fmt::join(cell.by, "|"))] = {*cell.value, cell.n};
  }
  return values;
}

Result<Values> by_hand(facts::Store& store, const Task& task) {
  Values values;
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      values[std::string(chunk.text(0, row))] = {chunk.real(1, row), chunk.integer(2, row)};
    }
    return true;
  };
  TRY_DONE(store.select(task.sql, read, facts::Store::Rows::few));
  return values;
}

// Both must say the same, or the ratio compares nothing.
Result<Done> same(const Task& task, const Values& ours, const Values& theirs) {
  if (ours.size() != theirs.size()) {
    return internal(fmt::format("{}: the product gives {} values, the SQL {}", task.what, ours.size(), theirs.size()));
  }
  for (const auto& [member, said] : theirs) {
    auto found = ours.find(member);
    bool equal = found != ours.end() && found->second.second == said.second &&
                 std::abs(found->second.first - said.first) <= 1e-9 * std::abs(said.first);
    if (!equal) {
      auto text = [](const auto& cell) { return fmt::format("{} of n {}", cell.first, cell.second); };
      return internal(fmt::format("{}: for {} the SQL gives {}, the product {}", task.what, member, text(said),
                                  found == ours.end() ? "nothing" : text(found->second)));
    }
  }
  return Done{};
}

Result<Line> one_beside_sql(const metrics::Engine& engine, facts::Store& store, const metrics::Scope& scope,
                            const Task& task) {
  TRY(auto ours, ask(engine, scope, task));
  TRY(auto theirs, by_hand(store, task));
  TRY_DONE(same(task, ours, theirs));
  auto run_ours = [&]() -> Result<Done> {
    TRY(ours, ask(engine, scope, task));
    return Done{};
  };
  auto run_theirs = [&]() -> Result<Done> {
    TRY(theirs, by_hand(store, task));
    return Done{};
  };
  TRY(Medians medians, medians_in_turns(rounds, run_ours, run_theirs));
  fmt::print(stderr, "{}: {:.1f} ms, by hand {:.1f} ms\n", task.what, medians.ours * 1e3, medians.theirs * 1e3);
  Line line{task.what, "SQL for this question on the same table", medians.ours / medians.theirs, "≤ 1.2 ×"};
  line.verdict = line.ratio <= 1.2 ? Line::Verdict::met : Line::Verdict::missed;
  return line;
}

Result<Line> one_beside_postgres(const metrics::Engine& engine, const metrics::Scope& scope, const Task& task,
                                 Postgres& postgres) {
  std::vector<double> ours, theirs;
  for (int round = 0; round < rounds_beside_postgres; ++round) {
    int64_t began = steady_micros();
    TRY_DONE(ask(engine, scope, task));
    ours.push_back(static_cast<double>(steady_micros() - began) / 1e6);
    TRY(double seconds, postgres.seconds_of(task.postgres));
    theirs.push_back(seconds);
  }
  std::sort(ours.begin(), ours.end());
  std::sort(theirs.begin(), theirs.end());
  double mine = ours[rounds_beside_postgres / 2], other = theirs[rounds_beside_postgres / 2];
  fmt::print(stderr, "{}: {:.1f} ms, PostgreSQL {:.1f} ms\n", task.what, mine * 1e3, other * 1e3);
  Line line{task.what, "PostgreSQL 15, the same rows, indexed", other / mine, "≥ 20 ×"};
  line.verdict = line.ratio >= 20 ? Line::Verdict::met : Line::Verdict::missed;
  return line;
}

}  // namespace

Result<metrics::Answer> ask_kpis(const metrics::Engine& engine, const metrics::Scope& scope,
                                 const std::vector<std::string>& kpis, const Task& task) {
  metrics::Question question;
  question.kpis = kpis;
  question.by = task.by;
  question.days = asked_days;
  question.basis = task.basis;
  return engine.ask(scope, question);
}

Result<std::vector<Line>> beside_sql(const metrics::Engine& engine, facts::Store& store, const metrics::Scope& scope,
                                     const std::vector<Task>& tasks, const std::string& rows) {
  std::vector<Line> lines;
  for (const Task& task : tasks) {
    TRY(auto line, one_beside_sql(engine, store, scope, task));
    line.work += ", " + rows;
    lines.push_back(line);
  }
  return lines;
}

Result<std::vector<Line>> beside_postgres(const metrics::Engine& engine, const metrics::Scope& scope,
                                          const std::vector<Task>& tasks, Postgres& postgres) {
  std::vector<Line> lines;
  for (const Task& task : tasks) {
    TRY(auto line, one_beside_postgres(engine, scope, task, postgres));
    lines.push_back(line);
  }
  return lines;
}

Line memory_line() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  Line line{"peak memory of the process", "2 GiB", static_cast<double>(usage.ru_maxrss) / (2.0 * 1024 * 1024), "≤ 1 ×"};
  line.verdict = line.ratio <= 1 ? Line::Verdict::met : Line::Verdict::missed;
  return line;
}

}  // namespace sociometer::bench
