// Looking: what the numbers say of an alert now. Part of the front door of alerts.
//
// Only days count that are wholly known and no longer move: a day that an account's imports do not cover, one that its
// network may still change, the running one are left for later. So an alert looks at the last settled days there are,
// and a late import is judged late rather than never.
//
// Threads: may be called from several at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert.h"
#include "alerts/judge.h"
#include "insights/insights.h"
#include "metrics/metrics.h"

namespace sociometer::alerts {

// Whether all that a cell's days consist of is known. An account's days are covered by whatever export told of them:
// where it told of other measures alone, the value of this one is unknown, and no zero.
bool is_wholly_known(const metrics::Cell& cell);

// Whether an answer's number carries a note, "stale".
bool noted(const metrics::Cell& cell, std::string_view note);

// Where it is looked, and where the web is, for links.
struct World {
  const metrics::Engine& engine;
  const metrics::Scope& scope;
  std::string base = "http://127.0.0.1:8321";
};

// The day after the last that counts of a question about one KPI; nothing and the reason where there is none.
struct SettledEnd {
  std::optional<Day> end;
  std::string reason;
};
Result<SettledEnd> settled_end(const World& world, const std::string& kpi, const Filter& filter);

// Of an alert about a KPI: threshold, change, anomaly. One finding for each of the last days in a row that it wants and
// that were not judged yet, of which the last is always looked at again. not_found, invalid: what is watched is no
// more.
Result<std::vector<Finding>> look_at_kpi(const World& world, const Alert& alert, const State& state);

// Of a goal, as insights judge it.
Finding look_at_goal(const World& world, const Alert& alert, const std::string& sentence,
                     const insights::Standing& standing);

// What is known of one own account when it is asked whether it is stale.
struct AccountNews {
  std::string network, account;
  std::optional<Day> last_day;   // of which it told anything
  std::vector<Instant> batches;  // when something of it came in, in any order
};
std::vector<Finding> look_at_accounts(const World& world, const Alert& alert, const std::vector<AccountNews>& news);
// How many days usually lie between two batches: the median; nothing under four batches.
std::optional<int> usual_gap(std::vector<Instant> batches);

// Changes of definition from when the alert was set: those of the catalog's networks that have come into force, and
// those of the workspace's own entries. `networks` are those of own accounts.
std::vector<Finding> look_at_definitions(const World& world, const Alert& alert, Instant set_at,
                                         const std::vector<std::string>& networks);

// The address of what explains a cell of an answer.
std::string explain_link(const World& world, const metrics::Question& question, const metrics::Cell& cell);

}  // namespace sociometer::alerts
