#include "insights/goal_standing.h"

#include <gmock/gmock.h>

#include <cmath>

#include "insights/goal_fixture.h"

namespace sociometer::insights {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Impressions of about 100 a day; the quarter before came to 9,100.
GoalFacts counted(Day today, double per_day = 100, int length = 200) {
  GoalFacts facts = facts_of(today, Makeup::sum, Nature::count, length, [&](Day day) { return per_day + ripple(day); });
  facts.baseline = 9100;
  double sum = 0;
  for (Day day = start; day < std::min(today, end); day = day + 1) sum += per_day + ripple(day);
  if (today > start) facts.actual = sum;
  return facts;
}

TEST(GoalStandingTest, ReachingIsWhatTheWordsSay) {
  Goal goal = goal_of(TargetKind::absolute, 5, Direction::down);
  goal.target.inclusive = false;  // "below 5"
  EXPECT_TRUE(reaches(goal, 5, 4.999));
  EXPECT_FALSE(reaches(goal, 5, 5));
  EXPECT_FALSE(reaches(goal, 5, 5.001));
  goal.target.inclusive = true;  // "at most 5"
  EXPECT_TRUE(reaches(goal, 5, 5));
  EXPECT_FALSE(reaches(goal, 5, 5.001));
  goal.direction = Direction::up;  // "at least 5"
  EXPECT_TRUE(reaches(goal, 5, 5));
  EXPECT_FALSE(reaches(goal, 5, 4.999));
  goal.target.inclusive = false;  // "above 5"
  EXPECT_FALSE(reaches(goal, 5, 5));
  EXPECT_TRUE(reaches(goal, 5, 5.001));
  // Equal is equal however it was computed.
  EXPECT_FALSE(reaches(goal, 0.3, 0.1 + 0.2));
}

TEST(GoalStandingTest, ARangeHasTwoSides) {
  Goal goal = goal_of(TargetKind::keep, 90, Direction::range);
  goal.target.upto = 95;
  EXPECT_TRUE(reaches(goal, 90, 90));
  EXPECT_TRUE(reaches(goal, 90, 95));
  EXPECT_FALSE(reaches(goal, 90, 89.9));
  EXPECT_FALSE(reaches(goal, 90, 95.1));
}

TEST(GoalStandingTest, TheTargetComesFromTheBaseline) {
  EXPECT_DOUBLE_EQ(*target_value(goal_of(TargetKind::relative, 0.12), 100), 112);
  EXPECT_DOUBLE_EQ(*target_value(goal_of(TargetKind::relative, 0.1, Direction::down), 100), 90);
  EXPECT_DOUBLE_EQ(*target_value(goal_of(TargetKind::relative, 0.1), -10), -9);  // up, also from below zero
  EXPECT_DOUBLE_EQ(*target_value(goal_of(TargetKind::change, 5, Direction::down), 100), 95);
  EXPECT_DOUBLE_EQ(*target_value(goal_of(TargetKind::absolute, 40), std::nullopt), 40);
  EXPECT_EQ(target_value(goal_of(TargetKind::relative, 0.12), std::nullopt), std::nullopt);
  EXPECT_EQ(target_value(goal_of(TargetKind::relative, 0.12), 0), std::nullopt);
  EXPECT_EQ(target_value(goal_of(TargetKind::change, 5), std::nullopt), std::nullopt);
}

TEST(GoalStandingTest, StatusFollowsTheProbability) {
  const Day middle = make_day(2026, 8, 16);
  // 92 days of 100 are 9,200: 8,500 is sure, 9,200 open, 12,000 out of reach.
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 8500), counted(middle)).status, "ahead");
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 12000), counted(middle)).status, "off_track");
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 8500, Direction::down), counted(middle)).status, "off_track");
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 12000, Direction::down), counted(middle)).status, "ahead");
  // From sure to out of reach it passes through all of them, and never comes back.
  std::vector<std::string> seen;
  double last = 1;
  for (double target = 8500; target < 10000; target += 25) {
    const Standing standing = stand(goal_of(TargetKind::absolute, target), counted(middle));
    ASSERT_TRUE(standing.probability);
    EXPECT_LE(*standing.probability, last);
    last = *standing.probability;
    if (seen.empty() || seen.back() != standing.status) seen.push_back(standing.status);
  }
  EXPECT_THAT(seen, testing::ElementsAre("ahead", "on_track", "at_risk", "off_track"));
}

