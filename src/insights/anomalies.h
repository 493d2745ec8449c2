// Anomalies: days that are out of the ordinary, with false alarms held to a stated rate.
//
// Each day is set against what the days before it made likely (as in forecast.h, one day ahead). How far such guesses
// were off lately says how surprising it is; the probabilities of all days looked at together are adjusted so that in a
// time when nothing happened an alarm is raised at most at the rate asked for, however many days there are
// (Benjamini & Hochberg 1995).
//
//   TRY(std::vector<Anomaly> found, anomalies(history, Nature::count, asked, 0.05));
//
// Threads: pure functions.
#pragma once

#include <vector>

#include "insights/forecast.h"

namespace sociometer::insights {

struct Anomaly {
  Day day;
  double value = 0;  // of stocks what they changed by on the day
  double expected = 0;
  double low = 0, high = 0;  // within which a day of 95 in a hundred lies
  double p = 1;              // how often chance alone is as far off
  double p_adjusted = 1;     // for how many days were looked at
};

// Every day of `asked` that can be judged, ascending, not adjusted: for who looks at more than one series (page.h).
// Days without 42 known days before them are not judged. invalid: fewer are known.
Result<std::vector<Anomaly>> judged_days(const DaySeries& history, Nature nature, DayRange asked);
// Those of `asked`, ascending by day. Days without 42 known days before them are not judged. invalid: fewer are known.
Result<std::vector<Anomaly>> anomalies(const DaySeries& history, Nature nature, DayRange asked, double rate = 0.05);

}  // namespace sociometer::insights
