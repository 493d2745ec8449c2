#include "demo/files.h"

#include <functional>

#include <fmt/format.h>

namespace sociometer::demo {
namespace {

std::string doubled_quotes(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '"') escaped += '"';
    escaped += c;
  }
  return escaped;
}
std::string quoted(std::string_view text) {
  return "\"" + doubled_quotes(text) + "\"";
}
// Quotes only where they are needed.
std::string cell(std::string_view text) {
  return text.find_first_of(",\"\n ") == std::string_view::npos ? std::string(text) : quoted(text);
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& one : cells) {
    if (!line.empty() || &one != &cells.front()) line += ',';
    line += one;
  }
  return line + "\n";
}

std::string clock(int64_t seconds) {
  return fmt::format("{:02}:{:02}", seconds / 3600, seconds % 3600 / 60);
}
std::string compact_day(Day day) {
  CalendarDate date = calendar_date(day);
  return fmt::format("{:04}{:02}{:02}", date.year, date.month, date.day);
}
std::string named_day(Day day) {  // "May-25-2026"
  static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  CalendarDate date = calendar_date(day);
  return fmt::format("{}-{:02}-{}", months[date.month - 1], date.day, date.year);
}
std::string american_time(const Post& post) {
  CalendarDate date = calendar_date(post.day);
  return fmt::format("{:02}/{:02}/{:04} {}", date.month, date.day, date.year, clock(post.time_of_day));
}

std::string short_code(std::string_view id) {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string code = "D";
  uint64_t state = 1469598103934665603ULL;
  for (char c : id) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  for (int i = 0; i < 10; ++i) {
    code += letters[state % letters.size()];
    state /= letters.size();
  }
  return code;
}

// --- X ---

constexpr Counter x_engagements[] = {Counter::shares,           Counter::comments,         Counter::likes,
                                     Counter::profile_clicks,   Counter::link_clicks,      Counter::hashtag_clicks,
                                     Counter::detail_expands,   Counter::permalink_clicks, Counter::follows,
                                     Counter::media_engagements};

int64_t engagements_of_x(const Counters& counters) {
  int64_t sum = 0;
  for (Counter counter : x_engagements) sum += counters[counter];
  return sum;
}

std::string rate(int64_t part, int64_t whole) {
  return whole == 0 ? "0.0" : fmt::format("{}", static_cast<double>(part) / static_cast<double>(whole));
}

// The 18 counts of X's old exports. `floats`: the post export writes most of them as 312.0.
enum class Numbers { plain, floats };
void add_x_counts(std::vector<std::string>& cells, const Counters& counters, Numbers numbers) {
  auto add = [&](int64_t value) {
    cells.push_back(numbers == Numbers::floats ? fmt::format("\"{}.0\"", value) : fmt::format("\"{}\"", value));
  };
  auto add_plain = [&](int64_t value) { cells.push_back(fmt::format("\"{}\"", value)); };
  add(counters[Counter::impressions]);
  add(engagements_of_x(counters));
  cells.push_back(quoted(rate(engagements_of_x(counters), counters[Counter::impressions])));
  for (Counter counter :
       {Counter::shares, Counter::comments, Counter::likes, Counter::profile_clicks, Counter::link_clicks,
        Counter::hashtag_clicks, Counter::detail_expands, Counter::permalink_clicks}) {
    add(counters[counter]);
  }
  add_plain(0);  // app opens
  add_plain(0);  // app installs
  add_plain(counters[Counter::follows]);
  add_plain(0);  // mails
  add_plain(0);  // calls
  add_plain(counters[Counter::media_views]);
  add_plain(counters[Counter::media_engagements]);
}

void add_x_nothing_promoted(std::vector<std::string>& cells) {
  for (int i = 0; i < 18; ++i) cells.emplace_back("\"-\"");
}

