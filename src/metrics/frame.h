// Frame: the facts a question needs, read with a few SELECTs and held as columns, before anything is computed.
//
// There are two kinds of units. A post is one row of `posts`: the counters it has now (or had as of T). A day – or a
// segment of days between two edges of the question's windows – is one row of `days`: what the account's own series
// says happened. Stocks and uniques lie beside them by account. Which of the two a KPI is computed from is its basis.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "facts/facts.h"
#include "metrics/dialect.h"
#include "metrics/metrics.h"
#include "metrics/plan.h"

namespace sociometer::metrics {

constexpr int64_t absent = INT64_MIN;  // a value nobody reported
constexpr int stock_carry_days = 7;    // how long a stock is carried forward

struct AccountInfo {
  std::string network, handle, ownership;
  const catalog::Network* settings = nullptr;                   // of the network; null if the catalog does not know it
  std::set<std::string> series_zones;                           // zones of its day series
  std::vector<DayRange> covered;                                // declared ranges of its batches, merged and ascending
  std::vector<DayRange> content_covered;                        // of those with posts
  std::map<std::string, std::vector<DayRange>> series_covered;  // of those with a day series of the measure
  bool asked = true;                       // false: the question's filter leaves it out, but a formula wants it
  std::set<std::string_view> left_out_by;  // the dimensions of the filter that it does not pass
  std::string name() const { return network + "/" + handle; }
};

// Rows that are added up, by column.
struct Units {
  std::vector<int32_t> account;
  std::vector<Day> day;       // published day in the workspace's zone; or the first day that the unit stands for
  std::vector<Day> end;       // the day after its last
  std::vector<int32_t> days;  // how many days of data the unit holds; 1 for posts
  std::vector<int32_t> kind, promotion, campaign, language, member;  // indices into Frame::words
  std::vector<int8_t> hour;                                          // −1 where only the day is known
  std::vector<int64_t> at;              // of posts with ids: published_at, absent where only the day is known
  std::vector<int32_t> post_promotion;  // of posts with ids: how the post itself was promoted, index into Frame::words
  std::vector<std::vector<int32_t>> hashtags, tags;    // empty unless asked for
  std::vector<std::string> id;                         // of posts, empty unless asked for
  std::map<std::string, std::vector<int64_t>> values;  // by measure; `absent` where not reported
  size_t size() const { return account.size(); }
};

struct StockPoint {
  Day day;
  int64_t value;
  friend auto operator<=>(const StockPoint&, const StockPoint&) = default;
};

// What one window of a unique measure said: "these days, this many people".
struct UniqueWindow {
  DayRange days;
  int64_t value;
  std::string kind;  // "day", "7d", …
};

struct Frame {
  std::vector<AccountInfo> accounts;
  std::vector<std::string> words;  // members by index; 0 is the empty one
  Units posts;
  Units days;
  std::map<std::pair<int32_t, std::string>, std::vector<StockPoint>> stocks;  // ascending by day
  // Stocks by member of the breakdown asked for. Parts of stocks and uniques lie beside the wholes under their columns.
  std::map<std::tuple<int32_t, std::string, int32_t>, std::vector<StockPoint>> member_stocks;
  std::map<std::pair<int32_t, std::string>, std::vector<UniqueWindow>> uniques;
  // Accounts and measures for which another measure answered (views for impressions).
  std::set<std::pair<int32_t, std::string>> replaced, native;
  // Days between two readings of a counter that moved, by account and measure.
  std::map<std::pair<int32_t, std::string>, std::vector<DayRange>> differences;
  std::map<int64_t, DayRange> batch_ranges;  // declared ranges of day series by batch, for series_covered
  std::vector<std::string> sql;              // what was asked, in order
  std::map<std::pair<int32_t, std::string>, Day> left_out;  // posts that the question leaves out, with their days
  std::optional<DayRange> extent;                           // first to last day of anything read

  const std::string& word(int32_t index) const { return words[static_cast<size_t>(index)]; }
};

// The sum of two values of which either may be absent.
int64_t add_known(int64_t a, int64_t b);

struct FrameWants {
  using Parts = std::map<std::string, ColumnPart>;
  Parts parts, stock_parts, unique_parts;  // columns that hold parts of measures, by class
  bool every_account = false;              // also those that the filter leaves out
  std::set<std::string> flows;             // measures added up: of posts and of day series
  std::set<std::string> stocks;
  std::set<std::string> uniques;
  std::optional<DayRange> days;  // everything that any window or comparison touches; none: all
  std::vector<Day> edges;        // segments of the day series; empty: by day
  // Asked once the day series are read, whether the posts are still of use; empty: they are.
  std::function<bool(const Frame&)> posts_needed;
  bool posts = false;             // read posts
  bool series = false;            // read day series
  bool differences = false;       // of posts' counters between readings, where an account has no day series
  bool stock_by_day = false;      // stocks of every day, not only around the edges
  bool stock_firsts = true;       // a segment's first value, not only its last
  bool stocks_of_any_day = true;  // also from outside `days`: a later one may serve where no earlier one is known
  bool attributes = false;        // kind, campaign, language of posts
  bool hashtags = false, tags = false, ids = false;
  std::string breakdown;                       // dimension of observations asked for by member
  std::vector<std::string> breakdown_members;  // only these
  bool breakdown_in_one = false;               // the members together, not each with rows of its own
  std::optional<Instant> as_of;
  std::map<std::string, std::vector<std::string>> post_without;  // posts of any of these are left out
  // Whether posts are looked at for a dimension of theirs, or any.
  bool filters_posts_by(const std::string& dimension) const {
    return post_filter.contains(dimension) || post_without.contains(dimension);
  }
  bool filters_posts() const { return !post_filter.empty() || !post_without.empty(); }
  // Filters on posts.
  std::map<std::string, std::vector<std::string>> post_filter;  // post, post_kind, hashtag, campaign, tag, language
  std::vector<std::string> promotions;                          // only these; empty: the whole
  bool by_promotion = false;
};

// How many days of `range` the ascending, disjoint `covered` hold.
int covered_days(const std::vector<DayRange>& covered, DayRange range);
// Makes `extent` hold `days` too.
void widen(std::optional<DayRange>& extent, DayRange days);

}  // namespace sociometer::metrics
