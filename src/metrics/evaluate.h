// Evaluate: one KPI over one group of units in one window – the arithmetic, its exclusions and its uncertainty.
//
// The order is always the same: which accounts and units have every side of the formula; the sums; the formula over
// them, accounts multiplied apart and added before any division; the interval from how each unit moved the result.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "metrics/event_frame.h"
#include "metrics/frame.h"
#include "metrics/plan.h"
#include "metrics/reach.h"

namespace sociometer::metrics {

enum class AccountBasis : int8_t { none, published, occurred };

// What a cell is computed over.
struct CellScope {
  DayRange window;
  std::vector<int32_t> accounts;  // of the group
  std::vector<uint32_t> posts;    // units of the group in the window
  std::vector<uint32_t> days;
  const std::vector<AccountBasis>* basis = nullptr;  // of this plan, by account
  std::string kind_of_engagement;                    // the member, where grouped by it
  int32_t member = 0;                                // of the breakdown, where grouped by one
  std::vector<int32_t> all_members;                  // every member of the breakdown, for shares
  bool in_one = false;                               // members are asked for together: none has a row of its own
  std::vector<int32_t> members_in_one;               // these
  bool by_hashtag = false;                           // grouped by hashtag: each post is one use of the group's
  bool about_posts = false;                          // grouped or filtered by what only posts have
  Day today;
  enum class Detail { number, explained } detail = Detail::number;
  // Where the events of the cell are.
  struct Events {
    const EventFrame* frame = nullptr;
    const std::vector<std::string>* members = nullptr;
    size_t window = 0;
    Side side = Side::asked;
  } events;
};

// What an explanation shows of an input.
struct InputTrace {
  std::optional<double> sum;
  int64_t rows = 0;
  std::map<std::string, std::pair<double, int64_t>> parts;  // measure → sum, rows
};

struct Estimate {
  std::optional<double> value;
  std::string reason;
  std::optional<Interval> interval;
  std::vector<Interval> beside;  // by the other methods; for explanations
  int64_t n = 0;
  std::string basis;
  std::set<std::string> notes;
  std::map<std::string, std::pair<int64_t, std::vector<std::string>>> left_out;  // reason → count, examples
  std::optional<double> denominator;                        // of the last division, accounts added up
  std::vector<InputTrace> inputs;                           // beside Plan::inputs
  std::map<std::pair<size_t, int32_t>, ReachBounds> reach;  // by input and account, where the formula has a unique
  std::vector<uint32_t> posts_used, days_used;
};

Estimate evaluate(const Plan& plan, const Frame& frame, const catalog::Catalog& catalog, const CellScope& cell);

}  // namespace sociometer::metrics
