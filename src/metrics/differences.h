// Differences: whether two numbers differ by more than chance, and by how much.
//
//   Measured now{0.041, interval_now, 42}, then{0.033, interval_then, 38};
//   if (auto difference = difference_of(now, then)) difference->p;   // 0.03: evidence at 5 %
//
// One test serves every kind of number that has an interval – shares, rates, means, medians, scores – because it is
// built from the two intervals alone: what is shown and what is tested cannot disagree. It supposes that the two
// samples are independent, as those of two periods or two accounts are.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/metrics.h"

namespace sociometer::metrics {

struct Measured {
  double value = 0;
  Interval interval;
  int64_t n = 0;  // units or trials; decides how far the tails of small samples reach
};

struct Difference {
  double value = 0;   // a − b
  Interval interval;  // of the difference, "mover"
  double p = 1;       // two-sided: how often chance alone gives as much
};

// The method of variance estimates recovery (MOVER). With shares and Wilson's interval it is Newcombe's. Nothing where
// an interval has an open end, is bounds, or either side has fewer than two units. Source: Zou and Donner, Statistics
// in Medicine 2008; Newcombe 1998.
std::optional<Difference> difference_of(const Measured& a, const Measured& b);

// Two shares of trials, exactly as tables are tested: p by the "N − 1" χ² test, the interval as above.
// Source: Campbell, Chi-squared and Fisher-Irwin tests of two-by-two tables, Statistics in Medicine 2007.
struct Trials {
  int64_t successes = 0, trials = 0;
};
std::optional<Difference> proportion_difference(Trials a, Trials b);

// Two means, by Welch's test. Nothing below two values on a side.
std::optional<Difference> mean_difference(std::span<const double> a, std::span<const double> b);

}  // namespace sociometer::metrics
