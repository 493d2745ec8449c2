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

struct ExplainWords {
  Selectors selectors;
  std::vector<std::string> cell;
  int64_t limit = 20, offset = 0;
  bool csv = false;
};

using Members = std::map<std::string, std::string>;

// Which of the answer's rows is meant: what --cell says, else the only one there is.
Result<Members> members_of(const Call& call, const ExplainWords& words, const metrics::Scope& scope,
                           const metrics::Question& question) {
  Members members;
  for (const std::string& text : words.cell) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) return invalid("--cell wants DIMENSION=MEMBER, as in month=2026-01", "cell");
    members[text.substr(0, equals)] = text.substr(equals + 1);
  }
  if (question.by.empty() || !members.empty()) return members;
  TRY(const metrics::Answer answer, as_wrong_words(call.house.engine->ask(scope, question)));
  if (answer.rows.empty()) return not_found("nothing was reported for this question, so there is nothing to explain");
  const metrics::Cell& first = answer.rows.front();
  if (answer.rows.size() > 1) {
    std::string example;
    for (size_t i = 0; i < question.by.size(); ++i) {
      example += fmt::format(" --cell '{}={}'", question.by[i], first.by[i]);
    }
    return invalid(fmt::format("the answer has {} rows; say which one, as in{}", answer.rows.size(), example), "cell");
  }
  for (size_t i = 0; i < question.by.size(); ++i) members[question.by[i]] = first.by[i];
  return members;
}

std::string sum_text(const std::optional<double>& sum) {
  if (!sum) return "–";
  Json number = *sum;
  const auto whole = static_cast<int64_t>(*sum);
  return static_cast<double>(whole) == *sum ? grouped(whole) : json_text(number);
}

std::string inputs_text(const metrics::Explanation& explanation, const Look& look) {
  Table table;
  table.column("input");
  table.column("role");
  table.column("sum", Align::right);
  table.column("rows", Align::right);
  table.column("from", Align::left, Table::Fit::flexible);
  for (const auto& input : explanation.inputs) {
    std::vector<std::string> sources;
    for (const auto& source : input.sources) sources.push_back(fmt::format("{} ({})", source.path, source.source));
    table.row({input.name, input.role, sum_text(input.sum), grouped(input.rows), join(sources, ", ")});
    for (const auto& part : input.parts) {
      table.row({"  " + part.measure, "", sum_text(part.sum), grouped(part.rows), ""});
    }
  }
  return table.empty() ? std::string() : "\n" + table.text(look);
}

std::string left_out_text(const metrics::Explanation& explanation) {
  std::string text;
  for (const auto& left : explanation.left_out) {
    text += fmt::format("  {} × {}{}{}\n", grouped(left.count), left.reason, left.examples.empty() ? "" : ", such as ",
                        join(left.examples, ", "));
  }
  return text.empty() ? text : "\nleft out\n" + text;
}

std::string rows_text(const metrics::Explanation& explanation, const Look& look) {
  if (explanation.rows.empty()) return {};
  Table table;
  for (const char* title : {"network", "account", "subject"}) table.column(title);
  table.column("post", Align::left, Table::Fit::flexible);
  for (const char* title : {"measure", "promotion", "window", "first", "last"}) table.column(title);
  table.column("value", Align::right);
  table.column("observed");
  table.column("source", Align::left, Table::Fit::flexible);
  for (const auto& row : explanation.rows) {
    table.row({row.network, row.account, row.subject, row.post_id, row.measure, row.promotion, row.window,
               format_day(row.start), format_day(row.end - 1), sum_text(row.value), format_instant(row.observed_at),
               row.source});
  }
  return fmt::format("\nrows {} of {}\n{}", explanation.rows.size(), grouped(explanation.total_rows), table.text(look));
}

