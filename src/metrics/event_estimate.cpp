#include "metrics/event_estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "base/check.h"
#include "metrics/intervals.h"

namespace sociometer::metrics {
namespace {

using Kind = EventMeasure::Kind;

constexpr double level = 0.95;

double scale_of(const Input& input, const catalog::Catalog& catalog) {
  const catalog::Measure* measure = catalog.measure(input.event->key);
  return measure == nullptr ? 1 : static_cast<double>(catalog::base_scale(measure->unit));
}

// The formula on the sums of its inputs; nothing where something is divided by zero.
std::optional<double> value_of(const Node& node, const std::vector<double>& sums) {
  if (node.op == Node::Op::number) return node.number;
  if (node.op == Node::Op::input) return sums[node.input];
  auto result = value_of(node.parts[0], sums);
  for (size_t i = 1; i < node.parts.size() && result; ++i) {
    auto side = value_of(node.parts[i], sums);
    result = side ? combined(node.op, *result, *side) : std::nullopt;
  }
  return result;
}

// The mean of n values with that sum and sum of squares, ± t(n − 1) standard errors.
std::optional<Interval> mean_of_trials(double sum, double squares, int64_t n, const std::string& method) {
  if (n < 2) return std::nullopt;
  auto count = static_cast<double>(n);
  double mean = sum / count;
  double variance = std::max(0.0, squares - sum * mean) / (count * (count - 1));
  boost::math::students_t t(count - 1);
  double reach = boost::math::quantile(t, 1 - (1 - level) / 2) * std::sqrt(variance);
  return Interval{std::max(0.0, mean - reach), mean + reach, level, method};
}

class EventEstimation {
 public:
  EventEstimation(const Plan& plan, const catalog::Catalog& catalog, const CellScope& cell)
      : plan_(plan), catalog_(catalog), cell_(cell) {
    estimate_.inputs.resize(plan.inputs.size());
    estimate_.basis = "occurred";
  }

  Estimate run() {
    if (!read_inputs()) return std::move(estimate_);
    bool over_values =
        plan_.root.op == Node::Op::mean || plan_.root.op == Node::Op::median || plan_.root.op == Node::Op::p90;
    if (over_values) {
      compute_over_values();
    } else {
      compute();
    }
    bool wants_interval = plan_.choice.kpi->interval;
    if (!wants_interval) estimate_.interval.reset();
    if (wants_interval && estimate_.value && estimate_.n < few_trials) estimate_.notes.insert("small_sample");
    return std::move(estimate_);
  }

 private:
  bool read_inputs() {
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const Input& input = plan_.inputs[i];
      if (input.kind != Input::Kind::event) {
        double days = std::max(1, std::min(cell_.window.end, cell_.today + 1) - cell_.window.first);
        values_.push_back(input.kind == Input::Kind::days ? days : days / days_per_month);
        sums_.push_back(nullptr);
        estimate_.inputs[i].sum = values_.back();
        continue;
      }
      EventInput read = event_input(input, catalog_, cell_);
      if (!read.value) {
        estimate_.reason = read.reason;
        return false;
      }
      values_.push_back(*read.value);
      sums_.push_back(read.sum);
      estimate_.inputs[i].sum = *read.value;
      estimate_.inputs[i].rows = read.sum == nullptr ? 0 : read.sum->rows;
    }
    return true;
  }

  void compute() {
    auto value = value_of(plan_.root, values_);
    if (!value) {
      estimate_.reason = "zero_denominator";
      return;
    }
    estimate_.value = *value;
    if (const Input* trials = trials_of()) {
      const EventSum* sum = sums_[static_cast<size_t>(trials - plan_.inputs.data())];
      estimate_.n = sum == nullptr ? 0 : sum->rows;
      estimate_.interval = interval_of_share(plan_.inputs[plan_.root.parts[0].input], estimate_.n);
      return;
    }
    for (const EventSum* sum : sums_) estimate_.n = std::max(estimate_.n, sum == nullptr ? 0 : sum->rows);
    if (plan_.choice.kpi->interval) estimate_.interval = interval_over_entities();
  }

  // Of successes by their trials, the trials.
  const Input* trials_of() const {
    const Node& root = plan_.root;
    if (root.op != Node::Op::divide) return nullptr;
    if (root.parts[0].op != Node::Op::input || root.parts[1].op != Node::Op::input) return nullptr;
    const Input& part = plan_.inputs[root.parts[0].input];
    const Input& whole = plan_.inputs[root.parts[1].input];
    bool share = part.event != nullptr && whole.event != nullptr && part.event->part_of == whole.event->key;
    return share ? &whole : nullptr;
  }

  // Each trial succeeds or not: Wilson. Where one may succeed several times, the mean over the trials.
  std::optional<Interval> interval_of_share(const Input& part, int64_t trials) const {
    const EventSum* sum = sums_[static_cast<size_t>(&part - plan_.inputs.data())];
    bool once = part.event->kind != Kind::sum || sum == nullptr || sum->squares == static_cast<double>(sum->sum);
    int64_t successes = sum == nullptr ? 0 : sum->sum;
    if (once) return wilson_interval(std::min(successes, trials), trials);
    return mean_of_trials(static_cast<double>(sum->sum), sum->squares, trials,
                          fmt::format("delta_{}", part.event->relation->entities));
  }

