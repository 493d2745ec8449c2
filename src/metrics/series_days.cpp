#include "metrics/series_days.h"

#include <algorithm>
#include <numeric>

namespace sociometer::metrics {

void SeriesDays::add(const ToldDays& told) {
  days_.insert(days_.end(), told.days.begin(), told.days.end());
  values_.insert(values_.end(), told.values.begin(), told.values.end());
  if (stretches_.empty() || stretches_.back().batch != told.batch) stretches_.push_back({0, told.batch});
  stretches_.back().end = days_.size();
}

void SeriesDays::settle() {
  if (std::is_sorted(days_.begin(), days_.end())) return;
  std::vector<size_t> order(days_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return days_[a] < days_[b]; });
  std::vector<int64_t> batches;
  batches.reserve(days_.size());
  for (const Stretch& stretch : stretches_) batches.resize(stretch.end, stretch.batch);
  SeriesDays sorted(window_);
  sorted.days_.reserve(days_.size());
  sorted.values_.reserve(days_.size());
  for (size_t at : order) sorted.add({{&days_[at], 1}, {&values_[at], 1}, batches[at]});
  *this = std::move(sorted);
}

bool SeriesDays::has(std::optional<DayRange> days) const {
  return !window_ || (days && window_->contains(*days));
}

std::vector<ToldDays> SeriesDays::of(std::optional<DayRange> days) const {
  size_t begin = 0, end = days_.size();
  if (days) {
    begin = static_cast<size_t>(std::lower_bound(days_.begin(), days_.end(), days->first) - days_.begin());
    end = static_cast<size_t>(std::lower_bound(days_.begin(), days_.end(), days->end) - days_.begin());
  }
  std::vector<ToldDays> told;
  for (const Stretch& stretch : stretches_) {
    const size_t until = std::min(end, stretch.end);
    if (until <= begin) continue;
    told.push_back({std::span(days_).subspan(begin, until - begin), std::span(values_).subspan(begin, until - begin),
                    stretch.batch});
    begin = until;
  }
  return told;
}

}  // namespace sociometer::metrics
