// One line on standard error that says how far an import is: files, bytes, rows a second, time left.
#pragma once

#include <cstdint>
#include <string>

#include "collect/collect.h"

namespace sociometer::surfaces {

// The bar's text, at most `width` columns; `elapsed_micros` since the import began.
std::string progress_line(const collect::ImportProgress& progress, int64_t elapsed_micros, int width);

}  // namespace sociometer::surfaces
