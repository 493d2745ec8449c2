// Whether what happened in a period differs from the period before by more than such periods do. Part of the front door
// of alerts.
//
// A sum of days – impressions, engagements, revenue – is counted, not sampled, and has no interval of its own; but
// weeks differ from each other when nothing happened. How much they usually do is seen in the own past: the differences
// from one period to the next, of as many periods as are known, say how great a difference is to be expected (Student's
// t on their root mean square, as their mean is none). Counts are compared as logarithms, and vary at least as counting
// itself does (Anscombe 1948).
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <vector>

#include "insights/insights.h"
#include "metrics/metrics.h"

namespace sociometer::alerts {

constexpr int differences_min = 8;  // fewer say too little of what is usual

// `totals` of periods of one length, oldest first, each following on the one before; the last is compared with the one
// before it. A period that is not wholly known has none. Nothing: too few are known. `p_adjusted` is that of one
// comparison alone.
std::optional<metrics::Evidence> weigh_period(const std::vector<std::optional<double>>& totals,
                                              insights::Nature nature);

}  // namespace sociometer::alerts
