#include "insights/change_points.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "insights/day_model.h"

namespace sociometer::insights {
namespace {

constexpr double looked_at_again = 0.05;  // on either side of a change that is at least as sure
constexpr int known_days_of_week = 4;
constexpr double nothing = 1e-12;

using Values = std::span<const double>;

double mean_of(Values values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_of(Values values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (double value : values) sum += (value - mean) * (value - mean);
  return sum;
}

// Equal ones share the mean of their ranks.
std::vector<double> ranks_of(Values values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (size_t from = 0; from < order.size();) {
    size_t end = from;
    while (end < order.size() && values[order[end]] == values[order[from]]) ++end;
    for (size_t i = from; i < end; ++i) ranks[order[i]] = static_cast<double>(from + end + 1) / 2;
    from = end;
  }
  return ranks;
}

struct LevelStep {
  size_t at = 0;  // the first after it; 0: there is no room for one
  double squares = 0;
};

// Where two means leave least.
LevelStep best_step(Values values) {
  LevelStep best{0, squares_of(values)};
  if (values.size() < 2 * change_weeks_of_level) return best;
  double before = 0, all = 0, all_squares = 0;
  for (double value : values) all += value, all_squares += value * value;
  const auto n = static_cast<double>(values.size());
  double least = -1;
  for (size_t at = 1; at < values.size(); ++at) {
    before += values[at - 1];
    if (at < change_weeks_of_level || at > values.size() - change_weeks_of_level) continue;
    const auto k = static_cast<double>(at);
    const double squares = std::max(all_squares - before * before / k - (all - before) * (all - before) / (n - k), 0.0);
    if (least < 0 || squares < least) least = squares, best = {at, squares};
  }
  return best;
}

// The stretch as two levels, or as three: the better of a second step before and after the first.
struct Levels {
  std::vector<Values> parts;
  double squares = 0;
};
Levels two_steps(Values values, size_t at) {
  const Values before = values.first(at), after = values.subspan(at);
  Levels best{{before, after}, squares_of(before) + squares_of(after)};
  const LevelStep early = best_step(before), late = best_step(after);
  const double with_early = early.squares + squares_of(after), with_late = late.squares + squares_of(before);
  if (early.at > 0 && (late.at == 0 || with_early <= with_late)) {
    best = {{before.first(early.at), before.subspan(early.at), after}, with_early};
  } else if (late.at > 0) {
    best = {{before, after.first(late.at), after.subspan(late.at)}, with_late};
  }
  return best;
}

// What neighbours have in common beyond their level.
double kinship(const Levels& levels, size_t n) {
  double own = 0, shared = 0, before = not_known;
  for (Values part : levels.parts) {
    const double mean = mean_of(part);
    for (double value : part) {
      const double rest = value - mean;
      own += rest * rest;
      if (!std::isnan(before)) shared += rest * before;
      before = rest;
    }
  }
  const double measured = own > 0 ? shared / own : 0;
  // Means taken out of a few make the rest look less alike than it is (Kendall 1954, for each step).
  return std::clamp(measured + 2 * (1 + 3 * measured) / static_cast<double>(n), 0.0, 0.95);
}

double line_squares(Values values) {
  const double middle = (static_cast<double>(values.size()) - 1) / 2, mean = mean_of(values);
  double rise = 0, run = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    rise += x * (values[i] - mean), run += x * x;
  }
  return std::max(squares_of(values) - rise * rise / run, 0.0);
}

// Schwarz's criterion: steps have to tell more than a line for each number they take.
bool is_trend(Values values, size_t at) {
  const auto n = static_cast<double>(values.size());
  const double least = nothing * std::max(squares_of(values), nothing);
  auto criterion = [&](double squares, double numbers) {
    return n * std::log(std::max(squares, least) / n) + numbers * std::log(n);
  };
  const double line = criterion(line_squares(values), 2);
  const double step = criterion(squares_of(values.first(at)) + squares_of(values.subspan(at)), 3);
  return line <= step && line <= criterion(two_steps(values, at).squares, 5);
}

struct Tested {
  size_t at = 0;
  double p = 1;
};

// How often chance alone takes ranks as far: from the middle, as after one step, or from end to end, as between two
// that undo each other. Both limits are those of a Brownian bridge (Kolmogorov; Kuiper 1960), each counted twice as
// there are two.
double by_chance(double farthest, double span, double n, double alike) {
  const double scale = 3 * (1 - alike) / (1 + alike) / (n * n * n + n * n);
  const double one = 2 * std::exp(-2 * farthest * farthest * scale);
  const double squared = span * span * scale;
  double two = 0;
  for (int k = 1; k < 6; ++k) {
    const double reach = k * k * squared;
    two += 2 * (4 * reach - 1) * std::exp(-2 * reach);
  }
  if (squared < 0.4) two = 1;  // where the sum has no few terms left
  return std::min(1.0, 2 * std::min(one, two));
}

Tested test(Values values) {
  const std::vector<double> ranks = ranks_of(values);
  const auto n = static_cast<double>(values.size());
  double sum = 0, farthest = 0, highest = 0, lowest = 0;
  for (size_t k = 1; k < values.size(); ++k) {
    sum += 2 * ranks[k - 1] - (n + 1);
    if (k >= change_weeks_of_level && k <= values.size() - change_weeks_of_level) {
      farthest = std::max(farthest, std::abs(sum));
      highest = std::max(highest, sum), lowest = std::min(lowest, sum);
    }
  }
  const LevelStep step = best_step(ranks);
  if (step.at == 0 || farthest == 0 || is_trend(values, step.at)) return {step.at, 1};
  const double alike = kinship(two_steps(ranks, step.at), values.size());
  return {step.at, by_chance(farthest, highest - lowest, n, alike)};
}

// Weeks of which enough days are known, back from the last day; without what their weekdays usually add.
struct Weeks {
  std::vector<double> values;
  std::vector<int> first;  // the day that each begins with
};

std::array<double, week> usual_by_weekday(const std::vector<double>& days) {
  std::array<double, week> sum{}, count{};
  for (int first = 0; first + week <= static_cast<int>(days.size()); ++first) {
    const Values seven(days.data() + first, week);
    if (std::any_of(seven.begin(), seven.end(), [](double value) { return std::isnan(value); })) continue;
    const int middle = first + week / 2;
    sum[static_cast<size_t>(middle % week)] += days[static_cast<size_t>(middle)] - mean_of(seven);
    count[static_cast<size_t>(middle % week)] += 1;
  }
  for (size_t i = 0; i < week; ++i) sum[i] = count[i] > 0 ? sum[i] / count[i] : 0;
  return sum;
}

Weeks weeks_of(const std::vector<double>& days) {
  Weeks weeks;
  for (int first = static_cast<int>(days.size()) % week; first < static_cast<int>(days.size()); first += week) {
    double sum = 0;
    int known = 0;
    for (int day = first; day < first + week; ++day) {
      const double value = days[static_cast<size_t>(day)];
      if (!std::isnan(value)) sum += value, ++known;
    }
    if (known < known_days_of_week) continue;
    weeks.values.push_back(sum / known);
    weeks.first.push_back(first);
  }
  return weeks;
}

class Search {
 public:
  Search(const std::vector<double>& days, Weeks weeks) : days_(days), weeks_(std::move(weeks)) {
    look(0, weeks_.values.size());
  }

