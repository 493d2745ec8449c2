// DayModel: a level that moves slowly and what each weekday adds, learnt day by day. Shared by forecast, anomalies and
// change points.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "insights/forecast.h"

namespace sociometer::insights {

constexpr int week = 7;
constexpr int known_days_min = 42;
constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

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
  double level = not_known;
  std::array<double, week> effect{};
};

// Learns day by day. `day` counts from the first of the series. Of several paces – the share of a day's news that the
// level takes up – each has a level of its own, and what is said is their mean.
class DayModel {
 public:
  DayModel(const std::vector<double>& values, std::span<const double> paces)
      : values_(values), paces_(paces.begin(), paces.end()), levels_(paces.size(), not_known) {}

  // Takes in everything before `end`, and says what it then knows.
  const DayState& at(int end) {
    for (; next_ < end; ++next_) learn(next_);
    return state_;
  }
  double ahead(int day) const { return state_.level + state_.effect[static_cast<size_t>(day % week)]; }

 private:
  static constexpr int weeks_of_pattern = 10;  // that the weekdays are learnt from
  // A weekday's effect is shrunk as if so many weeks had shown none; by less where weekdays plainly differ.
  static constexpr double weeks_of_doubt_max = 3;

  void learn(int day) {
    double value = values_[static_cast<size_t>(day)];
    if (std::isnan(value)) return;
    if (std::isnan(state_.level)) {
      levels_.assign(levels_.size(), value);
      state_.level = value;
      return;
    }
    learn_weekdays(day);
    ++known_;
    double sum = 0;
    for (size_t i = 0; i < levels_.size(); ++i) {
      double news = value - state_.effect[static_cast<size_t>(day % week)] - levels_[i];
      // Until the pace has had time to forget the first day, the level is the mean.
      levels_[i] += std::max(paces_[i], 1.0 / static_cast<double>(known_ + 1)) * news;
      sum += levels_[i];
    }
    state_.level = sum / static_cast<double>(levels_.size());
  }

  // How each weekday differs from its own weeks' mean, over the weeks before `day`.
  void learn_weekdays(int day) {
    std::array<double, week> sum{}, count{};
    double squares = 0;
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
        double rest = value - total / known;
        sum[static_cast<size_t>((first + i) % week)] += rest;
        count[static_cast<size_t>((first + i) % week)] += 1;
        squares += rest * rest;
      }
    }
    double doubt = doubt_of_weekdays(sum, count, squares);
    for (size_t i = 0; i < week; ++i) state_.effect[i] = count[i] > 0 ? sum[i] / (count[i] + doubt) : 0;
  }

  // How far a weekday's days are apart beside how far the weekdays are: what shrinks best (empirical Bayes), at most
  // weeks_of_doubt_max.
  static double doubt_of_weekdays(const std::array<double, week>& sum, const std::array<double, week>& count,
                                  double squares) {
    double n = 0, counts_squared = 0, between = 0;
    for (size_t i = 0; i < week; ++i) {
      if (count[i] == 0) continue;
      n += count[i];
      counts_squared += count[i] * count[i];
      between += sum[i] * sum[i] / count[i];
    }
    if (n <= week) return weeks_of_doubt_max;
    double within = (squares - between) / (n - week);
    double apart = (between - (week - 1) * within) / (n - counts_squared / n);
    return apart > 0 ? std::clamp(within / apart, 0.0, weeks_of_doubt_max) : weeks_of_doubt_max;
  }

  const std::vector<double>& values_;
  std::vector<double> paces_, levels_;
  int next_ = 0, known_ = 0;
  DayState state_;
};

// Days as the model sees them; of stocks what they changed by, spread over the days between two that are known.
inline std::vector<double> model_values(const DaySeries& history, Nature nature, const Scale& scale) {
  std::vector<double> values(history.values.size(), not_known);
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
