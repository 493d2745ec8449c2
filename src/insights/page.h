// A page of comparisons: many series – KPIs, and members of a dimension – judged in one look, with false alarms held to
// a stated rate over all of them together. Who looks at forty numbers sees two that are out of the ordinary by chance;
// here the probabilities of everything looked at are adjusted together (Benjamini & Hochberg 1995), those of single
// days and those of changes of level each as one family.
//
//   JudgedPage page = judge({{impressions, Nature::count}, {followers, Nature::stock}}, asked);
//   page.series[0].anomalies;   // days of the first
//   page.series[0].changes;     // and from when on it has another level
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "insights/anomalies.h"
#include "insights/change_points.h"

namespace sociometer::insights {

struct SeriesAsked {
  DaySeries history;
  Nature nature = Nature::count;
};

struct JudgedSeries {
  std::vector<Anomaly> anomalies;    // ascending by day
  std::vector<ChangePoint> changes;  // likewise
  std::string reason;                // why it was not judged; empty: it was
};

struct JudgedPage {
  std::vector<JudgedSeries> series;  // in the order given
  int64_t days = 0;                  // that were judged, over all series
  int64_t changes = 0;               // stretches of weeks that were
};

// Days of `asked`, and changes that fall on one; what is usual is known by all days before the end of `asked`.
JudgedPage judge(const std::vector<SeriesAsked>& series, DayRange asked, double rate = 0.05);

}  // namespace sociometer::insights
