// Listening: what share of the mentions is positive once the classifier's known errors are taken out.
//
// Threads: pure functions.
#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {

// --- Sentiment ----------------------------------------------------------------------------------------------------

enum class Sentiment { positive, neutral, negative };
using Sentiments = std::array<double, 3>;

// What a text found to be each of the three adds to the corrected number of those that are `which`, in millionths.
std::optional<std::array<int64_t, 3>> correction_weights(const Confusion& confusion, Sentiment which);

// The shares of the three among texts of which the classifier found `found`, corrected for its errors: the shares that
// would make it find these. The matrix form of Rogan and Gladen; what falls outside 0…1 is put back to the edge and the
// rest scaled. Nothing where the classifier cannot tell the classes apart, or a class was never judged.
// Source: Rogan and Gladen, American Journal of Epidemiology 1978; Buonaccorsi, Measurement Error, 2.6.
std::optional<Sentiments> corrected(const std::array<int64_t, 3>& found, const Confusion& confusion);

// Of the share of one of them, with both uncertainties: that of the texts drawn and that of the texts judged.
// "rogan_gladen", by the delta method.
std::optional<Interval> corrected_interval(const std::array<int64_t, 3>& found, const Confusion& confusion,
                                           Sentiment which);

}  // namespace sociometer::metrics
