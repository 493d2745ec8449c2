// Forecast: how a daily series goes on, with intervals that were measured on its own past.
//
// Days are taken as a level that moves slowly, times what each weekday adds. How slowly nobody knows: five levels of
// five paces are followed, and their mean is said. From every day of the past that has enough before and after it, the
// model says what is known by now. The errors of those trials are the intervals: nothing is assumed of their shape.
// Counts are forecast as logarithms (a day of twice the usual is as rare as one of half), stocks by what they change
// from day to day.
//
//   TRY(Forecast ahead, forecast(history, Nature::count, 28));
//   ahead.days[0].value;          // tomorrow
//   ahead.back_test.coverage;     // how many of the trials' days lay inside their intervals
//
// Source: exponential smoothing after Hyndman & Athanasopoulos, Forecasting, 3rd ed., ch. 8; the mean of several
// forecasts after Bates & Granger 1969; intervals by the errors of
// rolling origins (split conformal prediction, Vovk et al. 2005); scaled error after Hyndman & Koehler 2006.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::insights {

// One value a day, ascending; a day of which nothing is known has none.
struct DaySeries {
  Day first;
  std::vector<std::optional<double>> values;
};

enum class Nature {
  count,  // of what happened on the day, never below zero; days add up
  level,  // a rate or a mean of the day; days do not add up
  stock,  // how many there are at the end of the day
};

struct Ahead {
  double value = 0;
  double low = 0, high = 0;
};

struct BackTest {
  int64_t origins = 0;  // days from which was forecast
  int64_t points = 0;   // days that were forecast from them
  double coverage = 0;  // share of those inside the interval that the errors of the other origins give
  double error = 0;     // mean absolute error
  double scaled = 0;    // the same as a share of that of repeating last week; under 1 is better than that
};

struct Forecast {
  Day first;
  std::vector<Ahead> days;
  // Of all days together: the sum of counts, the mean of levels, the last of stocks.
  Ahead whole;
  // What the days together came to in each trial's errors, ascending: for probabilities.
  std::vector<double> outcomes;
  BackTest back_test;
};

constexpr int forecast_days_max = 400;

// invalid: fewer than 42 days are known, or `horizon` is not from 1 to forecast_days_max.
Result<Forecast> forecast(const DaySeries& history, Nature nature, int horizon, double level = 0.95);

// The share of outcomes on the wanted side of `target`, never 0 or 1: one more on either side is counted.
double probability_of(const std::vector<double>& outcomes, double target, bool at_least);

}  // namespace sociometer::insights
