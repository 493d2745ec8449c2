// SeriesLoader: the units of a frame that are days, or segments of days, of an account's own series – and what happened
// between two readings of posts' counters, where an account has no series.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "metrics/by_promotion.h"
#include "metrics/frame_reading.h"

namespace sociometer::metrics {

struct SeriesUnit {
  std::map<std::string, ByPromotion> told;
  int32_t days() const;  // of data: those of the measure that has most
};
// By account, member, first day, end day.
using SeriesUnits = std::map<std::tuple<int32_t, int32_t, int32_t, int32_t>, SeriesUnit>;

class SeriesLoader {
 public:
  explicit SeriesLoader(FrameReading& reading) : reading_(reading), frame_(reading.frame), wants_(reading.wants) {}
  // internal: the store refused. invalid: a sum is beyond 64 bits.
  Result<Done> load();

 private:
  Result<Done> load_days();
  Result<Done> load_ranges();
  Result<Done> load_differences();
  void emit_series(const SeriesUnits& units);

  FrameReading& reading_;
  Frame& frame_;
  const FrameWants& wants_;
  std::set<std::string> ranges_told_;  // the breakdowns by which flows are told of ranges or rolling windows
};

}  // namespace sociometer::metrics
