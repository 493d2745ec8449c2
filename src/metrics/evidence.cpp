#include "metrics/evidence.h"

#include <algorithm>

#include "metrics/differences.h"

namespace sociometer::metrics {
namespace {

constexpr double chance = 0.05;

bool noted(const Cell& cell, const char* note) {
  return std::find(cell.notes.begin(), cell.notes.end(), note) != cell.notes.end();
}

}  // namespace

void weigh_changes(std::vector<Cell>& rows) {
  std::vector<Cell*> tested;
  std::vector<double> p;
  for (Cell& cell : rows) {
    if (!cell.value || !cell.compared || !cell.interval || !cell.compared_interval) continue;
    if (noted(cell, "definition_break") || noted(cell, "small_sample")) continue;
    auto difference = difference_of({*cell.value, *cell.interval, cell.n},
                                    {*cell.compared, *cell.compared_interval, cell.compared_n});
    if (!difference) continue;
    cell.evidence = Evidence{false, difference->p, 1, difference->value, difference->interval};
    tested.push_back(&cell);
    p.push_back(difference->p);
  }
  std::vector<double> adjusted = adjusted_for_many(p);
  for (size_t i = 0; i < tested.size(); ++i) {
    tested[i]->evidence->p_adjusted = adjusted[i];
    tested[i]->evidence->change = adjusted[i] <= chance;
  }
}

}  // namespace sociometer::metrics
