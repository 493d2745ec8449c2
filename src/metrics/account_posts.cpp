#include "metrics/account_posts.h"

#include <algorithm>

namespace sociometer::metrics {

std::pair<size_t, size_t> AccountPosts::within(std::optional<DayRange> days) const {
  if (!days) return {0, day.size()};
  auto first_of = [this](Day from) {
    return static_cast<size_t>(std::lower_bound(day.begin(), day.end(), from) - day.begin());
  };
  return {first_of(days->first), first_of(days->end)};
}

}  // namespace sociometer::metrics
