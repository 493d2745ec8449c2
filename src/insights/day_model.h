// DayModel: a level that moves slowly and what each weekday adds, learnt day by day. Shared by forecast and anomalies.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "insights/forecast.h"

namespace sociometer::insights {

constexpr int week = 7;
constexpr int known_days_min = 42;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// The values as the model sees them, and back.
class Scale {
 public:
  explicit Scale(Nature nature) : nature_(nature) {}
  double in(double value) const { return nature_ == Nature::count ? std::log1p(std::max(value, 0.0)) : value; }
  double out(double value) const { return nature_ == Nature::count ? std::max(std::expm1(value), 0.0) : value; }

 private:
  Nature nature_;
};

// What the model knows at the end of one day.
struct DayState {
  double level = unknown;
  std::array<double, week> effect{};
};

// Learns day by day. `day` counts from the first of the series.
class DayModel {
 public:
  DayModel(const std::vector<double>& values, double pace) : values_(values), pace_(pace) {}

  // Takes in everything before `end`, and says what it then knows.
  const DayState& at(int end) {
    for (; next_ < end; ++next_) learn(next_);
    return state_;
  }
  double ahead(int day) const { return state_.level + state_.effect[static_cast<size_t>(day % week)]; }

 private:
  static constexpr int weeks_of_pattern = 10;  // that the weekdays are learnt from
  static constexpr double weeks_of_doubt = 3;  // a weekday's effect is shrunk as if that many weeks had shown none

  void learn(int day) {
    double value = values_[static_cast<size_t>(day)];
    if (std::isnan(value)) return;
    if (std::isnan(state_.level)) {
      state_.level = value;
      return;
    }
    learn_weekdays(day);
    double news = value - state_.effect[static_cast<size_t>(day % week)] - state_.level;
    ++known_;
    // Until the pace has had time to forget the first day, the level is the mean.
    state_.level += std::max(pace_, 1.0 / static_cast<double>(known_ + 1)) * news;
  }

  // How each weekday differs from its own weeks' mean, over the weeks before `day`.
  void learn_weekdays(int day) {
    std::array<double, week> sum{}, count{};
    for (int w = 0; w < weeks_of_pattern; ++w) {
      int first = day - (w + 1) * week;
      if (first < 0) break;
      double total = 0, known = 0;
      for (int i = 0; i < week; ++i) {
        double value = values_[static_cast<size_t>(first + i)];
        if (!std::isnan(value)) total += value, ++known;
      }
      if (known < 4) continue;
      for (int i = 0; i < week; ++i) {
        double value = values_[static_cast<size_t>(first + i)];
        if (std::isnan(value)) continue;
        sum[static_cast<size_t>((first + i) % week)] += value - total / known;
        count[static_cast<size_t>((first + i) % week)] += 1;
      }
    }
    for (size_t i = 0; i < week; ++i) state_.effect[i] = sum[i] / (count[i] + weeks_of_doubt);
  }

  const std::vector<double>& values_;
  double pace_;
  int next_ = 0, known_ = 0;
  DayState state_;
};

// Days as the model sees them; of stocks what they changed by, spread over the days between two that are known.
inline std::vector<double> model_values(const DaySeries& history, Nature nature, const Scale& scale) {
  std::vector<double> values(history.values.size(), unknown);
  std::optional<size_t> last;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!history.values[i]) continue;
    if (nature != Nature::stock) {
      values[i] = scale.in(*history.values[i]);
    } else if (last) {
      double change = (*history.values[i] - *history.values[*last]) / static_cast<double>(i - *last);
      for (size_t day = *last + 1; day <= i; ++day) values[day] = change;
    }
    last = i;
  }
  // What nobody told yet at the end is no part of the past.
  while (!values.empty() && std::isnan(values.back())) values.pop_back();
  return values;
}

}  // namespace sociometer::insights