  struct Found {
    int day = 0;
    double p = 1;
  };
  std::vector<Found> found;

 private:
  void look(size_t from, size_t end) {
    if (end - from < change_weeks_min) return;
    const Tested tested = test(Values(weeks_.values).subspan(from, end - from));
    if (tested.at == 0) return;
    found.push_back({day_of(from, from + tested.at, end), tested.p});
    if (tested.p > looked_at_again) return;
    look(from, from + tested.at);
    look(from + tested.at, end);
  }

  // The day from which on two means leave least, within a week and a half of where the week begins.
  int day_of(size_t from, size_t at, size_t end) const {
    constexpr int around = 10;
    const int first = weeks_.first[from], last = weeks_.first[end - 1] + week, near = weeks_.first[at];
    int best = near;
    double least = -1;
    for (int day = std::max(first + week, near - around); day <= std::min(last - week, near + around); ++day) {
      const double squares = squares_between(first, day) + squares_between(day, last);
      if (least < 0 || squares < least) least = squares, best = day;
    }
    return best;
  }

  double squares_between(int first, int end) const {
    double sum = 0, squares = 0, known = 0;
    for (int day = first; day < end; ++day) {
      const double value = days_[static_cast<size_t>(day)];
      if (!std::isnan(value)) sum += value, squares += value * value, ++known;
    }
    return known == 0 ? 0 : squares - sum * sum / known;
  }

  const std::vector<double>& days_;
  Weeks weeks_;
};

// Of stocks by what they changed.
double mean_between(const DaySeries& history, Nature nature, int first, int end) {
  double sum = 0, known = 0;
  if (nature == Nature::stock) {
    const std::vector<double> changes = model_values(history, nature, Scale(nature));
    for (int day = first; day < end && day < static_cast<int>(changes.size()); ++day) {
      const double value = changes[static_cast<size_t>(day)];
      if (!std::isnan(value)) sum += value, ++known;
    }
  } else {
    for (int day = first; day < end; ++day) {
      const auto& value = history.values[static_cast<size_t>(day)];
      if (value) sum += *value, ++known;
    }
  }
  return known == 0 ? 0 : sum / known;
}

}  // namespace

std::vector<ChangePoint> judged_changes(const DaySeries& history, Nature nature) {
  std::vector<double> days = model_values(history, nature, Scale(nature));
  const std::array<double, week> usual = usual_by_weekday(days);
  for (size_t i = 0; i < days.size(); ++i) days[i] -= usual[i % week];
  Search search(days, weeks_of(days));
  std::sort(search.found.begin(), search.found.end(), [](const auto& a, const auto& b) { return a.day < b.day; });
  std::vector<ChangePoint> judged;
  // Levels reach from one change to the next; what was no change bounds none.
  auto is_change = [](const Search::Found& found) { return found.p <= looked_at_again; };
  for (size_t i = 0; i < search.found.size(); ++i) {
    int from = 0, end = static_cast<int>(days.size());
    for (size_t j = 0; j < i; ++j) from = is_change(search.found[j]) ? search.found[j].day : from;
    for (size_t j = search.found.size() - 1; j > i; --j) end = is_change(search.found[j]) ? search.found[j].day : end;
    const int day = search.found[i].day;
    judged.push_back({history.first + day, mean_between(history, nature, from, day),
                      mean_between(history, nature, day, end), (day - from) / week, (end - day) / week,
                      search.found[i].p, 1});
  }
  return judged;
}

}  // namespace sociometer::insights
