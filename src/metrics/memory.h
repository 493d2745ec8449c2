// Memory: what was read of the store, kept for the next questions. A dashboard asks about the same days again and
// again, by another dimension, of one account, or as another KPI; reading took most of such a question's time.
//
//     auto state = store.content_state();
//     if (auto known = memory.find(series, days, *state)) use(*known);
//     …read…
//     if (store.content_state() == state) memory.keep(series, read, *state);
//
// What is kept is forgotten as soon as the store is in another state, and what was not used for long where there is no
// room. A Known says which days it has (`has`) and how many values it holds (`size`).
//
// Threads: from any.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/time.h"

namespace sociometer::metrics {

template <typename Key, typename Known>
class Memory {
 public:
  using Found = std::shared_ptr<const Known>;
  // How many values may be kept.
  explicit Memory(size_t room) : room_(room) {}

  // Whether so many of one question are kept.
  bool has_room_for(int64_t values) const { return values <= static_cast<int64_t>(room_ / 2); }

  // Nothing where not all of `days` is known of that state of the store.
  Found find(const Key& key, std::optional<DayRange> days, uint64_t state) {
    const std::lock_guard lock(mutex_);
    renew(state);
    if (state != state_) return nullptr;
    if (auto found = recent_.find(key); found != recent_.end()) {
      return found->second->has(days) ? found->second : nullptr;
    }
    auto found = earlier_.find(key);
    if (found == earlier_.end() || !found->second->has(days)) return nullptr;
    Found known = found->second;
    earlier_.erase(found);
    put(key, known);
    return known;
  }

  void keep(const Key& key, Found known, uint64_t state) {
    const std::lock_guard lock(mutex_);
    renew(state);
    if (state != state_) return;
    earlier_.erase(key);
    put(key, std::move(known));
  }

 private:
  // Who asks of an earlier state must not bring back what was forgotten.
  void renew(uint64_t state) {
    if (state <= state_) return;
    recent_.clear();
    earlier_.clear();
    values_ = 0;
    state_ = state;
  }

  void put(const Key& key, Found known) {
    // One counts for what holds no values too, so that their number is bounded.
    const size_t values = known->size() + 1;
    if (values_ + values > room_ / 2) {
      earlier_ = std::move(recent_);
      recent_.clear();
      values_ = 0;
    }
    Found& place = recent_[key];
    if (place != nullptr) values_ -= place->size() + 1;
    place = std::move(known);
    values_ += values;
  }

  const size_t room_;
  std::mutex mutex_;  // of what follows
  // What was asked for since the last time that half of the room was full, and what was so before.
  std::unordered_map<Key, Found> recent_, earlier_;
  size_t values_ = 0;  // in recent_
  uint64_t state_ = 0;
};

}  // namespace sociometer::metrics
