#include "demo/demo.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/id.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "demo/year.h"

namespace sociometer::demo {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::StartsWith;

const DemoOptions options{.seed = 1, .last_day = make_day(2026, 6, 21)};

const std::vector<GeneratedFile>& files() {
  static const std::vector<GeneratedFile> made = *generate(options);
  return made;
}
const std::vector<AccountYear>& years() {
  static const std::vector<AccountYear> lived = live(options);
  return lived;
}
const AccountYear& year_of(std::string_view network) {
  return *std::find_if(years().begin(), years().end(),
                       [&](const AccountYear& year) { return year.network == network; });
}

std::string hash_of(const DemoOptions& wanted) {
  Sha256 hash;
  std::vector<GeneratedFile> made = *generate(wanted);
  for (const GeneratedFile& file : made) {
    hash.add(file.name);
    hash.add(file.bytes);
  }
  return hash.hex();
}

std::string ascii(const GeneratedFile& file) {
  if (!file.bytes.starts_with("\xFF\xFE")) return file.bytes;
  std::string text;
  for (size_t i = 2; i + 1 < file.bytes.size(); i += 2) text += file.bytes[i];
  return text;
}

TEST(Demo, GivesTheSameBytesForTheSameSeedAndDay) {
  EXPECT_EQ(hash_of(options), hash_of(options));
  EXPECT_NE(hash_of(options), hash_of({.seed = 2, .last_day = options.last_day}));
  EXPECT_NE(hash_of(options), hash_of({.seed = 1, .last_day = options.last_day - 1}));
}

TEST(Demo, StaysSmall) {
  size_t bytes = 0;
  for (const GeneratedFile& file : files()) bytes += file.bytes.size();
  EXPECT_LE(bytes, 5'000'000U);
  for (uint64_t seed : {1, 2, 3, 4, 5, 6, 7, 8}) {
    size_t posts = 0;
    for (const AccountYear& year : live({.seed = seed, .last_day = options.last_day})) posts += year.posts.size();
    EXPECT_THAT(posts, AllOf(Ge(1'000U), Le(1'500U))) << seed;
  }
}

TEST(Demo, RefusesADayOutOfTime) {
  EXPECT_FALSE(generate({.seed = 1, .last_day = make_day(1999, 1, 1)}));
  EXPECT_TRUE(generate({.seed = 1, .last_day = make_day(2024, 2, 29)}));
}

TEST(Demo, HasFiveOwnNetworksAndTwoCompetitors) {
  std::set<std::string> networks;
  std::set<std::string> competitors;
  for (const AccountSetting& account : setting().accounts) {
    if (account.ownership == "own") networks.insert(account.network);
    if (account.ownership == "competitor") competitors.insert(account.handle.substr(0, 6));
    EXPECT_NE(catalog::Catalog::built_in()->network(account.network), nullptr);
  }
  EXPECT_EQ(networks.size(), 5U);
  EXPECT_EQ(competitors.size(), 2U);
}

// Every file's header has what its format needs, under the name its network gives the file.
TEST(Demo, WritesTheFormatsOfTheNetworks) {
  std::map<std::string, int> count;
  for (const GeneratedFile& file : files()) {
    std::string text = ascii(file);
    if (file.name.starts_with("x/tweet_activity")) {
      ++count["x_post_activity"];
      EXPECT_THAT(
          text, StartsWith("\"Tweet id\",\"Tweet permalink\",\"Tweet text\",\"time\",\"impressions\",\"engagements\""));
      EXPECT_EQ(std::count(text.begin(), text.begin() + static_cast<int64_t>(text.find('\n')), ',') + 1, 40);
    } else if (file.name.starts_with("x/daily_tweet")) {
      ++count["x_daily_activity"];
      EXPECT_THAT(text, StartsWith("\"Date\",\"Tweets published\",\"impressions\""));
      for (std::string_view line : split(trimmed(text), '\n'))
        EXPECT_EQ(std::count(line.begin(), line.end(), ',') + 1, 38);
    } else if (file.bytes.starts_with("\xFF\xFE")) {
      ++count["meta_daily_series"];
      EXPECT_THAT(text, StartsWith("sep=,\n\""));
      EXPECT_THAT(text, HasSubstr("\"\n\"Date\",\"Primary\"\n\"2025-06-22T00:00:00\",\""));
    } else if (file.name.starts_with("meta/")) {
      ++count["meta_content"];
      EXPECT_THAT(text, StartsWith("\xEF\xBB\xBF\"Post ID\",\""));
    } else if (file.name.ends_with("posts.csv")) {
      ++count["sociometer_posts"];
      EXPECT_THAT(text, StartsWith("network,account,post_id,published_at,zone,kind,text,link"));
    } else {
      ++count["sociometer_observations"];
      EXPECT_THAT(text, StartsWith("network,account,"));
    }
    EXPECT_TRUE(file.bytes.starts_with("\xFF\xFE") || is_utf8(file.bytes)) << file.name;
    EXPECT_EQ(format_instant(file.observed_at), "2026-06-22T00:00:00Z");
  }
  EXPECT_EQ(count["x_post_activity"], 13);
  EXPECT_THAT(count["x_daily_activity"], AllOf(Ge(13), Le(14)));  // the gap may cut a month in two
  EXPECT_EQ(count["meta_content"], 10);
  EXPECT_EQ(count["meta_daily_series"], 11);
  EXPECT_EQ(count["sociometer_posts"], 6);
  EXPECT_EQ(count["sociometer_observations"], 3);
}

TEST(Demo, GivesEachFileAName) {
  std::set<std::string> names;
  for (const GeneratedFile& file : files()) EXPECT_TRUE(names.insert(file.name).second) << file.name;
  for (const char* name :
       {"x/daily_tweet_activity_metrics_juniperfinch_20260601_20260622_en.csv", "meta/facebook/Reach.csv"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Demo, HasBelievableRates) {
  auto rate = [](std::string_view network, Counter base) {
    int64_t engagements = 0;
    int64_t shown = 0;
    for (const Post& post : year_of(network).posts) {
      for (Counter counter : {Counter::likes, Counter::comments, Counter::shares, Counter::saves})
        engagements += post.organic[counter];
      shown += post.organic[base];
    }
    return static_cast<double>(engagements) / static_cast<double>(shown);
  };
  EXPECT_THAT(rate("instagram", Counter::reach), AllOf(Ge(0.02), Le(0.10)));
  EXPECT_THAT(rate("facebook", Counter::impressions), AllOf(Ge(0.01), Le(0.04)));
  EXPECT_THAT(rate("x", Counter::impressions), AllOf(Ge(0.01), Le(0.04)));
  EXPECT_THAT(rate("linkedin", Counter::impressions), AllOf(Ge(0.01), Le(0.04)));
  EXPECT_THAT(rate("tiktok", Counter::impressions), AllOf(Ge(0.03), Le(0.08)));
}

// The default engagement rate: by posts and followers.
TEST(Demo, EngagesOneToFourPercentOfTheFollowersOnInstagram) {
  std::vector<int64_t> engagements;
  for (const Post& post : year_of("instagram").posts) {
    int64_t sum = 0;
    for (Counter counter : {Counter::likes, Counter::comments, Counter::shares, Counter::saves})
      sum += post.organic[counter];
    engagements.push_back(sum);
  }
  std::sort(engagements.begin(), engagements.end());
  double median = static_cast<double>(engagements[engagements.size() / 2]) /
                  static_cast<double>(year_of("instagram").days.back().followers);
  EXPECT_THAT(median, AllOf(Ge(0.01), Le(0.04)));
}

TEST(Demo, HasOnePostThatWentViral) {
  std::vector<int64_t> shown;
  const Post* largest = nullptr;
  for (const Post& post : year_of("instagram").posts) {
    shown.push_back(post.organic[Counter::impressions]);
    if (!largest || shown.back() > largest->organic[Counter::impressions]) largest = &post;
  }
  std::sort(shown.begin(), shown.end());
  EXPECT_GT(shown.back(), 20 * shown[shown.size() / 2]);
  EXPECT_GT(shown.back(), 4 * shown[shown.size() - 2]);
  EXPECT_THAT(largest->text, HasSubstr("drum roaster"));
}

TEST(Demo, LosesFourDays) {
  size_t lines = 0;
  for (const GeneratedFile& file : files()) {
    if (file.name.starts_with("x/daily"))
      lines += static_cast<size_t>(std::count(file.bytes.begin(), file.bytes.end(), '\n')) - 1;
  }
  EXPECT_EQ(lines, 361U);
  int missing = 0;
  for (const DayOfAccount& day : year_of("x").days) missing += !day.collected;
  EXPECT_EQ(missing, 4);
  EXPECT_EQ(year_of("x").days.size(), 365U);
}

TEST(Demo, MovesAtADefinitionBreakTheCatalogKnows) {
  // Facebook's reach was defined anew on 2026-06-15.
  const AccountYear& facebook = year_of("facebook");
  auto mean_share = [&](Day first, Day end) {
    int64_t reach = 0;
    int64_t shown = 0;
    for (const DayOfAccount& day : facebook.days) {
      if (day.day < first || day.day >= end) continue;
      reach += day.reach;
      shown += day.organic[Counter::impressions] + day.paid[Counter::impressions];
    }
    return static_cast<double>(reach) / static_cast<double>(shown);
  };
  Day changed = make_day(2026, 6, 15);
  EXPECT_LT(mean_share(changed, changed + 7), 0.94 * mean_share(changed - 60, changed));
}

// A year may end at any day of a month and of the networks' ninety: no file is a header without rows.
TEST(Demo, HasRowsInEveryFileWhateverTheDay) {
  for (int back = 0; back < 100; back += 3) {
    auto generated = generate({.seed = 1, .last_day = make_day(2026, 11, 28) - back});
    ASSERT_TRUE(generated);
    for (const GeneratedFile& file : *generated) {
      std::string text = ascii(file);
      EXPECT_GE(std::count(text.begin(), text.end(), '\n'), 2) << file.name << ", " << back << " days before";
    }
  }
}

TEST(Demo, AddsUp) {
  for (const AccountYear& year : years()) {
    for (size_t i = 1; i < year.days.size(); ++i) {
      EXPECT_EQ(year.days[i].followers - year.days[i - 1].followers, year.days[i].gained - year.days[i].lost);
    }
    int64_t by_posts = 0;
    int64_t by_days = 0;
    for (const Post& post : year.posts) by_posts += post.organic[Counter::likes] + post.paid[Counter::likes];
    for (const DayOfAccount& day : year.days) by_days += day.organic[Counter::likes] + day.paid[Counter::likes];
    // The days also have what older posts brought.
    EXPECT_GE(by_days, by_posts) << year.network;
    EXPECT_LE(by_days, by_posts * 104 / 100) << year.network;
    // The brand grows; a competitor may not.
    if (year.ownership == "own") {
      EXPECT_GT(year.days.back().followers, year.days.front().followers) << year.handle;
    }
  }
}

TEST(Demo, SpeaksInManyWords) {
  for (std::string_view network : {"instagram", "facebook", "x", "linkedin", "tiktok"}) {
    std::set<std::string> texts;
    const AccountYear& year = year_of(network);
    for (const Post& post : year.posts) {
      EXPECT_EQ(post.text.find('{'), std::string::npos) << post.text;
      EXPECT_TRUE(network != "x" || post.text.size() <= 300) << post.text;
      texts.insert(post.text);
    }
    size_t least = network == "linkedin" ? year.posts.size() / 2 : year.posts.size() * 6 / 10;
    EXPECT_GT(texts.size(), least) << network;
  }
}

TEST(Demo, RunsCampaignsAndPaysForSomePosts) {
  int campaign = 0;
  int boosted = 0;
  for (const Post& post : year_of("facebook").posts) {
    boosted += post.boosted;
    campaign += post.campaign != nullptr;
    if (!post.campaign) continue;
    EXPECT_THAT(post.text, HasSubstr(std::string(post.campaign->tag)));
  }
  EXPECT_GT(campaign, 20);
  EXPECT_GT(boosted, 10);
  EXPECT_LT(boosted, 80);
}

// One is over, the others are in the middle; what was said and done of them happened since they were set.
TEST(Demo, SetsGoalsAroundTheEndOfTheYear) {
  int with_open_to_do = 0;
  const std::vector<GoalSetting> all = goals(options.last_day);
  EXPECT_THAT(all.size(), AllOf(Ge(4U), Le(6U)));
  for (const GoalSetting& goal : all) {
    EXPECT_THAT(goal.sentence, HasSubstr(" from " + format_day(goal.set) + " to ")) << "it begins when it is set";
    for (const auto& said : goal.check_ins) {
      EXPECT_THAT(said.day, AllOf(Ge(goal.set), Le(options.last_day))) << said.note;
    }
    for (const auto& each : goal.to_dos) {
      EXPECT_THAT(each.set, AllOf(Ge(goal.set), Le(options.last_day))) << each.task;
      EXPECT_TRUE(!each.is_done || each.due <= options.last_day) << each.task;
      with_open_to_do += each.is_done ? 0 : 1;
    }
  }
  EXPECT_GE(with_open_to_do, 2);
}

}  // namespace
}  // namespace sociometer::demo
