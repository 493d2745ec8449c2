// PostIndex: which unit a post is, by account and id. Millions of counters ask it about hundreds of thousands of posts.
//
// Counters mostly lie in the store as their posts do, so the unit asked for is mostly the one after that found last, or
// the same; only then is nothing looked up. Where they do not, an account's posts get a small table of their own, which
// stays near the processor, when its first post is missed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sociometer::metrics {

class PostIndex {
 public:
  static constexpr uint32_t none = UINT32_MAX;

  // A post is added once, before the first is asked for. Units are numbered from 0 in the order they are added.
  void add(int32_t account, std::string_view id) {
    accounts_.push_back(account);
    ids_.append(id);
    ends_.push_back(ids_.size());
  }

  // `near` is the unit found last.
  uint32_t find(int32_t account, std::string_view id, uint32_t near) {
    if (is(near + 1, account, id)) return near + 1;
    if (is(near, account, id)) return near;
    if (account == missed_account_ && id == missed_) return none;
    uint32_t unit = look_up(account, id);
    if (unit == none) {
      missed_account_ = account;
      missed_ = id;
    }
    return unit;
  }

 private:
  struct Slot {
    uint32_t next_unit = 0;  // 1 + the unit, 0 where free
    uint32_t tag = 0;        // of its id's hash: another post's id is hardly ever looked at
  };
  // The posts of one account: its units, and a table of them, probed in steps of one.
  struct OfAccount {
    std::vector<uint32_t> units;
    std::vector<Slot> slots;  // a power of two, at most half full
  };

  bool is(uint32_t unit, int32_t account, std::string_view id) const {
    return unit < accounts_.size() && accounts_[unit] == account && id_of(unit) == id;
  }

  std::string_view id_of(uint32_t unit) const {
    size_t begin = unit == 0 ? 0 : ends_[unit - 1];
    return std::string_view(ids_).substr(begin, ends_[unit] - begin);
  }

  uint32_t look_up(int32_t account, std::string_view id) {
    if (of_account_.empty()) divide();
    auto number = static_cast<size_t>(account);
    if (number >= of_account_.size() || of_account_[number].units.empty()) return none;
    OfAccount& own = of_account_[number];
    if (own.slots.empty()) fill(own);
    size_t mask = own.slots.size() - 1;
    const uint64_t hash = hash_of(id);
    for (size_t at = hash & mask; own.slots[at].next_unit != 0; at = (at + 1) & mask) {
      const Slot& slot = own.slots[at];
      if (slot.tag == tag_of(hash) && id_of(slot.next_unit - 1) == id) return slot.next_unit - 1;
    }
    return none;
  }

  void divide() {
    int32_t greatest = -1;
    for (int32_t account : accounts_) greatest = std::max(greatest, account);
    of_account_.resize(static_cast<size_t>(greatest + 1));
    for (uint32_t unit = 0; unit < accounts_.size(); ++unit) {
      of_account_[static_cast<size_t>(accounts_[unit])].units.push_back(unit);
    }
  }

  void fill(OfAccount& own) const {
    size_t slots = 2;
    while (slots < own.units.size() * 2) slots *= 2;
    own.slots.assign(slots, {});
    for (uint32_t unit : own.units) {
      const uint64_t hash = hash_of(id_of(unit));
      size_t at = hash & (slots - 1);
      while (own.slots[at].next_unit != 0) at = (at + 1) & (slots - 1);
      own.slots[at] = {unit + 1, tag_of(hash)};
    }
  }

  static uint64_t hash_of(std::string_view id) { return std::hash<std::string_view>{}(id); }
  // Of bits that do not choose the slot.
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

  std::vector<int32_t> accounts_;  // by unit
  std::vector<size_t> ends_;       // by unit, of its id in ids_
  std::string ids_;
  std::vector<OfAccount> of_account_;
  int32_t missed_account_ = -1;  // a post that is none of these has several counters as well
  std::string missed_;
};

}  // namespace sociometer::metrics
