// Listening: what the mentions of a time say beyond their number – how fast they come against what is usual at that
// hour, and what share of them is positive once the classifier's known errors are taken out.
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

// --- Velocity -----------------------------------------------------------------------------------------------------

// The hours of a week, Monday 0–1 first: which of them are looked at.
using WeekHours = std::bitset<168>;
WeekHours all_week();

struct Velocity {
  int64_t seen = 0;
  double hours = 0;                  // looked at
  std::optional<double> usual;       // as many as these hours usually bring; nothing where too little is known
  std::optional<double> ratio;       // seen / usual
  std::optional<Interval> interval;  // of the ratio, "overdispersed_poisson"
  int weeks = 0;                     // that the usual is learnt from
};

// How many mentions came between `from` and `to`, against the same hours of the week in the eight weeks before `from`.
// An hour of the week is one of the zone's clock; hours that the clocks leave out or repeat count as long as they were.
// Only whole weeks after `known_since` are learnt from: before it nobody listened, and silence there is not calm. Fewer
// than two such weeks teach nothing.
// The interval treats counts as Poisson, widened by how much more the weeks vary than that; the usual's own
// uncertainty is in it. Sources: Nelder and McCullagh, Generalized Linear Models, 6.2 (overdispersion); Garwood 1936
// for none seen.
Velocity velocity_of(std::span<const Instant> ascending, Instant from, Instant to, Instant known_since,
                     const Zone& zone, const WeekHours& looked_at);

// --- Sentiment ----------------------------------------------------------------------------------------------------

enum class Sentiment { positive, neutral, negative };
using Sentiments = std::array<double, 3>;

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
