#include "metrics/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/check.h"
#include "base/text.h"
#include "metrics/labelling.h"
#include "metrics/post_index.h"
#include "metrics/series_values.h"
#include "metrics/sql.h"

namespace sociometer::metrics {
namespace {

enum PromotionSlot { whole = 0, organic = 1, paid = 2 };

int slot_of(std::string_view promotion) {
  return promotion == "organic" ? organic : promotion == "paid" ? paid : whole;
}

constexpr std::string_view slot_names[] = {"all", "organic", "paid"};

bool holds_any(const std::vector<std::string>& wanted, const std::vector<std::string>& held) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const std::string& word) { return std::find(held.begin(), held.end(), word) != held.end(); });
}

void widen(std::optional<DayRange>& extent, DayRange days) {
  if (!extent) {
    extent = days;
    return;
  }
  extent->first = std::min(extent->first, days.first);
  extent->end = std::max(extent->end, days.end);
}

SqlScope sql_scope(const Scope& scope, const Dialect& dialect, const Frame& frame, const FrameWants& wants,
                   bool all_accounts) {
  SqlScope sql{&dialect, scope.workspace, wants.as_of, {}};
  if (!all_accounts) {
    for (const AccountInfo& account : frame.accounts) sql.accounts.emplace_back(account.network, account.handle);
  }
  return sql;
}

}  // namespace

int64_t add_known(int64_t a, int64_t b) {
  if (a == absent) return b;
  if (b == absent) return a;
  int64_t sum = 0;
  CHECK(!__builtin_add_overflow(a, b, &sum));
  return sum;
}

int64_t ByPromotion::of_whole() const {
  if (together != absent) return together;
  return value[whole] != absent ? value[whole] : add_known(value[organic], value[paid]);
}

int32_t SeriesUnit::days() const {
  int32_t most = 0;
  for (const auto& [measure, by] : told) {
    most = std::max({most, by.days[0], by.days[1], by.days[2], by.together_days});
  }
  return most;
}

bool ByPromotion::is_split() const {
  return value[organic] != absent || value[paid] != absent;
}

namespace {

// What a column of the frame says of an entity whose measures are told by promotion. `slot` is the part that is wanted
// of it (all, organic, paid), or nothing for the whole.
int64_t told_in(const std::map<std::string, ByPromotion>& told, const FrameWants& wants, const std::string& column,
                std::optional<int> slot) {
  auto part = wants.parts.find(column);
  auto found = told.find(part == wants.parts.end() ? column : part->second.base);
  if (found == told.end()) return absent;
  const ByPromotion& by = found->second;
  if (part == wants.parts.end() || part->second.promotions.empty()) return slot ? by.value[*slot] : by.of_whole();
  int64_t sum = absent;
  for (const std::string& promotion : part->second.promotions) {
    int own = slot_of(promotion);
    if (!slot || *slot == own) sum = add_known(sum, by.value[own]);
  }
  return sum;
}

}  // namespace

int covered_days(const std::vector<DayRange>& covered, DayRange range) {
  int days = 0;
  for (const DayRange& part : covered) days += intersection(part, range).days();
  return days;
}

FrameLoader::FrameLoader(const catalog::Catalog& catalog, facts::Store& store, const Dialect& dialect,
                         const Scope& scope, const std::map<std::string, std::vector<std::string>>& filter)
    : catalog_(catalog), store_(store), dialect_(dialect), scope_(scope), filter_(filter) {}

Result<Frame> FrameLoader::load(const FrameWants& wants) {
  Frame frame;
  frame.words.emplace_back();
  word_index_.emplace("", 0);
  TRY_DONE(load_accounts(frame, wants));
  if (frame.accounts.empty()) return frame;
  if (wants.series && !(wants.flows.empty() && wants.parts.empty())) {
    TRY_DONE(load_series(frame, wants));
    TRY_DONE(load_ranges(frame, wants));
    if (wants.differences && !wants.flows.empty()) TRY_DONE(load_differences(frame, wants));
    replace_measures(frame, frame.days);
  }
  if (wants.posts && (!wants.posts_needed || wants.posts_needed(frame))) {
    TRY_DONE(load_posts(frame, wants));
    replace_measures(frame, frame.posts);
  }
  TRY_DONE(load_stocks(frame, wants));
  TRY_DONE(load_uniques(frame, wants));
  return frame;
}

Result<Done> FrameLoader::run(Frame& frame, std::string sql, const std::function<bool(const facts::Chunk&)>& each,
                              facts::Store::Rows rows) {
  return run_select(store_, std::move(sql), frame.sql, each, rows);
}

int32_t FrameLoader::account_of(std::string_view network, std::string_view handle) const {
  // Rows of one account mostly come together.
  if (last_account_ >= 0) {
    const auto& [last_network, last_handle] = last_names_;
    if (last_handle == handle && last_network == network) return last_account_;
  }
  std::string name;
  name.reserve(network.size() + handle.size() + 1);
  name.append(network).append("/").append(handle);
  auto found = account_index_.find(name);
  if (found == account_index_.end()) return -1;
  last_account_ = found->second;
  last_names_ = {std::string(network), std::string(handle)};
  return last_account_;
}

int32_t FrameLoader::word_of(Frame& frame, std::string_view word) {
  auto [entry, inserted] = word_index_.emplace(word, static_cast<int32_t>(frame.words.size()));
  if (inserted) frame.words.emplace_back(word);
  return entry->second;
}

std::set<std::string_view> FrameLoader::left_out_by(const AccountInfo& account) const {
  auto allows = [&](const char* dimension, std::initializer_list<std::string_view> names) {
    auto wanted = filter_.find(dimension);
    if (wanted == filter_.end()) return true;
    return std::any_of(wanted->second.begin(), wanted->second.end(), [&](const std::string& word) {
      return std::find(names.begin(), names.end(), word) != names.end();
    });
  };
  std::set<std::string_view> by;
  bool own_alone = !filter_.contains("ownership");
  if (own_alone ? account.ownership != "own" : !allows("ownership", {account.ownership})) by.insert("ownership");
  if (!allows("network", {account.network})) by.insert("network");
  if (!allows("account", {account.handle, account.name()})) by.insert("account");
  return by;
}

// What one batch declares of one account.
struct FrameLoader::Declared {
  std::string network, handle;
  bool of_account = false;  // its day series; else its posts
  std::optional<DayRange> days;
  std::string zone;
  int64_t batch = 0;
};

// Its number among the frame's accounts, made where it is new; −1 where the question leaves it out.
int32_t FrameLoader::number_of(Frame& frame, const FrameWants& wants, const Declared& declared) {
  int32_t index = account_of(declared.network, declared.handle);
  if (index >= 0) return index;
  AccountInfo account;
  account.network = declared.network;
  account.handle = declared.handle;
  auto known = scope_.ownership.find(account.name());
  account.ownership = known == scope_.ownership.end() ? "own" : known->second;
  account.settings = catalog_.network(account.network);
  account.left_out_by = left_out_by(account);
  account.asked = account.left_out_by.empty();
  if (!account.asked && !wants.every_account) return -1;
  index = static_cast<int32_t>(frame.accounts.size());
  account_index_.emplace(account.name(), index);
  frame.accounts.push_back(std::move(account));
  return index;
}

