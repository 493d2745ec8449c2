#include "metrics/listening.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace sociometer::metrics {
namespace {

constexpr int64_t hour = 3'600'000'000;

Instant at(const char* text) {
  return *parse_instant(text);
}

// `count` in the hour that begins then.
void add(std::vector<Instant>& mentions, Instant from, int count) {
  for (int i = 0; i < count; ++i) mentions.push_back({from.micros + i * hour / (count + 1)});
}

// Four each working hour of the week, one in all others.
std::vector<Instant> steady(Instant from, int weeks, const Zone& zone) {
  std::vector<Instant> mentions;
  for (Instant now = from; now.micros < from.micros + weeks * 168 * hour; now.micros += hour) {
    Day day = zone.day_of(now);
    int64_t into = now.micros - zone.start_of(day).micros;
    bool working = weekday_of(day) < Weekday::saturday && into >= 9 * hour && into < 17 * hour;
    add(mentions, now, working ? 4 : 1);
  }
  return mentions;
}

TEST(Velocity, IsAgainstTheSameHoursOfTheWeek) {
  Zone utc = Zone::utc();
  Instant since = at("2026-01-05");  // a Monday
  std::vector<Instant> mentions = steady(since, 10, utc);
  // A Saturday as always, and a Friday with twice as many at noon.
  Velocity quiet = velocity_of(mentions, at("2026-03-14"), at("2026-03-15"), since, utc, all_week());
  EXPECT_EQ(quiet.weeks, 8);
  EXPECT_EQ(quiet.seen, 24);
  EXPECT_DOUBLE_EQ(*quiet.usual, 24);
  EXPECT_DOUBLE_EQ(*quiet.ratio, 1);
  add(mentions, at("2026-03-13T12:00:00Z"), 4);
  std::sort(mentions.begin(), mentions.end());
  Velocity noon = velocity_of(mentions, at("2026-03-13T12:00:00Z"), at("2026-03-13T13:00:00Z"), since, utc, all_week());
  EXPECT_EQ(noon.seen, 8);
  EXPECT_DOUBLE_EQ(*noon.usual, 4);
  EXPECT_DOUBLE_EQ(*noon.ratio, 2);
  EXPECT_LT(*noon.interval->low, 2);
  EXPECT_GT(*noon.interval->high, 2);
  // The same by looking at one hour of the whole day.
  WeekHours noons;
  for (size_t day = 0; day < 7; ++day) noons.set(day * 24 + 12);
  Velocity looked = velocity_of(mentions, at("2026-03-13"), at("2026-03-14"), since, utc, noons);
  EXPECT_EQ(looked.seen, 8);
  EXPECT_DOUBLE_EQ(looked.hours, 1);
  EXPECT_DOUBLE_EQ(*looked.ratio, 2);
}

TEST(Velocity, WhoHasNotListenedKnowsNoUsual) {
  Zone utc = Zone::utc();
  Instant since = at("2026-03-02");
  std::vector<Instant> mentions = steady(since, 2, utc);
  Velocity early = velocity_of(mentions, at("2026-03-10"), at("2026-03-11"), since, utc, all_week());
  EXPECT_EQ(early.weeks, 1);
  EXPECT_EQ(early.seen, 24 + 8 * 3);
  EXPECT_FALSE(early.usual.has_value());
  EXPECT_FALSE(early.ratio.has_value());
  Velocity later = velocity_of(mentions, at("2026-03-16"), at("2026-03-17"), since, utc, all_week());
  EXPECT_EQ(later.seen, 0);
  EXPECT_DOUBLE_EQ(*later.ratio, 0);
  EXPECT_EQ(*later.interval->low, 0);
  EXPECT_GT(*later.interval->high, 0);
  EXPECT_FALSE(velocity_of({}, at("2026-03-16"), at("2026-03-17"), since, utc, all_week()).ratio.has_value());
}

// The day on which the clocks go forward has no hour from two to three; nine is nine on both sides of it.
TEST(Velocity, HoursAreThoseOfTheClock) {
  Zone berlin = *Zone::find("Europe/Berlin");
  Instant since = berlin.start_of(make_day(2026, 1, 5));
  std::vector<Instant> mentions = steady(since, 14, berlin);
  Day monday = make_day(2026, 3, 30), sunday = make_day(2026, 3, 29);
  Velocity after =
      velocity_of(mentions, berlin.start_of(monday), berlin.start_of(monday + 1), since, berlin, all_week());
  EXPECT_EQ(after.seen, 48);
  EXPECT_DOUBLE_EQ(*after.ratio, 1);
  Velocity jump =
      velocity_of(mentions, berlin.start_of(sunday), berlin.start_of(sunday + 1), since, berlin, all_week());
  EXPECT_EQ(jump.seen, 23);
  EXPECT_DOUBLE_EQ(jump.hours, 23);
  EXPECT_DOUBLE_EQ(*jump.ratio, 1);
}

// Weeks that vary more than chance: the interval holds the true ratio, one, about as often as it says.
TEST(Velocity, CoversWhatItSays) {
  std::mt19937 random(5);
  Zone utc = Zone::utc();
  Instant since = at("2026-01-05");
  int inside = 0;
  constexpr int rounds = 400;
  for (int round = 0; round < rounds; ++round) {
    std::vector<Instant> mentions;
    for (int week = 0; week < 9; ++week) {
      double level = std::gamma_distribution<double>(20, 1.0 / 20)(random);
      for (int h = 0; h < 168; ++h) {
        int count = std::poisson_distribution<int>(2 * level)(random);
        add(mentions, {since.micros + (week * 168 + h) * hour}, count);
      }
    }
    Instant from{since.micros + 8 * 168 * hour};
    Velocity v = velocity_of(mentions, from, {from.micros + 168 * hour}, since, utc, all_week());
    inside += *v.interval->low <= 1 && 1 <= *v.interval->high;
  }
  EXPECT_GE(inside, rounds * 0.90);
}

TEST(Sentiment, AKnownErrorIsTakenOut) {
  // Of a thousand texts 500, 300 and 200 are so; the classifier makes its usual errors.
  Confusion errors{{{{80, 15, 5}, {10, 80, 10}, {5, 25, 70}}}};
  std::array<int64_t, 3> found = {400 + 30 + 10, 75 + 240 + 50, 25 + 30 + 140};
  Sentiments truth = *corrected(found, errors);
  EXPECT_NEAR(truth[0], 0.5, 1e-9);
  EXPECT_NEAR(truth[1], 0.3, 1e-9);
  EXPECT_NEAR(truth[2], 0.2, 1e-9);
  Confusion perfect{{{{10, 0, 0}, {0, 10, 0}, {0, 0, 10}}}};
  EXPECT_NEAR((*corrected(found, perfect))[0], 0.44, 1e-12);
}

TEST(Sentiment, WhatCannotBeCorrectedIsNot) {
  EXPECT_FALSE(corrected({1, 1, 1}, Confusion{{{{5, 5, 5}, {5, 5, 5}, {5, 5, 5}}}}).has_value());
  EXPECT_FALSE(corrected({1, 1, 1}, Confusion{{{{5, 0, 0}, {0, 0, 0}, {0, 0, 5}}}}).has_value());
  EXPECT_FALSE(corrected({0, 0, 0}, Confusion{{{{5, 0, 0}, {0, 5, 0}, {0, 0, 5}}}}).has_value());
  // More negatives found than its errors could leave: the share ends at zero, and the three still make one.
  Sentiments edge = *corrected({98, 1, 1}, Confusion{{{{80, 10, 10}, {10, 80, 10}, {10, 10, 80}}}});
  EXPECT_EQ(edge[2], 0);
  EXPECT_NEAR(edge[0] + edge[1] + edge[2], 1, 1e-12);
}

TEST(Sentiment, CorrectedCoversWhatItSays) {
  std::mt19937 random(3);
  const double truth[3] = {0.35, 0.4, 0.25};
  const double rates[3][3] = {{0.75, 0.2, 0.05}, {0.1, 0.8, 0.1}, {0.05, 0.25, 0.7}};
  auto draw = [&](const double* p) {
    double u = std::uniform_real_distribution<double>(0, 1)(random);
    return u < p[0] ? 0 : u < p[0] + p[1] ? 1 : 2;
  };
  int inside = 0;
  constexpr int rounds = 1000;
  for (int round = 0; round < rounds; ++round) {
    Confusion judged;
    for (int t = 0; t < 3; ++t) {
      for (int i = 0; i < 200; ++i) ++judged.counts[t][draw(rates[t])];
    }
    std::array<int64_t, 3> found{};
    for (int i = 0; i < 600; ++i) ++found[draw(rates[draw(truth)])];
    Interval interval = *corrected_interval(found, judged, Sentiment::positive);
    inside += *interval.low <= truth[0] && truth[0] <= *interval.high;
  }
  EXPECT_GE(inside, rounds * 0.93);
  EXPECT_LE(inside, rounds * 0.97);
}

}  // namespace
}  // namespace sociometer::metrics
