// Local time in SQL: which day, hour and weekday an instant is in a zone, as plain integer arithmetic. `AT TIME ZONE`
// would cost more than all the rest of a question; the offsets of a zone within the days asked are few.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "metrics/dialect.h"

namespace sociometer::metrics {

// Of a zone, for instants from `from` up to, not including, `to`.
class LocalTime {
 public:
  LocalTime(const Dialect& dialect, const Zone& zone, Instant from, Instant to);

  // SQL for an instant's day (days since 1970), hour (0–23) and weekday (0: Monday).
  std::string day(std::string_view at) const;
  std::string hour(std::string_view at) const;
  std::string weekday(std::string_view at) const;

 private:
  std::string micros(std::string_view at) const;

  const Dialect& dialect_;
  int64_t first_offset_ = 0;                          // microseconds
  std::vector<std::pair<Instant, int64_t>> changes_;  // from when on which offset, ascending
};

}  // namespace sociometer::metrics
