// Attribution: which touches get the credit for a conversion. Arithmetic over paths; whose paths they are and how far
// back they look is decided by whoever reads them (src/metrics/paths.h).
//
//   Path path;
//   path.converted_at = bought;
//   path.touches = {{monday, 0, instagram}, {tuesday, 0, mail}};
//   path.conversions = 1;
//   path.value = 49'000'000;
//   std::vector<Credit> credits = attribute(AttributionModel::linear, {path}, members);
//   credits[instagram].conversions;   // 500'000 millionths
//
// Credit is a whole number of millionths (of a conversion, of the currency) given out by largest remainder, so what the
// members get adds up to the conversions and to their value exactly, in every model. Credit of two models is never
// added: each gives away the whole.
//
// Sources: first to position and time decay as Google Analytics and Matomo defined them; Markov chains: Anderl, Becker,
// von Wangenheim, Schumann (2016), "Mapping the customer journey"; Shapley values: Zhao, Mahboobi, Bagheri (2018),
// "Shapley value methods for attribution modeling in online advertising".
//
// Threads: plain functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace sociometer::metrics {

// Direct touches get credit only where a path has no others; under `last` they count like any.
enum class AttributionModel {
  first,            // all to the first touch
  last,             // all to the last touch, direct or not
  last_non_direct,  // all to the last touch that was not direct
  linear,           // the same to every touch
  position,         // 40 % to the first, 40 % to the last, 20 % to those between; halves where there are but two
  time_decay,       // weight 2^(−time before the conversion / 7 days)
  markov,   // by how many conversions a first-order chain of the paths loses without the member; converting or not
  shapley,  // the Shapley value of the game in which a set of members is worth what came by paths inside it
};
std::optional<AttributionModel> parse_attribution_model(std::string_view key);  // "last_non_direct"
std::string_view name(AttributionModel model);

struct Touch {
  Instant at;
  uint64_t order = 0;  // tells which of two touches of one moment came first
  int32_t member = 0;  // who gets the credit: a channel, a campaign, …
  bool direct = false;
};

// How one visitor, or several alike, came to convert or did not. At least one touch, in any order.
struct Path {
  std::vector<Touch> touches;
  Instant converted_at;
  int64_t conversions = 0;  // how many conversions ended it
  int64_t value = 0;        // of them all, in micro-currency; negative for a refund, whose path is that of its order
  int64_t lost = 0;         // how often it ended without one; only `markov` looks at these
};

struct Credit {
  int64_t conversions = 0;  // millionths
  int64_t value = 0;        // micro-currency
  bool operator==(const Credit&) const = default;
};

// The credit of each member, 0 to members − 1. Independent of the order of paths, and of touches in them.
std::vector<Credit> attribute(AttributionModel model, std::span<const Path> paths, size_t members);

// What a first-order chain of the paths would lose without each member: 1 − P(conversion without it) / P(conversion).
std::vector<double> removal_effects(std::span<const Path> paths, size_t members);

// Splits a whole number by weights ≥ 0 (at least one above): rounded down, and what is left to the greatest remainders;
// of equal ones to the first.
std::vector<int64_t> split_by_largest_remainder(int64_t whole, std::span<const double> weights);

}  // namespace sociometer::metrics
