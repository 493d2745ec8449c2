// Survival: how long things take when some have not ended yet.
//
// A conversation that waits since Monday has no response time, but leaving it out makes the team look faster than it
// is. It is counted as "at least so long" (right-censored), by Kaplan and Meier.
//
//   auto waited = std::vector<Duration>{{240, Duration::ended}, {86400, Duration::open}};
//   survival_quantile(waited, 0.5);            // the median
//   survival_interval(waited, 0.5);            // "kaplan_meier"
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <vector>

#include "metrics/metrics.h"

namespace sociometer::metrics {

struct Duration {
  enum End { ended, open };
  double length = 0;
  End end = ended;
};

// The shortest time by which the share `p` has ended; where exactly that share has for a while, the middle of it, which
// is the usual median where nothing is open. Nothing where so many never have.
std::optional<double> survival_quantile(std::vector<Duration> durations, double p);

// All times that the test "a share p has ended by then" does not refuse, by Greenwood's variance of log(−log S). The
// end above is open where the data do not reach so far. Nothing below two that have ended. Source: Brookmeyer and
// Crowley 1982; Klein and Moeschberger, Survival Analysis, 4.5.
std::optional<Interval> survival_interval(std::vector<Duration> durations, double p);

}  // namespace sociometer::metrics
