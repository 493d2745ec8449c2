// The audit log as CSV, for whoever keeps it elsewhere.
#pragma once

#include <string>
#include <vector>

#include "control/control.h"

namespace sociometer::surfaces {

std::string audit_csv(const std::vector<control::Audited>& entries);

}  // namespace sociometer::surfaces
