#include "catalog/norms.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "catalog/catalog.h"

namespace sociometer::catalog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

Result<std::vector<NormSet>> read(const std::string& values, const std::string& members = "") {
  return read_norms(*Catalog::built_in(), "mine.yaml",
                    fmt::format("sets:\n  shops:\n    name: Shops\n    source: A report\n    year: 2026\n"
                                "    cohort: shops\n    n: 40\n{}    values:\n{}",
                                members, values));
}

std::string problem(const std::string& values, const std::string& members = "") {
  const auto sets = read(values, members);
  return sets ? "" : sets.error().message;
}

TEST(NormsTest, EveryPublishedOneHasSourceYearAndCohort) {
  ASSERT_THAT(published_norms(), Not(IsEmpty()));
  for (const NormSet& set : published_norms()) {
    EXPECT_FALSE(set.name.empty()) << set.key;
    EXPECT_THAT(set.source, Not(IsEmpty())) << set.key;
    EXPECT_GT(set.year, 2000) << set.key;
    EXPECT_THAT(set.cohort, Not(IsEmpty())) << set.key;
    for (const NormValue& value : set.values) {
      EXPECT_TRUE(value.n > 0 || (value.percentiles.empty() && !value.typical)) << set.key;
    }
  }
}

TEST(NormsTest, OnlyARuleOfThumbIsOfNoSample) {
  const auto read_uncounted = [](const std::string& value) {
    return read_norms(*Catalog::built_in(), "mine.yaml",
                      fmt::format("sets:\n  shops:\n    name: Shops\n    source: A report\n    year: 2026\n"
                                  "    cohort: shops\n    values:\n      - {{kpi: engagement_rate, {}}}\n",
                                  value));
  };
  const auto rule = read_uncounted("levels: {good: 2 %}");
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(rule->front().n, 0);
  EXPECT_THAT(read_uncounted("p50: 1 %").error().message, HasSubstr("\"n\" is missing"));
  EXPECT_THAT(read_uncounted("typical: 1 %").error().message, HasSubstr("\"n\" is missing"));
  EXPECT_TRUE(read_uncounted("typical: 1 %, n: 12"));
}

TEST(NormsTest, ReadAWorkspacesOwn) {
  const auto sets = read(
      "      - {kpi: engagement_rate, network: twitter, p10: 0.4 %, p50: 0.011, p90: 3.4 %, n: 12}\n"
      "      - {kpi: first_response_time, typical: 7419, levels: {good: 7200, very_good: 3600}}\n");
  ASSERT_TRUE(sets) << sets.error().message;
  ASSERT_THAT(*sets, SizeIs(1));
  const NormSet& set = sets->front();
  EXPECT_EQ(set.name, "Shops");
  EXPECT_EQ(set.minimum, 5);
  ASSERT_THAT(set.values, SizeIs(2));
  EXPECT_EQ(set.values[0].variant, "per_post");
  EXPECT_EQ(set.values[0].network, "x");
  EXPECT_EQ(set.values[0].n, 12);
  EXPECT_THAT(set.values[0].percentiles, ElementsAre(Pair(10, 0.004), Pair(50, 0.011), Pair(90, 0.034)));
  EXPECT_EQ(set.values[1].n, 40);
  EXPECT_THAT(set.values[1].levels, ElementsAre(Pair("good", 7200), Pair("very_good", 3600)));
}

TEST(NormsTest, ASetIsWrittenSoThatItIsReadTheSame) {
  const auto first = read("      - {kpi: engagement_rate, p50: 1.1 %, words: 'a: b'}\n");
  ASSERT_TRUE(first) << first.error().message;
  const auto again = read_norms(*Catalog::built_in(), "kept", first->front().yaml);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->front().values[0].words, "a: b");
  EXPECT_EQ(again->front().yaml, first->front().yaml);
}

TEST(NormsTest, SayWhatIsWrongAndWhere) {
  EXPECT_THAT(problem("      - {kpi: engagement_rat, p50: 1 %}\n"), HasSubstr("did you mean \"engagement_rate\"?"));
  EXPECT_THAT(problem("      - {kpi: engagement_rate, p50: much}\n"), HasSubstr("expected a number"));
  EXPECT_THAT(problem("      - {kpi: engagement_rate}\n"), HasSubstr("neither percentiles"));
  EXPECT_THAT(problem("      - {kpi: engagement_rate, p10: 2 %, p50: 1 %}\n"), HasSubstr("below the percentile"));
  EXPECT_THAT(problem("      - {kpi: engagement_rate, network: orkut, p50: 1 %}\n"), HasSubstr("no network \"orkut\""));
  EXPECT_THAT(problem("      - {kpi: engagement_rate, levels: {good: 3 %, very_good: 2 %}}\n"),
              HasSubstr("very_good is no better than good"));
  EXPECT_THAT(problem("      - {kpi: engagement_rate, p50: 1 %, p60: 2 %}\n"), HasSubstr("p60"));
  EXPECT_THAT(problem("      - {kpi: engagement_rate, p50: 1 %}\n", "    colour: red\n"), HasSubstr("colour"));
  EXPECT_THAT(problem("      []\n"), HasSubstr("no value"));
}

TEST(NormsTest, WhatIsNoYamlIsSaidSo) {
  const auto broken = read_norms(*Catalog::built_in(), "f.yaml", "sets: [");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr("f.yaml:"));
  EXPECT_THAT(broken.error().message, HasSubstr("not YAML"));
  EXPECT_FALSE(read_norms(*Catalog::built_in(), "f.yaml", ""));
  EXPECT_FALSE(read_norms(*Catalog::built_in(), "f.yaml", "sets: {}"));
}

}  // namespace
}  // namespace sociometer::catalog
