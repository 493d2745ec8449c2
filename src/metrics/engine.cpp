#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "metrics/asking.h"
#include "metrics/evidence.h"
#include "metrics/memories.h"

namespace sociometer::metrics {
namespace {

struct OrderedCell {
  size_t kpi;
  Cell cell;
};

std::vector<Cell> cells_of(Asking& asking) {
  std::vector<OrderedCell> cells;
  for (const Group& group : asking.groups()) {
    for (size_t window = 0; window < asking.windows().size(); ++window) {
      for (size_t kpi = 0; kpi < asking.plans().size(); ++kpi) {
        cells.push_back({kpi, asking.cell(kpi, group, window)});
      }
    }
  }
  std::stable_sort(cells.begin(), cells.end(), [](const OrderedCell& a, const OrderedCell& b) {
    return a.cell.by != b.cell.by ? a.cell.by < b.cell.by : a.kpi < b.kpi;
  });
  std::vector<Cell> ordered;
  ordered.reserve(cells.size());
  for (OrderedCell& cell : cells) ordered.push_back(std::move(cell.cell));
  return ordered;
}

}  // namespace

Engine::Engine(std::shared_ptr<const catalog::Catalog> catalog, facts::Store& store)
    : catalog_(std::move(catalog)), store_(store), memory_(std::make_unique<Memories>()) {}
Engine::~Engine() = default;

// As of an earlier time the words mean what they meant then, unless the question says which meaning it wants.
Result<std::shared_ptr<const catalog::Catalog>> Engine::catalog_for(const Scope& scope,
                                                                    const Question& question) const {
  if (scope.editions != nullptr) return scope.editions->at(question.as_of, question.versions);
  return catalog::Editions(catalog_, {}).at(question.as_of, question.versions);
}

Result<Answer> Engine::ask(const Scope& scope, const Question& question) const {
  if (!question.against.empty()) return ask_against(scope, question);
  TRY(auto catalog, catalog_for(scope, question));
  Asking::Extras extras;
  extras.memory = memory_.get();
  TRY(auto asking, Asking::prepare(*catalog, store_, duckdb_dialect(), scope, question, extras));
  Answer answer;
  answer.rows = cells_of(*asking);
  weigh_changes(answer.rows);
  answer.question = asking->question();
  answer.zone = scope.zone.name();
  if (!question.without.empty()) {
    const auto is_asked = [&](const auto& post) {
      return !answer.question.days || answer.question.days->contains(post.second);
    };
    const auto count = std::ranges::count_if(asking->frame().left_out, is_asked);
    answer.notes.push_back(
        fmt::format("{} left out: {}", count == 1 ? "1 post" : fmt::format("{} posts", count), question.because));
  }
  return answer;
}

// The same question twice, the second time under the other filter: each cell beside the one of the same members.
Result<Answer> Engine::ask_against(const Scope& scope, const Question& question) const {
  Question own = question, other = question;
  own.against.clear();
  other.against.clear();
  if (question.compare.kind != Compare::Kind::none) {
    return invalid("a question compares with another period or with another filter, not with both", "against");
  }
  for (const auto& [dimension, member] : question.against) other.filter[dimension] = {member};
  TRY(Answer answer, ask(scope, own));
  if (!other.days) other.days = answer.question.days;
  TRY(Answer beside, ask(scope, other));
  std::map<std::tuple<std::vector<std::string>, std::string, std::string>, const Cell*> known;
  for (const Cell& cell : beside.rows) known[{cell.by, cell.kpi, cell.variant}] = &cell;
  for (Cell& cell : answer.rows) {
    auto found = known.find({cell.by, cell.kpi, cell.variant});
    if (found == known.end()) continue;
    cell.compared = found->second->value;
    cell.compared_interval = found->second->interval;
    cell.compared_n = found->second->n;
    for (const std::string& note : found->second->notes) {
      bool few = note == "small_sample" && std::find(cell.notes.begin(), cell.notes.end(), note) == cell.notes.end();
      if (few) cell.notes.push_back(note);
    }
    std::sort(cell.notes.begin(), cell.notes.end());
    if (cell.value && cell.compared && *cell.compared != 0) {
      cell.change = (*cell.value - *cell.compared) / std::abs(*cell.compared);
    }
  }
  weigh_changes(answer.rows);
  answer.question.against = question.against;
  return answer;
}

}  // namespace sociometer::metrics
