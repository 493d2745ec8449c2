// What became of imported files, for people.
#pragma once

#include <string>

#include "collect/collect.h"
#include "surfaces/terminal.h"

namespace sociometer::surfaces {

// One row per file that was read; empty where all were refused.
std::string report_text(const collect::ImportReport& report, const Look& look);
// Refused files, rejected rows and warnings, for standard error.
std::string complaints_text(const collect::ImportReport& report);

}  // namespace sociometer::surfaces
