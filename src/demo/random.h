// Chance for the demo, the same on every machine: the standard's generator, but none of its distributions, whose
// results differ between libraries.
#pragma once

#include <cstdint>
#include <random>

#include "base/check.h"

namespace sociometer::demo {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  int64_t between(int64_t low, int64_t high) {  // both inclusive
    CHECK(low <= high);
    return low + static_cast<int64_t>(engine_() % static_cast<uint64_t>(high - low + 1));
  }
  bool chance(int64_t permille) { return between(0, 999) < permille; }
  size_t index(size_t size) { return static_cast<size_t>(between(0, static_cast<int64_t>(size) - 1)); }
  // About `value`, most often near it, never further than `percent` away.
  int64_t about(int64_t value, int64_t percent) {
    int64_t swing = between(-percent, percent) + between(-percent, percent);
    return value + value * swing / 200;
  }
  // value × millionths, the rest of the division decided by chance so that small rates are right on average.
  int64_t share(int64_t value, int64_t millionths) {
    int64_t product = value * millionths;
    return product / 1'000'000 + (between(0, 999'999) < product % 1'000'000 ? 1 : 0);
  }
  // How much better than usual a post does, in permille: the middle is 1000, one in twenty does four times as well.
  int64_t luck() {
    static constexpr int64_t steps[] = {330,  420,  490,  550,  610,  670,  730,  790,  850,  920, 1000,
                                        1080, 1170, 1270, 1390, 1540, 1730, 1990, 2400, 3100, 4500};
    size_t step = index(20);
    return steps[step] + (steps[step + 1] - steps[step]) * between(0, 999) / 1000;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace sociometer::demo
