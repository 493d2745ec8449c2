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

// One KPI of one member of the page.
struct SeenSeries {
  std::vector<std::string> members;
  catalog::KpiChoice choice;
  insights::Nature nature = insights::Nature::count;
  insights::JudgedSeries judged;
};

// Several KPIs, and members of dimensions, judged in one look.
struct SeenPage {
  metrics::Question question;  // as asked
  std::string zone;
  std::shared_ptr<const catalog::Catalog> catalog;
  DayRange days;  // that were looked at
  std::vector<SeenSeries> series;
  int64_t days_judged = 0, changes_judged = 0;
  // One KPI without dimensions: then it is the page.
  bool is_one() const { return question.kpis.size() == 1 && question.by.empty(); }
};

// `question` has one KPI and no dimensions. invalid: it has others, asks to compare, or too little is known.
Result<SeenForecast> forecast_of(const House& house, const metrics::Scope& scope, const metrics::Question& question,
                                 int64_t days);
// The question's days are looked at; what is usual is known by all days there are. Its dimensions are of members, not
// of time. invalid: they are of time, it asks to compare, there are more than page_series_max series, or of the only
// one too little is known.
Result<SeenPage> anomalies_of(const House& house, const metrics::Scope& scope, const metrics::Question& question);

constexpr size_t page_series_max = 200;
constexpr int64_t forecast_days_usual = 28;

JsonObject forecast_json(const SeenForecast& seen);
JsonObject anomalies_json(const SeenPage& seen);

}  // namespace sociometer::surfaces
