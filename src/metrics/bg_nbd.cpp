#include "metrics/bg_nbd.h"

#include <nlopt.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/hypergeometric_pFq.hpp>
#include <cmath>
#include <functional>
#include <vector>

#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

constexpr int few_repeaters = 10;
// Parameters are searched as logarithms between these; one that ends there is as good as zero or without bound.
constexpr double log_low = -12, log_high = 12;

// The library's own extended precision triples the time and is not needed here.
double log_gamma(double x) {
  using Policy = boost::math::policies::policy<boost::math::policies::promote_double<false>>;
  return boost::math::lgamma(x, Policy());
}

// The likelihood needs its gamma functions at few different counts of repeats, whatever the number of customers.
class Customers {
 public:
  explicit Customers(std::span<const CustomerHistory> all) : all_(all) {
    for (const CustomerHistory& customer : all) counts_.push_back(customer.repeats);
    std::sort(counts_.begin(), counts_.end());
    counts_.erase(std::unique(counts_.begin(), counts_.end()), counts_.end());
    for (const CustomerHistory& customer : all) {
      index_.push_back(
          static_cast<size_t>(std::lower_bound(counts_.begin(), counts_.end(), customer.repeats) - counts_.begin()));
    }
  }

  double log_likelihood(const BgNbd& m) const {
    std::vector<double> shared, leaving;
    double fixed = m.r * std::log(m.alpha) - log_gamma(m.r) + log_gamma(m.a + m.b) - log_gamma(m.b);
    for (double x : counts_) {
      shared.push_back(fixed + log_gamma(m.r + x) + log_gamma(m.b + x) - log_gamma(m.a + m.b + x));
      leaving.push_back(x > 0 ? std::log(m.a) - std::log(m.b + x - 1) : 0);
    }
    double sum = 0;
    for (size_t i = 0; i < all_.size(); ++i) {
      const CustomerHistory& c = all_[i];
      double stayed = -(m.r + c.repeats) * std::log(m.alpha + c.age);
      sum += shared[index_[i]];
      if (c.repeats == 0) {
        sum += stayed;
        continue;
      }
      double left = leaving[index_[i]] - (m.r + c.repeats) * std::log(m.alpha + c.recency);
      double greater = std::max(stayed, left);
      sum += greater + std::log(std::exp(stayed - greater) + std::exp(left - greater));
    }
    return sum;
  }

 private:
  std::span<const CustomerHistory> all_;
  std::vector<double> counts_;
  std::vector<size_t> index_;
};

using Objective = std::function<double(const double*)>;

double call_objective(unsigned, const double* x, double*, void* data) {
  double value = (*static_cast<const Objective*>(data))(x);
  return std::isfinite(value) ? value : -1e300;
}

// Climbs from `x` (logarithms of the parameters) to the greatest value, by Rowan's subplex after Nelder and Mead's
// simplex: no derivatives, the same steps from the same start.
template <size_t N>
std::optional<double> maximise(Objective objective, std::array<double, N>& x) {
  double best = 0;
  for (nlopt_algorithm algorithm : {NLOPT_LN_NELDERMEAD, NLOPT_LN_SBPLX}) {
    nlopt_opt search = nlopt_create(algorithm, N);
    nlopt_set_max_objective(search, call_objective, &objective);
    nlopt_set_lower_bounds1(search, log_low);
    nlopt_set_upper_bounds1(search, log_high);
    nlopt_set_xtol_rel(search, 1e-8);
    nlopt_set_ftol_abs(search, 1e-9);
    nlopt_set_maxeval(search, 5000);
    nlopt_result result = nlopt_optimize(search, x.data(), &best);
    nlopt_destroy(search);
    if (result < 0 && result != NLOPT_ROUNDOFF_LIMITED) return std::nullopt;
  }
  if (best <= -1e299) return std::nullopt;
  return best;
}

