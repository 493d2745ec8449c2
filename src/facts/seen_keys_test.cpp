#include "facts/seen_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

namespace sociometer::facts {
namespace {

const std::string here = std::filesystem::temp_directory_path().string();

bool any_twice(const std::vector<uint64_t>& hashes, size_t in_memory, const std::string& directory = here) {
  SeenKeys keys(directory, in_memory);
  for (uint64_t hash : hashes) keys.add(hash);
  return keys.any_twice();
}

TEST(SeenKeys, FindsTheSameTwiceWhereverItLies) {
  std::mt19937_64 random(7);
  for (size_t count : {size_t{0}, size_t{1}, size_t{999}, size_t{1000}, size_t{1001}, size_t{200'000}}) {
    std::vector<uint64_t> hashes(count);
    for (size_t i = 0; i < count; ++i) hashes[i] = i * 0x9E3779B97F4A7C15ULL;  // odd: all of them different
    std::shuffle(hashes.begin(), hashes.end(), random);
    for (size_t in_memory : {size_t{1000}, size_t{50'000}, size_t{1'000'000}}) {
      EXPECT_FALSE(any_twice(hashes, in_memory)) << count << " with " << in_memory;
      if (count == 0) continue;
      std::vector<uint64_t> more = hashes;
      more.push_back(hashes[random() % count]);
      EXPECT_TRUE(any_twice(more, in_memory)) << count << " with " << in_memory;
    }
  }
}

TEST(SeenKeys, ZeroAndTheLargestAreHashesAsOthers) {
  std::vector<uint64_t> hashes;
  for (uint64_t i = 1; i < 5000; ++i) hashes.push_back(i);
  hashes.insert(hashes.end(), {0, UINT64_MAX});
  EXPECT_FALSE(any_twice(hashes, 100));
  hashes.push_back(UINT64_MAX);
  EXPECT_TRUE(any_twice(hashes, 100));
}

TEST(SeenKeys, SayYesWhereThereIsNoRoomToKnow) {
  std::vector<uint64_t> hashes;
  for (uint64_t i = 0; i < 5000; ++i) hashes.push_back(i);
  EXPECT_TRUE(any_twice(hashes, 100, "/nowhere/at/all"));
  EXPECT_FALSE(any_twice(hashes, 10'000, "/nowhere/at/all"));  // memory was enough
}

}  // namespace
}  // namespace sociometer::facts
