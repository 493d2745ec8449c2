// One function for each format: the whole file as bytes.
#pragma once

#include <string>

#include "reports/reports.h"

namespace sociometer::reports {

std::string markdown(const Report& report);
std::string csv(const Report& report);
// `pages`: of each anchor of the contents, its page in print; empty where nobody knows.
std::string html(const Report& report, const std::map<std::string, int>& pages = {});
Result<std::string> xlsx(const Report& report);
Result<std::string> pdf(const Report& report);

// The same bytes with the dates that the printer wrote replaced by `as_of`, at the same length.
std::string with_fixed_dates(std::string pdf, Instant as_of);
// On which page each named destination of a printed file lies.
std::map<std::string, int> pages_of(const std::string& pdf);

// The style sheet of the HTML, screen and print.
std::string_view style_sheet();
std::string anchor_of(size_t tile);  // "tile-3"

}  // namespace sociometer::reports