std::string explanation_text(const Call& call, const metrics::Explanation& explanation, std::string_view currency) {
  const catalog::Kpi& kpi = *explanation.kpi.kpi;
  const metrics::Cell& cell = explanation.cell;
  const std::string notes = notes_text(cell.notes);
  std::string text = fmt::format("{} ({})\n", kpi.name.english(), kpi_label(cell));
  for (size_t i = 0; i < explanation.question.by.size() && i < cell.by.size(); ++i) {
    text += fmt::format("  {} {}\n", explanation.question.by[i], cell.by[i]);
  }
  text += fmt::format("\n  {}\n", cell_text(cell, explanation.kpi.variant->unit, currency));
  if (const std::string interval = interval_text(cell, explanation.kpi.variant->unit, currency); !interval.empty()) {
    text += fmt::format("  interval {} ({:.0f} %, {})\n", interval, cell.interval->level * 100, cell.interval->method);
  }
  if (!explanation.interval_words.empty()) text += fmt::format("  {}\n", explanation.interval_words);
  if (!notes.empty()) text += fmt::format("  {}\n", notes);
  text += fmt::format("\n  = {}\n  definition {}, {}{} {}\n", explanation.kpi.variant->formula_text, cell.definition,
                      cell.basis, cell.basis.empty() ? "n" : ", n", grouped(cell.n));
  if (!explanation.window.empty()) {
    text += fmt::format("  {} to {}, {}\n", format_day(explanation.window.first),
                        format_day(explanation.window.end - 1), explanation.zone);
  }
  text += inputs_text(explanation, call.terminal.look());
  text += left_out_text(explanation);
  text += rows_text(explanation, call.terminal.look());
  for (const std::string& sql : explanation.sql) text += fmt::format("\n{}\n", sql);
  return text;
}

// Every row behind the cell, a page at a time, as a spreadsheet takes it.
Result<Exit> export_rows(Call& call, const metrics::Scope& scope, const metrics::Question& question,
                         const Members& members) {
  constexpr int64_t page = 1000;
  call.print(
      "network,account,subject,post_id,measure,promotion,breakdown,member,window,start,end,value,observed_at,source,"
      "batch\n");
  std::optional<int64_t> next = 0;
  while (next && !call.terminal.cancelled()) {
    TRY(const metrics::Explanation part,
        as_wrong_words(call.house.engine->explain(scope, question, members, page, *next)));
    std::string text;
    for (const auto& row : part.rows) {
      const std::vector<std::string> fields{row.network,
                                            row.account,
                                            row.subject,
                                            row.post_id,
                                            row.measure,
                                            row.promotion,
                                            row.dimension,
                                            row.member,
                                            row.window,
                                            format_day(row.start),
                                            format_day(row.end - 1),
                                            fmt::format("{}", row.value),
                                            format_instant(row.observed_at),
                                            row.source,
                                            row.batch};
      std::vector<std::string> quoted;
      for (const std::string& field : fields) quoted.push_back(csv_field(field));
      text += join(quoted, ",") + "\n";
    }
    call.print(text);
    next = part.next;
  }
  return Exit::done;
}

Result<Exit> explain(Call& call, const ExplainWords& words) {
  if (words.selectors.kpis.size() != 1) return invalid("explain takes one KPI at a time", "kpis");
  if (words.limit < 0) return invalid("--limit must not be negative", "limit");
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const metrics::Question question, question_of(words.selectors, scope));
  TRY(const Members members, members_of(call, words, scope, question));
  if (words.csv) return export_rows(call, scope, question, members);
  if (words.offset < 0) return invalid("--offset must not be negative", "offset");
  TRY(const metrics::Explanation explanation,
      as_wrong_words(call.house.engine->explain(scope, question, members, words.limit, words.offset)));
  if (call.globals.output == Output::json) {
    call.print_json(metrics::to_json(explanation));
  } else {
    call.print(explanation_text(call, explanation, scope.currency));
  }
  return Exit::done;
}

Run declare_explain(Options options) {
  auto words = std::make_shared<ExplainWords>();
  options.words("KEY", "a KPI, as key or key:variant", &words->selectors.kpis);
  words->selectors.declare_rest(options);
  words->selectors.declare_range(options);
  options.texts("--cell", "DIM=MEMBER", "which row of the answer, where --by gives several", &words->cell);
  options.number("--limit", "N", "how many of the rows to show (20)", &words->limit);
  options.number("--offset", "N", "how many of the rows to pass over first", &words->offset);
  options.flag("--csv", "all rows as CSV, numbers unformatted", &words->csv);
  return [words](Call& call) { return explain(call, *words); };
}

}  // namespace

const Command explain_command{"explain", "the answer with formula, inputs, rows, what was left out, and the SQL",
                              "sociometer explain engagement_rate --from 2026-01-01 --to 2026-01-31 --filter network=x",
                              Needs::data, declare_explain};

}  // namespace sociometer::surfaces
