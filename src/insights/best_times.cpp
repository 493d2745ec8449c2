#include "insights/best_times.h"

#include <fmt/format.h>

#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace sociometer::insights {
namespace {

constexpr int days_of_week = 7, hours_of_day = 24;
constexpr double hours_alike = 2;        // how far the likeness of hours reaches
constexpr double own_part = 0.5;         // of what an hour adds, that its neighbours know nothing of
constexpr double together_min = 0.1;     // of what weekday and hour add, that they at least add together
constexpr double ordinary_of_hours = 3;  // usual sizes, beyond which a post tells no more of its hour

// The posts of one hour of the week: how many, and their mean.
struct Hour {
  int weekday = 0, hour = 0;
  double n = 0, mean = 0;
};

std::vector<Hour> hours_of(const std::vector<PostSeen>& posts, const PostFit& fit) {
  std::vector<Hour> all(days_of_week * hours_of_day);
  for (size_t i = 0; i < posts.size(); ++i) {
    const int weekday = static_cast<int>(weekday_of(posts[i].day));
    Hour& cell = all[static_cast<size_t>(weekday * hours_of_day + posts[i].hour)];
    cell.weekday = weekday, cell.hour = posts[i].hour;
    cell.n += 1;
    cell.mean += std::clamp(fit.rest[i], -ordinary_of_hours * fit.spread[i], ordinary_of_hours * fit.spread[i]);
  }
  std::erase_if(all, [](const Hour& cell) { return cell.n == 0; });
  double sum = 0, n = 0;
  for (const Hour& cell : all) sum += cell.mean, n += cell.n;
  // The average is nought by definition.
  for (Hour& cell : all) cell.mean = cell.mean / cell.n - sum / n;
  return all;
}

// How far weekdays, hours and the two together differ.
struct Variances {
  double weekday = 0, hour = 0, together = 0;
  double post = 0;  // of one post within its hour
};

// Of one factor: its members' means of what is left, shrunken, taken out again.
template <typename Member>
double take_out(std::vector<Hour>& cells, size_t members, double variance, const Member& member) {
  std::vector<double> mean(members), count(members);
  for (const Hour& cell : cells) {
    mean[member(cell)] += cell.n * cell.mean, count[member(cell)] += cell.n;
  }
  for (size_t i = 0; i < members; ++i) mean[i] = count[i] > 0 ? mean[i] / count[i] : 0;
  const double between = variance_between(mean, count, variance);
  if (between <= 0) return 0;
  for (Hour& cell : cells) {
    const double n = count[member(cell)];
    cell.mean -= mean[member(cell)] * n / (n + variance / between);
  }
  return between;
}

Variances variances_of(std::vector<Hour> cells, const std::vector<PostSeen>& posts, const PostFit& fit) {
  Variances variances;
  double squares = 0;
  for (size_t i = 0; i < posts.size(); ++i) {
    const double rest = std::clamp(fit.rest[i], -ordinary_of_hours * fit.spread[i], ordinary_of_hours * fit.spread[i]);
    squares += rest * rest;
  }
  double between = 0;
  for (const Hour& cell : cells) between += cell.n * cell.mean * cell.mean;
  const double free = static_cast<double>(posts.size()) - static_cast<double>(cells.size());
  // Within hours, where there are enough with several posts; else of all.
  variances.post = free >= 20 ? (squares - between) / free : squares / static_cast<double>(posts.size());
  variances.post = std::max(variances.post, 1e-12);
  variances.weekday =
      take_out(cells, days_of_week, variances.post, [](const Hour& cell) { return static_cast<size_t>(cell.weekday); });
  variances.hour =
      take_out(cells, hours_of_day, variances.post, [](const Hour& cell) { return static_cast<size_t>(cell.hour); });
  variances.together = take_out(cells, days_of_week * hours_of_day, variances.post, [](const Hour& cell) {
    return static_cast<size_t>(cell.weekday * hours_of_day + cell.hour);
  });
  // Too small to be seen is not nothing: else hours would be taken to be surer than they are.
  variances.together = std::max(variances.together, together_min * (variances.weekday + variances.hour));
  return variances;
}

double likeness(const Variances& variances, const Hour& a, const Hour& b) {
  const int apart = std::abs(a.hour - b.hour);
  const double distance = std::min(apart, hours_of_day - apart) / hours_alike;
  double shared = variances.hour * (1 - own_part) * std::exp(-distance * distance / 2);
  if (a.hour == b.hour) shared += variances.hour * own_part;
  if (a.weekday == b.weekday) shared += variances.weekday;
  if (a.weekday == b.weekday && a.hour == b.hour) shared += variances.together;
  return shared;
}

// A symmetric matrix as the product of a triangle and its mirror (Cholesky), and what follows from it.
class Triangle {
 public:
  explicit Triangle(std::vector<std::vector<double>> matrix) : rows_(std::move(matrix)) {
    for (size_t i = 0; i < rows_.size(); ++i) {
      for (size_t j = 0; j <= i; ++j) {
        double sum = rows_[i][j];
        for (size_t k = 0; k < j; ++k) sum -= rows_[i][k] * rows_[j][k];
        rows_[i][j] = i == j ? std::sqrt(std::max(sum, 1e-300)) : sum / rows_[j][j];
      }
    }
  }
  // The triangle's inverse times a vector.
  std::vector<double> solved(std::vector<double> right) const {
    for (size_t i = 0; i < rows_.size(); ++i) {
      for (size_t k = 0; k < i; ++k) right[i] -= rows_[i][k] * right[k];
      right[i] /= rows_[i][i];
    }
    return right;
  }

