// Exports made up for measuring: believable in shape and size, the same on every run.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace sociometer::bench {

// Numbers that look random and never change.
class Numbers {
 public:
  explicit Numbers(uint64_t seed) : state_(seed) {}
  int64_t below(int64_t bound);

 private:
  uint64_t state_;
};

struct Written {
  std::string path;
  int64_t rows = 0;
  double megabytes = 0;
};

// Sociometer's own long format: ten day series of accounts on five networks.
Result<Written> write_own_observations(const std::string& path, int64_t rows);
// X post activity: 40 columns, one row per post.
Result<Written> write_x_posts(const std::string& path, int64_t posts);

}  // namespace sociometer::bench
