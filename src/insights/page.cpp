#include "insights/page.h"

#include "metrics/metrics.h"

namespace sociometer::insights {
namespace {

// Adjusts the probabilities of all series as one family, and leaves those at the rate or below.
template <typename Judged>
int64_t keep_found(std::vector<std::vector<Judged>>& judged, DayRange asked, double rate) {
  std::vector<double> p;
  for (const auto& series : judged) {
    for (const Judged& one : series) p.push_back(one.p);
  }
  const std::vector<double> adjusted = metrics::adjusted_for_many(p);
  size_t next = 0;
  for (auto& series : judged) {
    for (Judged& one : series) one.p_adjusted = adjusted[next++];
    std::erase_if(series, [&](const Judged& one) { return one.p_adjusted > rate || !asked.contains(one.day); });
  }
  return static_cast<int64_t>(p.size());
}

DaySeries until(const DaySeries& history, Day end) {
  DaySeries known = history;
  const auto days = static_cast<size_t>(std::max(end - history.first, 0));
  if (days < known.values.size()) known.values.resize(days);
  return known;
}

}  // namespace

JudgedPage judge(const std::vector<SeriesAsked>& series, DayRange asked, double rate) {
  JudgedPage page;
  std::vector<std::vector<Anomaly>> days;
  std::vector<std::vector<ChangePoint>> changes;
  for (const SeriesAsked& each : series) {
    const DaySeries known = until(each.history, asked.end);
    Result<std::vector<Anomaly>> judged = judged_days(known, each.nature, asked);
    page.series.push_back({{}, {}, judged ? "" : judged.error().message});
    days.push_back(judged ? std::move(*judged) : std::vector<Anomaly>());
    changes.push_back(judged_changes(known, each.nature));
  }
  page.days = keep_found(days, asked, rate);
  page.changes = keep_found(changes, asked, rate);
  for (size_t i = 0; i < series.size(); ++i) {
    page.series[i].anomalies = std::move(days[i]);
    page.series[i].changes = std::move(changes[i]);
  }
  return page;
}

}  // namespace sociometer::insights
