#include "metrics/listening.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "base/check.h"

namespace sociometer::metrics {
namespace {

constexpr double level = 0.95;

double z_quantile() {
  return boost::math::quantile(boost::math::normal(), 1 - (1 - level) / 2);
}

// The inverse of what turns true shares into found ones; nothing where it has none.
using Matrix = std::array<std::array<double, 3>, 3>;

// Of those that are `row`, the share that the classifier calls `column`.
std::optional<Matrix> rates_of(const Confusion& confusion) {
  Matrix rates;
  for (size_t truth = 0; truth < 3; ++truth) {
    int64_t judged = 0;
    for (int64_t count : confusion.counts[truth]) judged += count;
    if (judged == 0) return std::nullopt;
    for (size_t said = 0; said < 3; ++said) {
      rates[truth][said] = static_cast<double>(confusion.counts[truth][said]) / static_cast<double>(judged);
    }
  }
  return rates;
}

std::optional<Matrix> undo_of(const Matrix& rates) {
  // found = ratesᵀ · true, so true = (ratesᵀ)⁻¹ · found: cofactors over the determinant.
  auto m = [&](size_t i, size_t j) { return rates[j % 3][i % 3]; };
  auto cofactor = [&](size_t i, size_t j) {
    return m(i + 1, j + 1) * m(i + 2, j + 2) - m(i + 1, j + 2) * m(i + 2, j + 1);
  };
  double determinant = 0;
  for (size_t j = 0; j < 3; ++j) determinant += m(0, j) * cofactor(0, j);
  constexpr double cannot_tell_apart = 1e-3;
  if (std::abs(determinant) < cannot_tell_apart) return std::nullopt;
  Matrix undo;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) undo[i][j] = cofactor(j, i) / determinant;
  }
  return undo;
}

Sentiments shares_of(const std::array<int64_t, 3>& found) {
  auto all = static_cast<double>(found[0] + found[1] + found[2]);
  Sentiments shares;
  for (size_t i = 0; i < 3; ++i) shares[i] = static_cast<double>(found[i]) / all;
  return shares;
}

}  // namespace

std::optional<std::array<int64_t, 3>> correction_weights(const Confusion& confusion, Sentiment which) {
  auto rates = rates_of(confusion);
  auto undo = rates ? undo_of(*rates) : std::nullopt;
  if (!undo) return std::nullopt;
  std::array<int64_t, 3> weights;
  for (size_t j = 0; j < 3; ++j) weights[j] = std::llround((*undo)[static_cast<size_t>(which)][j] * 1e6);
  return weights;
}

std::optional<Sentiments> corrected(const std::array<int64_t, 3>& found, const Confusion& confusion) {
  auto rates = rates_of(confusion);
  auto undo = rates ? undo_of(*rates) : std::nullopt;
  if (!undo || found[0] + found[1] + found[2] == 0) return std::nullopt;
  Sentiments shares = shares_of(found), truth;
  double all = 0;
  for (size_t i = 0; i < 3; ++i) {
    truth[i] = 0;
    for (size_t j = 0; j < 3; ++j) truth[i] += (*undo)[i][j] * shares[j];
    truth[i] = std::max(0.0, truth[i]);
    all += truth[i];
  }
  for (double& share : truth) share /= all;
  return truth;
}

std::optional<Interval> corrected_interval(const std::array<int64_t, 3>& found, const Confusion& confusion,
                                           Sentiment which) {
  auto truth = corrected(found, confusion);
  if (!truth) return std::nullopt;
  Matrix rates = *rates_of(confusion);
  auto w = static_cast<size_t>(which);
  const std::array<double, 3> undo = (*undo_of(rates))[w];
  // A draw of texts puts undo[j] on the result with the probability of j: variance of one draw over their number.
  auto variance_of = [&](const auto& probability, double draws) {
    double mean = 0, square = 0;
    for (size_t j = 0; j < 3; ++j) {
      mean += undo[j] * probability[j];
      square += undo[j] * undo[j] * probability[j];
    }
    return std::max(0.0, square - mean * mean) / draws;
  };
  double variance = variance_of(shares_of(found), static_cast<double>(found[0] + found[1] + found[2]));
  for (size_t t = 0; t < 3; ++t) {
    double judged = 0;
    for (int64_t count : confusion.counts[t]) judged += static_cast<double>(count);
    variance += (*truth)[t] * (*truth)[t] * variance_of(rates[t], judged);
  }
  double reach = z_quantile() * std::sqrt(variance);
  double share = (*truth)[w];
  return Interval{std::max(0.0, share - reach), std::min(1.0, share + reach), level, "rogan_gladen"};
}

}  // namespace sociometer::metrics
