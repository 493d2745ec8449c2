// Charts as SVG, for paper and for a page without scripts: line with band, bar, stacked, heat map, funnel, pie. Every
// point and bar carries the address of its explanation, and the whole a sentence for those who cannot see it.
#pragma once

#include <string>

#include "reports/reports.h"

namespace sociometer::reports {

// The colours of the web's light theme (web/src/charts/palette.ts).
const std::vector<std::string>& series_colours();

// The <svg> element, `width` units wide. Empty where the tile's kind is not drawn or nothing is known.
std::string chart_svg(const Report& report, const AnsweredTile& tile, int width);
// "Impressions by week: from 1,200 in 2026-W01 to 1,500 in 2026-W12; most in …".
std::string chart_summary(const Report& report, const AnsweredTile& tile);

}  // namespace sociometer::reports