TEST(GoalStandingTest, TheForecastAddsToWhatIsThere) {
  const Standing standing = stand(goal_of(TargetKind::relative, 0.01), counted(make_day(2026, 8, 16)));
  ASSERT_TRUE(standing.forecast);
  EXPECT_EQ(standing.model, "forecast");
  EXPECT_NEAR(standing.forecast->value, 9200, 100);
  EXPECT_LE(standing.forecast->low, standing.forecast->value);
  EXPECT_GE(standing.forecast->high, standing.forecast->value);
}

TEST(GoalStandingTest, ProgressOfACountIsBesideTheSamePartOfTheBaseline) {
  // Half of the days of a quarter that is to come to 10 % more, and so far they are 10 % more.
  GoalFacts facts = counted(start + 46, 110);
  facts.baseline = 9200;
  facts.actual = 46 * 110;
  const Standing standing = stand(goal_of(TargetKind::relative, 0.1), facts);
  ASSERT_TRUE(standing.progress);
  EXPECT_NEAR(*standing.expected, 0.5, 0.02);
  EXPECT_NEAR(*standing.progress, *standing.expected, 0.15);
  // Without a baseline it is the part of the target.
  facts.baseline.reset();
  EXPECT_DOUBLE_EQ(*stand(goal_of(TargetKind::absolute, 10120), facts).progress, 0.5);
}

TEST(GoalStandingTest, ARunningBaselineIsTakenToGoOn) {
  // On 16 May half of April to June is over: 4,550 so far are a quarter of about 9,100.
  GoalFacts facts = counted(make_day(2026, 5, 16));
  facts.baseline = 4550;
  const Goal goal = goal_of(TargetKind::relative, 0.1);
  ASSERT_TRUE(comparable_baseline(goal, facts).value);
  EXPECT_NEAR(*comparable_baseline(goal, facts).value, 9200, 100);
  EXPECT_THAT(stand(goal, facts).notes, testing::Contains(HasSubstr("as so far")));
  EXPECT_NEAR(*stand(goal, facts).target, 1.1 * 9200, 110);
  // A stock is what it is.
  facts.makeup = Makeup::last;
  EXPECT_EQ(*comparable_baseline(goal, facts).value, 4550);
  facts.makeup = Makeup::sum;
  facts.today = make_day(2026, 4, 3);
  EXPECT_EQ(comparable_baseline(goal, facts).value, std::nullopt);
}

TEST(GoalStandingTest, ABaselineOfAnotherLengthCountsByTheDay) {
  Goal goal = goal_of(TargetKind::relative, 0.1);
  goal.baseline.days = {make_day(2026, 5, 1), make_day(2026, 5, 24)};  // 23 days beside 92
  GoalFacts facts = counted(make_day(2026, 8, 16));
  facts.baseline = 2300;
  EXPECT_DOUBLE_EQ(*comparable_baseline(goal, facts).value, 9200);
  goal.baseline.stated = 2300;
  EXPECT_DOUBLE_EQ(*comparable_baseline(goal, facts).value, 2300);
}

TEST(GoalStandingTest, ProgressIsNotClamped) {
  GoalFacts facts =
      facts_of(make_day(2026, 8, 1), Makeup::last, Nature::stock, 100, [](Day day) { return 1000.0 + day.number; });
  facts.baseline = 1000;
  facts.actual = 1600;
  EXPECT_DOUBLE_EQ(*stand(goal_of(TargetKind::change, 500), facts).progress, 1.2);
  facts.actual = 900;
  EXPECT_DOUBLE_EQ(*stand(goal_of(TargetKind::change, 500), facts).progress, -0.2);
  facts.actual = 900;
  EXPECT_DOUBLE_EQ(*stand(goal_of(TargetKind::change, 200, Direction::down), facts).progress, 0.5);
}

