// PostLoader: the posts of a frame, with their counters.
//
// Where one source tells a post's counters as a whole, posts and counters are read as they lie in the store and put
// together here; where promotions or tiers tell several values of one post, the store joins them and they are merged.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/frame_reading.h"

namespace sociometer::metrics {

class PostLoader {
 public:
  explicit PostLoader(FrameReading& reading) : reading_(reading), frame_(reading.frame), wants_(reading.wants) {}
  // internal: the store refused.
  Result<Done> load();

 private:
  enum class Ids { with, without };
  struct PostRows;
  class PostReader;
  struct Counter;
  Result<bool> load_apart();
  Result<std::vector<Counter>> counters_of(const std::vector<std::string>& measures);
  Result<Done> read_apart(const std::vector<std::string>& measures, std::vector<Counter>& counters);
  std::string memory_key(const AccountInfo& account) const;
  bool remember(uint64_t state);
  void keep_in_memory(uint64_t state);
  Result<std::optional<Day>> counted_since();
  Result<PostRows> read(Ids ids);
  void keep(Units& units);
  void merge(PostRows& rows);
  bool gives_labels() const;

  FrameReading& reading_;
  Frame& frame_;
  const FrameWants& wants_;
};

}  // namespace sociometer::metrics
