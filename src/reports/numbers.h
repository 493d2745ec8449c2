// Numbers as people read them: percent, thousands separators, bounds, and words where there is no number. Part of the
// front door of reports.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "metrics/metrics.h"

namespace sociometer::reports {

std::string grouped(int64_t number);  // 1857985 → "1,857,985"
std::string value_text(double value, catalog::Unit unit, std::string_view currency);
bool is_bounded(const metrics::Cell& cell);  // known to lie between two values, and no more
// The value; "4,120 – 9,870" where it is only bounded; "– not reported" where it is not known.
std::string cell_text(const metrics::Cell& cell, catalog::Unit unit, std::string_view currency);
// "▲ 0.12 pts" for rates, "▲ 3.7 %" for everything else; empty where nothing was compared.
std::string change_text(const metrics::Cell& cell, catalog::Unit unit);
// "3.12 – 3.71 %"; empty where there is none, and for bounds, which stand in the value's place.
std::string interval_text(const metrics::Cell& cell, catalog::Unit unit, std::string_view currency);
std::string reason_words(std::string_view reason);  // "zero_denominator" → "nothing to divide by"
std::string note_words(std::string_view note);      // "partial_period" → "running"
std::string notes_text(const std::vector<std::string>& notes);

// The unit of a KPI's reading; count where the catalog knows it no more.
catalog::Unit unit_of(const catalog::Catalog& catalog, std::string_view kpi, std::string_view variant);
std::string kpi_label(const metrics::Cell& cell);  // "engagement_rate:per_post"

// A field of a CSV line, quoted where it must be. A text that a spreadsheet would run as a formula is disarmed.
std::string csv_field(std::string_view text);
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace sociometer::reports
