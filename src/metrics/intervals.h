// Intervals: how sure a number is.
#pragma once

#include <optional>
#include <vector>

#include "metrics/metrics.h"

namespace sociometer::metrics {

// Delta method: `influence` holds, for each unit, the derivative of the estimate by the sums times the unit's own
// values; the estimate's variance is n / (n − 1) × Σ (influence − mean influence)². The t distribution with n − 1
// degrees of freedom is used because the variance is estimated from the same few units. Nothing below two units.
// Source: Casella and Berger, Statistical Inference, 5.5.4; Cochran, Sampling Techniques, 6.
std::optional<Interval> delta_interval(double value, const std::vector<double>& influence, const char* method);

// Median by order statistics: the ranks that enclose it with at least the level under the binomial with p = 1/2.
// Source: Conover, Practical Nonparametric Statistics, 3.2. Nothing below six values, where no ranks do.
std::optional<Interval> median_interval(const std::vector<double>& ascending);
double median_of(const std::vector<double>& ascending);

}  // namespace sociometer::metrics
