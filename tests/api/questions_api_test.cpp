// What an address asks for.
#include <gmock/gmock.h>

#include "world.h"

namespace sociometer::api_test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(QuestionsApiTest, AnAddressLeavesPostsOutAndSaysWhy) {
  World world;
  const auto ask = [&](const char* address) { return world.ask({"GET", address}, world.ours.at("owner")); };
  const net::Response stored = world.ask({"POST", "/imports?workspace=ours&filename=posts.csv",
                                          "network,account,post_id,published_at,kind,text,impressions\n"
                                          "x,brand,1,2026-03-02T10:00:00Z,post,plain,100\n"
                                          "x,brand,2,2026-03-03T10:00:00Z,post,win one #giveaway,9000\n"},
                                         world.ours.at("owner"));
  ASSERT_EQ(stored.status, 200) << stored.body;

  const std::string days = "/posts?workspace=ours&from=2026-03-01&to=2026-03-31";
  EXPECT_THAT(ask(days.c_str()).body, HasSubstr("\"total\":2"));
  const net::Response fewer = ask((days + "&without.hashtag=giveaway&because=a+draw").c_str());
  EXPECT_EQ(fewer.status, 200) << fewer.body;
  EXPECT_THAT(fewer.body, HasSubstr("\"total\":1"));
  EXPECT_THAT(fewer.body, Not(HasSubstr("win one")));

  EXPECT_EQ(ask((days + "&without.hashtag=giveaway").c_str()).status, 400) << "never without saying why";
  EXPECT_EQ(ask((days + "&without.colour=red&because=taste").c_str()).status, 400);
  EXPECT_EQ(ask("/reports/executive?workspace=ours&without.hashtag=giveaway&because=a+draw").status, 400)
      << "never taken and not heeded";
  EXPECT_EQ(ask("/imports?workspace=ours&without.hashtag=giveaway&because=a+draw").status, 400);
}

}  // namespace
}  // namespace sociometer::api_test
