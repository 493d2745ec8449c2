// PostIndex: which unit a post is, by account and id. A few hundred thousand posts are asked for millions of counters,
// so it is one flat table, probed in steps of one, over ids kept end to end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sociometer::metrics {

class PostIndex {
 public:
  static constexpr uint32_t none = UINT32_MAX;

  // A post is added once. Units are numbered from 0 in the order they are added.
  void add(int32_t account, std::string_view id) {
    if ((posts_.size() + 1) * 2 > slots_.size()) grow();
    uint64_t hash = hash_of(account, id);
    posts_.push_back({hash, ids_.size(), static_cast<uint32_t>(id.size()), account});
    ids_.append(id);
    slots_[free_slot(hash)] = static_cast<uint32_t>(posts_.size());
  }

  uint32_t find(int32_t account, std::string_view id) const {
    if (slots_.empty()) return none;
    uint64_t hash = hash_of(account, id);
    for (size_t slot = hash & (slots_.size() - 1); slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
      const Post& post = posts_[slots_[slot] - 1];
      if (post.hash == hash && post.account == account &&
          std::string_view(ids_).substr(post.offset, post.length) == id) {
        return slots_[slot] - 1;
      }
    }
    return none;
  }

 private:
  struct Post {
    uint64_t hash;
    size_t offset;
    uint32_t length;
    int32_t account;
  };

  static uint64_t hash_of(int32_t account, std::string_view id) {
    return (std::hash<std::string_view>{}(id) ^ static_cast<uint64_t>(account)) * 0x9E3779B97F4A7C15ULL >> 16;
  }

  size_t free_slot(uint64_t hash) const {
    size_t slot = hash & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  void grow() {
    slots_.assign(slots_.empty() ? 1024 : slots_.size() * 2, 0);
    for (size_t i = 0; i < posts_.size(); ++i) slots_[free_slot(posts_[i].hash)] = static_cast<uint32_t>(i + 1);
  }

  std::vector<Post> posts_;
  std::string ids_;
  std::vector<uint32_t> slots_;  // 1 + the post's unit, 0 where free; a power of two, at most half full
};

}  // namespace sociometer::metrics
