#include "alerts/period_change.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace sociometer::alerts {
namespace {

constexpr double change_chance = 0.05;
constexpr size_t differences_max = 52;

// As which totals are compared, and back.
double compared_as(double total, insights::Nature nature) {
  return nature == insights::Nature::count ? std::log1p(std::max(total, 0.0)) : total;
}
double back(double value, insights::Nature nature) {
  return nature == insights::Nature::count ? std::expm1(value) : value;
}

// How often two counts of one and the same expectation differ as much: each of their roots varies by a half.
double by_counting(double value, double compared) {
  const double distance = std::sqrt(2.0) * (std::sqrt(value + 0.375) - std::sqrt(compared + 0.375));
  return 2 * cdf(complement(boost::math::normal_distribution<double>(), std::abs(distance)));
}

}  // namespace

std::optional<metrics::Evidence> weigh_period(const std::vector<std::optional<double>>& totals,
                                              insights::Nature nature) {
  if (totals.size() < 2) return std::nullopt;
  const std::optional<double>& value = totals.back();
  const std::optional<double>& compared = totals[totals.size() - 2];
  if (!value || !compared) return std::nullopt;
  double squares = 0;
  size_t known = 0;
  for (size_t i = totals.size() - 2; i > 0 && known < differences_max; --i) {
    if (!totals[i] || !totals[i - 1]) continue;
    const double difference = compared_as(*totals[i], nature) - compared_as(*totals[i - 1], nature);
    squares += difference * difference;
    ++known;
  }
  if (known < differences_min) return std::nullopt;
  const boost::math::students_t_distribution<double> usual(static_cast<double>(known));
  const double size = std::max(std::sqrt(squares / static_cast<double>(known)), 1e-12);
  const double difference = compared_as(*value, nature) - compared_as(*compared, nature);
  metrics::Evidence evidence;
  evidence.difference = *value - *compared;
  evidence.p = 2 * cdf(complement(usual, std::abs(difference) / size));
  if (nature == insights::Nature::count) evidence.p = std::max(evidence.p, by_counting(*value, *compared));
  evidence.p_adjusted = evidence.p;
  evidence.change = evidence.p <= change_chance;
  const double within = quantile(complement(usual, change_chance / 2)) * size;
  const double from = compared_as(*compared, nature);
  evidence.interval.low = back(from + difference - within, nature) - *compared;
  evidence.interval.high = back(from + difference + within, nature) - *compared;
  evidence.interval.method = "usual_changes";
  return evidence;
}

}  // namespace sociometer::alerts
