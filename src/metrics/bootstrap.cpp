#include "metrics/bootstrap.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <random>

#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

constexpr double level = 0.95;
constexpr size_t draws = 1999;  // (draws + 1) × 0.025 is a whole number of draws

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
  double share = boost::math::cdf(boost::math::normal(), -boost::math::quantile(t, 1 - (1 - level) / 2));
  return std::max(share, 5.0 / (draws + 1));
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
  studentised.reserve(draws);
  for (size_t draw = 0; draw < draws; ++draw) {
    RatioSums drawn;
    for (size_t i = 0; i < n; ++i) drawn.add(units[drawing.below(n)]);
    auto estimate = drawn.estimate();
    // A draw of one and the same unit has no spread to be measured in.
    if (!estimate || estimate->error <= 1e-9 * std::abs(estimate->value)) continue;
    studentised.push_back((estimate->value - whole->value) / estimate->error);
  }
  if (studentised.size() < draws / 2) return std::nullopt;
  std::sort(studentised.begin(), studentised.end());
  // Two units give one draw that is not of a kind, which is the sample itself.
  if (studentised.front() == studentised.back()) return std::nullopt;
  double tail = tail_share(units, whole->value);
  double low = whole->value - at(studentised, 1 - tail) * whole->error;
  double high = whole->value - at(studentised, tail) * whole->error;
  if (whole->value >= 0) low = std::max(0.0, low);
  return Interval{low, high, level, method};
}

std::optional<Interval> bootstrap_mean(std::vector<double> values, uint64_t seed, const char* method) {
  std::vector<RatioPart> units;
  units.reserve(values.size());
  for (double value : values) units.push_back({value, 1});
  return bootstrap_ratio(std::move(units), seed, method);
}

namespace {

// What leaving out each entity in turn tells of the statistic.
struct Jackknife {
  double acceleration = 0;  // how its skewness bends the percentiles
  double reach = 0;         // how far out the tails are taken, in standard deviations
};

std::optional<Jackknife> jackknife(size_t entities, const Statistic& statistic) {
  std::vector<uint32_t> once(entities, 1);
  std::vector<double> without;
  for (size_t i = 0; i < entities; ++i) {
    once[i] = 0;
    if (auto value = statistic(once)) without.push_back(*value);
    once[i] = 1;
  }
  if (without.size() < 2) return std::nullopt;
  auto count = static_cast<double>(without.size());
  double mean = steady_sum(without) / count, squares = 0, cubes = 0;
  for (double value : without) {
    squares += (mean - value) * (mean - value);
    cubes += (mean - value) * (mean - value) * (mean - value);
  }
  Jackknife result;
  if (squares > 0) result.acceleration = cubes / (6 * std::pow(squares, 1.5));
  boost::math::students_t t(degrees_of_freedom(without));
  result.reach = boost::math::quantile(t, 1 - (1 - level) / 2) * std::sqrt(count / (count - 1));
  return result;
}

}  // namespace

std::optional<Interval> bootstrap_entities(size_t entities, const Statistic& statistic, uint64_t seed,
                                           const char* method) {
  if (entities < 2) return std::nullopt;
  std::vector<uint32_t> times(entities, 1);
  auto whole = statistic(times);
  if (!whole) return std::nullopt;
  Drawing drawing(seed);
  std::vector<double> values;
  for (size_t draw = 0; draw < draws; ++draw) {
    std::fill(times.begin(), times.end(), 0);
    for (size_t i = 0; i < entities; ++i) ++times[drawing.below(entities)];
    if (auto value = statistic(times)) values.push_back(*value);
  }
  if (values.size() < draws - draws / 10) return std::nullopt;
  std::sort(values.begin(), values.end());
  if (values.front() == values.back()) return Interval{values.front(), values.front(), level, method};

  auto [below, not_above] = std::equal_range(values.begin(), values.end(), *whole);
  double share = (static_cast<double>(below - values.begin()) + static_cast<double>(not_above - values.begin())) / 2 /
                 static_cast<double>(values.size());
  boost::math::normal normal;
  double margin = 0.5 / static_cast<double>(values.size());
  double bias = boost::math::quantile(normal, std::clamp(share, margin, 1 - margin));
  auto left_out = jackknife(entities, statistic);
  if (!left_out) return std::nullopt;
  auto end = [&](double reach) {
    double z = bias + reach;
    double bent = 1 - left_out->acceleration * z;
    // Bent past what the draws can tell: the outermost of them.
    if (bent <= 0) return reach < 0 ? values.front() : values.back();
    return at(values, boost::math::cdf(normal, bias + z / bent));
  };
  return Interval{end(-left_out->reach), end(left_out->reach), level, method};
}

}  // namespace sociometer::metrics
