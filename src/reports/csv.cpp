// One long table: a row for each number of each tile.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "reports/grid.h"
#include "reports/writing.h"

namespace sociometer::reports {
namespace {

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

// The dimensions of all tiles, in the order they come.
std::vector<std::string> dimensions_of(const Report& report) {
  std::vector<std::string> found;
  for (const AnsweredTile& tile : report.tiles) {
    for (const std::string& dimension : tile.tile.by) {
      if (std::ranges::find(found, dimension) == found.end()) found.push_back(dimension);
    }
  }
  return found;
}

}  // namespace

std::string csv(const Report& report) {
  const std::vector<std::string> dimensions = dimensions_of(report);
  std::vector<std::string> head{"tile", "title", "from", "to"};
  head.insert(head.end(), dimensions.begin(), dimensions.end());
  for (const char* name : {"kpi", "variant", "definition", "unit", "basis", "value", "shown", "reason", "compared",
                           "change", "low", "high", "level", "method", "n", "coverage", "notes"}) {
    head.emplace_back(name);
  }
  std::string text = csv_line(head);
  for (size_t i = 0; i < report.tiles.size(); ++i) {
    const AnsweredTile& tile = report.tiles[i];
    if (tile.tile.kpis.empty()) continue;
    std::vector<std::string> first{std::to_string(i + 1), tile.title};
    first.push_back(tile.question.days ? format_day(tile.question.days->first) : "");
    first.push_back(tile.question.days ? format_day(tile.question.days->end - 1) : "");
    if (!tile.answer || tile.answer->rows.empty()) {
      for (const std::string& kpi : tile.tile.kpis) {
        std::vector<std::string> row = first;
        row.resize(4 + dimensions.size());
        row.push_back(kpi);
        row.resize(head.size());
        row[4 + dimensions.size() + 7] = tile.failure.empty() ? "no_data" : tile.failure;
        text += csv_line(row);
      }
      continue;
    }
    for (const metrics::Cell& cell : tile.answer->rows) {
      std::vector<std::string> row = first;
      for (const std::string& dimension : dimensions) {
        const auto place = std::ranges::find(tile.question.by, dimension);
        row.push_back(place == tile.question.by.end() ? ""
                                                      : cell.by[static_cast<size_t>(place - tile.question.by.begin())]);
      }
      const catalog::Unit unit = unit_of(*report.catalog, cell.kpi, cell.variant);
      const metrics::Interval interval = cell.interval.value_or(metrics::Interval{});
      row.insert(row.end(), {cell.kpi, cell.variant, std::to_string(cell.definition), std::string(catalog::name(unit)),
                             cell.basis, number(cell.value), cell_text(cell, unit, report.currency), cell.reason,
                             number(cell.compared), number(cell.change), number(interval.low), number(interval.high),
                             cell.interval ? number(interval.level) : "", interval.method, std::to_string(cell.n),
                             number(cell.coverage), join(cell.notes, " ")});
      text += csv_line(row);
    }
  }
  return text;
}

}  // namespace sociometer::reports
