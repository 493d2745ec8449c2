// SeriesDays: what one series said of its days, as two columns.
//
//     SeriesDays days(window);
//     days.add({told_days, told_values, batch});
//     days.settle();
//     for (const ToldDays& told : days.of(month)) …
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"

namespace sociometer::metrics {

// Days that one batch told of a series, and what it told.
struct ToldDays {
  std::span<const Day> days;
  std::span<const int64_t> values;  // as many
  int64_t batch = 0;                // 0 unless wanted
};

class SeriesDays {
 public:
  // The days it will be told of; none: all there are.
  explicit SeriesDays(std::optional<DayRange> window) : window_(window) {}

  void add(const ToldDays& told);
  // Once all is added, in whatever order.
  void settle();
  bool has(std::optional<DayRange> days) const;
  // What lies within `days`, ascending; the spans live as long as this.
  std::vector<ToldDays> of(std::optional<DayRange> days) const;
  size_t size() const { return days_.size(); }

 private:
  struct Stretch {
    size_t end;  // index after its last day
    int64_t batch;
  };
  std::optional<DayRange> window_;
  std::vector<Day> days_;
  std::vector<int64_t> values_;
  std::vector<Stretch> stretches_;
};

}  // namespace sociometer::metrics
