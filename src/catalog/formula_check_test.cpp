// What a formula may not do, and that the complaint says where and why.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "catalog/catalog.h"

namespace sociometer::catalog {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view measures = R"(measures:
  fees: {name: Fees, unit: money, class: flow, good: down}
  takings: {name: Takings, unit: money, class: flow, good: up}
  open_hours: {name: Hours open, unit: seconds, class: flow, good: none}
  seats: {name: Seats, unit: count, class: stock, good: none}
  guests: {name: Guests, unit: people, class: unique, good: up}
kpis:
)";

// The complaints about a KPI of this formula; empty if there are none.
std::string formula_complaint(const std::string& formula, std::string_view c = "ratio",
                              std::string_view unit = "ratio") {
  std::string yaml =
      std::string(measures) +
      fmt::format("  tried: {{name: Tried, unit: {}, class: {}, good: up, formula: '{}'}}\n", unit, c, formula);
  std::vector<Problem> problems;
  auto catalog = Catalog::built_in()->extended({{"shop.yaml", yaml}}, problems);
  std::string text;
  for (const Problem& problem : problems) text += problem.text() + "\n";
  EXPECT_EQ(catalog == nullptr, !problems.empty());
  return text;
}

TEST(FormulaCheck, TakesWhatMakesSense) {
  EXPECT_THAT(formula_complaint("takings - fees", "flow", "money"), IsEmpty());
  EXPECT_THAT(formula_complaint("(takings - fees) / takings"), IsEmpty());
  EXPECT_THAT(formula_complaint("takings / open_hours * 3600", "ratio", "money"), HasSubstr("no unit a KPI can have"));
  EXPECT_THAT(formula_complaint("takings / last(seats)", "ratio", "money"), IsEmpty());
  EXPECT_THAT(formula_complaint("1000 * takings / impressions", "ratio", "money"), IsEmpty());
  EXPECT_THAT(formula_complaint("open_hours / posts", "ratio", "seconds"), IsEmpty());
  EXPECT_THAT(formula_complaint("posts / days", "ratio", "per_day"), IsEmpty());
  EXPECT_THAT(formula_complaint("new_followers - lost_followers", "flow", "people"), IsEmpty());
  EXPECT_THAT(formula_complaint("likes + comments + follows", "flow", "count"), IsEmpty());
  EXPECT_THAT(formula_complaint("engagement_rate{network=instagram} - engagement_rate"), IsEmpty());
  EXPECT_THAT(formula_complaint("mean(likes + comments)", "ratio", "count"), IsEmpty());
  EXPECT_THAT(formula_complaint("mean(likes / post_reach) / mean(comments / post_reach)"), IsEmpty());
  EXPECT_THAT(formula_complaint("mean(seats)", "stock", "count"), IsEmpty());
  EXPECT_THAT(formula_complaint("distinct(guests)", "unique", "people"), IsEmpty());
  EXPECT_THAT(formula_complaint("guests / last(seats)"), IsEmpty());
  EXPECT_THAT(formula_complaint("likes{post_kind=video, promotion=organic} / likes{network=instagram|facebook}"),
              IsEmpty());
  EXPECT_THAT(formula_complaint("last(seats{account=brand}) / last(seats)"), IsEmpty());
}

TEST(FormulaCheck, KeepsStocksAndFlowsApart) {
  EXPECT_THAT(formula_complaint("likes + followers", "flow", "count"),
              HasSubstr("followers cannot be added to likes: likes is a flow, which happens over days, followers is a "
                        "stock, which is true at a moment\n  likes + followers\n  ^^^^^^^^^^^^^^^^^\n"));
  EXPECT_THAT(formula_complaint("likes + likes / posts", "flow", "count"), HasSubstr("is a ratio"));
  EXPECT_THAT(formula_complaint("takings - 100", "flow", "money"), HasSubstr("is a fixed number"));
  EXPECT_THAT(formula_complaint("last(likes) / posts"), HasSubstr("write likes for their sum"));
  EXPECT_THAT(formula_complaint("first(reach) / posts"), HasSubstr("takes a measure of class stock; reach is people"));
  EXPECT_THAT(formula_complaint("last(likes + comments) / posts"), HasSubstr("takes a measure of class stock"));
  EXPECT_THAT(formula_complaint("likes * comments / posts"), HasSubstr("the product of their sums grows"));
}

TEST(FormulaCheck, NeverAddsPeople) {
  EXPECT_THAT(formula_complaint("reach + post_reach", "unique", "people"), HasSubstr("the same may be in both"));
  EXPECT_THAT(formula_complaint("reach - guests", "unique", "people"), HasSubstr("counts people once"));
  EXPECT_THAT(formula_complaint("post_reach", "unique", "people"), HasSubstr("write mean(post_reach)"));
  EXPECT_THAT(formula_complaint("mean(reach)", "ratio", "people"), HasSubstr("what a post met is post_reach"));
  EXPECT_THAT(formula_complaint("distinct(likes)", "unique", "count"),
              HasSubstr("distinct(…) takes a measure of class unique; likes is a flow"));
  EXPECT_THAT(formula_complaint("reach * posts / days", "ratio", "people"), HasSubstr("cannot be multiplied"));
  EXPECT_THAT(formula_complaint("reach{promotion=organic|paid} / followers"),
              HasSubstr("the same people may be in each"));
}

