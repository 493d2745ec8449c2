// Which posts did better or worse than was expected of them, and when posts do best, as the command line and the API
// show them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "insights/insights.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

constexpr std::string_view post_kpi_usual = "engagements";
constexpr int64_t standouts_shown = 10, standouts_shown_max = 100;

// The posts of a question about one KPI; of very many the latest.
struct PostHistory {
  metrics::Question question;
  std::string zone;
  std::shared_ptr<const catalog::Catalog> catalog;
  catalog::KpiChoice choice;
  std::vector<metrics::PostRow> rows;     // beside `posts`
  std::vector<insights::PostSeen> posts;  // those with a value
  int64_t without_value = 0, older = 0;   // that were left out
};

struct SeenStandouts {
  PostHistory history;
  insights::Standouts found;  // of a KPI that is to be low, the standouts are those below what was expected
};

struct SeenBestTimes {
  PostHistory history;
  insights::BestTimes times;
};

// invalid: the question is not of one KPI of posts alone. Of too few posts they tell only that.
Result<SeenStandouts> standouts_of(const House& house, const metrics::Scope& scope, const metrics::Question& question);
Result<SeenBestTimes> best_times_of(const House& house, const metrics::Scope& scope, const metrics::Question& question);

JsonObject standouts_json(const SeenStandouts& seen, int64_t limit);
JsonObject best_times_json(const SeenBestTimes& seen);

}  // namespace sociometer::surfaces
