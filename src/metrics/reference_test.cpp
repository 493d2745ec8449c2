// The engine against a reference that is written for being read, not for being fast: it goes by docs/metrics.md alone,
// over lists of plain structs, one cell at a time. Worlds and questions are drawn at random; both must agree on every
// cell. Then the same facts are dealt out anew – other batches, another order, restated, put in and taken back – and
// the answers must stay the same, byte for byte.
//
// SOCIOMETER_REFERENCE=2000 asks so many questions instead of the few hundred of every day; SOCIOMETER_SEED=7 begins
// elsewhere.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <random>
#include <set>

#include "base/scratch_folder.h"
#include "base/text.h"
#include "metrics/metrics.h"
#include "metrics/settable_clock.h"

namespace sociometer::metrics {
namespace {

using Random = std::mt19937_64;

int between(Random& random, int low, int high) {
  return std::uniform_int_distribution<int>(low, high)(random);
}
bool chance(Random& random, double p) {
  return std::bernoulli_distribution(p)(random);
}
template <typename T>
const T& one_of(Random& random, const std::vector<T>& all) {
  return all[static_cast<size_t>(between(random, 0, static_cast<int>(all.size()) - 1))];
}

int64_t number_from(const char* name, int64_t otherwise) {
  const char* asked = std::getenv(name);
  return asked == nullptr ? otherwise : std::atoll(asked);
}

// --- What is told -------------------------------------------------------------------------------------------------

struct Told {
  std::string account, post, measure;  // account as network/handle; no post: of the account
  facts::Window window = facts::Window::day;
  DayRange days;
  int64_t value = 0;
  Instant observed;
  facts::Promotion promotion = facts::Promotion::all;
  facts::Tier tier = facts::Tier::own_export;
  std::string country;  // of its people; empty: of all
};

// What of two tellings makes them one thing told twice. A counter over a lifetime is one whatever day it was read.
using Thing = std::tuple<std::string, std::string, std::string, facts::Window, DayRange, facts::Promotion, facts::Tier,
                         std::string>;
Thing thing_of(const Told& told) {
  bool lifetime = told.window == facts::Window::lifetime;
  return {told.account,   told.post, told.measure, told.window, lifetime ? DayRange{} : told.days,
          told.promotion, told.tier, told.country};
}

struct Written {
  std::string account, id, kind, campaign, language;
  std::vector<std::string> hashtags;
  Instant at;
  Instant observed;
  facts::Promotion promotion = facts::Promotion::all;  // of all that it did
};

struct Seen {
  Instant at, began;
  std::string kind, session, visitor, channel, device, verdict;
};

struct Delivery {
  Instant recorded;
  facts::Tier tier = facts::Tier::own_export;
  DayRange range;
  std::vector<Told> told;
  std::vector<Written> written;
  std::vector<Seen> seen;
  bool watches = false;  // tells of visits, were there any or not
  std::optional<Instant> undone;
};

struct World {
  Zone zone = Zone::utc();
  std::map<std::string, std::string> ownership;
  DayRange range;
  std::vector<Delivery> deliveries;
};

Instant midnight(Day day) {
  return {day.number * day_micros};
}

// --- Drawing worlds ----------------------------------------------------------------------------------------------

class Drawing {
 public:
  // With one range for all deliveries, what was told can be dealt out anew and still covers the same days.
  enum class Ranges { of_their_own, one };
  Drawing(Random& random, Ranges ranges) : random_(random), ranges_(ranges) {}

  World draw() {
    world_.zone = chance(random_, 0.5) ? Zone::utc() : *Zone::find("Asia/Kathmandu");
    Day first = make_day(2025, 12, 1) + between(random_, 0, 40);
    world_.range = {first, first + between(random_, 45, 80)};
    for (const char* account : {"x/one", "instagram/one", "x/two", "linkedin/three", "x/rival"}) {
      if (chance(random_, 0.25)) continue;
      accounts_.push_back(
          {account, chance(random_, 0.7), chance(random_, 0.8), chance(random_, 0.7), chance(random_, 0.4), {}});
      draw_posts(accounts_.back());
    }
    world_.ownership["x/rival"] = "competitor";
    int deliveries = between(random_, 2, 5);
    for (int i = 0; i < deliveries; ++i) deliver(i);
    return std::move(world_);
  }

 private:
  struct Account {
    std::string name;
    bool series = false, posts = false, stocks = false, countries = false;
    std::vector<Written> written;
  };

