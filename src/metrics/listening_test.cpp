#include "metrics/listening.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace sociometer::metrics {
namespace {

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
    Interval interval = *corrected_interval(std::vector<Classified>{{found, judged}}, Sentiment::positive);
    inside += *interval.low <= truth[0] && truth[0] <= *interval.high;
  }
  EXPECT_GE(inside, rounds * 0.93);
  EXPECT_LE(inside, rounds * 0.97);
}

TEST(Sentiment, LanguagesAreCorrectedEachByItsOwnErrors) {
  Confusion perfect{{{{10, 0, 0}, {0, 10, 0}, {0, 0, 10}}}};
  Confusion usual{{{{80, 15, 5}, {10, 80, 10}, {5, 25, 70}}}};
  std::vector<Classified> languages = {{{440, 365, 195}, usual}, {{100, 0, 0}, perfect}};
  Sentiments truth = *corrected(languages);
  EXPECT_NEAR(truth[0], 600.0 / 1100, 1e-9);
  EXPECT_NEAR(truth[1], 300.0 / 1100, 1e-9);
  // One of which nobody knows how it errs does not count; where none is known there is nothing.
  languages.push_back({{5, 5, 5}, Confusion{}});
  EXPECT_NEAR((*corrected(languages))[0], 600.0 / 1100, 1e-9);
  EXPECT_FALSE(corrected(std::vector<Classified>{{{5, 5, 5}, Confusion{}}}).has_value());
  // Two that sound alike are no certainty, and the share lies in its interval.
  Interval two = *corrected_interval(std::vector<Classified>{{{2, 0, 0}, perfect}}, Sentiment::positive);
  EXPECT_LT(*two.low, 0.8);
  EXPECT_EQ(*two.high, 1);
}

TEST(Velocity, NothingIsSureOfOneOrNone) {
  std::vector<double> steady = {10, 10, 10, 10};
  Interval none = *velocity_interval(0, 10, steady);
  EXPECT_EQ(*none.low, 0);
  EXPECT_NEAR(*none.high, 0.3689, 1e-4);
  Interval usual = *velocity_interval(10, 10, steady);
  EXPECT_LT(*usual.low, 1);
  EXPECT_GT(*usual.high, 1);
  EXPECT_FALSE(velocity_interval(3, 3, std::vector<double>{3}).has_value());
  EXPECT_FALSE(velocity_interval(3, 0, std::vector<double>{0, 0}).has_value());
}

// Weeks that vary more than chance: the interval holds the true ratio, one, about as often as it says.
TEST(Velocity, CoversWhatItSays) {
  std::mt19937 random(5);
  int inside = 0;
  constexpr int rounds = 2000;
  for (int round = 0; round < rounds; ++round) {
    auto draw = [&] {
      double level = std::gamma_distribution<double>(20, 1.0 / 20)(random);
      return std::poisson_distribution<int>(336 * level)(random);
    };
    std::vector<double> weeks;
    double usual = 0;
    for (int week = 0; week < 8; ++week) {
      weeks.push_back(draw());
      usual += weeks.back() / 8;
    }
    Interval interval = *velocity_interval(draw(), usual, weeks);
    inside += *interval.low <= 1 && 1 <= *interval.high;
  }
  EXPECT_GE(inside, rounds * 0.92);
  EXPECT_LE(inside, rounds * 0.98);
}

}  // namespace
}  // namespace sociometer::metrics
