// Attacks at the level of bytes, on the real server.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>

#include "base/json.h"
#include "http.h"
#include "process.h"

namespace sociometer::server_test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class AttackTest : public testing::Test {
 protected:
  AttackTest() : server_({"serve", "--listen", "127.0.0.1:0", "--data", folder_ / "data"}) {
    started_ = server_.out_with("Ctrl-C");
    port_ = port_in(started_);
    EXPECT_NE(port_, 0);
  }
  Answer get(const std::string& target, const std::string& headers = "") {
    return ask(port_, {"GET", target, "", headers});
  }

  Folder folder_;
  Process server_;
  std::string started_;
  uint16_t port_ = 0;
};

TEST_F(AttackTest, TheFirstStartPrintsALinkThatMakesTheOwnerOnce) {
  const size_t place = started_.find("/link#");
  ASSERT_NE(place, std::string::npos) << started_;
  const std::string proof = started_.substr(place + 6, started_.find('\n', place) - place - 6);
  const std::string accept = json_text(JsonObject{
      {"proof", proof}, {"email", "owner@example.org"}, {"name", "Owner"}, {"password", "a passphrase of the owner"}});
  const Answer owner = ask(port_, {"POST", "/api/v1/links/accept", accept, ""});
  EXPECT_EQ(owner.status, 200) << owner.body;
  EXPECT_EQ(ask(port_, {"POST", "/api/v1/links/accept", accept, ""}).status, 404);
  EXPECT_THAT(owner.headers.at("set-cookie"), HasSubstr("HttpOnly"));
  EXPECT_EQ(get("/api/v1/imports").status, 401);
  server_.signal(SIGTERM);
  EXPECT_EQ(server_.wait().status, 0);
  Process again({"serve", "--listen", "127.0.0.1:0", "--data", folder_ / "data"});
  EXPECT_THAT(again.out_with("Ctrl-C"), Not(HasSubstr("/link#"))) << "there is an owner";
}

TEST_F(AttackTest, NoPathLeadsOutOfTheWeb) {
  for (const char* target : {"/../../../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
                             "/assets/../../secret.key", "/assets/%2e%2e%2fcontrol.sqlite", "/....//....//etc/passwd",
                             "/assets/..\\..\\control.sqlite", "//etc/passwd", "/api/v1/../../control.sqlite",
                             "/api/v1/imports/..%2f..%2fcontrol.sqlite", "/control.sqlite", "/facts.duckdb",
                             "/secret.key", "/owner.sock", "/.git/config"}) {
    const Answer answer = get(target);
    EXPECT_THAT(answer.status, AnyOf(200, 400, 401, 404)) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("root:"))) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("SQLite format"))) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("DUCK"))) << target;
  }
}

TEST_F(AttackTest, MalformedAndOversizedRequestsAreRefusedAndTheServerGoesOn) {
  EXPECT_EQ(ask(port_, {"GET", "/" + std::string(40'000, 'a'), "", ""}).status, 431);
  EXPECT_EQ(get("/api/v1/session", fmt::format("X-Long: {}\r\n", std::string(40'000, 'b'))).status, 431);
  EXPECT_EQ(get("/api/v1/session", "Host: a\r\nHost: b\r\n").status, 400);
  EXPECT_EQ(get("/api/v1/%zz").status, 400);
  EXPECT_EQ(get("/api/v1/%00").status, 400);
  EXPECT_EQ(get("/api/v1/%ff%fe").status, 400);
  EXPECT_THAT(get("/api/v1/session", "Transfer-Encoding: chunked\r\n").status, AnyOf(400, 0))
      << "a length and chunks at once is how requests are smuggled";
  EXPECT_THAT(ask(port_, {"TRACE", "/", "", ""}).status, AnyOf(400, 403, 405));
  EXPECT_THAT(ask(port_, {"CONNECT", "example.org:443", "", ""}).status, AnyOf(400, 403, 405));
  EXPECT_THAT(ask(port_, {"GET", "http://evil.example/", "", ""}).status, AnyOf(400, 421));
  EXPECT_EQ(ask(port_, {"POST", "/api/v1/imports", std::string(3'000'000, 'x'), ""}).status, 401)
      << "nobody's long body is not read";
  EXPECT_EQ(ask(port_, {"POST", "/api/v1/session", std::string(3'000'000, 'x'), ""}).status, 413);
  EXPECT_EQ(get("/api/v1/session", "Host: evil.example\r\n").status, 421);
  EXPECT_EQ(get("/api/v1/session").status, 200);
}

TEST_F(AttackTest, AForgedForwardIsNotBelieved) {
  // Were it, each attempt would seem to come from somebody else, and guessing would not be slowed down.
  int status = 0;
  for (int i = 0; i < 60 && status != 429; ++i) {
    const std::string body = fmt::format(R"({{"email":"p{}@example.org","password":"guess"}})", i);
    status = ask(port_, {"POST", "/api/v1/session", body, fmt::format("X-Forwarded-For: 198.51.100.{}\r\n", i)}).status;
  }
  EXPECT_EQ(status, 429);
}

}  // namespace
}  // namespace sociometer::server_test
