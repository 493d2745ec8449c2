#include "insights/forecast.h"

#include <fmt/format.h>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "insights/day_model.h"

namespace sociometer::insights {
namespace {

constexpr int days_before_trial = 28;
constexpr int trials_max = 400;  // of the latest origins
// Nobody knows how fast a level moves, and on real series the pace that erred least so far did worse than the mean of
// these: no choice is made, so none is wrong (Bates & Granger 1969).
constexpr std::array<double, 5> paces = {0.02, 0.04, 0.08, 0.16, 0.32};

// What the model said from one day on, and by how much it erred, as it sees values; unknown where the day is.
struct Trial {
  int origin = 0;
  std::vector<double> errors;
};

struct Trials {
  std::vector<Trial> all;
  double error = 0;  // mean, absolute, of values as they are
  int64_t points = 0;
};

Trials try_out(const std::vector<double>& values, const Scale& scale, int horizon) {
  Trials trials;
  DayModel model(values, paces);
  int end = static_cast<int>(values.size());
  int first = std::max(days_before_trial, end - trials_max);
  for (int origin = first; origin < end; ++origin) {
    if (std::isnan(model.at(origin).level)) continue;
    Trial trial{origin, {}};
    for (int h = 0; h < horizon && origin + h < end; ++h) {
      double value = values[static_cast<size_t>(origin + h)];
      double said = model.ahead(origin + h);
      trial.errors.push_back(value - said);
      if (std::isnan(value)) continue;
      trials.error += std::abs(scale.out(value) - scale.out(said));
      ++trials.points;
    }
    trials.all.push_back(std::move(trial));
  }
  if (trials.points > 0) trials.error /= static_cast<double>(trials.points);
  return trials;
}

double mean_error_of_last_week(const std::vector<double>& values, const Scale& scale, int horizon) {
  double error = 0;
  int64_t points = 0;
  int end = static_cast<int>(values.size());
  for (int origin = std::max(days_before_trial, end - trials_max); origin < end; ++origin) {
    for (int h = 0; h < horizon && origin + h < end; ++h) {
      int before = origin + h % week - week;
      double value = values[static_cast<size_t>(origin + h)], said = values[static_cast<size_t>(before)];
      if (std::isnan(value) || std::isnan(said)) continue;
      error += std::abs(scale.out(value) - scale.out(said));
      ++points;
    }
  }
  return points == 0 ? not_known : error / static_cast<double>(points);
}

// The values between which `level` of ascending `sorted` lie, with the correction for few that keeps the promise.
std::pair<double, double> band_of(const std::vector<double>& sorted, double level) {
  double n = static_cast<double>(sorted.size());
  double tail = (1 - level) / 2;
  auto at = [&](double rank) {
    auto index = std::clamp(rank, 0.0, n - 1);
    return sorted[static_cast<size_t>(index)];
  };
  return {at(std::floor(tail * (n + 1)) - 1), at(std::ceil((1 - tail) * (n + 1)) - 1)};
}

// Errors of trials that overlap are much alike, so many trials say little more than those that fit beside each other.
// How much wider an interval must be for having but so few: Student's t for the normal, and the error of the middle.
double doubt_of(double trials, int days_ahead, double level) {
  double beside = std::max(trials / days_ahead, 2.0);
  boost::math::students_t_distribution<double> few(beside - 1);
  boost::math::normal_distribution<double> many;
  double tail = (1 - level) / 2;
  return quantile(complement(few, tail)) / quantile(complement(many, tail)) * std::sqrt(1 + 1 / beside);
}

// The middle of ascending errors: how far the model is off as a rule. Doubt is about what lies around it and widens
// that alone; a model that always lags would else be taken to lag several times as much.
double middle_error(const std::vector<double>& sorted) {
  return sorted.empty() ? 0 : sorted[sorted.size() / 2];
}
double doubted(double error, double middle, double doubt) {
  return middle + (error - middle) * doubt;
}

// Errors of one week of the horizon: those of all its days, for neighbours err alike and there are few. Only what was
// known by the day `by` counts.
std::vector<double> errors_of_week(const Trials& trials, int h, int by) {
  std::vector<double> errors;
  int from = h / week * week;
  for (const Trial& trial : trials.all) {
    for (int i = from; i < from + week && i < static_cast<int>(trial.errors.size()); ++i) {
      double error = trial.errors[static_cast<size_t>(i)];
      if (trial.origin + i < by && !std::isnan(error)) errors.push_back(error);
    }
  }
  std::sort(errors.begin(), errors.end());
  return errors;
}

// Intervals of the errors by week of the horizon, from what was known by one day.
class Intervals {
 public:
  Intervals(const Trials& trials, int horizon, int by, double level) {
    for (int h = 0; h < horizon; h += week) {
      std::vector<double> errors = errors_of_week(trials, h, by);
      if (errors.size() < errors_min) break;
      double doubt = doubt_of(static_cast<double>(errors.size()) / week, h + week, level);
      auto [low, high] = band_of(errors, level);
      const double middle = middle_error(errors);
      weeks_.emplace_back(doubted(low, middle, doubt), doubted(high, middle, doubt));
      // What is farther away is not known better.
      if (weeks_.size() > 1) {
        const auto& before = weeks_[weeks_.size() - 2];
        weeks_.back().first = std::min(weeks_.back().first, before.first);
        weeks_.back().second = std::max(weeks_.back().second, before.second);
      }
    }
  }
  bool any() const { return !weeks_.empty(); }
  // Weeks that no trial reached borrow from the last that one did, wider by the square root of how much farther.
  std::pair<double, double> at(int h) const {
    auto wanted = static_cast<size_t>(h / week);
    if (wanted < weeks_.size()) return weeks_[wanted];
    double wider = std::sqrt(static_cast<double>(wanted + 1) / static_cast<double>(weeks_.size()));
    return {weeks_.back().first * wider, weeks_.back().second * wider};
  }

