#include "surfaces/cli/answer_text.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct KpiWords {
  Selectors selectors;
  bool csv = false;
};

Result<Exit> answer(Call& call, const KpiWords& words) {
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const metrics::Question question, question_of(words.selectors, scope));
  TRY(const metrics::Answer answer, as_wrong_words(call.house.engine->ask(scope, question)));
  if (call.globals.output == Output::json) {
    call.print_json(metrics::to_json(answer));
  } else if (words.csv) {
    call.print(answer_csv(answer));
  } else {
    TRY(const auto catalog, catalog_in(scope, question));
    call.print(answer_table(answer, *catalog, scope.currency, call.terminal.look()));
  }
  return Exit::done;
}

Run declare_kpi(Options options) {
  auto words = std::make_shared<KpiWords>();
  options.words("KEY", "one or more KPIs, as key or key:variant", &words->selectors.kpis);
  words->selectors.declare_rest(options);
  words->selectors.declare_range(options);
  options.flag("--csv", "as CSV, numbers unformatted", &words->csv);
  return [words](Call& call) { return answer(call, *words); };
}

}  // namespace

const Command kpi_command{"kpi", "answers a question with KPIs",
                          "sociometer kpi impressions engagement_rate --by network,month --last 3m --compare previous",
                          Needs::data, declare_kpi};

}  // namespace sociometer::surfaces
