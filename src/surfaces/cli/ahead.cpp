// How a number goes on, and which of its days were out of the ordinary.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
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

// A table of what was found: members and KPI where a page has several, then what is said of each.
class PageTable {
 public:
  PageTable(const SeenPage& seen, const metrics::Scope& scope) : seen_(seen), scope_(scope) {}

  std::string days(const Look& look) const {
    Table table = begun("day");
    // Of a stock it is the change that is out of the ordinary.
    const char* what = is_of_stock() ? "change" : "value";
    for (const char* title : {what, "expected", "usually", "p"}) table.column(title, Table::Align::right);
    for (const SeenSeries& series : seen_.series) {
      for (const insights::Anomaly& each : series.judged.anomalies) {
        std::vector<std::string> row = begun(series, each.day);
        for (std::string& cell :
             std::vector<std::string>{words(series, each.value), words(series, each.expected),
                                      between(series, each.low, each.high), p_words(each.p_adjusted)}) {
          row.push_back(std::move(cell));
        }
        table.row(std::move(row));
      }
    }
    return table.empty() ? "" : table.text(look);
  }

  std::string changes(const Look& look) const {
    Table table = begun("changed on");
    for (const char* title : {"a day before", "a day since", "p"}) table.column(title, Table::Align::right);
    for (const SeenSeries& series : seen_.series) {
      for (const insights::ChangePoint& each : series.judged.changes) {
        std::vector<std::string> row = begun(series, each.day);
        row.push_back(words(series, each.before));
        row.push_back(words(series, each.after));
        row.push_back(p_words(each.p_adjusted));
        table.row(std::move(row));
      }
    }
    return table.empty() ? "" : table.text(look);
  }

 private:
  bool is_of_stock() const { return seen_.is_one() && seen_.series.front().nature == insights::Nature::stock; }
  Table begun(const char* day) const {
    Table table;
    if (!seen_.is_one()) {
      for (const std::string& dimension : seen_.question.by) table.column(dimension);
      table.column("kpi");
    }
    table.column(day);
    return table;
  }
  std::vector<std::string> begun(const SeenSeries& series, Day day) const {
    std::vector<std::string> row;
    if (!seen_.is_one()) {
      row = series.members;
      const std::string& variant = series.choice.variant->key;
      row.push_back(variant.empty() ? series.choice.kpi->key : series.choice.kpi->key + ":" + variant);
    }
    row.push_back(format_day(day));
    return row;
  }
  std::string words(const SeenSeries& series, double value) const {
    return value_text(value, series.choice.variant->unit, scope_.currency);
  }
  std::string between(const SeenSeries& series, double low, double high) const {
    return fmt::format("{} – {}", words(series, low), words(series, high));
  }

  const SeenPage& seen_;
  const metrics::Scope& scope_;
};

std::string anomalies_text(const SeenPage& seen, const metrics::Scope& scope, const Look& look) {
  const PageTable tables(seen, scope);
  const std::string days = tables.days(look), changes = tables.changes(look);
  const std::string range = fmt::format("from {} to {}", format_day(seen.days.first), format_day(seen.days.end - 1));
  std::string text = days.empty() ? fmt::format("nothing out of the ordinary {}\n", range) : days;
  text += changes.empty() ? fmt::format("no change of level {}\n", range) : "\n" + changes;
  if (seen.is_one()) return text;
  for (const SeenSeries& series : seen.series) {
    if (series.judged.reason.empty()) continue;
    std::vector<std::string> name = series.members;
    name.push_back(series.choice.kpi->key);
    text += fmt::format("{} is not judged: {}\n", join(name, " "), series.judged.reason);
  }
  return text + fmt::format(
                    "{} days of {} series looked at together; at most one in twenty of those called out of the "
                    "ordinary is so by chance\n",
                    grouped(seen.days_judged), seen.series.size());
}

Result<Exit> tell_anomalies(Call& call, const Selectors& selectors) {
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const metrics::Question question, question_of(selectors, scope));
  TRY(const SeenPage seen, anomalies_of(call.house, scope, question));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"anomalies", anomalies_json(seen)}});
  } else {
    call.print(anomalies_text(seen, scope, call.terminal.look()));
  }
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
  auto selectors = std::make_shared<Selectors>();
  options.words("KEY", "one or more KPIs, as key or key:variant", &selectors->kpis);
  options.texts("--by", "DIM,…", "of each member: network, account, post_kind, …; all are judged together",
                &selectors->by);
  selectors->declare_range(options);
  return [selectors](Call& call) { return tell_anomalies(call, *selectors); };
}

}  // namespace

const Command forecast_command{"forecast", "how a KPI goes on, with intervals tried on its own past",
                               "sociometer forecast impressions --ahead 28 --filter network=instagram", Needs::data,
                               declare_forecast};
const Command anomalies_command{"anomalies", "days out of the ordinary, and from when on a KPI has another level",
                                "sociometer anomalies impressions engagements --by network --last 90d", Needs::data,
                                declare_anomalies};

}  // namespace sociometer::surfaces
