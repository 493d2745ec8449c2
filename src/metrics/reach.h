// Reach: how many different people, when all that is known is how many there were in this window and in that.
//
// People of one day come back the next, so reach is never summed to a number. What can be said:
//   from below  the largest window that lies wholly inside the days asked: they were all reached;
//   from above  any window that contains them, or the cheapest set of windows that together cover them: nobody else
//   was.
// Where days are missing there is no bound from above. Followers bound nothing: most of whom a post reaches follow
// nobody.
#pragma once

#include <optional>
#include <vector>

#include "metrics/frame.h"

namespace sociometer::metrics {

struct ReachBounds {
  std::optional<int64_t> low, high;
  bool exact = false;                                  // a window told of just these days: low == high
  int64_t windows = 0;                                 // windows looked at
  std::optional<UniqueWindow> from_below, from_above;  // what gave the bound; from_above empty where it is a sum
  std::vector<UniqueWindow> summed;                    // the windows whose sum bounds from above
};

ReachBounds reach_bounds(const std::vector<UniqueWindow>& windows, DayRange days);

}  // namespace sociometer::metrics
