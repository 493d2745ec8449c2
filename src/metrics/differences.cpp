#include "metrics/differences.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

double two_sided(double t, double degrees) {
  if (std::isinf(t)) return 0;
  return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), std::abs(t)));
}

bool is_whole(const Measured& measured) {
  return measured.interval.low && measured.interval.high && measured.interval.method != "bounds" && measured.n >= 2;
}

struct Moments {
  double n = 0, mean = 0, squared_error = 0;
};

Moments moments_of(std::span<const double> values) {
  auto n = static_cast<double>(values.size());
  double mean = steady_sum(values) / n;
  std::vector<double> squares;
  for (double value : values) squares.push_back((value - mean) * (value - mean));
  return {n, mean, steady_sum(squares) / (n - 1) / n};
}

}  // namespace

std::optional<Difference> difference_of(const Measured& a, const Measured& b) {
  if (!is_whole(a) || !is_whole(b)) return std::nullopt;
  Difference difference;
  difference.value = a.value - b.value;
  double down = std::hypot(a.value - *a.interval.low, *b.interval.high - b.value);
  double up = std::hypot(*a.interval.high - a.value, b.value - *b.interval.low);
  difference.interval = Interval{difference.value - down, difference.value + up, interval_level, "mover"};
  if (difference.value == 0) return difference;
  double degrees = static_cast<double>(std::min(a.n, b.n) - 1);
  double toward_zero = difference.value > 0 ? down : up;
  double reach = boost::math::quantile(boost::math::students_t(degrees), 1 - (1 - interval_level) / 2);
  difference.p = toward_zero == 0 ? 0 : two_sided(difference.value / toward_zero * reach, degrees);
  return difference;
}

std::optional<Difference> proportion_difference(Trials a, Trials b) {
  auto first = wilson_interval(a.successes, a.trials), second = wilson_interval(b.successes, b.trials);
  if (!first || !second) return std::nullopt;
  auto share = [](Trials trials) { return static_cast<double>(trials.successes) / static_cast<double>(trials.trials); };
  // Wilson's interval holds for single trials too.
  auto difference = difference_of({share(a), *first, std::max<int64_t>(2, a.trials)},
                                  {share(b), *second, std::max<int64_t>(2, b.trials)});
  double n = static_cast<double>(a.trials + b.trials), successes = static_cast<double>(a.successes + b.successes);
  double both = successes * (n - successes) * static_cast<double>(a.trials) * static_cast<double>(b.trials);
  double cross = static_cast<double>(a.successes) * static_cast<double>(b.trials - b.successes) -
                 static_cast<double>(b.successes) * static_cast<double>(a.trials - a.successes);
  double z = both == 0 ? 0 : cross * std::sqrt((n - 1) / both);
  difference->p = 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), std::abs(z)));
  return difference;
}

std::optional<Difference> mean_difference(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || b.size() < 2) return std::nullopt;
  Moments x = moments_of(a), y = moments_of(b);
  Difference difference;
  difference.value = x.mean - y.mean;
  double squared = x.squared_error + y.squared_error;
  if (squared == 0) {
    difference.interval = Interval{difference.value, difference.value, interval_level, "welch"};
    difference.p = difference.value == 0 ? 1 : 0;
    return difference;
  }
  double degrees = squared * squared /
                   (x.squared_error * x.squared_error / (x.n - 1) + y.squared_error * y.squared_error / (y.n - 1));
  double error = std::sqrt(squared);
  double reach = boost::math::quantile(boost::math::students_t(degrees), 1 - (1 - interval_level) / 2) * error;
  difference.interval = Interval{difference.value - reach, difference.value + reach, interval_level, "welch"};
  difference.p = two_sided(difference.value / error, degrees);
  return difference;
}

std::vector<double> adjusted_for_many(std::span<const double> p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 1;
  for (size_t rank = order.size(); rank > 0; --rank) {
    size_t index = order[rank - 1];
    least = std::min(least, p[index] * static_cast<double>(p.size()) / static_cast<double>(rank));
    adjusted[index] = least;
  }
  return adjusted;
}

}  // namespace sociometer::metrics
