#include "metrics/post_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "metrics/by_promotion.h"
#include "metrics/labelling.h"
#include "metrics/memories.h"
#include "metrics/post_index.h"

namespace sociometer::metrics {
namespace {

bool holds_any(const std::vector<std::string>& wanted, const std::vector<std::string>& held) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const std::string& word) { return std::find(held.begin(), held.end(), word) != held.end(); });
}

}  // namespace

// Rows as the SELECT gave them: several of one post where its counters are told by promotion or by several tiers.
struct PostLoader::PostRows {
  Units units;
  std::vector<int8_t> slot;  // promotion of the counters
  std::vector<int8_t> tier;  // −1: the post has no counters
  bool needs_merge = false;
};

// Takes the rows of sql_posts apart: when it was, whether the filters let it through, what it told.
class PostLoader::PostReader {
 public:
  PostReader(PostLoader& loader, Ids ids) : loader_(loader), frame_(loader.frame_), wants_(loader.wants_) {
    for (const std::string& measure : wants_.flows) columns.measures.push_back({measure, measure, {}, {}});
    for (const auto& [name, part] : wants_.parts) {
      bool known = std::any_of(columns.measures.begin(), columns.measures.end(),
                               [&base = part.base](const auto& counter) { return counter.name == base; });
      if (!known) columns.measures.push_back({part.base, part.measure, part.dimension, part.members});
    }
    columns.attributes = wants_.attributes || wants_.filters_posts();
    columns.hashtags = wants_.hashtags || wants_.filters_posts_by("hashtag");
    columns.tags = wants_.tags || wants_.filters_posts_by("tag");
    columns.ids = ids == Ids::with;
    if (loader.gives_labels()) labelling_ = Labelling(*loader.reading_.source.scope.labels, wants_.as_of);
    columns.hashtags = columns.hashtags || labelling_.wants_hashtags();
    columns.tags = columns.tags || labelling_.wants_tags();
    columns.texts = labelling_.wants_texts();
    for (const PostColumns::Counter& counter : columns.measures) values_.push_back(&rows.units.values[counter.name]);
  }

  // Posts alone, noted in `index` in the order of their units.
  PostReader(PostLoader& loader, PostIndex& index) : PostReader(loader, Ids::with) {
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
    post.account = loader_.reading_.account_of(chunk.text(0, row), chunk.text(1, row));
    if (post.account < 0) return false;
    if (!chunk.is_null(2, row)) {
      post.at = chunk.integer(2, row);
      const Zone& zone = loader_.reading_.source.scope.zone;
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
      units.post_promotion.push_back(loader_.reading_.word_of(post.promotion));
    }
    if (columns.attributes) {
      units.kind.push_back(loader_.reading_.word_of(post.kind));
      units.campaign.push_back(loader_.reading_.word_of(post.campaign));
      units.language.push_back(loader_.reading_.word_of(post.language));
    }
    if (columns.hashtags) units.hashtags.push_back(words_of(post.hashtags));
    if (columns.tags) units.tags.push_back(words_of(post.tags));
  }