  Day some_day(DayRange range) { return range.first + between(random_, 0, range.days() - 1); }
  Instant some_moment(DayRange range) {
    return {midnight(some_day(range)).micros + between(random_, 0, 86'399) * second_micros};
  }
  int64_t some_count() { return chance(random_, 0.1) ? 0 : between(random_, 1, 500); }

  void draw_posts(Account& account) {
    if (!account.posts) return;
    int count = between(random_, 3, 25);
    for (int i = 0; i < count; ++i) {
      Written post;
      post.account = account.name;
      post.id = fmt::format("p{}", i);
      post.at = some_moment(world_.range);
      post.kind = one_of<std::string>(random_, {"image", "video", "reel", ""});
      post.campaign = one_of<std::string>(random_, {"spring", "autumn", ""});
      post.language = one_of<std::string>(random_, {"en", "de"});
      for (const char* tag : {"news", "sale", "fun"}) {
        if (chance(random_, 0.3)) post.hashtags.push_back(tag);
      }
      if (chance(random_, 0.2)) {
        post.promotion = one_of<facts::Promotion>(random_, {facts::Promotion::organic, facts::Promotion::paid});
      }
      account.written.push_back(std::move(post));
    }
  }

  void deliver(int number) {
    Delivery delivery;
    delivery.range = world_.range;
    if (ranges_ == Ranges::of_their_own && chance(random_, 0.6)) {
      Day first = some_day(world_.range), other = some_day(world_.range);
      delivery.range = {std::min(first, other), std::max(first, other) + 1};
    }
    delivery.recorded = {midnight(make_day(2026, 6, 1) + 2 * number).micros};
    // Now and then an older export comes later, or two on one day.
    observed_ = {midnight(make_day(2026, 5, 1) + 3 * number - (chance(random_, 0.2) ? 4 : 0)).micros};
    if (several_a_day_) observed_ = {midnight(make_day(2026, 5, 1) + number / 3).micros + (number % 3 + 1) * 5 * hour};
    if (several_tiers_)
      delivery.tier = one_of<facts::Tier>(random_, {facts::Tier::network_api, facts::Tier::own_export,
                                                    facts::Tier::own_export, facts::Tier::third_party});
    for (Account& account : accounts_) {
      if (chance(random_, 0.2)) continue;
      if (account.series) tell_series(delivery, account);
      if (account.stocks) tell_stocks(delivery, account);
      if (account.posts) tell_posts(delivery, account);
      if (account.countries) tell_countries(delivery, account);
    }
    if (chance(random_, 0.6)) see_visits(delivery);
    if (chance(random_, 0.2)) delivery.undone = Instant{delivery.recorded.micros + between(random_, 1, 9) * day_micros};
    world_.deliveries.push_back(std::move(delivery));
  }

  void tell(Delivery& delivery, const Account& account, const char* measure, facts::Window window, DayRange days,
            int64_t value, const std::string& post = "", facts::Promotion promotion = facts::Promotion::all) {
    delivery.told.push_back({account.name, post, measure, window, days, value, observed_, promotion, delivery.tier});
  }

  // Mostly as one number, now and then by promotion, with the whole beside the parts or without it.
  enum class Way { whole, parts, both };
  Way some_way() {
    return one_of<Way>(random_, {Way::whole, Way::whole, Way::whole, Way::whole, Way::parts, Way::both});
  }
  void tell_flow(Delivery& delivery, const Account& account, const char* measure, facts::Window window, DayRange days,
                 Way way, const std::string& post = "") {
    if (way != Way::parts) tell(delivery, account, measure, window, days, some_count(), post);
    if (way == Way::whole) return;
    for (facts::Promotion promotion : {facts::Promotion::organic, facts::Promotion::paid}) {
      if (chance(random_, 0.8)) tell(delivery, account, measure, window, days, some_count(), post, promotion);
    }
  }

  void tell_series(Delivery& delivery, const Account& account) {
    for (const char* measure : {"impressions", "likes", "comments", "shares", "link_clicks", "new_followers",
                                "lost_followers", "watch_time", "video_views"}) {
      if (chance(random_, 0.4)) continue;
      double density = chance(random_, 0.6) ? 1 : 0.5;
      Way way = some_way();
      for (Day day = delivery.range.first; day < delivery.range.end; day = day + 1) {
        if (chance(random_, density)) tell_flow(delivery, account, measure, facts::Window::day, {day, day + 1}, way);
      }
    }
  }

  void tell_stocks(Delivery& delivery, const Account& account) {
    double density = one_of<double>(random_, {0.05, 0.2, 1});
    for (Day day = delivery.range.first; day < delivery.range.end; day = day + 1) {
      if (!chance(random_, density)) continue;
      tell(delivery, account, "followers", facts::Window::instant, {day, day + 1}, 100 + some_count());
      if (!chance(random_, 0.9)) continue;
      tell(delivery, account, "reach", facts::Window::day, {day, day + 1}, some_count());
    }
    for (int i = between(random_, 0, 4); i > 0; --i) {
      Day day = some_day(delivery.range);
      tell(delivery, account, "reach", facts::Window::seven_days, {day, day + 7}, 300 + some_count());
    }
  }

  void tell_countries(Delivery& delivery, const Account& account) {
    for (const char* country : {"DE", "FR", "US"}) {
      if (chance(random_, 0.3)) continue;
      for (const char* measure : {"impressions", "likes", "new_followers", "followers"}) {
        if (chance(random_, 0.3)) continue;
        bool stock = std::string_view(measure) == "followers";
        double density = one_of<double>(random_, {0.1, 0.5, 1});
        for (Day day = delivery.range.first; day < delivery.range.end; day = day + 1) {
          if (!chance(random_, density)) continue;
          tell(delivery, account, measure, stock ? facts::Window::instant : facts::Window::day, {day, day + 1},
               some_count());
          delivery.told.back().country = country;
        }
      }
    }
  }

  void tell_posts(Delivery& delivery, Account& account) {
    for (Written& post : account.written) {
      Day day{static_cast<int32_t>(post.at.micros / day_micros)};
      if (!delivery.range.contains(day) || chance(random_, 0.2)) continue;
      if (chance(random_, 0.05)) post.kind = "video";
      post.observed = observed_;
      delivery.written.push_back(post);
      for (const char* measure :
           {"likes", "comments", "shares", "saves", "impressions", "post_reach", "video_views", "watch_time"}) {
        if (chance(random_, 0.15)) continue;
        tell_flow(delivery, account, measure, facts::Window::lifetime, {day, day + 1},
                  split_posts_ ? some_way() : Way::whole, post.id);
      }
    }
  }

  void see_visits(Delivery& delivery) {
    delivery.watches = true;
    for (int i = between(random_, 0, 30); i > 0; --i) {
      Seen first;
      first.at = first.began = some_moment(delivery.range);
      first.session = chance(random_, 0.9) ? fmt::format("s{}", ++sessions_) : "";
      first.visitor = chance(random_, 0.9) ? fmt::format("v{}", between(random_, 0, 15)) : "";
      first.channel = one_of<std::string>(random_, {"organic_social", "direct", "referral"});
      first.device = one_of<std::string>(random_, {"phone", "desk"});
      first.verdict = one_of<std::string>(random_, {"human", "human", "human", "unknown", "bot"});
      for (int event = between(random_, 1, 4); event > 0; --event) {
        first.kind = first.session.empty()
                         ? "click"
                         : one_of<std::string>(random_, {"page_view", "page_view", "conversion", "event"});
        delivery.seen.push_back(first);
        first.at.micros += between(random_, 1, 4000) * second_micros;
      }
    }
  }

  Random& random_;
  Ranges ranges_;
  World world_;
  std::vector<Account> accounts_;
  Instant observed_;
  static constexpr int64_t hour = 3600 * second_micros;
  bool split_posts_ = chance(random_, 0.4);  // counters of posts by promotion, too
  bool several_tiers_ = chance(random_, 0.4), several_a_day_ = chance(random_, 0.2);
  int sessions_ = 0;
};

// --- The store ----------------------------------------------------------------------------------------------------

class Stored {
 public:
  explicit Stored(const World& world) {
    directory_ = *make_scratch_folder("reference");
    clock_ = std::make_shared<SettableClock>();
    store_ = std::move(*facts::open_duckdb(directory_.string(), clock_));
    std::vector<std::pair<Instant, std::string>> undos;
    auto undo_until = [&](Instant until) {
      std::sort(undos.begin(), undos.end());
      while (!undos.empty() && undos.front().first < until) {
        clock_->instant = undos.front().first;
        EXPECT_TRUE(store_->undo("default", undos.front().second).ok());
        undos.erase(undos.begin());
      }
    };
    for (const Delivery& delivery : world.deliveries) {
      undo_until(delivery.recorded);
      std::string batch = store(delivery);
      if (delivery.undone) undos.emplace_back(*delivery.undone, batch);
    }
    undo_until({INT64_MAX});
  }
  ~Stored() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  facts::Store& operator*() { return *store_; }

 private:
  std::string store(const Delivery& delivery) {
    clock_->instant = delivery.recorded;
    facts::BatchStart start;
    start.source = "sociometer_observations";
    start.tier = delivery.tier;
    start.zone = "UTC";
    start.path = start.said = fmt::format("{}", ++batches_);
    auto writer = std::move(*store_->begin("default", start));
    for (const Written& post : delivery.written) add(*writer, post);
    for (const Told& told : delivery.told) add(*writer, told);
    for (const Seen& seen : delivery.seen) add(*writer, seen);
    facts::BatchEnd end;
    end.observed_at = delivery.recorded;
    end.range = delivery.range;
    if (delivery.watches) end.events.push_back(facts::EventTable::web);
    auto receipt = writer->commit(end);
    EXPECT_TRUE(receipt.ok());
    return receipt->id;
  }

  static void add(facts::BatchWriter& writer, const Written& written) {
    facts::Post post;
    size_t slash = written.account.find('/');
    std::string network = written.account.substr(0, slash), handle = written.account.substr(slash + 1);
    post.network = network;
    post.account = handle;
    post.id = written.id;
    post.published_at = written.at;
    post.published_day = Day{static_cast<int32_t>(written.at.micros / day_micros)};
    post.zone = "UTC";
    post.kind = written.kind;
    post.campaign = written.campaign;
    post.language = written.language;
    post.hashtags = written.hashtags;
    post.promotion = written.promotion;
    post.observed_at = written.observed;
    EXPECT_TRUE(writer.add(post).ok());
  }

  static void add(facts::BatchWriter& writer, const Told& told) {
    facts::Observation observation;
    size_t slash = told.account.find('/');
    std::string network = told.account.substr(0, slash), handle = told.account.substr(slash + 1);
    observation.network = network;
    observation.account = handle;
    observation.subject = told.post.empty() ? facts::Subject::account : facts::Subject::post;
    observation.subject_id = told.post;
    observation.measure = told.measure;
    observation.promotion = told.promotion;
    if (!told.country.empty()) observation.dimension = "country";
    observation.member = told.country;
    observation.window = told.window;
    observation.days = told.days;
    observation.zone = "UTC";
    observation.value = told.value;
    observation.observed_at = told.observed;
    EXPECT_TRUE(writer.add(observation).ok());
  }

  static void add(facts::BatchWriter& writer, const Seen& seen) {
    facts::WebEvent event;
    event.happened_at = seen.at;
    event.session_at = seen.began;
    event.kind = seen.kind;
    event.session = seen.session;
    event.visitor = seen.visitor;
    event.channel = seen.channel;
    event.device = seen.device;
    event.verdict = seen.verdict;
    EXPECT_TRUE(writer.add(event).ok());
  }

  std::filesystem::path directory_;
  std::shared_ptr<SettableClock> clock_;
  std::unique_ptr<facts::Store> store_;
  int batches_ = 0;
};

// --- The KPIs, as the reference computes them ----------------------------------------------------------------------

struct Kpi {
  enum Shape {
    sum,           // Σ above
    minus,         // Σ above − Σ below
    ratio,         // Σ above / Σ below, of units that have both
    per_audience,  // Σ above / Σ (posts × followers)
    per_period,    // Σ above / Σ followers
    polar,         // (Σ above − Σ below) / (Σ above + Σ below)
    mean,          // over posts: above / below, or above alone
    median,
    posts,
    posts_per_day,
    last,
    change,
    growth,
    growth_by_start,
    reach,
    frequency,
    sessions,
    page_views,
    visitors,
    conversions,
    bounce_rate,
    time_to_conversion,
  };
  std::string key;
  Shape shape;
  std::vector<std::string> above, below;
  double scale = 1;  // of `above`

  bool of_visits() const { return shape >= sessions; }
  bool has_flow() const { return shape <= posts_per_day || shape == frequency; }
  bool over_posts() const { return shape == mean || shape == median; }
  bool has_promotions() const {
    return shape <= ratio || shape == polar || (over_posts() && below == std::vector<std::string>{"impressions"});
  }
};

const std::vector<Kpi>& kpis() {
  static const std::vector<std::string> engagements = {"likes", "comments", "shares", "saves"};
  static const std::vector<Kpi> all = {
      {"impressions", Kpi::sum, {"impressions"}, {}},
      {"likes", Kpi::sum, {"likes"}, {}},
      {"engagements", Kpi::sum, engagements, {}},
      {"new_followers", Kpi::sum, {"new_followers"}, {}},
      {"net_follower_growth:gained_minus_lost", Kpi::minus, {"new_followers"}, {"lost_followers"}},
      {"engagement_rate:by_impressions", Kpi::ratio, engagements, {"impressions"}},
      {"virality_rate", Kpi::ratio, {"shares"}, {"impressions"}},
      {"click_through_rate", Kpi::ratio, {"link_clicks"}, {"impressions"}},
      {"average_watch_time", Kpi::ratio, {"watch_time"}, {"video_views"}, 1000},
      {"engagement_rate", Kpi::per_audience, engagements, {}},
      {"reach_rate", Kpi::per_audience, {"post_reach"}, {}},
      {"engagement_rate:per_period", Kpi::per_period, engagements, {}},
      {"polarity", Kpi::polar, {"likes"}, {"comments"}},
      {"average_engagement_rate", Kpi::mean, engagements, {"followers"}},
      {"average_engagement_rate:by_impressions", Kpi::mean, engagements, {"impressions"}},
      {"average_engagement_rate:median", Kpi::median, engagements, {"followers"}},
      {"average_post_reach", Kpi::mean, {"post_reach"}, {}},
      {"average_post_reach:median", Kpi::median, {"post_reach"}, {}},
      {"posts", Kpi::posts, {}, {}},
      {"posting_frequency", Kpi::posts_per_day, {}, {}},
      {"followers", Kpi::last, {}, {}},
      {"net_follower_growth", Kpi::change, {}, {}},
      {"audience_growth_rate", Kpi::growth, {}, {}},
      {"audience_growth_rate:by_start", Kpi::growth_by_start, {}, {}},
      {"reach", Kpi::reach, {}, {}},
      {"frequency", Kpi::frequency, {"impressions"}, {}},
      {"sessions", Kpi::sessions, {}, {}},
      {"page_views", Kpi::page_views, {}, {}},
      {"visitors", Kpi::visitors, {}, {}},
      {"conversions", Kpi::conversions, {}, {}},
      {"bounce_rate", Kpi::bounce_rate, {}, {}},
      {"time_to_conversion", Kpi::time_to_conversion, {}, {}},
  };
  return all;
}

constexpr const char* polarity =
    "kpis: {polarity: {name: Polarity, class: index, unit: score, good: up, interval: false,"
    " formula: '(likes - comments) / (likes + comments)'}}";

const std::set<std::string> post_dimensions = {"post", "post_kind", "hashtag", "campaign", "language", "hour"};
const std::set<std::string> account_dimensions = {"network", "account", "ownership"};
const std::set<std::string> buckets = {"day", "week", "month", "quarter", "year"};

// --- The calendar, by the standard library -------------------------------------------------------------------------

std::chrono::year_month_day date_of(Day day) {
  return std::chrono::sys_days(std::chrono::days(day.number));
}
Day first_of(std::chrono::year_month month) {
  return {static_cast<int32_t>(std::chrono::sys_days(month / 1).time_since_epoch().count())};
}
std::chrono::year_month month_of(Day day) {
  auto date = date_of(day);
  return date.year() / date.month();
}
int months_in(const std::string& bucket) {
  return bucket == "month" ? 1 : bucket == "quarter" ? 3 : 12;
}
bool by_days(const std::string& bucket) {
  return bucket == "day" || bucket == "week";
}

// Weeks begin on Monday; 1970-01-05 was one.
DayRange bucket_with(Day day, const std::string& bucket) {
  if (bucket == "day") return {day, day + 1};
  if (bucket == "week") {
    Day monday = day - ((day.number - 4) % 7 + 7) % 7;
    return {monday, monday + 7};
  }
  auto month = month_of(day);
  int behind = (static_cast<int>(static_cast<unsigned>(month.month())) - 1) % months_in(bucket);
  month -= std::chrono::months(behind);
  return {first_of(month), first_of(month + std::chrono::months(months_in(bucket)))};
}

DayRange months_before(DayRange range, int months) {
  auto back = [&](Day day) {
    auto date = date_of(day);
    auto month = date.year() / date.month() - std::chrono::months(months);
    Day first = first_of(month), next = first_of(month + std::chrono::months(1));
    return std::min(first + static_cast<int>(static_cast<unsigned>(date.day())) - 1, next - 1);
  };
  return {back(range.first), back(range.end)};
}

std::string label_of(Day first, const std::string& bucket) {
  auto date = date_of(first);
  int year = static_cast<int>(date.year());
  unsigned month = static_cast<unsigned>(date.month());
  if (bucket == "day") return fmt::format("{}-{:02}-{:02}", year, month, static_cast<unsigned>(date.day()));
  if (bucket == "month") return fmt::format("{}-{:02}", year, month);
  if (bucket == "quarter") return fmt::format("{}-Q{}", year, (month + 2) / 3);
  if (bucket == "year") return fmt::format("{}", year);
  // The ISO week's year is that of its Thursday, and its number that Thursday's among the year's.
  Day thursday = first + 3;
  int of = static_cast<int>(date_of(thursday).year());
  int number = (thursday - first_of(std::chrono::year(of) / 1)) / 7 + 1;
  return fmt::format("{}-W{:02}", of, number);
}

struct Period {
  DayRange days;
  std::optional<DayRange> compared;
  std::string label;
};

// A whole number of buckets of this kind, or nothing.
std::optional<int> whole_buckets(DayRange range, const std::string& bucket) {
  int count = 0;
  for (Day day = range.first; day < range.end; ++count) {
    DayRange full = bucket_with(day, bucket);
    if (full.first != day || full.end > range.end) return std::nullopt;
    day = full.end;
  }
  return count;
}

// Up to today, where it is among them.
DayRange so_far(DayRange days, Day today) {
  return days.contains(today) ? DayRange{days.first, today + 1} : days;
}

// The month, quarter, year or week that still runs and is asked for from its first day on.
std::optional<std::string> running_bucket(DayRange range, Day today) {
  for (const char* bucket : {"month", "quarter", "year", "week"}) {
    DayRange full = bucket_with(range.first, bucket);
    if (full.first == range.first && full.contains(today) && range.end > today && range.end <= full.end) return bucket;
  }
  return std::nullopt;
}

std::optional<DayRange> compared_whole(DayRange range, const Compare& compare, Day today) {
  if (compare.kind == Compare::Kind::none) return std::nullopt;
  if (compare.kind == Compare::Kind::range) return compare.days;
  bool previous = compare.kind == Compare::Kind::previous;
  DayRange counted = so_far(range, today);
  if (auto running = running_bucket(range, today)) {
    DayRange full = bucket_with(range.first, *running);
    if (counted != full) {
      Day first = previous ? bucket_with(full.first - 1, *running).first : months_before(range, 12).first;
      Day until = first + counted.days();
      return DayRange{first, previous ? std::min(until, full.first) : until};
    }
  } else if (!previous && counted != range) {
    bool of_months = whole_buckets(range, "month").has_value();
    Day first = of_months ? months_before(range, 12).first : range.first - 364;
    return DayRange{first, first + counted.days()};
  }
  for (const char* bucket : {"year", "quarter", "month"}) {
    auto count = whole_buckets(range, bucket);
    if (count)
      return previous ? DayRange{months_before(range, *count * months_in(bucket)).first, range.first}
                      : months_before(range, 12);
  }
  if (previous) return DayRange{range.first - range.days(), range.first};
  return DayRange{range.first - 364, range.end - 364};
}

std::optional<DayRange> compared_bucket(DayRange full, DayRange part, const std::string& bucket, const Compare& compare,
                                        DayRange range, Day today) {
  if (compare.kind == Compare::Kind::none) return std::nullopt;
  part = so_far(part, today);
  if (compare.kind == Compare::Kind::range) {
    Day first = compare.days.first + (part.first - range.first);
    return intersection({first, first + part.days()}, compare.days);
  }
  bool previous = compare.kind == Compare::Kind::previous;
  DayRange other = previous          ? bucket_with(full.first - 1, bucket)
                   : by_days(bucket) ? DayRange{full.first - 364, full.end - 364}
                                     : months_before(full, 12);
  Day first = std::min(other.first + (part.first - full.first), other.end);
  Day end = part.end == full.end ? other.end : std::min(other.first + (part.end - full.first), other.end);
  return DayRange{first, std::max(first, end)};
}

std::vector<Period> periods_of(const Question& question, const std::string& bucket, Day today) {
  DayRange range = *question.days;
  if (bucket.empty()) return {{range, compared_whole(range, question.compare, today), ""}};
  std::vector<Period> periods;
  for (Day day = range.first; day < range.end;) {
    DayRange full = bucket_with(day, bucket), part = intersection(full, range);
    periods.push_back(
        {part, compared_bucket(full, part, bucket, question.compare, range, today), label_of(full.first, bucket)});
    day = full.end;
  }
  return periods;
}

// --- The reference ------------------------------------------------------------------------------------------------

using Members = std::map<std::string, std::string>;

struct Number {
  std::optional<double> value, low, high;
  int64_t posts = 0;
  bool published = false, occurred = false;  // what it stands on
};

class Reference {
 public:
  Reference(const World& world, const Question& question, Day today)
      : world_(world), question_(question), today_(today) {
    for (const std::string& dimension : question.by) {
      if (buckets.contains(dimension)) bucket_ = dimension;
      about_posts_ = about_posts_ || post_dimensions.contains(dimension);
    }
    by_country_ = std::find(question.by.begin(), question.by.end(), "country") != question.by.end();
    countries_ = by_country_ || question.filter.contains("country");
    for (const auto& [dimension, members] : question.filter) {
      about_posts_ = about_posts_ || post_dimensions.contains(dimension);
    }
    periods = periods_of(question, bucket_, today);
    for (const Period& period : periods) {
      for (DayRange days : {period.days, period.compared.value_or(period.days)}) {
        span_.first = span_.end == span_.first ? days.first : std::min(span_.first, days.first);
        span_.end = std::max(span_.end, days.end);
      }
    }
    learn();
  }

  std::vector<Period> periods;

  Number of(const Kpi& kpi, const Members& members, DayRange days) const {
    if (kpi.of_visits()) return of_visits(kpi, members, days);
    return of_accounts(kpi, members, days);
  }

  // Every combination of members that anything has, but for the calendar's.
  std::vector<Members> candidates() const {
    std::vector<Members> all{{}};
    for (const std::string& dimension : question_.by) {
      if (buckets.contains(dimension)) continue;
      std::vector<Members> wider;
      for (const Members& members : all) {
        for (const std::string& member : members_of(dimension)) {
          wider.push_back(members);
          wider.back()[dimension] = member;
        }
      }
      all = std::move(wider);
    }
    return all;
  }

  const std::string& bucket() const { return bucket_; }

 private:
  struct Unit {
    bool post = false;
    DayRange days;
    std::map<std::string, int64_t> said;
    const Written* written = nullptr;
    std::string country = "";
    std::string promotion = "";  // of the row, where promotions are asked for

    std::optional<double> sum(const std::vector<std::string>& measures) const {
      std::optional<double> sum;
      for (const std::string& measure : measures) {
        auto found = said.find(measure);
        if (found != said.end()) sum = sum.value_or(0) + static_cast<double>(found->second);
      }
      return sum;
    }
  };

  // What was told of one post or day, by measure and promotion.
  using Heard = std::map<std::string, std::map<facts::Promotion, int64_t>>;

  bool asks_promotions() const {
    return question_.filter.contains("promotion") ||
           std::find(question_.by.begin(), question_.by.end(), "promotion") != question_.by.end();
  }

  // One unit with the whole of each measure, where it is told, else its parts together. Asked by promotion, one for
  // each; what was told as a whole alone is beside the parts, unless the whole is what is filtered for.
  std::vector<Unit> units_of(Unit unit, const Heard& heard) const {
    using facts::Promotion;
    auto told = [](const std::map<Promotion, int64_t>& by, Promotion promotion) {
      auto found = by.find(promotion);
      return found == by.end() ? std::nullopt : std::optional(found->second);
    };
    if (!asks_promotions()) {
      for (const auto& [measure, by] : heard) {
        auto whole = told(by, Promotion::all);
        unit.said[measure] =
            whole ? *whole : told(by, Promotion::organic).value_or(0) + told(by, Promotion::paid).value_or(0);
      }
      return {std::move(unit)};
    }
    std::vector<Unit> units;
    for (Promotion promotion : {Promotion::all, Promotion::organic, Promotion::paid}) {
      Unit own = unit;
      own.promotion = facts::name(promotion);
      if (!in_filter("promotion", {own.promotion})) continue;
      for (const auto& [measure, by] : heard) {
        bool has_parts = told(by, Promotion::organic) || told(by, Promotion::paid);
        if (promotion == Promotion::all && has_parts && !question_.filter.contains("promotion")) continue;
        if (auto value = told(by, promotion)) own.said[measure] = *value;
      }
      if (!own.said.empty()) units.push_back(std::move(own));
    }
    return units;
  }

  bool counts(const Delivery& delivery) const {
    const auto& then = question_.as_of;
    if (then && delivery.recorded > *then) return false;
    return !delivery.undone || (then && *delivery.undone > *then);
  }

  // What is known: of each thing the value observed last.
  void learn() {
    std::map<Thing, std::pair<Instant, Told>> latest;
    std::map<std::pair<std::string, std::string>, std::pair<Instant, Written>> posts;
    for (const Delivery& delivery : world_.deliveries) {
      if (!counts(delivery)) continue;
      for (const Told& told : delivery.told) {
        auto& known = latest[thing_of(told)];
        if (known.first <= told.observed) known = {told.observed, told};
        accounts_.insert(told.account);
        (told.post.empty() ? covered_ : content_)[told.account].push_back(delivery.range);
        if (!told.post.empty() && told.promotion == facts::Promotion::all)
          readings_[{told.account, told.post, told.measure}][told.tier][told.observed] = told.value;
      }
      for (const Written& post : delivery.written) {
        auto& known = posts[{post.account, post.id}];
        if (known.first <= post.observed) known = {post.observed, post};
        accounts_.insert(post.account);
        content_[post.account].push_back(delivery.range);
      }
      for (const Seen& seen : delivery.seen) seen_.push_back(seen);
      if (delivery.watches) watched_.push_back(delivery.range);
    }
    for (auto& [key, known] : latest) told_.push_back(std::move(known.second));
    std::vector<Told> believed;
    std::copy_if(told_.begin(), told_.end(), std::back_inserter(believed),
                 [&](const Told& told) { return told.country.empty() != countries_ && is_believed(told); });
    told_ = std::move(believed);
    for (auto& [key, known] : posts) written_.push_back(std::move(known.second));
  }

  // Nobody believed before tells of the same: of a post's counter, of a day of the account's, or of any day of a
  // window.
  bool is_believed(const Told& told) const {
    return std::none_of(told_.begin(), told_.end(), [&](const Told& other) {
      if (other.tier >= told.tier || other.account != told.account || other.post != told.post ||
          other.measure != told.measure || other.country != told.country) {
        return false;
      }
      if (!told.post.empty()) return true;
      if (told.measure == "reach") {
        auto asked = [&](const Told& one) { return !intersection(one.days, span_).empty(); };
        return asked(other) && asked(told) && !intersection(other.days, told.days).empty();
      }
      return other.days == told.days;
    });
  }

  // --- Accounts ---

  bool in_filter(const std::string& dimension, const std::vector<std::string>& names) const {
    auto filter = question_.filter.find(dimension);
    if (filter == question_.filter.end()) return true;
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::find(filter->second.begin(), filter->second.end(), name) != filter->second.end();
    });
  }