Result<Done> FrameLoader::load_accounts(Frame& frame, const FrameWants& wants) {
  SqlScope sql{&dialect_, scope_.workspace, wants.as_of, {}};
  std::vector<Declared> all;
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      Declared& one = all.emplace_back();
      one.network = chunk.text(0, row);
      one.handle = chunk.text(1, row);
      one.of_account = chunk.text(2, row) == "account";
      one.zone = chunk.text(5, row);
      one.batch = chunk.integer(6, row);
      if (chunk.is_null(3, row)) continue;
      one.days = DayRange{{static_cast<int32_t>(chunk.integer(3, row))}, {static_cast<int32_t>(chunk.integer(4, row))}};
    }
    return true;
  };
  TRY_DONE(run(frame, sql_coverage(sql), read, facts::Store::Rows::kept));
  std::sort(all.begin(), all.end(), [](const Declared& a, const Declared& b) {
    return std::tie(a.network, a.handle) < std::tie(b.network, b.handle);
  });
  for (const Declared& one : all) {
    int32_t index = number_of(frame, wants, one);
    all_accounts_ = all_accounts_ && index >= 0;
    if (index < 0 || !one.days) continue;
    AccountInfo& account = frame.accounts[static_cast<size_t>(index)];
    account.covered.push_back(*one.days);
    if (!one.of_account) {
      account.content_covered.push_back(*one.days);
      continue;
    }
    account.series_zones.insert(one.zone);
    auto [entry, inserted] = frame.batch_ranges.emplace(one.batch, *one.days);
    entry->second = {std::min(entry->second.first, one.days->first), std::max(entry->second.end, one.days->end)};
  }
  for (AccountInfo& account : frame.accounts) {
    account.covered = merged_ranges(std::move(account.covered));
    account.content_covered = merged_ranges(std::move(account.content_covered));
  }
  return Done{};
}

// --- Posts --------------------------------------------------------------------------------------------------------

// Rows as the SELECT gave them: several of one post where its counters are told by promotion or by several tiers.
struct FrameLoader::PostRows {
  Units units;
  std::vector<int8_t> slot;  // promotion of the counters
  std::vector<int8_t> tier;  // −1: the post has no counters
  bool needs_merge = false;
};

// Takes the rows of sql_posts apart: when it was, whether the filters let it through, what it told.
class FrameLoader::PostReader {
 public:
  PostReader(FrameLoader& loader, Frame& frame, const FrameWants& wants, Ids ids)
      : loader_(loader), frame_(frame), wants_(wants) {
    for (const std::string& measure : wants.flows) columns.measures.push_back({measure, measure, {}, {}});
    for (const auto& [name, part] : wants.parts) {
      bool known = std::any_of(columns.measures.begin(), columns.measures.end(),
                               [&base = part.base](const auto& counter) { return counter.name == base; });
      if (!known) columns.measures.push_back({part.base, part.measure, part.dimension, part.members});
    }
    columns.attributes = wants.attributes || wants.filters_posts();
    columns.hashtags = wants.hashtags || wants.filters_posts_by("hashtag");
    columns.tags = wants.tags || wants.filters_posts_by("tag");
    columns.ids = ids == Ids::with;
    if (loader.gives_labels(wants)) labelling_ = Labelling(*loader.scope_.labels, wants.as_of);
    columns.hashtags = columns.hashtags || labelling_.wants_hashtags();
    columns.tags = columns.tags || labelling_.wants_tags();
    columns.texts = labelling_.wants_texts();
    for (const PostColumns::Counter& counter : columns.measures) values_.push_back(&rows.units.values[counter.name]);
  }

  // Posts alone, noted in `index` in the order of their units.
  PostReader(FrameLoader& loader, Frame& frame, const FrameWants& wants, PostIndex& index)
      : PostReader(loader, frame, wants, Ids::with) {
    columns.measures.clear();
    rows.units.values.clear();
    values_.clear();
    index_ = &index;
  }

  void read(const facts::Chunk& chunk) {
    const size_t rows_read = chunk.rows();
    for (size_t row = 0; row < rows_read; ++row) {
      Fields post;
      if (!when(chunk, row, post) || !what(chunk, row, post)) continue;
      keep(post);
      keep_counters(chunk, row, post.counters);
    }
  }

  PostColumns columns;
  PostRows rows;

 private:
  struct Fields {
    int32_t account = 0;
    Day day;
    int8_t hour = -1;
    int64_t at = absent;
    std::string_view promotion, id, kind, campaign, language;
    std::string_view text, link;
    std::vector<std::string> hashtags, tags;
    size_t counters = 0;  // the column where they begin
  };

  // Whose it is, and its day in the workspace's zone. A post of which nobody knows when belongs to no period.
  bool when(const facts::Chunk& chunk, size_t row, Fields& post) const {
    post.account = loader_.account_of(chunk.text(0, row), chunk.text(1, row));
    if (post.account < 0) return false;
    if (!chunk.is_null(2, row)) {
      post.at = chunk.integer(2, row);
      const Zone& zone = loader_.scope_.zone;
      int64_t local = post.at / 1'000'000 + (utc_ ? 0 : zone.offset_seconds({post.at}));
      int64_t number = local / 86'400 - (local % 86'400 < 0 ? 1 : 0);
      post.day = {static_cast<int32_t>(number)};
      post.hour = static_cast<int8_t>((local - number * 86'400) / 3'600);
    } else if (!chunk.is_null(3, row)) {
      post.day = {static_cast<int32_t>(chunk.integer(3, row))};
    } else {
      return false;
    }
    return !wants_.days || wants_.days->contains(post.day);
  }

  bool passes(const char* dimension, std::string_view word) const {
    auto wanted = wants_.post_filter.find(dimension);
    if (wanted == wants_.post_filter.end()) return true;
    return std::find(wanted->second.begin(), wanted->second.end(), word) != wanted->second.end();
  }

  bool passes_any(const char* dimension, const std::vector<std::string>& words) const {
    auto wanted = wants_.post_filter.find(dimension);
    return wanted == wants_.post_filter.end() || holds_any(wanted->second, words);
  }

  bool what(const facts::Chunk& chunk, size_t row, Fields& post) const {
    post.promotion = chunk.text(4, row);
    size_t column = 5;
    if (columns.ids) post.id = chunk.text(column++, row);
    if (columns.attributes) {
      post.kind = chunk.text(column++, row);
      post.campaign = chunk.text(column++, row);
      post.language = chunk.text(column++, row);
    }
    if (columns.hashtags) post.hashtags = chunk.list(column++, row);
    if (columns.tags) post.tags = chunk.list(column++, row);
    if (columns.texts) {
      post.text = chunk.text(column++, row);
      post.link = chunk.text(column++, row);
    }
    post.counters = column;
    label(post);
    return passes(post) && !is_left_out(post);
  }

  // Most questions have none: looked up by name for every post, they took as long as the rest of reading it.
  bool passes(const Fields& post) const {
    if (wants_.post_filter.empty()) return true;
    return passes("post", post.id) && passes("post_kind", post.kind) && passes("campaign", post.campaign) &&
           passes("language", post.language) && passes_any("hashtag", post.hashtags) && passes_any("tag", post.tags);
  }

