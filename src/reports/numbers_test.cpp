#include "reports/reports.h"

#include <gmock/gmock.h>

namespace sociometer::reports {
namespace {

using catalog::Unit;

TEST(NumbersTest, ReadAsPeopleWriteThem) {
  EXPECT_EQ(grouped(1'857'985), "1,857,985");
  EXPECT_EQ(grouped(-1'000), "-1,000");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(value_text(0.020408, Unit::ratio, ""), "2.04 %");
  EXPECT_EQ(value_text(12.5, Unit::ratio, ""), "1,250.00 %");
  EXPECT_EQ(value_text(1'857'985, Unit::count, ""), "1,857,985");
  EXPECT_EQ(value_text(0.5, Unit::count, ""), "0.50");
  EXPECT_EQ(value_text(1234.5, Unit::money, "EUR"), "1,234.50 EUR");
  EXPECT_EQ(value_text(12.34, Unit::seconds, ""), "12.3 s");
  EXPECT_EQ(value_text(125, Unit::seconds, ""), "2 min 05 s");
  EXPECT_EQ(value_text(7260, Unit::seconds, ""), "2 h 01 min");
  EXPECT_EQ(value_text(1.5, Unit::per_day, ""), "1.50 a day");
}

TEST(NumbersTest, AMissingValueSaysWhyAndABoundedOneItsBounds) {
  metrics::Cell cell;
  cell.reason = "not_reported";
  EXPECT_EQ(cell_text(cell, Unit::count, ""), "– not reported");
  cell.reason.clear();
  cell.interval = metrics::Interval{.low = 4120, .high = 9870, .method = "bounds"};
  EXPECT_EQ(cell_text(cell, Unit::people, ""), "4,120 – 9,870");
  EXPECT_EQ(interval_text(cell, Unit::people, ""), "");
  cell.interval->high = std::nullopt;
  EXPECT_EQ(cell_text(cell, Unit::people, ""), "≥ 4,120");
  cell.interval = metrics::Interval{.low = 0.031, .high = 0.045, .method = "bounds"};
  EXPECT_EQ(cell_text(cell, Unit::ratio, ""), "3.10 – 4.50 %");
}

TEST(NumbersTest, ChangeIsInPointsForRatesAndInPercentElsewhere) {
  metrics::Cell cell;
  EXPECT_EQ(change_text(cell, Unit::ratio), "");
  cell.value = 0.0341;
  cell.compared = 0.0329;
  EXPECT_EQ(change_text(cell, Unit::ratio), "▲ 0.12 pts");
  cell.value = 90;
  cell.compared = 120;
  cell.change = -0.25;
  EXPECT_EQ(change_text(cell, Unit::count), "▼ 25.0 %");
  cell.interval = metrics::Interval{.low = 0.0312, .high = 0.0371, .method = "delta_posts"};
  EXPECT_EQ(interval_text(cell, Unit::ratio, ""), "3.12 – 3.71 %");
}

TEST(NumbersTest, NotesAreSmallWords) {
  EXPECT_EQ(notes_text({"partial_period", "stale"}), "running, stale");
}

}  // namespace
}  // namespace sociometer::reports
