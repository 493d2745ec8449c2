// Lifespan: how long something lasts on average where some of it has not ended yet.
#pragma once

#include <optional>
#include <vector>

#include "metrics/metrics.h"

namespace sociometer::metrics {

struct Span {
  double length = 0;
  bool open = false;  // at least this long
};

// The area under the Kaplan–Meier curve up to the longest span, and its interval by Greenwood's variance: where nothing
// is open it is the plain mean. Spans in any order, at least one.
// Source: Klein, Moeschberger, Survival Analysis, 4.5.
struct MeanSpan {
  double mean = 0;
  std::optional<Interval> interval;
};
MeanSpan restricted_mean(std::vector<Span> spans);

}  // namespace sociometer::metrics
