#include "surfaces/ahead.h"

#include <algorithm>

#include "surfaces/scope.h"
#include "surfaces/wrong_words.h"

namespace sociometer::surfaces {
namespace {

using metrics::Question;

Result<DayHistory> history_of(const House& house, const metrics::Scope& scope, Question question) {
  if (question.kpis.size() != 1) return invalid("one KPI is looked at, day by day", "kpi");
  if (!question.by.empty()) return invalid("it is looked at day by day; it takes no dimensions", "by");
  if (question.compare.kind != metrics::Compare::Kind::none || !question.against.empty()) {
    return invalid("days are looked at by themselves; `sociometer kpi` compares", "compare");
  }
  DayHistory history;
  question.by = {"day"};
  TRY(history.answer, as_wrong_words(house.engine->ask(scope, question)));
  TRY(history.catalog, catalog_in(scope, question));
  TRY(history.choice, as_wrong_words(history.catalog->find_kpi(question.kpis.front())));
  history.series = insights::series_of(history.answer, scope.zone.day_of(scope.now));
  history.nature = insights::nature_of(*history.choice.kpi, history.series);
  return history;
}

JsonObject head_json(const DayHistory& history) {
  const std::string& variant = history.choice.variant->key;
  return {{"question", metrics::to_json(history.answer).as_object().at("question")},
          {"kpi", history.choice.kpi->key},
          {"variant", variant.empty() ? Json(nullptr) : Json(variant)}};
}

}  // namespace

Result<SeenForecast> forecast_of(const House& house, const metrics::Scope& scope, const Question& question,
                                 int64_t days) {
  SeenForecast seen;
  TRY(seen.history, history_of(house, scope, question));
  TRY(seen.ahead, insights::forecast(seen.history.series, seen.history.nature,
                                     static_cast<int>(std::clamp<int64_t>(days, 0, insights::forecast_days_max + 1))));
  return seen;
}

Result<SeenAnomalies> anomalies_of(const House& house, const metrics::Scope& scope, const Question& question) {
  SeenAnomalies seen;
  Question everything = question;
  everything.days.reset();
  everything.last.clear();
  TRY(seen.history, history_of(house, scope, everything));
  const insights::DaySeries& series = seen.history.series;
  seen.days = question.days.value_or(DayRange{series.first, series.first + static_cast<int>(series.values.size())});
  TRY(seen.found, insights::anomalies(series, seen.history.nature, seen.days));
  return seen;
}

JsonObject forecast_json(const SeenForecast& seen) {
  JsonObject document = head_json(seen.history);
  const insights::DaySeries& series = seen.history.series;
  JsonArray days;
  for (size_t i = 0; i < series.values.size(); ++i) {
    const auto& value = series.values[i];
    days.push_back(JsonObject{{"day", format_day(series.first + static_cast<int>(i))},
                              {"value", value ? Json(*value) : Json(nullptr)}});
  }
  document["history"] = std::move(days);
  const Json told = insights::to_json(seen.ahead, insights::has_whole(*seen.history.choice.kpi));
  for (const auto& member : told.as_object()) document[member.key()] = member.value();
  return document;
}

JsonObject anomalies_json(const SeenAnomalies& seen) {
  JsonObject document = head_json(seen.history);
  document["from"] = format_day(seen.days.first);
  document["to"] = format_day(seen.days.end - 1);
  document["days"] = insights::to_json(seen.found);
  document["judged"] = seen.history.nature == insights::Nature::stock ? "change" : "value";
  document["false_discovery_rate"] = 0.05;
  return document;
}

}  // namespace sociometer::surfaces
