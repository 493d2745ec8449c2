// AccountPosts: the posts of one account with the counters of some measures, as columns.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace sociometer::metrics {

struct AccountPosts {
  std::optional<DayRange> window;                      // published on these days; none: all there are
  std::vector<Day> day;                                // ascending, in the zone it was asked in
  std::vector<int8_t> hour;                            // −1 where only the day is known
  std::map<std::string, std::vector<int64_t>> values;  // by measure; `absent` where not reported

  bool has(std::optional<DayRange> days) const { return !window || (days && window->contains(*days)); }
  size_t size() const { return day.size() * (values.size() + 1); }
  // The first of those within `days`, and the one after the last.
  std::pair<size_t, size_t> within(std::optional<DayRange> days) const;
};

}  // namespace sociometer::metrics
