// Windows: the days a question's rows stand for, and the days each is compared with.
//
// A question by month over a quarter has three windows; without a time dimension it has one. Every window knows its
// counterpart in the comparison, so that half a month is never set against a whole one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {

struct TimeWindow {
  DayRange days;                     // what the row counts
  std::optional<DayRange> compared;  // what it is set against
  std::string label;                 // "2026-01"; empty without a time dimension
  bool partial = false;              // cut by the question's range, or still running
};

// What decides how days fall into buckets.
struct Calendar {
  Weekday week_start = Weekday::monday;
  Day today;                      // the workspace's: a bucket that holds it, or a later day, is still running
  std::optional<Bucket> running;  // what "so far" was asked of, where the range alone leaves it open (1 to 15 January)
};

// Windows of `range` by `bucket` (none: one window), ascending and disjoint.
std::vector<TimeWindow> windows_of(DayRange range, std::optional<Bucket> bucket, const Calendar& calendar,
                                   const Compare& compare);

// The calendar bucket that `range` is a whole number of, the largest first: a January is months(1), not days(31).
std::optional<std::pair<Bucket, int>> calendar_period(DayRange range, Weekday week_start);

// The edges at which any window begins or ends, ascending: between two neighbours every day belongs to the same
// windows, so sums over these segments are enough to answer all of them.
std::vector<Day> segment_edges(const std::vector<TimeWindow>& windows);

}  // namespace sociometer::metrics
