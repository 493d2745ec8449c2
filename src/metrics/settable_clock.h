// For tests: a clock that shows what it is set to.
#pragma once

#include "base/clock.h"

namespace sociometer::metrics {

class SettableClock final : public Clock {
 public:
  Instant now() const override { return instant; }
  Instant instant;
};

}  // namespace sociometer::metrics
