#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "reports/grid.h"

namespace sociometer::reports {
namespace {

using catalog::TileKind;
using metrics::Cell;

constexpr size_t lines_max = 12;

std::string before_words(const metrics::Compare& compare) {
  switch (compare.kind) {
    case metrics::Compare::Kind::year:
      return "a year before";
    case metrics::Compare::Kind::range:
      return days_words(compare.days);
    case metrics::Compare::Kind::previous:
    case metrics::Compare::Kind::none:
      break;
  }
  return "the period before";
}

// What the comparison allows to be said.
std::string change_words(const Report& report, const AnsweredTile& tile, const Cell& cell, catalog::Unit unit) {
  if (!cell.value || !cell.compared) return {};
  const std::string before =
      fmt::format("{} in {}", value_text(*cell.compared, unit, report.currency), before_words(tile.question.compare));
  if (*cell.value == *cell.compared) return fmt::format("; the same as {}", before);
  if (!cell.evidence) return fmt::format("; {} (whether that is more than chance cannot be tested)", before);
  if (!cell.evidence->change) return fmt::format("; {}: no more of a difference than chance gives", before);
  return fmt::format("; {} from {}, more than chance explains", change_text(cell, unit), before);
}

std::string line_of(const Report& report, const AnsweredTile& tile) {
  const Cell& cell = tile.answer->rows.front();
  const catalog::Unit unit = unit_of(*report.catalog, cell.kpi, cell.variant);
  std::string line = fmt::format("- {}: {}", tile.title, cell_text(cell, unit, report.currency));
  if (const std::string range = interval_text(cell, unit, report.currency); !range.empty()) {
    line += fmt::format(" (95 % interval {})", range);
  }
  line += change_words(report, tile, cell, unit);
  if (!cell.notes.empty()) line += fmt::format(" [{}]", notes_text(cell.notes));
  if (tile.target) line += fmt::format(". Goal: {}", tile.target->sentence);
  return line + "\n";
}

}  // namespace

std::string summary(const Report& report) {
  std::string text = fmt::format("{}\n{}\n\n", report.dashboard.title, days_words(report.days));
  size_t lines = 0, left_out = 0, without = 0, asked = 0;
  for (const AnsweredTile& tile : report.tiles) {
    if (tile.tile.kpis.empty()) continue;
    ++asked;
    const bool is_there = tile.answer && !tile.answer->rows.empty() && has_numbers(tile);
    if (!is_there) ++without;
    if (!is_there || tile.tile.kind != TileKind::number) continue;
    if (lines == lines_max) {
      ++left_out;
      continue;
    }
    text += line_of(report, tile);
    ++lines;
  }
  if (left_out > 0) text += fmt::format("and {} more numbers in the report\n", left_out);
  if (asked > 0 && without == asked) return text + "There is no data for any of it.\n";
  if (without > 0) text += fmt::format("\n{} of its {} parts have no data.\n", without, asked);
  return text;
}

}  // namespace sociometer::reports
