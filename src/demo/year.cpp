#include "demo/year.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "catalog/catalog.h"

namespace sociometer::demo {
namespace {

// How an account behaves. Rates are millionths of the impressions a post gets.
struct Nature {
  std::string_view network, handle, ownership;
  Voice voice;
  std::array<int64_t, 7> posts_permille;  // chance of a post, Monday first
  int64_t followers;                      // on the first day
  int64_t impressions_permille;           // of the followers, by a usual post
  int64_t reach_permille;                 // of the impressions
  int64_t likes, comments, shares, saves, clicks;
  int64_t gain_ppm;  // of the followers, a usual day
};

const std::vector<Nature> natures = {
    {"instagram",
     "juniperandfinch",
     "own",
     Voice::feed,
     {750, 800, 700, 850, 900, 650, 550},
     18'420,
     330,
     760,
     52'000,
     2'600,
     3'700,
     5'200,
     0,
     900},
    {"facebook",
     "juniperandfinch",
     "own",
     Voice::feed,
     {550, 600, 500, 600, 700, 400, 300},
     31'260,
     95,
     810,
     17'000,
     2'300,
     2'900,
     0,
     27'000,
     240},
    {"x",
     "juniperfinch",
     "own",
     Voice::short_text,
     {1000, 1000, 1000, 1000, 1000, 620, 480},
     9'640,
     150,
     0,
     10'500,
     1'300,
     1'900,
     0,
     0,
     420},
    {"linkedin",
     "juniper-and-finch",
     "own",
     Voice::professional,
     {220, 380, 310, 350, 160, 0, 0},
     4'130,
     310,
     680,
     21'000,
     2'100,
     1'700,
     0,
     19'000,
     1'050},
    {"tiktok",
     "juniperandfinch",
     "own",
     Voice::clip,
     {250, 300, 300, 350, 420, 380, 260},
     7'880,
     620,
     830,
     47'000,
     2'400,
     4'100,
     5'600,
     0,
     1'700},
    {"instagram",
     "marrowlanecoffee",
     "competitor",
     Voice::competitor,
     {280, 250, 280, 250, 320, 260, 150},
     26'900,
     300,
     760,
     38'000,
     1'500,
     2'000,
     0,
     0,
     380},
    {"x",
     "marrowlane",
     "competitor",
     Voice::competitor,
     {220, 220, 220, 220, 220, 80, 40},
     14'300,
     130,
     0,
     6'500,
     700,
     900,
     0,
     0,
     120},
    {"instagram",
     "ninthharbour",
     "competitor",
     Voice::competitor,
     {180, 230, 180, 230, 260, 260, 200},
     11'750,
     380,
     760,
     61'000,
     3'100,
     3'000,
     0,
     0,
     1'150},
    {"facebook",
     "ninthharbour",
     "competitor",
     Voice::competitor,
     {150, 150, 180, 150, 220, 120, 80},
     8'420,
     140,
     810,
     19'000,
     2'600,
     2'400,
     0,
     0,
     330},
};

// How much of a post's life is over so many days after its publishing, in permille.
constexpr std::array<int64_t, 15> life_permille = {520, 710, 800, 852, 885, 908, 926, 940,
                                                   952, 963, 973, 982, 989, 995, 1000};

int64_t lived(int64_t total, int days_old) {
  if (days_old < 0) return 0;
  size_t age = std::min(static_cast<size_t>(days_old), life_permille.size() - 1);
  return total * life_permille[age] / 1000;
}

Counters lived(const Counters& total, int days_old) {
  Counters counters;
  for (size_t i = 0; i < counter_count; ++i) counters.values[i] = lived(total.values[i], days_old);
  return counters;
}

// Attention over the year in permille: quiet Augusts, a loud Advent, hardly anybody at Christmas.
int64_t season(Day day) {
  CalendarDate date = calendar_date(day);
  if (date.month == 12 && date.day >= 24 && date.day <= 27) return 520;
  static constexpr int64_t months[] = {960, 970, 990, 1010, 1000, 960, 910, 880, 1010, 1050, 1130, 1220};
  return months[date.month - 1];
}

int64_t weekday(Voice voice, Day day) {
  static constexpr int64_t leisure[] = {940, 960, 980, 1010, 1040, 1090, 1060};
  static constexpr int64_t work[] = {1020, 1090, 1080, 1060, 900, 560, 500};
  size_t index = static_cast<size_t>(weekday_of(day));
  return voice == Voice::professional ? work[index] : leisure[index];
}

bool quiet(Day day) {
  CalendarDate date = calendar_date(day);
  return (date.month == 12 && (date.day == 25 || date.day == 26)) || (date.month == 1 && date.day == 1);
}

// A definition the network changed within the year moves its numbers by this from that day on.
int64_t definition_step(std::string_view network, std::string_view measure, Day first, Day day) {
  const catalog::Network* known = catalog::Catalog::built_in()->network(network);
  if (!known) return 1000;
  for (const catalog::DefinitionBreak& one : known->breaks) {
    if (one.measure == measure && one.day > first && one.day <= day) return 870;
  }
  return 1000;
}

std::string_view zone_of(std::string_view network) {
  return network == "x" || network == "linkedin" || network == "tiktok" ? "UTC" : "America/Los_Angeles";
}

// Makes one account's year.
class Life {
 public:
  Life(const Nature& nature, const DemoOptions& options, uint64_t seed)
      : nature_(nature),
        random_(seed),
        speaker_(nature.voice, random_),
        first_(options.last_day - (year_days - 1)),
        last_(options.last_day) {
    year_.network = nature.network;
    year_.handle = nature.handle;
    year_.ownership = nature.ownership;
    year_.zone = zone_of(nature.network);
  }

  AccountYear live() {
    followers_ = nature_.followers;
    // It did not begin with the year: older posts still bring something on the first days.
    for (Day day = first_ - 20; day <= last_; day = day + 1) {
      if (goes_viral(day) || wants_to_post(day)) publish(day);
      if (nature_.network == "x" && own() && random_.chance(150)) publish(day);
      close(day);
    }
    std::erase_if(year_.posts, [&](const Post& post) { return post.day < first_; });
    // What a post has come to is what its days brought until the last one.
    for (Post& post : year_.posts) {
      post.organic = lived(post.organic, last_ - post.day);
      post.paid = lived(post.paid, last_ - post.day);
    }
    return std::move(year_);
  }

 private:
  bool own() const { return nature_.ownership == "own"; }
  // The day somebody filmed the roaster; about two thirds into the year.
  Day viral_day() const { return first_ + 243; }
  bool goes_viral(Day day) const { return own() && nature_.network == "instagram" && day == viral_day(); }

  bool wants_to_post(Day day) {
    return !quiet(day) && random_.chance(nature_.posts_permille[static_cast<size_t>(weekday_of(day))]);
  }

  void publish(Day day) {
    bool viral = goes_viral(day);
    Post post;
    post.day = day;
    static constexpr int64_t hours[] = {7, 8, 8, 9, 11, 12, 12, 14, 16, 17, 17, 18};
    post.time_of_day = hours[random_.index(std::size(hours))] * 3600 + random_.between(0, 59) * 60;
    if (nature_.network == "x") post.time_of_day = std::min<int64_t>(post.time_of_day + 5 * 3600, 23 * 3600 + 59 * 60);
    post.at = Zone::find(year_.zone)->instant_of(day, post.time_of_day);
    post.id = make_post_id(post.at);
    const Campaign* running =
        own() && nature_.voice != Voice::professional && nature_.voice != Voice::clip ? campaign_on(day) : nullptr;
    if (running && random_.chance(360)) post.campaign = running;
    Said said = speaker_.say(day, post.campaign);
    post.text = viral ? std::string(viral_words()) : said.text;
    post.link = !viral && said.link;
    post.kind = viral ? "reel" : kind_of(said);
    post.boosted = own() && !viral && random_.chance(post.campaign ? 420 : 30);
    count(post, viral ? 38'000 : random_.luck());
    year_.posts.push_back(std::move(post));
  }

  std::string kind_of(const Said& said) {
    if (nature_.network == "tiktok") return "video";
    if (nature_.network == "instagram")
      return random_.chance(420) ? "image" : random_.chance(480) ? "carousel" : "reel";
    if (said.link) return "link";
    if (nature_.network == "linkedin") return random_.chance(550) ? "image" : random_.chance(500) ? "text" : "video";
    return random_.chance(700) ? "image" : random_.chance(600) ? "reel" : "text";
  }

  // As the networks number their posts: rising, too long for a floating-point number.
  std::string make_post_id(Instant at) {
    int64_t milliseconds = at.micros / 1000;
    if (nature_.network == "x")
      return fmt::format("{}", ((milliseconds - 1'288'834'974'657) << 22) | random_.between(0, (1 << 22) - 1));
    if (nature_.network == "instagram")
      return fmt::format("179{:011}{:03}", milliseconds / 100, random_.between(0, 999));
    if (nature_.network == "facebook")
      return fmt::format("1{:09}{:05}", milliseconds / 1000 - 600'000'000, random_.between(0, 99'999));
    if (nature_.network == "linkedin") return fmt::format("7{:018}", milliseconds * 4'000 + random_.between(0, 3'999));
    return fmt::format("74{:017}", milliseconds * 1'000 + random_.between(0, 999));
  }

  // All a post will ever get. `luck` in permille.
  void count(Post& post, int64_t luck) {
    bool moving = post.kind == "reel" || post.kind == "video";
    int64_t shown = followers_ * nature_.impressions_permille / 1000 * season(post.day) / 1000;
    shown = shown * weekday(nature_.voice, post.day) / 1000 * luck / 1000;
    if (moving && nature_.network != "tiktok") shown = shown * 1500 / 1000;
    if (post.link) shown = shown * 800 / 1000;
    // What strangers see they like less.
    int64_t warmth = luck > 4'500 ? 600 : 1000;
    fill(post.organic, post, std::max<int64_t>(shown, 40), warmth);
    if (post.boosted) fill(post.paid, post, random_.about(followers_ * 420 / 1000, 40), 450);
  }

  void fill(Counters& counters, const Post& post, int64_t shown, int64_t warmth) {
    bool moving = post.kind == "reel" || post.kind == "video";
    auto rate = [&](int64_t millionths, int64_t permille) {
      return random_.share(shown, random_.about(millionths * permille / 1000 * warmth / 1000, 30));
    };
    counters[Counter::impressions] = shown;
    counters[Counter::reach] = shown * random_.about(nature_.reach_permille, 8) / 1000 *
                               definition_step(nature_.network, "post_reach", first_, post.day) / 1000;
    counters[Counter::likes] = rate(nature_.likes, post.link ? 620 : 1000);
    counters[Counter::comments] = rate(nature_.comments, post.text.find('?') != std::string::npos ? 1800 : 1000);
    counters[Counter::shares] = rate(nature_.shares, moving ? 1400 : 1000);
    counters[Counter::saves] = rate(nature_.saves, post.kind == "carousel" ? 1900 : 1000);
    counters[Counter::link_clicks] =
        rate(nature_.network == "x" ? 4'200 : nature_.clicks * 400 / 1000, post.link                ? 2400
                                                                           : nature_.network == "x" ? 0
                                                                                                    : 80);
    counters[Counter::detail_expands] = rate(nature_.network == "x" ? 5'600 : nature_.clicks, 1000);
    counters[Counter::profile_clicks] = rate(2'300, 1000);
    counters[Counter::hashtag_clicks] = rate(350, 1000);
    counters[Counter::permalink_clicks] = rate(120, 1000);
    // A stranger who likes it follows; a follower cannot.
    bool strangers = warmth < 1000 && !post.boosted;
    counters[Counter::follows] = rate(400, strangers ? 7000 : 1000);
    bool media = post.kind != "text" && post.kind != "link";
    counters[Counter::media_views] = media ? rate(240'000, 1000) : 0;
    counters[Counter::media_engagements] = media ? rate(4'000, 1000) : 0;
    counters[Counter::video_views] = moving ? shown * random_.about(720, 10) / 1000 : 0;
    counters[Counter::completed] = counters[Counter::video_views] * random_.about(210, 25) / 1000;
    counters[Counter::watch_seconds] = counters[Counter::video_views] * random_.about(88, 25) / 10;
  }

  // The day's sums over every post that still lives, and what they did to the account.
  void close(Day day) {
    DayOfAccount today;
    today.day = day;
    for (auto post = year_.posts.rbegin(); post != year_.posts.rend(); ++post) {
      int age = day - post->day;
      if (age >= static_cast<int>(life_permille.size())) break;
      today.posts += age == 0;
      add_difference(today.organic, post->organic, age);
      add_difference(today.paid, post->paid, age);
    }
    int64_t shown = today.organic[Counter::impressions] + today.paid[Counter::impressions];
    // People also look at older posts and at the profile.
    int64_t older = random_.about(followers_ * 14 / 1000, 30);
    today.organic[Counter::impressions] += older;
    today.reach = (shown * random_.about(690, 8) / 1000 + older * 800 / 1000) *
                  definition_step(nature_.network, "reach", first_, day) / 1000;
    today.visits = random_.share(shown + older, random_.about(11'000, 35));
    today.gained = random_.share(followers_, random_.about(nature_.gain_ppm, 60)) + today.organic[Counter::follows] +
                   random_.share(today.paid[Counter::impressions], 900);
    today.lost = random_.share(followers_, random_.about(260, 50));
    followers_ += today.gained - today.lost;
    today.followers = followers_;
    today.collected = !in_gap(day);
    if (day >= first_) year_.days.push_back(today);
  }

  static void add_difference(Counters& sum, const Counters& total, int age) {
    Counters until_today = lived(total, age);
    Counters until_yesterday = lived(total, age - 1);
    for (size_t i = 0; i < counter_count; ++i) sum.values[i] += until_today.values[i] - until_yesterday.values[i];
  }

  // Four days in spring or autumn on which whoever does the downloads was ill; their numbers are lost on networks that
  // do not keep them.
  bool in_gap(Day day) const {
    bool forgets = nature_.network == "x" || nature_.network == "tiktok";
    return own() && forgets && day >= first_ + 131 && day <= first_ + 134;
  }

  const Nature& nature_;
  Random random_;
  Speaker speaker_;
  Day first_, last_;
  int64_t followers_ = 0;
  AccountYear year_;
};

}  // namespace

Counters& Counters::operator+=(const Counters& other) {
  for (size_t i = 0; i < counter_count; ++i) values[i] += other.values[i];
  return *this;
}

std::vector<AccountYear> live(const DemoOptions& options) {
  std::vector<AccountYear> years;
  uint64_t number = 0;
  for (const Nature& nature : natures) {
    // Every account has a generator of its own, so that a change to one leaves the others as they are.
    years.push_back(Life(nature, options, options.seed * 1'000'003 + ++number).live());
  }
  return years;
}

Setting setting() {
  Setting setting{"Juniper & Finch", "America/Los_Angeles", "USD", {}};
  for (const Nature& nature : natures) {
    setting.accounts.push_back(
        {std::string(nature.network), std::string(nature.handle), std::string(nature.ownership)});
  }
  return setting;
}

}  // namespace sociometer::demo