std::string x_header(const std::vector<std::string>& first) {
  static const std::vector<std::string> counts = {"impressions",
                                                  "engagements",
                                                  "engagement rate",
                                                  "retweets",
                                                  "replies",
                                                  "likes",
                                                  "user profile clicks",
                                                  "url clicks",
                                                  "hashtag clicks",
                                                  "detail expands",
                                                  "permalink clicks",
                                                  "app opens",
                                                  "app installs",
                                                  "follows",
                                                  "email tweet",
                                                  "dial phone",
                                                  "media views",
                                                  "media engagements"};
  std::vector<std::string> cells;
  for (const std::string& name : first) cells.push_back(quoted(name));
  for (const std::string& name : counts) cells.push_back(quoted(name));
  for (const std::string& name : counts) cells.push_back(quoted("promoted " + name));
  return line_of(cells);
}

std::string x_post_line(const AccountYear& year, const Post& post) {
  std::string text = post.text;
  if (post.link) text += " https://t.co/" + short_code(post.id).substr(0, 10);
  std::vector<std::string> cells = {
      quoted(post.id), quoted(fmt::format("https://twitter.com/{}/status/{}", year.handle, post.id)), quoted(text),
      quoted(fmt::format("{} {} +0000", format_day(post.day), clock(post.time_of_day)))};
  add_x_counts(cells, post.organic, Numbers::floats);
  if (post.boosted) {
    add_x_counts(cells, post.paid, Numbers::plain);
  } else {
    add_x_nothing_promoted(cells);
  }
  return line_of(cells);
}

std::string x_day_line(const DayOfAccount& day) {
  std::vector<std::string> cells = {quoted(format_day(day.day)), fmt::format("\"{}\"", day.posts)};
  add_x_counts(cells, day.organic, Numbers::plain);
  if (day.paid[Counter::impressions] > 0) {
    add_x_counts(cells, day.paid, Numbers::plain);
  } else {
    add_x_nothing_promoted(cells);
  }
  return line_of(cells);
}

// The calendar months of the year, cut to it: X gives a month per file.
std::vector<DayRange> months_of(const AccountYear& year) {
  std::vector<DayRange> months;
  DayRange all{year.days.front().day, year.days.back().day + 1};
  for (Day first = all.first; first < all.end; first = months.back().end) {
    months.push_back(intersection(all, bucket_of(first, Bucket::month, Weekday::monday)));
  }
  return months;
}

std::string x_name(std::string_view kind, const AccountYear& year, DayRange days) {
  return fmt::format("x/{}tweet_activity_metrics_{}_{}_{}_en.csv", kind, year.handle, compact_day(days.first),
                     compact_day(days.end));
}

// The runs of collected days within a month: one, or two around the gap.
std::vector<DayRange> collected_runs(const AccountYear& year, DayRange month) {
  std::vector<DayRange> runs;
  for (const DayOfAccount& day : year.days) {
    if (!month.contains(day.day) || !day.collected) continue;
    if (runs.empty() || runs.back().end != day.day) runs.push_back({day.day, day.day});
    runs.back().end = day.day + 1;
  }
  return runs;
}

// --- Meta ---

std::string meta_kind(const std::string& network, const std::string& kind) {
  if (network == "instagram") return "IG " + kind;
  if (kind == "image") return "Photos";
  if (kind == "link") return "Links";
  if (kind == "reel") return "Reels";
  return kind == "video" ? "Videos" : "Text";
}

std::string duration(const Post& post) {
  bool moving = post.kind == "reel" || post.kind == "video";
  return moving ? fmt::format("{}", 9 + post.time_of_day / 60 % 50) : "0";
}

std::vector<std::string> instagram_cells(const AccountYear& year, const Post& post) {
  auto number = [&](Counter counter) { return fmt::format("{}", post.organic[counter] + post.paid[counter]); };
  return {post.id,
          "17841405309211844",
          year.handle,
          quoted("Juniper & Finch Coffee"),
          quoted(post.text),
          duration(post),
          quoted(american_time(post)),
          fmt::format("https://www.instagram.com/{}/{}/", post.kind == "reel" ? "reel" : "p", short_code(post.id)),
          quoted(meta_kind("instagram", post.kind)),
          "",
          "Lifetime",
          number(Counter::impressions),
          number(Counter::reach),
          number(Counter::likes),
          number(Counter::shares),
          number(Counter::follows),
          number(Counter::comments),
          number(Counter::saves)};
}