  bool is_without(const char* dimension, std::string_view word) const {
    auto unwanted = wants_.post_without.find(dimension);
    return unwanted != wants_.post_without.end() &&
           std::find(unwanted->second.begin(), unwanted->second.end(), word) != unwanted->second.end();
  }
  bool is_without_any(const char* dimension, const std::vector<std::string>& words) const {
    auto unwanted = wants_.post_without.find(dimension);
    return unwanted != wants_.post_without.end() && holds_any(unwanted->second, words);
  }
  bool is_left_out(const Fields& post) const {
    if (wants_.post_without.empty()) return false;
    bool left_out = is_without("post", post.id) || is_without("post_kind", post.kind) ||
                    is_without("campaign", post.campaign) || is_without("language", post.language) ||
                    is_without_any("hashtag", post.hashtags) || is_without_any("tag", post.tags);
    if (left_out) frame_.left_out.try_emplace({post.account, std::string(post.id)}, post.day);
    return left_out;
  }

  // What people said of it goes before what its export said.
  void label(Fields& post) const {
    if (labelling_.empty()) return;
    const AccountInfo& account = frame_.accounts[static_cast<size_t>(post.account)];
    const LabelledPost labelled{account.network, account.handle, post.id,       post.text,
                                post.link,       post.day,       &post.hashtags};
    labelling_.tag(labelled, post.tags);
    if (const std::string* campaign = labelling_.campaign(labelled, post.tags)) post.campaign = *campaign;
  }

  void keep(const Fields& post) {
    Units& units = rows.units;
    units.account.push_back(post.account);
    units.day.push_back(post.day);
    units.end.push_back(post.day + 1);
    units.hour.push_back(post.hour);
    units.promotion.push_back(slot_of(post.promotion));
    if (index_ != nullptr) {
      index_->add(post.account, post.id);
    } else if (columns.ids) {
      units.id.emplace_back(post.id);
      units.at.push_back(post.at);
      units.post_promotion.push_back(loader_.word_of(frame_, post.promotion));
    }
    if (columns.attributes) {
      units.kind.push_back(loader_.word_of(frame_, post.kind));
      units.campaign.push_back(loader_.word_of(frame_, post.campaign));
      units.language.push_back(loader_.word_of(frame_, post.language));
    }
    if (columns.hashtags) units.hashtags.push_back(words_of(post.hashtags));
    if (columns.tags) units.tags.push_back(words_of(post.tags));
  }

  std::vector<int32_t> words_of(const std::vector<std::string>& words) {
    std::vector<int32_t> indices;
    for (const std::string& word : words) indices.push_back(loader_.word_of(frame_, word));
    return indices;
  }

  void keep_counters(const facts::Chunk& chunk, size_t row, size_t column) {
    bool counted = !columns.measures.empty() && !chunk.is_null(column + 1, row);
    int slot = counted ? slot_of(chunk.text(column, row)) : whole;
    int tier = counted ? static_cast<int>(chunk.integer(column + 1, row)) : -1;
    rows.slot.push_back(static_cast<int8_t>(slot));
    rows.tier.push_back(static_cast<int8_t>(tier));
    if (counted && first_tier_ < 0) first_tier_ = tier;
    rows.needs_merge = rows.needs_merge || slot != whole || (counted && tier != first_tier_);
    for (size_t i = 0; i < values_.size(); ++i) {
      values_[i]->push_back(chunk.is_null(column + 2 + i, row) ? absent : chunk.integer(column + 2 + i, row));
    }
  }

  FrameLoader& loader_;
  Frame& frame_;
  const FrameWants& wants_;
  bool utc_ = loader_.scope_.zone == Zone::utc();
  int first_tier_ = -1;
  PostIndex* index_ = nullptr;
  Labelling labelling_;
  std::vector<std::vector<int64_t>*> values_;
};

Result<FrameLoader::PostRows> FrameLoader::read_posts(Frame& frame, const FrameWants& wants, Ids ids) {
  PostReader reader(*this, frame, wants, ids);
  SqlScope sql = sql_scope(scope_, dialect_, frame, wants, all_accounts_);
  auto read = [&](const facts::Chunk& chunk) {
    reader.read(chunk);
    return true;
  };
  TRY_DONE(run(frame, sql_posts(sql, reader.columns, wants.days), read, facts::Store::Rows::many));
  return std::move(reader.rows);
}

// Whether campaigns and tags are looked at, and people gave some.
bool FrameLoader::gives_labels(const FrameWants& wants) const {
  const bool looked_at = wants.attributes || wants.tags || wants.filters_posts();
  return looked_at && scope_.labels != nullptr && !scope_.labels->empty();
}

Result<Done> FrameLoader::load_posts(Frame& frame, const FrameWants& wants) {
  bool by_promotion = wants.by_promotion || !wants.promotions.empty() ||
                      std::any_of(wants.parts.begin(), wants.parts.end(),
                                  [](const auto& part) { return !part.second.promotions.empty(); });
  bool with_ids =
      wants.ids || by_promotion || wants.filters_posts_by("post") || !wants.post_without.empty() || gives_labels(wants);
  if (!with_ids && !wants.as_of && !wants.flows.empty() && wants.parts.empty()) {
    TRY(bool loaded, load_posts_apart(frame, wants));
    if (loaded) return Done{};
  }
  TRY(PostRows rows, read_posts(frame, wants, with_ids ? Ids::with : Ids::without));
  if (rows.needs_merge && !with_ids) {
    frame.sql.pop_back();
    TRY(rows, read_posts(frame, wants, Ids::with));
  }
  if (rows.needs_merge || by_promotion) {
    merge_posts(frame, wants, rows);
    for (const Day& day : frame.posts.day) widen(frame.extent, {day, day + 1});
  } else {
    keep_posts(frame, rows);
  }
  return Done{};
}

// One row a post, as it is.
void FrameLoader::keep_posts(Frame& frame, PostRows& rows) {
  rows.units.days.assign(rows.units.size(), 1);
  rows.units.member.assign(rows.units.size(), 0);
  std::fill(rows.units.promotion.begin(), rows.units.promotion.end(), 0);
  frame.posts = std::move(rows.units);
  for (const Day& day : frame.posts.day) widen(frame.extent, {day, day + 1});
}

// Where the counters of a series belong.
struct FrameLoader::Counter {
  int32_t account = -1;
  std::vector<int64_t>* column = nullptr;  // of the posts' units
};

// By number of series. Empty where one post may have several values of a measure.
Result<std::vector<FrameLoader::Counter>> FrameLoader::counters_of(Frame& frame, const FrameWants& wants,
                                                                   const std::vector<std::string>& measures) {
  std::vector<Counter> counters(1);
  std::set<std::pair<int, int64_t>> tellers;
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      auto series = static_cast<size_t>(chunk.integer(0, row));
      if (series >= counters.size()) counters.resize(series + 1);
      int32_t account = account_of(chunk.text(1, row), chunk.text(2, row));
      if (account < 0) continue;
      counters[series] = {account, &frame.posts.values[std::string(chunk.text(3, row))]};
      tellers.emplace(slot_of(chunk.text(4, row)), chunk.integer(5, row));
    }
    return true;
  };
  SqlScope sql = sql_scope(scope_, dialect_, frame, wants, all_accounts_);
  TRY_DONE(run(frame, sql_counter_series(sql, measures), read, facts::Store::Rows::kept));
  bool one_value = tellers.empty() || (tellers.size() == 1 && tellers.begin()->first == whole);
  if (!one_value) counters.clear();
  return counters;
}

