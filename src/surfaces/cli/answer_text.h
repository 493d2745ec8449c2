// An Answer as people and spreadsheets read it.
#pragma once

#include <string>

#include "catalog/catalog.h"
#include "metrics/metrics.h"
#include "surfaces/terminal.h"

namespace sociometer::surfaces {

std::string answer_table(const metrics::Answer& answer, const catalog::Catalog& catalog, std::string_view currency,
                         const Look& look);
std::string answer_csv(const metrics::Answer& answer);
catalog::Unit unit_of(const catalog::Catalog& catalog, std::string_view kpi, std::string_view variant);
std::string kpi_label(const metrics::Cell& cell);  // "engagement_rate:per_post"

}  // namespace sociometer::surfaces
