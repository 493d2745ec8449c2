#include "metrics/series_slices.h"

#include <algorithm>
#include <map>

namespace sociometer::metrics {

std::vector<SeriesSlice> slices_of(const FrameWants& wants, const std::set<std::string>& measures,
                                   const FrameWants::Parts& parts) {
  std::vector<SeriesSlice> all;
  if (!measures.empty()) all.push_back({measures, wants.breakdown, wants.breakdown_members, {}});
  std::map<std::string, SeriesSlice> by_dimension;
  for (const auto& [name, part] : parts) {
    // Asked by a breakdown, the rows are of its members already; of another one nobody tells.
    if (part.dimension.empty() || !wants.breakdown.empty() || part.members.empty()) continue;
    SeriesSlice& slice = by_dimension[part.dimension];
    slice.dimension = part.dimension;
    slice.measures.insert(part.measure);
    slice.members.insert(slice.members.end(), part.members.begin(), part.members.end());
    bool known = std::any_of(slice.parts.begin(), slice.parts.end(),
                             [&base = part.base](const ColumnPart* other) { return other->base == base; });
    if (!known) slice.parts.push_back(&part);
  }
  for (auto& [dimension, slice] : by_dimension) all.push_back(std::move(slice));
  return all;
}

}  // namespace sociometer::metrics
