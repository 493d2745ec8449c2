// Numbers as people read them: percent, thousands separators, bounds, and words where there is no number.
#pragma once

#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "metrics/metrics.h"

namespace sociometer::surfaces {

std::string grouped(int64_t number);  // 1857985 → "1,857,985"
std::string value_text(double value, catalog::Unit unit, std::string_view currency);
// The value; "4,120 – 9,870" where it is only bounded; "– not reported" where it is not known.
std::string cell_text(const metrics::Cell& cell, catalog::Unit unit, std::string_view currency);
// "▲ 0.12 pts" for rates, "▲ 3.7 %" for everything else; empty where nothing was compared.
std::string change_text(const metrics::Cell& cell, catalog::Unit unit);
// "3.12 – 3.71 %"; empty where there is none, and for bounds, which stand in the value's place.
std::string interval_text(const metrics::Cell& cell, catalog::Unit unit, std::string_view currency);
std::string reason_words(std::string_view reason);  // "zero_denominator" → "nothing to divide by"
std::string note_words(std::string_view note);      // "partial_period" → "running"
std::string notes_text(const std::vector<std::string>& notes);

}  // namespace sociometer::surfaces
