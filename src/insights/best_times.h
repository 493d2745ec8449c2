// Best times to post: which hours of the week brought more than the account's average, and how sure that is.
//
//   TRY(BestTimes times, best_times(posts, Counting::counts));
//   times.cells[0].effect;       // 0.23: 23 % more than the average of the account
//   times.cells[0].probability;  // 0.93: that it is more at all
//
// Posts are set against what their account, kind and age let expect (post_fit.h). What is left is explained by the
// weekday, by the hour – near hours are alike – and by the two together, each as far as it shows beyond chance: an hour
// with few posts borrows from its day and its neighbours, and is shrunken to the average. Interval and probability are
// those of that model, a hierarchical one with variances by moments (Efron & Morris 1975; DerSimonian & Laird 1986).
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "insights/standouts.h"

namespace sociometer::insights {

struct TimeCell {
  Weekday weekday = Weekday::monday;
  int hour = 0;
  int64_t n = 0;
  double effect = 0;  // a share more or less than the average; of values that may be below zero, how much more or less
  double low = 0, high = 0;  // 95 %
  double probability = 0.5;  // that it is better than the average
};

struct BestTimes {
  std::string reason;  // why nothing is told: fewer than posts_judged_min posts with a known hour; empty: it is
  std::vector<TimeCell> cells;  // with posts, by weekday and hour
  int64_t posts = 0, without_hour = 0;
  bool differs = false;  // whether times differ at all, beyond chance
  bool is_share = true;  // what `effect` is
};

enum class Wanted { more, less };  // which is better, the KPI says

BestTimes best_times(const std::vector<PostSeen>& posts, Counting counting, Wanted wanted = Wanted::more);

}  // namespace sociometer::insights
