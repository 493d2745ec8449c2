#include "metrics/intervals.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "base/check.h"

namespace sociometer::metrics {
namespace {
constexpr double level = 0.95;
}

std::optional<Interval> delta_interval(double value, const std::vector<double>& influence, const char* method) {
  size_t n = influence.size();
  if (n < 2) return std::nullopt;
  double mean = 0;
  for (double d : influence) mean += d;
  mean /= static_cast<double>(n);
  double squares = 0;
  for (double d : influence) squares += (d - mean) * (d - mean);
  double variance = static_cast<double>(n) / static_cast<double>(n - 1) * squares;
  boost::math::students_t t(static_cast<double>(n - 1));
  double reach = boost::math::quantile(t, 1 - (1 - level) / 2) * std::sqrt(variance);
  // Counts over counts: an end below zero says nothing more than zero does.
  double low = value >= 0 ? std::max(0.0, value - reach) : value - reach;
  return Interval{low, value + reach, level, method};
}

double median_of(const std::vector<double>& ascending) {
  CHECK(!ascending.empty());
  size_t half = ascending.size() / 2;
  return ascending.size() % 2 == 1 ? ascending[half] : (ascending[half - 1] + ascending[half]) / 2;
}

std::optional<Interval> median_interval(const std::vector<double>& ascending) {
  size_t n = ascending.size();
  if (n < 6) return std::nullopt;
  boost::math::binomial coin(static_cast<double>(n), 0.5);
  // The greatest rank below which the median lies with at most half of what the level leaves.
  size_t rank = 0;
  while (boost::math::cdf(coin, static_cast<double>(rank)) <= (1 - level) / 2) ++rank;
  if (rank == 0) return std::nullopt;
  return Interval{ascending[rank - 1], ascending[n - rank], level, "order_statistics"};
}

}  // namespace sociometer::metrics
