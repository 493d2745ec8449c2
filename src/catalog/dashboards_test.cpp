// Dashboards: what is taken, what is refused and where, and that they are written back as they are read.
#include <gmock/gmock.h>

#include "catalog/catalog.h"

namespace sociometer::catalog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const std::string& tiles) {
  const auto read = read_dashboard(*Catalog::built_in(), "d.yaml", "name: d\ntitle: D\ntiles:\n" + tiles);
  return read ? "taken" : read.error().message;
}

TEST(Dashboards, TheTenTemplatesAreThere) {
  std::vector<std::string> names;
  for (const Dashboard& dashboard : Catalog::built_in()->dashboards()) names.push_back(dashboard.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("executive", "network", "networks", "campaign", "care", "paid",
                                                   "competitors", "audience", "loyalty", "organic_reach"));
}

TEST(Dashboards, AreReadBackAsTheyAreWritten) {
  for (const Dashboard& dashboard : Catalog::built_in()->dashboards()) {
    const std::string text = json_text(to_json(dashboard), JsonStyle::indented);
    const auto again = read_dashboard(*Catalog::built_in(), "again.json", text);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(json_text(to_json(*again), JsonStyle::indented), text);
  }
}

TEST(Dashboards, EveryMistakeIsToldWithItsPlace) {
  const auto read = read_dashboard(*Catalog::built_in(), "d.yaml",
                                   "name: My Board\n"
                                   "title: D\n"
                                   "last: 90 days\n"
                                   "tiles:\n"
                                   "  - {kind: number, kpis: [engagment_rate]}\n"
                                   "  - {kind: gauge, kpis: [likes]}\n"
                                   "  - {kind: bar, kpis: [likes], by: [netwrok]}\n");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message,
              AllOf(HasSubstr("d.yaml:1:7: name"), HasSubstr("d.yaml:3:7: last: \"90 days\" is not a period"),
                    HasSubstr("d.yaml:5:"), HasSubstr("engagement_rate"), HasSubstr("d.yaml:6:"),
                    HasSubstr("\"gauge\" is none of number, line"), HasSubstr("d.yaml:7:"),
                    HasSubstr("did you mean network?")));
}

TEST(Dashboards, AKindAsksWhatItCanDraw) {
  EXPECT_EQ(refusal("  - {kind: pie, kpis: [impressions], by: [network]}\n"), "taken");
  EXPECT_THAT(refusal("  - {kind: pie, kpis: [reach], by: [network]}\n"), HasSubstr("does not add up"));
  EXPECT_THAT(refusal("  - {kind: pie, kpis: [engagement_rate], by: [network]}\n"), HasSubstr("does not add up"));
  EXPECT_EQ(refusal("  - {kind: pie, kpis: [audience_share], by: [age]}\n"), "taken");
  EXPECT_THAT(refusal("  - {kind: line, kpis: [likes], by: [network]}\n"), HasSubstr("a line runs over time"));
  EXPECT_THAT(refusal("  - {kind: number, kpis: [likes], by: [network]}\n"), HasSubstr("has none of these, not 1"));
  EXPECT_THAT(refusal("  - {kind: funnel, kpis: [likes]}\n"), HasSubstr("has 2 to 8 of these, not 1"));
  EXPECT_THAT(refusal("  - {kind: heatmap, kpis: [likes], by: [weekday]}\n"), HasSubstr("has 2 of these, not 1"));
  EXPECT_THAT(refusal("  - {kind: bar, kpis: [likes, shares], by: [network, month]}\n"),
              HasSubstr("leave room for one dimension"));
  EXPECT_THAT(refusal("  - {kind: text}\n"), HasSubstr("a text has words"));
}

TEST(Dashboards, TilesLieOnAGridAndNotOverEachOther) {
  const auto read = read_dashboard(*Catalog::built_in(), "d.yaml",
                                   "name: d\ntitle: D\ntiles:\n"
                                   "  - {kind: number, kpis: [likes]}\n  - {kind: number, kpis: [shares]}\n"
                                   "  - {kind: line, kpis: [likes], by: [week]}\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->tiles[1].x, 3);
  EXPECT_EQ(read->tiles[1].y, 0);
  EXPECT_EQ(read->tiles[2].y, 2);
  EXPECT_THAT(refusal("  - {kind: number, kpis: [likes], x: 10, w: 4}\n"), HasSubstr("the grid has 12 columns"));
  EXPECT_THAT(refusal("  - {kind: number, kpis: [likes], x: 0, y: 0}\n  - {kind: number, kpis: [likes], x: 1, y: 1}\n"),
              HasSubstr("lies over another tile"));
}

TEST(Dashboards, NothingIsNoDashboard) {
  for (const char* text : {"", "[]", "name: d\ntitle: D\n", "name: d\ntitle: D\ntiles: []\n", "name: [", "x"}) {
    EXPECT_FALSE(read_dashboard(*Catalog::built_in(), "d.yaml", text)) << text;
  }
}

}  // namespace
}  // namespace sociometer::catalog
