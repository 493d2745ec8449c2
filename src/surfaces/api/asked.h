// What an address asks for, as the command line's selectors say it.
#pragma once

#include "surfaces/api/api.h"
#include "surfaces/cli/selectors.h"

namespace sociometer::surfaces {

// Before a dimension's name: posts of these members are left out, "without.hashtag=giveaway".
constexpr std::string_view left_out_prefix = "without.";

// from, to, last, as_of, basis, compare, versions and because; dimensions by their names are filters. KPIs are the
// caller's.
Selectors selectors_in(const Ask& ask);

}  // namespace sociometer::surfaces
