// Benchmarks: the same number beside others – a rank among accounts, a place between the percentiles of a cohort.
//
//   Rank rank = rank_among(mine, others, Good::up, 5);
//   rank.position;      // 2, of rank.of
//   rank.percentile;    // what part of the others lies below; empty with a reason where they are too few
//   place_in({{25, .01}, {50, .02}}, .015).percentile;   // 37.5
//
// What is only bounded has neither rank nor percentile, and who told nothing counts for nobody: unknown is not last.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "metrics/metrics.h"

namespace sociometer::insights {

// Where a value lies between the percentiles that are known: by straight lines between them, and not beyond the ends.
struct PercentilePlace {
  std::optional<double> percentile;  // 0 … 100
  // Outside what is known: below the lowest percentile or above the highest, and which that is.
  enum class Beyond { no, below, above } beyond = Beyond::no;
  int mark = 0;
};
PercentilePlace place_in(const std::map<int, double>& percentiles, double value);
// "p62", "below p10"; empty where nothing is known.
std::string words_of(const PercentilePlace& place);

// The percentiles 10, 25, 50, 75 and 90 of a cohort (Hyndman & Fan 1996, type 7). Empty where there are no values.
std::map<int, double> percentiles_of(std::vector<double> values);
// Of its median, by order statistics: the narrowest pair that holds it with at least 95 in a hundred. None under six.
std::optional<metrics::Interval> median_interval(std::vector<double> values);

struct Rank {
  int64_t position = 0;  // from 1, the best; equals share one. By size where no way is the good one. 0: none
  int64_t of = 0;        // accounts with a value, oneself among them
  // The best and worst that the intervals allow: an account is surely better where its whole interval is.
  int64_t best = 0, worst = 0;
  // (others with a smaller value + half of the equal ones) / others, × 100.
  std::optional<double> percentile;
  std::string reason;  // why there is no percentile: small_cohort, bounded, or why there is no value
};

// `minimum`: with fewer others that have a value no percentile is given.
Rank rank_among(const metrics::Cell& mine, std::span<const metrics::Cell* const> others, catalog::Good good,
                int64_t minimum);

}  // namespace sociometer::insights