  std::string ownership(const std::string& account) const {
    auto known = world_.ownership.find(account);
    return known == world_.ownership.end() ? "own" : known->second;
  }

  static std::string network_of(const std::string& account) { return account.substr(0, account.find('/')); }
  static std::string handle_of(const std::string& account) { return account.substr(account.find('/') + 1); }

  std::string account_member(const std::string& account) const {
    bool beside = std::find(question_.by.begin(), question_.by.end(), "network") != question_.by.end();
    return beside ? handle_of(account) : account;
  }

  bool is_asked(const std::string& account, const Members& members) const {
    bool named = question_.filter.contains("ownership");
    if (!named && ownership(account) != "own") return false;
    if (named && !in_filter("ownership", {ownership(account)})) return false;
    if (!in_filter("network", {network_of(account)}) || !in_filter("account", {handle_of(account), account}))
      return false;
    for (const auto& [dimension, member] : members) {
      if (dimension == "network" && member != network_of(account)) return false;
      if (dimension == "account" && member != account_member(account)) return false;
      if (dimension == "ownership" && member != ownership(account)) return false;
    }
    return true;
  }

  static bool touches(const std::map<std::string, std::vector<DayRange>>& ranges, const std::string& account,
                      DayRange days) {
    auto found = ranges.find(account);
    return found != ranges.end() && std::any_of(found->second.begin(), found->second.end(),
                                                [&](DayRange range) { return !intersection(range, days).empty(); });
  }

