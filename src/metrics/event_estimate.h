// The arithmetic of KPIs that stand on events alone; evaluate.h has that of the others, where an event is one side of a
// formula at most.
#pragma once

#include "catalog/catalog.h"
#include "metrics/evaluate.h"
#include "metrics/event_frame.h"
#include "metrics/plan.h"

namespace sociometer::metrics {

// `cell.events` says which cell of which frame.
Estimate estimate_events(const Plan& plan, const catalog::Catalog& catalog, const CellScope& cell);

// An event input of a formula: its value in the measure's unit, or why there is none ("no_data", "not_reported").
struct EventInput {
  std::optional<double> value;
  std::string reason;
  const EventSum* sum = nullptr;  // null where no row fell into the cell, which of days that were watched means 0
};
EventInput event_input(const Input& input, const catalog::Catalog& catalog, const CellScope& cell);

// How far a count of events may be off as a fraction of itself, low and high: the entities behind it come as they like,
// so the variance of a sum is that of a compound Poisson process, Σ x². Of nothing seen at most 3.69 was to be
// expected.
struct CountRange {
  double low = 0, high = 0;  // of the sum, in its own unit
};
CountRange count_range(const EventSum& sum);

// The interval of a formula that divides by or through a count of events what accounts told: they told what they told;
// in doubt is how many events came. Nothing where the events are not one side of the division by themselves.
std::optional<Interval> interval_of_events(const Plan& plan, const catalog::Catalog& catalog, const CellScope& cell,
                                           const Estimate& estimate);

}  // namespace sociometer::metrics
