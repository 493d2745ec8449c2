#include "surfaces/api/callers.h"

#include <gmock/gmock.h>

namespace sociometer::surfaces {
namespace {

net::Request with(std::map<std::string, std::string> headers, bool is_secure = false) {
  net::Request request{.method = "POST", .path = "/", .headers = std::move(headers)};
  request.is_secure = is_secure;
  return request;
}

TEST(CookieTest, IsReadByItsWholeNameAndOnce) {
  EXPECT_EQ(cookie_of(with({{"cookie", "a=1; sid=xyz; b=2"}}), "sid"), "xyz");
  EXPECT_EQ(cookie_of(with({{"cookie", "sid="}}), "sid"), "");
  EXPECT_EQ(cookie_of(with({{"cookie", "xsid=1; sid_=2; =3; sid"}}), "sid"), "");
  EXPECT_EQ(cookie_of(with({{"cookie", "sid=one; sid=two"}}), "sid"), "") << "somebody planted one of them";
  EXPECT_EQ(cookie_of(with({}), "sid"), "");
}

TEST(OwnPageTest, IsWhatTheBrowserSaysItIs) {
  EXPECT_TRUE(is_from_own_page(with({{"sec-fetch-site", "same-origin"}})));
  for (const char* site : {"same-site", "cross-site", "none", "Same-Origin"}) {
    EXPECT_FALSE(is_from_own_page(with({{"sec-fetch-site", site}, {"origin", "http://a:1"}, {"host", "a:1"}}))) << site;
  }
  EXPECT_TRUE(is_from_own_page(with({{"origin", "http://a:1"}, {"host", "A:1"}})));
  EXPECT_FALSE(is_from_own_page(with({{"origin", "http://a:2"}, {"host", "a:1"}})));
  EXPECT_FALSE(is_from_own_page(with({{"origin", "null"}, {"host", "a:1"}})));
  EXPECT_FALSE(is_from_own_page(with({{"host", "a:1"}})));
  EXPECT_FALSE(is_from_own_page(with({}))) << "nothing equals nothing";
  EXPECT_TRUE(is_from_own_page(with({{"origin", "https://a"}, {"host", "a"}}, true)));
  EXPECT_FALSE(is_from_own_page(with({{"origin", "http://a"}, {"host", "a"}}, true)))
      << "whoever listens on the way could have sent that page";
}

TEST(RightsTest, GrowWithRolesAndNarrowWithScopes) {
  using control::Role;
  for (Role role : control::all_roles) EXPECT_TRUE(holds(role, Right::read));
  EXPECT_TRUE(holds(Role::agent, Right::answer));
  EXPECT_FALSE(holds(Role::analyst, Right::answer));
  EXPECT_FALSE(holds(Role::agent, Right::write_data));
  EXPECT_TRUE(holds(Role::analyst, Right::write_data));
  EXPECT_FALSE(holds(Role::analyst, Right::manage_people));
  EXPECT_TRUE(holds(Role::admin, Right::manage_people));
  EXPECT_FALSE(holds(Role::owner, Right::operate)) << "of one workspace";

  Caller nobody;
  EXPECT_EQ(judge(nobody, Right::anyone, "a"), Verdict::granted);
  EXPECT_EQ(judge(nobody, Right::read, "a"), Verdict::sign_in);
  Caller token{.kind = Caller::Kind::token};
  token.token = control::Token{.id = "t", .workspace = "a", .scopes = {"read", "make_tokens", "manage_people"}};
  token.roles = {{"a", Role::owner}};
  EXPECT_EQ(judge(token, Right::read, "a"), Verdict::granted);
  EXPECT_EQ(judge(token, Right::read, "b"), Verdict::hidden);
  EXPECT_EQ(judge(token, Right::write_data, "a"), Verdict::refused);
  EXPECT_EQ(judge(token, Right::make_tokens, "a"), Verdict::refused) << "whatever it says, that is no scope";
  EXPECT_EQ(judge(token, Right::manage_people, "a"), Verdict::refused);
  EXPECT_EQ(judge(token, Right::person, "a"), Verdict::refused);
  EXPECT_EQ(judge(token, Right::operate, "a"), Verdict::refused);
}

}  // namespace
}  // namespace sociometer::surfaces
