// Intervals: how sure a number is. One function for each kind of number; docs/intervals.md has the formulas' sources
// and how often each interval held the truth when that was measured.
//
//   wilson_interval(17, 120)                      a share of trials: CSAT, completion, met in time
//   nps_interval(50, 33, 17)                      promoters less detractors
//   mean_interval(scores)                         a mean of scores or durations
//   median_interval(ascending), quantile_interval(ascending, 0.9)
//   delta_interval(rate, influence, "delta_posts")  a ratio of sums over posts or days
//   bootstrap.h                                   ratios, means and anything else, by drawing the units again
//   survival.h                                    times of which some have not ended
//   differences.h                                 whether two of them differ
//
// Every interval is two-sided at 95 %. Nothing comes back where the data cannot say: one post tells nothing of how
// posts differ. Results do not depend on the order of the data: sums are taken by `steady_sum`.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "metrics/metrics.h"

namespace sociometer::metrics {

// The sum, the same in whatever order the values come: they are added as integers of the greatest value's 2^-62 part.
double steady_sum(std::span<const double> values);

// A share of independent trials, by the score test. "wilson". Nothing without trials. CHECK: 0 <= successes <= trials.
// Source: Wilson 1927; Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion, 2001.
std::optional<Interval> wilson_interval(int64_t successes, int64_t trials);

// (promoters − detractors) / answers, −1…1, by adjusted Wald: three answers more, split evenly, so that ten promoters
// out of ten are not all there is to know. "adjusted_wald". Nothing without answers. Source: Rocks, Interval Estimation
// for the Net Promoter Score, The American Statistician 2016.
std::optional<Interval> nps_interval(int64_t promoters, int64_t passives, int64_t detractors);

// A mean, ± t(n − 1) standard errors. "t". Nothing below two values.
std::optional<Interval> mean_interval(std::span<const double> values);

// Delta method: `influence` holds, for each unit, the derivative of the estimate by the sums times the unit's own
// values; the estimate's variance is n / (n − 1) × Σ (influence − mean influence)². The t distribution with n − 1
// degrees of freedom is used because the variance is estimated from the same few units. Nothing below two units.
// Source: Casella and Berger, Statistical Inference, 5.5.4; Cochran, Sampling Techniques, 6.
std::optional<Interval> delta_interval(double value, const std::vector<double>& influence, const char* method);

// A quantile by order statistics: the ranks that enclose it with at least the level under the binomial. Between ranks
// the quantile is interpolated (type 7 of Hyndman and Fan 1996). "order_statistics".
// Where no rank encloses one end (the 90th percentile of thirty) it is open; where none does either end (the median of
// five) there is nothing. Source: Conover, Practical Nonparametric Statistics, 3.2.
double quantile_of(std::span<const double> ascending, double p);
std::optional<Interval> quantile_interval(std::span<const double> ascending, double p);
double median_of(std::span<const double> ascending);
std::optional<Interval> median_interval(std::span<const double> ascending);

}  // namespace sociometer::metrics
