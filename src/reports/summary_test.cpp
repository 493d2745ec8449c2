#include <gmock/gmock.h>

#include "reports/reports.h"

namespace sociometer::reports {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

metrics::Cell cell(double value, std::optional<double> compared) {
  metrics::Cell one;
  one.kpi = one.asked = "impressions";
  one.value = value;
  one.compared = compared;
  if (compared) one.change = (value - *compared) / *compared;
  return one;
}

Report showing(std::vector<metrics::Cell> cells) {
  Report report;
  report.catalog = catalog::Catalog::built_in();
  report.dashboard.title = "Monday";
  report.days = DayRange{*parse_day("2026-06-01"), *parse_day("2026-06-08")};
  for (metrics::Cell& each : cells) {
    AnsweredTile tile;
    tile.title = "Impressions";
    tile.tile.kpis = {"impressions"};
    tile.question.compare.kind = metrics::Compare::Kind::previous;
    tile.answer = metrics::Answer{.question = tile.question, .rows = {std::move(each)}};
    report.tiles.push_back(std::move(tile));
  }
  return report;
}

TEST(Summary, SaysWhatWasAskedForAndOfWhichDays) {
  const std::string text = summary(showing({cell(12345, std::nullopt)}));
  EXPECT_THAT(text, AllOf(HasSubstr("Monday\n2026-06-01 – 2026-06-07\n"), HasSubstr("- Impressions: 12,345\n")));
}

TEST(Summary, CallsAChangeOneWhereItsTestSaysSoAlone) {
  metrics::Cell tested = cell(120, 100);
  tested.evidence = metrics::Evidence{.change = true};
  EXPECT_THAT(summary(showing({tested})),
              HasSubstr("- Impressions: 120; ▲ 20.0 % from 100 in the period before, more than chance explains\n"));
  tested.evidence->change = false;
  EXPECT_THAT(summary(showing({tested})),
              AllOf(HasSubstr("100 in the period before: no more of a difference than chance"), Not(HasSubstr("▲")),
                    Not(HasSubstr("20.0 %"))));
}

TEST(Summary, ConcludesNothingWithoutATest) {
  EXPECT_THAT(summary(showing({cell(120, 100)})),
              AllOf(HasSubstr("cannot be tested"), Not(HasSubstr("▲")), Not(HasSubstr("20.0 %"))));
  EXPECT_THAT(summary(showing({cell(100, 100)})), HasSubstr("the same as 100 in the period before"));
}

TEST(Summary, SaysNotesAndWhatIsMissing) {
  metrics::Cell running = cell(120, std::nullopt);
  running.notes = {"partial_period", "unsettled"};
  metrics::Cell nothing;
  nothing.kpi = nothing.asked = "impressions";
  nothing.reason = "no_data";
  EXPECT_THAT(summary(showing({running, nothing})), AllOf(HasSubstr("- Impressions: 120 [running, not settled]\n"),
                                                          HasSubstr("1 of its 2 parts have no data")));
  EXPECT_THAT(summary(showing({nothing})), HasSubstr("There is no data for any of it."));
}

}  // namespace
}  // namespace sociometer::reports
