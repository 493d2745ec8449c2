// An Answer as people and spreadsheets read it.
#pragma once

#include <string>

#include "catalog/catalog.h"
#include "metrics/metrics.h"
#include "reports/reports.h"
#include "surfaces/terminal.h"

namespace sociometer::surfaces {

std::string answer_table(const metrics::Answer& answer, const catalog::Catalog& catalog, std::string_view currency,
                         const Look& look);
std::string answer_csv(const metrics::Answer& answer);
std::string p_words(double p);  // "< 0.001", "0.034"
using reports::kpi_label;
using reports::unit_of;

}  // namespace sociometer::surfaces
