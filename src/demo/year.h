// The year itself: who posted what and when, and what came of it day by day. No file formats here.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/time.h"
#include "demo/demo.h"
#include "demo/random.h"
#include "demo/texts.h"

namespace sociometer::demo {

// What can be counted of a post, whichever of it its network reports.
enum class Counter {
  impressions,
  reach,
  likes,
  comments,
  shares,
  saves,
  profile_clicks,
  link_clicks,
  hashtag_clicks,
  detail_expands,
  permalink_clicks,
  follows,
  media_views,
  media_engagements,
  video_views,
  completed,
  watch_seconds,
  end
};
constexpr size_t counter_count = static_cast<size_t>(Counter::end);

struct Counters {
  std::array<int64_t, counter_count> values{};
  int64_t& operator[](Counter counter) { return values[static_cast<size_t>(counter)]; }
  int64_t operator[](Counter counter) const { return values[static_cast<size_t>(counter)]; }
  Counters& operator+=(const Counters& other);
};

struct Post {
  Day day;                  // of the network's own zone
  int64_t time_of_day = 0;  // seconds, of the same
  Instant at;
  std::string id;
  std::string kind;  // "image", "carousel", "reel", "video", "link", "text"
  std::string text;
  bool link = false;
  const Campaign* campaign = nullptr;
  Counters organic;  // since publishing, until the year's last day
  Counters paid;
  bool boosted = false;
};

// What a day brought to an account, all its posts together.
struct DayOfAccount {
  Day day;
  Counters organic;
  Counters paid;
  int64_t posts = 0;
  int64_t reach = 0;  // of the account
  int64_t visits = 0;
  int64_t gained = 0, lost = 0;
  int64_t followers = 0;  // at the day's end
  bool collected = true;  // false in the gap: nobody downloaded these days
};

struct AccountYear {
  std::string network;
  std::string handle;
  std::string ownership;
  std::string zone;
  std::vector<Post> posts;  // oldest first
  std::vector<DayOfAccount> days;
};

// All accounts of setting(), in its order.
std::vector<AccountYear> live(const DemoOptions& options);

constexpr int year_days = 365;

}  // namespace sociometer::demo
