#include "insights/change_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "insights/insights.h"
#include "insights/page.h"
#include "insights/series_fixture.h"

namespace sociometer::insights {
namespace {

// Counts about `mean`, by weekday, each day like the day before by `alike`; `factor` of each day.
DaySeries days_like(
    int days, double mean, double alike, std::mt19937& random,
    const std::function<double(int)>& factor = [](int) { return 1.0; }) {
  std::normal_distribution<double> bell;
  DaySeries series{first_day, {}};
  double state = bell(random);
  for (int day = 0; day < days; ++day) {
    state = alike * state + std::sqrt(1 - alike * alike) * bell(random);
    const double weekly = 1 + 0.4 * std::sin(2 * M_PI * (day % 7) / 7);
    std::poisson_distribution<int64_t> counted(mean * weekly * factor(day) * std::exp(0.4 * state));
    series.values.emplace_back(static_cast<double>(counted(random)));
  }
  return series;
}

DayRange all_of(const DaySeries& series) {
  return {series.first, series.first + static_cast<int>(series.values.size())};
}

std::vector<ChangePoint> changes_of(const DaySeries& series, Nature nature = Nature::count) {
  return judge({{series, nature}}, all_of(series)).series[0].changes;
}

// In a year in which nothing changes at most one in twenty may raise an alarm, also where days are much like the day
// before.
TEST(ChangePoints, QuietYearsKeepToTheRate) {
  for (double alike : {0.0, 0.5, 0.8}) {
    for (int days : {100, 365}) {
      std::mt19937 random(1);
      int alarms = 0;
      constexpr int years = 200;
      for (int i = 0; i < years; ++i) {
        const std::vector<ChangePoint> judged = judged_changes(days_like(days, 200, alike, random), Nature::count);
        for (const ChangePoint& change : judged) {
          if (change.p * static_cast<double>(judged.size()) <= 0.05) {
            ++alarms;
            break;
          }
        }
      }
      EXPECT_LE(alarms, years / 20) << "alike " << alike << ", " << days << " days";
    }
  }
}

TEST(ChangePoints, AStepIsFoundOnItsDayWithItsSize) {
  std::mt19937 random(2);
  int found = 0, near = 0;
  for (int i = 0; i < 50; ++i) {
    const DaySeries series = days_like(300, 100, 0.3, random, [](int day) { return day < 180 ? 1.0 : 2.0; });
    const std::vector<ChangePoint> changes = changes_of(series);
    for (const ChangePoint& change : changes) {
      if (std::abs(change.day - (first_day + 180)) > 10) continue;
      ++found;
      near += std::abs(change.day - (first_day + 180)) <= 3;
      EXPECT_NEAR(change.after / change.before, 2.0, 0.9);
      EXPECT_LE(change.p, change.p_adjusted);
    }
  }
  EXPECT_GE(found, 46);
  EXPECT_GE(near, 32);
}

TEST(ChangePoints, UpAndDownAgainAreTwo) {
  std::mt19937 random(3);
  int both = 0;
  for (int i = 0; i < 20; ++i) {
    const DaySeries series =
        days_like(364, 100, 0.2, random, [](int day) { return day >= 120 && day < 240 ? 2.5 : 1.0; });
    bool up = false, down = false;
    for (const ChangePoint& change : changes_of(series)) {
      up = up || (std::abs(change.day - (first_day + 120)) <= 10 && change.after > change.before);
      down = down || (std::abs(change.day - (first_day + 240)) <= 10 && change.after < change.before);
    }
    both += up && down;
  }
  EXPECT_GE(both, 14);
}

// Growth by the same share every day has no day on which it changed.
TEST(ChangePoints, ATrendIsNoChange) {
  std::mt19937 random(4);
  int alarms = 0;
  for (int i = 0; i < 50; ++i) {
    alarms += !changes_of(days_like(364, 50, 0.0, random, [](int day) { return std::exp(0.004 * day); })).empty();
  }
  EXPECT_LE(alarms, 5);
}

// 24 weeks, twelve low and twelve high: Pettitt's K is 12 · 12 and p = 2 exp(−6 K² / (n³ + n²)), counted twice as the
// span is looked at as well.
TEST(ChangePoints, ProbabilityIsPettitts) {
  DaySeries series{first_day, {}};
  for (int day = 0; day < 24 * 7; ++day) {
    const int week = day / 7;
    series.values.emplace_back((week < 12 ? 10 : 20) + (week % 2) + 0.01 * week);
  }
  const std::vector<ChangePoint> judged = judged_changes(series, Nature::level);
  ASSERT_FALSE(judged.empty());
  const auto surest =
      std::min_element(judged.begin(), judged.end(), [](const auto& a, const auto& b) { return a.p < b.p; });
  EXPECT_NEAR(surest->p, 2 * 2 * std::exp(-6.0 * 144 * 144 / (24 * 24 * 24 + 24 * 24)), 1e-9);
  EXPECT_EQ(surest->day, first_day + 12 * 7);
  EXPECT_NEAR(surest->before, 10.555, 1e-9);
  EXPECT_NEAR(surest->after, 20.675, 1e-9);
}

TEST(ChangePoints, OfStocksItIsWhatTheyChangeBy) {
  DaySeries followers{first_day, {}};
  std::mt19937 random(5);
  std::poisson_distribution<int> slow(10), fast(30);
  double count = 5'000;
  for (int day = 0; day < 180; ++day) {
    count += day < 100 ? slow(random) : fast(random);
    followers.values.emplace_back(count);
  }
  const std::vector<ChangePoint> changes = changes_of(followers, Nature::stock);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_NEAR(changes[0].day.number, (first_day + 100).number, 3);
  EXPECT_NEAR(changes[0].before, 10, 2);
  EXPECT_NEAR(changes[0].after, 30, 2);
}

TEST(ChangePoints, AFewWeeksAreNotJudged) {
  std::mt19937 random(6);
  EXPECT_TRUE(judged_changes(days_like(83, 100, 0, random), Nature::count).empty());
  EXPECT_TRUE(judged_changes({first_day, {}}, Nature::count).empty());
  EXPECT_TRUE(judged_changes({first_day, std::vector<std::optional<double>>(200)}, Nature::count).empty());
}

// Twenty numbers in which nothing happens are one look, not twenty.
TEST(Page, QuietPagesKeepToTheRate) {
  std::mt19937 random(7);
  int of_days = 0, of_changes = 0;
  constexpr int pages = 30;
  for (int page = 0; page < pages; ++page) {
    std::vector<SeriesAsked> asked;
    for (int i = 0; i < 20; ++i) asked.push_back({days_like(160, 50 * (i + 1), 0.3, random), Nature::count});
    const JudgedPage judged = judge(asked, {first_day + 70, first_day + 160});
    EXPECT_EQ(judged.days, 20 * 90);
    bool day = false, change = false;
    for (const JudgedSeries& series : judged.series) {
      day = day || !series.anomalies.empty();
      change = change || !series.changes.empty();
    }
    of_days += day, of_changes += change;
  }
  EXPECT_LE(of_days, 3);
  EXPECT_LE(of_changes, 3);
}

// What is sure enough by itself may not be so among many; what is planted is found among them.
TEST(Page, JudgesAllTogether) {
  std::mt19937 random(8);
  std::vector<SeriesAsked> asked;
  for (int i = 0; i < 12; ++i) asked.push_back({days_like(200, 300, 0.3, random), Nature::count});
  asked[3].history.values[150] = *asked[3].history.values[150] * 60;
  asked[7].history = days_like(200, 300, 0.3, random, [](int day) { return day < 110 ? 1.0 : 3.0; });
  asked.push_back({{first_day, std::vector<std::optional<double>>(20, 1.0)}, Nature::count});
  const DayRange days{first_day + 60, first_day + 200};
  const JudgedPage judged = judge(asked, days);
  ASSERT_EQ(judged.series.size(), 13U);
  ASSERT_FALSE(judged.series[3].anomalies.empty());
  EXPECT_EQ(judged.series[3].anomalies[0].day, first_day + 150);
  ASSERT_FALSE(judged.series[7].changes.empty());
  EXPECT_NEAR(judged.series[7].changes[0].day.number, (first_day + 110).number, 10);
  EXPECT_THAT(judged.series[12].reason, testing::HasSubstr("42 days"));
  // Alone, its day is as improbable, but adjusted for fewer.
  const JudgedPage alone = judge({asked[3]}, days);
  ASSERT_FALSE(alone.series[0].anomalies.empty());
  EXPECT_EQ(alone.series[0].anomalies[0].p, judged.series[3].anomalies[0].p);
  EXPECT_LT(alone.series[0].anomalies[0].p_adjusted, judged.series[3].anomalies[0].p_adjusted);
}

TEST(Page, SeriesAreOfTheirMembers) {
  metrics::Answer answer;
  answer.question.kpis = {"likes", "posts"};
  for (const char* network : {"instagram", "x"}) {
    for (int day = 0; day < 3; ++day) {
      for (const char* kpi : {"likes", "posts"}) {
        metrics::Cell& cell = answer.rows.emplace_back();
        cell.by = {network, format_day(first_day + day)};
        cell.asked = kpi;
        if (day > 0) cell.value = day + (cell.asked == "likes" ? 10 : 0);
      }
    }
  }
  const std::vector<MemberSeries> all = series_by_member(answer, first_day + 2);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_THAT(all[2].members, testing::ElementsAre("x"));
  EXPECT_EQ(all[2].asked, "likes");
  EXPECT_EQ(all[2].days.first, first_day + 1);
  EXPECT_THAT(all[2].days.values, testing::ElementsAre(std::optional<double>(11)));
}

TEST(Page, OfNothingIsNothing) {
  const JudgedPage judged = judge({}, {first_day, first_day + 10});
  EXPECT_TRUE(judged.series.empty());
  EXPECT_EQ(judged.days, 0);
}

}  // namespace
}  // namespace sociometer::insights