  // --- Units ---

  Day local_day(Instant at) const {
    int64_t shift = world_.zone == Zone::utc() ? 0 : (5 * 60 + 45) * 60 * second_micros;
    return {static_cast<int32_t>((at.micros + shift) / day_micros)};
  }
  int local_hour(Instant at) const {
    int64_t shift = world_.zone == Zone::utc() ? 0 : (5 * 60 + 45) * 60 * second_micros;
    return static_cast<int>((at.micros + shift) % day_micros / (3600 * second_micros));
  }

  std::vector<std::string> words_of(const std::string& dimension, const Written& post) const {
    if (dimension == "post") return {post.id};
    if (dimension == "post_kind") return {post.kind};
    if (dimension == "campaign") return {post.campaign};
    if (dimension == "language") return {post.language};
    if (dimension == "hashtag") return post.hashtags;
    return {fmt::format("{:02}", local_hour(post.at))};
  }

  static std::string weekday(Day day) {
    static const char* names[] = {"thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"};
    return names[day.number % 7];
  }

  bool is_in(const Unit& unit, const Members& members, DayRange days) const {
    if (!days.contains(unit.days)) return false;
    for (const auto& [dimension, filter] : question_.filter) {
      if (post_dimensions.contains(dimension) &&
          !(unit.post && in_filter(dimension, words_of(dimension, *unit.written)))) {
        return false;
      }
    }
    for (const auto& [dimension, member] : members) {
      if (dimension == "promotion" && unit.promotion != member) return false;
      if (dimension == "country" && unit.country != member) return false;
      if (dimension == "weekday" && weekday(unit.days.first) != member) return false;
      if (!post_dimensions.contains(dimension)) continue;
      if (!unit.post) return false;
      std::vector<std::string> words = words_of(dimension, *unit.written);
      if (std::find(words.begin(), words.end(), member) == words.end()) return false;
    }
    return true;
  }

  const std::vector<Unit>& posts_of(const std::string& account) const {
    auto [known, is_new] = posts_.try_emplace(account);
    if (is_new) known->second = read_posts(account);
    return known->second;
  }

  std::vector<Unit> read_posts(const std::string& account) const {
    std::vector<Unit> units;
    for (const Written& post : written_) {
      if (post.account != account) continue;
      Day day = local_day(post.at);
      Heard heard;
      for (const Told& told : told_) {
        if (told.account == account && told.post == post.id) heard[told.measure][told.promotion] = told.value;
      }
      // A post that is wholly organic or wholly paid tells of that part when it tells of the whole.
      for (auto& [measure, by] : heard) {
        bool whole_alone = by.size() == 1 && by.contains(facts::Promotion::all);
        if (whole_alone && asks_promotions()) by[post.promotion] = by[facts::Promotion::all];
      }
      for (Unit& unit : units_of({true, {day, day + 1}, {}, &post}, heard)) units.push_back(std::move(unit));
    }
    return units;
  }

