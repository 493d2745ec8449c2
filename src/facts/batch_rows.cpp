#include "facts/batch_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sociometer::facts {
namespace {

// Where the texts and numbers of an observation stand in its table, in the order they are taken up below.
constexpr size_t text_columns[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 16};
constexpr const char* text_names[] = {"workspace", "network",   "account",   "subject", "subject id",
                                      "measure",   "promotion", "dimension", "member",  "window",
                                      "zone",      "currency",  "source"};
// network … window: what of the key is text.
constexpr size_t key_text_first = 1;
constexpr size_t key_text_end = 10;

uint64_t mixed(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 32);
}

uint64_t text_hash(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

Error not_utf8(std::string_view what) {
  return invalid(fmt::format("A fact's {} is not UTF-8.", what), std::string(what));
}

Result<Done> check(const Observation& o) {
  if (o.network.empty() || o.account.empty() || o.measure.empty()) {
    return invalid("An observation must name its network, account and measure.");
  }
  if (o.days.empty()) {
    return invalid(fmt::format("An observation of {} has a window that ends on {} before it begins on {}.", o.measure,
                               format_day(o.days.end), format_day(o.days.first)));
  }
  return Done{};
}

Result<Done> check(const Post& p) {
  if (p.network.empty() || p.account.empty() || p.id.empty()) {
    return invalid("A post must name its network, account and id.");
  }
  for (std::string_view text : {p.network, p.account, p.id, p.zone, p.kind, p.text, p.link, p.language, p.campaign}) {
    if (!is_utf8(text)) return not_utf8("text of a post");
  }
  for (const auto* words : {&p.hashtags, &p.mentions, &p.tags}) {
    if (!std::all_of(words->begin(), words->end(), is_utf8)) return not_utf8("hashtag, mention or tag");
  }
  return Done{};
}

}  // namespace

void Coverage::add(std::string_view network, std::string_view account, Subject subject, std::optional<DayRange> days) {
  bool same = last_ != days_.end() && std::get<0>(last_->first) == network && std::get<1>(last_->first) == account &&
              std::get<2>(last_->first) == subject;
  if (!same) last_ = days_.try_emplace(Key(network, account, subject)).first;
  if (!days) return;
  auto& range = last_->second;
  range = range ? DayRange{std::min(range->first, days->first), std::max(range->end, days->end)} : *days;
}

bool SeenKeys::any_twice() {
  std::sort(hashes_.begin(), hashes_.end());
  return std::adjacent_find(hashes_.begin(), hashes_.end()) != hashes_.end();
}

Result<std::unique_ptr<ObservationRows>> ObservationRows::open(Lease& lease, const BatchIdentity& identity) {
  TRY(auto appender, Appender::open(lease, "latest"));
  return std::unique_ptr<ObservationRows>(new ObservationRows(std::move(appender), identity));
}

Result<Done> ObservationRows::add(const Observation& observation) {
  TRY_DONE(check(observation));
  TRY(uint32_t changed, put_texts(observation));
  changed |= put_numbers(observation) << texts;
  content_.number(changed);
  for (size_t i = 0; i < texts; ++i) {
    if ((changed >> i & 1) != 0) content_.text(text_before_[i]);
  }
  for (size_t i = 0; i < numbers; ++i) {
    if ((changed >> (texts + i) & 1) != 0) content_.number(number_before_[i]);
  }
  keys_.add(key_hash(observation));
  coverage_.add(observation.network, observation.account, observation.subject, observation.days);
  ++rows_;
  return appender_->end_row();
}

Result<uint32_t> ObservationRows::put_texts(const Observation& o) {
  const std::array<std::string_view, texts> now = {
      identity_.workspace, o.network, o.account,      name(o.subject), o.subject_id, o.measure,       name(o.promotion),
      o.dimension,         o.member,  name(o.window), o.zone,          o.currency,   identity_.source};
  uint32_t changed = 0;
  for (size_t i = 0; i < texts; ++i) {
    if (now[i] == text_before_[i]) continue;
    if (!is_utf8(now[i])) return not_utf8(text_names[i]);
    changed |= 1U << i;
  }
  for (size_t i = 0; i < texts; ++i) {
    bool again = (changed >> i & 1) == 0;
    if (!again) {
      text_before_[i] = now[i];
      text_hashes_[i] = text_hash(now[i]);
    }
    if (again && appender_->has_row_before()) {
      appender_->text_again(text_columns[i]);
    } else {
      appender_->text(text_columns[i], now[i]);
    }
  }
  return changed;
}