TEST(FormulaCheck, NeverAveragesMeans) {
  EXPECT_THAT(formula_complaint("mean(mean(likes))", "ratio", "count"), HasSubstr("a mean of means"));
  EXPECT_THAT(formula_complaint("median(average_post_reach)", "ratio", "people"), HasSubstr("that is a mean already"));
  EXPECT_THAT(formula_complaint("mean(likes / average_engagement_rate)", "ratio", "count"),
              HasSubstr("a mean of means"));
  EXPECT_THAT(formula_complaint("median(followers)", "ratio", "people"),
              HasSubstr("average(followers) is the mean over the days"));
}

TEST(FormulaCheck, ComparesUnitAndClassWithWhatIsDeclared) {
  EXPECT_THAT(formula_complaint("takings / posts"), HasSubstr("this is in money, but the unit declared is ratio"));
  EXPECT_THAT(formula_complaint("takings / fees", "ratio", "money"), HasSubstr("this is in ratio"));
  EXPECT_THAT(formula_complaint("posts / days"),
              HasSubstr("this is in per_day or score, but the unit declared is ratio"));
  EXPECT_THAT(formula_complaint("likes / posts", "ratio", "money"), HasSubstr("but the unit declared is money"));
  EXPECT_THAT(formula_complaint("takings + likes", "flow", "money"), HasSubstr("takings is in money, likes in count"));
  EXPECT_THAT(formula_complaint("takings * fees / likes", "ratio", "money"), HasSubstr("two flows"));
  EXPECT_THAT(formula_complaint("1 / takings"), HasSubstr("which is no unit a KPI can have"));
  EXPECT_THAT(formula_complaint("likes / posts", "flow", "count"),
              HasSubstr("this is a ratio, but the class declared is flow: write class: ratio"));
  EXPECT_THAT(formula_complaint("likes", "ratio", "count"), HasSubstr("write class: flow"));
  EXPECT_THAT(formula_complaint("last(followers)", "flow", "people"), HasSubstr("write class: stock"));
  EXPECT_THAT(formula_complaint("posts * followers", "flow", "count"), HasSubstr("divide something by it"));
  EXPECT_THAT(formula_complaint("2 * 3", "flow", "count"), HasSubstr("names at least one measure"));
  EXPECT_THAT(formula_complaint("likes / 0", "ratio"), HasSubstr("divided by 0"));
  EXPECT_THAT(formula_complaint("likes ^ 2 / posts"), HasSubstr("raised to a power"));
}

TEST(FormulaCheck, KnowsWhatAFilterCanMean) {
  EXPECT_THAT(formula_complaint("likes{network=instagran} / likes"), HasSubstr("did you mean \"instagram\"?"));
  EXPECT_THAT(formula_complaint("likes{promotion=boosted} / likes"), HasSubstr("promotion has no member \"boosted\""));
  EXPECT_THAT(formula_complaint("likes{ownership=rival} / likes"),
              HasSubstr("there are own, competitor, partner, others"));
  EXPECT_THAT(formula_complaint("likes{month=2026} / likes"), HasSubstr("a formula takes no month of its own"));
  EXPECT_THAT(formula_complaint("likes{colour=red} / likes"), HasSubstr("there is no dimension \"colour\""));
  EXPECT_THAT(formula_complaint("likes{network=any|x} / likes"), HasSubstr("\"any\" stands alone"));
  EXPECT_THAT(formula_complaint("likes{country=any} / likes"), HasSubstr("country=any is not possible"));
  EXPECT_THAT(formula_complaint("likes / last(followers{post_kind=video})"),
              HasSubstr("no part of them is of one post_kind"));
  EXPECT_THAT(formula_complaint("likes / reach{post_kind=video}"), HasSubstr("what one post met is post_reach"));
  EXPECT_THAT(formula_complaint("likes / days{network=x}", "ratio", "per_day"), HasSubstr("days are the same for all"));
}

TEST(FormulaCheck, PointsIntoTheFile) {
  std::string yaml = std::string(measures) +
                     "  tried:\n    {name: Tried, unit: ratio, class: ratio, good: up,\n"
                     "     formula: \"guests / × seats\"}\n";
  std::vector<Problem> problems;
  EXPECT_EQ(Catalog::built_in()->extended({{"shop.yaml", yaml}}, problems), nullptr);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].line, 10);
  EXPECT_EQ(problems[0].column, 25);
  EXPECT_EQ(problems[0].text(),
            "shop.yaml:10:25: tried.formula: at character 10 there is \"×\", expected a name, a number or \"(\"\n"
            "  guests / × seats\n"
            "           ^");
}

}  // namespace
}  // namespace sociometer::catalog
