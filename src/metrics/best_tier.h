// BestTier: who is believed where several sources tell of the same. Of an account's measure, or a member of it, each
// day is taken from the first of the network's API, its own export and a third party that tells of that day; what
// others say of it is left out, by promotion too, as their parts would not make one whole.
//
//     BestTier best(names);
//     …if (best.is_contested(series)) best.hold(series, told); else each(series, told);…
//     best.hand_on(each);
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "metrics/series_days.h"

namespace sociometer::metrics {

struct SeriesName;

class BestTier {
 public:
  using Each = std::function<void(size_t series, const ToldDays& told)>;
  // `names` must outlive this and may grow; whether a series is contested goes by those that are there now.
  explicit BestTier(const std::vector<SeriesName>& names);

  bool is_contested(size_t series) const { return contested_[series]; }
  void hold(size_t series, const ToldDays& told);
  // What is left of all that was held.
  void hand_on(const Each& each);

 private:
  const std::vector<SeriesName>& names_;
  std::vector<bool> contested_;
  std::map<size_t, SeriesDays> held_;
};

}  // namespace sociometer::metrics
