#include "metrics/listening.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "base/check.h"

namespace sociometer::metrics {
namespace {

constexpr double level = 0.95;
constexpr int weeks_learnt_from = 8;
constexpr int64_t second = 1'000'000, hour_seconds = 3600, day_seconds = 24 * hour_seconds;
constexpr int64_t week_seconds = 7 * day_seconds;
constexpr int64_t days_to_monday = 3;  // 1970-01-01 was a Thursday

using PerHour = std::array<double, 168>;

int64_t local_seconds(Instant instant, const Zone& zone) {
  int64_t seconds = instant.micros / second - (instant.micros % second < 0 ? 1 : 0);
  return seconds + zone.offset_seconds(instant);
}

// Which hour of the week the zone's clock shows.
size_t hour_of_week(int64_t local) {
  int64_t of_week = (local + days_to_monday * day_seconds) % week_seconds;
  if (of_week < 0) of_week += week_seconds;
  return static_cast<size_t>(of_week / hour_seconds);
}

// How many hours of each kind lie between the two.
PerHour hours_between(Instant from, Instant to, const Zone& zone) {
  PerHour hours{};
  while (from < to) {
    int64_t local = local_seconds(from, zone);
    int64_t into_hour = ((local % hour_seconds) + hour_seconds) % hour_seconds * second + from.micros % second;
    Instant next{from.micros + hour_seconds * second - into_hour};
    Instant end = std::min(next, to);
    hours[hour_of_week(local)] += static_cast<double>(end.micros - from.micros) / (hour_seconds * second);
    from = end;
  }
  return hours;
}

std::span<const Instant> inside(std::span<const Instant> ascending, Instant from, Instant to) {
  auto first = std::lower_bound(ascending.begin(), ascending.end(), from);
  auto last = std::lower_bound(first, ascending.end(), to);
  return {first, last};
}

// The moment `weeks` before, with the same weekday and clock.
Instant weeks_before(Instant instant, int weeks, const Zone& zone) {
  Day day = zone.day_of(instant);
  int64_t into_day = local_seconds(instant, zone) - int64_t{day.number} * day_seconds;
  return zone.instant_of(day - 7 * weeks, into_day);
}

double z_quantile() {
  return boost::math::quantile(boost::math::normal(), 1 - (1 - level) / 2);
}

// `counts` of the weeks learnt from, in the hours looked at.
Interval velocity_interval(const Velocity& velocity, const std::vector<double>& counts) {
  auto weeks = static_cast<double>(counts.size());
  double mean = 0, squares = 0;
  for (double count : counts) mean += count / weeks;
  for (double count : counts) squares += (count - mean) * (count - mean);
  double overdispersion = std::max(1.0, squares / (weeks - 1) / mean);
  double usual = *velocity.usual, ratio = *velocity.ratio;
  Interval interval{0.0, 0.0, level, "overdispersed_poisson"};
  if (velocity.seen == 0) {
    interval.high = -std::log((1 - level) / 2) * overdispersion / usual;
    return interval;
  }
  double variance = overdispersion / static_cast<double>(velocity.seen) + overdispersion / (weeks * mean);
  boost::math::students_t t(weeks - 1);
  double factor = std::exp(boost::math::quantile(t, 1 - (1 - level) / 2) * std::sqrt(variance));
  interval.low = ratio / factor;
  interval.high = ratio * factor;
  return interval;
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

WeekHours all_week() {
  return WeekHours().set();
}

Velocity velocity_of(std::span<const Instant> ascending, Instant from, Instant to, Instant known_since,
                     const Zone& zone, const WeekHours& looked_at) {
  Velocity velocity;
  PerHour weights = hours_between(from, to, zone);
  for (size_t hour = 0; hour < 168; ++hour) {
    if (!looked_at[hour]) weights[hour] = 0;
    velocity.hours += weights[hour];
  }
  auto counted = [&](Instant instant) { return weights[hour_of_week(local_seconds(instant, zone))] > 0; };
  auto seen = inside(ascending, from, to);
  velocity.seen = std::count_if(seen.begin(), seen.end(), counted);
  PerHour known{}, hours{};
  std::vector<double> counts;
  for (int week = 1; week <= weeks_learnt_from; ++week) {
    Instant begin = weeks_before(from, week, zone), end = weeks_before(from, week - 1, zone);
    if (begin < known_since) break;
    PerHour lasted = hours_between(begin, end, zone);
    for (size_t hour = 0; hour < 168; ++hour) hours[hour] += lasted[hour];
    double count = 0;
    for (Instant instant : inside(ascending, begin, end)) {
      known[hour_of_week(local_seconds(instant, zone))] += 1;
      count += counted(instant);
    }
    counts.push_back(count);
  }
  velocity.weeks = static_cast<int>(counts.size());
  if (counts.size() < 2) return velocity;
  double usual = 0;
  for (size_t hour = 0; hour < 168; ++hour) {
    if (weights[hour] > 0 && hours[hour] > 0) usual += known[hour] / hours[hour] * weights[hour];
  }
  velocity.usual = usual;
  if (usual == 0) return velocity;
  velocity.ratio = static_cast<double>(velocity.seen) / usual;
  velocity.interval = velocity_interval(velocity, counts);
  return velocity;
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
