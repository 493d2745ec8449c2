#include "insights/post_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "insights/surprise.h"

namespace sociometer::insights {
namespace {

constexpr int rounds = 12;               // of fitting one factor after the other
constexpr double ordinary_of_fit = 2.5;  // usual sizes, beyond which a post teaches no more
constexpr int days_of_period = 56;       // within which an account is taken to do as well as ever
constexpr double posts_of_doubt = 10;    // an account's own spread is shrunken as if that many had the common one
constexpr std::array<double, 6> ages = {1, 3, 7, 14, 28, 90};  // days, between which a post's age matters

double usual_size(const std::vector<double>& values) {
  std::vector<double> sizes;
  for (double value : values) sizes.push_back(std::abs(value));
  return std::max(1.4826 * median(std::move(sizes)), 1e-9);
}

// Which member of a factor each post has.
struct Factor {
  std::vector<size_t> member;
  std::vector<double> effect;
  double used = 0;  // how many numbers it took from the posts: one of each member, less what was shrunken
};

template <typename Key>
Factor factor_of(const std::vector<PostSeen>& posts, const Key& key) {
  std::map<std::string, size_t> known;
  Factor factor;
  for (const PostSeen& post : posts) factor.member.push_back(known.emplace(key(post), known.size()).first->second);
  factor.effect.assign(known.size(), 0);
  return factor;
}

std::string age_of(const PostSeen& post) {
  if (!post.age_days) return "";
  return std::to_string(std::upper_bound(ages.begin(), ages.end(), *post.age_days) - ages.begin());
}

std::vector<Factor> factors_of(const std::vector<PostSeen>& posts, PostTimes times) {
  std::vector<Factor> factors;
  factors.push_back(factor_of(posts, [](const PostSeen& post) { return post.account; }));
  factors.push_back(factor_of(posts, [](const PostSeen& post) { return post.kind; }));
  factors.push_back(factor_of(posts, age_of));
  factors.push_back(factor_of(posts, [](const PostSeen& post) {
    return post.account + "|" + std::to_string(post.day.number / days_of_period);
  }));
  if (times == PostTimes::left_alone) return factors;
  factors.push_back(
      factor_of(posts, [](const PostSeen& post) { return std::string(weekday_name(weekday_of(post.day))); }));
  factors.push_back(factor_of(posts, [](const PostSeen& post) { return std::to_string(post.hour); }));
  return factors;
}

// Learns one factor anew from what the others leave, and takes it out of `rest`.
void learn(Factor& factor, std::vector<double>& rest, double size) {
  const size_t members = factor.effect.size();
  if (members < 2) return;
  std::vector<double> mean(members), count(members);
  for (size_t i = 0; i < rest.size(); ++i) {
    const size_t member = factor.member[i];
    mean[member] += std::clamp(rest[i], -ordinary_of_fit * size, ordinary_of_fit * size) + factor.effect[member];
    count[member] += 1;
  }
  for (size_t member = 0; member < members; ++member) mean[member] /= count[member];
  const double between = variance_between(mean, count, size * size);
  std::vector<double> learnt(members);
  factor.used = 0;
  for (size_t member = 0; member < members && between > 0; ++member) {
    const double kept = count[member] / (count[member] + size * size / between);
    learnt[member] = mean[member] * kept;
    factor.used += kept;
  }
  for (size_t i = 0; i < rest.size(); ++i) {
    const size_t member = factor.member[i];
    rest[i] += factor.effect[member] - learnt[member];
  }
  factor.effect = std::move(learnt);
}

// `wider`: what is left looks smaller than it is by what the fit took from it.
std::vector<double> spreads(const std::vector<PostSeen>& posts, const std::vector<double>& rest, double wider) {
  std::map<std::string, std::vector<double>> of_account;
  for (size_t i = 0; i < posts.size(); ++i) of_account[posts[i].account].push_back(rest[i]);
  const double common = usual_size(rest);
  std::map<std::string, double> spread;
  for (const auto& [account, own] : of_account) {
    const auto n = static_cast<double>(own.size());
    const double size = usual_size(own);
    spread[account] = wider * std::sqrt((n * size * size + posts_of_doubt * common * common) / (n + posts_of_doubt));
  }
  std::vector<double> of_each;
  for (const PostSeen& post : posts) of_each.push_back(spread[post.account]);
  return of_each;
}

}  // namespace

PostScale::PostScale(const std::vector<PostSeen>& posts, bool counts) : kind_(counts ? Kind::counts : Kind::positive) {
  std::vector<double> positive;
  for (const PostSeen& post : posts) {
    if (post.value < 0) kind_ = Kind::plain;
    if (post.value > 0) positive.push_back(post.value);
  }
  if (kind_ == Kind::positive && !positive.empty()) least_ = median(std::move(positive)) / 10;
}

double PostScale::in(double value) const {
  return kind_ == Kind::plain ? value : std::log(std::max(value, 0.0) + least_);
}
double PostScale::out(double value) const {
  return kind_ == Kind::plain ? value : std::max(std::exp(value) - least_, 0.0);
}

double variance_between(const std::vector<double>& means, const std::vector<double>& counts, double variance) {
  double all = 0, sum = 0, squares = 0;
  for (size_t i = 0; i < means.size(); ++i) {
    all += counts[i], sum += counts[i] * means[i], squares += counts[i] * counts[i];
  }
  const double free = all - squares / all;
  if (free <= 0) return 0;
  const double mean = sum / all;
  double between = 0, members = 0;
  for (size_t i = 0; i < means.size(); ++i) {
    between += counts[i] * (means[i] - mean) * (means[i] - mean);
    members += counts[i] > 0;
  }
  return std::max((between - (members - 1) * variance) / free, 0.0);
}

PostFit fit_posts(const std::vector<PostSeen>& posts, const PostScale& scale, PostTimes times) {
  PostFit fit;
  for (const PostSeen& post : posts) fit.rest.push_back(scale.in(post.value));
  const std::vector<double> values = fit.rest;
  std::vector<Factor> factors = factors_of(posts, times);
  for (int round = 0; round < rounds; ++round) {
    const double middle = median(fit.rest);
    for (double& rest : fit.rest) rest -= middle;
    for (Factor& factor : factors) learn(factor, fit.rest, usual_size(fit.rest));
  }
  for (size_t i = 0; i < values.size(); ++i) fit.expected.push_back(values[i] - fit.rest[i]);
  double used = 1;
  for (const Factor& factor : factors) used += factor.used;
  const auto n = static_cast<double>(posts.size());
  fit.spread = spreads(posts, fit.rest, std::sqrt(n / std::max(n - used, n / 4)));
  return fit;
}

}  // namespace sociometer::insights
