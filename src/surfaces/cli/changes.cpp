#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/answer_text.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

using Align = Table::Align;

struct ChangesWords {
  Selectors selectors;
  std::string since;
  int64_t limit = 50;
};

std::string difference_text(const metrics::ChangedRow& row, catalog::Unit unit, std::string_view currency) {
  std::string text;
  if (row.before.value && row.after.value) {
    const double difference = *row.after.value - *row.before.value;
    if (difference != 0) text = (difference > 0 ? "+" : "") + value_text(difference, unit, currency);
  }
  if (row.before.definition == row.after.definition) return text;
  return fmt::format("{}{}definition {}, was {}", text, text.empty() ? "" : ", ", row.after.definition,
                     row.before.definition);
}

// The imports are numbered, and each row names those whose doing it is.
std::string changes_text(const metrics::ChangesAnswer& answer, const catalog::Catalog& catalog,
                         std::string_view currency, const Look& look) {
  std::map<std::string, size_t> number;
  for (const metrics::BatchDeed& deed : answer.batches) number.emplace(deed.batch, number.size() + 1);
  Table table;
  for (const std::string& dimension : answer.question.by) table.column(dimension, Align::left, Table::Fit::flexible);
  table.column("KPI");
  for (const char* title : {"before", "after", "difference"}) table.column(title, Align::right);
  table.column("imports");
  for (const metrics::ChangedRow& row : answer.rows) {
    const catalog::Unit unit = unit_of(catalog, row.after.kpi, row.after.variant);
    std::vector<std::string> cells = row.after.by;
    cells.push_back(kpi_label(row.after));
    cells.push_back(cell_text(row.before, unit, currency));
    cells.push_back(cell_text(row.after, unit, currency));
    cells.push_back(difference_text(row, unit, currency));
    std::vector<std::string> numbers;
    for (const std::string& batch : row.batches) numbers.push_back(std::to_string(number[batch]));
    cells.push_back(join(numbers, ", "));
    table.row(std::move(cells));
  }
  std::string text = table.empty() ? "nothing changed\n" : table.text(look);
  text += fmt::format("{} of {} changed rows, {} as before\n", answer.rows.size(), grouped(answer.total),
                      grouped(answer.unchanged));
  if (answer.batches.empty()) return text;
  Table imports;
  imports.column("", Align::right);
  imports.column("import");
  imports.column("did");
  imports.column("at");
  imports.column("file", Align::left, Table::Fit::flexible);
  for (const metrics::BatchDeed& deed : answer.batches) {
    imports.row({std::to_string(number[deed.batch]), deed.batch, deed.undone ? "undone" : "recorded",
                 format_instant(deed.at), deed.path});
  }
  return text + "\n" + imports.text(look);
}

Result<Exit> changes(Call& call, const ChangesWords& words) {
  if (words.since.empty()) return invalid("changes wants --since TIME, as in --since 2026-01-31", "since");
  metrics::ChangesQuestion question;
  const auto since = parse_instant(words.since);
  if (!since) return invalid(since.error().message, "since");
  question.since = *since;
  question.limit = words.limit;
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(question.selectors, question_of(words.selectors, scope));
  TRY(const metrics::ChangesAnswer answer, as_wrong_words(call.house.engine->changes(scope, question)));
  if (call.globals.output == Output::json) {
    call.print_json(metrics::to_json(answer));
    return Exit::done;
  }
  TRY(const auto catalog, catalog_in(scope, question.selectors));
  call.print(changes_text(answer, *catalog, scope.currency, call.terminal.look()));
  return Exit::done;
}

Run declare(Options options) {
  auto words = std::make_shared<ChangesWords>();
  options.words("KEY", "one or more KPIs, as key or key:variant", &words->selectors.kpis);
  options.text("--since", "TIME", "the earlier moment; the later one is --as-of, else now", &words->since);
  options.number("--limit", "N", "how many of the changed rows to show (50)", &words->limit);
  words->selectors.declare_rest(options);
  words->selectors.declare_range(options);
  return [words](Call& call) { return changes(call, *words); };
}

}  // namespace

const Command changes_command{"changes", "what an answer said then and says now, and which imports did it",
                              "sociometer changes impressions --by month --since 2026-02-01", Needs::data, declare};

}  // namespace sociometer::surfaces