 private:
  std::vector<std::vector<double>> rows_;
};

double product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

struct Belief {
  double mean = 0, deviation = 0;
};

std::vector<Belief> beliefs(const std::vector<Hour>& cells, const Variances& variances) {
  const size_t n = cells.size();
  std::vector<std::vector<double>> shared(n, std::vector<double>(n));
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j < n; ++j) shared[i][j] = likeness(variances, cells[i], cells[j]);
  }
  std::vector<std::vector<double>> seen = shared;
  std::vector<double> means;
  for (size_t i = 0; i < n; ++i) {
    seen[i][i] += variances.post / cells[i].n;
    means.push_back(cells[i].mean);
  }
  const Triangle triangle(std::move(seen));
  const std::vector<double> told = triangle.solved(means);
  std::vector<Belief> all;
  for (size_t i = 0; i < n; ++i) {
    const std::vector<double> of_cell = triangle.solved(shared[i]);
    all.push_back({product(of_cell, told), std::sqrt(std::max(shared[i][i] - product(of_cell, of_cell), 0.0))});
  }
  return all;
}

}  // namespace

BestTimes best_times(const std::vector<PostSeen>& posts, Counting counting, Wanted wanted) {
  std::vector<PostSeen> timed;
  for (const PostSeen& post : posts) {
    if (post.hour >= 0) timed.push_back(post);
  }
  BestTimes times;
  times.posts = static_cast<int64_t>(timed.size());
  times.without_hour = static_cast<int64_t>(posts.size() - timed.size());
  if (timed.size() < posts_judged_min) {
    times.reason = fmt::format("the best times are learnt from {} posts with a known hour, and there are {}",
                               posts_judged_min, timed.size());
    return times;
  }
  const PostScale scale(timed, counting == Counting::counts);
  const PostFit fit = fit_posts(timed, scale, PostTimes::left_alone);
  const std::vector<Hour> cells = hours_of(timed, fit);
  const Variances variances = variances_of(cells, timed, fit);
  times.differs = variances.weekday + variances.hour + variances.together > 0;
  times.is_share = scale.is_ratio();
  const boost::math::normal_distribution<double> bell;
  const double within = quantile(complement(bell, 0.025));
  const std::vector<Belief> all = beliefs(cells, variances);
  auto shown = [&](double effect) { return scale.is_ratio() ? std::expm1(effect) : effect; };
  for (size_t i = 0; i < cells.size(); ++i) {
    const auto [mean, deviation] = all[i];
    TimeCell cell{static_cast<Weekday>(cells[i].weekday), cells[i].hour,
                  static_cast<int64_t>(cells[i].n),       shown(mean),
                  shown(mean - within * deviation),       shown(mean + within * deviation)};
    if (deviation > 0) cell.probability = cdf(bell, mean / deviation);
    if (wanted == Wanted::less) cell.probability = 1 - cell.probability;
    times.cells.push_back(cell);
  }
  return times;
}

}  // namespace sociometer::insights