// The posts, and then their counters as they lie in the store: joining and turning them there took four times as long.
// False where that is not possible: promotions or tiers tell several values of one post.
Result<bool> FrameLoader::load_posts_apart(Frame& frame, const FrameWants& wants) {
  std::vector<std::string> measures(wants.flows.begin(), wants.flows.end());
  TRY(std::vector<Counter> counters, counters_of(frame, wants, measures));
  if (counters.empty()) {
    frame.sql.pop_back();
    frame.posts = {};
    return false;
  }
  SqlScope sql = sql_scope(scope_, dialect_, frame, wants, all_accounts_);
  PostIndex index;
  PostReader reader(*this, frame, wants, index);
  auto read_posts = [&](const facts::Chunk& chunk) {
    reader.read(chunk);
    return true;
  };
  TRY_DONE(run(frame, sql_post_fields(sql, reader.columns, wants.days), read_posts, facts::Store::Rows::many));
  auto columns = std::move(frame.posts.values);
  keep_posts(frame, reader.rows);
  frame.posts.values = std::move(columns);  // where the counters point to
  for (auto& [measure, column] : frame.posts.values) column.assign(frame.posts.size(), absent);
  uint32_t unit = 0;
  auto read = [&](const facts::Chunk& chunk) {
    std::span<const int64_t> series = chunk.integers(0), values = chunk.integers(1);
    for (size_t row = 0; row < series.size(); ++row) {
      const auto number = static_cast<size_t>(series[row]);
      // A series that came into being since their names were read is not of this answer.
      if (number >= counters.size() || counters[number].account < 0) continue;
      const Counter& counter = counters[number];
      uint32_t found = index.find(counter.account, chunk.text(2, row), unit);
      if (found == PostIndex::none) continue;
      unit = found;
      (*counter.column)[unit] = values[row];
    }
    return true;
  };
  std::vector<int64_t> numbers;
  for (size_t series = 0; series < counters.size(); ++series) {
    if (counters[series].account >= 0) numbers.push_back(static_cast<int64_t>(series));
  }
  if (numbers.empty()) return true;
  std::string wanted = sql_counters(sql, measures, runs_of(numbers), wants.days);
  TRY_DONE(run(frame, std::move(wanted), read, facts::Store::Rows::many));
  return true;
}

void FrameLoader::merge_posts(Frame& frame, const FrameWants& wants, PostRows& rows) {
  const Units& from = rows.units;
  std::unordered_map<std::string, std::vector<size_t>> of_post;
  std::vector<std::string> order;
  for (size_t row = 0; row < from.size(); ++row) {
    std::string key = fmt::format("{}\n{}", from.account[row], from.id[row]);
    auto& list = of_post[key];
    if (list.empty()) order.push_back(key);
    list.push_back(row);
  }
  Units& to = frame.posts;
  for (const auto& [measure, column] : from.values) to.values[measure];
  for (const auto& [name, part] : wants.parts) to.values[name];
  auto copy_fields = [&](size_t row, int32_t promotion) {
    to.account.push_back(from.account[row]);
    to.day.push_back(from.day[row]);
    to.end.push_back(from.end[row]);
    to.hour.push_back(from.hour[row]);
    to.days.push_back(1);
    to.member.push_back(0);
    to.promotion.push_back(promotion);
    to.id.push_back(from.id[row]);
    to.at.push_back(from.at[row]);
    to.post_promotion.push_back(from.post_promotion[row]);
    if (!from.kind.empty()) {
      to.kind.push_back(from.kind[row]);
      to.campaign.push_back(from.campaign[row]);
      to.language.push_back(from.language[row]);
    }
    if (!from.hashtags.empty()) to.hashtags.push_back(from.hashtags[row]);
    if (!from.tags.empty()) to.tags.push_back(from.tags[row]);
  };
  for (const std::string& key : order) {
    const std::vector<size_t>& list = of_post[key];
    int post_promotion = from.promotion[list.front()];
    std::map<std::string, ByPromotion> told;
    bool any_split = false;
    for (const auto& [measure, column] : from.values) {
      int best = 99;
      for (size_t row : list) {
        if (column[row] != absent && rows.tier[row] < best) best = rows.tier[row];
      }
      ByPromotion& by = told[measure];
      for (size_t row : list) {
        if (column[row] != absent && rows.tier[row] == best) by.value[rows.slot[row]] = column[row];
      }
      // A post that is wholly organic or wholly paid tells of that part when it tells of the whole.
      if (!by.is_split() && post_promotion != whole) by.value[post_promotion] = by.value[whole];
      any_split = any_split || by.is_split();
    }
    auto emit = [&](int slot) {
      copy_fields(list.front(), word_of(frame, slot_names[slot]));
      bool all = slot == whole && !wants.by_promotion;
      for (auto& [name, column] : to.values) {
        column.push_back(told_in(told, wants, name, all ? std::nullopt : std::optional<int>(slot)));
      }
    };
    if (!wants.promotions.empty() || wants.by_promotion) {
      for (int slot : {whole, organic, paid}) {
        bool wanted = wants.promotions.empty() || std::find(wants.promotions.begin(), wants.promotions.end(),
                                                            slot_names[slot]) != wants.promotions.end();
        bool there =
            std::any_of(told.begin(), told.end(), [&](const auto& t) { return t.second.value[slot] != absent; });
        if (wanted && there && !(slot == whole && any_split && wants.promotions.empty())) emit(slot);
      }
    } else {
      emit(whole);
      to.promotion.back() = 0;
    }
  }
}

// --- Day series ---------------------------------------------------------------------------------------------------

namespace {

struct SeriesWords {
  int32_t account;
  std::string measure;
  int slot;
  int tier;
  int32_t member;
};

struct ToldTotal {
  DayRange days;
  int64_t total;
  int32_t count;
  // What of it belongs to the whole: all, or of a part the days of which nobody told the whole.
  int64_t of_whole = absent;
  int32_t days_of_whole = 0;
};

struct Series {
  SeriesWords words;
  std::vector<ToldTotal> told;
};

// The first tier that tells of an account's measure is believed.
void keep_best_tier(std::vector<Series>& all) {
  std::map<std::pair<int32_t, std::string>, int> best;
  for (const auto& [words, told] : all) {
    auto [entry, inserted] = best.emplace(std::pair{words.account, words.measure}, words.tier);
    if (!inserted) entry->second = std::min(entry->second, words.tier);
  }
  std::erase_if(all, [&](const Series& series) {
    return best[{series.words.account, series.words.measure}] != series.words.tier;
  });
}

void fold(SeriesUnits& units, const SeriesWords& words, const ToldTotal& told) {
  SeriesUnit& unit = units[{words.account, words.member, told.days.first.number, told.days.end.number}];
  ByPromotion& by = unit.told[words.measure];
  by.value[words.slot] = add_known(by.value[words.slot], told.total);
  by.days[words.slot] += told.count;
  by.together = add_known(by.together, told.of_whole);
  by.together_days += told.days_of_whole;
}

}  // namespace

