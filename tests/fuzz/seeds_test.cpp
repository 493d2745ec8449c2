// Every seed of every fuzz target, as inputs of an ordinary build: what a fuzzer once found stays mended, without one.
#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "api_fuzz.h"

// Each target's LLVMFuzzerTestOneInput, by the name that the build gives it.
extern "C" {
int api_fuzz(const uint8_t* data, size_t size);
int catalog_fuzz(const uint8_t* data, size_t size);
int csv_fuzz(const uint8_t* data, size_t size);
int events_fuzz(const uint8_t* data, size_t size);
int export_fuzz(const uint8_t* data, size_t size);
int http_fuzz(const uint8_t* data, size_t size);
int import_fuzz(const uint8_t* data, size_t size);
int log_fuzz(const uint8_t* data, size_t size);
int workbook_fuzz(const uint8_t* data, size_t size);
}

namespace sociometer::fuzz {
namespace {

namespace fs = std::filesystem;

struct Target {
  std::string name;
  int (*take)(const uint8_t* data, size_t size);
};

const std::vector<Target> targets{
    {"api_fuzz", api_fuzz},       {"catalog_fuzz", catalog_fuzz}, {"csv_fuzz", csv_fuzz},
    {"events_fuzz", events_fuzz}, {"export_fuzz", export_fuzz},   {"http_fuzz", http_fuzz},
    {"import_fuzz", import_fuzz}, {"log_fuzz", log_fuzz},         {"workbook_fuzz", workbook_fuzz}};

struct Seed {
  Target target;
  fs::path file;
};

void PrintTo(const Seed& seed, std::ostream* out) {
  *out << seed.file.string();
}

std::vector<Seed> seeds_of(const Target& target) {
  std::vector<Seed> seeds;
  const fs::path folder = fs::path(FUZZ_SEEDS) / target.name;
  if (!fs::exists(folder)) return seeds;
  for (const auto& entry : fs::directory_iterator(folder)) seeds.push_back({target, entry.path()});
  std::ranges::sort(seeds, {}, &Seed::file);
  return seeds;
}

std::vector<Seed> all_seeds() {
  std::vector<Seed> all;
  for (const Target& target : targets) {
    for (Seed& seed : seeds_of(target)) all.push_back(std::move(seed));
  }
  return all;
}

int take(const Seed& seed) {
  std::ifstream file(seed.file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return seed.target.take(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

class SeedTest : public testing::TestWithParam<Seed> {};

// A target that is not content ends the program.
TEST_P(SeedTest, IsTaken) {
  EXPECT_EQ(take(GetParam()), 0);
}

std::string name_of(const testing::TestParamInfo<Seed>& seed) {
  std::string name = seed.param.target.name + "_" + seed.param.file.filename().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Fuzz, SeedTest, testing::ValuesIn(all_seeds()), name_of);

TEST(SeedsTest, EveryTargetHasSome) {
  for (const Target& target : targets) EXPECT_FALSE(seeds_of(target).empty()) << target.name;
  for (const auto& entry : fs::directory_iterator(FUZZ_SEEDS)) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(std::ranges::any_of(targets, [&](const Target& target) { return target.name == name; })) << name;
  }
}

// Whoever adds a route adds a seed: a request to it that is answered with what was asked for.
TEST(SeedsTest, EveryRouteHasOne) {
  for (const Seed& seed : seeds_of(targets.front())) take(seed);
  EXPECT_THAT(routes_not_asked(), testing::IsEmpty());
  // The code of a second factor cannot be known before, and no mail server is there.
  EXPECT_THAT(routes_not_answered(), testing::ElementsAre("POST /me/second-factor/confirm", "POST /mail/test"));
}

}  // namespace
}  // namespace sociometer::fuzz