std::vector<std::string> facebook_cells(const AccountYear& year, const Post& post) {
  auto number = [&](Counter counter) { return fmt::format("{}", post.organic[counter] + post.paid[counter]); };
  int64_t reactions = 0;
  for (Counter counter : {Counter::likes, Counter::comments, Counter::shares})
    reactions += post.organic[counter] + post.paid[counter];
  bool moving = post.kind == "reel" || post.kind == "video";
  std::string label = post.campaign ? std::string(post.campaign->key) : "";
  return {post.id,
          "104417265930182",
          quoted("Juniper & Finch Coffee"),
          "",
          quoted(post.text),
          duration(post),
          quoted(american_time(post)),
          "N/A",
          fmt::format("https://www.facebook.com/{}/posts/{}", year.handle, post.id),
          "0",
          "0",
          quoted(meta_kind("facebook", post.kind)),
          "",
          label,
          "",
          "",
          "Lifetime",
          number(Counter::impressions),
          number(Counter::reach),
          fmt::format("{}", reactions),
          number(Counter::likes),
          number(Counter::comments),
          number(Counter::shares),
          fmt::format("{}", post.organic[Counter::detail_expands] + post.paid[Counter::detail_expands] +
                                post.organic[Counter::link_clicks] + post.paid[Counter::link_clicks]),
          number(Counter::link_clicks),
          moving ? number(Counter::video_views) : "",
          moving ? number(Counter::watch_seconds) : "",
          fmt::format("{}", post.organic[Counter::reach]),
          fmt::format("{}", post.paid[Counter::reach])};
}

constexpr std::string_view instagram_header =
    "\"Post ID\",\"Account ID\",\"Account username\",\"Account name\",Description,\"Duration (sec)\",\"Publish "
    "time\",Permalink,"
    "\"Post type\",\"Data comment\",Date,Views,Reach,Likes,Shares,Follows,Comments,Saves\n";
constexpr std::string_view facebook_header =
    "\"Post ID\",\"Page ID\",\"Page name\",Title,Description,\"Duration (sec)\",\"Publish time\",\"Caption "
    "type\",Permalink,"
    "\"Is crosspost\",\"Is share\",\"Post type\",Languages,\"Custom labels\",\"Funded content status\",\"Data "
    "comment\",Date,"
    "Views,Reach,\"Reactions, Comments and Shares\",Reactions,Comments,Shares,\"Total clicks\",\"Link Clicks\","
    "\"3-second video views\",\"Seconds viewed\",\"Reach from Organic posts\",\"Reach from Boosted posts\"\n";

// Meta gives at most 90 days of content per file.
std::vector<GeneratedFile> meta_content(const AccountYear& year) {
  std::vector<GeneratedFile> files;
  bool instagram = year.network == "instagram";
  Day end = year.days.back().day + 1;
  for (Day first = year.days.front().day; first < end; first = first + 90) {
    DayRange days = intersection({first, end}, {first, first + 90});
    std::string rows;
    for (const Post& post : year.posts) {
      if (days.contains(post.day))
        rows += line_of(instagram ? instagram_cells(year, post) : facebook_cells(year, post));
    }
    if (rows.empty()) continue;  // nobody downloads an export of days without a post
    std::string bytes = "\xEF\xBB\xBF";
    bytes += instagram ? instagram_header : facebook_header;
    bytes += rows;
    std::string name = fmt::format("meta/{}/{}_{}_{}.csv", year.network, named_day(days.first), named_day(days.end - 1),
                                   1'493'633'672'508'178 + days.first.number * 7'919 + (instagram ? 1 : 0));
    files.push_back({name, bytes, year.network, year.handle, {}});
  }
  return files;
}

std::string utf16le(std::string_view ascii) {
  std::string wide = "\xFF\xFE";
  for (char c : ascii) {
    wide += c;
    wide += '\0';
  }
  return wide;
}

using DayValue = std::function<int64_t(const DayOfAccount&)>;

GeneratedFile meta_series(const AccountYear& year, std::string_view file, std::string_view title,
                          const DayValue& value) {
  std::string text = fmt::format("sep=,\n\"{}\"\n\"Date\",\"Primary\"\n", title);
  for (const DayOfAccount& day : year.days)
    text += fmt::format("\"{}T00:00:00\",\"{}\"\n", format_day(day.day), value(day));
  return {fmt::format("meta/{}/{}.csv", year.network, file), utf16le(text), year.network, year.handle, {}};
}

