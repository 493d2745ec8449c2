#include "insights/insights.h"

#include <cmath>

#include "insights/day_model.h"

namespace sociometer::insights {
namespace {

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

JsonObject ahead_json(const Ahead& ahead) {
  return {{"value", ahead.value},
          {"interval",
           JsonObject{{"low", ahead.low}, {"high", ahead.high}, {"level", 0.95}, {"method", "rolling_origins"}}}};
}

}  // namespace

DaySeries series_of(const metrics::Answer& answer, Day today) {
  DaySeries series;
  for (const metrics::Cell& cell : answer.rows) {
    if (cell.asked != answer.question.kpis.front() || cell.by.empty()) continue;
    auto day = parse_day(cell.by.front());
    if (!day || *day >= today) continue;
    if (series.values.empty()) series.first = *day;
    // The answer has every day of its range; were one missing, it would be a day without a value.
    series.values.resize(static_cast<size_t>(day->number - series.first.number));
    series.values.push_back(cell.value);
  }
  // Before anything was known there is no history.
  auto known = std::find_if(series.values.begin(), series.values.end(), [](const auto& value) { return bool(value); });
  series.first = series.first + static_cast<int>(known - series.values.begin());
  series.values.erase(series.values.begin(), known);
  return series;
}

Nature nature_of(const catalog::Kpi& kpi, const DaySeries& history) {
  using catalog::Class;
  if (kpi.additivity == Class::stock) return Nature::stock;
  bool counts = kpi.additivity == Class::flow || kpi.additivity == Class::lifetime || kpi.additivity == Class::unique;
  bool below_zero =
      std::any_of(history.values.begin(), history.values.end(), [](const auto& value) { return value && *value < 0; });
  return counts && !below_zero ? Nature::count : Nature::level;
}

bool has_whole(const catalog::Kpi& kpi) {
  return kpi.additivity != catalog::Class::unique;
}

Json to_json(const Forecast& ahead, bool with_whole) {
  JsonArray days;
  for (size_t i = 0; i < ahead.days.size(); ++i) {
    JsonObject day{{"day", format_day(ahead.first + static_cast<int>(i))}};
    const JsonObject told = ahead_json(ahead.days[i]);
    for (const auto& member : told) day[member.key()] = member.value();
    days.push_back(std::move(day));
  }
  return JsonObject{{"days", std::move(days)},
                    {"whole", with_whole ? Json(ahead_json(ahead.whole)) : Json(nullptr)},
                    {"back_test", JsonObject{{"origins", ahead.back_test.origins},
                                             {"days", ahead.back_test.points},
                                             {"coverage", number_or_null(ahead.back_test.coverage)},
                                             {"mean_error", number_or_null(ahead.back_test.error)},
                                             {"scaled_error", number_or_null(ahead.back_test.scaled)}}}};
}

Json to_json(const std::vector<Anomaly>& found) {
  JsonArray days;
  for (const Anomaly& anomaly : found) {
    days.push_back(JsonObject{
        {"day", format_day(anomaly.day)},
        {"value", anomaly.value},
        {"expected", anomaly.expected},
        {"interval",
         JsonObject{{"low", anomaly.low}, {"high", anomaly.high}, {"level", 0.95}, {"method", "one_day_ahead"}}},
        {"p", anomaly.p},
        {"p_adjusted", anomaly.p_adjusted}});
  }
  return days;
}

}  // namespace sociometer::insights
