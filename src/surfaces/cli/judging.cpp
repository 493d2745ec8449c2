// Qualitative KPIs: saying what somebody thought, and reading what was thought.
#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct JudgeWords {
  std::string kpi, level, author, words, day;
};

Result<Exit> judge_answers(Call& call, const JudgeWords& said) {
  TRY(const control::Workspace workspace, call.house.control->workspace(call.globals.workspace));
  collect::GivenJudgement given{said.kpi, said.level, said.author, said.words, {}};
  if (!said.day.empty()) {
    const auto day = parse_day(said.day);
    if (!day) return invalid(day.error().message, "day");
    given.day = *day;
  }
  TRY(const facts::BatchReceipt receipt, as_wrong_words(call.house.importer->judge(workspace.key, given, call.clock)));
  if (!receipt.already_known) TRY_DONE(record(call, workspace.key, "judgement.add", receipt.id, said.kpi));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"kpi", said.kpi}, {"batch", receipt.id}, {"already_known", receipt.already_known}});
  } else {
    call.print(receipt.already_known ? "known already\n"
                                     : fmt::format("{} is judged, batch {}; `sociometer imports undo` takes it back\n",
                                                   said.kpi, receipt.id));
  }
  return Exit::done;
}

Run declare_judge(Options options) {
  auto words = std::make_shared<JudgeWords>();
  options.word("KPI", "a qualitative KPI of the workspace's catalog", &words->kpi);
  options.word("LEVEL", "a word of its scale", &words->level);
  options.text("--author", "WHO", "who judged", &words->author);
  options.text("--words", "TEXT", "why", &words->words);
  options.text("--day", "DAY", "when (today)", &words->day);
  return [words](Call& call) { return judge_answers(call, *words); };
}

std::string judgements_text(const metrics::JudgementsAnswer& answer, const Look& look) {
  const bool by_period = !answer.question.by.empty();
  Table table;
  table.column("KPI");
  if (by_period) table.column(answer.question.by.front());
  table.column("day");
  table.column("judged");
  table.column("of scale");
  table.column("author");
  if (by_period) table.column("n", Table::Align::right);
  table.column("words", Table::Align::left, Table::Fit::flexible);
  for (const metrics::Judged& one : answer.rows) {
    std::vector<std::string> cells{one.kpi};
    if (by_period) cells.push_back(one.period);
    cells.insert(cells.end(), {format_day(one.day), one.level, join(one.scale, " < "), one.author});
    if (by_period) cells.push_back(std::to_string(one.n));
    cells.push_back(one.words);
    table.row(std::move(cells));
  }
  return table.empty() ? "nobody judged; sociometer judge KPI LEVEL --author WHO\n" : table.text(look);
}

Result<Exit> judgements(Call& call, Selectors selectors) {
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const metrics::Question question,
      judgements_question(call.house, call.globals.workspace, std::move(selectors), scope));
  TRY(const metrics::JudgementsAnswer answer, as_wrong_words(call.house.engine->judgements(scope, question)));
  if (call.globals.output == Output::json) {
    call.print_json(metrics::to_json(answer));
  } else {
    call.print(judgements_text(answer, call.terminal.look()));
  }
  return Exit::done;
}

Run declare_judgements(Options options) {
  auto words = std::make_shared<Selectors>();
  options.words("KPI", "qualitative KPIs; all of them if none is named", &words->kpis, Presence::optional);
  options.texts("--by", "DIMENSION", "day, week, month, quarter or year: the last judgement of each", &words->by);
  options.text("--from", "DAY", "first day", &words->from);
  options.text("--to", "DAY", "last day", &words->to);
  options.text("--last", "SPAN", "90d, 4w, 3m: whole ones ending yesterday; month, quarter, year: this one so far",
               &words->last);
  options.text("--as-of", "TIME", "as it would have been answered then", &words->as_of);
  return [words](Call& call) { return judgements(call, *words); };
}

}  // namespace

const Command judge_command{"judge", "says what somebody thought of a qualitative KPI",
                            "sociometer judge brand_voice good --author Marketing --words 'clear, a little dry'",
                            Needs::data, declare_judge};
const Command judgements_command{"judgements", "what was thought of qualitative KPIs, never averaged",
                                 "sociometer judgements brand_voice --by quarter", Needs::data, declare_judgements};

}  // namespace sociometer::surfaces
