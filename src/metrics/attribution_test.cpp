#include "metrics/attribution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <random>
#include <string>

#include "base/text.h"

namespace sociometer::metrics {
namespace {

using Model = AttributionModel;

constexpr Model all_models[] = {Model::first,    Model::last,       Model::last_non_direct, Model::linear,
                                Model::position, Model::time_decay, Model::markov,          Model::shapley};

// Members touched on one day after the other, the last on the day before the conversion.
Path path_of(const std::vector<int32_t>& members, int64_t conversions, int64_t value, int64_t lost = 0) {
  Path path;
  path.converted_at = {100 * day_micros};
  for (size_t i = 0; i < members.size(); ++i) {
    path.touches.push_back({{(100 - static_cast<int64_t>(members.size() - i)) * day_micros}, i, members[i], false});
  }
  path.conversions = conversions;
  path.value = value;
  path.lost = lost;
  return path;
}

std::vector<int64_t> conversions_of(const std::vector<Credit>& credits) {
  std::vector<int64_t> conversions;
  for (const Credit& credit : credits) conversions.push_back(credit.conversions);
  return conversions;
}

TEST(Attribution, EachModelOnPathsOfOneTwoAndFour) {
  struct Expected {
    Model model;
    std::vector<int64_t> two, four;
  };
  const Expected table[] = {
      {Model::first, {1'000'000, 0, 0, 0}, {1'000'000, 0, 0, 0}},
      {Model::last, {0, 1'000'000, 0, 0}, {0, 0, 0, 1'000'000}},
      {Model::last_non_direct, {0, 1'000'000, 0, 0}, {0, 0, 0, 1'000'000}},
      {Model::linear, {500'000, 500'000, 0, 0}, {250'000, 250'000, 250'000, 250'000}},
      {Model::position, {500'000, 500'000, 0, 0}, {400'000, 100'000, 100'000, 400'000}},
      {Model::shapley, {500'000, 500'000, 0, 0}, {250'000, 250'000, 250'000, 250'000}},
      {Model::markov, {500'000, 500'000, 0, 0}, {250'000, 250'000, 250'000, 250'000}},
  };
  for (const Expected& expected : table) {
    SCOPED_TRACE(name(expected.model));
    EXPECT_EQ(conversions_of(attribute(expected.model, std::vector{path_of({0}, 1, 5)}, 4)),
              (std::vector<int64_t>{1'000'000, 0, 0, 0}));
    EXPECT_EQ(conversions_of(attribute(expected.model, std::vector{path_of({0, 1}, 1, 5)}, 4)), expected.two);
    EXPECT_EQ(conversions_of(attribute(expected.model, std::vector{path_of({0, 1, 2, 3}, 1, 5)}, 4)), expected.four);
  }
}

// Touches 0, 7, 14 and 28 days before: weights 1, .5, .25, .0625.
TEST(Attribution, TimeDecayHalvesEachWeekAndGivesAwayTheWhole) {
  Path path;
  path.converted_at = {100 * day_micros};
  for (int32_t i = 0; i < 4; ++i) {
    const int64_t before[] = {0, 7, 14, 28};
    path.touches.push_back({{(100 - before[i]) * day_micros}, 0, i, false});
  }
  path.conversions = 1;
  path.value = 1'812'500;
  std::vector<Credit> credits = attribute(Model::time_decay, std::vector{path}, 4);
  EXPECT_EQ(conversions_of(credits), (std::vector<int64_t>{551'724, 275'862, 137'931, 34'483}));
  EXPECT_EQ(credits[0].value, 1'000'000);
  EXPECT_EQ(credits[3].value, 62'500);
  EXPECT_EQ(credits[0].conversions + credits[1].conversions + credits[2].conversions + credits[3].conversions,
            1'000'000);
}

// Halving without dividing by the sum gives six touches 98.4 %; here it is the whole.
TEST(Attribution, SixHalvingsAreTheWhole) {
  Path path;
  path.converted_at = {100 * day_micros};
  for (int32_t i = 0; i < 6; ++i) path.touches.push_back({{(100 - 7 * i) * day_micros}, 0, i, false});
  path.conversions = 1;
  int64_t sum = 0;
  for (const Credit& credit : attribute(Model::time_decay, std::vector{path}, 6)) sum += credit.conversions;
  EXPECT_EQ(sum, 1'000'000);
}

TEST(Attribution, DirectTouchesCountOnlyAloneExceptAsTheLast) {
  Path path = path_of({1, 0, 2, 0}, 1, 10);
  for (Touch& touch : path.touches) touch.direct = touch.member == 0;
  auto of = [&](Model model) { return conversions_of(attribute(model, std::vector{path}, 3)); };
  EXPECT_EQ(of(Model::last), (std::vector<int64_t>{1'000'000, 0, 0}));
  EXPECT_EQ(of(Model::last_non_direct), (std::vector<int64_t>{0, 0, 1'000'000}));
  for (Model model : {Model::linear, Model::position, Model::markov, Model::shapley}) {
    EXPECT_EQ(of(model), (std::vector<int64_t>{0, 500'000, 500'000})) << name(model);
  }
  Path direct = path_of({0, 0}, 1, 10);
  for (Touch& touch : direct.touches) touch.direct = true;
  for (Model model : all_models) {
    EXPECT_EQ(attribute(model, std::vector{direct}, 1), (std::vector<Credit>{{1'000'000, 10}})) << name(model);
  }
}

// The example that texts on the method use: C1 > C2 > C3 converts, C1 and C2 > C3 do not.
TEST(Attribution, MarkovRemovesOneMemberAtATime) {
  std::vector<Path> paths = {path_of({0, 1, 2}, 1, 30'000'000), path_of({0}, 0, 0, 1), path_of({1, 2}, 0, 0, 1)};
  std::vector<double> effects = removal_effects(paths, 3);
  EXPECT_NEAR(effects[0], 0.5, 1e-12);
  EXPECT_NEAR(effects[1], 1, 1e-12);
  EXPECT_NEAR(effects[2], 1, 1e-12);
  EXPECT_EQ(attribute(Model::markov, paths, 3),
            (std::vector<Credit>{{200'000, 6'000'000}, {400'000, 12'000'000}, {400'000, 12'000'000}}));
}

// A refund takes back what its order gave, by the same path.
TEST(Attribution, ARefundTakesCreditBack) {
  std::vector<Path> paths = {path_of({0, 1}, 1, 10'000'001), path_of({0, 1}, 0, -10'000'001)};
  for (Model model : all_models) {
    int64_t conversions = 0, value = 0;
    for (const Credit& credit : attribute(model, paths, 2)) {
      EXPECT_EQ(credit.value, 0) << name(model);
      conversions += credit.conversions;
      value += credit.value;
    }
    EXPECT_EQ(conversions, 1'000'000) << name(model);
    EXPECT_EQ(value, 0) << name(model);
  }
}

TEST(Attribution, RemaindersGoToTheGreatestThenTheFirst) {
  EXPECT_EQ(split_by_largest_remainder(100, std::vector<double>{1, 1, 1}), (std::vector<int64_t>{34, 33, 33}));
  EXPECT_EQ(split_by_largest_remainder(-100, std::vector<double>{1, 1, 1}), (std::vector<int64_t>{-34, -33, -33}));
  EXPECT_EQ(split_by_largest_remainder(10, std::vector<double>{1, 0, 2}), (std::vector<int64_t>{3, 0, 7}));
  EXPECT_EQ(split_by_largest_remainder(0, std::vector<double>{1, 0}), (std::vector<int64_t>{0, 0}));
}

// --- What must hold whatever the paths ------------------------------------------------------------------------------

class RandomPaths {
 public:
  explicit RandomPaths(unsigned seed) : random_(seed) {}

  std::vector<Path> make(int32_t members) {
    std::vector<Path> paths(1 + below(30));
    for (Path& path : paths) {
      path.converted_at = {100 * day_micros};
      size_t touches = 1 + below(8);
      for (size_t i = 0; i < touches; ++i) {
        auto member = static_cast<int32_t>(below(static_cast<uint64_t>(members)));
        // Few moments, so that many touches share one.
        path.touches.push_back({{static_cast<int64_t>(90 + below(5)) * day_micros}, below(3), member, member == 0});
      }
      path.conversions = static_cast<int64_t>(below(3));
      path.value = path.conversions == 0 ? 0 : static_cast<int64_t>(below(1'000'000'000));
      path.lost = static_cast<int64_t>(below(4));
    }
    paths.front().conversions = 1;
    return paths;
  }

  uint64_t below(uint64_t end) { return random_() % end; }
  std::mt19937& engine() { return random_; }

 private:
  std::mt19937 random_;
};

TEST(Attribution, CreditAddsUpToWhatCameInEveryModel) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    RandomPaths random(seed);
    std::vector<Path> paths = random.make(5);
    int64_t conversions = 0, value = 0;
    for (const Path& path : paths) {
      conversions += path.conversions;
      value += path.value;
    }
    for (Model model : all_models) {
      int64_t given = 0, given_value = 0;
      for (const Credit& credit : attribute(model, paths, 5)) {
        EXPECT_GE(credit.conversions, 0);
        EXPECT_GE(credit.value, 0);
        given += credit.conversions;
        given_value += credit.value;
      }
      EXPECT_EQ(given, conversions * 1'000'000) << name(model) << " seed " << seed;
      EXPECT_EQ(given_value, value) << name(model) << " seed " << seed;
    }
  }
}

TEST(Attribution, TheOrderOfRowsChangesNothing) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    RandomPaths random(seed);
    std::vector<Path> paths = random.make(5);
    std::vector<Path> shuffled = paths;
    for (Path& path : shuffled) std::shuffle(path.touches.begin(), path.touches.end(), random.engine());
    for (Model model : all_models) {
      EXPECT_EQ(attribute(model, paths, 5), attribute(model, shuffled, 5)) << name(model) << " seed " << seed;
    }
    std::shuffle(shuffled.begin(), shuffled.end(), random.engine());
    for (Model model : all_models) {
      std::vector<Credit> one = attribute(model, paths, 5), other = attribute(model, shuffled, 5);
      for (size_t i = 0; i < one.size(); ++i) {
        // The chain is the same but for the order of its sums.
        EXPECT_NEAR(static_cast<double>(one[i].conversions), static_cast<double>(other[i].conversions), 2);
      }
    }
  }
}

// The definition, set by set: phi_i = sum over S without i of s! (n − s − 1)! / n! × (v(S + i) − v(S)).
TEST(Attribution, ShapleyIsTheValueOverAllSets) {
  constexpr uint32_t n = 5;
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::vector<Path> paths = RandomPaths(seed).make(n);
    for (Path& path : paths) {
      for (Touch& touch : path.touches) touch.direct = false;
    }
    std::vector<double> worth(1U << n, 0);
    for (uint32_t set = 0; set < worth.size(); ++set) {
      for (const Path& path : paths) {
        bool inside = std::all_of(path.touches.begin(), path.touches.end(),
                                  [&](const Touch& touch) { return (set >> touch.member & 1U) != 0; });
        if (inside) worth[set] += static_cast<double>(path.conversions);
      }
    }
    const double factorial[] = {1, 1, 2, 6, 24, 120};
    std::vector<Credit> credits = attribute(Model::shapley, paths, n);
    for (uint32_t i = 0; i < n; ++i) {
      double phi = 0;
      for (uint32_t set = 0; set < worth.size(); ++set) {
        if ((set >> i & 1U) != 0) continue;
        auto s = static_cast<uint32_t>(__builtin_popcount(set));
        phi += factorial[s] * factorial[n - s - 1] / factorial[n] * (worth[set | 1U << i] - worth[set]);
      }
      EXPECT_NEAR(static_cast<double>(credits[i].conversions) / 1e6, phi, 1e-4) << "seed " << seed;
    }
  }
}

// The chain walked without the member, step by step, instead of by the inverse.
double chance_without(const std::vector<Path>& paths, int32_t removed, int32_t members) {
  std::map<std::pair<int32_t, int32_t>, double> follow;
  std::map<int32_t, double> left, begin, convert;
  double all = 0;
  for (const Path& path : paths) {
    std::vector<Touch> touches = path.touches;
    std::sort(touches.begin(), touches.end(), [](const Touch& a, const Touch& b) {
      return std::tie(a.at, a.order, a.member) < std::tie(b.at, b.order, b.member);
    });
    auto times = static_cast<double>(path.conversions + path.lost);
    all += times;
    begin[touches.front().member] += times;
    convert[touches.back().member] += static_cast<double>(path.conversions);
    for (size_t i = 0; i < touches.size(); ++i) {
      left[touches[i].member] += times;
      if (i > 0) follow[{touches[i - 1].member, touches[i].member}] += times;
    }
  }
  std::vector<double> at(static_cast<size_t>(members), 0);
  for (const auto& [member, times] : begin) at[static_cast<size_t>(member)] = times / all;
  double converted = 0;
  for (int step = 0; step < 5000; ++step) {
    if (removed >= 0) at[static_cast<size_t>(removed)] = 0;
    std::vector<double> next(at.size(), 0);
    for (const auto& [member, times] : convert) {
      if (left[member] > 0) converted += at[static_cast<size_t>(member)] * times / left[member];
    }
    for (const auto& [pair, times] : follow) {
      if (left[pair.first] > 0) {
        next[static_cast<size_t>(pair.second)] += at[static_cast<size_t>(pair.first)] * times / left[pair.first];
      }
    }
    at = next;
  }
  return converted;
}

TEST(Attribution, RemovalEffectsAreThoseOfTheChainWalked) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::vector<Path> paths = RandomPaths(seed).make(5);
    for (Path& path : paths) {
      for (Touch& touch : path.touches) touch.direct = false;
    }
    double all = chance_without(paths, -1, 5);
    std::vector<double> effects = removal_effects(paths, 5);
    for (int32_t member = 0; member < 5; ++member) {
      EXPECT_NEAR(effects[static_cast<size_t>(member)], 1 - chance_without(paths, member, 5) / all, 1e-9)
          << "seed " << seed;
    }
  }
}

// --- A real set: 10,000 paths over 12 channels ----------------------------------------------------------------------

struct RealPaths {
  std::vector<Path> paths;
  std::vector<std::string> members;

