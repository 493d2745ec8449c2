#include "metrics/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

std::vector<RatioPart> some_posts(int count, uint32_t seed) {
  std::mt19937 random(seed);
  std::lognormal_distribution<double> audience(6, 1);
  std::vector<RatioPart> posts;
  for (int i = 0; i < count; ++i) {
    double seen = std::round(audience(random)) + 1;
    posts.push_back({std::round(seen * 0.04 * (1 + static_cast<double>(random() % 100) / 100)), seen});
  }
  return posts;
}

TEST(Bootstrap, TheSameQuestionGivesTheSameBytesInWhateverOrder) {
  auto posts = some_posts(40, 1);
  uint64_t seed = seed_of("engagement_rate|x");
  auto first = bootstrap_ratio(posts, seed, "bootstrap_posts");
  std::reverse(posts.begin(), posts.end());
  auto again = bootstrap_ratio(posts, seed, "bootstrap_posts");
  ASSERT_TRUE(first && again);
  EXPECT_EQ(*first->low, *again->low);
  EXPECT_EQ(*first->high, *again->high);
  EXPECT_EQ(seed_of(""), 0xcbf29ce484222325u);
  EXPECT_EQ(seed_of("a"), 0xaf63dc4c8601ec8cu);  // the published vectors of FNV-1a
}

TEST(Bootstrap, OfManyPostsAgreesWithTheDeltaMethod) {
  auto posts = some_posts(1000, 2);
  double engaged = 0, seen = 0;
  for (const RatioPart& post : posts) {
    engaged += post.numerator;
    seen += post.denominator;
  }
  double rate = engaged / seen;
  std::vector<double> influence;
  for (const RatioPart& post : posts)
    influence.push_back((post.numerator - rate * post.denominator) / (seen - post.denominator));
  auto delta = delta_interval(rate, influence, "delta_posts");
  auto drawn = bootstrap_ratio(posts, 1, "bootstrap_posts");
  double width = *delta->high - *delta->low;
  EXPECT_NEAR(*drawn->low, *delta->low, width * 0.1);
  EXPECT_NEAR(*drawn->high, *delta->high, width * 0.1);
}

TEST(Bootstrap, SaysNothingWhereThereIsNothingToDraw) {
  EXPECT_FALSE(bootstrap_ratio({{1, 2}}, 1, "bootstrap_posts").has_value());
  EXPECT_FALSE(bootstrap_ratio({{1, 0}, {2, 0}}, 1, "bootstrap_posts").has_value());
}

TEST(Bootstrap, AlikeUnitsTellNothingOfHowOthersDiffer) {
  EXPECT_FALSE(bootstrap_mean({3, 3, 3, 3}, 1, "bootstrap_posts").has_value());
}

}  // namespace
}  // namespace sociometer::metrics
