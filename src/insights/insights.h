// Insights: what answers mean for what to do next – how a number goes on, which days were out of the ordinary, where a
// goal stands, how a number compares with others. It judges series that metrics answered; it reads and stores nothing.
//
//   DaySeries history = series_of(answer);                       // of a question by day, about one KPI
//   TRY(Forecast ahead, forecast(history, nature_of(kpi, history), 28));
//   TRY(auto unusual, anomalies(history, nature_of(kpi, history), asked));
//
// Threads: pure functions.
#pragma once

#include "base/json.h"
#include "insights/anomalies.h"
#include "insights/benchmarks.h"
#include "insights/best_times.h"
#include "insights/forecast.h"
#include "insights/goal_standing.h"
#include "insights/goals.h"
#include "insights/page.h"
#include "insights/standouts.h"
#include "metrics/metrics.h"

namespace sociometer::insights {

// The first KPI of an answer by day alone, up to the day before `today`, which is not over yet. A day without a value
// stays without.
DaySeries series_of(const metrics::Answer& answer, Day today);

// Every KPI of an answer and every member it is by, day being the last dimension: as answered, likewise up to `today`.
struct MemberSeries {
  std::vector<std::string> members;  // without the day
  std::string asked;                 // the KPI as the question names it
  DaySeries days;
};
std::vector<MemberSeries> series_by_member(const metrics::Answer& answer, Day today);

// A post of the content table about one KPI, in a zone. Nothing: it has no value, or its day is not known.
std::optional<PostSeen> post_seen(const metrics::PostRow& row, const Zone& zone);
// Whether a KPI of posts counts single things.
Counting counting_of(const catalog::KpiChoice& choice);

// How a KPI's days go together: counts where they add up and none of `history` is below zero, stocks, levels.
Nature nature_of(const catalog::Kpi& kpi, const DaySeries& history);
// Whether a horizon of it comes to something as a whole: people reached on several days do not.
bool has_whole(const catalog::Kpi& kpi);

// As docs/api.md has them.
Json to_json(const Forecast& ahead, bool with_whole);
Json to_json(const std::vector<Anomaly>& found);
Json to_json(const std::vector<ChangePoint>& found);
Json to_json(const std::vector<Trait>& shared);
Json to_json(const BestTimes& times);  // its cells

}  // namespace sociometer::insights
