// What changed between two moments, and whose doing it was.
#include <algorithm>
#include <set>

#include "metrics/dialect.h"
#include "metrics/metrics.h"
#include "metrics/sql.h"

namespace sociometer::metrics {
namespace {

bool same_bounds(const Cell& a, const Cell& b) {
  auto bounds = [](const Cell& cell) {
    bool bounded = cell.interval && cell.interval->method == "bounds";
    return bounded ? std::pair(cell.interval->low, cell.interval->high)
                   : std::pair<std::optional<double>, std::optional<double>>();
  };
  return bounds(a) == bounds(b);
}

// An interval moves with every post; a row changed where its number did, or what the number means.
bool is_same(const Cell& a, const Cell& b) {
  return a.value == b.value && a.reason == b.reason && a.definition == b.definition && same_bounds(a, b) &&
         (!a.value || a.basis == b.basis);
}

Cell not_there(const Cell& other) {
  Cell cell;
  cell.by = other.by;
  cell.asked = other.asked;
  cell.kpi = other.kpi;
  cell.variant = other.variant;
  cell.definition = other.definition;
  cell.reason = "no_data";
  return cell;
}

// The rows of both answers side by side, in the order of either.
std::vector<ChangedRow> beside(const Answer& then, const Answer& now) {
  const std::vector<std::string>& kpis = now.question.kpis;
  using Key = std::pair<std::vector<std::string>, size_t>;
  auto key_of = [&](const Cell& cell) {
    return Key{cell.by, static_cast<size_t>(std::find(kpis.begin(), kpis.end(), cell.asked) - kpis.begin())};
  };
  std::map<Key, std::pair<const Cell*, const Cell*>> both;
  for (const Cell& cell : then.rows) both[key_of(cell)].first = &cell;
  for (const Cell& cell : now.rows) both[key_of(cell)].second = &cell;
  std::vector<ChangedRow> rows;
  for (const auto& [key, cells] : both) {
    const auto& [before, after] = cells;
    rows.push_back(
        {before == nullptr ? not_there(*after) : *before, after == nullptr ? not_there(*before) : *after, {}});
  }
  return rows;
}

Result<std::vector<BatchDeed>> deeds_between(facts::Store& store, const SqlScope& scope, Instant since) {
  std::vector<BatchDeed> deeds;
  std::vector<std::string> ran;
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      BatchDeed deed{std::string(chunk.text(0, row)), std::string(chunk.text(1, row)),
                     std::string(chunk.text(2, row)), false,
                     {chunk.integer(3, row)},         {}};
      deed.undone = deed.at <= since;
      if (deed.undone) deed.at = {chunk.integer(4, row)};
      if (!chunk.is_null(5, row)) {
        deed.days =
            DayRange{{static_cast<int32_t>(chunk.integer(5, row))}, {static_cast<int32_t>(chunk.integer(6, row))}};
      }
      deeds.push_back(std::move(deed));
    }
    return true;
  };
  TRY_DONE(run_select(store, sql_batches_between(scope, since), ran, read));
  return deeds;
}

// The batches that a row stands on, and its days.
struct Ground {
  std::set<std::string> batches;
  DayRange days;
};

Ground ground_of(const Engine& engine, const Scope& scope, Question question, const Cell& cell) {
  question.kpis = {cell.asked};
  std::map<std::string, std::string> members;
  for (size_t i = 0; i < question.by.size(); ++i) members[question.by[i]] = cell.by[i];
  Ground ground;
  auto explanation = engine.explain(scope, question, members, 1, 0);
  if (!explanation) return ground;  // a row that was not there stood on nothing
  ground.days = explanation->window;
  for (const Explanation::Input& input : explanation->inputs) {
    for (const Explanation::Source& source : input.sources) ground.batches.insert(source.batch);
  }
  return ground;
}

// What was recorded in between and is stood on now, or was stood on and is taken back. Where that says nothing – a
// count of posts, a zero that is known since the days are covered – all that speak of the row's days.
std::vector<std::string> doers(const std::vector<BatchDeed>& deeds, const Ground& before, const Ground& after) {
  std::vector<std::string> exactly, perhaps;
  for (const BatchDeed& deed : deeds) {
    if ((deed.undone ? before : after).batches.contains(deed.batch)) exactly.push_back(deed.batch);
    bool touches =
        !deed.days || !intersection(*deed.days, before.days).empty() || !intersection(*deed.days, after.days).empty();
    if (touches) perhaps.push_back(deed.batch);
  }
  return exactly.empty() ? perhaps : exactly;
}

}  // namespace

Result<ChangesAnswer> Engine::changes(const Scope& scope, const ChangesQuestion& asked) const {
  if (asked.limit < 1 || asked.limit > 1000 || asked.offset < 0)
    return invalid("limit lies between 1 and 1000", "limit");
  Question after = asked.selectors, before = asked.selectors;
  if (after.compare.kind != Compare::Kind::none || !after.against.empty()) {
    return invalid("changes sets two moments against each other and compares with nothing else", "compare");
  }
  if (asked.since >= after.as_of.value_or(scope.now))
    return invalid("since must lie before as_of, else before now", "since");
  ChangesAnswer answer;
  TRY(const Answer now, ask(scope, after));
  before.as_of = asked.since;
  if (!before.days) before.days = now.question.days;
  TRY(const Answer then, ask(scope, before));
  after.days = before.days;
  TRY(answer.batches, deeds_between(store_, {&duckdb_dialect(), scope.workspace, after.as_of, {}}, asked.since));
  answer.question = now.question;
  answer.zone = now.zone;
  answer.since = asked.since;
  for (ChangedRow& row : beside(then, now)) {
    if (is_same(row.before, row.after)) {
      ++answer.unchanged;
      continue;
    }
    int64_t place = answer.total++;
    if (place < asked.offset || place >= asked.offset + asked.limit) continue;
    row.batches =
        doers(answer.batches, ground_of(*this, scope, before, row.before), ground_of(*this, scope, after, row.after));
    answer.rows.push_back(std::move(row));
  }
  int64_t end = asked.offset + static_cast<int64_t>(answer.rows.size());
  if (!answer.rows.empty() && end < answer.total) answer.next = end;
  return answer;
}

}  // namespace sociometer::metrics
