#include "insights/goal_outlook.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "insights/day_model.h"

namespace sociometer::insights {
namespace {

constexpr double doubt_days = 3;  // a weekday's or month's weight is shrunk as if that many days were average
constexpr int recent_days = 56;   // by which the days to come are weighed

// How much of the period a day of the past was worth.
std::vector<double> day_worth(const GoalFacts& facts) {
  const auto& values = facts.history.values;
  std::vector<double> worth(values.size(), not_known);
  for (size_t i = 0; i < values.size(); ++i) {
    switch (facts.makeup) {
      case Makeup::sum:
      case Makeup::unknown:
        if (values[i]) worth[i] = std::max(*values[i], 0.0);
        break;
      case Makeup::last:
        if (i > 0 && values[i] && values[i - 1]) worth[i] = *values[i] - *values[i - 1];
        break;
      case Makeup::mean:
        worth[i] = weight_at(facts, i);
        break;
    }
  }
  return worth;
}

// What days of one kind are worth beside the average day; none below nothing.
template <size_t Kinds, typename KindOf>
std::array<double, Kinds> factors(const std::vector<double>& worth, double mean, KindOf kind_of) {
  std::array<double, Kinds> sum{}, count{}, found{};
  for (size_t i = 0; i < worth.size(); ++i) {
    if (std::isnan(worth[i])) continue;
    sum[kind_of(i)] += worth[i];
    count[kind_of(i)] += 1;
  }
  for (size_t k = 0; k < Kinds; ++k) {
    found[k] = std::max((sum[k] + doubt_days * mean) / ((count[k] + doubt_days) * mean), 0.0);
  }
  return found;
}

}  // namespace

Calendar::Calendar(const GoalFacts& facts) {
  const std::vector<double> worth = day_worth(facts);
  double sum = 0, count = 0;
  for (double value : worth) {
    if (!std::isnan(value)) sum += value, ++count;
  }
  weekdays_.fill(1);
  months_.fill(1);
  if (count < 2 * week || sum <= 0) return;
  const Day first = facts.history.first;
  auto day = [&](size_t i) { return first + static_cast<int>(i); };
  weekdays_ = factors<7>(worth, sum / count, [&](size_t i) { return static_cast<size_t>(weekday_of(day(i))); });
  // A month is known by its like only where a whole year is; of what a stock grows by only where two are, as a month in
  // which it began to grow is no season.
  if (count < (facts.makeup == Makeup::last ? 2 * 365 : 365)) return;
  months_ =
      factors<12>(worth, sum / count, [&](size_t i) { return static_cast<size_t>(calendar_date(day(i)).month - 1); });
}

double Calendar::of(DayRange days) const {
  double sum = 0;
  for (Day day = days.first; day < days.end; day = day + 1) {
    sum += weekdays_[static_cast<size_t>(weekday_of(day))] * months_[calendar_date(day).month - 1];
  }
  return sum;
}

DayShares::DayShares(DayRange days, const GoalFacts& facts) : days_(days), calendar_(facts), all_(calendar_.of(days)) {}

double DayShares::before(Day day) const {
  if (day <= days_.first) return 0;
  if (day >= days_.end) return 1;
  if (all_ <= 0) return static_cast<double>(day - days_.first) / days_.days();
  return calendar_.of({days_.first, day}) / all_;
}

Day known_until(const GoalFacts& facts) {
  Day end = facts.history.first;
  for (size_t i = 0; i < facts.history.values.size(); ++i) {
    if (facts.history.values[i]) end = facts.history.first + static_cast<int>(i) + 1;
  }
  return end;
}

double weight_at(const GoalFacts& facts, size_t i) {
  if (facts.weights.empty()) return facts.history.values[i] ? 1 : 0;
  return i < facts.weights.size() ? facts.weights[i] : 0;
}

namespace {

class Outlook {
 public:
  Outlook(DayRange days, const GoalFacts& facts) : days_(days), facts_(facts), until_(known_until(facts)) {}

  Outcomes run() const {
    if (facts_.makeup == Makeup::unknown) {
      return {{}, "people of several days do not add up, so what is to come cannot be told from days"};
    }
    if (facts_.history.values.empty()) return {{}, "nothing is known of the days before"};
    const int horizon = days_.end - until_;
    if (horizon > forecast_days_max) {
      return {{},
              fmt::format("the due day is further away than the {} days that a forecast reaches", forecast_days_max)};
    }
    if (horizon <= 0) return {};
    const Result<Forecast> ahead = forecast(facts_.history, facts_.nature, horizon);
    if (!ahead) return {{}, ahead.error().message};
    return {finished(*ahead), {}};
  }

 private:
  // The trials are of all days until the end; where the period begins later, of its part of them.
  double part_of(const Forecast& ahead) const {
    if (days_.first <= ahead.first) return 1;
    double all = 0, inside = 0;
    for (size_t i = 0; i < ahead.days.size(); ++i) {
      const double value = facts_.nature == Nature::count ? ahead.days[i].value : 1;
      all += value;
      if (days_.contains(ahead.first + static_cast<int>(i))) inside += value;
    }
    return all > 0 ? inside / all : 0;
  }

  std::vector<double> finished(const Forecast& ahead) const {
    const double part = part_of(ahead);
    double sum = 0, weight = 0, weighted = 0, recent = 0, recent_count = 0;
    const auto& values = facts_.history.values;
    for (size_t i = 0; i < values.size(); ++i) {
      const Day day = facts_.history.first + static_cast<int>(i);
      if (day < until_ && day >= until_ - recent_days) recent += weight_at(facts_, i), ++recent_count;
      if (!days_.contains(day) || !values[i]) continue;
      sum += *values[i];
      weight += weight_at(facts_, i);
      weighted += weight_at(facts_, i) * *values[i];
    }
    const auto rest = static_cast<double>(days_.end - std::max(days_.first, ahead.first));
    const double rest_weight = recent_count > 0 ? recent / recent_count * rest : rest;
    // The measured ratio of the period is better than one put together from days.
    const double so_far = facts_.actual.value_or(weight > 0 ? weighted / weight : 0);
    std::vector<double> all;
    for (double outcome : ahead.outcomes) {
      switch (facts_.makeup) {
        case Makeup::sum:
          all.push_back(sum + (facts_.nature == Nature::count ? outcome * part : outcome * rest));
          break;
        case Makeup::last:
          all.push_back(outcome);
          break;
        case Makeup::mean:
        case Makeup::unknown:
          all.push_back(weight + rest_weight > 0 ? (weight * so_far + rest_weight * outcome) / (weight + rest_weight)
                                                 : outcome);
          break;
      }
    }
    std::ranges::sort(all);
    return all;
  }

  DayRange days_;
  const GoalFacts& facts_;
  Day until_;
};

}  // namespace

Outcomes outcomes_of(DayRange days, const GoalFacts& facts) {
  return Outlook(days, facts).run();
}

Ahead middle_of(const std::vector<double>& outcomes) {
  auto at = [&](double share) {
    return outcomes[static_cast<size_t>(share * static_cast<double>(outcomes.size() - 1) + 0.5)];
  };
  return {at(0.5), at(0.025), at(0.975)};
}

}  // namespace sociometer::insights
