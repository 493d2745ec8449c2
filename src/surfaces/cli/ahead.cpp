// How a number goes on, and which of its days were out of the ordinary.
#include <fmt/format.h>

#include <algorithm>

#include "insights/insights.h"
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
  int64_t days = 28;
};

// What both commands ask: a KPI's days up to yesterday.
struct History {
  metrics::Scope scope;
  metrics::Answer answer;
  catalog::KpiChoice choice;
  std::shared_ptr<const catalog::Catalog> catalog;
  insights::DaySeries series;
  insights::Nature nature = insights::Nature::count;
};

Result<History> history_of(Call& call, AheadWords words) {
  History history;
  words.selectors.kpis = {words.kpi};
  words.selectors.by = {"day"};
  TRY(history.scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(metrics::Question question, question_of(words.selectors, history.scope));
  TRY(history.answer, as_wrong_words(call.house.engine->ask(history.scope, question)));
  TRY(history.catalog, catalog_in(history.scope, question));
  TRY(history.choice, as_wrong_words(history.catalog->find_kpi(words.kpi)));
  history.series = insights::series_of(history.answer, history.scope.zone.day_of(history.scope.now));
  history.nature = insights::nature_of(*history.choice.kpi, history.series);
  return history;
}

JsonObject head_json(const History& history) {
  JsonObject head{{"question", metrics::to_json(history.answer).as_object().at("question")},
                  {"kpi", history.choice.kpi->key},
                  {"variant", history.choice.variant->key.empty() ? Json(nullptr) : Json(history.choice.variant->key)}};
  JsonArray days;
  for (size_t i = 0; i < history.series.values.size(); ++i) {
    const auto& value = history.series.values[i];
    days.push_back(JsonObject{{"day", format_day(history.series.first + static_cast<int>(i))},
                              {"value", value ? Json(*value) : Json(nullptr)}});
  }
  head["history"] = std::move(days);
  return head;
}

std::string value_words(const History& history, double value) {
  return value_text(value, history.choice.variant->unit, history.scope.currency);
}

std::string forecast_text(const History& history, const insights::Forecast& ahead, const Look& look) {
  Table table;
  table.column("day");
  for (const char* title : {"value", "low", "high"}) table.column(title, Table::Align::right);
  for (size_t i = 0; i < ahead.days.size(); ++i) {
    const insights::Ahead& day = ahead.days[i];
    table.row({format_day(ahead.first + static_cast<int>(i)), value_words(history, day.value),
               value_words(history, day.low), value_words(history, day.high)});
  }
  std::string text = table.text(look);
  if (insights::has_whole(*history.choice.kpi)) {
    text += fmt::format("{} in all: {} ({} – {})\n",
                        ahead.days.size() == 1 ? "1 day" : fmt::format("{} days", ahead.days.size()),
                        value_words(history, ahead.whole.value), value_words(history, ahead.whole.low),
                        value_words(history, ahead.whole.high));
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

Result<Exit> tell_forecast(Call& call, const AheadWords& words) {
  TRY(const History history, history_of(call, words));
  TRY(const insights::Forecast ahead,
      insights::forecast(history.series, history.nature,
                         static_cast<int>(std::clamp<int64_t>(words.days, 0, insights::forecast_days_max + 1))));
  if (call.globals.output == Output::json) {
    JsonObject document = head_json(history);
    const Json told = insights::to_json(ahead, insights::has_whole(*history.choice.kpi));
    for (const auto& member : told.as_object()) {
      document[member.key()] = member.value();
    }
    call.print_json(JsonObject{{"forecast", std::move(document)}});
  } else {
    call.print(forecast_text(history, ahead, call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> tell_anomalies(Call& call, const AheadWords& words) {
  AheadWords everything = words;
  everything.selectors.from = everything.selectors.to = everything.selectors.last = "";
  TRY(const History history, history_of(call, everything));
  AheadWords period = words;
  period.selectors.kpis = {words.kpi};
  TRY(const metrics::Question asked, question_of(period.selectors, history.scope));
  const DayRange days = asked.days.value_or(
      DayRange{history.series.first, history.series.first + static_cast<int>(history.series.values.size())});
  TRY(const std::vector<insights::Anomaly> found, insights::anomalies(history.series, history.nature, days));
  if (call.globals.output == Output::json) {
    JsonObject document = head_json(history);
    document.erase("history");
    document["from"] = format_day(days.first);
    document["to"] = format_day(days.end - 1);
    document["days"] = insights::to_json(found);
    document["judged"] = history.nature == insights::Nature::stock ? "change" : "value";
    document["false_discovery_rate"] = 0.05;
    call.print_json(JsonObject{{"anomalies", std::move(document)}});
    return Exit::done;
  }
  if (found.empty()) {
    call.print(
        fmt::format("nothing out of the ordinary from {} to {}\n", format_day(days.first), format_day(days.end - 1)));
    return Exit::done;
  }
  Table table;
  table.column("day");
  // Of a stock it is the change that is out of the ordinary.
  const char* what = history.nature == insights::Nature::stock ? "change" : "value";
  for (const char* title : {what, "expected", "usually", "p"}) table.column(title, Table::Align::right);
  for (const insights::Anomaly& each : found) {
    table.row({format_day(each.day), value_words(history, each.value), value_words(history, each.expected),
               fmt::format("{} – {}", value_words(history, each.low), value_words(history, each.high)),
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
