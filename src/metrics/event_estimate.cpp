#include "metrics/event_estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <map>

#include "base/check.h"
#include "metrics/intervals.h"
#include "metrics/lifespan.h"
#include "metrics/listening.h"
#include "metrics/survival.h"

namespace sociometer::metrics {
namespace {

using Kind = EventMeasure::Kind;

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
  double reach = boost::math::quantile(t, 1 - (1 - interval_level) / 2) * std::sqrt(variance);
  return Interval{std::max(0.0, mean - reach), mean + reach, interval_level, method};
}

// Of a value divided by that sum.
Interval by_count(double value, const EventSum& sum) {
  CountRange range = count_range(sum);
  double whole = value * static_cast<double>(sum.sum);
  std::optional<double> high = range.low > 0 ? std::optional(whole / range.low) : std::nullopt;
  return Interval{whole / range.high, high, interval_level, "poisson"};
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
    if (over_values()) {
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
  bool over_values() const {
    return plan_.root.op == Node::Op::mean || plan_.root.op == Node::Op::median || plan_.root.op == Node::Op::p90;
  }

  // A list of values beside other numbers: how long one lasts on average, in seconds or in lengths of the period.
  double mean_span(const Input& input, const EventSum& sum) {
    double unit = scale_of(input, catalog_);
    if (input.event->key.ends_with("_in_periods")) {
      unit = 1'000.0 * 86'400 * std::max(1, std::min(cell_.window.end, cell_.today + 1) - cell_.window.first);
    }
    std::vector<Span> spans;
    for (const EventValue& value : sum.each) spans.push_back({static_cast<double>(value.value) / unit, value.censored});
    MeanSpan mean = restricted_mean(std::move(spans));
    if (plan_.root.op == Node::Op::input) estimate_.interval = mean.interval;
    return mean.mean;
  }

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
      if (input.event->kind == Kind::rows && !over_values()) {
        if (read.sum == nullptr || read.sum->each.empty()) {
          estimate_.reason = "zero_denominator";
          return false;
        }
        read.value = mean_span(input, *read.sum);
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
      const Input& part = plan_.inputs[plan_.root.parts[0].input];
      if (part.event->corrects) {
        correct(part, sum);
      } else {
        estimate_.interval = interval_of_share(part, estimate_.n);
      }
      return;
    }
    if (const Input* usual = usual_of()) {
      estimate_.interval = interval_of_velocity(*usual);
      return;
    }
    if (auto balance = balance_of()) {
      estimate_.n = balance->trials;
      estimate_.interval =
          nps_interval(balance->for_it, balance->trials - balance->for_it - balance->against, balance->against);
      return;
    }
    for (const EventSum* sum : sums_) estimate_.n = std::max(estimate_.n, sum == nullptr ? 0 : sum->rows);
    if (plan_.root.op == Node::Op::input) {
      // A model's estimate brings its own.
      const EventSum* sum = sums_[plan_.root.input];
      if (sum == nullptr || !sum->interval) return;
      double scale = scale_of(plan_.inputs[plan_.root.input], catalog_);
      estimate_.interval = sum->interval;
      if (estimate_.interval->low) *estimate_.interval->low /= scale;
      if (estimate_.interval->high) *estimate_.interval->high /= scale;
      return;
    }
    if (!plan_.choice.kpi->interval) return;
    estimate_.interval = interval_of_count();
    if (!estimate_.interval) estimate_.interval = interval_over_entities();
    if (estimate_.interval && is_part_of_itself()) estimate_.interval->high = std::min(1.0, *estimate_.interval->high);
  }

  // What was told by what happened: the former is what it is, in doubt is how many came.
  std::optional<Interval> interval_of_count() {
    const Node& root = plan_.root;
    if (root.op != Node::Op::divide || root.parts[0].op != Node::Op::input) return std::nullopt;
    if (root.parts[1].op != Node::Op::input) return std::nullopt;
    const EventMeasure *part = plan_.inputs[root.parts[0].input].event,
                       *whole = plan_.inputs[root.parts[1].input].event;
    if (part == nullptr || whole == nullptr || !part->relation->told || whole->relation->told) return std::nullopt;
    const EventSum* sum = sums_[root.parts[1].input];
    return sum == nullptr ? std::nullopt : std::optional(by_count(*estimate_.value, *sum));
  }

  // The own part of a measure by all of it.
  bool is_part_of_itself() const {
    const Node& root = plan_.root;
    if (root.op != Node::Op::divide) return false;
    if (root.parts[0].op != Node::Op::input || root.parts[1].op != Node::Op::input) return false;
    const EventMeasure* part = plan_.inputs[root.parts[0].input].event;
    return part != nullptr && part == plan_.inputs[root.parts[1].input].event;
  }

  // The share of one sentiment with the classifier's errors in each language taken out.
  void correct(const Input& part, const EventSum* trials) {
    std::map<std::string, Classified> languages;
    estimate_.n = trials == nullptr ? 0 : trials->sum;
    for (const EventValue& value : trials == nullptr ? std::vector<EventValue>() : trials->each) {
      auto [language, said] = told_apart(cell_.events.frame->entity(value.entity));
      auto [whose, errors] = errors_in(language);
      Classified& classified = languages[whose];
      classified.errors = errors;
      classified.found[static_cast<size_t>(said)] += value.value;
    }
    std::vector<Classified> all;
    for (auto& [language, classified] : languages) all.push_back(classified);
    auto shares = corrected(all);
    CHECK(shares.has_value());  // only what can be corrected is among the trials
    estimate_.value = (*shares)[static_cast<size_t>(*part.event->corrects)];
    estimate_.interval = corrected_interval(all, *part.event->corrects);
    estimate_.inputs[static_cast<size_t>(&part - plan_.inputs.data())].sum =
        *estimate_.value * static_cast<double>(estimate_.n);
  }

  // Of the language, where they can be taken out; else those of all others. With whose they are.
  std::pair<std::string, Confusion> errors_in(const std::string& language) const {
    const auto& errors = cell_.events.frame->sentiment_errors();
    for (const std::string& whose : {language, std::string()}) {
      auto known = errors.find(whose);
      if (known != errors.end() && correction_weights(known->second, Sentiment::positive)) return *known;
    }
    return {};
  }

  // "pt positive"
  static std::pair<std::string, Sentiment> told_apart(const std::string& entity) {
    size_t blank = entity.rfind(' ');
    CHECK(blank != entity.npos);
    std::string said = entity.substr(blank + 1);
    return {entity.substr(0, blank), said == "positive"  ? Sentiment::positive
                                     : said == "neutral" ? Sentiment::neutral
                                                         : Sentiment::negative};
  }

  // Of what came by what is usual, the latter.
  const Input* usual_of() const {
    const Node& root = plan_.root;
    if (root.op != Node::Op::divide || root.parts[0].op != Node::Op::input) return nullptr;
    if (root.parts[1].op != Node::Op::input) return nullptr;
    const EventMeasure* seen = plan_.inputs[root.parts[0].input].event;
    const Input& usual = plan_.inputs[root.parts[1].input];
    bool learnt = seen != nullptr && usual.event != nullptr && !seen->usual.empty() && seen->usual == usual.event->key;
    return learnt ? &usual : nullptr;
  }

  // Each week's part of the usual, times the weeks, is what the week brought.
  std::optional<Interval> interval_of_velocity(const Input& usual) {
    const EventSum* seen = sums_[plan_.root.parts[0].input];
    const EventSum* learnt = sums_[static_cast<size_t>(&usual - plan_.inputs.data())];
    estimate_.n = seen == nullptr ? 0 : seen->sum;
    if (learnt == nullptr) return std::nullopt;
    std::map<int32_t, double> parts;
    for (const EventValue& value : learnt->each) {
      parts[value.entity] += static_cast<double>(value.value) / scale_of(usual, catalog_);
    }
    std::vector<double> weeks;
    for (const auto& [week, part] : parts) weeks.push_back(part * static_cast<double>(parts.size()));
    return velocity_interval(estimate_.n, values_[plan_.root.parts[1].input], weeks);
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

  // Successes of one kind less those of another, by the trials of both, or by the two together: a score from −1 to 1.
  struct Balance {
    int64_t for_it = 0, against = 0, trials = 0;
  };
  std::optional<Balance> balance_of() const {
    const Node& root = plan_.root;
    if (root.op != Node::Op::divide || root.parts[0].op != Node::Op::subtract) return std::nullopt;
    const Node &one = root.parts[0].parts[0], &other = root.parts[0].parts[1], &whole = root.parts[1];
    auto is_event = [&](const Node& node) { return node.op == Node::Op::input && plan_.inputs[node.input].event; };
    if (!is_event(one) || !is_event(other)) return std::nullopt;
    std::string_view trials = plan_.inputs[one.input].event->part_of;
    if (trials.empty() || plan_.inputs[other.input].event->part_of != trials) return std::nullopt;
    auto count = [&](const Node& node) { return sums_[node.input] == nullptr ? 0 : sums_[node.input]->sum; };
    Balance balance{count(one), count(other), 0};
    bool of_all = is_event(whole) && plan_.inputs[whole.input].event->key == trials;
    bool of_both = whole.op == Node::Op::add && is_event(whole.parts[0]) && is_event(whole.parts[1]);
    if (!of_all && !of_both) return std::nullopt;
    balance.trials = of_all ? count(whole) : count(whole.parts[0]) + count(whole.parts[1]);
    return balance;
  }

  // Each trial succeeds or not: Wilson. Where one may succeed several times, the mean over the trials.
  std::optional<Interval> interval_of_share(const Input& part, int64_t trials) const {
    const EventSum* sum = sums_[static_cast<size_t>(&part - plan_.inputs.data())];
    bool once = part.event->kind != Kind::sum || sum == nullptr || sum->squares == static_cast<double>(sum->sum);
    int64_t successes = sum == nullptr ? 0 : sum->sum;
    if (once) return wilson_interval(std::min(successes, trials), trials);
    double scale = scale_of(part, catalog_);
    return mean_of_trials(static_cast<double>(sum->sum) / scale, sum->squares / (scale * scale), trials,
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
      // Of a mean, each moves it by how far it lies from it; of a sum, by all of itself.
      bool mean = input.event->kind == Kind::rows;
      double rows = mean ? static_cast<double>(sums_[i]->each.size()) : 1, plain = 0;
      for (const EventValue& value : sums_[i]->each) plain += mean ? static_cast<double>(value.value) / rows : 0;
      double per_unit = mean && plain > 0 ? values_[i] / plain : 1 / scale_of(input, catalog_);
      double slope = slope_of(i) * per_unit / rows;
      for (const EventValue& value : sums_[i]->each) {
        influence[value.entity] += slope * (static_cast<double>(value.value) - plain);
      }
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

  // Over the rows' own values: a mean is of those that are over, a quantile counts what is not as at least so long.
  void compute_over_values() {
    const Node& inner = plan_.root.parts[0];
    CHECK(inner.op == Node::Op::input);  // the plan refuses others
    const Input& input = plan_.inputs[inner.input];
    const EventSum* sum = sums_[inner.input];
    double scale = scale_of(input, catalog_);
    std::vector<double> ended;
    std::vector<Duration> durations;
    for (const EventValue& value : sum == nullptr ? std::vector<EventValue>() : sum->each) {
      double length = static_cast<double>(value.value) / scale;
      durations.push_back({length, value.censored ? Duration::open : Duration::ended});
      if (!value.censored) ended.push_back(length);
    }
    bool is_mean = plan_.root.op == Node::Op::mean;
    auto still_open = static_cast<int64_t>(durations.size() - ended.size());
    if (still_open > 0) {
      estimate_.left_out[is_mean ? "not over yet: the mean is of those that are"
                                 : "not over yet: counted as at least so long"] = {still_open, {}};
    }
    estimate_.n = static_cast<int64_t>(is_mean ? ended.size() : durations.size());
    if (is_mean ? ended.empty() : durations.empty()) {
      estimate_.reason = "zero_denominator";
      return;
    }
    std::sort(ended.begin(), ended.end());
    if (is_mean) {
      estimate_.value = steady_sum(ended) / static_cast<double>(ended.size());
      estimate_.interval = mean_interval(ended);
      // Of lengths and scores alike none is below zero.
      auto ends = input.event->ends.value_or(std::pair(0.0, std::numeric_limits<double>::infinity()));
      if (estimate_.interval) {
        estimate_.interval->low = std::max(ends.first, *estimate_.interval->low);
        estimate_.interval->high = std::min(ends.second, *estimate_.interval->high);
      }
      estimate_.inputs[inner.input].sum = steady_sum(ended);
      estimate_.inputs[inner.input].rows = estimate_.n;
      return;
    }
    double p = plan_.root.op == Node::Op::median ? 0.5 : 0.9;
    if (input.event->censored.empty()) {
      estimate_.value = quantile_of(ended, p);
      estimate_.interval = quantile_interval(ended, p);
      return;
    }
    quantile_of_durations(std::move(durations), p);
  }

  void quantile_of_durations(std::vector<Duration> durations, double p) {
    double longest = 0;
    for (const Duration& duration : durations) longest = std::max(longest, duration.length);
    estimate_.interval = survival_interval(durations, p);
    estimate_.value = survival_quantile(std::move(durations), p);
    if (estimate_.value) return;
    // So many are still open that it lies beyond all that was seen.
    estimate_.interval = Interval{longest, std::nullopt, 1.0, "bounds"};
    estimate_.notes.insert("bounded");
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
  if (!cell.events.frame->is_known(input.slot)) {
    read.reason = "not_reported";
    return read;
  }
  read.sum = cell.events.frame->find(*cell.events.members, cell.events.window, input.slot, cell.events.side);
  bool watched = covered_days(cell.events.frame->covered(relation.table), cell.window) > 0;
  // Rows that were read for another KPI of the question say nothing of this one.
  const EventSum* sum = read.sum;
  bool none = sum == nullptr || (!relation.modelled && sum->rows == 0 && sum->each.empty() && sum->missing_rates == 0);
  if (none && !watched && !relation.told) {
    read.reason = "no_data";
    return read;
  }
  for (facts::EventTable table : relation.also) {
    if (!cell.events.frame->covered(table).empty()) continue;
    read.reason = "not_reported";
    return read;
  }
  if (read.sum == nullptr && (relation.told || relation.modelled)) {
    read.reason = relation.told ? "not_reported" : "no_data";
    return read;
  }
  if (read.sum != nullptr && read.sum->missing_rates > 0) {
    read.reason = "missing_rate";
    return read;
  }
  read.value = read.sum == nullptr ? 0 : static_cast<double>(read.sum->sum) / scale_of(input, catalog);
  return read;
}

CountRange count_range(const EventSum& sum) {
  auto total = static_cast<double>(sum.sum);
  double weight = sum.sum == 0 ? 1 : std::max(1.0, sum.squares / total);
  double count = total / weight;
  double low = count == 0 ? 0 : boost::math::gamma_p_inv(count, (1 - interval_level) / 2);
  return {weight * low, weight * boost::math::gamma_p_inv(count + 1, 1 - (1 - interval_level) / 2)};
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
    double scale = scale_of(input, catalog);
    if (side == 0) {
      CountRange range = count_range(sum);
      double each = 1 / (*estimate.denominator * scale);
      return Interval{range.low * each, range.high * each, interval_level, "poisson"};
    }
    return by_count(*estimate.value, sum);
  }
  return std::nullopt;
}

Estimate estimate_events(const Plan& plan, const catalog::Catalog& catalog, const CellScope& cell) {
  return EventEstimation(plan, catalog, cell).run();
}

}  // namespace sociometer::metrics