BgNbd bg_nbd_at(const double* logs) {
  return {std::exp(logs[0]), std::exp(logs[1]), std::exp(logs[2]), std::exp(logs[3]), 0};
}
GammaGamma gamma_gamma_at(const double* logs) {
  return {std::exp(logs[0]), std::exp(logs[1]), std::exp(logs[2]), 0};
}

std::vector<CustomerHistory> spenders(std::span<const CustomerHistory> customers) {
  std::vector<CustomerHistory> result;
  for (const CustomerHistory& customer : customers) {
    if (customer.repeats > 0 && customer.mean_value > 0) result.push_back(customer);
  }
  return result;
}

// The variance of what depends on the parameters: its gradient on both sides of the inverse of the likelihood's
// curvature. Empty where the likelihood is flat in some direction: then nothing says how sure the parameters are.
template <size_t N>
std::optional<double> delta_variance(const Objective& likelihood, const Objective& wanted,
                                     const std::array<double, N>& at) {
  constexpr double step = 1e-3;
  auto moved = [&](const Objective& f, size_t i, double di, size_t j, double dj) {
    std::array<double, N> x = at;
    x[i] += di;
    x[j] += dj;
    return f(x.data());
  };
  Eigen::Matrix<double, N, N> curvature;
  Eigen::Vector<double, N> gradient;
  for (size_t i = 0; i < N; ++i) {
    auto row = static_cast<Eigen::Index>(i);
    gradient(row) = (moved(wanted, i, step, i, 0) - moved(wanted, i, -step, i, 0)) / (2 * step);
    for (size_t j = 0; j <= i; ++j) {
      double cross = moved(likelihood, i, step, j, step) - moved(likelihood, i, step, j, -step) -
                     moved(likelihood, i, -step, j, step) + moved(likelihood, i, -step, j, -step);
      curvature(row, static_cast<Eigen::Index>(j)) = curvature(static_cast<Eigen::Index>(j), row) =
          -cross / (4 * step * step);
    }
  }
  Eigen::LDLT<Eigen::Matrix<double, N, N>> solver(curvature);
  if (solver.info() != Eigen::Success || !(solver.vectorD().minCoeff() > 1e-9)) return std::nullopt;
  double variance = gradient.dot(solver.solve(gradient));
  if (!std::isfinite(variance) || variance < 0) return std::nullopt;
  return variance;
}

double mean_future_value(const BgNbd& purchases, const GammaGamma& spending, std::span<const CustomerHistory> customers,
                         double weeks) {
  double sum = 0;
  for (const CustomerHistory& customer : customers) {
    sum += expected_purchases(purchases, customer, weeks) * expected_value(spending, customer);
  }
  return sum / static_cast<double>(customers.size());
}

}  // namespace

double log_likelihood(const BgNbd& model, std::span<const CustomerHistory> customers) {
  return Customers(customers).log_likelihood(model);
}

double log_likelihood(const GammaGamma& m, std::span<const CustomerHistory> customers) {
  double sum = 0;
  double fixed = m.q * std::log(m.gamma) - log_gamma(m.q);
  for (const CustomerHistory& c : customers) {
    if (c.repeats <= 0 || c.mean_value <= 0) continue;
    double shape = m.p * c.repeats;
    sum += fixed + log_gamma(shape + m.q) - log_gamma(shape) + (shape - 1) * std::log(c.mean_value) +
           shape * std::log(c.repeats) - (shape + m.q) * std::log(m.gamma + c.mean_value * c.repeats);
  }
  return sum;
}

std::optional<BgNbd> fit_bg_nbd(std::span<const CustomerHistory> customers) {
  double repeaters = 0, age = 0;
  for (const CustomerHistory& customer : customers) {
    repeaters += customer.repeats > 0 ? 1 : 0;
    age += customer.age;
  }
  if (repeaters < few_repeaters) return std::nullopt;
  age /= static_cast<double>(customers.size());
  Customers all(customers);
  std::array<double, 4> at = {std::log(0.5), std::log(std::max(age, 0.1) / 4), 0, std::log(2.0)};
  auto best = maximise<4>([&](const double* logs) { return all.log_likelihood(bg_nbd_at(logs)); }, at);
  if (!best) return std::nullopt;
  BgNbd model = bg_nbd_at(at.data());
  model.log_likelihood = *best;
  return model;
}