  bool has_series(const std::string& account, const std::string& measure) const {
    return std::any_of(told_.begin(), told_.end(), [&](const Told& told) {
      return told.account == account && told.post.empty() && told.window == facts::Window::day &&
             told.measure == measure && span_.contains(told.days.first);
    });
  }

  // Days of the account's series; where a measure has none, what happened between two readings of its posts' counters.
  const std::vector<Unit>& days_of(const std::string& account) const {
    auto [known, is_new] = days_.try_emplace(account);
    if (is_new) known->second = read_days(account);
    return known->second;
  }

  std::vector<Unit> read_days(const std::string& account) const {
    std::map<std::pair<DayRange, std::string>, Heard> heard;
    for (const Told& told : told_) {
      if (told.account != account || !told.post.empty() || told.window != facts::Window::day) continue;
      if (!in_filter("country", {told.country})) continue;
      heard[{told.days, told.country}][told.measure][told.promotion] = told.value;
    }
    std::vector<Unit> list;
    for (const auto& [of, said] : heard) {
      for (Unit& unit : units_of({false, of.first, {}, nullptr, of.second}, said)) list.push_back(std::move(unit));
    }
    std::map<std::pair<std::string, DayRange>, Unit> units;
    if (question_.basis == Basis::occurred && !asks_promotions() && !countries_) {
      for (const auto& [key, difference] : differences(account)) {
        auto& [post, measure, days] = key;
        Unit& unit = units[{post, days}];
        unit.days = days;
        unit.said[measure] = difference;
      }
    }
    for (auto& [key, unit] : units) list.push_back(std::move(unit));
    return list;
  }

  using Differences = std::map<std::tuple<std::string, std::string, DayRange>, int64_t>;
  const Differences& differences(const std::string& account) const {
    auto [known, is_new] = differences_.try_emplace(account);
    if (is_new) known->second = read_differences(account);
    return known->second;
  }

  Differences read_differences(const std::string& account) const {
    std::map<std::tuple<std::string, std::string, DayRange>, int64_t> all;
    for (const Written& post : written_) {
      if (post.account != account) continue;
      for (const auto& [key, values] : readings_) {
        const auto& [whose, id, measure] = key;
        if (whose != account || id != post.id || has_series(account, measure)) continue;
        Day since{static_cast<int32_t>(post.at.micros / day_micros)};
        int64_t before = 0;
        for (const auto& [at, value] : values.begin()->second) {
          Day until = local_day({at.micros - 1}) + 1;  // a reading at midnight closes the day before
          DayRange days{since, std::max(until, since + 1)};
          all[{post.id, measure, days}] += value - before;
          before = value;
          since = local_day(at);
        }
      }
    }
    return all;
  }

  // --- Basis ---

  std::vector<DayRange> series_ranges(const std::string& account, const std::string& measure) const {
    std::vector<DayRange> ranges;
    for (const Delivery& delivery : world_.deliveries) {
      if (!counts(delivery)) continue;
      bool tells = std::any_of(delivery.told.begin(), delivery.told.end(), [&](const Told& told) {
        return told.account == account && told.post.empty() && told.window == facts::Window::day &&
               told.measure == measure && span_.contains(told.days.first) && is_latest(told);
      });
      if (tells) ranges.push_back(delivery.range);
    }
    return ranges;
  }

  bool is_latest(const Told& told) const {
    return std::any_of(told_.begin(), told_.end(), [&](const Told& known) {
      return thing_of(known) == thing_of(told) && known.days == told.days && known.observed == told.observed &&
             known.value == told.value;
    });
  }

  static bool covers(const std::vector<DayRange>& ranges, DayRange days) {
    for (Day day = days.first; day < days.end; day = day + 1) {
      if (std::none_of(ranges.begin(), ranges.end(), [&](DayRange range) { return range.contains(day); })) return false;
    }
    return true;
  }

  bool is_published(const Kpi& kpi, const std::string& account) const {
    auto [known, is_new] = published_.try_emplace({kpi.key, account});
    if (is_new) known->second = find_basis(kpi, account);
    return known->second;
  }

  bool find_basis(const Kpi& kpi, const std::string& account) const {
    bool of_reach = kpi.above == std::vector<std::string>{"post_reach"};
    if (about_posts_ || kpi.over_posts() || of_reach) return true;
    if (!kpi.has_flow() || question_.basis == Basis::occurred) return false;
    if (question_.basis == Basis::published) return true;
    std::vector<std::vector<std::string>> inputs;
    if (!kpi.above.empty()) inputs.push_back(kpi.above);
    if (!kpi.below.empty()) inputs.push_back(kpi.below);
    bool counts_posts = kpi.shape == Kpi::posts || kpi.shape == Kpi::posts_per_day || kpi.shape == Kpi::per_audience;
    std::set<std::string> of_posts;
    bool posts_tell = false;
    for (const Unit& post : posts_of(account)) {
      if (!span_.contains(post.days)) continue;
      posts_tell = posts_tell || counts_posts;
      for (const auto& input : inputs) {
        for (const std::string& measure : input) {
          if (!post.said.contains(measure)) continue;
          posts_tell = true;
          of_posts.insert(measure);
        }
      }
    }
    bool series_tells = false, series_is_whole = !counts_posts;
    for (const auto& input : inputs) {
      bool told = false;
      for (const std::string& measure : input) {
        std::vector<DayRange> ranges = series_ranges(account, measure);
        told = told || !ranges.empty();
        DayRange past{question_.days->first, std::min(question_.days->end, today_)};
        bool whole = !past.empty() && covers(ranges, past);
        if (ranges.empty() ? of_posts.contains(measure) : !whole) series_is_whole = false;
      }
      series_tells = series_tells || told;
      series_is_whole = series_is_whole && told;
    }
    if (series_tells && series_is_whole) return false;
    if (posts_tell) return true;
    return !series_tells && content_.contains(account);
  }

  // --- Stocks and reach ---

  const std::map<Day, double>& stock(const std::string& account, const Members& members) const {
    std::string country = by_country_ ? members.at("country") : "";
    auto [known, is_new] = stocks_.try_emplace({account, country});
    if (is_new) known->second = read_stock(account, country);
    return known->second;
  }

  // Of several countries in one: all of them together, from the day that all are known.
  std::map<Day, double> read_stock(const std::string& account, const std::string& country) const {
    std::map<std::string, std::map<Day, double>> of;
    for (const Told& told : told_) {
      if (told.account != account || told.measure != "followers") continue;
      if (!in_filter("country", {told.country}) || (by_country_ && told.country != country)) continue;
      of[told.country][told.days.first] = static_cast<double>(told.value);
    }
    std::map<Day, double> points;
    for (const auto& [one, own] : of) {
      for (const auto& [day, value] : own) {
        std::optional<double> sum = 0;
        for (const auto& [other, told] : of) {
          auto after = told.upper_bound(day);
          sum = sum && after != told.begin() ? std::optional(*sum + std::prev(after)->second) : std::nullopt;
        }
        if (sum) points[day] = *sum;
      }
    }
    return points;
  }

  enum class Later { serves, does_not };
  static std::optional<double> stock_on(const std::map<Day, double>& points, Day day, Later later) {
    for (int back = 0; back <= 7; ++back) {
      auto point = points.find(day - back);
      if (point != points.end()) return point->second;
    }
    bool none_before = points.empty() || points.begin()->first > day;
    if (later == Later::serves && none_before && !points.empty()) return points.begin()->second;
    return std::nullopt;
  }

  // The day before, else the first that is known in the first week.
  static std::optional<double> stock_at_start(const std::map<Day, double>& points, DayRange days) {
    if (auto before = stock_on(points, days.first - 1, Later::does_not)) return before;
    for (Day day = days.first; day < std::min(days.first + 7, days.end); day = day + 1) {
      auto point = points.find(day);
      if (point != points.end()) return point->second;
    }
    return std::nullopt;
  }

  struct Bounds {
    std::optional<double> low, high;
    bool exact = false;
  };

  std::optional<Bounds> reach_of(const std::string& account, const Members& members, DayRange days) const {
    if (about_posts_) return reach_of_posts(account, members, days);
    std::vector<std::pair<DayRange, double>> windows;
    for (const Told& told : told_) {
      if (told.account != account || told.measure != "reach" || intersection(told.days, days).empty()) continue;
      windows.emplace_back(told.days, static_cast<double>(told.value));
    }
    if (windows.empty()) return std::nullopt;
    Bounds bounds;
    for (const auto& [window, value] : windows) {
      if (window == days) return Bounds{value, value, true};
      if (days.contains(window)) bounds.low = std::max(bounds.low.value_or(0), value);
      if (window.contains(days)) bounds.high = std::min(bounds.high.value_or(value), value);
    }
    // The least that windows which together hold every day from here on add up to.
    std::map<Day, std::optional<double>> rest{{days.end, 0}};
    for (Day day = days.end - 1; day >= days.first; day = day - 1) {
      std::optional<double>& least = rest[day];
      for (const auto& [window, value] : windows) {
        if (!window.contains(day)) continue;
        auto after = rest[std::min(window.end, days.end)];
        if (after && (!least || value + *after < *least)) least = value + *after;
      }
    }
    auto together = rest[days.first];
    if (together) bounds.high = std::min(bounds.high.value_or(*together), *together);
    return bounds;
  }