uint32_t ObservationRows::put_numbers(const Observation& o) {
  appender_->number(10, o.days.first.number);
  appender_->number(11, o.days.end.number);
  appender_->number(13, o.value);
  appender_->number(15, static_cast<int32_t>(o.definition));
  appender_->number(17, static_cast<int32_t>(identity_.tier));
  appender_->number(18, o.observed_at.micros);
  appender_->number(19, o.observed_estimated);
  appender_->number(20, identity_.batch);
  const std::array<int64_t, numbers> now = {o.days.first.number, o.days.end.number,    o.value,
                                            o.definition,        o.observed_at.micros, o.observed_estimated ? 1 : 0};
  uint32_t changed = 0;
  for (size_t i = 0; i < numbers; ++i) {
    if (now[i] != number_before_[i]) changed |= 1U << i;
  }
  number_before_ = now;
  return changed;
}

uint64_t ObservationRows::key_hash(const Observation& o) const {
  uint64_t hash = 0;
  for (size_t i = key_text_first; i < key_text_end; ++i) hash = mixed(hash, text_hashes_[i]);
  bool days_count = o.window != Window::lifetime;
  hash = mixed(hash, days_count ? static_cast<uint64_t>(o.days.first.number) : 0);
  return mixed(hash, days_count ? static_cast<uint64_t>(o.days.end.number) : 0);
}

Result<std::unique_ptr<PostRows>> PostRows::open(Lease& lease, const BatchIdentity& identity) {
  TRY(auto appender, Appender::open(lease, "latest_posts"));
  return std::unique_ptr<PostRows>(new PostRows(std::move(appender), identity));
}

Result<Done> PostRows::add(const Post& post) {
  TRY_DONE(check(post));
  hash(post);
  put(post);
  keys_.add(mixed(mixed(text_hash(post.network), text_hash(post.account)), text_hash(post.id)));
  std::optional<DayRange> day;
  if (post.published_day) day = DayRange{*post.published_day, *post.published_day + 1};
  coverage_.add(post.network, post.account, Subject::post, day);
  ++rows_;
  return appender_->end_row();
}

void PostRows::hash(const Post& p) {
  for (std::string_view text : {p.network, p.account, p.id, p.zone, p.kind, p.text, p.link, p.language, p.campaign}) {
    content_.text(text);
  }
  for (const auto* words : {&p.hashtags, &p.mentions, &p.tags}) {
    content_.number(static_cast<int64_t>(words->size()));
    for (const std::string& word : *words) content_.text(word);
  }
  content_.number(p.published_at ? 1 : 0);
  content_.number(p.published_at.value_or(Instant{}).micros);
  content_.number(p.published_day ? 1 : 0);
  content_.number(p.published_day.value_or(Day{}).number);
  content_.number(static_cast<int64_t>(p.promotion));
  content_.number(p.deleted ? 1 : 0);
  content_.number(p.observed_at.micros);
  content_.number(p.observed_estimated ? 1 : 0);
}

void PostRows::put(const Post& p) {
  appender_->text(0, identity_.workspace);
  appender_->text(1, p.network);
  appender_->text(2, p.account);
  appender_->text(3, p.id);
  appender_->number(4, p.published_at ? std::optional(p.published_at->micros) : std::nullopt);
  appender_->number(5, p.published_day ? std::optional(p.published_day->number) : std::nullopt);
  appender_->text(6, p.zone);
  appender_->text(7, p.kind);
  appender_->text(8, p.text);
  appender_->list(9, p.hashtags);
  appender_->list(10, p.mentions);
  appender_->text(11, p.link);
  appender_->text(12, p.language);
  appender_->text(13, name(p.promotion));
  appender_->text(14, p.campaign);
  appender_->list(15, p.tags);
  appender_->number(16, p.deleted);
  appender_->text(17, identity_.source);
  appender_->number(18, static_cast<int32_t>(identity_.tier));
  appender_->number(19, p.observed_at.micros);
  appender_->number(20, p.observed_estimated);
  appender_->number(21, identity_.batch);
}

}  // namespace sociometer::facts