  bool read(const std::string& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line)) return false;
    while (std::getline(in, line)) {
      std::vector<std::string_view> cells = split(trimmed(line), ',');
      std::vector<int32_t> touched;
      for (std::string_view word : split(cells[0], '>')) touched.push_back(member_of(std::string(trimmed(word))));
      auto number = [&](size_t cell) { return std::stod(std::string(cells[cell])); };
      paths.push_back(
          path_of(touched, std::llround(number(1)), std::llround(number(2) * 1e6), std::llround(number(3))));
    }
    return true;
  }

  int32_t member_of(const std::string& word) {
    auto found = std::find(members.begin(), members.end(), word);
    if (found == members.end()) found = members.insert(found, word);
    return static_cast<int32_t>(found - members.begin());
  }
};

TEST(Attribution, RealPathsGiveThePublishedCredits) {
  RealPaths real;
  if (!real.read(SHARED_DATA "/commerce/attribution-paths.csv")) GTEST_SKIP() << "no shared data";
  ASSERT_EQ(real.paths.size(), 10'000);
  ASSERT_EQ(real.members.size(), 12);
  struct Expected {
    Model model;
    double alpha, eta, iota;
  };
  const Expected table[] = {
      {Model::first, 6308, 3164, 4606},
      {Model::last, 8447, 4167, 3355},
      {Model::linear, 7574.719, 3539.951, 3857.096},
  };
  auto credit_of = [&](const std::vector<Credit>& credits, const std::string& member) {
    return static_cast<double>(credits[static_cast<size_t>(real.member_of(member))].conversions) / 1e6;
  };
  for (const Expected& expected : table) {
    std::vector<Credit> credits = attribute(expected.model, real.paths, real.members.size());
    EXPECT_NEAR(credit_of(credits, "alpha"), expected.alpha, 0.002) << name(expected.model);
    EXPECT_NEAR(credit_of(credits, "eta"), expected.eta, 0.002) << name(expected.model);
    EXPECT_NEAR(credit_of(credits, "iota"), expected.iota, 0.002) << name(expected.model);
  }
  int64_t all_value = 0;
  for (const Path& path : real.paths) all_value += path.value;
  EXPECT_NEAR(static_cast<double>(all_value) / 1e6, 74'802.97, 0.01);
  for (Model model : all_models) {
    int64_t conversions = 0, value = 0;
    for (const Credit& credit : attribute(model, real.paths, real.members.size())) {
      EXPECT_GE(credit.conversions, 0);
      conversions += credit.conversions;
      value += credit.value;
    }
    EXPECT_EQ(conversions, 19'785'000'000) << name(model);
    EXPECT_EQ(value, all_value) << name(model);
  }
}

}  // namespace
}  // namespace sociometer::metrics
