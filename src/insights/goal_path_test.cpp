#include <gmock/gmock.h>

#include "insights/goal_fixture.h"

namespace sociometer::insights {
namespace {

using testing::IsEmpty;

// 200 days before `today`, each about `level` and never quite it.
GoalFacts facts_of(Day today, Makeup makeup, Nature nature, double level = 100) {
  GoalFacts facts = facts_of(today, makeup, nature, 200, [&](Day day) { return level + ripple(day); });
  facts.baseline = 9100;
  return facts;
}

const PathPoint& at(const std::vector<PathPoint>& path, Day day) {
  const auto found = std::ranges::find_if(path, [&](const PathPoint& point) { return point.day == day; });
  EXPECT_NE(found, path.end()) << format_day(day);
  return *found;
}

TEST(GoalPathTest, ACountAddsUpAndEndsAtItsTarget) {
  const Goal goal = goal_of(TargetKind::absolute, 10000);
  GoalFacts facts = facts_of(start + 40, Makeup::sum, Nature::count);
  double sum = 0;
  for (int i = 0; i < 40; ++i) sum += *facts.history.values[static_cast<size_t>(160 + i)];
  facts.actual = sum;
  const Standing standing = stand(goal, facts);
  const std::vector<PathPoint> path = path_of(goal, facts, standing, {});
  ASSERT_EQ(path.size(), 92U);
  EXPECT_DOUBLE_EQ(*path[0].actual, *facts.history.values[160]);
  EXPECT_DOUBLE_EQ(*at(path, start + 39).actual, sum);
  EXPECT_EQ(at(path, start + 40).actual, std::nullopt) << "today is not over";
  // The line and the number beside it are of the same making.
  EXPECT_DOUBLE_EQ(*at(path, start + 39).expected, *standing.expected * *standing.target);
  EXPECT_DOUBLE_EQ(*path.back().expected, 10000);
  ASSERT_TRUE(path.back().forecast);
  EXPECT_DOUBLE_EQ(path.back().forecast->value, standing.forecast->value);
  EXPECT_DOUBLE_EQ(path.back().forecast->low, standing.forecast->low);
  EXPECT_EQ(at(path, start + 39).forecast, std::nullopt);
  // What is farther ahead is less sure.
  double width = 0;
  for (const PathPoint& point : path) {
    if (!point.forecast) continue;
    EXPECT_GE(point.forecast->high - point.forecast->low, width) << format_day(point.day);
    width = point.forecast->high - point.forecast->low;
  }
  EXPECT_THAT(path_days_to_ask(goal, facts), IsEmpty());
}

TEST(GoalPathTest, AStockGoesFromItsBaselineAndGapsStayGaps) {
  const Goal goal = goal_of(TargetKind::change, 500);
  GoalFacts facts = facts_of(start + 30, Makeup::last, Nature::stock, 9100);
  facts.history.values[190].reset();
  facts.actual = 9130;
  const std::vector<PathPoint> path = path_of(goal, facts, stand(goal, facts), {});
  EXPECT_DOUBLE_EQ(*path[0].actual, *facts.history.values[170]) << "the day's own, not a sum";
  EXPECT_EQ(at(path, start + 20).actual, std::nullopt);
  EXPECT_DOUBLE_EQ(*path.back().expected, 9600);
}

TEST(GoalPathTest, ARateIsAskedForAFewDays) {
  const Goal goal = goal_of(TargetKind::absolute, 0.05);
  GoalFacts facts = facts_of(start + 50, Makeup::mean, Nature::level);
  facts.baseline = 0.04;
  facts.actual = 0.045;
  const std::vector<Day> days = path_days_to_ask(goal, facts);
  ASSERT_EQ(days.size(), 12U);
  EXPECT_EQ(days.back(), start + 49) << "the last day that is known is one of them";
  EXPECT_TRUE(std::ranges::is_sorted(days));
  std::map<Day, double> asked;
  for (Day day : days) asked[day] = 0.044;
  asked[days.back()] = 0.045;
  const std::vector<PathPoint> path = path_of(goal, facts, stand(goal, facts), asked);
  EXPECT_EQ(std::ranges::count_if(path, [](const PathPoint& point) { return point.actual.has_value(); }), 12);
  EXPECT_DOUBLE_EQ(*at(path, start + 49).actual, 0.045);
  EXPECT_DOUBLE_EQ(*path.back().expected, 0.05);
}

TEST(GoalPathTest, ALongGoalIsDrawnByTheWeek) {
  Goal goal = goal_of(TargetKind::absolute, 40000);
  goal.days.end = start + 365;
  const GoalFacts facts = facts_of(start + 3, Makeup::sum, Nature::count);
  const std::vector<PathPoint> path = path_of(goal, facts, stand(goal, facts), {});
  EXPECT_LE(path.size(), 62U);
  EXPECT_EQ(path.back().day, goal.days.end - 1);
  EXPECT_TRUE(at(path, start + 2).actual) << "the last known day is there, whatever the week";
}

TEST(GoalPathTest, BeforeItBeginsAndWithoutATargetThereIsWhatThereIs) {
  const Goal goal = goal_of(TargetKind::relative, 0.1);
  GoalFacts facts = facts_of(start - 20, Makeup::sum, Nature::count);
  facts.baseline.reset();
  for (const PathPoint& point : path_of(goal, facts, stand(goal, facts), {})) {
    EXPECT_EQ(point.actual, std::nullopt);
    EXPECT_EQ(point.expected, std::nullopt);
  }
  EXPECT_THAT(path_of(goal_of(TargetKind::keep, 5), facts, {}, {}), IsEmpty());
}

TEST(GoalReviewTest, IsOneCadenceAfterTheLastLook) {
  Goal goal = goal_of(TargetKind::absolute, 1);
  goal.cadence = Cadence::monthly;
  const Day set = start - 10;
  EXPECT_EQ(next_review(goal, set, {}, start), make_day(2026, 8, 1)) << "it began later than it was set";
  EXPECT_EQ(next_review(goal, start + 14, {}, start + 20), make_day(2026, 8, 15));
  EXPECT_EQ(next_review(goal, set, start - 3, start), make_day(2026, 8, 1))
      << "before it began there was nothing to see";
  EXPECT_EQ(next_review(goal, set, make_day(2026, 7, 31), start + 40), make_day(2026, 8, 31));
  goal.cadence = Cadence::weekly;
  EXPECT_EQ(next_review(goal, set, make_day(2026, 7, 10), start + 60), make_day(2026, 7, 17)) << "long due";
  goal.cadence = Cadence::daily;
  EXPECT_EQ(next_review(goal, set, start, start), start + 1);
}

TEST(GoalReviewTest, EndsWithTheGoal) {
  Goal goal = goal_of(TargetKind::absolute, 1);
  goal.cadence = Cadence::yearly;
  EXPECT_EQ(next_review(goal, start, {}, start), end - 1) << "at the latest when it is due";
  EXPECT_EQ(next_review(goal, start, {}, end - 1), end - 1);
  EXPECT_EQ(next_review(goal, start, {}, end), std::nullopt);
  EXPECT_EQ(next_review(goal, start, end - 1, end - 1), std::nullopt);
}

}  // namespace
}  // namespace sociometer::insights
