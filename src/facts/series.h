// Series: what many observations share – whose, of what, over which kind of window, in which zone and currency, by
// which source – kept once and numbered, so that an observation itself is a few numbers.
//
// A series' `thing` is what of it is in the key of an observation: series of one thing differ in source, zone, currency
// or definition.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "facts/engine.h"
#include "facts/facts.h"

namespace sociometer::facts {

// Which series an observation of a batch belongs to.
struct SeriesKey {
  // network, account, subject, measure, promotion, dimension, member, window, zone, currency
  static constexpr size_t texts_count = 10;
  static constexpr size_t thing_texts = 8;  // as many of them are the thing

  std::array<std::string_view, texts_count> texts;
  int64_t definition = 1;
  uint64_t thing_hash = 0;  // of the thing; equal things have equal hashes
  uint64_t hash = 0;        // of all of it
};

struct SeriesNumbers {
  int32_t series = 0;  // 0 while it waits for a number
  int32_t thing = 0;
};

// The series of one batch's workspace, source and tier.
class SeriesBook {
 public:
  SeriesBook(Lease& lease, std::string workspace, std::string source, Tier tier)
      : lease_(lease), workspace_(std::move(workspace)), source_(std::move(source)), tier_(tier) {}

  // Where the numbers of a series stand, for as long as the book lives. A new one has none before the next
  // `number_new`.
  Result<const SeriesNumbers*> find(const SeriesKey& key);
  // Numbers what was found since, measure by measure: so the series of a question are a few runs of numbers.
  Result<Done> number_new();
  Result<Done> write_new();

 private:
  struct Entry {
    std::array<std::string, SeriesKey::texts_count> texts;
    int64_t definition;
    SeriesNumbers numbers;
  };
  const Entry* known(const SeriesKey& key) const;
  Result<Done> read_account(std::string_view network, std::string_view account);
  const SeriesNumbers* add(const SeriesKey& key);

  Lease& lease_;
  std::string workspace_;
  std::string source_;
  Tier tier_;
  std::unordered_multimap<uint64_t, Entry> entries_;
  std::unordered_map<std::string, int32_t> things_;
  std::set<std::pair<std::string, std::string>> accounts_read_;
  std::vector<Entry*> new_;  // in `entries_`
  size_t numbered_ = 0;      // of the new
  SeriesNumbers highest_;
};

// Puts into a key the hashes it wants, from those of its texts.
void hash_series(SeriesKey& key, const std::array<uint64_t, SeriesKey::texts_count>& texts);
uint64_t text_hash(std::string_view text);
uint64_t mixed(uint64_t hash, uint64_t value);

}  // namespace sociometer::facts
