#include "insights/standouts.h"

#include <fmt/format.h>

#include <boost/math/distributions/hypergeometric.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "insights/surprise.h"
#include "metrics/metrics.h"

namespace sociometer::insights {
namespace {

constexpr int64_t posts_of_trait_min = 5;
constexpr size_t group_min = 5;

struct Judged {
  std::vector<JudgedPost> posts;  // in the order given
  std::vector<double> distance;   // in usual sizes
};

Judged judge_each(const std::vector<PostSeen>& posts, const PostScale& scale, const PostFit& fit, double rate) {
  const double within = ordinary_reach();
  Judged judged;
  std::vector<double> p;
  for (size_t i = 0; i < posts.size(); ++i) {
    const double expected = fit.expected[i], size = fit.spread[i];
    JudgedPost post{i, scale.out(expected), scale.out(expected - within * size), scale.out(expected + within * size),
                    two_sided(fit.rest[i] / size)};
    if (scale.counts()) post.p = std::max(post.p, by_counting(posts[i].value, post.expected));
    judged.posts.push_back(post);
    judged.distance.push_back(fit.rest[i] / size);
    p.push_back(post.p);
  }
  const std::vector<double> adjusted = metrics::adjusted_for_many(p);
  for (size_t i = 0; i < adjusted.size(); ++i) {
    judged.posts[i].p_adjusted = adjusted[i];
    judged.posts[i].beyond_chance = adjusted[i] <= rate;
  }
  return judged;
}

using TraitName = std::pair<std::string, std::string>;

// Texts by length, in four of as many posts each as their lengths allow.
std::vector<int64_t> length_bounds(const std::vector<PostSeen>& posts) {
  std::vector<int64_t> lengths;
  for (const PostSeen& post : posts) lengths.push_back(post.length);
  std::sort(lengths.begin(), lengths.end());
  std::vector<int64_t> bounds{0};
  for (size_t quarter = 1; quarter < 4; ++quarter) {
    const int64_t bound = lengths[quarter * lengths.size() / 4];
    if (bound > bounds.back()) bounds.push_back(bound);
  }
  return bounds;
}

std::string length_of(const PostSeen& post, const std::vector<int64_t>& bounds) {
  const auto above = std::upper_bound(bounds.begin(), bounds.end(), post.length);
  const int64_t from = *(above - 1);
  return above == bounds.end() ? fmt::format("{} or more", from) : fmt::format("{} to {}", from, *above - 1);
}

std::map<TraitName, std::vector<size_t>> traits_of(const std::vector<PostSeen>& posts) {
  std::map<TraitName, std::vector<size_t>> traits;
  const std::vector<int64_t> bounds = length_bounds(posts);
  for (size_t i = 0; i < posts.size(); ++i) {
    const PostSeen& post = posts[i];
    if (!post.kind.empty()) traits[{"kind", post.kind}].push_back(i);
    traits[{"weekday", std::string(weekday_name(weekday_of(post.day)))}].push_back(i);
    if (post.hour >= 0) traits[{"hour", fmt::format("{:02}", post.hour)}].push_back(i);
    traits[{"length", length_of(post, bounds)}].push_back(i);
    for (const std::string& hashtag : post.hashtags) {
      std::vector<size_t>& having = traits[{"hashtag", hashtag}];
      if (having.empty() || having.back() != i) having.push_back(i);
    }
  }
  const auto all = static_cast<int64_t>(posts.size());
  std::erase_if(traits, [&](const auto& trait) {
    const auto n = static_cast<int64_t>(trait.second.size());
    return n < posts_of_trait_min || n == all;
  });
  return traits;
}

// How often as many of a group drawn blindly would have it.
double by_drawing(int64_t with, int64_t n, int64_t group, int64_t all) {
  if (with == 0) return 1;
  const boost::math::hypergeometric_distribution<double> drawn(static_cast<uint64_t>(n), static_cast<uint64_t>(group),
                                                               static_cast<uint64_t>(all));
  const auto least = std::max<int64_t>(0, n + group - all);
  if (with <= least) return 1;
  return cdf(complement(drawn, static_cast<uint64_t>(with - 1)));
}

struct Compared {
  Trait trait;
  bool best = false;
};

void compare_traits(const std::vector<PostSeen>& posts, const std::vector<size_t>& order, double rate,
                    Standouts& found) {
  const auto group = static_cast<size_t>(found.group);
  std::vector<char> best(posts.size()), worst(posts.size());
  for (size_t i = 0; i < group; ++i) best[order[i]] = 1, worst[order[order.size() - 1 - i]] = 1;
  std::vector<Compared> compared;
  std::vector<double> p;
  for (const auto& [name, having] : traits_of(posts)) {
    for (const auto* members : {&best, &worst}) {
      Trait trait{name.first, name.second, 0, static_cast<int64_t>(having.size())};
      for (size_t post : having) trait.with += (*members)[post];
      trait.p = by_drawing(trait.with, trait.n, found.group, static_cast<int64_t>(posts.size()));
      p.push_back(trait.p);
      compared.push_back({trait, members == &best});
    }
  }
  found.compared = static_cast<int64_t>(compared.size());
  const std::vector<double> adjusted = metrics::adjusted_for_many(p);
  for (size_t i = 0; i < compared.size(); ++i) {
    compared[i].trait.p_adjusted = adjusted[i];
    if (adjusted[i] > rate) continue;
    (compared[i].best ? found.shared_by_standouts : found.shared_by_flops).push_back(compared[i].trait);
  }
  for (auto* shared : {&found.shared_by_standouts, &found.shared_by_flops}) {
    std::stable_sort(shared->begin(), shared->end(), [](const Trait& a, const Trait& b) { return a.p < b.p; });
  }
}

}  // namespace

Standouts standouts(const std::vector<PostSeen>& posts, Counting counting, double rate) {
  Standouts found;
  if (posts.size() < posts_judged_min) {
    found.reason = fmt::format("what is expected of a post is learnt from {} posts, and there are {}", posts_judged_min,
                               posts.size());
    return found;
  }
  const PostScale scale(posts, counting == Counting::counts);
  const PostFit fit = fit_posts(posts, scale, PostTimes::expected);
  const Judged judged = judge_each(posts, scale, fit, rate);
  std::vector<size_t> order(posts.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return judged.distance[a] > judged.distance[b]; });
  for (size_t i = 0; i < order.size(); ++i) {
    if (judged.distance[order[i]] > 0) found.standouts.push_back(judged.posts[order[i]]);
    if (judged.distance[order[order.size() - 1 - i]] < 0)
      found.flops.push_back(judged.posts[order[order.size() - 1 - i]]);
  }
  // What is beyond chance comes first: of small counts, what is far off need not be.
  for (auto* side : {&found.standouts, &found.flops}) {
    std::stable_sort(side->begin(), side->end(), [](const JudgedPost& a, const JudgedPost& b) { return a.p < b.p; });
  }
  found.group = static_cast<int64_t>(std::max(posts.size() / 10, group_min));
  compare_traits(posts, order, rate, found);
  return found;
}

}  // namespace sociometer::insights