// Measures as one breakdown tells them, and the columns that each of its rows goes to.
struct FrameLoader::SeriesSlice {
  std::set<std::string> measures;
  std::string dimension;
  std::vector<std::string> members;      // only these; empty: all, each with rows of its own
  std::vector<const ColumnPart*> parts;  // what the rows are parts of; none: they are the question's own rows
  SeriesChoice choice(SeriesChoice::Of of) const { return {of, measures, dimension, members}; }
};

// The question's own rows, then the breakdowns that a formula names.
std::vector<FrameLoader::SeriesSlice> FrameLoader::slices(const FrameWants& wants,
                                                          const std::set<std::string>& measures,
                                                          const FrameWants::Parts& parts) const {
  std::vector<SeriesSlice> all;
  if (!measures.empty()) all.push_back({measures, wants.breakdown, wants.breakdown_members, {}});
  std::map<std::string, SeriesSlice> by_dimension;
  for (const auto& [name, part] : parts) {
    // Asked by a breakdown, the rows are of its members already; of another one nobody tells.
    if (part.dimension.empty() || !wants.breakdown.empty() || part.members.empty()) continue;
    SeriesSlice& slice = by_dimension[part.dimension];
    slice.dimension = part.dimension;
    slice.measures.insert(part.measure);
    slice.members.insert(slice.members.end(), part.members.begin(), part.members.end());
    bool known = std::any_of(slice.parts.begin(), slice.parts.end(),
                             [&base = part.base](const ColumnPart* other) { return other->base == base; });
    if (!known) slice.parts.push_back(&part);
  }
  for (auto& [dimension, slice] : by_dimension) all.push_back(std::move(slice));
  return all;
}

namespace {

// The series under each column that it is a part of; itself where it is nobody's part.
template <typename Slice>
std::vector<SeriesWords> columns_of(const Slice& slice, SeriesWords words, std::string_view member) {
  if (slice.parts.empty()) return {std::move(words)};
  std::vector<SeriesWords> all;
  words.member = 0;
  std::string measure = words.measure;
  for (const ColumnPart* part : slice.parts) {
    bool inside = std::find(part->members.begin(), part->members.end(), member) != part->members.end();
    if (part->measure != measure || !inside) continue;
    words.measure = part->base;
    all.push_back(words);
  }
  return all;
}

}  // namespace

namespace {

// The stretches between edges, numbered from 1; 0 is before the first edge, and one more than there are is after the
// last.
class Segments {
 public:
  explicit Segments(const std::vector<Day>& edges) : edges_(edges) {
    for (size_t i = 0; i + 1 < edges.size(); ++i) {
      for (Day day = edges[i]; day < edges[i + 1]; day = day + 1) of_day_.push_back(i + 1);
    }
  }
  size_t count() const { return edges_.size() - 1; }
  DayRange days(size_t segment) const { return {edges_[segment - 1], edges_[segment]}; }
  size_t of(Day day) const {
    if (day < edges_.front()) return 0;
    if (day >= edges_.back()) return edges_.size();
    return of_day_[static_cast<size_t>(day.number - edges_.front().number)];
  }

 private:
  const std::vector<Day>& edges_;
  std::vector<size_t> of_day_;
};

}  // namespace

// Adds up the values of series by segment, or takes them day by day where there are no edges.
class FrameLoader::SeriesAdder {
 public:
  struct Sums {
    std::vector<ToldTotal> told;
    std::vector<DayRange> covered;  // what their batches declare; of a batch that declares nothing, what was told
  };

  SeriesAdder(const Frame& frame, const FrameWants& wants)
      : batch_ranges_(frame.batch_ranges), by_day_(wants.edges.empty()), segments_(wants.edges) {}

  void add(const SeriesValue& value, const std::vector<SeriesName>& names) {
    if (value.series >= all_.size()) all_.resize(value.series + 1);
    Tally& own = all_[value.series];
    if (own.slot < 0) own.slot = slot_of(names[value.series].promotion);
    size_t segment = by_day_ ? 0 : segments_.of(value.day);
    if (!by_day_ && (segment == 0 || segment > segments_.count())) return;
    if (value.batch != own.batch) note_batch(own, value.batch);
    if (own.slot != whole) own.parts.push_back({value.day, value.value});
    if (by_day_) {
      own.sums.told.push_back({{value.day, value.day + 1}, value.value, 1});
      if (!own.declared) own.sums.covered.push_back(own.sums.told.back().days);
      return;
    }
    if (own.slot == whole) own.days.mark(value.day - segments_.days(1).first);
    own.segments.resize(segments_.count() + 1);
    Segment& sum = own.segments[segment];
    too_large_ = too_large_ || __builtin_add_overflow(sum.total, value.value, &sum.total);
    ++sum.count;
    sum.undeclared = sum.undeclared || !own.declared;
  }

  // Once all is added: finds what each series gives to the whole of its measure.
  void settle(const std::vector<SeriesName>& names) {
    const bool by_promotion = std::any_of(all_.begin(), all_.end(), [](const Tally& own) { return own.slot > whole; });
    std::map<std::string, std::array<Tally*, 3>> of_measure;
    for (size_t i = 0; i < all_.size(); ++i) {
      Tally& own = all_[i];
      if (own.slot < 0) continue;
      if (own.slot == whole) give_all(own);
      if (!by_promotion) continue;
      const SeriesName& name = names[i];
      of_measure[fmt::format("{}\n{}\n{}\n{}\n{}", name.network, name.account, name.measure, name.member, name.tier)]
                [static_cast<size_t>(own.slot)] = &own;
    }
    for (auto& [measure, by_slot] : of_measure) {
      std::set<Day> counted;
      for (int slot : {organic, paid}) {
        if (by_slot[static_cast<size_t>(slot)] != nullptr)
          give_rest(*by_slot[static_cast<size_t>(slot)], by_slot[whole], counted);
      }
    }
  }

  // Of the series with this index, if it told anything.
  Result<Sums> sums(size_t series) {
    if (too_large_) return invalid("the sum of what an account told is beyond 64 bits");
    if (series >= all_.size()) return Sums{};
    Tally& own = all_[series];
    for (size_t segment = 1; segment < own.segments.size(); ++segment) {
      const Segment& sum = own.segments[segment];
      if (sum.count == 0) continue;
      own.sums.told.push_back({segments_.days(segment), sum.total, sum.count, sum.of_whole, sum.days_of_whole});
      if (sum.undeclared) own.sums.covered.push_back(segments_.days(segment));
    }
    return std::move(own.sums);
  }

 private:
  struct Segment {
    int64_t total = 0;
    int32_t count = 0;
    bool undeclared = false;
    int64_t of_whole = absent;
    int32_t days_of_whole = 0;
  };
  // Days by their distance from the first that is asked for.
  class Marks {
   public:
    void mark(int day) {
      auto at = static_cast<size_t>(day);
      if (at / 64 >= bits_.size()) bits_.resize(at / 64 + 1);
      bits_[at / 64] |= uint64_t{1} << (at % 64);
    }
    bool has(int day) const {
      auto at = static_cast<size_t>(day);
      return at / 64 < bits_.size() && (bits_[at / 64] >> (at % 64) & 1) != 0;
    }

   private:
    std::vector<uint64_t> bits_;
  };
  struct PartOfDay {
    Day day;
    int64_t value;
  };
  struct Tally {
    Sums sums;
    std::vector<Segment> segments;
    int64_t batch = -1;  // of the last value, and whether it declares its days
    bool declared = false;
    int slot = -1;
    Marks days;                    // of the whole, where there are segments
    std::vector<PartOfDay> parts;  // of a part; where there are no segments, beside sums.told
  };

