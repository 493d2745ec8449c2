#include "insights/benchmarks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sociometer::insights {
namespace {

constexpr int marks[] = {10, 25, 50, 75, 90};
constexpr double median_level = 0.95;

double quantile(const std::vector<double>& ascending, double share) {
  const double place = share * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<size_t>(std::floor(place));
  const size_t above = std::min(below + 1, ascending.size() - 1);
  return ascending[below] + (place - static_cast<double>(below)) * (ascending[above] - ascending[below]);
}

// Certain ends of what a number may be: its interval, where it has both ends, else itself.
std::pair<double, double> ends_of(const metrics::Cell& cell) {
  if (cell.interval && cell.interval->low && cell.interval->high) return {*cell.interval->low, *cell.interval->high};
  return {*cell.value, *cell.value};
}

std::string reason_of(const metrics::Cell& cell) {
  const bool bounded = cell.interval && cell.interval->method == "bounds";
  return bounded ? "bounded" : cell.reason.empty() ? "no_data" : cell.reason;
}

}  // namespace

PercentilePlace place_in(const std::map<int, double>& percentiles, double value) {
  PercentilePlace place;
  if (percentiles.empty()) return place;
  // Several percentiles may have one value: the middle of them.
  std::optional<int> first, last;
  for (const auto& [mark, known] : percentiles) {
    if (known != value) continue;
    if (!first) first = mark;
    last = mark;
  }
  if (first) {
    place.percentile = (*first + *last) / 2.0;
    return place;
  }
  const auto above =
      std::find_if(percentiles.begin(), percentiles.end(), [&](const auto& known) { return known.second > value; });
  if (above == percentiles.begin()) return {{}, PercentilePlace::Beyond::below, above->first};
  const auto below = std::prev(above);
  if (above == percentiles.end()) return {{}, PercentilePlace::Beyond::above, below->first};
  const double share = (value - below->second) / (above->second - below->second);
  place.percentile = below->first + share * (above->first - below->first);
  return place;
}

std::string words_of(const PercentilePlace& place) {
  if (place.percentile) return fmt::format("p{:.0f}", *place.percentile);
  if (place.beyond == PercentilePlace::Beyond::below) return fmt::format("below p{}", place.mark);
  if (place.beyond == PercentilePlace::Beyond::above) return fmt::format("above p{}", place.mark);
  return "";
}

std::map<int, double> percentiles_of(std::vector<double> values) {
  std::map<int, double> percentiles;
  if (values.empty()) return percentiles;
  std::sort(values.begin(), values.end());
  for (int mark : marks) percentiles[mark] = quantile(values, mark / 100.0);
  return percentiles;
}

std::optional<metrics::Interval> median_interval(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  // The median lies below the kth smallest as often as fewer than k of n coins fall heads.
  double coin = std::pow(0.5, static_cast<double>(n)), below = 0;
  size_t k = 0;
  for (; k < n / 2; ++k) {
    if (2 * (below + coin) > 1 - median_level) break;
    below += coin;
    coin = coin * static_cast<double>(n - k) / static_cast<double>(k + 1);
  }
  if (k == 0) return std::nullopt;
  metrics::Interval interval;
  interval.low = values[k - 1];
  interval.high = values[n - k];
  interval.level = median_level;
  interval.method = "order_statistics";
  return interval;
}

Rank rank_among(const metrics::Cell& mine, std::span<const metrics::Cell* const> others, catalog::Good good,
                int64_t minimum) {
  Rank rank;
  if (!mine.value) {
    rank.reason = reason_of(mine);
    return rank;
  }
  const bool less_is_better = good == catalog::Good::down;
  const auto [low, high] = ends_of(mine);
  int64_t known = 0, below = 0, equal = 0, better = 0, surely_better = 0, surely_worse = 0;
  for (const metrics::Cell* other : others) {
    if (!other->value) continue;
    ++known;
    below += *other->value < *mine.value ? 1 : 0;
    equal += *other->value == *mine.value ? 1 : 0;
    better += (less_is_better ? *other->value < *mine.value : *other->value > *mine.value) ? 1 : 0;
    const auto [other_low, other_high] = ends_of(*other);
    surely_better += (less_is_better ? other_high < low : other_low > high) ? 1 : 0;
    surely_worse += (less_is_better ? other_low > high : other_high < low) ? 1 : 0;
  }
  rank.position = better + 1;
  rank.of = known + 1;
  rank.best = surely_better + 1;
  rank.worst = known + 1 - surely_worse;
  if (known == 0 || known < minimum) {
    rank.reason = "small_cohort";
  } else {
    rank.percentile =
        100 * (static_cast<double>(below) + 0.5 * static_cast<double>(equal)) / static_cast<double>(known);
  }
  return rank;
}

}  // namespace sociometer::insights
