// What people say, with the status it has on data prepared so that anybody can tell what it must be.
#include <gmock/gmock.h>

#include <numeric>

#include "insights/goal_fixture.h"

namespace sociometer::insights {
namespace {

// Half a year at `before` a day, then `after` from the day the goal begins; stocks stand at `before` and move by
// `after` a day.
struct Prepared {
  const char* sentence;
  double before, after;
  Day looked_at;
  const char* status;
};

// A little unrest that is always the same, at most two in a hundred.
double unrest_of(Day day) {
  return 1 + 0.004 * static_cast<double>((day.number * 7919) % 11 - 5);
}

struct Numbers {
  GoalFacts facts;
  std::map<Day, double> days;

  std::optional<double> of(DayRange range) const {
    std::vector<double> values;
    for (const auto& [day, value] : days) {
      if (range.contains(day)) values.push_back(value);
    }
    if (values.empty()) return std::nullopt;
    if (facts.makeup == Makeup::last) return values.back();
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    return facts.makeup == Makeup::mean ? sum / static_cast<double>(values.size()) : sum;
  }
};

Numbers numbers_of(const Goal& goal, const Prepared& prepared) {
  const catalog::Kpi& kpi = *catalog::Catalog::built_in()->kpi(goal.kpi);
  Numbers numbers;
  GoalFacts& facts = numbers.facts;
  facts.today = prepared.looked_at;
  facts.makeup = makeup_of(kpi);
  const Day first = goal.baseline.days.first;
  facts.history.first = first;
  double stock = prepared.before;
  for (Day day = first; day < facts.today; day = day + 1) {
    const bool begun = day >= goal.days.first;
    double value = (begun ? prepared.after : prepared.before) * unrest_of(day);
    if (facts.makeup == Makeup::last) {
      if (begun) stock += prepared.after * unrest_of(day);
      value = stock;
    }
    facts.history.values.emplace_back(value);
    numbers.days[day] = value;
  }
  facts.nature = facts.makeup == Makeup::last  ? Nature::stock
                 : facts.makeup == Makeup::sum ? Nature::count
                                               : Nature::level;
  facts.baseline = goal.baseline.stated ? goal.baseline.stated : numbers.of(goal.baseline.days);
  facts.actual = numbers.of({goal.days.first, facts.today});
  if (goal.target.kind != TargetKind::keep) return numbers;
  const Bucket bucket = bucket_of_cadence(goal.cadence);
  for (DayRange days = bucket_of(goal.days.first, bucket, Weekday::monday); days.first < goal.days.end;
       days = bucket_of(days.end, bucket, Weekday::monday)) {
    const DayRange part = intersection(days, goal.days);
    facts.periods.push_back({part, numbers.of(part), std::nullopt});
    if (part.contains(facts.today)) facts.actual = facts.periods.back().value;
  }
  return numbers;
}

const Day august = make_day(2026, 8, 15), october = make_day(2026, 10, 1), new_year = make_day(2027, 1, 1);

const std::vector<Prepared> prepared = {
    // The two of the field's guides, and four more that are often heard.
    {"Increase engagement rate on organic Instagram posts by 12 % in Q3", 0.030, 0.045, august, "ahead"},
    {"Increase engagement rate on organic Instagram posts by 12 % in Q3", 0.030, 0.030, august, "off_track"},
    {"Increase engagement rate on organic Instagram posts by 12 % in Q3", 0.030, 0.036, october, "hit"},
    {"Increase engagement rate on organic Instagram posts by 12 % in Q3", 0.030, 0.031, october, "missed"},
    {"Lower average first response time by 10 % year over year", 7'200, 5'000, august, "ahead"},
    {"Lower average first response time by 10 % year over year", 7'200, 7'300, new_year, "missed"},
    {"Grow the Instagram follower count by 500 in the next month", 10'000, 30, make_day(2026, 7, 10), "hit"},
    {"Grow the Instagram follower count by 500 in the next month", 10'000, 5, make_day(2026, 7, 10), "off_track"},
    {"Raise our click-through rate by 20 % by the end of the year", 0.010, 0.013, august, "ahead"},
    {"Raise our click-through rate by 20 % by the end of the year", 0.010, 0.0105, august, "off_track"},
    {"Get NPS above 40 by December 2026", 0.35, 0.45, august, "ahead"},
    {"Get NPS above 40 by December 2026", 0.35, 0.45, new_year, "hit"},
    {"Get NPS above 40 by December 2026", 0.35, 0.38, new_year, "missed"},
    {"Keep the bounce rate from social below 45 % every month", 0.43, 0.40, august, "ahead"},
    {"Keep the bounce rate from social below 45 % every month", 0.43, 0.50, august, "off_track"},
    {"Keep the bounce rate from social below 45 % every month", 0.43, 0.40, new_year, "hit"},
    {"Keep the bounce rate from social below 45 % every month", 0.43, 0.50, new_year, "missed"},
    // Twenty other phrasings.
    {"Increase impressions by 10 percent in Q3", 1'000, 1'400, august, "ahead"},
    {"We want to grow impressions by a third in Q3", 1'000, 1'100, august, "off_track"},
    {"Reach 10,000 followers on TikTok by December 31", 9'500, 20, august, "hit"},
    {"Reach 10,000 followers on TikTok by December 31", 9'000, 1, august, "off_track"},
    {"Reduce first response time to 30 minutes by the end of Q4", 3'600, 1'500, august, "ahead"},
    {"Bring the median first response time down to under 1 hour by September", 7'200, 7'000, august, "off_track"},
    // Farther off than a forecast reaches: it goes on as it went.
    {"Double our LinkedIn followers by the end of next year", 1'000, 5, august, "on_track"},
    {"Halve the average response time in H2", 7'200, 6'000, new_year, "missed"},
    {"Improve bounce rate by 10 %", 0.50, 0.40, august, "ahead"},
    {"Gain 200 leads in Q3", 2, 5, august, "hit"},
    {"Gain 200 leads in Q3", 2, 1, august, "off_track"},
    {"Lift our average order value above €60 within 90 days", 50, 65, august, "ahead"},
    {"Lower average response time on Facebook from 2 hours to 45 minutes by 30 September 2026", 2'500, 2'300, august,
     "ahead"},
    {"Increase the CTR of our ads by 5 %", 0.010, 0.009, august, "off_track"},
    {"increase ctr by 20% eoy", 0.010, 0.015, new_year, "hit"},
    {"Bring the bounce rate from social down by 10% by September 30, 2026", 0.50, 0.44, october, "hit"},
    {"Keep response rate between 90 and 95 % every month", 0.92, 0.92, august, "ahead"},
    {"Keep response rate between 90 and 95 % every month", 0.92, 0.97, august, "off_track"},
    {"Maintain CSAT of at least 90 % every quarter", 0.92, 0.93, august, "ahead"},
    {"Get CSAT to 90 % by October", 0.80, 0.95, make_day(2026, 11, 1), "hit"},
    {"Increase link clicks to 5,000 in July 2026", 100, 170, make_day(2026, 8, 1), "hit"},
    {"Increase link clicks to 5,000 in July 2026", 100, 110, make_day(2026, 8, 1), "missed"},
    {"Boost conversions by 25 % vs Q1 2026 in Q3", 40, 60, august, "ahead"},
    {"Cut cost per click to 50 cents by the end of the year", 0.80, 0.40, august, "ahead"},
    {"Increase video views by 50 % from 1 July to 30 September", 300, 280, october, "missed"},
    {"Grow reach rate by 2 percentage points by the end of Q3", 0.10, 0.13, october, "hit"},
};

TEST(GoalStatusTest, WhatPeopleSayHasTheRightStatus) {
  std::set<std::string> sentences;
  for (const Prepared& each : prepared) {
    const Result<Understood> understood = understand(each.sentence, world());
    if (!understood) {
      ADD_FAILURE() << each.sentence << ": " << understood.error().message;
      continue;
    }
    const Standing standing = stand(understood->goal, numbers_of(understood->goal, each).facts);
    EXPECT_EQ(standing.status, each.status)
        << each.sentence << ", " << each.before << " then " << each.after << ", on " << format_day(each.looked_at)
        << ": " << written(understood->goal, world()) << ", probability " << standing.probability.value_or(-1)
        << ", by " << standing.model;
    sentences.insert(each.sentence);
  }
  EXPECT_GE(sentences.size(), 26U);
}

TEST(GoalStatusTest, OfNothingThereIsNone) {
  const Result<Understood> understood = understand("Increase impressions by 10 percent in Q3", world());
  ASSERT_TRUE(understood);
  GoalFacts facts;
  facts.today = august;
  facts.baseline_reason = "no_data";
  facts.actual_reason = "no_data";
  EXPECT_EQ(stand(understood->goal, facts).status, "no_data");
}

}  // namespace
}  // namespace sociometer::insights
