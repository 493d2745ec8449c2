// The selectors that kpi, explain and posts share: they become docs/api.md's question, so that the command line and the
// API mean the same by them.
#pragma once

#include <string>
#include <vector>

#include "surfaces/cli/command.h"

namespace sociometer::surfaces {

// The content table's columns, unless others are asked for.
constexpr std::string_view default_post_columns =
    "impressions,reach,engagements,likes,comments,shares,saves,engagement_rate:by_impressions";

struct Selectors {
  std::vector<std::string> kpis, by, filter, without, against, versions;
  std::string because, from, to, last, compare, basis, as_of;

  void declare_range(Options& options);  // --from --to --last --filter --without --because --as-of --versions
  void declare_rest(Options& options);   // --by --compare --against --basis
};

Result<metrics::Question> question_of(const Selectors& selectors, const metrics::Scope& scope);
// The same for qualitative KPIs, all there are where none is named. not_found: the workspace has none.
Result<metrics::Question> judgements_question(const House& house, std::string_view workspace, Selectors selectors,
                                              const metrics::Scope& scope);
// "network=x,instagram" → dimension and members. A comma separates members but in free words (campaign, tag).
Result<std::pair<std::string, std::vector<std::string>>> parse_filter(std::string_view text, std::string_view option);

}  // namespace sociometer::surfaces
