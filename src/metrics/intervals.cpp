#include "metrics/intervals.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace sociometer::metrics {
namespace {

__extension__ typedef __int128 Wide;

double normal_quantile() {
  static const double z = boost::math::quantile(boost::math::normal(), 1 - (1 - interval_level) / 2);
  return z;
}

double t_quantile(double degrees) {
  return boost::math::quantile(boost::math::students_t(degrees), 1 - (1 - interval_level) / 2);
}

// Of squares of deviations from the mean.
double sum_of_squares(std::span<const double> values) {
  double mean = steady_sum(values) / static_cast<double>(values.size());
  std::vector<double> squares;
  squares.reserve(values.size());
  for (double value : values) squares.push_back((value - mean) * (value - mean));
  return steady_sum(squares);
}

}  // namespace

double steady_sum(std::span<const double> values) {
  double greatest = 0;
  for (double value : values) {
    if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
    greatest = std::max(greatest, std::abs(value));
  }
  if (greatest == 0) return 0;
  int exponent = 0;
  std::frexp(greatest, &exponent);
  int shift = 62 - exponent;
  // By a power of two in two steps, each of which a double can hold: exact, and quicker than ldexp.
  double half = std::ldexp(1.0, shift / 2), rest = std::ldexp(1.0, shift - shift / 2);
  Wide sum = 0;
  for (double value : values) sum += static_cast<int64_t>(value * half * rest);
  return std::ldexp(static_cast<double>(sum), -shift);
}

std::optional<Interval> wilson_interval(int64_t successes, int64_t trials) {
  CHECK(successes >= 0 && successes <= trials);
  if (trials == 0) return std::nullopt;
  auto n = static_cast<double>(trials);
  double p = static_cast<double>(successes) / n;
  double z2 = normal_quantile() * normal_quantile();
  double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  double reach = normal_quantile() / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  // None of them, or all: the ends that the formula reaches but for its rounding.
  double low = successes == 0 ? 0 : middle - reach;
  double high = successes == trials ? 1 : middle + reach;
  return Interval{low, high, interval_level, "wilson"};
}

std::optional<Interval> nps_interval(int64_t promoters, int64_t passives, int64_t detractors) {
  CHECK(promoters >= 0 && passives >= 0 && detractors >= 0);
  if (promoters + passives + detractors == 0) return std::nullopt;
  double n = static_cast<double>(promoters + passives + detractors) + 3;
  double p = (static_cast<double>(promoters) + 0.75) / n;
  double d = (static_cast<double>(detractors) + 0.75) / n;
  double reach = normal_quantile() * std::sqrt((p + d - (p - d) * (p - d)) / n);
  // With a single answer the ends do not reach the score itself.
  double answered = n - 3, score = static_cast<double>(promoters - detractors) / answered;
  double low = std::min(score, std::max(-1.0, p - d - reach)), high = std::max(score, std::min(1.0, p - d + reach));
  return Interval{low, high, interval_level, "adjusted_wald"};
}

std::optional<Interval> mean_interval(std::span<const double> values) {
  size_t n = values.size();
  if (n < 2) return std::nullopt;
  auto count = static_cast<double>(n);
  double mean = steady_sum(values) / count;
  double reach = t_quantile(count - 1) * std::sqrt(sum_of_squares(values) / (count - 1) / count);
  return Interval{mean - reach, mean + reach, interval_level, "t"};
}

double degrees_of_freedom(std::span<const double> influence) {
  auto count = static_cast<double>(influence.size());
  double mean = steady_sum(influence) / count;
  std::vector<double> squares, fourths;
  squares.reserve(influence.size());
  fourths.reserve(influence.size());
  for (double d : influence) {
    squares.push_back((d - mean) * (d - mean));
    fourths.push_back(squares.back() * squares.back());
  }
  double sum = steady_sum(squares);
  double kurtosis = sum > 0 ? count * steady_sum(fourths) / (sum * sum) : 0;
  return kurtosis <= 1 ? count - 1 : std::clamp(2 * count / (kurtosis - 1), 1.0, count - 1);
}

std::optional<Interval> delta_interval(double value, const std::vector<double>& influence, const char* method,
                                       Sign sign) {
  size_t n = influence.size();
  if (n < 2) return std::nullopt;
  auto count = static_cast<double>(n);
  double error = std::sqrt(count / (count - 1) * sum_of_squares(influence));
  // What rounding leaves of a spread is none.
  if (!std::isfinite(error) || error <= 1e-12 * std::abs(value)) return std::nullopt;
  double reach = t_quantile(degrees_of_freedom(influence)) * error;
  if (sign == Sign::any || value <= 0) return Interval{value - reach, value + reach, interval_level, method};
  double third = reach / value / 3;
  auto end = [&](double root) { return value * root * root * root; };
  return Interval{end(std::max(0.0, 1 - third)), end(1 + third), interval_level, method};
}

double quantile_of(std::span<const double> ascending, double p) {
  CHECK(!ascending.empty());
  double place = p * static_cast<double>(ascending.size() - 1);
  auto below = static_cast<size_t>(place);
  if (below + 1 == ascending.size()) return ascending[below];
  double share = place - static_cast<double>(below);
  return ascending[below] + share * (ascending[below + 1] - ascending[below]);
}

std::optional<Interval> quantile_interval(std::span<const double> ascending, double p) {
  size_t n = ascending.size();
  if (n == 0) return std::nullopt;
  boost::math::binomial below(static_cast<double>(n), p);
  // P(the quantile lies below rank r) = P(fewer than r values lie below it).
  auto cdf = [&](size_t r) { return boost::math::cdf(below, static_cast<double>(r)); };
  size_t low = 0;
  while (low < n && cdf(low) <= (1 - interval_level) / 2) ++low;
  size_t high = low;
  while (high < n && cdf(high) < 1 - (1 - interval_level) / 2) ++high;
  // Ranks count from one. Where the quantile lies below the first value, or above the last, more often than the level
  // leaves, that end is open.
  if (low == 0 && high == n) return std::nullopt;
  Interval interval{std::nullopt, std::nullopt, interval_level, "order_statistics"};
  if (low > 0) interval.low = ascending[low - 1];
  if (high < n) interval.high = ascending[high];
  return interval;
}

double median_of(std::span<const double> ascending) {
  return quantile_of(ascending, 0.5);
}

std::optional<Interval> median_interval(std::span<const double> ascending) {
  return quantile_interval(ascending, 0.5);
}

}  // namespace sociometer::metrics
