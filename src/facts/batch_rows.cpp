#include "facts/batch_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sociometer::facts {
namespace {

// The texts of an observation, in the order they are taken up below.
constexpr const char* text_names[] = {"network",   "account", "subject", "subject id", "measure", "promotion",
                                      "dimension", "member",  "window",  "zone",       "currency"};
constexpr size_t subject_id_text = 3;
// Where a series' texts stand among them: all but the subject's id.
constexpr size_t series_texts[SeriesKey::texts_count] = {0, 1, 2, 4, 5, 6, 7, 8, 9, 10};
constexpr size_t definition_number = 3;

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

Result<std::unique_ptr<ObservationRows>> ObservationRows::open(Lease& lease, const BatchIdentity& identity) {
  TRY(auto appender, Appender::open(lease, "current_facts"));
  std::unique_ptr<ObservationRows> made(new ObservationRows(lease, std::move(appender), identity));
  made->text_hashes_.fill(text_hash(""));
  return made;
}

Result<Done> ObservationRows::add(const Observation& observation) {
  TRY_DONE(check(observation));
  TRY(uint32_t changed, note_texts(observation));
  changed |= note_numbers(observation) << texts;
  add_content(changed);
  SeriesKey series = series_key();
  TRY(const SeriesNumbers* of_series, series_.find(series));
  hold(observation, of_series, (changed >> subject_id_text & 1) == 0);
  note_key(observation, series);
  coverage_.add(observation.network, observation.account, observation.subject, observation.days);
  ++rows_;
  return held_.size() < held_max ? Done{} : write_held();
}

Result<uint32_t> ObservationRows::note_texts(const Observation& o) {
  const std::array<std::string_view, texts> now = {
      o.network,   o.account, name(o.subject), o.subject_id, o.measure, name(o.promotion),
      o.dimension, o.member,  name(o.window),  o.zone,       o.currency};
  uint32_t changed = 0;
  for (size_t i = 0; i < texts; ++i) {
    if (now[i] == text_before_[i]) continue;
    if (!is_utf8(now[i])) return not_utf8(text_names[i]);
    changed |= 1U << i;
  }
  for (size_t i = 0; i < texts; ++i) {
    if ((changed >> i & 1) == 0) continue;
    text_before_[i] = now[i];
    text_hashes_[i] = text_hash(now[i]);
  }
  return changed;
}

uint32_t ObservationRows::note_numbers(const Observation& o) {
  const std::array<int64_t, numbers> now = {o.days.first.number, o.days.end.number,    o.value,
                                            o.definition,        o.observed_at.micros, o.observed_estimated ? 1 : 0};
  uint32_t changed = 0;
  for (size_t i = 0; i < numbers; ++i) {
    if (now[i] != number_before_[i]) changed |= 1U << i;
  }
  number_before_ = now;
  return changed;
}

// What changed since the row before tells, with all rows before it, what the row is.
void ObservationRows::add_content(uint32_t changed) {
  content_.number(changed);
  for (size_t i = 0; i < texts; ++i) {
    if ((changed >> i & 1) != 0) content_.text(text_before_[i]);
  }
  for (size_t i = 0; i < numbers; ++i) {
    if ((changed >> (texts + i) & 1) != 0) content_.number(number_before_[i]);
  }
}

SeriesKey ObservationRows::series_key() const {
  SeriesKey key;
  std::array<uint64_t, SeriesKey::texts_count> hashes;
  for (size_t i = 0; i < SeriesKey::texts_count; ++i) {
    key.texts[i] = text_before_[series_texts[i]];
    hashes[i] = text_hashes_[series_texts[i]];
  }
  key.definition = number_before_[definition_number];
  hash_series(key, hashes);
  return key;
}

void ObservationRows::hold(const Observation& o, const SeriesNumbers* of_series, bool same_subject) {
  size_t subject_at = subjects_.size();
  if (same_subject && !held_.empty()) {
    subject_at = held_.back().subject_at;
  } else {
    subjects_ += o.subject_id;
  }
  held_.push_back({of_series, subject_at, static_cast<uint32_t>(o.subject_id.size()), o.days.first.number,
                   o.days.end.number, o.window == Window::lifetime, o.observed_estimated, o.value,
                   o.observed_at.micros});
}

void ObservationRows::note_key(const Observation& o, const SeriesKey& series) {
  uint64_t key = mixed(series.thing_hash, text_hashes_[subject_id_text]);
  if (o.window != Window::lifetime) {
    key = mixed(mixed(key, static_cast<uint64_t>(o.days.first.number)), static_cast<uint64_t>(o.days.end.number));
  }
  keys_.add(key);
}

// Exports tell day by day what questions want number by number: put together by what they are of, most rows need not be
// read for one of them. The rows of posts stay as they came, as a post's counters are asked together; and so do rows of
// one thing, for the last of them counts.
Result<Done> ObservationRows::write_held() {
  TRY_DONE(series_.number_new());
  std::vector<uint64_t> order(held_.size());
  for (size_t i = 0; i < held_.size(); ++i) {
    uint64_t place = held_[i].subject_size > 0 ? UINT32_MAX : static_cast<uint32_t>(held_[i].of_series->thing);
    order[i] = place << 32 | i;
  }
  std::ranges::sort(order);
  const Held* before = nullptr;
  for (uint64_t place : order) {
    const Held& row = held_[place & UINT32_MAX];
    TRY_DONE(write(row, before));
    before = &row;
  }
  held_.clear();
  subjects_.clear();
  return Done{};
}

Result<Done> ObservationRows::write(const Held& row, const Held* before) {
  appender_->number(0, row.of_series->series);
  appender_->number(1, row.of_series->thing);
  appender_->number(2, row.lifetime);
  bool same_subject =
      before != nullptr && before->subject_at == row.subject_at && before->subject_size == row.subject_size;
  if (same_subject && appender_->has_row_before()) {
    appender_->text_again(3);
  } else {
    appender_->text(3, std::string_view(subjects_).substr(row.subject_at, row.subject_size));
  }
  appender_->number(4, row.start_day);
  appender_->number(5, row.end_day);
  appender_->number(6, row.value);
  appender_->number(7, row.observed_at);
  appender_->number(8, row.observed_estimated);
  appender_->number(9, batch_);
  return appender_->end_row();
}

Result<Done> ObservationRows::close() {
  TRY_DONE(write_held());
  TRY_DONE(appender_->close());
  return series_.write_new();
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
