#include "collect/post_text.h"

#include <gmock/gmock.h>

#include "collect/file_name.h"

namespace sociometer::collect {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Hashtags, InEveryScript) {
  EXPECT_THAT(hashtags_of("New #rstats pkg, #RStats again; #Österreich #日本語 #สวัสดี end"),
              ElementsAre("rstats", "österreich", "日本語", "สวัสดี"));
  EXPECT_THAT(hashtags_of("#snake_case2 (#in) \"#quoted\"#glued"), ElementsAre("snake_case2", "in", "quoted", "glued"));
}

TEST(Hashtags, NotNumbersLinksOrEntities) {
  EXPECT_THAT(hashtags_of("we are #1, #2024, a#b, &#39; https://x.org/#anchor # ##"), IsEmpty());
  EXPECT_THAT(hashtags_of("\xFF#ok\xFF #"), ElementsAre("ok"));
}

TEST(Mentions, LowerCaseOnce) {
  EXPECT_THAT(mentions_of("@rOpenSci thanks @PBarmby. and @ropensci, mail a@b.org @eli.travel"),
              ElementsAre("ropensci", "pbarmby", "eli.travel"));
  EXPECT_THAT(mentions_of("@ @. x@y"), IsEmpty());
}

TEST(Text, EntitiesOfX) {
  EXPECT_EQ(without_entities("a &amp; b &lt;3 &gt; &amp;lt; &copy; &"), "a & b <3 > &lt; &copy; &");
}

TEST(Permalink, NamesTheAccount) {
  EXPECT_EQ(account_in_permalink("https://twitter.com/rOpenSci/status/1"), "rOpenSci");
  EXPECT_EQ(account_in_permalink("https://x.com/i/web/status/1"), "");
  EXPECT_EQ(account_in_permalink("https://x.com/tom_doerr"), "tom_doerr");
  EXPECT_EQ(account_in_permalink("nothing"), "");
}

TEST(FileName, DaysMeanWhatTheNetworkMeans) {
  auto x = days_in_name("a/tweet_activity_metrics_rOpenSci_20161201_20170101_en.csv");
  ASSERT_TRUE(x);
  EXPECT_EQ(format_day(x->last), "2017-01-01");
  EXPECT_EQ(x->declared.days(), 31);
  auto meta = days_in_name("DanDirector__May-25-2026_Jun-21-2026_1493633672508178.csv");
  ASSERT_TRUE(meta);
  EXPECT_EQ(format_day(meta->last), "2026-06-21");
  EXPECT_EQ(meta->declared.days(), 28);
  EXPECT_FALSE(days_in_name("Reach.csv"));
  EXPECT_FALSE(days_in_name("tweets_20170101_20161201.csv"));
  EXPECT_FALSE(days_in_name("tweets_20171301_20180101.csv"));
}

TEST(FileName, XNamesTheAccount) {
  EXPECT_EQ(account_in_name("debruine__daily_tweet_activity_metrics_LisaDeBruine_20210101_20210201_en.csv"),
            "LisaDeBruine");
  EXPECT_EQ(account_in_name("tweet_activity_metrics_a_b_c_20210101_20210201_en.csv"), "a_b_c");
  EXPECT_EQ(account_in_name("tweet_activity_metrics.csv"), "");
  EXPECT_EQ(account_in_name("gtieng__gerardtieng_2019_1.csv"), "");
}

}  // namespace
}  // namespace sociometer::collect
