// What changed between two moments, and whose doing it was.
#include <fmt/format.h>

#include <algorithm>
#include <map>
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

// The rows of both answers side by side. Both are in the one order of answers; what was there but then keeps its place.
std::vector<ChangedRow> beside(const Answer& then, const Answer& now) {
  using Key = std::pair<std::vector<std::string>, std::string>;
  auto key_of = [](const Cell& cell) { return Key{cell.by, cell.asked}; };
  std::map<Key, const Cell*> earlier;
  for (const Cell& cell : then.rows) earlier[key_of(cell)] = &cell;
  std::set<Key> later;
  for (const Cell& cell : now.rows) later.insert(key_of(cell));
  std::vector<ChangedRow> rows;
  auto left = then.rows.begin();
  auto take_gone = [&] {
    for (; left != then.rows.end() && !later.contains(key_of(*left)); ++left)
      rows.push_back({*left, not_there(*left), {}});
  };
  for (const Cell& cell : now.rows) {
    take_gone();
    auto before = earlier.find(key_of(cell));
    rows.push_back({before == earlier.end() ? not_there(cell) : *before->second, cell, {}});
    if (left != then.rows.end() && key_of(*left) == key_of(cell)) ++left;
  }
  take_gone();
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
  std::stable_sort(deeds.begin(), deeds.end(), [](const BatchDeed& a, const BatchDeed& b) { return a.at < b.at; });
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

// What was recorded in between and is stood on now, or was stood on and is taken back. Where that is nothing – a count
// of posts, a zero that is known since the days are covered, a rate of exchange – all that speak of the row's days;
// unless the row changed since its key means something else.
std::vector<std::string> doers(const std::vector<BatchDeed>& deeds, const ChangedRow& row, const Ground& before,
                               const Ground& after) {
  std::vector<std::string> exactly, perhaps;
  for (const BatchDeed& deed : deeds) {
    if ((deed.undone ? before : after).batches.contains(deed.batch)) exactly.push_back(deed.batch);
    bool touches =
        !deed.days || !intersection(*deed.days, before.days).empty() || !intersection(*deed.days, after.days).empty();
    if (touches) perhaps.push_back(deed.batch);
  }
  return exactly.empty() && row.before.definition == row.after.definition ? perhaps : exactly;
}

// A key that the workspace came to later meant nothing then.
Result<Done> all_known(const catalog::Catalog& catalog, const Question& question) {
  for (const std::string& kpi : question.kpis) {
    if (catalog.find_kpi(kpi).ok()) continue;
    return invalid(fmt::format("{} meant nothing at {}; ask since later, or pin its definition with versions", kpi,
                               format_instant(*question.as_of)),
                   "since");
  }
  return Done{};
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
  TRY(const auto words, catalog_for(scope, before));
  TRY_DONE(all_known(*words, before));
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
    if (!answer.batches.empty()) {
      row.batches = doers(answer.batches, row, ground_of(*this, scope, before, row.before),
                          ground_of(*this, scope, after, row.after));
    }
    answer.rows.push_back(std::move(row));
  }
  int64_t end = asked.offset + static_cast<int64_t>(answer.rows.size());
  if (!answer.rows.empty() && end < answer.total) answer.next = end;
  return answer;
}

}  // namespace sociometer::metrics
