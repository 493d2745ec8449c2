#include "metrics/listening.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "base/check.h"
#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

double z_quantile() {
  return boost::math::quantile(boost::math::normal(), 1 - (1 - interval_level) / 2);
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

std::optional<Sentiments> corrected(std::span<const Classified> languages) {
  Sentiments sum{};
  double all = 0;
  for (const Classified& language : languages) {
    auto truth = corrected(language.found, language.errors);
    if (!truth) continue;
    auto n = static_cast<double>(language.found[0] + language.found[1] + language.found[2]);
    for (size_t i = 0; i < 3; ++i) sum[i] += n * (*truth)[i];
    all += n;
  }
  if (all == 0) return std::nullopt;
  for (double& share : sum) share /= all;
  return sum;
}

namespace {

// The variance of a language's share, of the texts drawn and the texts judged.
double variance_of_share(const std::array<int64_t, 3>& found, const Confusion& errors, size_t which) {
  Sentiments truth = *corrected(found, errors);
  Matrix rates = *rates_of(errors);
  const std::array<double, 3> undo = (*undo_of(rates))[which];
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
    for (int64_t count : errors.counts[t]) judged += static_cast<double>(count);
    variance += truth[t] * truth[t] * variance_of(rates[t], judged);
  }
  return variance;
}

}  // namespace

std::optional<Interval> corrected_interval(std::span<const Classified> languages, Sentiment which) {
  auto truth = corrected(languages);
  if (!truth) return std::nullopt;
  auto w = static_cast<size_t>(which);
  std::vector<Classified> widened;
  double all = 0;
  for (Classified language : languages) {
    if (!corrected(language.found, language.errors)) continue;
    for (int64_t& count : language.found) all += static_cast<double>(++count);
    widened.push_back(language);
  }
  double variance = 0;
  for (const Classified& language : widened) {
    double part = static_cast<double>(language.found[0] + language.found[1] + language.found[2]) / all;
    variance += part * part * variance_of_share(language.found, language.errors, w);
  }
  double reach = z_quantile() * std::sqrt(variance);
  double share = (*truth)[w], middle = (*corrected(widened))[w];
  return Interval{std::min(share, std::max(0.0, middle - reach)), std::max(share, std::min(1.0, middle + reach)),
                  interval_level, "rogan_gladen"};
}

std::optional<Interval> velocity_interval(int64_t seen, double usual, std::span<const double> weeks) {
  auto known = static_cast<double>(weeks.size());
  if (weeks.size() < 2 || usual <= 0) return std::nullopt;
  double mean = 0, squares = 0;
  for (double count : weeks) mean += count / known;
  for (double count : weeks) squares += (count - mean) * (count - mean);
  double overdispersion = std::max(1.0, squares / (known - 1) / mean);
  Interval interval{0.0, 0.0, interval_level, "overdispersed_poisson"};
  if (seen == 0) {
    interval.high = -std::log((1 - interval_level) / 2) * overdispersion / usual;
    return interval;
  }
  double ratio = static_cast<double>(seen) / usual;
  double variance = overdispersion / static_cast<double>(seen) + overdispersion / (known * mean);
  boost::math::students_t t(known - 1);
  double factor = std::exp(boost::math::quantile(t, 1 - (1 - interval_level) / 2) * std::sqrt(variance));
  interval.low = ratio / factor;
  interval.high = ratio * factor;
  return interval;
}

}  // namespace sociometer::metrics
