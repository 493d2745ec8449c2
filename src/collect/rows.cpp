#include "collect/rows.h"

#include <fmt/format.h>

#include "base/text.h"
#include "collect/report.h"

namespace sociometer::collect {

Fate Fate::rejected(std::string_view column, std::string_view text, std::string_view reason) {
  return {Kind::rejected, std::string(column), clipped(text, 100), std::string(reason)};
}

bool is_totals_row(const csv::Row& row) {
  for (std::string_view cell : row.cells) {
    std::string word = folded(trimmed(cell));
    if (word.empty()) continue;
    for (std::string_view total :
         {"total", "totals", "grand total", "gesamt", "summe", "total general", "total geral", "totale"}) {
      if (word == total) return true;
    }
    return word.starts_with("total: ");
  }
  return false;
}

bool holds_more_than(const csv::Row& row, size_t columns) {
  for (size_t i = columns; i < row.cells.size(); ++i) {
    if (!trimmed(row.cells[i]).empty()) return true;
  }
  return false;
}

void say_unknown_columns(const ReadingContext& context, const Layout& layout) {
  for (const std::string& header : layout.unknown()) {
    context.warnings.push_back(fmt::format("The column “{}” is none known and was left out.", clipped(header, 80)));
  }
}

}  // namespace sociometer::collect
