// What an address asks for, as the command line's selectors say it.
#pragma once

#include "surfaces/api/api.h"
#include "surfaces/cli/selectors.h"

namespace sociometer::surfaces {

// from, to, last, as_of, basis, compare and versions; dimensions by their names are filters. KPIs are the caller's.
Selectors selectors_in(const Ask& ask);

}  // namespace sociometer::surfaces
