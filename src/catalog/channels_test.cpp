// Channels: which visit came by which way.
#include "catalog/channels.h"

#include <gtest/gtest.h>

namespace sociometer::catalog {
namespace {

struct Case {
  Arrival arrival;
  std::string_view channel;
  std::string_view network = "";
  std::string_view source = "";
};

TEST(Channels, FollowTheRules) {
  const Case cases[] = {
      {{}, "direct"},
      {{.source = "(direct)", .medium = "(none)"}, "direct"},
      {{.referrer = "https://www.instagram.com/"}, "organic_social", "instagram", "instagram.com"},
      {{.referrer = "https://l.facebook.com/l.php?u=x"}, "organic_social", "facebook", "l.facebook.com"},
      {{.referrer = "android-app://com.reddit.frontpage/"}, "organic_social", "reddit"},
      {{.referrer = "https://t.co/abc"}, "organic_social", "x"},
      {{.referrer = "https://t.me/channel"}, "organic_social", "telegram"},
      {{.referrer = "https://www.tiktok.com/@brand"}, "organic_social", "tiktok"},
      {{.referrer = "https://www.threads.net/"}, "organic_social", "threads"},
      {{.source = "Twitter", .medium = "social"}, "organic_social", "x", "twitter"},
      {{.source = "ig", .medium = "story"}, "organic_social", "instagram", "ig"},
      {{.source = "insta", .medium = "cpc"}, "paid_social", "instagram"},
      {{.source = "facebook", .medium = "Paid_Social"}, "paid_social", "facebook"},
      {{.source = "partner", .medium = "social"}, "organic_social"},
      {{.source = "google", .medium = "cpc"}, "paid_search"},
      {{.source = "google", .medium = "ppc"}, "paid_search"},
      {{.click_id = "gclid"}, "paid_search", "", "google"},
      {{.referrer = "https://www.google.co.th/"}, "organic_search", "", "google.co.th"},
      {{.referrer = "https://www.google.com/search?q=x"}, "organic_search"},
      {{.referrer = "https://duckduckgo.com/"}, "organic_search"},
      {{.referrer = "https://docs.google.com/document/1"}, "referral", "", "docs.google.com"},
      {{.referrer = "https://mail.google.com/mail"}, "email"},
      {{.referrer = "https://chatgpt.com/"}, "ai_assistant", "", "chatgpt.com"},
      {{.referrer = "https://gemini.google.com/app"}, "ai_assistant"},
      {{.source = "newsletter", .medium = "email"}, "email"},
      {{.source = "facebook", .medium = "email"}, "email", "facebook"},
      {{.source = "adnetwork", .medium = "cpm"}, "display"},
      {{.source = "adnetwork", .medium = "cpv"}, "paid_other"},
      {{.source = "amazon", .medium = "cpc"}, "paid_shopping"},
      {{.source = "google", .medium = "cpc", .campaign = "Shopping DE"}, "paid_shopping"},
      {{.source = "google", .medium = "cpc", .campaign = "Workshop"}, "paid_search"},
      {{.source = "shareasale", .medium = "affiliate"}, "affiliate"},
      {{.referrer = "https://blog.example/post"}, "referral", "", "blog.example"},
      {{.source = "leaflet", .medium = "print"}, "other", "", "leaflet"},
      {{.source = "app", .medium = "web-push"}, "push"},
      // A medium that only looks like paid: "cp" is in no word of these.
      {{.source = "show", .medium = "podcast"}, "audio"},
      {{.source = "app", .medium = "push"}, "push"},
      // What a network appends to every link tells where from, and not that it was paid for.
      {{.click_id = "fbclid"}, "organic_social", "facebook", "facebook"},
      {{.referrer = "https://m.facebook.com/", .click_id = "fbclid"}, "organic_social", "facebook"},
      {{.source = "newsletter", .medium = "email", .click_id = "fbclid"}, "email"},
  };
  auto catalog = Catalog::built_in();
  for (const Case& one : cases) {
    Channel channel = catalog->channel_of(one.arrival);
    std::string words = std::string(one.arrival.source) + " / " + std::string(one.arrival.medium) + " / " +
                        std::string(one.arrival.referrer) + " / " + std::string(one.arrival.click_id);
    EXPECT_EQ(channel.key, one.channel) << words << ": " << channel.because;
    EXPECT_EQ(channel.network, one.network) << words;
    if (!one.source.empty()) {
      EXPECT_EQ(channel.source, one.source) << words;
    }
    EXPECT_FALSE(channel.because.empty()) << words;
  }
}

TEST(Channels, PatternsStandForAnything) {
  EXPECT_TRUE(matches("*cp*", "cpc"));
  EXPECT_TRUE(matches("*cp*", "gcpm-x"));
  EXPECT_FALSE(matches("*cp*", "podcast"));
  EXPECT_TRUE(matches("paid*", "paid"));
  EXPECT_FALSE(matches("paid*", "unpaid"));
  EXPECT_TRUE(matches("a*b*c", "aXbXbXc"));
  EXPECT_FALSE(matches("a*b*c", "aXbX"));
  EXPECT_FALSE(matches("ppc", "ppcs"));
  EXPECT_TRUE(matches("*", ""));
}

TEST(Channels, HostsComeOutOfAddresses) {
  EXPECT_EQ(host_of("https://WWW.Example.com:8080/x?y#z"), "example.com");
  EXPECT_EQ(host_of("https://user@example.com/"), "example.com");
  EXPECT_EQ(host_of("example.com"), "example.com");
  EXPECT_EQ(host_of(""), "");
}

}  // namespace
}  // namespace sociometer::catalog
