// Change points: days from which on a number has another level than before, for weeks.
//
// Weeks are set beside each other, as a week has every weekday. In a stretch of weeks the ranks before and after each
// week are compared (Pettitt 1979; from end to end, for a level that comes back, Kuiper 1960); how far they are apart
// is taken for less where weeks are like their neighbours, by what they still have in common when two steps are taken
// out. Where a straight line tells the stretch better than steps do, it is a trend and no change. A stretch that
// changed is looked at again on either side. The probabilities of all that was looked at are adjusted together
// (page.h), so that in a time when nothing changed an alarm is raised at most at the rate asked for.
//
// Threads: pure functions.
#pragma once

#include <vector>

#include "insights/forecast.h"

namespace sociometer::insights {

struct ChangePoint {
  Day day;                       // the first of the new level
  double before = 0, after = 0;  // a day's mean, from the change before to this one and from this one to the next
  int weeks_before = 0, weeks_after = 0;
  double p = 1;           // how often chance alone is as far apart
  double p_adjusted = 1;  // for how many were looked at
};

constexpr int change_weeks_min = 12;  // with a value, fewer are not looked at
constexpr int change_weeks_of_level = 4;

// All stretches that were looked at, ascending by day, with the day each would have changed on; `p_adjusted` is left to
// whoever knows what else is looked at. Of stocks it is what they change by that is judged. Empty: too few weeks.
std::vector<ChangePoint> judged_changes(const DaySeries& history, Nature nature);

}  // namespace sociometer::insights
