#include "metrics/series_values.h"

#include <gtest/gtest.h>

namespace sociometer::metrics {
namespace {

using Statements = std::vector<std::pair<int64_t, int64_t>>;

TEST(StatementsOf, OneWhereAllFits) {
  EXPECT_EQ(statements_of({3, 5, 9}, 365, 4'000'000), (Statements{{3, 9}}));
  EXPECT_EQ(statements_of({3, 5, 9}, 100, 300), (Statements{{3, 9}}));
}

TEST(StatementsOf, SeveralWhereAllWouldBeTooMuch) {
  EXPECT_EQ(statements_of({3, 5, 9}, 100, 200), (Statements{{3, 5}, {9, 9}}));
  EXPECT_EQ(statements_of({3, 5, 9}, 100, 299), (Statements{{3, 5}, {9, 9}}));
}

TEST(StatementsOf, OneSeriesIsNeverParted) {
  EXPECT_EQ(statements_of({3, 5}, 1'000, 10), (Statements{{3, 3}, {5, 5}}));
}

TEST(StatementsOf, NothingOfNothing) {
  EXPECT_TRUE(statements_of({}, 365, 10).empty());
  EXPECT_EQ(statements_of({7}, 0, 10), (Statements{{7, 7}}));
}

TEST(RunsOf, AGapBeginsAnother) {
  auto of = [](const std::vector<int64_t>& numbers) { return runs_of(numbers); };
  EXPECT_EQ(of({7}), (Statements{{7, 7}}));
  EXPECT_EQ(of({1, 2, 3, 5, 8, 9}), (Statements{{1, 3}, {5, 5}, {8, 9}}));
  EXPECT_TRUE(of({}).empty());
}

}  // namespace
}  // namespace sociometer::metrics