  // The delta method with the entity as the unit: how each of them moves the formula.
  std::optional<Interval> interval_over_entities() {
    std::unordered_map<int32_t, double> influence;
    std::string_view entities;
    for (size_t i = 0; i < plan_.inputs.size(); ++i) {
      const Input& input = plan_.inputs[i];
      if (input.kind != Input::Kind::event) continue;
      if (!entities.empty() && entities != input.event->relation->entities) return std::nullopt;
      entities = input.event->relation->entities;
      if (sums_[i] == nullptr) continue;
      double slope = slope_of(i) / scale_of(input, catalog_);
      for (const EventValue& value : sums_[i]->each)
        influence[value.entity] += slope * static_cast<double>(value.value);
    }
    std::vector<double> moves;
    for (const auto& [entity, move] : influence) moves.push_back(move);
    std::sort(moves.begin(), moves.end());  // so that sums come out the same every time
    estimate_.n = static_cast<int64_t>(moves.size());
    Sign sign = may_be_negative(plan_, plan_.root) ? Sign::any : Sign::positive;
    auto interval = delta_interval(*estimate_.value, moves, "", sign);
    if (interval) interval->method = fmt::format("delta_{}", entities);
    return interval;
  }

  // The derivative by one input's sum, from both sides.
  double slope_of(size_t input) const {
    std::vector<double> sums = values_;
    double step = std::max(1.0, std::abs(values_[input])) * 1e-6;
    sums[input] = values_[input] + step;
    auto above = value_of(plan_.root, sums);
    sums[input] = values_[input] - step;
    auto below = value_of(plan_.root, sums);
    return above && below ? (*above - *below) / (2 * step) : 0;
  }

  void compute_over_values() {
    const Node& inner = plan_.root.parts[0];
    CHECK(inner.op == Node::Op::input);  // the plan refuses others
    const EventSum* sum = sums_[inner.input];
    if (sum == nullptr || sum->each.empty()) {
      estimate_.reason = "zero_denominator";
      return;
    }
    double scale = scale_of(plan_.inputs[inner.input], catalog_);
    std::vector<double> each;
    for (const EventValue& value : sum->each) each.push_back(static_cast<double>(value.value) / scale);
    std::sort(each.begin(), each.end());
    estimate_.n = static_cast<int64_t>(each.size());
    if (plan_.root.op == Node::Op::mean) {
      estimate_.value = values_[inner.input] / static_cast<double>(each.size());
      estimate_.interval = mean_of_trials(values_[inner.input], sum->squares / (scale * scale), estimate_.n,
                                          fmt::format("delta_{}", plan_.inputs[inner.input].event->relation->entities));
      return;
    }
    if (plan_.root.op == Node::Op::median) {
      estimate_.value = median_of(each);
      estimate_.interval = median_interval(each);
      return;
    }
    estimate_.value = each[static_cast<size_t>(0.9 * static_cast<double>(each.size() - 1) + 0.5)];
  }

  const Plan& plan_;
  const catalog::Catalog& catalog_;
  const CellScope& cell_;
  Estimate estimate_;
  std::vector<double> values_;  // beside Plan::inputs
  std::vector<const EventSum*> sums_;
};

}  // namespace

// A count over days that were watched is a count, also when nothing came; over days that nobody watched it is unknown.
EventInput event_input(const Input& input, const catalog::Catalog& catalog, const CellScope& cell) {
  const EventRelation& relation = *input.event->relation;
  EventInput read;
  read.sum = cell.events.frame->find(*cell.events.members, cell.events.window, input.slot, cell.events.side);
  bool watched = covered_days(cell.events.frame->covered(relation.table), cell.window) > 0;
  if (read.sum == nullptr && !watched) {
    read.reason = "no_data";
    return read;
  }
  for (facts::EventTable table : relation.also) {
    if (!cell.events.frame->covered(table).empty()) continue;
    read.reason = "not_reported";
    return read;
  }
  read.value = read.sum == nullptr ? 0 : static_cast<double>(read.sum->sum) / scale_of(input, catalog);
  return read;
}

CountRange count_range(const EventSum& sum) {
  auto total = static_cast<double>(sum.sum);
  double weight = sum.sum == 0 ? 1 : std::max(1.0, sum.squares / total);
  double count = total / weight;
  double low = count == 0 ? 0 : boost::math::gamma_p_inv(count, (1 - level) / 2);
  return {weight * low, weight * boost::math::gamma_p_inv(count + 1, 1 - (1 - level) / 2)};
}

std::optional<Interval> interval_of_events(const Plan& plan, const catalog::Catalog& catalog, const CellScope& cell,
                                           const Estimate& estimate) {
  const Node& root = plan.root;
  if (root.op != Node::Op::divide || !estimate.denominator) return std::nullopt;
  for (size_t side : {0, 1}) {
    if (root.parts[side].op != Node::Op::input) continue;
    const Input& input = plan.inputs[root.parts[side].input];
    if (input.kind != Input::Kind::event) continue;
    EventInput read = event_input(input, catalog, cell);
    EventSum sum = read.sum == nullptr ? EventSum() : *read.sum;
    CountRange range = count_range(sum);
    double scale = scale_of(input, catalog);
    if (side == 0) {
      double each = 1 / (*estimate.denominator * scale);
      return Interval{range.low * each, range.high * each, level, "poisson"};
    }
    double whole = *estimate.value * static_cast<double>(sum.sum);
    std::optional<double> high = range.low > 0 ? std::optional(whole / range.low) : std::nullopt;
    return Interval{whole / range.high, high, level, "poisson"};
  }
  return std::nullopt;
}

Estimate estimate_events(const Plan& plan, const catalog::Catalog& catalog, const CellScope& cell) {
  return EventEstimation(plan, catalog, cell).run();
}

}  // namespace sociometer::metrics