  std::vector<int32_t> words_of(const std::vector<std::string>& words) {
    std::vector<int32_t> indices;
    for (const std::string& word : words) indices.push_back(loader_.reading_.word_of(word));
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

  PostLoader& loader_;
  Frame& frame_;
  const FrameWants& wants_;
  bool utc_ = loader_.reading_.source.scope.zone == Zone::utc();
  int first_tier_ = -1;
  PostIndex* index_ = nullptr;
  Labelling labelling_;
  std::vector<std::vector<int64_t>*> values_;
};

// Counters before this day belong to posts of before the period: a post's counters lie on its day, or on one that was
// taken for it earlier; a day's difference may be that of two zones.
Result<std::optional<Day>> PostLoader::counted_since() {
  // As of an earlier time every reading is looked at anyway.
  if (!wants_.days || wants_.as_of) return std::optional<Day>();
  int64_t moved = 0;
  auto read = [&](const facts::Chunk& chunk) {
    if (!chunk.is_null(0, 0)) moved = chunk.integer(0, 0);
    return false;
  };
  TRY_DONE(reading_.run(sql_days_moved(reading_.sql_scope()), read, facts::Store::Rows::kept));
  frame_.sql.pop_back();
  return std::optional(wants_.days->first - 1 - static_cast<int>(moved));
}

Result<PostLoader::PostRows> PostLoader::read(Ids ids) {
  PostReader reader(*this, ids);
  TRY(reader.columns.counted_since, counted_since());
  SqlScope sql = reading_.sql_scope();
  auto read = [&](const facts::Chunk& chunk) {
    reader.read(chunk);
    return true;
  };
  TRY_DONE(reading_.run(sql_posts(sql, reader.columns, wants_.days), read, facts::Store::Rows::many));
  return std::move(reader.rows);
}

// Whether campaigns and tags are looked at, and people gave some.
bool PostLoader::gives_labels() const {
  const bool looked_at = wants_.attributes || wants_.tags || wants_.filters_posts();
  return looked_at && reading_.source.scope.labels != nullptr && !reading_.source.scope.labels->empty();
}

Result<Done> PostLoader::load() {
  bool by_promotion = wants_.by_promotion || !wants_.promotions.empty() ||
                      std::any_of(wants_.parts.begin(), wants_.parts.end(),
                                  [](const auto& part) { return !part.second.promotions.empty(); });
  bool with_ids =
      wants_.ids || by_promotion || wants_.filters_posts_by("post") || !wants_.post_without.empty() || gives_labels();
  if (!with_ids && !wants_.as_of && !wants_.flows.empty() && wants_.parts.empty()) {
    TRY(bool loaded, load_apart());
    if (loaded) return Done{};
  }
  TRY(PostRows rows, read(with_ids ? Ids::with : Ids::without));
  if (rows.needs_merge && !with_ids) {
    frame_.sql.pop_back();
    TRY(rows, read(Ids::with));
  }
  if (rows.needs_merge || by_promotion) {
    merge(rows);
    for (const Day& day : frame_.posts.day) widen(frame_.extent, {day, day + 1});
  } else {
    keep(rows.units);
  }
  return Done{};
}

// One row a post, as it is.
void PostLoader::keep(Units& units) {
  units.days.assign(units.size(), 1);
  units.member.assign(units.size(), 0);
  std::fill(units.promotion.begin(), units.promotion.end(), 0);
  frame_.posts = std::move(units);
  for (const Day& day : frame_.posts.day) widen(frame_.extent, {day, day + 1});
}

// Where the counters of a series belong.
struct PostLoader::Counter {
  int32_t account = -1;
  std::vector<int64_t>* column = nullptr;  // of the posts' units
};

// By number of series. Empty where one post may have several values of a measure.
Result<std::vector<PostLoader::Counter>> PostLoader::counters_of(const std::vector<std::string>& measures) {
  std::vector<Counter> counters(1);
  std::map<std::pair<int32_t, std::string>, std::pair<int, int64_t>> tellers;  // by account, measure
  bool one_value = true;
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      auto series = static_cast<size_t>(chunk.integer(0, row));
      if (series >= counters.size()) counters.resize(series + 1);
      int32_t account = reading_.account_of(chunk.text(1, row), chunk.text(2, row));
      if (account < 0) continue;
      counters[series] = {account, &frame_.posts.values[std::string(chunk.text(3, row))]};
      const std::pair teller{slot_of(chunk.text(4, row)), chunk.integer(5, row)};
      const auto known = tellers.try_emplace({account, std::string(chunk.text(3, row))}, teller).first;
      one_value = one_value && teller.first == whole && known->second == teller;
    }
    return true;
  };
  SqlScope sql = reading_.sql_scope();
  TRY_DONE(reading_.run(sql_counter_series(sql, measures), read, facts::Store::Rows::kept));
  if (!one_value) counters.clear();
  return counters;
}

// The posts, and then their counters as they lie in the store: joining and turning them there took four times as long.
// False where that is not possible: promotions or tiers tell several values of one post.
Result<bool> PostLoader::load_apart() {
  const bool plain = !wants_.attributes && !wants_.hashtags && !wants_.tags && !wants_.filters_posts();
  const auto state = reading_.source.memory != nullptr && plain ? reading_.source.store.content_state() : std::nullopt;
  std::vector<std::string> measures(wants_.flows.begin(), wants_.flows.end());
  TRY(std::vector<Counter> counters, counters_of(measures));
  if (counters.empty()) {
    frame_.sql.pop_back();
    frame_.posts = {};
    return false;
  }
  if (state && remember(*state)) return true;
  TRY_DONE(read_apart(measures, counters));
  if (state && reading_.source.store.content_state() == state) keep_in_memory(*state);
  return true;
}

std::string PostLoader::memory_key(const AccountInfo& account) const {
  return fmt::format("{}\n{}\n{}\n{}", reading_.source.scope.workspace, account.name(),
                     reading_.source.scope.zone.name(), fmt::join(wants_.flows, "\n"));
}

// All posts from memory; false, and none of them, where those of one account are not known.
bool PostLoader::remember(uint64_t state) {
  std::vector<PostMemory::Found> all;
  for (const AccountInfo& account : frame_.accounts) {
    all.push_back(reading_.source.memory->posts.find(memory_key(account), wants_.days, state));
    if (all.back() == nullptr) return false;
  }
  Units units;
  std::set<std::string> measures;
  for (const auto& known : all) {
    for (const auto& [measure, column] : known->values) measures.insert(measure);
  }
  for (size_t account = 0; account < all.size(); ++account) {
    const AccountPosts& known = *all[account];
    const auto [begin, end] = known.within(wants_.days);
    auto append = [begin = static_cast<ptrdiff_t>(begin), end = static_cast<ptrdiff_t>(end)](
                      auto& to, const auto& from) { to.insert(to.end(), from.begin() + begin, from.begin() + end); };
    units.account.resize(units.account.size() + (end - begin), static_cast<int32_t>(account));
    append(units.day, known.day);
    append(units.hour, known.hour);
    for (const std::string& measure : measures) {
      auto column = known.values.find(measure);
      std::vector<int64_t>& to = units.values[measure];
      if (column != known.values.end()) append(to, column->second);
      to.resize(units.account.size(), absent);
    }
  }
  for (const Day& day : units.day) units.end.push_back(day + 1);
  units.promotion.assign(units.size(), 0);
  keep(units);
  return true;
}