  void note_batch(Tally& own, int64_t batch) {
    own.batch = batch;
    auto declared = batch_ranges_.find(batch);
    own.declared = declared != batch_ranges_.end();
    if (own.declared) own.sums.covered.push_back(declared->second);
  }

  static void give_all(Tally& own) {
    for (ToldTotal& told : own.sums.told) {
      told.of_whole = told.total;
      told.days_of_whole = told.count;
    }
    for (Segment& sum : own.segments) {
      if (sum.count == 0) continue;
      sum.of_whole = sum.total;
      sum.days_of_whole = sum.count;
    }
  }

  // Of a part: the days that the whole, where there is one, does not tell. A day that both parts tell is one day.
  void give_rest(Tally& own, const Tally* of_whole, std::set<Day>& counted) {
    std::set<Day> told;
    if (of_whole != nullptr && by_day_) {
      for (const ToldTotal& each : of_whole->sums.told) told.insert(each.days.first);
    }
    for (size_t i = 0; i < own.parts.size(); ++i) {
      const auto [day, value] = own.parts[i];
      const bool known =
          by_day_ ? told.contains(day) : of_whole != nullptr && of_whole->days.has(day - segments_.days(1).first);
      if (known) continue;
      const int32_t days = counted.insert(day).second ? 1 : 0;
      if (by_day_) {
        own.sums.told[i].of_whole = value;
        own.sums.told[i].days_of_whole = days;
        continue;
      }
      Segment& sum = own.segments[segments_.of(day)];
      if (sum.of_whole == absent) sum.of_whole = 0;
      too_large_ = too_large_ || __builtin_add_overflow(sum.of_whole, value, &sum.of_whole);
      sum.days_of_whole += days;
    }
  }

  const std::map<int64_t, DayRange>& batch_ranges_;
  bool by_day_;
  Segments segments_;
  std::vector<Tally> all_;
  bool too_large_ = false;
};

Result<Done> FrameLoader::load_series(Frame& frame, const FrameWants& wants) {
  bool posts_too = std::any_of(frame.accounts.begin(), frame.accounts.end(),
                               [](const AccountInfo& account) { return !account.content_covered.empty(); });
  SqlScope sql = sql_scope(scope_, dialect_, frame, wants, all_accounts_);
  std::vector<Series> all;
  for (const SeriesSlice& slice : slices(wants, wants.flows, wants.parts)) {
    SeriesAdder adder(frame, wants);
    SeriesValues values(store_, sql, frame.sql);
    TRY_DONE(values.read({slice.choice(SeriesChoice::Of::flows), wants.days, posts_too},
                         [&](const SeriesValue& value) { adder.add(value, values.names()); }));
    adder.settle(values.names());
    for (size_t i = 0; i < values.names().size(); ++i) {
      const SeriesName& name = values.names()[i];
      if (!name.has_days) ranges_told_.insert(slice.dimension);
      int32_t account = account_of(name.network, name.account);
      if (account < 0 || !name.has_days) continue;
      TRY(auto sums, adder.sums(i));
      if (sums.told.empty()) continue;
      SeriesWords words{account, name.measure, slot_of(name.promotion), name.tier, word_of(frame, name.member)};
      for (SeriesWords& each : columns_of(slice, std::move(words), name.member)) {
        auto& covered = frame.accounts[static_cast<size_t>(account)].series_covered[each.measure];
        covered.insert(covered.end(), sums.covered.begin(), sums.covered.end());
        all.push_back({std::move(each), sums.told});
      }
    }
  }
  for (AccountInfo& account : frame.accounts) {
    for (auto& [measure, ranges] : account.series_covered) ranges = merged_ranges(std::move(ranges));
  }
  keep_best_tier(all);
  SeriesUnits units;
  for (const auto& [words, told] : all) {
    for (const ToldTotal& each : told) fold(units, words, each);
  }
  emit_series(frame, wants, units);
  return Done{};
}

void FrameLoader::emit_series(Frame& frame, const FrameWants& wants, const SeriesUnits& units) {
  Units& to = frame.days;
  for (const std::string& measure : wants.flows) to.values[measure];
  for (const auto& [name, part] : wants.parts) to.values[name];
  for (const auto& series : units) {
    // By name, as not every compiler lets a lambda have what was taken apart.
    const auto [of_account, of_member, of_first, of_end] = series.first;
    const int32_t account = of_account, member = of_member, first = of_first, end = of_end;
    const SeriesUnit& unit = series.second;
    bool any_split = std::any_of(unit.told.begin(), unit.told.end(), [](const auto& t) { return t.second.is_split(); });
    auto emit = [&](int slot, bool marked) {
      to.account.push_back(account);
      to.day.push_back({first});
      to.end.push_back({end});
      to.days.push_back(unit.days());
      to.member.push_back(member);
      to.promotion.push_back(marked ? word_of(frame, slot_names[slot]) : 0);
      for (auto& [name, column] : to.values) {
        auto part = wants.parts.find(name);
        if (part == wants.parts.end() || part->second.dimension.empty() || wants.breakdown.empty()) {
          column.push_back(told_in(unit.told, wants, name, marked ? std::optional<int>(slot) : std::nullopt));
          continue;
        }
        // The rows are of the breakdown's members already.
        const std::vector<std::string>& members = part->second.members;
        bool inside = part->second.dimension == wants.breakdown && part->second.promotions.empty() &&
                      std::find(members.begin(), members.end(), frame.word(member)) != members.end();
        column.push_back(
            inside ? told_in(unit.told, {}, part->second.measure, marked ? std::optional<int>(slot) : std::nullopt)
                   : absent);
      }
      widen(frame.extent, {{first}, {end}});
    };
    if (wants.promotions.empty() && !wants.by_promotion) {
      emit(whole, false);
      continue;
    }
    for (int slot : {whole, organic, paid}) {
      bool wanted = wants.promotions.empty() || std::find(wants.promotions.begin(), wants.promotions.end(),
                                                          slot_names[slot]) != wants.promotions.end();
      bool there = std::any_of(unit.told.begin(), unit.told.end(),
                               [&](const auto& t) { return t.second.value[slot] != absent; });
      if (wanted && there && !(slot == whole && any_split && wants.promotions.empty())) emit(slot, true);
    }
  }
}

