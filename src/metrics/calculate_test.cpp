// The calculator on tests/calc.cases, one line each, and what it refuses.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {
namespace {

using ::testing::HasSubstr;

using Given = std::map<std::string, std::vector<double>>;

struct CalcCase {
  std::string kpi, expected;
  Given values;
};

std::vector<CalcCase> calc_cases() {
  std::vector<CalcCase> all;
  std::ifstream in(std::string(SOURCE_DIR) + "/tests/calc.cases");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    CalcCase one;
    if (!(words >> one.kpi) || one.kpi[0] == '#') continue;
    for (std::string word; words >> word && word != "=";) {
      size_t equals = word.find('=');
      for (std::string_view part : split(std::string_view(word).substr(equals + 1), ',')) {
        one.values[word.substr(0, equals)].push_back(std::stod(std::string(part)));
      }
    }
    words >> one.expected;
    all.push_back(one);
  }
  return all;
}

TEST(Calculate, GivesWhatTheTableSays) {
  EXPECT_GT(calc_cases().size(), 60U);
  for (const CalcCase& one : calc_cases()) {
    auto calculation = calculate(*catalog::Catalog::built_in(), one.kpi, one.values);
    ASSERT_TRUE(calculation) << one.kpi << ": " << calculation.error().message;
    if (!calculation->value) {
      EXPECT_EQ(calculation->reason, one.expected) << one.kpi;
    } else {
      EXPECT_NEAR(*calculation->value, std::stod(one.expected), 1e-9) << one.kpi;
    }
  }
}

// As with the questions: whole families here, the others are told.
TEST(Calculate, CoversEveryReading) {
  const std::set<std::string> whole = {"reach", "engagement", "customer_care", "voice_of_the_customer", "money"};
  std::set<std::string> tried;
  for (const CalcCase& one : calc_cases()) tried.insert(one.kpi);
  std::string missing;
  for (const catalog::Kpi& kpi : catalog::Catalog::built_in()->kpis()) {
    for (const catalog::Variant& variant : kpi.variants) {
      bool is_default = &variant == &kpi.variants.front();
      std::string full = variant.key.empty() ? kpi.key : kpi.key + ":" + variant.key;
      if (tried.contains(full) || (is_default && tried.contains(kpi.key))) continue;
      missing += " " + full;
      EXPECT_FALSE(whole.contains(kpi.family)) << full << " is not in tests/calc.cases";
    }
  }
  if (!missing.empty()) fmt::print("not tried yet:{}\n", missing);
}

TEST(Calculate, SaysWhatIsMissingOrTooMuch) {
  auto refused = [](std::string_view kpi, const Given& values) {
    auto calculation = calculate(*catalog::Catalog::built_in(), kpi, values);
    return calculation ? std::string() : calculation.error().message;
  };
  EXPECT_THAT(refused("engagement_rate:by_reach", {{"reach", {340}}}),
              HasSubstr("also needs engagements (or likes, comments, shares, saves)"));
  EXPECT_THAT(refused("engagement_rate", {{"engagements", {1}}}), HasSubstr("also needs followers and posts"));
  EXPECT_THAT(refused("save_rate", {{"saves", {1}}, {"impressions", {10}}, {"moons", {1}}}),
              HasSubstr("has no use for moons"));
  EXPECT_THAT(refused("save_rate", {{"saves", {1, 2}}, {"impressions", {10}}}), HasSubstr("one number of each"));
  EXPECT_THAT(refused("average_engagement_rate", {{"engagements", {1, 2}}, {"followers", {10, 20, 30}}}),
              HasSubstr("do not pair"));
}

}  // namespace
}  // namespace sociometer::metrics
