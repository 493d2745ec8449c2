// How a number goes on, and which of its days were out of the ordinary.
#include <fmt/format.h>

#include <algorithm>

#include "surfaces/ahead.h"
#include "surfaces/cli/answer_text.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct AheadWords {
  Selectors selectors;
  std::string kpi;
  int64_t days = forecast_days_usual;
};

// A day's number, in the workspace's currency where it is money.
class Numbers {
 public:
  Numbers(const DayHistory& history, const metrics::Scope& scope)
      : unit_(history.choice.variant->unit), currency_(scope.currency) {}
  std::string operator()(double value) const { return value_text(value, unit_, currency_); }

 private:
  catalog::Unit unit_;
  std::string currency_;
};

std::string forecast_text(const SeenForecast& seen, const Numbers& words, const Look& look) {
  const insights::Forecast& ahead = seen.ahead;
  Table table;
  table.column("day");
  for (const char* title : {"value", "low", "high"}) table.column(title, Table::Align::right);
  for (size_t i = 0; i < ahead.days.size(); ++i) {
    const insights::Ahead& day = ahead.days[i];
    table.row({format_day(ahead.first + static_cast<int>(i)), words(day.value), words(day.low), words(day.high)});
  }
  std::string text = table.text(look);
  if (insights::has_whole(*seen.history.choice.kpi)) {
    text += fmt::format("{} in all: {} ({} – {})\n",
                        ahead.days.size() == 1 ? "1 day" : fmt::format("{} days", ahead.days.size()),
                        words(ahead.whole.value), words(ahead.whole.low), words(ahead.whole.high));
  }
  const insights::BackTest& test = ahead.back_test;
  if (test.points > 0) {
    text += fmt::format(
        "tried from {} days of the past: {:.0f} % of {} days lay inside; the error is {:.2f} of that of repeating last "
        "week\n",
        grouped(test.origins), test.coverage * 100, grouped(test.points), test.scaled);
  }
  return text;
}

Result<metrics::Question> question_in(const AheadWords& words, const metrics::Scope& scope) {
  Selectors selectors = words.selectors;
  selectors.kpis = {words.kpi};
  return question_of(selectors, scope);
}

Result<Exit> tell_forecast(Call& call, const AheadWords& words) {
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const metrics::Question question, question_in(words, scope));
  TRY(const SeenForecast seen, forecast_of(call.house, scope, question, words.days));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"forecast", forecast_json(seen)}});
  } else {
    call.print(forecast_text(seen, Numbers(seen.history, scope), call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> tell_anomalies(Call& call, const AheadWords& asked) {
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const metrics::Question question, question_in(asked, scope));
  TRY(const SeenAnomalies seen, anomalies_of(call.house, scope, question));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"anomalies", anomalies_json(seen)}});
    return Exit::done;
  }
  const std::vector<insights::Anomaly>& found = seen.found;
  const DayRange days = seen.days;
  const Numbers words(seen.history, scope);
  if (found.empty()) {
    call.print(
        fmt::format("nothing out of the ordinary from {} to {}\n", format_day(days.first), format_day(days.end - 1)));
    return Exit::done;
  }
  Table table;
  table.column("day");
  // Of a stock it is the change that is out of the ordinary.
  const char* what = seen.history.nature == insights::Nature::stock ? "change" : "value";
  for (const char* title : {what, "expected", "usually", "p"}) table.column(title, Table::Align::right);
  for (const insights::Anomaly& each : found) {
    table.row({format_day(each.day), words(each.value), words(each.expected),
               fmt::format("{} – {}", words(each.low), words(each.high)),
               each.p_adjusted < 0.001 ? "< 0.001" : fmt::format("{:.3f}", each.p_adjusted)});
  }
  call.print(table.text(call.terminal.look()));
  return Exit::done;
}

Run declare_forecast(Options options) {
  auto words = std::make_shared<AheadWords>();
  options.word("KEY", "a KPI, as key or key:variant", &words->kpi);
  options.number("--ahead", "DAYS", "how many days (28)", &words->days);
  words->selectors.declare_range(options);
  return [words](Call& call) { return tell_forecast(call, *words); };
}

Run declare_anomalies(Options options) {
  auto words = std::make_shared<AheadWords>();
  options.word("KEY", "a KPI, as key or key:variant", &words->kpi);
  words->selectors.declare_range(options);
  return [words](Call& call) { return tell_anomalies(call, *words); };
}

}  // namespace

const Command forecast_command{"forecast", "how a KPI goes on, with intervals tried on its own past",
                               "sociometer forecast impressions --ahead 28 --filter network=instagram", Needs::data,
                               declare_forecast};
const Command anomalies_command{"anomalies", "days of a KPI that are out of the ordinary",
                                "sociometer anomalies impressions --last 90d", Needs::data, declare_anomalies};

}  // namespace sociometer::surfaces
