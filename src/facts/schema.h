// The tables and how they come to be what this version of the program expects.
#pragma once

#include "base/result.h"
#include "facts/engine.h"

namespace sociometer::facts {

// Creates the tables or brings them up to date. unsupported: a newer version of the program wrote them.
Result<Done> bring_up_to_date(Lease& lease);

}  // namespace sociometer::facts
