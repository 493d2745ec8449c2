#include "insights/benchmarks.h"

#include <gmock/gmock.h>

namespace sociometer::insights {
namespace {

using catalog::Good;
using metrics::Cell;
using testing::DoubleNear;
using testing::IsEmpty;

Cell cell(double value) {
  Cell cell;
  cell.value = value;
  return cell;
}

Cell between(double value, double low, double high) {
  Cell told = cell(value);
  told.interval = metrics::Interval{low, high, 0.95, "wilson"};
  return told;
}

Rank rank(const Cell& mine, const std::vector<Cell>& others, Good good = Good::up, int64_t minimum = 5) {
  std::vector<const Cell*> pointers;
  for (const Cell& other : others) pointers.push_back(&other);
  return rank_among(mine, pointers, good, minimum);
}

TEST(BenchmarksTest, LieBetweenPercentilesByStraightLines) {
  const std::map<int, double> known{{10, 1}, {25, 2}, {50, 4}, {75, 8}, {90, 16}};
  EXPECT_DOUBLE_EQ(*place_in(known, 3).percentile, 37.5);
  EXPECT_DOUBLE_EQ(*place_in(known, 4).percentile, 50);
  EXPECT_DOUBLE_EQ(*place_in(known, 14).percentile, 86.25);
  EXPECT_EQ(words_of(place_in(known, 3)), "p38");
}

TEST(BenchmarksTest, SayNothingBeyondWhatIsKnown) {
  const std::map<int, double> known{{25, 2}, {50, 4}};
  EXPECT_EQ(words_of(place_in(known, 1.9)), "below p25");
  EXPECT_EQ(words_of(place_in(known, 4.1)), "above p50");
  EXPECT_FALSE(place_in(known, 4.1).percentile);
  EXPECT_EQ(words_of(place_in({}, 1)), "");
  EXPECT_EQ(words_of(place_in({{50, 4}}, 5)), "above p50");
}

TEST(BenchmarksTest, TakeTheMiddleWherePercentilesAreEqual) {
  EXPECT_DOUBLE_EQ(*place_in({{10, 0}, {25, 0}, {50, 0}, {75, 3}}, 0).percentile, 30);
}

// A value from the middle of a gap is placed back to the percentile that it was made of.
TEST(BenchmarksTest, PlaceWhatPercentilesWereTakenOf) {
  std::vector<double> values;
  for (int i = 0; i <= 100; ++i) values.push_back(i * i);
  const auto known = percentiles_of(values);
  EXPECT_DOUBLE_EQ(known.at(10), 100);
  EXPECT_DOUBLE_EQ(known.at(50), 2500);
  EXPECT_DOUBLE_EQ(known.at(90), 8100);
  for (const auto& [mark, value] : known) EXPECT_DOUBLE_EQ(*place_in(known, value).percentile, mark);
  EXPECT_THAT(percentiles_of({}), IsEmpty());
}

// R: quantile(c(3, 1, 2, 10), c(.1, .25, .5, .75, .9)) gives 1.30 1.75 2.50 4.75 7.90.
TEST(BenchmarksTest, AgreeWithRsQuantiles) {
  const auto known = percentiles_of({3, 1, 2, 10});
  EXPECT_THAT(known.at(10), DoubleNear(1.30, 1e-12));
  EXPECT_THAT(known.at(25), DoubleNear(1.75, 1e-12));
  EXPECT_THAT(known.at(50), DoubleNear(2.50, 1e-12));
  EXPECT_THAT(known.at(75), DoubleNear(4.75, 1e-12));
  EXPECT_THAT(known.at(90), DoubleNear(7.90, 1e-12));
}

// Of six values only the whole range holds the median often enough: 1 − 2/64. Of ten the second and ninth: 1 − 22/1024.
TEST(BenchmarksTest, DoubtAMedianByOrderStatistics) {
  EXPECT_FALSE(median_interval({1, 2, 3, 4, 5}));
  const auto six = median_interval({1, 2, 3, 4, 5, 6});
  ASSERT_TRUE(six);
  EXPECT_EQ(six->low, 1);
  EXPECT_EQ(six->high, 6);
  const auto ten = median_interval({10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  ASSERT_TRUE(ten);
  EXPECT_EQ(ten->low, 2);
  EXPECT_EQ(ten->high, 9);
}

TEST(BenchmarksTest, RankByTheGoodDirection) {
  const std::vector<Cell> others{cell(1), cell(2), cell(4), cell(5), cell(3)};
  EXPECT_EQ(rank(cell(4), others).position, 2);
  EXPECT_EQ(rank(cell(4), others, Good::down).position, 4);
  EXPECT_EQ(rank(cell(4), others).of, 6);
  EXPECT_DOUBLE_EQ(*rank(cell(4), others).percentile, 70);  // three below and half of the equal one, of five
  EXPECT_DOUBLE_EQ(*rank(cell(4), others, Good::down).percentile, 70);
}

TEST(BenchmarksTest, KeepAPercentileBackWhereOthersAreFew) {
  const Rank few = rank(cell(4), {cell(1), cell(2)});
  EXPECT_EQ(few.position, 1);
  EXPECT_FALSE(few.percentile);
  EXPECT_EQ(few.reason, "small_cohort");
  EXPECT_EQ(rank(cell(4), {}, Good::up, 0).reason, "small_cohort");
}

TEST(BenchmarksTest, PassOverWhoToldNothing) {
  Cell silent;
  silent.reason = "not_reported";
  const Rank among = rank(cell(0), {silent, silent, cell(0), cell(1), cell(2), cell(3), cell(4)});
  EXPECT_EQ(among.of, 6);
  EXPECT_EQ(among.position, 5);
  EXPECT_DOUBLE_EQ(*among.percentile, 10);
  EXPECT_EQ(rank(silent, {cell(1)}).position, 0);
  EXPECT_EQ(rank(silent, {cell(1)}).reason, "not_reported");
}

TEST(BenchmarksTest, GiveBoundsNoPlace) {
  Cell bounded;
  bounded.interval = metrics::Interval{1, 9, 1, "bounds"};
  const Rank none = rank(bounded, {cell(1), cell(2), cell(3), cell(4), cell(5)});
  EXPECT_EQ(none.position, 0);
  EXPECT_EQ(none.reason, "bounded");
}

TEST(BenchmarksTest, SayWhichRanksTheIntervalsAllow) {
  const std::vector<Cell> others{between(5, 4.5, 5.5), between(3, 2, 4), between(1, 0.5, 1.5)};
  const Rank among = rank(between(3.5, 2.5, 4.2), others);
  EXPECT_EQ(among.position, 2);
  EXPECT_EQ(among.best, 2);
  EXPECT_EQ(among.worst, 3);
}

}  // namespace
}  // namespace sociometer::insights
