#include "metrics/best_tier.h"

#include <set>
#include <string_view>

#include "metrics/series_values.h"

namespace sociometer::metrics {
namespace {

using ToldOf = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;

ToldOf told_of(const SeriesName& name) {
  return {name.network, name.account, name.measure, name.member};
}

// Hands on the stretches of days that nobody better tells.
void hand_on_rest(const ToldDays& told, const std::set<Day>& told_better, const std::function<void(ToldDays)>& each) {
  size_t begin = 0;
  auto end_stretch = [&](size_t end) {
    if (end > begin) each({told.days.subspan(begin, end - begin), told.values.subspan(begin, end - begin), told.batch});
    begin = end + 1;
  };
  for (size_t i = 0; i < told.days.size(); ++i) {
    if (told_better.contains(told.days[i])) end_stretch(i);
  }
  end_stretch(told.days.size());
}

}  // namespace

BestTier::BestTier(const std::vector<SeriesName>& names) : names_(names), contested_(names.size()) {
  std::map<ToldOf, std::pair<int, bool>> tiers;  // the first seen, and whether there is another
  for (const SeriesName& name : names) {
    if (!name.has_days) continue;
    auto [entry, inserted] = tiers.try_emplace(told_of(name), name.tier, false);
    if (!inserted && entry->second.first != name.tier) entry->second.second = true;
  }
  for (size_t series = 0; series < names.size(); ++series) {
    auto found = tiers.find(told_of(names[series]));
    contested_[series] = found != tiers.end() && found->second.second;
  }
}

void BestTier::hold(size_t series, const ToldDays& told) {
  held_.try_emplace(series, std::nullopt).first->second.add(told);
}

void BestTier::hand_on(const Each& each) {
  std::map<ToldOf, std::map<int, std::vector<size_t>>> by_tier;
  for (auto& [series, days] : held_) {
    days.settle();
    by_tier[told_of(names_[series])][names_[series].tier].push_back(series);
  }
  for (const auto& [told, tiers] : by_tier) {
    std::set<Day> told_better;
    for (const auto& [tier, of_tier] : tiers) {
      std::set<Day> own;
      for (size_t series : of_tier) {
        for (const ToldDays& stretch : held_.at(series).of(std::nullopt)) {
          hand_on_rest(stretch, told_better, [&](const ToldDays& rest) { each(series, rest); });
          own.insert(stretch.days.begin(), stretch.days.end());
        }
      }
      told_better.merge(own);
    }
  }
}

}  // namespace sociometer::metrics