// --- Sociometer's own ---

std::string posts_table(const AccountYear& year, const std::vector<std::pair<std::string, Counter>>& measures) {
  bool campaigns = year.ownership == "own";
  std::string bytes = campaigns ? "network,account,post_id,published_at,zone,kind,text,link,campaign"
                                : "network,account,post_id,published_at,zone,kind,text,link";
  for (const auto& [measure, counter] : measures) bytes += "," + measure;
  bytes += "\n";
  for (const Post& post : year.posts) {
    std::vector<std::string> cells = {
        year.network,    year.handle,
        post.id,         format_instant(post.at),
        year.zone,       post.kind,
        cell(post.text), fmt::format("https://www.{}.com/{}/{}", year.network, year.handle, post.id)};
    if (campaigns) cells.emplace_back(post.campaign ? post.campaign->key : "");
    for (const auto& [measure, counter] : measures)
      cells.push_back(fmt::format("{}", post.organic[counter] + post.paid[counter]));
    bytes += line_of(cells);
  }
  return bytes;
}

struct Row {
  std::string measure, promotion;
  DayValue value;
};

std::string days_table(const AccountYear& year, const std::vector<Row>& rows) {
  std::string bytes = "network,account,measure,promotion,window,start,zone,value\n";
  for (const DayOfAccount& day : year.days) {
    if (!day.collected) continue;
    for (const Row& row : rows) {
      bytes += fmt::format("{},{},{},{},day,{},{},{}\n", year.network, year.handle, row.measure, row.promotion,
                           format_day(day.day), year.zone, row.value(day));
    }
  }
  return bytes;
}

DayValue both(Counter counter) {
  return [counter](const DayOfAccount& day) { return day.organic[counter] + day.paid[counter]; };
}

// LinkedIn counts clicks and follows among its engagements.
int64_t linkedin_engagements(const DayOfAccount& day) {
  int64_t sum = 0;
  for (Counter counter :
       {Counter::detail_expands, Counter::likes, Counter::comments, Counter::shares, Counter::follows}) {
    sum += both(counter)(day);
  }
  return sum;
}

std::vector<Row> linkedin_rows() {
  return {{"impressions", "all", both(Counter::impressions)},
          {"impressions", "organic", [](const DayOfAccount& day) { return day.organic[Counter::impressions]; }},
          {"impressions", "paid", [](const DayOfAccount& day) { return day.paid[Counter::impressions]; }},
          {"reach", "all", [](const DayOfAccount& day) { return day.reach; }},
          {"network_engagements", "all", linkedin_engagements},
          {"clicks", "all", both(Counter::detail_expands)},
          {"likes", "all", both(Counter::likes)},
          {"comments", "all", both(Counter::comments)},
          {"shares", "all", both(Counter::shares)},
          {"profile_visits", "all", [](const DayOfAccount& day) { return day.visits; }},
          {"new_followers", "all", [](const DayOfAccount& day) { return day.gained; }}};
}

std::vector<Row> tiktok_rows() {
  return {{"views", "all", both(Counter::impressions)},
          {"video_views", "all", both(Counter::impressions)},
          {"reach", "all", [](const DayOfAccount& day) { return day.reach; }},
          {"likes", "all", both(Counter::likes)},
          {"comments", "all", both(Counter::comments)},
          {"shares", "all", both(Counter::shares)},
          {"profile_visits", "all", [](const DayOfAccount& day) { return day.visits; }},
          {"new_followers", "all", [](const DayOfAccount& day) { return day.gained; }},
          {"lost_followers", "all", [](const DayOfAccount& day) { return day.lost; }}};
}

}  // namespace