TEST(GoalStandingTest, ThePathFollowsTheWeekdays) {
  // Nothing happens at weekends.
  const Goal goal = goal_of(TargetKind::absolute, 1000);
  const Day sunday_after = make_day(2026, 7, 6);  // a Monday: 3 working days and a weekend lie behind
  GoalFacts facts = facts_of(sunday_after, Makeup::sum, Nature::count, 140,
                             [](Day day) { return weekday_of(day) >= Weekday::saturday ? 0.0 : 100.0; });
  const double before_weekend = [&] {
    GoalFacts friday = facts;
    friday.today = make_day(2026, 7, 4);
    return share_behind(goal.days, friday);
  }();
  EXPECT_NEAR(share_behind(goal.days, facts), before_weekend, 0.005);
  EXPECT_NEAR(before_weekend, 3.0 / 66, 0.006);
  facts.today = start;
  EXPECT_EQ(share_behind(goal.days, facts), 0);
  facts.today = end;
  EXPECT_EQ(share_behind(goal.days, facts), 1);
}

TEST(GoalStandingTest, ThePathFollowsTheMonthsOfAWholeYear) {
  // August is dead.
  const Goal goal = goal_of(TargetKind::absolute, 1000);
  GoalFacts facts = facts_of(make_day(2026, 8, 1), Makeup::sum, Nature::count, 500,
                             [](Day day) { return calendar_date(day).month == 8 ? 1.0 : 100.0; });
  EXPECT_GT(share_behind(goal.days, facts), 0.48);
  GoalFacts later = facts;
  later.today = make_day(2026, 9, 1);
  EXPECT_NEAR(share_behind(goal.days, later), share_behind(goal.days, facts), 0.06);
}

TEST(GoalStandingTest, ACountThatIsReachedIsHit) {
  GoalFacts facts = counted(make_day(2026, 8, 16));
  facts.actual = 5000;
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 5000), facts).status, "hit");
  Goal strict = goal_of(TargetKind::absolute, 5000);
  strict.target.inclusive = false;
  EXPECT_NE(stand(strict, facts).status, "hit");
  // What may not be exceeded and was cannot be hit any more.
  facts.actual = 5001;
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 5000, Direction::down), facts).status, "missed");
}

TEST(GoalStandingTest, AStockThatIsThereIsHit) {
  GoalFacts facts =
      facts_of(make_day(2026, 8, 16), Makeup::last, Nature::stock, 200, [](Day day) { return 1000.0 + day.number; });
  facts.baseline = 1000;
  facts.actual = 1500;
  EXPECT_EQ(stand(goal_of(TargetKind::change, 500), facts).status, "hit");
  facts.actual = 1499;
  EXPECT_NE(stand(goal_of(TargetKind::change, 500), facts).status, "hit");
}

TEST(GoalStandingTest, ARateIsHitWhenItsTimeIsOver) {
  auto rates = [](Day today, double actual) {
    GoalFacts facts =
        facts_of(today, Makeup::mean, Nature::level, 200, [](Day day) { return 0.05 + ripple(day) / 1000; });
    facts.weights.assign(200, 10);
    facts.baseline = 0.03;
    facts.actual = actual;
    return facts;
  };
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 0.04), rates(make_day(2026, 8, 16), 0.05)).status, "ahead");
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 0.04), rates(end, 0.05)).status, "hit");
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 0.04), rates(end, 0.04)).status, "hit");
  Goal strict = goal_of(TargetKind::absolute, 0.04);
  strict.target.inclusive = false;
  EXPECT_EQ(stand(strict, rates(end, 0.04)).status, "missed");
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 0.04, Direction::down), rates(end, 0.05)).status, "missed");
  EXPECT_DOUBLE_EQ(*stand(goal_of(TargetKind::absolute, 0.04), rates(end, 0.05)).progress, 2);
}

