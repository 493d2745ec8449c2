#include "insights/standouts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "insights/insights.h"
#include "insights/series_fixture.h"

namespace sociometer::insights {
namespace {

// Posts of two accounts of very different size; reels get twice as much as images, evenings half as much again, and
// posts read on their first day a third.
std::vector<PostSeen> posts_like(int n, double noise, std::mt19937& random) {
  std::normal_distribution<double> bell;
  std::uniform_int_distribution<int> hour(8, 21), tag(0, 9), length(10, 400), coin(0, 1);
  std::vector<PostSeen> posts;
  for (int i = 0; i < n; ++i) {
    PostSeen post;
    post.account = i % 3 == 0 ? "instagram/small" : "instagram/large";
    post.kind = coin(random) == 1 ? "reel" : "image";
    post.day = first_day + i;
    post.hour = hour(random);
    post.age_days = i >= n - n / 10 ? 0.5 : 60;
    post.length = length(random);
    post.hashtags = {"tag" + std::to_string(tag(random))};
    double expected = post.account == "instagram/small" ? 60 : 3'000;
    if (post.kind == "reel") expected *= 2;
    if (post.hour >= 18) expected *= 1.5;
    if (*post.age_days < 1) expected /= 3;
    std::poisson_distribution<int64_t> counted(expected * std::exp(noise * bell(random)));
    post.value = static_cast<double>(counted(random));
    posts.push_back(std::move(post));
  }
  return posts;
}

int beyond_chance(const std::vector<JudgedPost>& posts) {
  return static_cast<int>(
      std::count_if(posts.begin(), posts.end(), [](const auto& post) { return post.beyond_chance; }));
}

// Where nothing but chance makes posts differ at most one time in twenty any may stand out, or any trait be shared.
TEST(Standouts, QuietPostsKeepToTheRate) {
  for (double noise : {0.1, 0.5}) {
    for (int n : {40, 200}) {
      std::mt19937 random(1);
      int alarms = 0, traits = 0;
      constexpr int times = 40;
      for (int i = 0; i < times; ++i) {
        auto found = standouts(posts_like(n, noise, random), Counting::counts);
        alarms += beyond_chance(found.standouts) + beyond_chance(found.flops) > 0;
        traits += !found.shared_by_standouts.empty() || !found.shared_by_flops.empty();
      }
      EXPECT_LE(alarms, times / 20 + 1) << noise << " " << n;
      EXPECT_LE(traits, times / 20 + 2) << noise << " " << n;
    }
  }
}

// A post of the small account that did twenty times as well as expected stands out, though the large one's all have
// more; one of the large account that brought a twentieth flops.
TEST(Standouts, ArePostsBesideWhatWasExpectedOfThem) {
  std::mt19937 random(2);
  std::vector<PostSeen> posts = posts_like(240, 0.3, random);
  posts[90].value *= 20;
  posts[100].value /= 20;
  auto found = standouts(posts, Counting::counts);
  ASSERT_FALSE(found.standouts.empty());
  EXPECT_EQ(found.standouts[0].post, 90U);
  EXPECT_TRUE(found.standouts[0].beyond_chance);
  EXPECT_GT(posts[90].value, found.standouts[0].high);
  EXPECT_NEAR(posts[90].value / found.standouts[0].expected, 20, 12);
  ASSERT_FALSE(found.flops.empty());
  EXPECT_EQ(found.flops[0].post, 100U);
  EXPECT_TRUE(found.flops[0].beyond_chance);
  EXPECT_EQ(beyond_chance(found.standouts) + beyond_chance(found.flops), 2);
}

// What is expected follows kind, account, hour and age, as they were made.
TEST(Standouts, ExpectWhatIsUsual) {
  std::mt19937 random(3);
  const std::vector<PostSeen> posts = posts_like(600, 0.2, random);
  auto found = standouts(posts, Counting::counts);
  double worst = 0;
  int n = 0, inside = 0;
  for (const auto* side : {&found.standouts, &found.flops}) {
    for (const JudgedPost& judged : *side) {
      const PostSeen& post = posts[judged.post];
      double truth = post.account == "instagram/small" ? 60 : 3'000;
      if (post.kind == "reel") truth *= 2;
      if (post.hour >= 18) truth *= 1.5;
      if (*post.age_days < 1) truth /= 3;
      worst = std::max(worst, std::abs(std::log(judged.expected / truth)));
      ++n;
      inside += post.value >= judged.low && post.value <= judged.high;
    }
  }
  EXPECT_EQ(n, 600);
  EXPECT_LT(worst, 0.45);
  EXPECT_GE(inside, 0.93 * n);
  EXPECT_LE(inside, 0.995 * n);
}

TEST(Standouts, SayWhatTheBestHaveInCommon) {
  std::mt19937 random(4);
  std::vector<PostSeen> posts = posts_like(300, 0.3, random);
  for (size_t i = 5; i < posts.size(); i += 12) {
    posts[i].hashtags.push_back("launch");
    posts[i].value *= 2.5;
  }
  auto found = standouts(posts, Counting::counts);
  ASSERT_FALSE(found.shared_by_standouts.empty());
  const Trait& trait = found.shared_by_standouts[0];
  EXPECT_EQ(trait.what, "hashtag");
  EXPECT_EQ(trait.member, "launch");
  EXPECT_EQ(trait.n, 25);
  EXPECT_EQ(found.group, 30);
  EXPECT_GE(trait.with, 15);
  EXPECT_LE(trait.p_adjusted, 0.05);
}

// Fisher's exact test by hand: five posts of thirty have it, and all five are in a group of five: 1 / C(30, 5).
TEST(Standouts, SharedByChanceIsCountedExactly) {
  std::vector<PostSeen> posts;
  for (int i = 0; i < 30; ++i) {
    PostSeen post;
    post.account = "x/brand";
    post.day = first_day + i;
    post.value = i < 5 ? 9'000 + i : 100 + (i * 7) % 13;
    if (i < 5) post.hashtags = {"five"};
    posts.push_back(post);
  }
  auto found = standouts(posts, Counting::counts);
  EXPECT_EQ(found.group, 5);
  const auto five = std::find_if(found.shared_by_standouts.begin(), found.shared_by_standouts.end(),
                                 [](const Trait& trait) { return trait.member == "five"; });
  ASSERT_NE(five, found.shared_by_standouts.end());
  EXPECT_EQ(five->with, 5);
  EXPECT_NEAR(five->p, 1.0 / 142'506, 1e-12);
}

TEST(Standouts, OfRatesAreJudgedAsShares) {
  std::mt19937 random(5);
  std::normal_distribution<double> bell;
  std::vector<PostSeen> posts;
  for (int i = 0; i < 100; ++i) {
    PostSeen post;
    post.account = "x/brand";
    post.day = first_day + i;
    post.value = 0.02 * std::exp(0.2 * bell(random));
    posts.push_back(post);
  }
  posts[40].value = 0.4;
  auto found = standouts(posts, Counting::values);
  EXPECT_EQ(found.standouts[0].post, 40U);
  EXPECT_NEAR(found.standouts[0].expected, 0.02, 0.006);
  EXPECT_GE(found.standouts[0].low, 0);
}

TEST(Standouts, AreNoneWhereAllAreAlike) {
  std::vector<PostSeen> posts(40);
  for (PostSeen& post : posts) post.account = "x/brand", post.day = first_day;
  auto found = standouts(posts, Counting::counts);
  EXPECT_TRUE(found.standouts.empty());
  EXPECT_TRUE(found.flops.empty());
}

// A row of the content table, with its hour in the zone and its age when it was read.
TEST(PostSeen, IsOfItsZone) {
  metrics::PostRow row;
  row.network = "x", row.account = "brand", row.kind = "post", row.text = "Größe #1";
  EXPECT_FALSE(post_seen(row, Zone::utc())) << "no value";
  row.values.emplace_back();
  row.values[0].value = 12;
  EXPECT_FALSE(post_seen(row, Zone::utc())) << "no day";
  row.published_at = *parse_instant("2026-07-01T22:30:00Z");
  row.published_day = *parse_day("2026-07-02");
  row.counted_at = *parse_instant("2026-07-03T10:30:00Z");
  const auto post = post_seen(row, *Zone::find("Europe/Berlin"));
  ASSERT_TRUE(post);
  EXPECT_EQ(post->account, "x/brand");
  EXPECT_EQ(post->hour, 0);
  EXPECT_EQ(post->length, 8);
  EXPECT_NEAR(*post->age_days, 1.5, 1e-9);
  row.published_at.reset();
  EXPECT_EQ(post_seen(row, Zone::utc())->hour, -1);
}

TEST(Standouts, SayWhenThereAreTooFew) {
  EXPECT_THAT(standouts(std::vector<PostSeen>(29), Counting::counts).reason, testing::HasSubstr("30 posts"));
}

}  // namespace
}  // namespace sociometer::insights
