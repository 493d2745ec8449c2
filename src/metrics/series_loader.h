// SeriesLoader: the units of a frame that are days, or segments of days, of an account's own series – and what happened
// between two readings of posts' counters, where an account has no series.
#pragma once

#include <set>
#include <string>

#include "metrics/frame_reading.h"

namespace sociometer::metrics {

class SeriesLoader {
 public:
  explicit SeriesLoader(FrameReading& reading) : reading_(reading), frame_(reading.frame), wants_(reading.wants) {}
  // internal: the store refused. invalid: a sum is beyond 64 bits.
  Result<Done> load();

 private:
  Result<Done> load_days();
  Result<Done> load_ranges();
  Result<Done> load_differences();
  class SeriesUnits;

  FrameReading& reading_;
  Frame& frame_;
  const FrameWants& wants_;
  std::set<std::string> ranges_told_;  // the breakdowns by which flows are told of ranges or rolling windows
};

}  // namespace sociometer::metrics
