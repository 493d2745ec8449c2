// What stands at a report's end: what its KPIs mean, and what is to be known about its data.
#pragma once

#include <string>
#include <vector>

#include "reports/reports.h"

namespace sociometer::reports {

struct Definition {
  std::string key;  // "engagement_rate:per_post"
  std::string name, formula, description, unit, source;
  int version = 1;
};
// Of every KPI asked, by key.
std::vector<Definition> definitions_of(const Report& report);

struct DataNote {
  std::string tile;  // its title; empty: of the report as a whole
  std::string text;
};
std::vector<DataNote> data_notes_of(const Report& report);

}  // namespace sociometer::reports
