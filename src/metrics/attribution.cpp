#include "metrics/attribution.h"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace sociometer::metrics {
namespace {

constexpr double half_life_micros = 7 * 86'400e6;
constexpr int64_t millionths = 1'000'000;

constexpr std::array<std::pair<std::string_view, AttributionModel>, 8> models = {{
    {"first", AttributionModel::first},
    {"last", AttributionModel::last},
    {"last_non_direct", AttributionModel::last_non_direct},
    {"linear", AttributionModel::linear},
    {"position", AttributionModel::position},
    {"time_decay", AttributionModel::time_decay},
    {"markov", AttributionModel::markov},
    {"shapley", AttributionModel::shapley},
}};

// The touches that count under the model, oldest first.
std::vector<Touch> touches_of(const Path& path, AttributionModel model) {
  std::vector<Touch> touches = path.touches;
  if (model != AttributionModel::last) {
    bool all_direct = std::all_of(touches.begin(), touches.end(), [](const Touch& touch) { return touch.direct; });
    if (!all_direct) std::erase_if(touches, [](const Touch& touch) { return touch.direct; });
  }
  std::sort(touches.begin(), touches.end(), [](const Touch& a, const Touch& b) {
    return std::tie(a.at, a.order, a.member) < std::tie(b.at, b.order, b.member);
  });
  CHECK(!touches.empty());
  return touches;
}

// The weight of each touch; what they add up to is of no matter.
std::vector<double> weights_of(const std::vector<Touch>& touches, AttributionModel model) {
  size_t n = touches.size();
  std::vector<double> weights(n, 0);
  switch (model) {
    case AttributionModel::first:
      weights.front() = 1;
      break;
    case AttributionModel::last:
    case AttributionModel::last_non_direct:
      weights.back() = 1;
      break;
    case AttributionModel::position:
      if (n > 2) weights.assign(n, 0.2 / static_cast<double>(n - 2));
      weights.front() = weights.back() = n > 2 ? 0.4 : 0.5;
      break;
    case AttributionModel::time_decay:
      // Counted from the last touch: all weights by one factor more, and none of them vanishes in a long path.
      for (size_t i = 0; i < n; ++i) {
        auto before = static_cast<double>(touches.back().at.micros - touches[i].at.micros);
        weights[i] = std::exp2(-before / half_life_micros);
      }
      break;
    case AttributionModel::shapley: {
      // What came by exactly the members of this path is worth something only to sets that hold them all, and to each
      // of them alike: the game is a sum of such unanimity games, and the Shapley value of a sum is the sum.
      std::vector<int32_t> seen;
      for (size_t i = 0; i < n; ++i) {
        if (std::find(seen.begin(), seen.end(), touches[i].member) != seen.end()) continue;
        seen.push_back(touches[i].member);
        weights[i] = 1;
      }
      break;
    }
    default:
      weights.assign(n, 1);
  }
  return weights;
}

// A first-order chain of the paths: where they begin, how members follow each other, and where they end.
struct Chain {
  Eigen::VectorXd begin;
  Eigen::MatrixXd follow;
  Eigen::VectorXd convert;  // probability to convert next
  Eigen::VectorXd earn;     // expected value of doing so
  std::vector<int32_t> members;
};

Chain chain_of(std::span<const Path> paths) {
  Chain chain;
  for (const Path& path : paths) {
    for (const Touch& touch : path.touches) chain.members.push_back(touch.member);
  }
  std::sort(chain.members.begin(), chain.members.end());
  chain.members.erase(std::unique(chain.members.begin(), chain.members.end()), chain.members.end());
  auto state = [&](const Touch& touch) {
    return std::lower_bound(chain.members.begin(), chain.members.end(), touch.member) - chain.members.begin();
  };
  auto n = static_cast<Eigen::Index>(chain.members.size());
  chain.begin = chain.convert = chain.earn = Eigen::VectorXd::Zero(n);
  chain.follow = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd left = Eigen::VectorXd::Zero(n);
  double all = 0;
  for (const Path& path : paths) {
    std::vector<Touch> touches = touches_of(path, AttributionModel::markov);
    auto times = static_cast<double>(path.conversions + path.lost);
    chain.begin(state(touches.front())) += times;
    for (size_t i = 0; i < touches.size(); ++i) {
      left(state(touches[i])) += times;
      if (i > 0) chain.follow(state(touches[i - 1]), state(touches[i])) += times;
    }
    chain.convert(state(touches.back())) += static_cast<double>(path.conversions);
    chain.earn(state(touches.back())) += static_cast<double>(std::max<int64_t>(path.value, 0));
    all += times;
  }
  if (all > 0) chain.begin /= all;
  for (Eigen::Index s = 0; s < n; ++s) {
    if (left(s) == 0) continue;  // on refunds' paths only
    chain.follow.row(s) /= left(s);
    chain.convert(s) /= left(s);
    chain.earn(s) /= left(s);
  }
  return chain;
}

// What is lost without each state, in conversions and in value, of all that start.
struct Losses {
  Eigen::VectorXd conversions, value;
  double all_conversions = 0;
};

// With F = (I − Q)⁻¹, a path that starts visits c with probability (start · F)_c / F_cc; without c everything that
// would have come after such a visit is gone. So one inverse tells of all members.
Losses losses_of(const Chain& chain) {
  Eigen::Index n = chain.begin.size();
  Eigen::MatrixXd visits = (Eigen::MatrixXd::Identity(n, n) - chain.follow).partialPivLu().inverse();
  Eigen::VectorXd reached = (visits.transpose() * chain.begin).cwiseQuotient(visits.diagonal());
  Eigen::VectorXd converts = visits * chain.convert;
  Losses losses;
  losses.conversions = reached.cwiseProduct(converts);
  losses.value = reached.cwiseProduct(visits * chain.earn);
  losses.all_conversions = chain.begin.dot(converts);
  return losses;
}

std::vector<Credit> markov(std::span<const Path> paths, size_t members) {
  std::vector<Credit> credits(members);
  int64_t conversions = 0, value = 0;
  for (const Path& path : paths) {
    conversions += path.conversions;
    value += path.value;
  }
  // Nothing but refunds: there is no chain to lose anything.
  if (conversions == 0) return attribute(AttributionModel::linear, paths, members);
  Chain chain = chain_of(paths);
  Losses losses = losses_of(chain);
  // An inverse leaves tiny values on either side of zero.
  auto weights = [](const Eigen::VectorXd& lost) {
    std::vector<double> result(lost.begin(), lost.end());
    for (double& weight : result) weight = std::max(weight, 0.0);
    return result;
  };
  auto some = [](const std::vector<double>& list) {
    return std::any_of(list.begin(), list.end(), [](double weight) { return weight > 0; });
  };
  std::vector<double> by_conversions = weights(losses.conversions), by_value = weights(losses.value);
  if (!some(by_value)) by_value = by_conversions;
  std::vector<int64_t> counts = split_by_largest_remainder(conversions * millionths, by_conversions);
  std::vector<int64_t> values = split_by_largest_remainder(value, by_value);
  for (size_t i = 0; i < chain.members.size(); ++i) {
    credits[static_cast<size_t>(chain.members[i])] = {counts[i], values[i]};
  }
  return credits;
}

}  // namespace