void PostLoader::keep_in_memory(uint64_t state) {
  const Units& posts = frame_.posts;
  const size_t values = posts.size() * (posts.values.size() + 1) + frame_.accounts.size();
  if (!reading_.source.memory->posts.has_room_for(static_cast<int64_t>(values))) return;
  std::vector<std::vector<uint32_t>> of_account(frame_.accounts.size());
  for (uint32_t post = 0; post < posts.size(); ++post) {
    of_account[static_cast<size_t>(posts.account[post])].push_back(post);
  }
  for (size_t account = 0; account < of_account.size(); ++account) {
    std::vector<uint32_t>& own = of_account[account];
    std::stable_sort(own.begin(), own.end(), [&](uint32_t a, uint32_t b) { return posts.day[a] < posts.day[b]; });
    auto known = std::make_shared<AccountPosts>();
    known->window = wants_.days;
    auto copy = [&own](auto& to, const auto& from) {
      to.reserve(own.size());
      for (uint32_t post : own) to.push_back(from[post]);
    };
    copy(known->day, posts.day);
    copy(known->hour, posts.hour);
    for (const auto& [measure, column] : posts.values) copy(known->values[measure], column);
    reading_.source.memory->posts.keep(memory_key(frame_.accounts[account]), std::move(known), state);
  }
}

Result<Done> PostLoader::read_apart(const std::vector<std::string>& measures, std::vector<Counter>& counters) {
  SqlScope sql = reading_.sql_scope();
  PostIndex index;
  PostReader reader(*this, index);
  auto read_posts = [&](const facts::Chunk& chunk) {
    reader.read(chunk);
    return true;
  };
  TRY_DONE(reading_.run(sql_post_fields(sql, reader.columns, wants_.days), read_posts, facts::Store::Rows::many));
  auto columns = std::move(frame_.posts.values);
  keep(reader.rows.units);
  frame_.posts.values = std::move(columns);  // where the counters point to
  for (auto& [measure, column] : frame_.posts.values) column.assign(frame_.posts.size(), absent);
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
  if (numbers.empty()) return Done{};
  TRY(std::optional<Day> since, counted_since());
  std::string wanted = sql_counters(sql, measures, runs_of(numbers), since);
  return reading_.run(std::move(wanted), read, facts::Store::Rows::many);
}

void PostLoader::merge(PostRows& rows) {
  const Units& from = rows.units;
  std::unordered_map<std::string, std::vector<size_t>> of_post;
  std::vector<std::string> order;
  for (size_t row = 0; row < from.size(); ++row) {
    std::string key = fmt::format("{}\n{}", from.account[row], from.id[row]);
    auto& list = of_post[key];
    if (list.empty()) order.push_back(key);
    list.push_back(row);
  }
  Units& to = frame_.posts;
  for (const auto& [measure, column] : from.values) to.values[measure];
  for (const auto& [name, part] : wants_.parts) to.values[name];
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
  const bool by_slot = !wants_.promotions.empty() || wants_.by_promotion;
  // Beside their parts wholes would count twice; what was told as a whole alone has a row of its own.
  const bool told_apart = wants_.by_promotion && wants_.promotions.empty();
  for (const std::string& key : order) {
    const std::vector<size_t>& list = of_post[key];
    int post_promotion = from.promotion[list.front()];
    std::map<std::string, ByPromotion> told;
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
      if (told_apart && by.is_split()) by.value[whole] = absent;
    }
    auto emit = [&](int slot) {
      copy_fields(list.front(), reading_.word_of(slot_names[slot]));
      for (auto& [name, column] : to.values) {
        column.push_back(told_in(told, wants_.parts, name, by_slot ? std::optional<int>(slot) : std::nullopt));
      }
    };
    if (by_slot) {
      for (int slot : {whole, organic, paid}) {
        bool wanted = wants_.promotions.empty() || std::find(wants_.promotions.begin(), wants_.promotions.end(),
                                                             slot_names[slot]) != wants_.promotions.end();
        bool there =
            std::any_of(told.begin(), told.end(), [&](const auto& t) { return t.second.value[slot] != absent; });
        if (wanted && there) emit(slot);
      }
    } else {
      emit(whole);
      to.promotion.back() = 0;
    }
  }
}

}  // namespace sociometer::metrics
