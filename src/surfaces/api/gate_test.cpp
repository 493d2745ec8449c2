#include <gmock/gmock.h>

#include "surfaces/api/api.h"

namespace sociometer::surfaces {
namespace {

int status(const std::string& method, std::map<std::string, std::string> headers) {
  net::Request request{.method = method, .path = "/api/v1/query", .headers = std::move(headers)};
  const std::optional<net::Response> refusal = turned_away(request, {"d", "10.1.2.3", {"stats.example"}});
  return refusal ? refusal->status : 200;
}

TEST(GateTest, TakesOnlyItsOwnNames) {
  for (const char* host : {"localhost", "LOCALHOST:8321", "app.localhost", "127.0.0.1:1", "[::1]:8321", "10.1.2.3",
                           "192.168.7.7:80", "stats.example:443"}) {
    EXPECT_EQ(status("GET", {{"host", host}}), 200) << host;
  }
  for (const char* host : {"evil.example", "evil.example:8321", "localhost.evil.example", "127.0.0.1.evil.example"}) {
    EXPECT_EQ(status("GET", {{"host", host}}), 421) << host;
  }
}

TEST(GateTest, RefusesWhatAnotherSitesPageSends) {
  const std::string host = "localhost:8321";
  EXPECT_EQ(status("POST", {{"host", host}}), 200);
  EXPECT_EQ(status("POST", {{"host", host}, {"origin", "http://localhost:8321"}, {"sec-fetch-site", "same-origin"}}),
            200);
  EXPECT_EQ(status("POST", {{"host", host}, {"origin", "http://evil.example"}}), 403);
  EXPECT_EQ(status("POST", {{"host", host}, {"origin", "http://localhost:9999"}}), 403);
  EXPECT_EQ(status("PUT", {{"host", host}, {"origin", "null"}}), 403);
  EXPECT_EQ(status("POST", {{"host", host}, {"sec-fetch-site", "cross-site"}}), 403);
  EXPECT_EQ(status("POST", {{"host", host}, {"sec-fetch-site", "same-site"}}), 403);
  EXPECT_EQ(status("GET", {{"host", host}, {"sec-fetch-site", "cross-site"}}), 200);
}

TEST(CursorTest, IsAnOffset) {
  EXPECT_EQ(*parse_cursor(""), 0);
  EXPECT_EQ(*parse_cursor("50"), 50);
  for (const char* text : {"-1", "5x", "x", " 5", "99999999999999999999"}) EXPECT_FALSE(parse_cursor(text)) << text;
}

}  // namespace
}  // namespace sociometer::surfaces
