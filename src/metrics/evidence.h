// Evidence: which of an answer's changes are more than chance.
#pragma once

#include <vector>

#include "metrics/metrics.h"

namespace sociometer::metrics {

// Fills `Cell::evidence` of every row that is compared and can be tested. All rows of an answer are judged together:
// with a hundred comparisons, five would look like changes by chance alone.
void weigh_changes(std::vector<Cell>& rows);

}  // namespace sociometer::metrics
