// PostIndex: which unit a post is, by account and id. Millions of counters ask it about hundreds of thousands of posts.
//
// Counters mostly lie in the store as their posts do, so the unit asked for is mostly the one found last or the next;
// only then is nothing looked up. Where they do not, an account's posts get a small table of their own, which stays
// near the processor, when its first post is missed.
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
    if (is(near, account, id)) return near;
    if (is(near + 1, account, id)) return near + 1;
    if (account == missed_account_ && id == missed_) return none;
    uint32_t unit = look_up(account, id);
    if (unit == none) {
      missed_account_ = account;
      missed_ = id;
    }
    return unit;
  }

 private:
  // The posts of one account: its units, and a table of them, probed in steps of one.
  struct OfAccount {
    std::vector<uint32_t> units;
    std::vector<uint32_t> slots;  // 1 + the unit, 0 where free; a power of two, at most half full
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
    for (size_t slot = hash_of(id) & mask; own.slots[slot] != 0; slot = (slot + 1) & mask) {
      if (id_of(own.slots[slot] - 1) == id) return own.slots[slot] - 1;
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
    own.slots.assign(slots, 0);
    for (uint32_t unit : own.units) {
      size_t slot = hash_of(id_of(unit)) & (slots - 1);
      while (own.slots[slot] != 0) slot = (slot + 1) & (slots - 1);
      own.slots[slot] = unit + 1;
    }
  }

  static size_t hash_of(std::string_view id) {
    return static_cast<size_t>(std::hash<std::string_view>{}(id)*0x9E3779B97F4A7C15ULL >> 16);
  }

  std::vector<int32_t> accounts_;  // by unit
  std::vector<size_t> ends_;       // by unit, of its id in ids_
  std::string ids_;
  std::vector<OfAccount> of_account_;
  int32_t missed_account_ = -1;  // a post that is none of these has several counters as well
  std::string missed_;
};

}  // namespace sociometer::metrics
