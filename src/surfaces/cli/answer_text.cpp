#include "surfaces/cli/answer_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/table.h"

namespace sociometer::surfaces {
namespace {

using Align = Table::Align;

std::string coverage_text(const metrics::Cell& cell) {
  if (cell.coverage >= 1 || cell.reason == "no_data") return {};
  return fmt::format("{:.0f} %", cell.coverage * 100);
}

std::string number_text(const std::optional<double>& number) {
  return number ? fmt::format("{}", *number) : "";
}

}  // namespace

std::string answer_table(const metrics::Answer& answer, const catalog::Catalog& catalog, std::string_view currency,
                         const Look& look) {
  Table table;
  for (const std::string& dimension : answer.question.by) table.column(dimension, Align::left, Table::Fit::flexible);
  table.column("KPI");
  table.column("value", Align::right);
  table.column("compared", Align::right);
  table.column("change", Align::right);
  table.column("interval", Align::right);
  table.column("n", Align::right);
  table.column("covered", Align::right);
  table.column("notes", Align::left, Table::Fit::flexible);
  for (const metrics::Cell& cell : answer.rows) {
    const catalog::Unit unit = unit_of(catalog, cell.kpi, cell.variant);
    std::vector<std::string> row = cell.by;
    row.push_back(kpi_label(cell));
    row.push_back(cell_text(cell, unit, currency));
    row.push_back(cell.compared ? value_text(*cell.compared, unit, currency) : "");
    row.push_back(change_text(cell, unit));
    row.push_back(interval_text(cell, unit, currency));
    row.push_back(cell.n > 0 ? grouped(cell.n) : "");
    row.push_back(coverage_text(cell));
    row.push_back(notes_text(cell.notes));
    table.row(std::move(row));
  }
  std::string text = table.empty() ? "nothing was reported for this question\n" : table.text(look);
  if (!answer.notes.empty()) text += fmt::format("note: {}\n", notes_text(answer.notes));
  return text;
}

std::string answer_csv(const metrics::Answer& answer) {
  std::vector<std::string> head = answer.question.by;
  for (const char* name : {"kpi", "variant", "definition", "basis", "value", "reason", "compared", "change", "low",
                           "high", "level", "method", "n", "coverage", "notes"}) {
    head.emplace_back(name);
  }
  const auto line = [](const std::vector<std::string>& fields) {
    std::vector<std::string> quoted;
    for (const std::string& field : fields) quoted.push_back(csv_field(field));
    return join(quoted, ",") + "\n";
  };
  std::string text = line(head);
  for (const metrics::Cell& cell : answer.rows) {
    const metrics::Interval none;
    const metrics::Interval& interval = cell.interval ? *cell.interval : none;
    std::vector<std::string> row = cell.by;
    row.insert(row.end(), {cell.kpi, cell.variant, std::to_string(cell.definition), cell.basis, number_text(cell.value),
                           cell.reason, number_text(cell.compared), number_text(cell.change), number_text(interval.low),
                           number_text(interval.high), cell.interval ? number_text(interval.level) : "",
                           interval.method, std::to_string(cell.n), number_text(cell.coverage), join(cell.notes, " ")});
    text += line(row);
  }
  return text;
}

std::string p_words(double p) {
  return p < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p);
}

}  // namespace sociometer::surfaces
