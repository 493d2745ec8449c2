#include "insights/anomalies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "insights/series_fixture.h"

namespace sociometer::insights {
namespace {

const DayRange year{first_day + 90, first_day + 455};

DaySeries quiet_year(double mean, double noise, std::mt19937& random) {
  std::lognormal_distribution<double> wild(0, noise);
  DaySeries series{first_day, {}};
  for (int day = 0; day < 455; ++day) {
    double weekly = 1 + 0.3 * std::sin(2 * M_PI * (day % 7) / 7);
    std::poisson_distribution<int64_t> counted(mean * weekly * wild(random));
    series.values.emplace_back(static_cast<double>(counted(random)));
  }
  return series;
}

// Fifteen hundred years in which nothing happens, of five sizes and three kinds of unrest: of each at most one in
// twenty may raise an alarm.
TEST(Anomalies, QuietYearsKeepToTheRate) {
  for (double mean : {0.5, 3.0, 20.0, 200.0, 20'000.0}) {
    for (double noise : {1e-9, 0.3, 0.8}) {
      std::mt19937 random(1);
      int alarms = 0, years = 100;
      for (int i = 0; i < years; ++i) {
        auto found = anomalies(quiet_year(mean, noise, random), Nature::count, year);
        ASSERT_TRUE(found.ok());
        alarms += !found->empty();
      }
      EXPECT_LE(alarms, years / 20) << "mean " << mean << ", noise " << noise;
    }
  }
}

TEST(Anomalies, APlantedDayIsFound) {
  std::mt19937 random(2);
  int found_of_peaks = 0, found_of_falls = 0;
  for (int i = 0; i < 50; ++i) {
    DaySeries series = quiet_year(200, 0.15, random);
    series.values[300] = *series.values[300] * 8;
    series.values[350] = 0;
    auto found = anomalies(series, Nature::count, year);
    ASSERT_TRUE(found.ok());
    for (const Anomaly& anomaly : *found) {
      found_of_peaks += anomaly.day == first_day + 300;
      found_of_falls += anomaly.day == first_day + 350;
      EXPECT_LE(anomaly.p_adjusted, 0.05);
      EXPECT_LE(anomaly.p, anomaly.p_adjusted);
      EXPECT_TRUE(anomaly.value < anomaly.low || anomaly.value > anomaly.high);
    }
  }
  EXPECT_GE(found_of_peaks, 48);
  EXPECT_GE(found_of_falls, 48);
}

TEST(Anomalies, OnlyDaysAskedForAreJudged) {
  std::mt19937 random(3);
  DaySeries series = quiet_year(200, 0.1, random);
  series.values[100] = 5'000;
  auto found = anomalies(series, Nature::count, {first_day + 200, first_day + 455});
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(*found, testing::IsEmpty());
}

TEST(Anomalies, SaysWhenThereIsTooLittle) {
  DaySeries few{first_day, std::vector<std::optional<double>>(42, 1.0)};
  auto refused = anomalies(few, Nature::count, year);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace sociometer::insights
