// Where this program may be sent by others, and whom it takes a request to be from.
#include <gmock/gmock.h>

#include "net/addresses.h"
#include "net/forwarded.h"
#include "net/net.h"

namespace sociometer::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

OutgoingRules leading_to(std::vector<std::string> addresses, std::vector<std::string> allowed = {}) {
  return {std::move(allowed),
          [addresses](const std::string&) -> Result<std::vector<std::string>> { return addresses; }};
}

TEST(Addresses, AreForEverybodyOrNot) {
  for (const char* address : {"93.184.216.34", "1.1.1.1", "172.15.255.255", "172.32.0.1", "2606:4700::1111"}) {
    EXPECT_TRUE(is_public(address)) << address;
  }
  for (const char* address : {"127.0.0.1",        "127.9.9.9",       "0.0.0.0",     "10.1.2.3",
                              "172.16.0.1",       "172.31.255.255",  "192.168.1.1", "169.254.169.254",
                              "100.64.0.1",       "100.127.255.255", "192.0.2.1",   "198.18.0.1",
                              "224.0.0.1",        "255.255.255.255", "::1",         "::",
                              "fe80::1",          "fd00:ec2::254",   "fc00::1",     "ff02::1",
                              "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
                              "2002:7f00:1::",    "2001:db8::1",     "nonsense",    "",
                              "fe80::1%eth0"}) {
    EXPECT_FALSE(is_public(address)) << address;
  }
}

TEST(Addresses, LieInRanges) {
  const Range ten = *Range::parse("10.0.0.0/8");
  EXPECT_TRUE(ten.contains("10.255.1.2"));
  EXPECT_TRUE(ten.contains("::ffff:10.1.1.1"));
  EXPECT_FALSE(ten.contains("11.0.0.1"));
  EXPECT_FALSE(ten.contains("a::"));
  EXPECT_TRUE(Range::parse("192.0.2.7")->contains("192.0.2.7"));
  EXPECT_FALSE(Range::parse("192.0.2.7")->contains("192.0.2.6"));
  EXPECT_TRUE(Range::parse("0.0.0.0/0")->contains("8.8.8.8"));
  EXPECT_TRUE(Range::parse("192.0.2.128/25")->contains("192.0.2.200"));
  EXPECT_FALSE(Range::parse("192.0.2.128/25")->contains("192.0.2.100"));
  for (const char* wrong : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "x/8", "::/129", "::/1x"}) {
    EXPECT_FALSE(Range::parse(wrong)) << wrong;
  }
}

TEST(Outgoing, SaysWhereAnAddressLeads) {
  auto to = outgoing("https://Example.ORG./hook?x=1#y", leading_to({"93.184.216.34", "2606:4700::1111"}));
  ASSERT_TRUE(to) << to.error().message;
  EXPECT_EQ(to->host, "example.org");
  EXPECT_EQ(to->port, 443);
  EXPECT_THAT(to->addresses, ElementsAre("93.184.216.34", "2606:4700::1111"));
  EXPECT_EQ(outgoing("http://example.org:8080", leading_to({"93.184.216.34"}))->port, 8080);
  EXPECT_EQ(outgoing("http://[2606:4700::1111]:81/x", leading_to({"2606:4700::1111"}))->host, "2606:4700::1111");
}

TEST(Outgoing, RefusesWhatIsNoAddressToSendTo) {
  for (const char* url : {"",
                          "example.org",
                          "ftp://example.org",
                          "file:///etc/passwd",
                          "gopher://example.org",
                          "https://",
                          "https:///x",
                          "https://user@example.org",
                          "https://user:word@example.org",
                          "https://example.org:0",
                          "https://example.org:70000",
                          "https://example.org:x",
                          "https://exa mple.org",
                          "https://example.org\r\nHost: x",
                          "https://example.org\\@evil",
                          "https://[::1",
                          "https://[x]",
                          "https://[::1]x",
                          "https://ex%61mple.org",
                          "https://ünï.example",
                          "javascript://x"}) {
    auto to = outgoing(url, leading_to({"93.184.216.34"}));
    ASSERT_FALSE(to) << url;
    EXPECT_EQ(to.error().kind, ErrorKind::invalid) << url;
    EXPECT_EQ(to.error().field, "url") << url;
  }
  EXPECT_FALSE(outgoing("https://example.org/" + std::string(3000, 'x'), leading_to({"93.184.216.34"})));
}

TEST(Outgoing, RefusesWhatLeadsInside) {
  for (const char* address : {"127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::1", "::ffff:192.168.0.1"}) {
    auto to = outgoing("https://rebound.example/", leading_to({"93.184.216.34", address}));
    ASSERT_FALSE(to) << address << ": one address of several is enough";
    EXPECT_THAT(to.error().message, HasSubstr("not a public address"));
  }
  EXPECT_TRUE(outgoing("https://intranet.example/", leading_to({"10.0.0.7"}, {"10.0.0.0/24"})));
  EXPECT_FALSE(outgoing("https://intranet.example/", leading_to({"10.0.1.7"}, {"10.0.0.0/24"})));
  EXPECT_FALSE(outgoing("https://nowhere.example/", leading_to({})));
}

// The system's resolver reads numbers as its fathers did: what they mean is what counts.
TEST(Outgoing, ReadsNumbersInAllTheirForms) {
  for (const char* url :
       {"http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/",
        "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://localhost/", "http://0/"}) {
    EXPECT_FALSE(outgoing(url, {})) << url;
  }
}

Request from(std::string forwarded_for, std::string proto = "") {
  Request request;
  request.headers["x-forwarded-for"] = std::move(forwarded_for);
  request.headers["x-forwarded-proto"] = std::move(proto);
  return request;
}

TEST(Forwarded, IsBelievedFromTrustedProxiesAlone) {
  const std::vector<Range> trusted{*Range::parse("10.0.0.0/8"), *Range::parse("127.0.0.1")};
  EXPECT_EQ(forwarded_by("203.0.113.9", from("198.51.100.1", "https"), trusted).client, "203.0.113.9");
  EXPECT_FALSE(forwarded_by("203.0.113.9", from("198.51.100.1", "https"), trusted).is_secure);
  EXPECT_EQ(forwarded_by("10.0.0.1", from("198.51.100.1", "https"), trusted).client, "198.51.100.1");
  EXPECT_TRUE(forwarded_by("10.0.0.1", from("198.51.100.1", "https"), trusted).is_secure);
  EXPECT_EQ(forwarded_by("10.0.0.1", from("6.6.6.6, 198.51.100.1, 10.0.0.2"), trusted).client, "198.51.100.1")
      << "what the client wrote itself stands before it";
  EXPECT_EQ(forwarded_by("10.0.0.1", from(""), trusted).client, "10.0.0.1");
  EXPECT_EQ(forwarded_by("10.0.0.1", from("198.51.100.1, nonsense"), trusted).client, "10.0.0.1");
  EXPECT_EQ(forwarded_by("10.0.0.1", from("10.0.0.3"), trusted).client, "10.0.0.3");
  EXPECT_EQ(forwarded_by("198.51.100.1", from("1.1.1.1"), {}).client, "198.51.100.1");
}

}  // namespace
}  // namespace sociometer::net
