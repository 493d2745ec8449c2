#include "net/target.h"

#include <gmock/gmock.h>

#include "net/net.h"

namespace sociometer::net {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

TEST(TargetTest, DecodesPathAndQuery) {
  Result<Target> target = parse_target("/api/v1/accounts/x/caf%C3%A9+bar?q=a+b%26c&empty=&bare&q=last");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->path, "/api/v1/accounts/x/café+bar");
  EXPECT_THAT(target->query, UnorderedElementsAre(Pair("q", "last"), Pair("empty", ""), Pair("bare", "")));
}

TEST(TargetTest, RefusesNonsense) {
  for (const char* text : {"", "*", "http://host/", "/%", "/%4", "/%zz", "/a%00b", "/%ff", "/?q=%C3", "/?%q=1"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(ListenTest, ReadsAddresses) {
  using Pair = std::pair<std::string, uint16_t>;
  EXPECT_EQ(*parse_listen("127.0.0.1:8321"), Pair("127.0.0.1", 8321));
  EXPECT_EQ(*parse_listen("[::1]:80"), Pair("::1", 80));
  EXPECT_EQ(*parse_listen(":8080"), Pair("127.0.0.1", 8080));
  EXPECT_EQ(*parse_listen("0"), Pair("127.0.0.1", 0));
  EXPECT_EQ(*parse_listen("localhost:9"), Pair("localhost", 9));
  for (const char* text :
       {"", ":", "host", "1.2.3.4:", "1.2.3.4:70000", "::1", "[::1]", "[1]:3", "a:b:3", "1.2.3.4:8x"}) {
    EXPECT_FALSE(parse_listen(text)) << text;
  }
}

TEST(ProblemTest, NamesTheField) {
  const Response response = problem(404, "not_found", "there is no KPI \"x\"", "kpis");
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body, R"({"type":"urn:sociometer:problem:not_found","title":"Not found","status":404,)"
                           R"("detail":"there is no KPI \"x\"","field":"kpis"})");
}

}  // namespace
}  // namespace sociometer::net
