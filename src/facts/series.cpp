#include "facts/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <tuple>

#include "facts/append.h"

namespace sociometer::facts {
namespace {

// Texts that cannot run into each other.
template <typename Texts>
std::string thing_of(const Texts& texts) {
  std::string key;
  for (size_t i = 0; i < SeriesKey::thing_texts; ++i) key += fmt::format("{}:{}", texts[i].size(), texts[i]);
  return key;
}

// Those that questions take together are neighbours: subject, window, measure, dimension, promotion, and then whose.
template <typename Entry>
auto place_of(const Entry& entry) {
  const auto& texts = entry.texts;
  return std::tie(texts[2], texts[7], texts[3], texts[5], texts[4], texts[0], texts[1], texts[6], texts[8], texts[9],
                  entry.definition);
}

}  // namespace

uint64_t text_hash(std::string_view text) {
  return std::hash<std::string_view>{}(text);
}

uint64_t mixed(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 32);
}

void hash_series(SeriesKey& key, const std::array<uint64_t, SeriesKey::texts_count>& texts) {
  key.thing_hash = 0;
  for (size_t i = 0; i < SeriesKey::thing_texts; ++i) key.thing_hash = mixed(key.thing_hash, texts[i]);
  key.hash = mixed(key.thing_hash, static_cast<uint64_t>(key.definition));
  for (size_t i = SeriesKey::thing_texts; i < texts.size(); ++i) key.hash = mixed(key.hash, texts[i]);
}

Result<const SeriesNumbers*> SeriesBook::find(const SeriesKey& key) {
  if (const Entry* entry = known(key)) return &entry->numbers;
  TRY_DONE(read_account(key.texts[0], key.texts[1]));
  if (const Entry* entry = known(key)) return &entry->numbers;
  return add(key);
}

const SeriesBook::Entry* SeriesBook::known(const SeriesKey& key) const {
  auto [at, end] = entries_.equal_range(key.hash);
  for (; at != end; ++at) {
    const Entry& entry = at->second;
    if (entry.definition == key.definition && std::equal(key.texts.begin(), key.texts.end(), entry.texts.begin())) {
      return &entry;
    }
  }
  return nullptr;
}

Result<Done> SeriesBook::read_account(std::string_view network, std::string_view account) {
  if (!accounts_read_.emplace(network, account).second) return Done{};
  if (accounts_read_.size() == 1) {
    TRY(int64_t series, lease_.integer("SELECT max(series) FROM series", 0));
    TRY(int64_t thing, lease_.integer("SELECT max(thing) FROM series", 0));
    highest_ = {static_cast<int32_t>(series), static_cast<int32_t>(thing)};
  }
  return lease_.each(
      fmt::format(
          "SELECT network, account, subject, measure, promotion, dimension, member, window_kind, zone, currency, "
          "definition, source, series, thing FROM series WHERE workspace = {} AND tier = {} AND network = {} AND "
          "account = {}",
          facts::quoted(workspace_), static_cast<int>(tier_), facts::quoted(network), facts::quoted(account)),
      [&](const Chunk& chunk) {
        for (size_t row = 0; row < chunk.rows(); ++row) {
          Entry entry;
          std::array<uint64_t, SeriesKey::texts_count> hashes;
          for (size_t i = 0; i < entry.texts.size(); ++i) {
            entry.texts[i] = chunk.text(i, row);
            hashes[i] = text_hash(entry.texts[i]);
          }
          entry.definition = chunk.integer(10, row);
          entry.numbers = {static_cast<int32_t>(chunk.integer(12, row)), static_cast<int32_t>(chunk.integer(13, row))};
          things_.emplace(thing_of(entry.texts), entry.numbers.thing);
          if (chunk.text(11, row) != source_) continue;
          SeriesKey key;
          key.definition = entry.definition;
          hash_series(key, hashes);
          entries_.emplace(key.hash, std::move(entry));
        }
        return true;
      });
}

const SeriesNumbers* SeriesBook::add(const SeriesKey& key) {
  Entry entry;
  std::copy(key.texts.begin(), key.texts.end(), entry.texts.begin());
  entry.definition = key.definition;
  Entry& added = entries_.emplace(key.hash, std::move(entry))->second;
  new_.push_back(&added);
  return &added.numbers;
}

Result<Done> SeriesBook::number_new() {
  std::span<Entry*> coming = std::span(new_).subspan(numbered_);
  if (coming.size() > static_cast<size_t>(INT32_MAX - highest_.series)) {
    return full("There are more than two thousand million series of facts.");
  }
  std::ranges::sort(coming, {}, [](const Entry* entry) { return place_of(*entry); });
  for (Entry* entry : coming) {
    auto [thing, is_new] = things_.try_emplace(thing_of(entry->texts), highest_.thing + 1);
    if (is_new) ++highest_.thing;
    entry->numbers = {++highest_.series, thing->second};
  }
  numbered_ = new_.size();
  return Done{};
}

Result<Done> SeriesBook::write_new() {
  if (new_.empty()) return Done{};
  TRY(auto appender, Appender::open(lease_, "series"));
  for (const Entry* entry : new_) {
    appender->number(0, entry->numbers.series);
    appender->number(1, entry->numbers.thing);
    appender->text(2, workspace_);
    for (size_t i = 0; i < entry->texts.size(); ++i) appender->text(3 + i, entry->texts[i]);
    appender->number(13, static_cast<int32_t>(entry->definition));
    appender->text(14, source_);
    appender->number(15, static_cast<int32_t>(tier_));
    TRY_DONE(appender->end_row());
  }
  return appender->close();
}

}  // namespace sociometer::facts