// The rest of the period weighs as much as it will hold: little of it cannot turn a period of much.
TEST(GoalStandingTest, ARateIsWeighedByWhatItIsOf) {
  GoalFacts facts = facts_of(make_day(2026, 9, 30), Makeup::mean, Nature::level, 200,
                             [](Day day) { return 0.02 + ripple(day) / 1e4; });
  facts.weights.assign(200, 10);
  facts.baseline = 0.02;
  facts.actual = 0.05;
  const Standing standing = stand(goal_of(TargetKind::absolute, 0.045), facts);
  EXPECT_EQ(standing.status, "ahead");
  EXPECT_NEAR(standing.forecast->value, 0.05, 0.001);
}

TEST(GoalStandingTest, WithoutNumbersThereIsAReason) {
  GoalFacts facts = counted(make_day(2026, 8, 16));
  facts.baseline.reset();
  facts.baseline_reason = "not_reported";
  Standing standing = stand(goal_of(TargetKind::relative, 0.12), facts);
  EXPECT_EQ(standing.status, "no_data");
  EXPECT_EQ(standing.reason, "not_reported");
  EXPECT_EQ(standing.progress, std::nullopt);
  EXPECT_EQ(standing.probability, std::nullopt);

  facts.baseline = 0;
  standing = stand(goal_of(TargetKind::relative, 0.12), facts);
  EXPECT_EQ(standing.status, "no_data");
  EXPECT_EQ(standing.reason, "zero_denominator");

  GoalFacts nothing;
  nothing.today = make_day(2026, 8, 16);
  standing = stand(goal_of(TargetKind::absolute, 100), nothing);
  EXPECT_EQ(standing.status, "no_data");
  EXPECT_THAT(standing.model_reason, Not(IsEmpty()));
  nothing.today = end;
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 100), nothing).status, "no_data");
}

TEST(GoalStandingTest, TheBaselineMayBeThereAlready) {
  GoalFacts facts = facts_of(make_day(2026, 8, 16), Makeup::mean, Nature::level, 100, [](Day) { return 0.05; });
  facts.baseline = 0.05;
  facts.actual = 0.05;
  const Standing standing = stand(goal_of(TargetKind::absolute, 0.05), facts);
  EXPECT_EQ(standing.progress, std::nullopt);
  EXPECT_EQ(standing.reason, "not_applicable");
}

TEST(GoalStandingTest, BeforeItBeginsOnlyTheForecastSpeaks) {
  const Standing standing = stand(goal_of(TargetKind::absolute, 8000), counted(make_day(2026, 6, 20)));
  EXPECT_EQ(standing.progress, std::nullopt);
  EXPECT_EQ(standing.reason, "not_begun");
  EXPECT_EQ(standing.expected, 0);
  EXPECT_EQ(standing.status, "ahead");
  ASSERT_TRUE(standing.forecast);
  EXPECT_NEAR(standing.forecast->value, 9200, 300);  // of the quarter, not of the days until it
}

TEST(GoalStandingTest, AShortHistoryIsJudgedByItsPace) {
  GoalFacts facts = counted(start + 20, 100, 20);
  Standing standing = stand(goal_of(TargetKind::absolute, 8000), facts);
  EXPECT_EQ(standing.model, "pace");
  EXPECT_EQ(standing.probability, std::nullopt);
  EXPECT_THAT(standing.model_reason, HasSubstr("42 days"));
  EXPECT_EQ(standing.status, "on_track");
  facts.baseline.reset();
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 10500), facts).status, "at_risk");
  EXPECT_EQ(stand(goal_of(TargetKind::absolute, 20000), facts).status, "off_track");
}

TEST(GoalStandingTest, PeopleAreJudgedByTheirPace) {
  GoalFacts facts = counted(make_day(2026, 8, 16));
  facts.makeup = Makeup::unknown;
  const Standing standing = stand(goal_of(TargetKind::absolute, 8000), facts);
  EXPECT_EQ(standing.probability, std::nullopt);
  EXPECT_THAT(standing.model_reason, HasSubstr("people"));
  EXPECT_EQ(standing.status, "on_track");
}

