#include "bench/task.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cmath>
#include <map>

namespace sociometer::bench {
namespace {

constexpr int rounds = 9;

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

DayRange days_of(int round) {
  return {asked_days.first + round, asked_days.end};
}

// One task in all its rounds.
std::vector<Task> in_rounds(const Tasks& tasks, size_t which) {
  std::vector<Task> all;
  for (int round = 0; round < rounds; ++round) all.push_back(tasks(days_of(round))[which]);
  return all;
}

// What answers in one round after the other.
class Engines {
 public:
  Engines(facts::Store& store, Reading reading) : store_(store), reading_(reading) { renew(); }
  const metrics::Engine& next() {
    if (reading_ == Reading::anew) renew();
    return *engine_;
  }

 private:
  void renew() { engine_ = std::make_unique<metrics::Engine>(catalog::Catalog::built_in(), store_); }

  facts::Store& store_;
  Reading reading_;
  std::unique_ptr<metrics::Engine> engine_;
};

std::string name_of(const Task& task, Reading reading) {
  return task.what + (reading == Reading::anew ? ", read anew" : "");
}

Result<Line> one_beside_sql(facts::Store& store, const metrics::Scope& scope, const std::vector<Task>& in_round,
                            Reading reading) {
  const Task& task = in_round.front();
  const std::string what = name_of(task, reading);
  Engines engines(store, reading);
  TRY(auto ours, ask(engines.next(), scope, task));
  TRY(auto theirs, by_hand(store, task));
  TRY_DONE(same(task, ours, theirs));
  auto run_ours = [&, round = size_t{0}]() mutable -> Result<Done> {
    TRY(ours, ask(engines.next(), scope, in_round[round++]));
    return Done{};
  };
  auto run_theirs = [&, round = size_t{0}]() mutable -> Result<Done> {
    TRY(theirs, by_hand(store, in_round[round++]));
    return Done{};
  };
  TRY(Medians medians, medians_in_turns(rounds, run_ours, run_theirs));
  fmt::print(stderr, "{}: {:.1f} ms, by hand {:.1f} ms\n", what, medians.ours * 1e3, medians.theirs * 1e3);
  Line line{what, "SQL for this question on the same table", medians.ours / medians.theirs, "≤ 1.2 ×"};
  line.verdict = line.ratio <= 1.2 ? Line::Verdict::met : Line::Verdict::missed;
  return line;
}

Result<Line> one_beside_postgres(facts::Store& store, const metrics::Scope& scope, const std::vector<Task>& in_round,
                                 Reading reading, Postgres& postgres) {
  Engines engines(store, reading);
  std::vector<double> ours, theirs;
  for (const Task& task : in_round) {
    const metrics::Engine& engine = engines.next();
    int64_t began = steady_micros();
    TRY_DONE(ask(engine, scope, task));
    ours.push_back(static_cast<double>(steady_micros() - began) / 1e6);
    TRY(double seconds, postgres.seconds_of(task.postgres));
    theirs.push_back(seconds);
  }
  std::sort(ours.begin(), ours.end());
  std::sort(theirs.begin(), theirs.end());
  const std::string what = name_of(in_round.front(), reading);
  double mine = ours[rounds / 2], other = theirs[rounds / 2];
  fmt::print(stderr, "{}: {:.1f} ms, PostgreSQL {:.1f} ms\n", what, mine * 1e3, other * 1e3);
  Line line{what, "PostgreSQL 15, the same rows, indexed", other / mine, "≥ 20 ×"};
  line.verdict = line.ratio >= 20 ? Line::Verdict::met : Line::Verdict::missed;
  return line;
}

}  // namespace

Result<metrics::Answer> ask_kpis(const metrics::Engine& engine, const metrics::Scope& scope,
                                 const std::vector<std::string>& kpis, const Task& task) {
  metrics::Question question;
  question.kpis = kpis;
  question.by = task.by;
  question.days = task.days;
  question.basis = task.basis;
  return engine.ask(scope, question);
}

Result<std::vector<Line>> beside_sql(facts::Store& store, const metrics::Scope& scope, const Tasks& tasks,
                                     Reading reading, const std::string& rows) {
  std::vector<Line> lines;
  for (size_t which = 0; which < tasks(asked_days).size(); ++which) {
    TRY(auto line, one_beside_sql(store, scope, in_rounds(tasks, which), reading));
    line.work += ", " + rows;
    lines.push_back(line);
  }
  return lines;
}

Result<std::vector<Line>> beside_postgres(facts::Store& store, const metrics::Scope& scope, const Tasks& tasks,
                                          Reading reading, Postgres& postgres) {
  std::vector<Line> lines;
  for (size_t which = 0; which < tasks(asked_days).size(); ++which) {
    TRY(auto line, one_beside_postgres(store, scope, in_rounds(tasks, which), reading, postgres));
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