std::vector<GeneratedFile> x_files(const AccountYear& year) {
  std::vector<GeneratedFile> files;
  for (DayRange month : months_of(year)) {
    std::string posts;
    for (auto post = year.posts.rbegin(); post != year.posts.rend(); ++post) {
      if (month.contains(post->day)) posts += x_post_line(year, *post);
    }
    if (!posts.empty()) {
      posts.insert(0, x_header({"Tweet id", "Tweet permalink", "Tweet text", "time"}));
      files.push_back({x_name("", year, month), posts, {}, {}, {}});
    }
    for (DayRange run : collected_runs(year, month)) {
      std::string days = x_header({"Date", "Tweets published"});
      for (const DayOfAccount& day : year.days) {
        if (run.contains(day.day)) days += x_day_line(day);
      }
      files.push_back({x_name("daily_", year, run), days, year.network, year.handle, {}});
    }
  }
  return files;
}

std::vector<GeneratedFile> meta_files(const AccountYear& year) {
  std::vector<GeneratedFile> files = meta_content(year);
  bool instagram = year.network == "instagram";
  auto sum_of = [](std::vector<Counter> counters) {
    return [counters](const DayOfAccount& day) {
      int64_t sum = 0;
      for (Counter counter : counters) sum += day.organic[counter] + day.paid[counter];
      return sum;
    };
  };
  files.push_back(meta_series(year, "Reach", instagram ? "Instagram reach" : "Facebook reach",
                              [](const DayOfAccount& day) { return day.reach; }));
  files.push_back(meta_series(year, "Views", "Views", both(Counter::impressions)));
  files.push_back(meta_series(year, "Visits", instagram ? "Instagram profile visits" : "Facebook visits",
                              [](const DayOfAccount& day) { return day.visits; }));
  files.push_back(meta_series(year, "Follows", instagram ? "Instagram follows" : "Follows",
                              [](const DayOfAccount& day) { return day.gained; }));
  files.push_back(meta_series(year, "Interactions", "Content interactions",
                              sum_of({Counter::likes, Counter::comments, Counter::shares, Counter::saves})));
  if (!instagram) files.push_back(meta_series(year, "Link clicks", "Facebook link clicks", both(Counter::link_clicks)));
  return files;
}

std::vector<GeneratedFile> own_format_files(const AccountYear& year) {
  std::vector<std::pair<std::string, Counter>> measures = {{"likes", Counter::likes}, {"comments", Counter::comments}};
  if (year.network != "instagram") measures.emplace_back("shares", Counter::shares);
  if (year.network == "linkedin") {
    measures.insert(
        measures.end(),
        {{"impressions", Counter::impressions}, {"post_reach", Counter::reach}, {"clicks", Counter::detail_expands}});
  }
  if (year.network == "tiktok") {
    measures.insert(measures.end(), {{"saves", Counter::saves},
                                     {"views", Counter::impressions},
                                     {"post_reach", Counter::reach},
                                     {"video_views", Counter::video_views},
                                     {"completed_video_views", Counter::completed},
                                     {"watch_time", Counter::watch_seconds}});
  }
  std::string folder = year.ownership == "own" ? year.network : "competitors";
  std::vector<GeneratedFile> files;
  files.push_back(
      {fmt::format("{}/{}-{}-posts.csv", folder, year.network, year.handle), posts_table(year, measures), {}, {}, {}});
  if (year.network == "linkedin" || year.network == "tiktok") {
    std::vector<Row> rows = year.network == "linkedin" ? linkedin_rows() : tiktok_rows();
    files.push_back(
        {fmt::format("{}/{}-{}-daily.csv", folder, year.network, year.handle), days_table(year, rows), {}, {}, {}});
  }
  return files;
}

GeneratedFile followers_file(const std::vector<AccountYear>& years) {
  std::string bytes = "network,account,ownership,measure,window,start,zone,value\n";
  for (const AccountYear& year : years) {
    for (const DayOfAccount& day : year.days) {
      // Competitors are looked up on Mondays only.
      bool noted = year.ownership == "own" ? day.collected : weekday_of(day.day) == Weekday::monday;
      if (!noted) continue;
      bytes += fmt::format("{},{},{},followers,instant,{},{},{}\n", year.network, year.handle, year.ownership,
                           format_day(day.day), year.zone, day.followers);
    }
  }
  return {"followers.csv", bytes, {}, {}, {}};
}

}  // namespace sociometer::demo