GoalFacts kept(Day today, std::vector<std::optional<double>> months) {
  GoalFacts facts =
      facts_of(today, Makeup::mean, Nature::level, 200, [](Day day) { return 0.40 + ripple(day) / 1000; });
  facts.weights.assign(200, 20);
  for (size_t i = 0; i < 3; ++i) {
    const Day first = add_months(start, static_cast<int>(i));
    facts.periods.push_back({{first, add_months(first, 1)}, i < months.size() ? months[i] : std::nullopt, {}});
    if (facts.periods.back().days.contains(today)) facts.actual = facts.periods.back().value;
  }
  return facts;
}

Goal keep_below(double value) {
  Goal goal = goal_of(TargetKind::keep, value, Direction::down);
  goal.target.inclusive = false;
  goal.cadence = Cadence::monthly;
  return goal;
}

TEST(GoalStandingTest, WhatKeepsIsJudgedByPeriods) {
  Standing standing = stand(keep_below(0.45), kept(make_day(2026, 8, 16), {0.40, 0.41}));
  EXPECT_EQ(standing.status, "ahead");
  EXPECT_EQ(standing.progress, 1);
  EXPECT_EQ(standing.periods[0].kept, true);
  EXPECT_EQ(standing.periods[1].kept, std::nullopt);  // running

  standing = stand(keep_below(0.45), kept(make_day(2026, 8, 16), {0.45, 0.41}));
  EXPECT_EQ(standing.periods[0].kept, false);  // 45 % is not below 45 %
  EXPECT_EQ(standing.progress, 0);
  EXPECT_EQ(standing.status, "ahead");  // of the running month
  EXPECT_THAT(standing.notes, testing::Contains(HasSubstr("1 of 1 period")));

  EXPECT_EQ(stand(keep_below(0.35), kept(make_day(2026, 8, 16), {0.40, 0.41})).status, "off_track");
  EXPECT_EQ(stand(keep_below(0.45), kept(end, {0.40, 0.41, 0.44})).status, "hit");
  EXPECT_EQ(stand(keep_below(0.45), kept(end, {0.40, 0.46, 0.44})).status, "missed");
  EXPECT_EQ(stand(keep_below(0.45), kept(end, {})).status, "no_data");
  EXPECT_EQ(stand(keep_below(0.45), kept(end, {0.40, std::nullopt, 0.44})).status, "hit");
}

TEST(GoalStandingTest, ALimitThatIsPassedStaysPassed) {
  GoalFacts facts = counted(make_day(2026, 7, 16));
  Goal goal = keep_below(1000);
  facts.periods = {{{start, make_day(2026, 8, 1)}, 1500, {}}};
  facts.actual = 1500;
  const Standing standing = stand(goal, facts);
  EXPECT_EQ(standing.status, "off_track");
  EXPECT_EQ(standing.probability, 0);
}

TEST(GoalStandingTest, FeasibilityLooksAtTheOwnPast) {
  Goal goal = goal_of(TargetKind::relative, 0.12);
  goal.days = {start, start + 30};
  // Each 30 days are 20 % more than those before.
  const Day today = start;
  GoalFacts facts = facts_of(today, Makeup::sum, Nature::count, 300,
                             [&](Day day) { return 100 * std::pow(1.2, (day - today + 300) / 30); });
  facts.baseline = 1000;
  std::optional<Feasibility> found = feasibility(goal, facts);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->tried, 8);
  EXPECT_EQ(found->reached, 8);
  goal.target.value = 0.25;
  EXPECT_EQ(feasibility(goal, facts)->reached, 0);
  goal.direction = Direction::down;
  EXPECT_EQ(feasibility(goal, facts)->reached, 0);
  goal.days = {start, start + 200};
  EXPECT_EQ(feasibility(goal, facts), std::nullopt);
}

}  // namespace
}  // namespace sociometer::insights
