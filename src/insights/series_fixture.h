// For tests: the day on which made-up series begin.
#pragma once

#include "base/time.h"

namespace sociometer::insights {

inline constexpr Day first_day{20'000};

}  // namespace sociometer::insights
