#include "metrics/asking.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "metrics/frame_loader.h"

namespace sociometer::metrics {
namespace {

bool is_account(std::string_view dimension) {
  return dimension == "network" || dimension == "account" || dimension == "ownership";
}

// What a network tells of an audience or an account's actions by member; every other breakdown belongs to events.
bool is_told_by_member(std::string_view dimension) {
  static const std::set<std::string_view> dimensions = {
      "age", "gender", "city", "country", "industry", "seniority", "job_function", "follow_type", "action", "device"};
  return dimensions.contains(dimension);
}

bool is_unit(std::string_view dimension) {
  return dimension == "promotion" || dimension == "weekday";
}

// The order of time dimensions from fine to coarse is that of Bucket.
std::optional<Bucket> finest(const std::vector<std::string>& by) {
  std::optional<Bucket> bucket;
  for (const std::string& dimension : by) {
    auto parsed = parse_bucket(dimension);
    if (parsed && (!bucket || *parsed < *bucket)) bucket = *parsed;
  }
  return bucket;
}

// Windows are ascending and disjoint: at most one holds the whole unit. `near` is that of another unit, perhaps of the
// same days.
std::optional<size_t> window_of(const std::vector<DayRange>& windows, Day first, Day end,
                                std::optional<size_t> near = std::nullopt) {
  if (near && windows[*near].contains(DayRange{first, end})) return near;
  auto after = std::upper_bound(windows.begin(), windows.end(), first,
                                [](Day day, const DayRange& window) { return day < window.first; });
  if (after == windows.begin()) return std::nullopt;
  const DayRange& window = *std::prev(after);
  if (first >= window.end || end > window.end) return std::nullopt;
  return static_cast<size_t>(std::prev(after) - windows.begin());
}

}  // namespace

Result<std::unique_ptr<Asking>> Asking::prepare(const catalog::Catalog& catalog, facts::Store& store,
                                                const Dialect& dialect, const Scope& scope, const Question& question,
                                                const Extras& extras) {
  std::unique_ptr<Asking> asking(new Asking(catalog, scope, question));
  asking->today_ = scope.zone.day_of(scope.now);
  TRY_DONE(asking->plan(store, dialect));
  TRY_DONE(asking->check_dimensions());
  for (const Plan& plan : asking->plans_) asking->applies_.push_back(asking->applies(plan));
  asking->want(extras);
  asking->want_events();
  if (question.days) {
    asking->make_windows(*question.days);
    asking->wants_.posts_needed = [asked = asking.get()](const Frame& frame) { return asked->posts_needed(frame); };
  }
  TRY(asking->frame_,
      load_frame({catalog, store, extras.memory, dialect, scope}, asking->question_.filter, asking->wants_));
  TRY_DONE(asking->load_event_frame(store, dialect));
  asking->choose_bases();
  asking->make_groups();
  return asking;
}

Result<Done> Asking::check_dimensions() {
  std::vector<std::string_view> known;
  for (const catalog::Dimension& dimension : catalog_.dimensions()) known.push_back(dimension.key);
  auto check = [&](const std::string& key, const char* field) -> Result<Done> {
    if (catalog_.dimension(key) != nullptr) return Done{};
    std::string_view near = nearest(key, known);
    return invalid(
        fmt::format("there is no dimension \"{}\"{}", key,
                    near.empty() ? "; `sociometer catalog` lists them" : fmt::format("; did you mean {}?", near)),
        field);
  };
  std::set<std::string> seen;
  for (const std::string& dimension : question_.by) {
    TRY_DONE(check(dimension, "by"));
    if (!seen.insert(dimension).second) return invalid(fmt::format("\"{}\" stands twice in by", dimension), "by");
    if (is_time(dimension) || is_account(dimension) || is_unit(dimension)) continue;
    if (is_post_dimension(dimension)) {
      by_posts_ = true;
    } else if (dimension == "engagement_kind") {
      continue;
    } else if (is_told_by_member(dimension) && breakdown_.empty()) {
      breakdown_ = dimension;
    } else {
      foreign_ = dimension;
    }
  }
  // A network goes by the names people use: twitter is x.
  if (auto networks = question_.filter.find("network"); networks != question_.filter.end()) {
    for (std::string& member : networks->second) {
      if (const catalog::Network* network = catalog_.network(member)) member = network->key;
    }
  }
  for (const auto& [dimension, members] : question_.filter) {
    TRY_DONE(check(dimension, "filter"));
    TRY_DONE(check_filter(dimension, members));
  }
  for (const auto& [dimension, members] : question_.without) {
    TRY_DONE(check(dimension, "without"));
    TRY_DONE(check_without(dimension, members));
  }
  about_posts_ = about_posts_ || by_posts_;
  bucket_ = finest(question_.by);
  return Done{};
}

Result<Done> Asking::check_filter(const std::string& dimension, const std::vector<std::string>& members) {
  if (members.empty()) return invalid(fmt::format("the filter on {} names no member", dimension), "filter");
  if (is_account(dimension) || dimension == "promotion") return Done{};
  if (is_post_dimension(dimension) && dimension != "hour") {
    wants_.post_filter[dimension] = members;
    about_posts_ = true;
    return Done{};
  }
  if (is_told_by_member(dimension) && (breakdown_.empty() || breakdown_ == dimension)) {
    breakdown_ = dimension;
    wants_.breakdown_members = members;
    return Done{};
  }
  foreign_filter_ = dimension;
  for (const Plan& plan : plans_) {
    for (const Input& input : plan.inputs) {
      if (input.event != nullptr && knows_filter(*input.event, dimension, members)) return Done{};
    }
  }
  return invalid(fmt::format("a filter on {} is not possible here", dimension), "filter");
}

// Posts may be left out, and nothing else: what days told as a whole holds them all.
Result<Done> Asking::check_without(const std::string& dimension, const std::vector<std::string>& members) {
  if (!is_post_dimension(dimension) || dimension == "hour") {
    return invalid(
        fmt::format("only posts are left out: by post, post_kind, hashtag, campaign, tag or language, not {}",
                    dimension),
        "without");
  }
  if (members.empty()) return invalid(fmt::format("without {} names no member", dimension), "without");
  if (question_.because.empty()) return invalid("posts are left out for a reason: say it as because", "because");
  wants_.post_without[dimension] = members;
  about_posts_ = true;
  return Done{};
}

// Whether every input of a KPI can be split and filtered as the question wants.
bool Asking::applies(const Plan& plan) const {
  if (plan.events && !question_.without.empty()) return false;
  if (plan.observations && !(foreign_.empty() && foreign_filter_.empty())) return false;
  for (const Input& input : plan.inputs) {
    if (input.event == nullptr) continue;
    for (const std::string& dimension : question_.by) {
      if (!knows_dimension(*input.event, dimension)) return false;
    }
    for (const auto& [dimension, members] : question_.filter) {
      if (!knows_filter(*input.event, dimension, members)) return false;
    }
  }
  // Nothing but the calendar: it has no parts.
  return plan.observations || plan.events || foreign_.empty();
}

// Which measures of the tables of events are to be read: each once, however many formulas have it.
void Asking::want_events() {
  for (size_t i = 0; i < plans_.size(); ++i) {
    if (!applies_[i]) continue;
    Plan& plan = plans_[i];
    for (Input& input : plan.inputs) {
      if (input.event == nullptr) continue;
      EventSlot slot;
      slot.measure = input.event;
      for (const catalog::Formula::Filter& filter : input.filters) {
        if (is_lifted(filter)) {
          slot.lifted.insert(filter.dimension);
        } else {
          slot.filters[filter.dimension] = filter.members;
        }
      }
      if (needs_entities(plan)) slot.detail = EventSlot::Detail::entities;
      auto known = std::find(event_wants_.slots.begin(), event_wants_.slots.end(), slot);
      input.slot = static_cast<size_t>(known - event_wants_.slots.begin());
      if (known == event_wants_.slots.end()) event_wants_.slots.push_back(std::move(slot));
    }
  }
  event_wants_.by = question_.by;
  event_wants_.filter = question_.filter;
  event_wants_.as_of = question_.as_of;
}

Result<Done> Asking::load_event_frame(facts::Store& store, const Dialect& dialect) {
  std::optional<DayRange> extent = frame_.extent;
  if (!question_.days && !event_wants_.slots.empty()) {
    TRY(std::optional<DayRange> of_events, event_extent(store, dialect, scope_, event_wants_));
    if (of_events && extent) {
      extent = DayRange{std::min(extent->first, of_events->first), std::max(extent->end, of_events->end)};
    } else if (of_events) {
      extent = of_events;
    }
  }
  if (!question_.days && extent) make_windows(*extent);
  if (event_wants_.slots.empty() || windows_.empty()) return Done{};
  for (const TimeWindow& window : windows_) {
    event_wants_.windows.push_back(window.days);
    event_wants_.compared.push_back(window.compared.value_or(DayRange{}));
  }
  TRY(events_, load_events(store, dialect, scope_, event_wants_));
  return Done{};
}

Result<Done> Asking::plan(facts::Store& store, const Dialect& dialect) {
  if (question_.kpis.empty()) return invalid("the question names no KPI", "kpis");
  std::set<const EventMeasure*> of_events;
  for (const std::string& kpi : question_.kpis) {
    TRY(Plan plan, plan_kpi(catalog_, kpi));
    for (const Input& input : plan.inputs) {
      if (input.event != nullptr) of_events.insert(input.event);
    }
    plans_.push_back(std::move(plan));
  }
  TRY(const std::set<std::string> told, told_as_numbers(store, dialect, scope_, question_.as_of, of_events));
  if (told.empty()) return Done{};
  for (size_t i = 0; i < plans_.size(); ++i) {
    TRY(plans_[i], plan_kpi(catalog_, question_.kpis[i], told));
  }
  return Done{};
}

void Asking::want(const Extras& extras) {
  auto asks_by = [&](const char* dimension) {
    return std::find(question_.by.begin(), question_.by.end(), dimension) != question_.by.end();
  };
  bool daily = false;
  wants_.stock_firsts = wants_.stocks_of_any_day = false;
  for (const Plan& plan : plans_) {
    if (!plan.observations) continue;
    daily = daily || plan.daily;
    bool later_serves = plan.is_ratio && plan.has_flow;
    wants_.stock_firsts = wants_.stock_firsts || later_serves;
    wants_.stocks_of_any_day = wants_.stocks_of_any_day || later_serves;
    want_filters(plan);
    for (const Input& input : plan.inputs) {
      switch (input.kind) {
        case Input::Kind::flow:
        case Input::Kind::kind_of_engagement:
          for (size_t i = 0; i < input.parts.size(); ++i) {
            auto part = plan.parts.find(input.columns[i]);
            // Of a part by a breakdown the whole is not needed, unless all is asked by one.
            if (part != plan.parts.end() && !part->second.dimension.empty() && breakdown_.empty()) continue;
            wants_.flows.insert(input.parts[i]);
          }
          break;
        case Input::Kind::posts:
          if (catalog_.measure("posts") != nullptr) wants_.flows.insert("posts");
          break;
        case Input::Kind::hashtag_uses:
          wants_.hashtags = true;
          break;
        case Input::Kind::unique:
          if (!plan.parts.contains(input.columns.front())) wants_.uniques.insert(input.parts.front());
          if (about_posts_) wants_.flows.insert("post_reach");
          break;
        case Input::Kind::stock_at_post:
          wants_.stock_by_day = true;
          wants_.stocks_of_any_day = true;
          if (!plan.parts.contains(input.columns.front()) || !breakdown_.empty()) {
            wants_.stocks.insert(input.parts.front());
          }
          break;
        case Input::Kind::stock_average:
          wants_.stock_by_day = true;
          [[fallthrough]];
        case Input::Kind::stock_last:
        case Input::Kind::stock_first:
        case Input::Kind::stock_change:
        case Input::Kind::share:
          wants_.stock_firsts =
              wants_.stock_firsts || input.kind == Input::Kind::stock_first || input.kind == Input::Kind::stock_change;
          if (!plan.parts.contains(input.columns.front()) || !breakdown_.empty()) {
            wants_.stocks.insert(input.parts.front());
          }
          break;
        case Input::Kind::days:
        case Input::Kind::months:
        case Input::Kind::event:
          break;
      }
    }
    bool flows = plan.has_flow || (about_posts_ && !plan.inputs.empty());
    wants_.posts = wants_.posts || (flows && question_.basis != Basis::occurred) || plan.posts_only || about_posts_;
    if (!breakdown_.empty()) wants_.posts = false;  // counters of posts are told as a whole
    wants_.series =
        wants_.series || (plan.has_flow && question_.basis != Basis::published && !plan.posts_only && !about_posts_);
  }
  std::set<std::string> replacing;
  for (const catalog::Network& network : catalog_.networks()) {
    for (const catalog::Replacement& replacement : network.replacements) {
      if (wants_.flows.contains(replacement.measure)) replacing.insert(replacement.by);
    }
  }
  wants_.flows.merge(replacing);
  wants_.posts = wants_.posts || extras.post_columns;  // a table of posts has them whatever is asked of them
  want_replaced_parts();
  wants_.attributes =
      filters_.attributes || extras.post_columns || asks_by("post_kind") || asks_by("campaign") || asks_by("language");
  wants_.hashtags = wants_.hashtags || filters_.hashtags || extras.post_columns || asks_by("hashtag");
  wants_.tags = filters_.tags || extras.post_columns || asks_by("tag");
  wants_.ids = filters_.ids || extras.ids || extras.post_columns || asks_by("post");
  wants_.breakdown = breakdown_;
  wants_.breakdown_in_one = !breakdown_.empty() && !asks_by(breakdown_.c_str());
  wants_.by_promotion = asks_by("promotion");
  auto promotions = question_.filter.find("promotion");
  if (promotions != question_.filter.end()) wants_.promotions = promotions->second;
  wants_.as_of = question_.as_of;
  wants_.differences = wants_.parts.empty() && question_.basis == Basis::occurred && breakdown_.empty() &&
                       wants_.promotions.empty() && !wants_.by_promotion;
  // Days one by one where an interval is taken over them, or the day itself is asked for.
  by_day_ = by_day_ || daily || asks_by("weekday");
}

// What the filters of a formula need: parts of measures, accounts that were not asked for, what posts are like.
void Asking::want_filters(const Plan& plan) {
  for (const Input& input : plan.inputs) {
    wants_.every_account = wants_.every_account || input.lifts;
    for (const std::string& column : input.columns) {
      auto part = plan.parts.find(column);
      if (part == plan.parts.end()) continue;
      bool unique = input.kind == Input::Kind::unique;
      bool flow = input.kind == Input::Kind::flow || input.kind == Input::Kind::kind_of_engagement ||
                  input.kind == Input::Kind::posts;
      (unique ? wants_.unique_parts : flow ? wants_.parts : wants_.stock_parts).insert(*part);
    }
    for (const catalog::Formula::Filter& filter : input.filters) {
      const std::string& dimension = filter.dimension;
      by_day_ = by_day_ || dimension == "weekday";
      filters_.attributes =
          filters_.attributes || dimension == "post_kind" || dimension == "campaign" || dimension == "language";
      filters_.hashtags = filters_.hashtags || dimension == "hashtag";
      filters_.tags = filters_.tags || dimension == "tag";
      filters_.ids = filters_.ids || dimension == "post";
    }
  }
}

void Asking::want_replaced_parts() {
  FrameWants::Parts replacing;
  for (const catalog::Network& network : catalog_.networks()) {
    for (const catalog::Replacement& replacement : network.replacements) {
      for (const auto& [name, part] : wants_.parts) {
        if (part.measure != replacement.measure) continue;
        ColumnPart other = part;
        other.measure = replacement.by;
        other.base = replacement.by + part.base.substr(part.measure.size());
        replacing[replacement.by + name.substr(part.measure.size())] = other;
        if (part.dimension.empty()) wants_.flows.insert(replacement.by);
      }
    }
  }
  wants_.parts.merge(replacing);
}

void Asking::make_windows(DayRange range) {
  // All data is asked for in whole buckets: that the first begins before it is for the coverage to say.
  if (!question_.days && bucket_) {
    range = {bucket_of(range.first, *bucket_, scope_.week_start).first,
             bucket_of(range.end - 1, *bucket_, scope_.week_start).end};
  }
  question_.days = range;
  Calendar calendar{scope_.week_start, today_, std::nullopt};
  if (auto running = parse_bucket(question_.last)) calendar.running = *running;
  windows_ = windows_of(range, bucket_, calendar, question_.compare);
  std::vector<Day> edges = segment_edges(windows_);
  wants_.days = DayRange{edges.front(), edges.back()};
  if (by_day_) return;
  wants_.edges = edges;
  // Of a stock today's reading counts, whatever later days are known to say: the question may be of an earlier day.
  if (wants_.days->contains(today_)) wants_.edges.push_back(today_ + 1);
  // A segment never straddles the day on which one measure takes the place of another.
  for (const catalog::Network& network : catalog_.networks()) {
    for (const catalog::Replacement& replacement : network.replacements) {
      if (wants_.days->contains(replacement.from)) wants_.edges.push_back(replacement.from);
    }
  }
  std::sort(wants_.edges.begin(), wants_.edges.end());
  wants_.edges.erase(std::unique(wants_.edges.begin(), wants_.edges.end()), wants_.edges.end());
}

// --- Basis --------------------------------------------------------------------------------------------------------

void Asking::choose_bases() {
  for (const Plan& plan : plans_) {
    std::vector<bool> has_posts(frame_.accounts.size());
    bool counts_posts = std::any_of(plan.inputs.begin(), plan.inputs.end(), [](const Input& input) {
      return input.kind == Input::Kind::posts || input.kind == Input::Kind::hashtag_uses;
    });
    const Units& posts = frame_.posts;
    std::vector<const std::vector<int64_t>*> columns;
    for (const Input& input : plan.inputs) {
      for (const std::string& name : input.columns) {
        auto column = posts.values.find(name);
        if (column != posts.values.end()) columns.push_back(&column->second);
      }
    }
    for (size_t row = 0; row < posts.size(); ++row) {
      auto account = static_cast<size_t>(posts.account[row]);
      if (has_posts[account]) continue;
      has_posts[account] = counts_posts || std::any_of(columns.begin(), columns.end(),
                                                       [&](const auto* column) { return (*column)[row] != absent; });
    }
    std::vector<AccountBasis>& bases = bases_.emplace_back();
    for (size_t account = 0; account < frame_.accounts.size(); ++account) {
      bases.push_back(basis_of(plan, static_cast<int32_t>(account), has_posts[account]));
    }
  }
}

AccountBasis Asking::basis_of(const Plan& plan, int32_t account, bool has_posts) const {
  if (!plan.has_flow && !about_posts_) return AccountBasis::occurred;
  if (plan.posts_only || about_posts_ || question_.basis == Basis::published) return AccountBasis::published;
  if (question_.basis == Basis::occurred) return AccountBasis::occurred;
  const AccountInfo& info = frame_.accounts[static_cast<size_t>(account)];

  // The measure's own series, or that of what took its place.
  auto series_of = [&](const std::string& measure) -> const std::vector<DayRange>* {
    auto own = info.series_covered.find(measure);
    if (own != info.series_covered.end()) return &own->second;
    if (info.settings == nullptr) return nullptr;
    for (const catalog::Replacement& replacement : info.settings->replacements) {
      if (replacement.measure != measure) continue;
      auto other = info.series_covered.find(replacement.by);
      if (other != info.series_covered.end()) return &other->second;
    }
    return nullptr;
  };
  bool any_series = false, all_cover = true;
  DayRange period =
      question_.days ? DayRange{question_.days->first, std::min(question_.days->end, today_)} : DayRange{};
  for (const Input& input : plan.inputs) {
    if (input.kind != Input::Kind::flow && input.kind != Input::Kind::posts &&
        input.kind != Input::Kind::kind_of_engagement) {
      continue;
    }
    bool covers = false;
    for (const std::string& column : input.columns) {
      auto part = plan.parts.find(column);
      const std::vector<DayRange>* series = series_of(part == plan.parts.end() ? column : part->second.base);
      if (series == nullptr) {
        // Told only by the posts: a series without it would leave it out.
        if (has_posts && posts_tell(account, column)) all_cover = false;
        continue;
      }
      any_series = true;
      covers = true;
      if (period.empty() || covered_days(*series, period) < period.days()) all_cover = false;
    }
    if (!covers) all_cover = false;
  }
  if (plan.posts_wanted && has_posts) return AccountBasis::published;
  if (any_series && all_cover) return AccountBasis::occurred;
  if (has_posts) return AccountBasis::published;
  if (any_series) return AccountBasis::occurred;
  return info.content_covered.empty() ? AccountBasis::occurred : AccountBasis::published;
}

// Where the day series of every account tell of every measure on every day, the posts' counters decide nothing and need
// not be read.
bool Asking::posts_needed(const Frame& frame) const {
  if (about_posts_ || question_.basis != Basis::automatic) return true;
  DayRange period{question_.days->first, std::min(question_.days->end, today_)};
  for (const Plan& plan : plans_) {
    if (!plan.has_flow) continue;
    if (plan.posts_only || plan.posts_wanted || !plan.parts.empty() || period.empty()) return true;
    for (const AccountInfo& account : frame.accounts) {
      if (account.content_covered.empty()) continue;
      for (const std::string& measure : plan.measures) {
        auto series = account.series_covered.find(measure);
        if (series == account.series_covered.end() || covered_days(series->second, period) < period.days()) return true;
      }
    }
  }
  return false;
}

bool Asking::posts_tell(int32_t account, const std::string& measure) const {
  auto column = frame_.posts.values.find(measure);
  if (column == frame_.posts.values.end()) return false;
  auto [known, is_new] = tellers_.try_emplace(measure);
  if (is_new) {
    known->second.resize(frame_.accounts.size());
    for (size_t row = 0; row < frame_.posts.size(); ++row) {
      if (column->second[row] != absent) known->second[static_cast<size_t>(frame_.posts.account[row])] = true;
    }
  }
  return known->second[static_cast<size_t>(account)];
}

// --- Groups -------------------------------------------------------------------------------------------------------

Group& Asking::group_for(const std::vector<std::string>& members) {
  auto [entry, inserted] = group_index_.emplace(members, groups_.size());
  if (inserted) {
    Group& group = groups_.emplace_back();
    group.members = members;
    group.posts.resize(windows_.size());
    group.days.resize(windows_.size());
    group.compared_posts.resize(windows_.size());
    group.compared_days.resize(windows_.size());
    for (size_t i = 0; i < question_.by.size(); ++i) {
      if (question_.by[i] == "engagement_kind") group.kind_of_engagement = members[i];
    }
  }
  return groups_[entry->second];
}

// Two networks' equal handles stay apart unless the network stands beside them.
std::string Asking::account_member(const AccountInfo& info) const {
  const bool beside = std::find(question_.by.begin(), question_.by.end(), "network") != question_.by.end();
  return beside ? info.handle : info.name();
}

// The members an account alone decides; nothing where units or breakdowns are needed.
std::optional<std::vector<std::string>> Asking::account_members(int32_t account) const {
  const AccountInfo& info = frame_.accounts[static_cast<size_t>(account)];
  std::vector<std::string> members;
  for (const std::string& dimension : question_.by) {
    if (dimension == "network") {
      members.push_back(info.network);
    } else if (dimension == "account") {
      members.push_back(account_member(info));
    } else if (dimension == "ownership") {
      members.push_back(info.ownership);
    } else if (is_time(dimension) || dimension == foreign_) {
      members.emplace_back();
    } else {
      return std::nullopt;
    }
  }
  return members;
}

std::vector<std::vector<std::string>> Asking::unit_members(const Units& table, size_t row, bool posts) const {
  std::vector<std::vector<std::string>> all{{}};
  auto push = [&](const std::string& member) {
    for (auto& members : all) members.push_back(member);
  };
  auto push_each = [&](const std::vector<std::string>& words) {
    std::vector<std::vector<std::string>> product;
    for (const auto& members : all) {
      for (const std::string& word : words) {
        product.push_back(members);
        product.back().push_back(word);
      }
    }
    all = std::move(product);
  };
  auto words_of = [&](const std::vector<std::vector<int32_t>>& lists) {
    std::vector<std::string> words;
    if (posts && !lists.empty()) {
      for (int32_t word : lists[row]) words.push_back(frame_.word(word));
    }
    return words;
  };
  const AccountInfo& info = frame_.accounts[static_cast<size_t>(table.account[row])];
  static const std::vector<std::string> engagement_kinds = {"likes", "comments", "shares", "saves", "clicks"};
  for (const std::string& dimension : question_.by) {
    if (dimension == "network") {
      push(info.network);
    } else if (dimension == "account") {
      push(account_member(info));
    } else if (dimension == "ownership") {
      push(info.ownership);
    } else if (is_time(dimension) || dimension == foreign_) {
      push("");
    } else if (dimension == "promotion") {
      push(frame_.word(table.promotion[row]));
    } else if (dimension == "weekday") {
      push(std::string(weekday_name(weekday_of(table.day[row]))));
    } else if (dimension == "engagement_kind") {
      push_each(engagement_kinds);
    } else if (dimension == breakdown_) {
      push(frame_.word(table.member[row]));
    } else if (!posts) {
      return {};
    } else if (dimension == "post") {
      push(table.id[row]);
    } else if (dimension == "post_kind") {
      push(frame_.word(table.kind[row]));
    } else if (dimension == "campaign") {
      push(frame_.word(table.campaign[row]));
    } else if (dimension == "language") {
      push(frame_.word(table.language[row]));
    } else if (dimension == "hour") {
      push(table.hour[row] < 0 ? "" : fmt::format("{:02}", table.hour[row]));
    } else if (dimension == "hashtag") {
      push_each(words_of(table.hashtags));
    } else if (dimension == "tag") {
      push_each(words_of(table.tags));
    }
  }
  return all;
}

void Asking::make_groups() {
  if (windows_.empty()) {
    // Nothing was ever told: one row says so, and no more.
    if (question_.by.empty()) {
      windows_.push_back({{today_, today_ + 1}, std::nullopt, "", false});
      group_for({});
    }
    return;
  }
  if (question_.by.empty() || std::all_of(question_.by.begin(), question_.by.end(), is_time)) {
    group_for(std::vector<std::string>(question_.by.size()));  // there even when nobody told anything
  }
  for (const std::vector<std::string>& members : events_.groups()) group_for(members);
  bool events_alone =
      !wants_.posts && std::none_of(plans_.begin(), plans_.end(), [](const Plan& plan) { return plan.observations; });
  // Where only events know the dimension, accounts have no row of their own in it.
  if (!events_alone && (foreign_.empty() || groups_.empty())) add_accounts();
  // A dimension in which none of the KPIs makes sense: one row says so.
  bool none_applies = std::none_of(applies_.begin(), applies_.end(), [](bool applies) { return applies; });
  if (groups_.empty() && none_applies) group_for(std::vector<std::string>(question_.by.size()));
  if (groups_.empty() && !breakdown_.empty()) {
    // Nobody told anything by this breakdown: the accounts' row says so.
    Group& group = group_for(std::vector<std::string>(question_.by.size()));
    for (size_t account = 0; account < frame_.accounts.size(); ++account) {
      group.accounts.push_back(static_cast<int32_t>(account));
    }
  }
  for (Group& group : groups_) {
    std::sort(group.accounts.begin(), group.accounts.end());
    group.accounts.erase(std::unique(group.accounts.begin(), group.accounts.end()), group.accounts.end());
  }
}

void Asking::add_accounts() {
  // First, so that what their members did in the comparison finds its row.
  add_breakdown_stocks();
  for (bool asked : {true, false}) {
    if (!asked && !wants_.every_account) break;
    add_quiet_accounts(asked);
    // A group that only the day series have in the period has posts in the comparison as well.
    if (asked && wants_.posts) make_unit_groups(frame_.posts, true);
    if (asked && wants_.series) make_unit_groups(frame_.days, false);
    if (wants_.posts) add_units(frame_.posts, true, asked);
    if (wants_.series) add_units(frame_.days, false, asked);
  }
}

// Accounts that told anything in the period have their row, whatever it was they told.
void Asking::add_quiet_accounts(bool asked) {
  for (size_t account = 0; account < frame_.accounts.size(); ++account) {
    auto index = static_cast<int32_t>(account);
    auto members = account_members(index);
    if (!members) return;
    if (frame_.accounts[account].asked != asked) continue;
    if (!asked && !group_index_.contains(*members)) continue;
    bool told = covered_days(frame_.accounts[account].covered, *question_.days) > 0 || told_in_period(index);
    if (!told && !has_stock(index)) continue;
    group_for(*members).accounts.push_back(index);
  }
}

bool Asking::told_in_period(int32_t account) const {
  for (const Units* table : {&frame_.posts, &frame_.days}) {
    for (size_t row = 0; row < table->size(); ++row) {
      if (table->account[row] == account && question_.days->contains(table->day[row])) return true;
    }
  }
  return false;
}

// Whether a stock of the account's is carried into the period, or stands in what it is compared with, for a KPI that is
// of stocks alone: an account that fell silent last week still has its followers.
bool Asking::has_stock(int32_t account) const {
  auto has_points = [&](DayRange days) {
    DayRange carried{days.first - stock_carry_days, days.end};
    for (auto stock = frame_.stocks.lower_bound({account, ""});
         stock != frame_.stocks.end() && stock->first.first == account; ++stock) {
      if (std::any_of(stock->second.begin(), stock->second.end(),
                      [&](const StockPoint& point) { return carried.contains(point.day); })) {
        return true;
      }
    }
    return false;
  };
  bool of_stocks =
      std::any_of(plans_.begin(), plans_.end(), [](const Plan& plan) { return plan.observations && !plan.has_flow; });
  if (!of_stocks || frame_.stocks.empty()) return false;
  return has_points(*question_.days) || std::any_of(windows_.begin(), windows_.end(), [&](const TimeWindow& window) {
           return window.compared && has_points(*window.compared);
         });
}

// The groups that units of accounts asked for are of: those of accounts whatever they told, others where they have a
// unit in the period.
void Asking::make_unit_groups(const Units& table, bool posts) {
  std::vector<DayRange> own;
  for (const TimeWindow& window : windows_) own.push_back(window.days);
  bool by_account = frame_.accounts.empty() || account_members(0).has_value();
  std::vector<bool> known(frame_.accounts.size());
  for (size_t row = 0; row < table.size(); ++row) {
    auto account = static_cast<size_t>(table.account[row]);
    if (!frame_.accounts[account].asked) continue;
    if (by_account) {
      if (!known[account]) group_for(*account_members(table.account[row]));
      known[account] = true;
    } else if (window_of(own, table.day[row], table.end[row])) {
      for (const auto& members : unit_members(table, row, posts)) group_for(members);
    }
  }
}

// Whether the units of accounts that were asked for are added, or those of the others: these join the rows that there
// are, and never make one of their own.
void Asking::add_units(const Units& table, bool posts, bool asked) {
  std::vector<DayRange> own, compared;
  for (const TimeWindow& window : windows_) {
    own.push_back(window.days);
    compared.push_back(window.compared.value_or(DayRange{}));
  }
  bool compares = question_.compare.kind != Compare::Kind::none;
  std::vector<Group*> of_account(frame_.accounts.size());
  bool by_account = frame_.accounts.empty() || account_members(0).has_value();
  auto is_turn = [&](size_t row) { return frame_.accounts[static_cast<size_t>(table.account[row])].asked == asked; };
  auto put = [&](size_t row, size_t window, bool into_compared) {
    auto add = [&](Group* group) {
      auto& lists = posts ? (into_compared ? group->compared_posts : group->posts)
                          : (into_compared ? group->compared_days : group->days);
      lists[window].push_back(static_cast<uint32_t>(row));
      if (group->accounts.empty() || group->accounts.back() != table.account[row]) {
        group->accounts.push_back(table.account[row]);
      }
      group->member = table.member[row];
    };
    if (by_account && asked) {
      Group*& group = of_account[static_cast<size_t>(table.account[row])];
      if (group == nullptr) group = &group_for(*account_members(table.account[row]));
      add(group);
      return;
    }
    for (const auto& members : unit_members(table, row, posts)) {
      auto found = group_index_.find(members);
      if (found != group_index_.end()) add(&groups_[found->second]);
    }
  };
  std::optional<size_t> window;
  for (size_t row = 0; row < table.size(); ++row) {
    if (!is_turn(row)) continue;
    window = window_of(own, table.day[row], table.end[row], window);
    if (window) put(row, *window, false);
    if (!compares) continue;
    if (auto other = window_of(compared, table.day[row], table.end[row])) put(row, *other, true);
  }
}

// Stocks by a breakdown's member (followers by country) have no units of their own.
void Asking::add_breakdown_stocks() {
  if (breakdown_.empty()) return;
  for (const auto& [key, points] : frame_.member_stocks) {
    auto [account, measure, member] = key;
    std::vector<std::string> members;
    const AccountInfo& info = frame_.accounts[static_cast<size_t>(account)];
    if (!info.asked) continue;
    for (const std::string& dimension : question_.by) {
      if (dimension == breakdown_) {
        members.push_back(frame_.word(member));
      } else if (dimension == "network") {
        members.push_back(info.network);
      } else if (dimension == "account") {
        members.push_back(account_member(info));
      } else if (dimension == "ownership") {
        members.push_back(info.ownership);
      } else {
        members.emplace_back();
      }
    }
    if (!wants_.breakdown_members.empty() && std::find(wants_.breakdown_members.begin(), wants_.breakdown_members.end(),
                                                       frame_.word(member)) == wants_.breakdown_members.end()) {
      continue;
    }
    Group& group = group_for(members);
    if (!wants_.breakdown_in_one) group.member = member;
    group.accounts.push_back(account);
  }
}

// --- Cells --------------------------------------------------------------------------------------------------------

std::vector<std::string> Asking::members_of(const Group& group, const TimeWindow& window) const {
  std::vector<std::string> members = group.members;
  for (size_t i = 0; i < question_.by.size(); ++i) {
    auto bucket = parse_bucket(question_.by[i]);
    if (!bucket) continue;
    members[i] = *bucket == *bucket_
                     ? window.label
                     : bucket_label(bucket_of(window.days.first, *bucket, scope_.week_start).first, *bucket);
  }
  return members;
}

CellScope Asking::scope_of(size_t plan, const Group& group, size_t window, Side side) const {
  CellScope cell;
  cell.window = side == Side::asked ? windows_[window].days : *windows_[window].compared;
  cell.accounts = group.accounts;
  cell.posts = side == Side::asked ? group.posts[window] : group.compared_posts[window];
  cell.days = side == Side::asked ? group.days[window] : group.compared_days[window];
  cell.events = {&events_, &group.members, window, side};
  cell.basis = &bases_[plan];
  cell.kind_of_engagement = group.kind_of_engagement;
  cell.member = group.member;
  if (!breakdown_.empty()) {
    std::set<int32_t> members;
    for (const auto& [key, points] : frame_.member_stocks) members.insert(std::get<2>(key));
    cell.all_members.assign(members.begin(), members.end());
    const std::vector<std::string>& asked = wants_.breakdown_members;
    cell.in_one = wants_.breakdown_in_one;
    if (cell.in_one) {
      std::copy_if(members.begin(), members.end(), std::back_inserter(cell.members_in_one), [&](int32_t member) {
        return std::find(asked.begin(), asked.end(), frame_.word(member)) != asked.end();
      });
    }
  }
  cell.about_posts = about_posts_;
  cell.by_hashtag = std::find(question_.by.begin(), question_.by.end(), "hashtag") != question_.by.end();
  cell.today = today_;
  return cell;
}

Estimate Asking::estimate(size_t plan, const Group& group, size_t window, CellScope::Detail detail) const {
  if (!applies_[plan]) {
    Estimate none;
    none.reason = "not_applicable";
    none.inputs.resize(plans_[plan].inputs.size());
    return none;
  }
  CellScope scope = scope_of(plan, group, window, Side::asked);
  scope.detail = detail;
  return evaluate(plans_[plan], frame_, catalog_, scope);
}

// Of the days of every account and every table of events that the KPI stands on, the share that somebody told of.
double Asking::coverage(const Plan& plan, const Group& group, DayRange days) const {
  double covered = 0, sources = 0;
  if (plan.observations || !plan.events) {
    for (int32_t account : group.accounts) {
      covered += covered_days(frame_.accounts[static_cast<size_t>(account)].covered, days);
      ++sources;
    }
  }
  std::set<facts::EventTable> tables;
  bool told = false;
  for (const Input& input : plan.inputs) {
    if (input.event == nullptr) continue;
    if (!input.event->relation->told) {
      tables.insert(input.event->relation->table);
    } else if (!told) {
      // What sources told of any account.
      told = true;
      std::vector<DayRange> ranges;
      for (const AccountInfo& account : frame_.accounts) {
        ranges.insert(ranges.end(), account.covered.begin(), account.covered.end());
      }
      for (Day day = days.first; day < days.end; day = day + 1) {
        covered += std::any_of(ranges.begin(), ranges.end(), [&](DayRange range) { return range.contains(day); });
      }
      ++sources;
    }
  }
  for (facts::EventTable table : tables) {
    covered += covered_days(events_.covered(table), days);
    ++sources;
  }
  return sources == 0 || days.empty() ? 0 : covered / (sources * days.days());
}

Cell Asking::cell(size_t plan, const Group& group, size_t window) const {
  const Plan& p = plans_[plan];
  const TimeWindow& time = windows_[window];
  Cell cell;
  cell.by = members_of(group, time);
  cell.asked = question_.kpis[plan];
  cell.kpi = p.choice.kpi->key;
  cell.variant = p.choice.variant->key;
  cell.definition = p.choice.kpi->definition;
  Estimate own = estimate(plan, group, window, CellScope::Detail::number);
  cell.value = own.value;
  cell.reason = own.reason;
  cell.basis = own.basis;
  cell.interval = own.interval;
  cell.n = own.n;
  cell.coverage = coverage(p, group, time.days);
  cell.notes.assign(own.notes.begin(), own.notes.end());
  note_time(p, group, time, told_days(own, time.days), cell);
  // 31 March has no part of February to stand beside.
  if (time.compared && !time.compared->empty() && applies_[plan]) {
    Estimate other = evaluate(p, frame_, catalog_, scope_of(plan, group, window, Side::compared));
    cell.compared = other.value;
    cell.compared_interval = other.interval;
    cell.compared_n = other.n;
    // A change from too few says as little as a change to too few.
    if (other.value && other.notes.contains("small_sample")) add_note(cell, "small_sample");
    bool across = broken_between(p, group, {time.compared->first, time.days.end});
    if (across && cell.compared) add_note(cell, "definition_break");
    if (cell.value && cell.compared && *cell.compared != 0 && !across) {
      cell.change = (*cell.value - *cell.compared) / std::abs(*cell.compared);
    }
    std::sort(cell.notes.begin(), cell.notes.end());
  }
  return cell;
}

void Asking::add_note(Cell& cell, const char* note) {
  if (std::find(cell.notes.begin(), cell.notes.end(), note) == cell.notes.end()) cell.notes.emplace_back(note);
}

// Whether what the KPI is made of changed its meaning strictly inside these days, on any network of the group.
bool Asking::broken_between(const Plan& plan, const Group& group, DayRange days) const {
  if (!plan.observations) return false;
  for (int32_t account : group.accounts) {
    const catalog::Network* network = frame_.accounts[static_cast<size_t>(account)].settings;
    if (network == nullptr) continue;
    for (const catalog::DefinitionBreak& broken : network->breaks) {
      if (broken.day <= days.first || broken.day >= days.end) continue;
      if (plan.measures.contains(broken.measure)) return true;
    }
    for (const catalog::Replacement& replacement : network->replacements) {
      if (replacement.from <= days.first || replacement.from >= days.end) continue;
      if (plan.measures.contains(replacement.measure)) return true;
    }
  }
  return false;
}

// From the first to the last day that the number stands on; of what has no units, the whole window.
DayRange Asking::told_days(const Estimate& estimate, DayRange window) const {
  std::optional<DayRange> told;
  auto widen = [&](const Units& table, const std::vector<uint32_t>& rows) {
    for (uint32_t row : rows) {
      if (!told) told = DayRange{table.day[row], table.end[row]};
      told->first = std::min(told->first, table.day[row]);
      told->end = std::max(told->end, table.end[row]);
    }
  };
  widen(frame_.posts, estimate.posts_used);
  widen(frame_.days, estimate.days_used);
  return told.value_or(window);
}

void Asking::note_time(const Plan& plan, const Group& group, const TimeWindow& window, DayRange told,
                       Cell& cell) const {
  if (window.partial) add_note(cell, "partial_period");
  int settlement = 0;
  for (int32_t account : plan.observations ? group.accounts : std::vector<int32_t>()) {
    const catalog::Network* network = frame_.accounts[static_cast<size_t>(account)].settings;
    if (network != nullptr) settlement = std::max(settlement, network->settlement_days);
  }
  bool has_number = cell.value || cell.interval;
  if (has_number && window.days.end > today_ - settlement) add_note(cell, "unsettled");
  if (has_number && broken_between(plan, group, told)) add_note(cell, "definition_break");
  // One account that told both the old measure and its replacement within the period.
  for (int32_t account : frame_.replaced.empty() ? std::vector<int32_t>() : group.accounts) {
    for (const std::string& measure : plan.measures) {
      if (has_number && frame_.replaced.contains({account, measure}) && frame_.native.contains({account, measure})) {
        add_note(cell, "definition_break");
      }
    }
  }
  std::sort(cell.notes.begin(), cell.notes.end());
}

}  // namespace sociometer::metrics
