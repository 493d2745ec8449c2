#include <fmt/format.h>

#include <set>

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

// The imports that changed a row that is shown, by the numbers that the rows name them by.
std::map<std::string, size_t> numbers_of(const metrics::ChangesAnswer& answer) {
  std::set<std::string> named;
  for (const metrics::ChangedRow& row : answer.rows) named.insert(row.batches.begin(), row.batches.end());
  std::map<std::string, size_t> numbers;
  for (const metrics::BatchDeed& deed : answer.batches) {
    if (named.contains(deed.batch)) numbers.emplace(deed.batch, numbers.size() + 1);
  }
  return numbers;
}

std::string rows_text(const metrics::ChangesAnswer& answer, const std::map<std::string, size_t>& numbers,
                      const catalog::Catalog& catalog, std::string_view currency, const Look& look) {
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
    std::vector<std::string> doers;
    for (const std::string& batch : row.batches) doers.push_back(std::to_string(numbers.at(batch)));
    cells.push_back(join(doers, ", "));
    table.row(std::move(cells));
  }
  return table.text(look);
}

std::string imports_text(const metrics::ChangesAnswer& answer, const std::map<std::string, size_t>& numbers,
                         const Look& look) {
  Table table;
  table.column("", Align::right);
  for (const char* title : {"batch", "did", "at", "source"}) table.column(title);
  table.column("file", Align::left, Table::Fit::flexible);
  for (const metrics::BatchDeed& deed : answer.batches) {
    const auto number = numbers.find(deed.batch);
    if (number == numbers.end()) continue;
    table.row({std::to_string(number->second), deed.batch, deed.undone ? "undone" : "recorded", format_instant(deed.at),
               deed.source, deed.path});
  }
  return table.empty() ? "" : "\n" + table.text(look);
}

std::string changes_text(const metrics::ChangesAnswer& answer, const catalog::Catalog& catalog,
                         std::string_view currency, const Look& look) {
  const std::string same = fmt::format("rows as before: {}", grouped(answer.unchanged));
  const std::map<std::string, size_t> numbers = numbers_of(answer);
  const size_t others = answer.batches.size() - numbers.size();
  std::string text = answer.rows.empty() ? fmt::format("nothing changed; {}\n", same)
                                         : rows_text(answer, numbers, catalog, currency, look) +
                                               fmt::format("changed rows shown: {} of {}; {}\n", answer.rows.size(),
                                                           grouped(answer.total), same) +
                                               imports_text(answer, numbers, look);
  if (others > 0) text += fmt::format("other imports recorded or undone in between: {}\n", others);
  return text;
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

Run declare_changes(Options options) {
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
                              "sociometer changes impressions --by month --since 2026-02-01", Needs::data,
                              declare_changes};

}  // namespace sociometer::surfaces
