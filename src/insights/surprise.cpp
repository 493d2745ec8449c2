#include "insights/surprise.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace sociometer::insights {
namespace {

// Chosen so that simulated quiet years keep to the rate of false alarms (anomalies_test.cpp).
constexpr double degrees = 11;

}  // namespace

double median(std::vector<double> values) {
  auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double two_sided(double distance) {
  const boost::math::students_t_distribution<double> tails(degrees);
  return 2 * cdf(complement(tails, std::abs(distance)));
}

double ordinary_reach() {
  const boost::math::students_t_distribution<double> tails(degrees);
  return quantile(complement(tails, 0.025));
}

double by_counting(double value, double expected) {
  const boost::math::normal_distribution<double> tails;
  const double distance = 2 * (std::sqrt(value + 0.375) - std::sqrt(expected + 0.375));
  return 2 * cdf(complement(tails, std::abs(distance)));
}

}  // namespace sociometer::insights