double expected_purchases(const BgNbd& model, const CustomerHistory& customer, double weeks) {
  double x = customer.repeats, r = model.r, alpha = model.alpha, b = model.b;
  // The formula has a hole at a = 1, though what it says there lies between both sides.
  double a = std::abs(model.a - 1) < 1e-6 ? 1 + 1e-6 : model.a;
  double until = alpha + customer.age + weeks;
  double series = boost::math::hypergeometric_pFq({r + x, b + x}, {a + b + x - 1}, weeks / until);
  double bought = (a + b + x - 1) / (a - 1) * (1 - std::pow((alpha + customer.age) / until, r + x) * series);
  return bought * probability_alive(model, customer);
}

double probability_alive(const BgNbd& m, const CustomerHistory& c) {
  if (c.repeats == 0) return 1;
  double left = m.a / (m.b + c.repeats - 1) * std::pow((m.alpha + c.age) / (m.alpha + c.recency), m.r + c.repeats);
  return 1 / (1 + left);
}

std::optional<GammaGamma> fit_gamma_gamma(std::span<const CustomerHistory> customers) {
  std::vector<CustomerHistory> known = spenders(customers);
  if (known.size() < few_repeaters) return std::nullopt;
  double mean = 0;
  for (const CustomerHistory& customer : known) mean += customer.mean_value / static_cast<double>(known.size());
  // In units of the mean, so that the search does not depend on the currency.
  for (CustomerHistory& customer : known) customer.mean_value /= mean;
  std::array<double, 3> at = {std::log(4.0), std::log(4.0), std::log(1.0)};
  auto best = maximise<3>([&](const double* logs) { return log_likelihood(gamma_gamma_at(logs), known); }, at);
  if (!best) return std::nullopt;
  GammaGamma model = gamma_gamma_at(at.data());
  model.gamma *= mean;
  model.log_likelihood = *best - static_cast<double>(known.size()) * std::log(mean);
  if (model.q <= 1 + 1e-6) return std::nullopt;
  return model;
}

double expected_value(const GammaGamma& m, const CustomerHistory& c) {
  double repeats = c.mean_value > 0 ? c.repeats : 0;
  return m.p * (m.gamma + c.mean_value * repeats) / (m.p * repeats + m.q - 1);
}

std::optional<FutureValue> future_value(std::span<const CustomerHistory> customers, double weeks) {
  auto purchases = fit_bg_nbd(customers);
  auto spending = fit_gamma_gamma(customers);
  if (!purchases || !spending) return std::nullopt;
  FutureValue result;
  result.purchases = *purchases;
  result.spending = *spending;
  result.per_customer = mean_future_value(*purchases, *spending, customers, weeks);
  if (!std::isfinite(result.per_customer)) return std::nullopt;
  Customers all(customers);
  std::vector<CustomerHistory> known = spenders(customers);
  auto of_purchases = delta_variance<4>(
      [&](const double* logs) { return all.log_likelihood(bg_nbd_at(logs)); },
      [&](const double* logs) { return mean_future_value(bg_nbd_at(logs), *spending, customers, weeks); },
      {std::log(purchases->r), std::log(purchases->alpha), std::log(purchases->a), std::log(purchases->b)});
  auto of_spending = delta_variance<3>(
      [&](const double* logs) { return log_likelihood(gamma_gamma_at(logs), known); },
      [&](const double* logs) { return mean_future_value(*purchases, gamma_gamma_at(logs), customers, weeks); },
      {std::log(spending->p), std::log(spending->q), std::log(spending->gamma)});
  if (of_purchases && of_spending) {
    double reach = normal_reach * std::sqrt(*of_purchases + *of_spending);
    result.interval = Interval{std::max(0.0, result.per_customer - reach), result.per_customer + reach, interval_level,
                               "delta_likelihood"};
  }
  return result;
}

}  // namespace sociometer::metrics