  std::optional<Bounds> reach_of_posts(const std::string& account, const Members& members, DayRange days) const {
    Bounds bounds;
    int told = 0;
    for (const Unit& post : posts_of(account)) {
      auto value = post.sum({"post_reach"});
      if (!value || !is_in(post, members, days)) continue;
      bounds.low = std::max(bounds.low.value_or(0), *value);
      bounds.high = bounds.high.value_or(0) + *value;
      ++told;
    }
    bounds.exact = told == 1;
    return told == 0 ? std::nullopt : std::optional(bounds);
  }

  // --- A cell ---

  static std::optional<double> divided(double a, double b) { return b == 0 ? std::nullopt : std::optional(a / b); }

  // What the account's units add to both sums, and how many they are; nothing where none has what is needed.
  struct Sums {
    double above = 0, below = 0;
    int64_t units = 0;
    std::vector<double> each;
  };

  std::optional<Sums> sums_of(const Kpi& kpi, const std::string& account, bool published, const Members& members,
                              DayRange days) const {
    Sums sums;
    const std::map<Day, double>& points = stock(account, members);
    for (const Unit& unit : published ? posts_of(account) : days_of(account)) {
      if (!is_in(unit, members, days)) continue;
      auto above = unit.sum(kpi.above), below = unit.sum(kpi.below);
      bool both = kpi.shape == Kpi::ratio || kpi.shape == Kpi::polar || kpi.over_posts();
      if (kpi.over_posts() && kpi.below.empty()) below = 1;
      if (kpi.below == std::vector<std::string>{"followers"}) below = stock_on(points, unit.days.first, Later::serves);
      if (kpi.shape == Kpi::posts || kpi.shape == Kpi::posts_per_day)
        above = unit.post ? std::optional(1.0) : std::nullopt;
      if (kpi.shape == Kpi::minus ? !above && !below : !above || (both && !below)) continue;
      sums.above += above.value_or(0);
      sums.below += below.value_or(0);
      ++sums.units;
      if (kpi.over_posts() && *below != 0) sums.each.push_back(*above / *below);
    }
    if (sums.units > 0) return sums;
    bool counts_none = (kpi.shape == Kpi::posts || kpi.shape == Kpi::posts_per_day) && published && !about_posts_;
    bool there = touches(content_, account, *question_.days) || touches(covered_, account, *question_.days);
    return counts_none && there && touches(content_, account, days) ? std::optional(sums) : std::nullopt;
  }

  // A counter that moved over the period's edge: nobody knows on which side.
  bool crosses_an_edge(const Kpi& kpi, const std::string& account, DayRange days) const {
    if (question_.basis != Basis::occurred || asks_promotions() || countries_) return false;
    for (const auto& [key, difference] : differences(account)) {
      const auto& [post, measure, between] = key;
      bool needed = std::find(kpi.above.begin(), kpi.above.end(), measure) != kpi.above.end() ||
                    std::find(kpi.below.begin(), kpi.below.end(), measure) != kpi.below.end();
      bool crosses = !intersection(between, days).empty() && !days.contains(between);
      if (needed && difference != 0 && crosses) return true;
    }
    return false;
  }

  Number of_accounts(const Kpi& kpi, const Members& members, DayRange days) const {
    Number number;
    if (days.empty()) return number;
    bool of_stocks = kpi.shape >= Kpi::last && kpi.shape <= Kpi::growth_by_start;
    if (of_stocks && about_posts_) return number;
    double above = 0, below = 0;
    std::vector<double> each;
    std::vector<Bounds> reaches;
    bool any = false;
    for (const std::string& account : accounts_) {
      if (!is_asked(account, members)) continue;
      bool published = is_published(kpi, account);
      const std::map<Day, double>& points = stock(account, members);
      auto last = stock_on(points, std::min(days.end - 1, today_), kpi.has_flow() ? Later::serves : Later::does_not);
      if (today_ < days.first) last.reset();  // a period that has not begun
      auto first = stock_at_start(points, days);
      bool wants_reach = kpi.shape == Kpi::reach || kpi.shape == Kpi::frequency;
      auto reach = wants_reach ? reach_of(account, members, days) : std::nullopt;
      std::optional<Sums> sums;
      if (kpi.has_flow()) {
        sums = sums_of(kpi, account, published, members, days);
        if (!sums || (!published && crosses_an_edge(kpi, account, days))) continue;
      }
      switch (kpi.shape) {
        case Kpi::per_audience:
          if (!last || !published) continue;
          above += sums->above;
          below += static_cast<double>(sums->units) * *last;
          break;
        case Kpi::per_period:
          if (!last) continue;
          above += sums->above;
          below += *last;
          break;
        case Kpi::last:
          if (!last) continue;
          above += *last;
          break;
        case Kpi::change:
        case Kpi::growth:
        case Kpi::growth_by_start:
          if (!last || !first) continue;
          above += *last - *first;
          below += kpi.shape == Kpi::growth ? *last : *first;
          break;
        case Kpi::reach:
        case Kpi::frequency:
          if (!reach) continue;
          reaches.push_back(*reach);
          if (sums) above += sums->above;
          break;
        default:
          above += sums->above;
          below += sums->below;
          each.insert(each.end(), sums->each.begin(), sums->each.end());
      }
      any = true;
      if (sums && published) number.posts += sums->units;
      (published ? number.published : number.occurred) = true;
    }
    if (!any) return number;
    put_together(kpi, days, above, below, each, reaches, number);
    return number;
  }

  void put_together(const Kpi& kpi, DayRange days, double above, double below, std::vector<double> each,
                    const std::vector<Bounds>& reaches, Number& number) const {
    switch (kpi.shape) {
      case Kpi::minus:
        number.value = above - below;
        break;
      case Kpi::polar:
        number.value = divided(above - below, above + below);
        break;
      case Kpi::posts_per_day:
        number.value = above / std::max(1, std::min(days.end, today_ + 1) - days.first);
        break;
      case Kpi::mean:
        if (!each.empty())
          number.value = std::accumulate(each.begin(), each.end(), 0.0) / static_cast<double>(each.size());
        break;
      case Kpi::median:
        number.value = middle_of(std::move(each));
        break;
      case Kpi::reach:
      case Kpi::frequency:
        put_reach(kpi, above, reaches, number);
        break;
      case Kpi::sum:
      case Kpi::posts:
      case Kpi::last:
      case Kpi::change:
        number.value = above;
        break;
      default:
        number.value = divided(above / kpi.scale, below);
    }
  }

  static std::optional<double> middle_of(std::vector<double> each) {
    if (each.empty()) return std::nullopt;
    std::sort(each.begin(), each.end());
    size_t half = each.size() / 2;
    return each.size() % 2 == 1 ? each[half] : (each[half - 1] + each[half]) / 2;
  }

  static void put_reach(const Kpi& kpi, double above, const std::vector<Bounds>& reaches, Number& number) {
    Bounds all{std::nullopt, 0, reaches.size() == 1 && reaches[0].exact};
    for (const Bounds& reach : reaches) {
      if (reach.low) all.low = std::max(all.low.value_or(0), *reach.low);
      all.high = all.high && reach.high ? std::optional(*all.high + *reach.high) : std::nullopt;
    }
    if (kpi.shape == Kpi::frequency) {
      Bounds turned{all.high ? divided(above, *all.high) : std::nullopt,
                    all.low ? divided(above, *all.low) : std::nullopt, all.exact};
      all = turned;
    }
    if (all.exact) {
      number.value = all.low;
    } else {
      number.low = all.low;
      number.high = all.high;
    }
  }

  // --- Visits ---

  Number of_visits(const Kpi& kpi, const Members& members, DayRange days) const {
    Number number;
    number.occurred = true;
    bool watched = std::any_of(watched_.begin(), watched_.end(),
                               [&](DayRange range) { return !intersection(range, days).empty(); });
    auto is_here = [&](const Seen& seen, Instant at) {
      if (!days.contains(local_day(at)) || seen.verdict == "bot") return false;
      if (!in_filter("channel", {seen.channel})) return false;
      auto has = [&](const char* dimension, const std::string& word) {
        auto member = members.find(dimension);
        return member == members.end() || member->second == word;
      };
      return has("channel", seen.channel) && has("device", seen.device);
    };
    std::set<std::string> sessions, people;
    std::map<std::string, std::pair<int, int>> of_session;  // views, conversions
    int views = 0, conversions = 0;
    std::vector<double> waited;
    for (const Seen& seen : seen_) {
      if (!seen.session.empty() && is_here(seen, seen.began)) {
        sessions.insert(seen.session);
        of_session[seen.session].first += seen.kind == "page_view";
        of_session[seen.session].second += seen.kind == "conversion";
      }
      if (!is_here(seen, seen.at)) continue;
      views += seen.kind == "page_view";
      conversions += seen.kind == "conversion";
      if (seen.kind != "click" && !seen.visitor.empty()) people.insert(seen.visitor);
      if (seen.kind != "conversion" || seen.visitor.empty()) continue;
      Instant first = seen.at;
      for (const Seen& other : seen_) {
        if (other.visitor == seen.visitor && other.verdict != "bot") first = std::min(first, other.at);
      }
      waited.push_back(static_cast<double>((seen.at.micros - first.micros) / 1000) / 1000);
    }
    auto count = [&](size_t found) {
      return found > 0 || watched ? std::optional(static_cast<double>(found)) : std::nullopt;
    };
    switch (kpi.shape) {
      case Kpi::sessions:
        number.value = count(sessions.size());
        break;
      case Kpi::page_views:
        number.value = count(static_cast<size_t>(views));
        break;
      case Kpi::visitors:
        number.value = count(people.size());
        break;
      case Kpi::conversions:
        number.value = count(static_cast<size_t>(conversions));
        break;
      case Kpi::bounce_rate: {
        auto bounced = std::count_if(of_session.begin(), of_session.end(),
                                     [](const auto& s) { return s.second == std::pair(1, 0); });
        // Over days that nobody watched, not having bounced is not known either.
        if (bounced > 0 || watched)
          number.value = divided(static_cast<double>(bounced), static_cast<double>(sessions.size()));
        break;
      }
      default:
        number.value = middle_of(std::move(waited));
    }
    return number;
  }

