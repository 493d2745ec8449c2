// Clock: the only way to learn what time it is. `--now T` replaces it, so that what was seen at T can be seen again.
#pragma once

#include <memory>

#include "base/time.h"

namespace sociometer {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

std::shared_ptr<const Clock> system_clock();
std::shared_ptr<const Clock> fixed_clock(Instant instant);

// Microseconds on a clock that only goes forward; for progress and rates, never for facts.
int64_t steady_micros();

}  // namespace sociometer
