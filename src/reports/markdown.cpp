#include <fmt/format.h>

#include "base/text.h"
#include "reports/appendix.h"
#include "reports/grid.h"
#include "reports/writing.h"

namespace sociometer::reports {
namespace {

using catalog::TileKind;

// Text that must not be taken for Markdown, nor end a table's cell.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else {
      if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string cell(const GridCell& cell) {
  std::string text = plain(cell.text);
  if (!cell.link.empty()) text = fmt::format("[{}]({})", text, cell.link);
  if (!cell.small.empty()) text += fmt::format(" ({})", plain(join(cell.small, " · ")));
  return text;
}

std::string markdown_table(const Grid& grid) {
  std::string text = "|", rule = "|";
  for (size_t i = 0; i < grid.head.size(); ++i) {
    text += fmt::format(" {} |", plain(grid.head[i]));
    rule += grid.numeric[i] ? " ---: |" : " --- |";
  }
  text += "\n" + rule + "\n";
  for (const auto& row : grid.rows) {
    text += "|";
    for (const GridCell& each : row) text += fmt::format(" {} |", cell(each));
    text += "\n";
  }
  return text;
}

std::string markdown_number(const Report& report, const AnsweredTile& tile) {
  const metrics::Cell& only = tile.answer->rows[0];
  const catalog::Unit unit = unit_of(*report.catalog, only.kpi, only.variant);
  std::string text = cell({.text = cell_text(only, unit, report.currency), .link = explain_link(report, tile, only)});
  std::vector<std::string> beside;
  if (std::string change = change_text(only, unit); !change.empty()) {
    beside.push_back(fmt::format("{} from {}", change, value_text(*only.compared, unit, report.currency)));
  }
  if (std::string range = interval_text(only, unit, report.currency); !range.empty()) {
    beside.push_back("95 % interval " + range);
  }
  if (only.n > 0) beside.push_back("n " + n_words(only));
  if (!only.notes.empty()) beside.push_back(notes_text(only.notes));
  if (tile.target) beside.push_back(target_words(report, *tile.target));
  text = "**" + text + "**";
  for (const std::string& each : beside) text += " · " + plain(each);
  return text + "\n";
}

std::string tile_text(const Report& report, const AnsweredTile& tile) {
  std::string text;
  if (!tile.title.empty()) text += fmt::format("\n## {}\n", plain(tile.title));
  if (!tile.tile.words.empty()) text += fmt::format("\n{}\n", plain(tile.tile.words));
  if (tile.tile.kpis.empty()) return text;
  text += "\n";
  if (!tile.answer || tile.answer->rows.empty() || !has_numbers(tile)) return text + plain(nothing_words(tile)) + "\n";
  if (tile.tile.period.is_said()) text += fmt::format("{}\n\n", days_words(tile.question.days));
  text += tile.tile.kind == TileKind::number ? markdown_number(report, tile) : markdown_table(grid_of(report, tile));
  if (tile.target && tile.tile.kind != TileKind::number)
    text += "\n" + plain(target_words(report, *tile.target)) + "\n";
  if (tile.left_out > 0) text += fmt::format("\n{} more are left out.\n", grouped(tile.left_out));
  if (!tile.marks.empty()) text += "\n";
  for (const Mark& mark : tile.marks) text += fmt::format("- {}\n", plain(mark_words(report, mark)));
  return text;
}

}  // namespace

std::string markdown(const Report& report) {
  std::string text = fmt::format("# {}\n", plain(report.dashboard.title));
  if (!report.dashboard.words.empty()) text += fmt::format("\n{}\n", plain(report.dashboard.words));
  text += "\n";
  for (const auto& [name, value] : facts_of(report)) text += fmt::format("- {}: {}\n", name, plain(value));
  for (const AnsweredTile& tile : report.tiles) text += tile_text(report, tile);
  text += "\n# Definitions\n";
  for (const Definition& each : definitions_of(report)) {
    text += fmt::format("\n**{}** (`{}`, version {}, {}): {}\n\n    {}\n", plain(each.name), each.key, each.version,
                        each.unit, plain(each.description), each.formula);
  }
  text += "\n# Data notes\n\n";
  const std::vector<DataNote> notes = data_notes_of(report);
  for (const DataNote& note : notes) {
    text += fmt::format("- {}{}\n", note.tile.empty() ? "" : plain(note.tile) + ": ", plain(note.text));
  }
  if (notes.empty()) text += "Nothing is missing and nothing was noted.\n";
  return text;
}

}  // namespace sociometer::reports
