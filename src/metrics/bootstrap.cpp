#include "metrics/bootstrap.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <random>

#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

constexpr size_t bootstrap_draws = 1999;  // (draws + 1) × 0.025 is a whole number of draws

// Uniform in [0, n) by multiplication: the standard library's distributions differ between its makers.
class Drawing {
 public:
  explicit Drawing(uint64_t seed) : random_(seed) {}
  size_t below(size_t n) { return static_cast<size_t>(((random_() >> 32) * n) >> 32); }

 private:
  std::mt19937_64 random_;
};

// A ratio and the standard error that the delta method gives it.
struct RatioEstimate {
  double value = 0, error = 0;
};

struct RatioSums {
  double n = 0, numerator = 0, denominator = 0, nn = 0, nd = 0, dd = 0;

  void add(const RatioPart& part) {
    ++n;
    numerator += part.numerator;
    denominator += part.denominator;
    nn += part.numerator * part.numerator;
    nd += part.numerator * part.denominator;
    dd += part.denominator * part.denominator;
  }

  std::optional<RatioEstimate> estimate() const {
    if (denominator == 0) return std::nullopt;
    double ratio = numerator / denominator;
    double squares = nn - 2 * ratio * nd + ratio * ratio * dd;
    double error = std::sqrt(std::max(0.0, squares) * n / (n - 1)) / std::abs(denominator);
    return RatioEstimate{ratio, error};
  }
};

// The value at which `share` of the ascending draws lie below.
double at(const std::vector<double>& ascending, double share) {
  double place = share * static_cast<double>(ascending.size() + 1);
  auto index = static_cast<size_t>(std::clamp(place, 1.0, static_cast<double>(ascending.size())));
  return ascending[index - 1];
}

// What lies beyond each end. Units drawn from a few cannot be further apart than those few, so the tails are taken as
// far out as Student's t with the degrees of freedom that the units' spread is worth.
double tail_share(const std::vector<RatioPart>& units, double ratio) {
  std::vector<double> influence;
  influence.reserve(units.size());
  for (const RatioPart& unit : units) influence.push_back(unit.numerator - ratio * unit.denominator);
  boost::math::students_t t(degrees_of_freedom(influence));
  double share = boost::math::cdf(boost::math::normal(), -boost::math::quantile(t, 1 - (1 - interval_level) / 2));
  return std::max(share, 5.0 / (bootstrap_draws + 1));
}

}  // namespace

uint64_t seed_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::optional<Interval> bootstrap_ratio(std::vector<RatioPart> units, uint64_t seed, const char* method) {
  size_t n = units.size();
  if (n < 2) return std::nullopt;
  std::sort(units.begin(), units.end());
  RatioSums sums;
  for (const RatioPart& unit : units) sums.add(unit);
  auto whole = sums.estimate();
  if (!whole) return std::nullopt;
  if (whole->error <= 1e-9 * std::abs(whole->value)) return std::nullopt;

  Drawing drawing(seed);
  std::vector<double> studentised;
  studentised.reserve(bootstrap_draws);
  for (size_t draw = 0; draw < bootstrap_draws; ++draw) {
    RatioSums drawn;
    for (size_t i = 0; i < n; ++i) drawn.add(units[drawing.below(n)]);
    auto estimate = drawn.estimate();
    // A draw of one and the same unit has no spread to be measured in.
    if (!estimate || estimate->error <= 1e-9 * std::abs(estimate->value)) continue;
    studentised.push_back((estimate->value - whole->value) / estimate->error);
  }
  if (studentised.size() < bootstrap_draws / 2) return std::nullopt;
  std::sort(studentised.begin(), studentised.end());
  // Two units give one draw that is not of a kind, which is the sample itself.
  if (studentised.front() == studentised.back()) return std::nullopt;
  double tail = tail_share(units, whole->value);
  double low = whole->value - at(studentised, 1 - tail) * whole->error;
  double high = whole->value - at(studentised, tail) * whole->error;
  if (whole->value >= 0) low = std::max(0.0, low);
  return Interval{low, high, interval_level, method};
}

std::optional<Interval> bootstrap_mean(std::vector<double> values, uint64_t seed, const char* method) {
  std::vector<RatioPart> units;
  units.reserve(values.size());
  for (double value : values) units.push_back({value, 1});
  return bootstrap_ratio(std::move(units), seed, method);
}

}  // namespace sociometer::metrics
