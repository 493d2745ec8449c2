// Bootstrap: how much a number would move if the posts, people or days it stands on were drawn once more.
//
//   uint64_t seed = seed_of("engagement_rate:per_post|network=x|2026-01-01..2026-01-31");
//   bootstrap_ratio(posts, seed, "bootstrap_posts");        // Σ numerators / Σ denominators
//   bootstrap_mean(reach_of_each, seed, "bootstrap_posts");
//
// The unit that is drawn is the one that is independent: a post with all its engagements, a day with all it brought.
// Drawing is repeatable: the seed comes from what was asked, never from the clock, and the
// units are brought into an order of their own first, so the same facts give the same bytes however they were stored.
//
// Threads: pure functions.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "metrics/metrics.h"

namespace sociometer::metrics {

// What one unit adds to both sums of a ratio.
struct RatioPart {
  double numerator = 0, denominator = 0;
  auto operator<=>(const RatioPart&) const = default;
};

// The same text gives the same seed on every machine (FNV-1a, 64 bits).
uint64_t seed_of(std::string_view text);

// Σ numerators / Σ denominators, by the studentised bootstrap: every draw is measured in its own standard errors, which
// holds for skewed units where plain percentiles do not; the percentiles lie as far out as Student's t would
// (expanded), because few units are never as far apart as those they stand for. Nothing below two units, where they are
// all alike, or where the denominators add to 0. Source: Davison and Hinkley, Bootstrap Methods and their
// Application, 5.2; Hesterberg, The American Statistician 2015.
std::optional<Interval> bootstrap_ratio(std::vector<RatioPart> units, uint64_t seed, const char* method);

// The mean of the values, in the same way.
std::optional<Interval> bootstrap_mean(std::vector<double> values, uint64_t seed, const char* method);

}  // namespace sociometer::metrics
