#include "metrics/frame.h"

#include <algorithm>

#include "base/check.h"

namespace sociometer::metrics {

int64_t add_known(int64_t a, int64_t b) {
  if (a == absent) return b;
  if (b == absent) return a;
  int64_t sum = 0;
  CHECK(!__builtin_add_overflow(a, b, &sum));
  return sum;
}

int covered_days(const std::vector<DayRange>& covered, DayRange range) {
  auto part = std::partition_point(covered.begin(), covered.end(),
                                   [&](const DayRange& before) { return before.end <= range.first; });
  int days = 0;
  for (; part != covered.end() && part->first < range.end; ++part) days += intersection(*part, range).days();
  return days;
}

void widen(std::optional<DayRange>& extent, DayRange days) {
  if (!extent) {
    extent = days;
    return;
  }
  extent->first = std::min(extent->first, days.first);
  extent->end = std::max(extent->end, days.end);
}

}  // namespace sociometer::metrics
