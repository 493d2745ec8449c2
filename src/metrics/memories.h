// Memories: what an engine remembers of the store between questions.
#pragma once

#include <cstdint>
#include <string>

#include "metrics/account_posts.h"
#include "metrics/memory.h"
#include "metrics/series_days.h"

namespace sociometer::metrics {

using SeriesMemory = Memory<int64_t, SeriesDays>;      // by number of the series in the store
using PostMemory = Memory<std::string, AccountPosts>;  // by account, zone and measures

// Sixty megabytes each.
struct Memories {
  SeriesMemory series{5'000'000};
  PostMemory posts{7'500'000};
};

}  // namespace sociometer::metrics
