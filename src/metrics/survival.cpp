#include "metrics/survival.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

// The curve after one of the times at which something ended.
struct CurveStep {
  double time = 0;
  double surviving = 1;
  double greenwood = 0;  // Σ d / (n (n − d))
};

std::vector<CurveStep> curve_of(std::vector<Duration> durations) {
  // What is still open at a time was at risk of ending at it.
  std::sort(durations.begin(), durations.end(), [](const Duration& a, const Duration& b) {
    return a.length != b.length ? a.length < b.length : a.end < b.end;
  });
  std::vector<CurveStep> steps;
  CurveStep step;
  auto at_risk = static_cast<double>(durations.size());
  for (size_t i = 0; i < durations.size();) {
    double ended = 0, gone = 0;
    double time = durations[i].length;
    for (; i < durations.size() && durations[i].length == time; ++i) {
      ended += durations[i].end == Duration::ended;
      ++gone;
    }
    if (ended > 0) {
      step.time = time;
      step.surviving *= 1 - ended / at_risk;
      step.greenwood += at_risk > ended ? ended / (at_risk * (at_risk - ended)) : 0;
      steps.push_back(step);
    }
    at_risk -= gone;
  }
  return steps;
}

}  // namespace

std::optional<double> survival_quantile(std::vector<Duration> durations, double p) {
  constexpr double rounding = 1e-12;
  std::vector<CurveStep> steps = curve_of(std::move(durations));
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].surviving > 1 - p + rounding) continue;
    // Where the curve rests on the share wanted, the middle of the rest: without open ones the usual median.
    bool rests = steps[i].surviving >= 1 - p - rounding && i + 1 < steps.size();
    return rests ? (steps[i].time + steps[i + 1].time) / 2 : steps[i].time;
  }
  return std::nullopt;
}

std::optional<Interval> survival_interval(std::vector<Duration> durations, double p) {
  std::vector<CurveStep> steps = curve_of(std::move(durations));
  if (steps.size() < 2) return std::nullopt;
  double z = boost::math::quantile(boost::math::normal(), 1 - (1 - interval_level) / 2);
  double wanted = std::log(-std::log(1 - p));
  // How many standard errors the curve lies above (positive) or below what is wanted.
  // Where nothing survives there is no variance, and nothing is refused.
  auto distance = [&](const CurveStep& step) {
    if (step.surviving <= 0) return 0.0;
    double log = std::log(step.surviving);
    return (wanted - std::log(-log)) / (std::sqrt(step.greenwood) / std::abs(log));
  };
  Interval interval{std::nullopt, std::nullopt, interval_level, "kaplan_meier"};
  for (const CurveStep& step : steps) {
    double away = distance(step);
    if (!interval.low && away <= z) interval.low = step.time;
    if (!interval.high && away < -z) interval.high = step.time;
  }
  if (!interval.low) return std::nullopt;
  return interval;
}

}  // namespace sociometer::metrics