std::optional<AttributionModel> parse_attribution_model(std::string_view key) {
  for (const auto& [word, model] : models) {
    if (word == key) return model;
  }
  return std::nullopt;
}

std::string_view name(AttributionModel model) {
  return models[static_cast<size_t>(model)].first;
}

std::vector<int64_t> split_by_largest_remainder(int64_t whole, std::span<const double> weights) {
  long double sum = std::accumulate(weights.begin(), weights.end(), 0.0L);
  CHECK(sum > 0);
  int64_t sign = whole < 0 ? -1 : 1;
  auto size = static_cast<long double>(whole) * sign;
  std::vector<int64_t> parts;
  std::vector<long double> remainders;
  int64_t left = whole * sign;
  for (double weight : weights) {
    long double exact = size * weight / sum;
    parts.push_back(static_cast<int64_t>(exact));
    remainders.push_back(exact - static_cast<long double>(parts.back()));
    left -= parts.back();
  }
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  // Rounded down, fewer are left than there are parts; only a member with a weight gets one.
  for (size_t i = 0; left > 0; i = (i + 1) % order.size()) {
    if (weights[order[i]] <= 0) continue;
    ++parts[order[i]];
    --left;
  }
  for (int64_t& part : parts) part *= sign;
  return parts;
}

std::vector<Credit> attribute(AttributionModel model, std::span<const Path> paths, size_t members) {
  if (model == AttributionModel::markov) return markov(paths, members);
  std::vector<Credit> credits(members);
  for (const Path& path : paths) {
    if (path.conversions == 0 && path.value == 0) continue;
    std::vector<Touch> touches = touches_of(path, model);
    std::vector<double> weights = weights_of(touches, model);
    std::vector<int64_t> counts = split_by_largest_remainder(path.conversions * millionths, weights);
    std::vector<int64_t> values = split_by_largest_remainder(path.value, weights);
    for (size_t i = 0; i < touches.size(); ++i) {
      Credit& credit = credits[static_cast<size_t>(touches[i].member)];
      credit.conversions += counts[i];
      credit.value += values[i];
    }
  }
  return credits;
}

std::vector<double> removal_effects(std::span<const Path> paths, size_t members) {
  std::vector<double> effects(members, 0);
  if (paths.empty()) return effects;
  Chain chain = chain_of(paths);
  Losses losses = losses_of(chain);
  if (losses.all_conversions <= 0) return effects;
  for (size_t i = 0; i < chain.members.size(); ++i) {
    effects[static_cast<size_t>(chain.members[i])] =
        losses.conversions(static_cast<Eigen::Index>(i)) / losses.all_conversions;
  }
  return effects;
}

}  // namespace sociometer::metrics