  std::set<std::string> members_of(const std::string& dimension) const {
    std::set<std::string> members;
    if (dimension == "channel" || dimension == "device") {
      for (const Seen& seen : seen_) members.insert(dimension == "channel" ? seen.channel : seen.device);
      return members;
    }
    if (dimension == "promotion") return {"all", "organic", "paid"};
    if (dimension == "country") return {"DE", "FR", "US"};
    if (dimension == "weekday") {
      for (int day = 0; day < 7; ++day) members.insert(weekday({day}));
      return members;
    }
    for (const std::string& account : accounts_) {
      if (!is_asked(account, {})) continue;
      if (dimension == "network") members.insert(network_of(account));
      if (dimension == "account") members.insert(account_member(account));
      if (dimension == "ownership") members.insert(ownership(account));
    }
    if (!post_dimensions.contains(dimension)) return members;
    for (const Written& post : written_) {
      for (const std::string& word : words_of(dimension, post)) members.insert(word);
    }
    return members;
  }

  const World& world_;
  const Question& question_;
  Day today_;
  std::string bucket_;
  bool about_posts_ = false, by_country_ = false, countries_ = false;
  DayRange span_;  // all days that any row or its comparison speaks of
  std::vector<Told> told_;
  std::vector<Written> written_;
  std::vector<Seen> seen_;
  std::set<std::string> accounts_;
  std::map<std::string, std::vector<DayRange>> covered_, content_;
  std::vector<DayRange> watched_;
  using Readings = std::map<facts::Tier, std::map<Instant, int64_t>>;  // the tier believed first counts
  std::map<std::tuple<std::string, std::string, std::string>, Readings> readings_;
  // What was found once.
  mutable std::map<std::string, std::vector<Unit>> posts_, days_;
  mutable std::map<std::string, Differences> differences_;
  mutable std::map<std::pair<std::string, std::string>, std::map<Day, double>> stocks_;  // by account, country
  mutable std::map<std::pair<std::string, std::string>, bool> published_;
};

// --- Questions ----------------------------------------------------------------------------------------------------

Question draw_question(Random& random, const World& world) {
  Question question;
  bool of_visits = chance(random, 0.2);
  std::vector<Kpi> some;
  for (const Kpi& kpi : kpis()) {
    if (kpi.of_visits() == of_visits) some.push_back(kpi);
  }
  Day first = world.range.first - 10 + between(random, 0, world.range.days());
  question.days = DayRange{first, first + between(random, 1, 60)};
  if (chance(random, 0.3)) {
    std::string bucket = one_of<std::string>(random, {"week", "month", "quarter"});
    question.days = bucket_with(first, bucket);
  }
  if (chance(random, 0.4))
    question.by.push_back(one_of<std::string>(random, {"day", "week", "month", "quarter", "year"}));
  bool by_weekday = false;
  if (of_visits) {
    if (chance(random, 0.5)) question.by.push_back(one_of<std::string>(random, {"channel", "device"}));
    if (chance(random, 0.2)) question.filter["channel"] = {"direct", "referral"};
  } else {
    if (chance(random, 0.3)) question.by.push_back("network");
    if (chance(random, 0.3)) question.by.push_back("account");
    if (chance(random, 0.1)) question.by.push_back("ownership");
    if (chance(random, 0.25)) {
      question.by.push_back(
          one_of<std::string>(random, {"post_kind", "hashtag", "campaign", "language", "hour", "weekday"}));
    }
    by_weekday = !question.by.empty() && question.by.back() == "weekday";
    if (chance(random, 0.12)) question.by.push_back("promotion");
    if (chance(random, 0.12)) {
      question.filter["promotion"] =
          one_of<std::vector<std::string>>(random, {{"organic"}, {"paid"}, {"organic", "paid"}, {"all"}});
    }
    if (chance(random, 0.15)) question.filter["network"] = {"x"};
    if (chance(random, 0.1)) question.filter["account"] = {"one"};
    if (chance(random, 0.15)) question.filter["ownership"] = {"own", "competitor"};
    if (chance(random, 0.1)) question.filter["post_kind"] = {"image", "reel"};
    if (chance(random, 0.05)) question.filter["hashtag"] = {"news"};
    question.basis = one_of<Basis>(random, {Basis::automatic, Basis::automatic, Basis::published, Basis::occurred});
  }
  const bool by_country = !of_visits && chance(random, 0.12), of_countries = !of_visits && chance(random, 0.1);
  if (by_country || of_countries) {
    // Nobody tells countries of posts, or by promotion.
    std::erase_if(question.by, [](const std::string& dimension) {
      return post_dimensions.contains(dimension) || dimension == "weekday" || dimension == "promotion";
    });
    for (const char* dimension : {"post_kind", "hashtag", "promotion"}) question.filter.erase(dimension);
    if (by_country) question.by.push_back("country");
    if (of_countries) question.filter["country"] = one_of<std::vector<std::string>>(random, {{"DE"}, {"FR", "US"}});
    by_weekday = false;
    std::erase_if(some, [](const Kpi& kpi) {
      return !(kpi.shape <= Kpi::ratio || kpi.shape == Kpi::polar ||
               (kpi.shape >= Kpi::last && kpi.shape <= Kpi::growth_by_start));
    });
  }
  if (question.filter.contains("promotion") ||
      std::find(question.by.begin(), question.by.end(), "promotion") != question.by.end()) {
    std::erase_if(some, [](const Kpi& kpi) { return !kpi.has_promotions(); });
  }
  std::shuffle(question.by.begin(), question.by.end(), random);
  for (int i = between(random, 1, 4); i > 0; --i) {
    const Kpi& kpi = one_of(random, some);
    // A weekday has no stock of its own, nor a window of reach.
    if (by_weekday && kpi.shape >= Kpi::posts && !kpi.of_visits()) continue;
    if (std::find(question.kpis.begin(), question.kpis.end(), kpi.key) == question.kpis.end()) {
      question.kpis.push_back(kpi.key);
    }
  }
  if (question.kpis.empty()) question.kpis.push_back("likes");
  int compare = between(random, 0, 9);
  if (compare < 3) question.compare.kind = Compare::Kind::previous;
  if (compare == 3) question.compare.kind = Compare::Kind::year;
  if (compare == 4) {
    question.compare.kind = Compare::Kind::range;
    Day other = world.range.first + between(random, 0, world.range.days());
    question.compare.days = {other, other + between(random, 1, 40)};
  }
  if (chance(random, 0.25)) {
    question.as_of =
        Instant{world.deliveries.front().recorded.micros + between(random, 0, 12) * day_micros + 3600 * second_micros};
  }
  return question;
}

// Long after all of it; now and then in the middle, so that periods still run.
Instant some_now(Random& random, const World& world) {
  if (chance(random, 0.7)) return *parse_instant("2030-01-01T12:00:00Z");
  return {midnight(world.range.first + between(random, 5, world.range.days() + 5)).micros + day_micros / 4};
}

Scope scope_of(const World& world) {
  Scope scope;
  scope.workspace = "default";
  scope.zone = world.zone;
  scope.now = *parse_instant("2030-01-01T12:00:00Z");
  scope.ownership = world.ownership;
  std::vector<catalog::OwnEntry> own{{"kpi", "polarity", 1, polarity, {}}};
  scope.editions = std::make_shared<catalog::Editions>(catalog::Catalog::built_in(), own);
  return scope;
}

std::string text_of(const std::optional<double>& value) {
  return value ? fmt::format("{:.12g}", *value) : "nothing";
}

bool same(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return std::abs(*a - *b) <= 1e-9 * std::max({1.0, std::abs(*a), std::abs(*b)});
}

class Agreement {
 public:
  Agreement(const World& world, const Question& question, Day today, const Answer& answer, std::string where)
      : reference_(world, question, today), question_(question), answer_(answer), where_(std::move(where)) {}

  void check() {
    for (const Cell& cell : answer_.rows) check_cell(cell);
    for (const Period& period : reference_.periods) {
      for (const Members& members : reference_.candidates()) check_there(period, members);
    }
  }

 private:
  static const Kpi& kpi_of(const std::string& key) {
    return *std::find_if(kpis().begin(), kpis().end(), [&](const Kpi& kpi) { return kpi.key == key; });
  }

