// How a KPI goes on and which of its days are out of the ordinary, as the command line and the API show them.
#pragma once

#include <memory>
#include <vector>

#include "insights/insights.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// A KPI's days up to yesterday.
struct DayHistory {
  metrics::Answer answer;
  std::shared_ptr<const catalog::Catalog> catalog;
  catalog::KpiChoice choice;
  insights::DaySeries series;
  insights::Nature nature = insights::Nature::count;
};

struct SeenForecast {
  DayHistory history;
  insights::Forecast ahead;
};

struct SeenAnomalies {
  DayHistory history;
  DayRange days;  // that were looked at
  std::vector<insights::Anomaly> found;
};

// `question` has one KPI and no dimensions. invalid: it has others, asks to compare, or too little is known.
Result<SeenForecast> forecast_of(const House& house, const metrics::Scope& scope, const metrics::Question& question,
                                 int64_t days);
// The question's days are looked at; what is usual is known by all days there are.
Result<SeenAnomalies> anomalies_of(const House& house, const metrics::Scope& scope, const metrics::Question& question);

constexpr int64_t forecast_days_usual = 28;

JsonObject forecast_json(const SeenForecast& seen);
JsonObject anomalies_json(const SeenAnomalies& seen);

}  // namespace sociometer::surfaces
