#include "metrics/reach.h"

#include <algorithm>
#include <limits>

namespace sociometer::metrics {
namespace {

// The cheapest windows that together cover `days`, or nothing where a day has none. Shortest path over the days: to
// have covered the first k of them, the last window may begin at or before any covered day.
std::optional<std::vector<const UniqueWindow*>> cheapest_cover(const std::vector<UniqueWindow>& windows,
                                                               DayRange days) {
  constexpr int64_t unreached = std::numeric_limits<int64_t>::max();
  auto count = static_cast<size_t>(days.days());
  std::vector<const UniqueWindow*> touching;
  for (const UniqueWindow& window : windows) {
    if (!intersection(window.days, days).empty()) touching.push_back(&window);
  }
  std::sort(touching.begin(), touching.end(), [](const UniqueWindow* a, const UniqueWindow* b) {
    return a->days.end != b->days.end ? a->days.end < b->days.end : a->days.first < b->days.first;
  });
  std::vector<int64_t> cost(count + 1, unreached);
  std::vector<const UniqueWindow*> last(count + 1, nullptr);
  std::vector<size_t> before(count + 1, 0);
  cost[0] = 0;
  for (const UniqueWindow* window : touching) {
    auto begin = static_cast<size_t>(std::max(0, window->days.first - days.first));
    auto end = static_cast<size_t>(std::min(window->days.end, days.end) - days.first);
    for (size_t from = begin; from < end; ++from) {
      if (cost[from] == unreached || cost[from] + window->value >= cost[end]) continue;
      cost[end] = cost[from] + window->value;
      last[end] = window;
      before[end] = from;
    }
  }
  if (cost[count] == unreached) return std::nullopt;
  std::vector<const UniqueWindow*> cover;
  for (size_t at = count; at > 0; at = before[at]) cover.push_back(last[at]);
  std::reverse(cover.begin(), cover.end());
  return cover;
}

}  // namespace

ReachBounds reach_bounds(const std::vector<UniqueWindow>& windows, DayRange days) {
  ReachBounds bounds;
  for (const UniqueWindow& window : windows) {
    if (intersection(window.days, days).empty()) continue;
    ++bounds.windows;
    if (window.days == days) {
      bounds.low = bounds.high = window.value;
      bounds.from_below = bounds.from_above = window;
      bounds.exact = true;
      bounds.summed.clear();
      return bounds;
    }
    if (days.contains(window.days) && (!bounds.low || window.value > *bounds.low)) {
      bounds.low = window.value;
      bounds.from_below = window;
    }
    if (window.days.contains(days) && (!bounds.high || window.value < *bounds.high)) {
      bounds.high = window.value;
      bounds.from_above = window;
    }
  }
  if (auto cover = cheapest_cover(windows, days)) {
    int64_t sum = 0;
    for (const UniqueWindow* window : *cover) sum += window->value;
    if (!bounds.high || sum < *bounds.high) {
      bounds.high = sum;
      bounds.from_above.reset();
      for (const UniqueWindow* window : *cover) bounds.summed.push_back(*window);
    }
  }
  return bounds;
}

}  // namespace sociometer::metrics