 private:
  static constexpr size_t errors_min = 40;
  std::vector<std::pair<double, double>> weeks_;
};

BackTest back_test(const std::vector<double>& values, const Scale& scale, const Trials& trials, int horizon,
                   double level) {
  BackTest test;
  test.error = trials.error;
  test.scaled = trials.error / mean_error_of_last_week(values, scale, horizon);
  int64_t inside = 0;
  for (size_t i = 0; i < trials.all.size(); i += week) {
    const Trial& trial = trials.all[i];
    Intervals intervals(trials, horizon, trial.origin, level);
    if (!intervals.any()) continue;
    ++test.origins;
    for (size_t h = 0; h < trial.errors.size(); ++h) {
      if (std::isnan(trial.errors[h])) continue;
      auto [low, high] = intervals.at(static_cast<int>(h));
      ++test.points;
      inside += trial.errors[h] >= low && trial.errors[h] <= high;
    }
  }
  test.coverage = test.points == 0 ? not_known : static_cast<double>(inside) / static_cast<double>(test.points);
  return test;
}

// What the horizon would come to if the errors of one trial came again.
double outcome_of(const std::vector<double>& said, const Scale& scale, Nature nature, const Trial& trial,
                  const std::vector<double>& middles, double doubt) {
  double sum = 0;
  auto known = static_cast<int>(trial.errors.size());
  double error = 0;
  for (int h = 0; h < static_cast<int>(said.size()); ++h) {
    int at = std::max(h < known ? h : known - week + (h - known) % week, 0);
    double told = trial.errors[static_cast<size_t>(at)];
    if (!std::isnan(told)) error = doubted(told, middles[static_cast<size_t>(at / week)], doubt);
    sum += scale.out(said[static_cast<size_t>(h)] + error);
  }
  return nature == Nature::level ? sum / static_cast<double>(said.size()) : sum;
}

Result<Done> check(const std::vector<double>& values, int horizon) {
  if (horizon < 1 || horizon > forecast_days_max) {
    return invalid(fmt::format("a forecast reaches from 1 to {} days ahead", forecast_days_max), "horizon");
  }
  auto known = std::count_if(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
  if (known < known_days_min) {
    return invalid(fmt::format("a forecast needs {} days with a value, and there are {}", known_days_min, known),
                   "kpis");
  }
  return Done{};
}

}  // namespace

Result<Forecast> forecast(const DaySeries& history, Nature nature, int horizon, double level) {
  Scale scale(nature);
  std::vector<double> values = model_values(history, nature, scale);
  TRY_DONE(check(values, horizon));
  // A year ahead no trial could judge.
  int tried = std::min(horizon, 8 * week);
  Forecast ahead;
  Trials trials = try_out(values, scale, tried);
  int end = static_cast<int>(values.size());
  ahead.first = history.first + end;
  ahead.back_test = back_test(values, scale, trials, tried, level);
  DayModel model(values, paces);
  model.at(end);
  std::vector<double> said;
  for (int h = 0; h < horizon; ++h) said.push_back(model.ahead(end + h));
  double base = 0;
  if (nature == Nature::stock) {
    for (const auto& value : history.values) base = value.value_or(base);
  }
  Intervals intervals(trials, horizon, end, level);
  if (!intervals.any()) return invalid("too few days are known for an interval", "kpis");
  double low_before = 0, high_before = 0, sum = base;
  for (int h = 0; h < horizon; ++h) {
    auto [low, high] = intervals.at(h);
    double value = said[static_cast<size_t>(h)];
    if (nature != Nature::stock) {
      ahead.days.push_back({scale.out(value), scale.out(value + low), scale.out(value + high)});
      continue;
    }
    // Changes err together within a week and apart between weeks.
    sum += value;
    low_before += low / std::sqrt(static_cast<double>(h / week + 1));
    high_before += high / std::sqrt(static_cast<double>(h / week + 1));
    ahead.days.push_back({sum, sum + low_before, sum + high_before});
  }
  double doubt = doubt_of(static_cast<double>(trials.all.size()), tried, level);
  std::vector<double> middles;  // by week of the horizon
  for (int h = 0; h < tried; h += week) middles.push_back(middle_error(errors_of_week(trials, h, end)));
  for (const Trial& trial : trials.all) {
    if (static_cast<int>(trial.errors.size()) < std::min(tried, week)) continue;
    double outcome = outcome_of(said, scale, nature, trial, middles, doubt);
    ahead.outcomes.push_back(nature == Nature::stock ? base + outcome : outcome);
  }
  std::sort(ahead.outcomes.begin(), ahead.outcomes.end());
  if (ahead.outcomes.empty()) return invalid("too few days are known for an interval", "kpis");
  auto [low, high] = band_of(ahead.outcomes, level);
  ahead.whole = {ahead.outcomes[ahead.outcomes.size() / 2], low, high};
  return ahead;
}

double probability_of(const std::vector<double>& outcomes, double target, bool at_least) {
  auto below = std::lower_bound(outcomes.begin(), outcomes.end(), target) - outcomes.begin();
  auto reached = static_cast<double>(at_least ? static_cast<ptrdiff_t>(outcomes.size()) - below : below);
  return (reached + 0.5) / (static_cast<double>(outcomes.size()) + 1);
}

}  // namespace sociometer::insights
