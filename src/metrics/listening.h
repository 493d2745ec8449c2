// Listening: what share of the mentions is positive once the classifier's known errors are taken out, and how sure it
// is that more come than usual.
//
// Threads: pure functions.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "metrics/metrics.h"
#include "metrics/rules.h"

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

// What was found in one language, or in all that share what is known of them, and how the classifier errs there.
struct Classified {
  std::array<int64_t, 3> found{};
  Confusion errors;
};
// The shares among the texts of all languages together. Nothing where nothing was found that can be corrected.
std::optional<Sentiments> corrected(std::span<const Classified> languages);

// Of the share of one of them, with both uncertainties: that of the texts drawn and that of the texts judged.
// "rogan_gladen", by the delta method; a text of each sentiment is added to those of each language, so that a few that
// sound alike are not certainty.
std::optional<Interval> corrected_interval(std::span<const Classified> languages, Sentiment which);

// --- Velocity -----------------------------------------------------------------------------------------------------

// Of how many were seen against as many as are usual, `usual`, learnt from weeks that brought so many each. Counts are
// taken as Poisson, widened by how much more the weeks vary than that; the usual's own uncertainty is in it.
// "overdispersed_poisson". Nothing below two weeks, or where nothing is usual. Sources: Nelder and McCullagh,
// Generalized Linear Models, 6.2; Garwood 1936 for none seen.
std::optional<Interval> velocity_interval(int64_t seen, double usual, std::span<const double> weeks);

}  // namespace sociometer::metrics
