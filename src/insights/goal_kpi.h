// Which number a sentence is about: the catalog's KPIs by all their names, and what of it, its scope.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "insights/goal_tokens.h"
#include "insights/goals.h"

namespace sociometer::insights {

using Filter = std::map<std::string, std::vector<std::string>>;

// Takes the words of the KPI that the sentence is about; `verbs` are tokens that may be verbs instead. An empty choice:
// it names none. invalid: it names several.
Result<catalog::KpiChoice> take_kpi(Tokens& tokens, const catalog::Catalog& catalog, const std::vector<size_t>& verbs);
// The KPI that a text of its own means, "engagement rate by reach" or "engagement_rate:by_reach". invalid, with the
// nearest.
Result<catalog::KpiChoice> kpi_of_text(std::string_view text, const catalog::Catalog& catalog);
// Takes networks, accounts, hashtags and the words of the catalog's dimensions. "From social" may choose a variant.
Result<Filter> take_scope(Tokens& tokens, const catalog::Catalog& catalog, catalog::KpiChoice& choice);

// As written: "engagement rate (by reach)", " on organic Instagram posts".
std::string kpi_words(const catalog::KpiChoice& choice);
std::string scope_words(const Filter& filter, const catalog::Catalog& catalog);

}  // namespace sociometer::insights
