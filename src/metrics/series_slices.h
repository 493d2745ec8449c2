// SeriesSlices: which series are read for a frame, and the stretches of days that their values are put into.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "metrics/frame.h"
#include "metrics/sql.h"

namespace sociometer::metrics {

// Measures as one breakdown tells them, and the columns that each of its rows goes to.
struct SeriesSlice {
  std::set<std::string> measures;
  std::string dimension;
  std::vector<std::string> members;      // only these; empty: all, each with rows of its own
  std::vector<const ColumnPart*> parts;  // what the rows are parts of; none: they are the question's own rows
  SeriesChoice choice(SeriesChoice::Of of) const { return {of, measures, dimension, members}; }
};

// The question's own rows, then the breakdowns that a formula names.
std::vector<SeriesSlice> slices_of(const FrameWants& wants, const std::set<std::string>& measures,
                                   const FrameWants::Parts& parts);

// The stretches between edges, numbered from 1; 0 is before the first edge, and one more than there are is after the
// last.
class Segments {
 public:
  explicit Segments(const std::vector<Day>& edges) : edges_(edges) {
    for (size_t i = 0; i + 1 < edges.size(); ++i) {
      for (Day day = edges[i]; day < edges[i + 1]; day = day + 1) of_day_.push_back(i + 1);
    }
  }
  size_t count() const { return edges_.size() - 1; }
  DayRange days(size_t segment) const { return {edges_[segment - 1], edges_[segment]}; }
  size_t of(Day day) const {
    if (day < edges_.front()) return 0;
    if (day >= edges_.back()) return edges_.size();
    return of_day_[static_cast<size_t>(day.number - edges_.front().number)];
  }

 private:
  const std::vector<Day>& edges_;
  std::vector<size_t> of_day_;
};

}  // namespace sociometer::metrics
