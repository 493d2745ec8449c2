// StockLoader: the stocks and uniques of a frame, which are never added up over days.
#pragma once

#include "metrics/frame_reading.h"

namespace sociometer::metrics {

class StockLoader {
 public:
  explicit StockLoader(FrameReading& reading) : reading_(reading), frame_(reading.frame), wants_(reading.wants) {}
  // internal: the store refused.
  Result<Done> load();

 private:
  Result<Done> load_stocks();
  Result<Done> load_uniques();

  FrameReading& reading_;
  Frame& frame_;
  const FrameWants& wants_;
};

}  // namespace sociometer::metrics