  std::string key_of(const std::string& kpi, const std::string& label, const Members& members) const {
    std::string key = kpi + " | " + label;
    for (const auto& [dimension, member] : members) key += " " + dimension + "=" + member;
    return key;
  }

  void check_cell(const Cell& cell) {
    Members members;
    std::string label;
    for (size_t i = 0; i < question_.by.size(); ++i) {
      if (question_.by[i] == reference_.bucket()) {
        label = cell.by[i];
      } else {
        members[question_.by[i]] = cell.by[i];
      }
    }
    std::string key = key_of(cell.asked, label, members);
    EXPECT_TRUE(seen_.insert(key).second) << where_ << "twice: " << key;
    auto period = std::find_if(reference_.periods.begin(), reference_.periods.end(),
                               [&](const Period& p) { return p.label == label; });
    ASSERT_NE(period, reference_.periods.end()) << where_ << "a period of its own: " << key;
    const Kpi& kpi = kpi_of(cell.asked);
    Number own = reference_.of(kpi, members, period->days);
    EXPECT_TRUE(same(cell.value, own.value)) << where_ << key << ": the engine says " << text_of(cell.value)
                                             << cell.reason << ", the reference " << text_of(own.value);
    bool bounded = cell.interval && cell.interval->method == "bounds";
    auto low = bounded ? cell.interval->low : std::nullopt, high = bounded ? cell.interval->high : std::nullopt;
    EXPECT_TRUE(same(low, own.low) && same(high, own.high))
        << where_ << key << ": the engine says " << text_of(low) << " to " << text_of(high) << ", the reference "
        << text_of(own.low) << " to " << text_of(own.high);
    EXPECT_TRUE(cell.value || bounded || !cell.reason.empty()) << where_ << key << ": no value, and no reason";
    if (own.value || own.low || own.high) {
      const char* basis = own.published && own.occurred ? "mixed" : own.published ? "published" : "occurred";
      EXPECT_EQ(cell.basis, basis) << where_ << key;
    }
    if (own.value && own.published && !own.occurred && !kpi.over_posts() && kpi.has_flow() &&
        kpi.shape != Kpi::frequency) {
      EXPECT_EQ(cell.n, own.posts) << where_ << key;
    }
    Number other = period->compared ? reference_.of(kpi, members, *period->compared) : Number();
    EXPECT_TRUE(same(cell.compared, other.value))
        << where_ << key << ": compared, the engine says " << text_of(cell.compared) << ", the reference "
        << text_of(other.value);
    if (cell.change) {
      EXPECT_TRUE(same(cell.change, (*own.value - *other.value) / std::abs(*other.value))) << where_ << key;
    }
  }

  void check_there(const Period& period, const Members& members) {
    for (const std::string& asked : question_.kpis) {
      std::string key = key_of(asked, period.label, members);
      if (seen_.contains(key)) continue;
      Number number = reference_.of(kpi_of(asked), members, period.days);
      // Where nothing was reported there is no row; that nothing was published is no report.
      if (number.value && *number.value == 0) continue;
      EXPECT_FALSE(number.value || number.low || number.high)
          << where_ << "no row " << key << ", the reference has " << text_of(number.value);
    }
  }

  Reference reference_;
  const Question& question_;
  const Answer& answer_;
  std::string where_;
  std::set<std::string> seen_;
};

constexpr int questions_each = 40;  // of one world

TEST(Reference, AgreesOnEveryCell) {
  int64_t asked = number_from("SOCIOMETER_REFERENCE", 320);
  int64_t seed = number_from("SOCIOMETER_SEED", 1);
  for (int64_t done = 0; done < asked && !HasFailure(); ++seed) {
    Random random(static_cast<uint64_t>(seed));
    World world = Drawing(random, Drawing::Ranges::of_their_own).draw();
    Stored store(world);
    Engine engine(catalog::Catalog::built_in(), *store);
    Scope scope = scope_of(world);
    for (int i = 0; i < questions_each && done < asked && !HasFailure(); ++i, ++done) {
      Question question = draw_question(random, world);
      scope.now = some_now(random, world);
      const Day today = scope.zone.day_of(scope.now);
      std::string where = fmt::format("SOCIOMETER_SEED={}, question {}, in {} on {}: {}\n", seed, i, world.zone.name(),
                                      format_day(today), command_line(question, "kpi"));
      auto answer = engine.ask(scope, question);
      ASSERT_TRUE(answer.ok()) << where << answer.error().message;
      Agreement(world, question, today, *answer, where).check();
    }
  }
}

// --- The same facts, told in other ways -----------------------------------------------------------------------------

// What is known at last, in other batches: dealt at random, in any order, wrong before it was right, and with things
// that were never true put in and taken back.
World dealt_anew(Random& random, const World& world) {
  World other = world;
  other.deliveries.clear();
  std::map<Thing, Told> latest;
  std::map<std::pair<std::string, std::string>, Written> posts;
  std::vector<Seen> seen;
  bool watches = false;
  for (const Delivery& delivery : world.deliveries) {
    if (delivery.undone) continue;
    for (const Told& told : delivery.told) {
      auto& known = latest[thing_of(told)];
      if (known.observed <= told.observed) known = told;
    }
    for (const Written& post : delivery.written) {
      auto& known = posts[{post.account, post.id}];
      if (known.observed <= post.observed) known = post;
    }
    seen.insert(seen.end(), delivery.seen.begin(), delivery.seen.end());
    watches = watches || delivery.watches;
  }
  auto count = static_cast<size_t>(between(random, 1, 6));
  std::vector<Delivery> deliveries(count);
  for (Delivery& delivery : deliveries) {
    delivery.tier =
        one_of<facts::Tier>(random, {facts::Tier::network_api, facts::Tier::own_export, facts::Tier::third_party});
  }
  auto any = [&]() -> Delivery& {
    return deliveries[static_cast<size_t>(between(random, 0, static_cast<int>(count) - 1))];
  };
  // Of the same source, as that is part of what was told.
  auto any_of = [&](facts::Tier tier) -> Delivery& {
    std::vector<size_t> such;
    for (size_t i = 0; i < deliveries.size(); ++i) {
      if (deliveries[i].tier == tier) such.push_back(i);
    }
    if (such.empty()) {
      deliveries.emplace_back().tier = tier;
      return deliveries.back();
    }
    return deliveries[one_of(random, such)];
  };
  Delivery wrong, invented;
  for (const auto& [key, told] : latest) {
    any_of(told.tier).told.push_back(told);
    if (told.tier != wrong.tier) continue;
    Told false_one = told;
    false_one.value += 1 + between(random, 0, 99);
    false_one.observed.micros -= day_micros;
    if (chance(random, 0.3)) wrong.told.push_back(false_one);
    false_one.observed.micros += 9 * day_micros;
    if (chance(random, 0.3)) invented.told.push_back(false_one);
  }
  for (const auto& [key, post] : posts) any().written.push_back(post);
  for (const Seen& visit : seen) any().seen.push_back(visit);
  deliveries[0].watches = watches;
  deliveries.push_back(wrong);
  deliveries.push_back(invented);
  deliveries.back().undone = *parse_instant("2026-09-01T00:00:00Z");
  std::shuffle(deliveries.begin(), deliveries.end(), random);
  for (Delivery& delivery : deliveries) {
    std::shuffle(delivery.told.begin(), delivery.told.end(), random);
    std::shuffle(delivery.written.begin(), delivery.written.end(), random);
    std::shuffle(delivery.seen.begin(), delivery.seen.end(), random);
    delivery.range = world.range;
    delivery.recorded = {midnight(make_day(2026, 6, 1) + static_cast<int>(other.deliveries.size())).micros};
    other.deliveries.push_back(std::move(delivery));
  }
  return other;
}

TEST(Reference, HowFactsCameChangesNothing) {
  int64_t worlds = std::max<int64_t>(1, number_from("SOCIOMETER_REFERENCE", 320) / 80);
  int64_t seed = number_from("SOCIOMETER_SEED", 1) + 1'000'000;
  for (int64_t world_number = 0; world_number < worlds && !HasFailure(); ++world_number, ++seed) {
    Random random(static_cast<uint64_t>(seed));
    World world = Drawing(random, Drawing::Ranges::one).draw();
    for (Delivery& delivery : world.deliveries) {
      if (delivery.undone) delivery.undone = *parse_instant("2026-09-01T00:00:00Z");
    }
    World other = dealt_anew(random, world);
    Stored one(world), two(other);
    Engine first(catalog::Catalog::built_in(), *one), second_engine(catalog::Catalog::built_in(), *two);
    Scope scope = scope_of(world);
    for (int i = 0; i < questions_each / 2 && !HasFailure(); ++i) {
      Question question = draw_question(random, world);
      question.as_of.reset();
      // Of counters between readings the readings are the facts, and these were dealt away.
      if (question.basis == Basis::occurred) question.basis = Basis::automatic;
      auto answer = first.ask(scope, question), again = first.ask(scope, question),
           anew = second_engine.ask(scope, question);
      ASSERT_TRUE(answer.ok() && again.ok() && anew.ok());
      std::string text = boost::json::serialize(to_json(*answer));
      std::string where = fmt::format("world {}, question {}: {}", seed, i, command_line(question, "kpi"));
      ASSERT_EQ(text, boost::json::serialize(to_json(*again))) << where;
      ASSERT_EQ(text, boost::json::serialize(to_json(*anew))) << where;
    }
  }
}

}  // namespace
}  // namespace sociometer::metrics
