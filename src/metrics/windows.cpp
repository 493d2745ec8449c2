#include "metrics/windows.h"

#include <algorithm>

namespace sociometer::metrics {
namespace {

// The same part of the bucket before: as many days from its beginning, never past its end.
DayRange same_part(DayRange full, DayRange part, DayRange before) {
  Day first = std::min(before.first + (part.first - full.first), before.end);
  Day end = part.end == full.end ? before.end : std::min(before.first + (part.end - full.first), before.end);
  return {first, std::max(first, end)};
}

// A year back with the weekdays kept: 52 weeks.
constexpr int weeks_of_a_year = 364;

// Where a bucket still runs, only the part that has passed is set against the same part of the other.
DayRange passed(DayRange days, Day today) {
  if (!days.contains(today)) return days;
  return {days.first, std::max(days.first + 1, std::min(days.end, today + 1))};
}

DayRange year_before_bucket(DayRange full, Bucket bucket) {
  switch (bucket) {
    case Bucket::day:
    case Bucket::week:
      return {full.first - weeks_of_a_year, full.end - weeks_of_a_year};
    case Bucket::month:
    case Bucket::quarter:
    case Bucket::year:
      return {add_months(full.first, -12), add_months(full.end, -12)};
  }
  return full;
}

std::optional<DayRange> compared_bucket(DayRange full, DayRange part, Bucket bucket, const Compare& compare,
                                        DayRange range, Day today) {
  DayRange counted = passed(part, today);
  switch (compare.kind) {
    case Compare::Kind::none:
      return std::nullopt;
    case Compare::Kind::previous:
      return same_part(full, counted, bucket_shifted(full.first, bucket, -1));
    case Compare::Kind::year:
      return same_part(full, counted, year_before_bucket(full, bucket));
    case Compare::Kind::range: {
      // The n-th bucket against the n-th stretch of the other range, of the same length.
      int offset = counted.first - range.first;
      DayRange shifted{compare.days.first + offset, compare.days.first + offset + counted.days()};
      return intersection(shifted, compare.days);
    }
  }
  return std::nullopt;
}

// The running calendar bucket that begins where the range does and has not ended with it: "this month so far".
std::optional<Bucket> running_bucket(DayRange range, const Calendar& calendar) {
  auto runs = [&](Bucket bucket) {
    DayRange full = bucket_of(range.first, bucket, calendar.week_start);
    return full.first == range.first && full.contains(calendar.today) && range.end <= full.end &&
           range.end > calendar.today;
  };
  if (calendar.running && runs(*calendar.running)) return calendar.running;
  for (Bucket bucket : {Bucket::month, Bucket::quarter, Bucket::year, Bucket::week}) {
    if (runs(bucket)) return bucket;
  }
  return std::nullopt;
}

std::optional<DayRange> compared_range(DayRange range, const Calendar& calendar, const Compare& compare) {
  switch (compare.kind) {
    case Compare::Kind::none:
      return std::nullopt;
    case Compare::Kind::range:
      return compare.days;
    case Compare::Kind::previous: {
      if (auto running = running_bucket(range, calendar)) {
        DayRange full = bucket_of(range.first, *running, calendar.week_start);
        return same_part(full, passed(range, calendar.today), bucket_shifted(full.first, *running, -1));
      }
      if (auto period = calendar_period(range, calendar.week_start)) {
        auto [bucket, count] = *period;
        return DayRange{bucket_shifted(range.first, bucket, -count).first, range.first};
      }
      return DayRange{range.first - range.days(), range.first};
    }
    case Compare::Kind::year: {
      DayRange counted = passed(range, calendar.today);
      auto period = calendar_period(range, calendar.week_start);
      bool by_calendar = (period && period->first != Bucket::week) || running_bucket(range, calendar);
      if (by_calendar) {
        Day first = add_months(counted.first, -12);
        bool whole = period && counted == range;
        return DayRange{first, whole ? add_months(range.end, -12) : first + counted.days()};
      }
      return DayRange{counted.first - weeks_of_a_year, counted.end - weeks_of_a_year};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::pair<Bucket, int>> calendar_period(DayRange range, Weekday week_start) {
  for (Bucket bucket : {Bucket::year, Bucket::quarter, Bucket::month, Bucket::week}) {
    if (bucket_of(range.first, bucket, week_start).first != range.first) continue;
    DayRange last = bucket_of(range.end - 1, bucket, week_start);
    if (last.end != range.end) continue;
    int count = 0;
    for (Day day = range.first; day < range.end; day = bucket_shifted(day, bucket, 1).first) ++count;
    return std::pair{bucket, count};
  }
  return std::nullopt;
}

std::vector<TimeWindow> windows_of(DayRange range, std::optional<Bucket> bucket, const Calendar& calendar,
                                   const Compare& compare) {
  std::vector<TimeWindow> windows;
  if (!bucket) {
    windows.push_back({range, compared_range(range, calendar, compare), "", range.end > calendar.today});
    return windows;
  }
  for (Day day = range.first; day < range.end;) {
    DayRange full = bucket_of(day, *bucket, calendar.week_start);
    DayRange part = intersection(full, range);
    windows.push_back({part, compared_bucket(full, part, *bucket, compare, range, calendar.today),
                       bucket_label(full.first, *bucket), part != full || full.end > calendar.today});
    day = full.end;
  }
  return windows;
}

std::vector<Day> segment_edges(const std::vector<TimeWindow>& windows) {
  std::vector<Day> edges;
  for (const TimeWindow& window : windows) {
    edges.push_back(window.days.first);
    edges.push_back(window.days.end);
    if (!window.compared) continue;
    edges.push_back(window.compared->first);
    edges.push_back(window.compared->end);
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

}  // namespace sociometer::metrics