// A flow told for a whole range counts where nothing finer tells of the same days.
Result<Done> FrameLoader::load_ranges(Frame& frame, const FrameWants& wants) {
  std::vector<Series> rows;
  for (const SeriesSlice& slice : slices(wants, wants.flows, wants.parts)) {
    size_t before = rows.size();
    auto read = [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        int32_t account = account_of(chunk.text(0, row), chunk.text(1, row));
        bool wanted = slice.members.empty() ||
                      std::find(slice.members.begin(), slice.members.end(), chunk.text(5, row)) != slice.members.end();
        if (account < 0 || !wanted) continue;
        DayRange days{{static_cast<int32_t>(chunk.integer(6, row))}, {static_cast<int32_t>(chunk.integer(7, row))}};
        SeriesWords words{account, std::string(chunk.text(2, row)), slot_of(chunk.text(3, row)),
                          static_cast<int>(chunk.integer(4, row)), word_of(frame, chunk.text(5, row))};
        ToldTotal told{days, chunk.integer(8, row), days.days()};
        for (SeriesWords& each : columns_of(slice, std::move(words), chunk.text(5, row))) {
          rows.push_back({std::move(each), {told}});
        }
      }
      return true;
    };
    if (!ranges_told_.contains(slice.dimension)) continue;
    SqlScope sql = sql_scope(scope_, dialect_, frame, wants, all_accounts_);
    TRY_DONE(run(frame, sql_ranges(sql, slice.measures, wants.days, slice.dimension), read));
    if (rows.size() == before) frame.sql.pop_back();
  }
  if (rows.empty()) return Done{};
  keep_best_tier(rows);
  std::stable_sort(rows.begin(), rows.end(), [](const Series& a, const Series& b) {
    return a.told.front().days.days() < b.told.front().days.days();
  });
  std::map<std::tuple<int32_t, int32_t, std::string>, std::vector<DayRange>> told;
  for (size_t unit = 0; unit < frame.days.size(); ++unit) {
    for (const auto& [measure, column] : frame.days.values) {
      if (column[unit] == absent) continue;
      told[{frame.days.account[unit], frame.days.member[unit], measure}].push_back(
          {frame.days.day[unit], frame.days.end[unit]});
    }
  }
  SeriesUnits units;
  for (const auto& [words, of_range] : rows) {
    DayRange days = of_range.front().days;
    auto& ranges = told[{words.account, words.member, words.measure}];
    bool finer = std::any_of(ranges.begin(), ranges.end(),
                             [&](DayRange range) { return range != days && !intersection(range, days).empty(); });
    if (finer) continue;
    ranges.push_back(days);
    frame.accounts[static_cast<size_t>(words.account)].series_covered[words.measure].push_back(days);
    fold(units, words, of_range.front());
  }
  for (AccountInfo& account : frame.accounts) {
    for (auto& [measure, ranges] : account.series_covered) ranges = merged_ranges(std::move(ranges));
  }
  emit_series(frame, wants, units);
  return Done{};
}

// What happened between two readings of a post's counters. A counter starts at 0 when its post was published; a reading
// at midnight closes the day before.
Result<Done> FrameLoader::load_differences(Frame& frame, const FrameWants& wants) {
  struct Reading {
    int32_t account;
    std::string post, measure;
    Day published;
    Instant at;
    int64_t value;
  };
  std::vector<Reading> readings;
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      int32_t account = account_of(chunk.text(0, row), chunk.text(1, row));
      std::string measure(chunk.text(3, row));
      if (account < 0 || frame.accounts[static_cast<size_t>(account)].series_covered.contains(measure)) continue;
      Reading reading{account,
                      std::string(chunk.text(2, row)),
                      std::move(measure),
                      {static_cast<int32_t>(chunk.integer(4, row))},
                      {chunk.integer(5, row)},
                      chunk.integer(6, row)};
      bool again = !readings.empty() && readings.back().account == account && readings.back().post == reading.post &&
                   readings.back().measure == reading.measure && readings.back().at == reading.at;
      if (again) readings.pop_back();  // the later batch tells the same moment anew
      readings.push_back(std::move(reading));
    }
    return true;
  };
  SqlScope sql = sql_scope(scope_, dialect_, frame, wants, all_accounts_);
  TRY_DONE(run(frame, sql_post_history(sql, wants.flows), read, facts::Store::Rows::many));

  std::map<std::tuple<int32_t, std::string, DayRange>, std::map<std::string, int64_t>> told;
  for (size_t i = 0; i < readings.size(); ++i) {
    const Reading& now = readings[i];
    const Reading* before = i > 0 && readings[i - 1].account == now.account && readings[i - 1].post == now.post &&
                                    readings[i - 1].measure == now.measure
                                ? &readings[i - 1]
                                : nullptr;
    Day last = scope_.zone.day_of(now.at);
    bool midnight = scope_.zone.start_of(last) == now.at;
    DayRange days{before ? scope_.zone.day_of(before->at) : now.published, midnight ? last : last + 1};
    days.end = std::max(days.end, days.first + 1);
    int64_t difference = now.value - (before ? before->value : 0);
    told[{now.account, now.post, days}][now.measure] = difference;
    if (difference != 0) frame.differences[{now.account, now.measure}].push_back(days);
  }
  Units& to = frame.days;
  for (const auto& [key, values] : told) {
    const auto& [account, post, days] = key;
    to.account.push_back(account);
    to.day.push_back(days.first);
    to.end.push_back(days.end);
    to.days.push_back(1);
    to.member.push_back(0);
    to.promotion.push_back(0);
    for (auto& [measure, column] : to.values) {
      auto value = values.find(measure);
      column.push_back(value == values.end() ? absent : value->second);
    }
    widen(frame.extent, days);
  }
  return Done{};
}

// --- Stocks and uniques -------------------------------------------------------------------------------------------

namespace {

// Several members' stocks as one: what was known of all of them together, from the day that all are known.
std::vector<StockPoint> together(const std::map<int32_t, std::vector<StockPoint>>& by_member) {
  std::map<Day, std::map<int32_t, int64_t>> told;
  for (const auto& [member, points] : by_member) {
    for (const StockPoint& point : points) told[point.day][member] = point.value;
  }
  std::map<int32_t, int64_t> last;
  std::vector<StockPoint> sums;
  for (const auto& [day, values] : told) {
    for (const auto& [member, value] : values) last[member] = value;
    if (last.size() < by_member.size()) continue;
    int64_t sum = absent;
    for (const auto& [member, value] : last) sum = add_known(sum, value);
    sums.push_back({day, sum});
  }
  return sums;
}

}  // namespace

// Of each series what it said first and last in each segment, or everything it said where days are wanted.
class FrameLoader::StockReader {
 public:
  explicit StockReader(const FrameWants& wants)
      : by_day_(wants.stock_by_day || wants.edges.empty()), firsts_(wants.stock_firsts), segments_(wants.edges) {}

  void add(const SeriesValue& value) {
    if (value.series >= all_.size()) all_.resize(value.series + 1);
    StockPoint point{value.day, value.value};
    if (by_day_) {
      all_[value.series].push_back(Ends{point, point});
      return;
    }
    all_[value.series].resize(segments_.count() + 2);
    auto& ends = all_[value.series][segments_.of(value.day)];
    if (!ends) ends = Ends{point, point};
    if (point < ends->first) ends->first = point;
    if (ends->last < point) ends->last = point;
  }

  // Of the series with this index, ascending by segment.
  std::vector<StockPoint> points(size_t series) const {
    std::vector<StockPoint> points;
    if (series >= all_.size()) return points;
    for (const auto& ends : all_[series]) {
      if (!ends) continue;
      if (firsts_ && ends->first.day != ends->last.day) points.push_back(ends->first);
      points.push_back(ends->last);
    }
    return points;
  }

 private:
  struct Ends {
    StockPoint first, last;
  };
  bool by_day_, firsts_;
  Segments segments_;
  std::vector<std::vector<std::optional<Ends>>> all_;
};

