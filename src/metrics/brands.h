// Brands: whose is a brand that mentions and reviews speak of.
//
// A brand that the workspace's rules list is what they say. Another that bears the name of a known account is what the
// account is: "Rival Inc" speaks of x/rivalinc. Of the rest: once any brand seen is known to be the own, the others are
// those it is watched against, competitors; where none is, nobody has said which is which, and all are taken as own,
// as accounts that are not listed are.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "metrics/metrics.h"

namespace sociometer::metrics {

// Name, as it was seen → "own", "competitor" or "partner".
using BrandBook = std::map<std::string, std::string>;

BrandBook brand_book(const std::vector<std::string>& seen, const Scope& scope);

}  // namespace sociometer::metrics
