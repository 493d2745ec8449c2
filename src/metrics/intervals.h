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

constexpr double interval_level = 0.95;
constexpr double normal_reach = 1.959963984540054;  // standard errors to each side, of what is normal

// The sum, the same in whatever order the values come: they are added as integers of the greatest value's 2^-62 part.
// NaN where one of them is no number.
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

// Fewer than these say little: the row carries `small_sample`, and no change is called one.
constexpr int64_t few_posts = 10;
constexpr int64_t few_trials = 30;

// The delta method. `influence` holds, for each unit, how much it moves the estimate: the derivative by the sums times
// the unit's own values, divided by 1 − the unit's share of the denominator (HC3), so that a post which carries half of
// all impressions counts as the risk that it is. The variance is n / (n − 1) × Σ (influence − mean influence)²; the
// quantile is Student's with 2n / (kurtosis of the influences − 1) degrees of freedom, n − 1 at most, because a
// variance that stands on a few outlying units is itself unsure. A number that cannot fall below zero is taken on the
// scale of its cube root, on which counts and their ratios are nearly symmetric. Nothing below two units, where they
// are all alike and so tell nothing of how others differ, or where one of them is all of the denominator. Source:
// Cochran, Sampling Techniques, 6; MacKinnon and White 1985 (HC3); Satterthwaite 1946 (degrees of freedom); Wilson and
// Hilferty 1931 (cube root).
double degrees_of_freedom(std::span<const double> influence);
enum class Sign { positive, any };
std::optional<Interval> delta_interval(double value, const std::vector<double>& influence, const char* method,
                                       Sign sign = Sign::positive);

// A quantile by order statistics: the ranks that enclose it with at least the level under the binomial. Between ranks
// the quantile is interpolated (type 7 of Hyndman and Fan 1996). "order_statistics".
// Where no rank encloses one end (the 90th percentile of thirty) it is open; where none does either end (the median of
// five) there is nothing. Source: Conover, Practical Nonparametric Statistics, 3.2.
double quantile_of(std::span<const double> ascending, double p);
std::optional<Interval> quantile_interval(std::span<const double> ascending, double p);
double median_of(std::span<const double> ascending);
std::optional<Interval> median_interval(std::span<const double> ascending);

}  // namespace sociometer::metrics