Result<Done> FrameLoader::load_stocks(Frame& frame, const FrameWants& wants) {
  struct Row {
    int32_t account;
    std::string measure;
    int32_t member;
    int tier;
    std::vector<StockPoint> points;
  };
  SqlScope sql = sql_scope(scope_, dialect_, frame, wants, all_accounts_);
  for (const SeriesSlice& slice : slices(wants, wants.stocks, wants.stock_parts)) {
    std::optional<DayRange> days;
    if (wants.days && !wants.stocks_of_any_day && slice.dimension.empty()) {
      // The value before the first day may be carried from the week before it. A member told at any time has its row.
      days = DayRange{wants.days->first - stock_carry_days - 1, wants.days->end};
    }
    StockReader reader(wants);
    SeriesValues values(store_, sql, frame.sql);
    TRY_DONE(values.read({slice.choice(SeriesChoice::Of::stocks), days},
                         [&](const SeriesValue& value) { reader.add(value); }));
    std::vector<Row> rows;
    for (size_t i = 0; i < values.names().size(); ++i) {
      const SeriesName& name = values.names()[i];
      int32_t account = account_of(name.network, name.account);
      if (account < 0) continue;
      // A stock told on other days than were read is known, though it has no point.
      if (slice.parts.empty() && wants.breakdown.empty()) frame.stocks[{account, name.measure}];
      std::vector<StockPoint> points = reader.points(i);
      if (points.empty()) continue;
      rows.push_back({account, name.measure, word_of(frame, name.member), name.tier, std::move(points)});
    }
    std::map<std::pair<int32_t, std::string>, int> best;
    for (const Row& row : rows) {
      auto [entry, inserted] = best.emplace(std::pair{row.account, row.measure}, row.tier);
      if (!inserted) entry->second = std::min(entry->second, row.tier);
    }
    std::map<std::pair<int32_t, const ColumnPart*>, std::map<int32_t, std::vector<StockPoint>>> of_part;
    auto add = [&](std::vector<StockPoint>& points, const Row& row) {
      points.insert(points.end(), row.points.begin(), row.points.end());
    };
    for (const Row& row : rows) {
      if (best[{row.account, row.measure}] != row.tier) continue;
      for (const StockPoint& point : row.points) widen(frame.extent, {point.day, point.day + 1});
      if (slice.parts.empty()) {
        add(wants.breakdown.empty() ? frame.stocks[{row.account, row.measure}]
                                    : frame.member_stocks[{row.account, row.measure, row.member}],
            row);
      }
      for (const ColumnPart* part : slice.parts) {
        const std::vector<std::string>& members = part->members;
        bool inside = std::find(members.begin(), members.end(), frame.word(row.member)) != members.end();
        if (part->measure == row.measure && inside) add(of_part[{row.account, part}][row.member], row);
      }
    }
    for (const auto& [key, by_member] : of_part) frame.stocks[{key.first, key.second->base}] = together(by_member);
  }
  for (auto& [key, points] : frame.stocks) std::sort(points.begin(), points.end());
  for (auto& [key, points] : frame.member_stocks) std::sort(points.begin(), points.end());
  return Done{};
}

Result<Done> FrameLoader::load_uniques(Frame& frame, const FrameWants& wants) {
  struct Row {
    int32_t account;
    std::string measure, member;
    int slot, tier;
    UniqueWindow window;
  };
  // The whole of each measure, and of those with parts by a breakdown that as well.
  std::map<std::string, std::set<std::string>> measures_by;
  if (!wants.uniques.empty()) measures_by[""] = wants.uniques;
  for (const auto& [name, part] : wants.unique_parts) measures_by[part.dimension].insert(part.measure);
  for (const auto& [dimension, measures] : measures_by) {
    std::vector<Row> rows;
    auto read = [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        int32_t account = account_of(chunk.text(0, row), chunk.text(1, row));
        if (account < 0) continue;
        rows.push_back({account,
                        std::string(chunk.text(2, row)),
                        std::string(chunk.text(9, row)),
                        slot_of(chunk.text(3, row)),
                        static_cast<int>(chunk.integer(4, row)),
                        {{{static_cast<int32_t>(chunk.integer(6, row))}, {static_cast<int32_t>(chunk.integer(7, row))}},
                         chunk.integer(8, row),
                         std::string(chunk.text(5, row))}});
      }
      return true;
    };
    SqlScope sql = sql_scope(scope_, dialect_, frame, wants, all_accounts_);
    TRY_DONE(run(frame, sql_uniques(sql, measures, wants.days, dimension), read));
    std::map<std::pair<int32_t, std::string>, int> best;
    for (const Row& row : rows) {
      auto [entry, inserted] = best.emplace(std::pair{row.account, row.measure}, row.tier);
      if (!inserted) entry->second = std::min(entry->second, row.tier);
    }
    for (const Row& row : rows) {
      if (best[{row.account, row.measure}] != row.tier) continue;
      // People reached organically and by ads overlap, so the parts are never added to a whole.
      auto tells = [&](const std::vector<std::string>& promotions) {
        return promotions.empty() ? row.slot == whole : promotions.size() == 1 && promotions[0] == slot_names[row.slot];
      };
      if (dimension.empty() && wants.uniques.contains(row.measure) && tells(wants.promotions)) {
        widen(frame.extent, row.window.days);
        frame.uniques[{row.account, row.measure}].push_back(row.window);
      }
      for (const auto& [name, part] : wants.unique_parts) {
        bool member = part.dimension.empty() || (part.members.size() == 1 && part.members[0] == row.member);
        if (part.measure != row.measure || part.dimension != dimension || !member) continue;
        if (!tells(part.promotions.empty() ? wants.promotions : part.promotions)) continue;
        widen(frame.extent, row.window.days);
        frame.uniques[{row.account, name}].push_back(row.window);
      }
    }
  }
  return Done{};
}

// Where a network put one measure in the place of another (views for impressions), the new one answers for the old.
void FrameLoader::replace_measures(Frame& frame, Units& units) {
  std::map<std::pair<std::string, std::string>, std::vector<bool>> replacing;  // (old, new) → by account
  for (size_t index = 0; index < frame.accounts.size(); ++index) {
    const catalog::Network* network = frame.accounts[index].settings;
    if (network == nullptr) continue;
    for (const catalog::Replacement& replacement : network->replacements) {
      auto& accounts = replacing[{replacement.measure, replacement.by}];
      accounts.resize(frame.accounts.size());
      accounts[index] = true;
    }
  }
  // Parts of a measure are taken over as the whole is.
  decltype(replacing) with_parts = replacing;
  for (const auto& [measures, accounts] : replacing) {
    for (const auto& [name, values] : units.values) {
      if (name.starts_with(measures.first + "{")) {
        with_parts[{name, measures.second + name.substr(measures.first.size())}] = accounts;
      }
    }
  }
  for (const auto& [measures, accounts] : with_parts) {
    auto column = units.values.find(measures.first);
    auto other = units.values.find(measures.second);
    if (column == units.values.end() || other == units.values.end()) continue;
    for (size_t unit = 0; unit < units.size(); ++unit) {
      int32_t account = units.account[unit];
      if (!accounts[static_cast<size_t>(account)]) continue;
      if (column->second[unit] != absent) {
        frame.native.emplace(account, measures.first);
      } else if (other->second[unit] != absent) {
        column->second[unit] = other->second[unit];
        frame.replaced.emplace(account, measures.first);
      }
    }
  }
}

}  // namespace sociometer::metrics
