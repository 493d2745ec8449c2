#include "insights/goal_standing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "insights/goal_outlook.h"

namespace sociometer::insights {
namespace {

constexpr double ahead_from = 0.9, on_track_from = 0.6, at_risk_from = 0.3;
constexpr double near_pace = 0.75;         // without a forecast: at risk from that share of the expected way
constexpr double shortest_baseline = 0.1;  // of a running one that can be taken to go on
constexpr int windows_max = 8;             // that feasibility looks back

bool same_value(double a, double b) {
  return std::fabs(a - b) <= 1e-9 * std::max({1e-12, std::fabs(a), std::fabs(b)});
}

double share_reaching(const Goal& goal, double target, const std::vector<double>& outcomes) {
  const auto reached = std::ranges::count_if(outcomes, [&](double value) { return reaches(goal, target, value); });
  return (static_cast<double>(reached) + 0.5) / (static_cast<double>(outcomes.size()) + 1);
}

std::string status_of(double probability) {
  if (probability >= ahead_from) return "ahead";
  if (probability >= on_track_from) return "on_track";
  if (probability >= at_risk_from) return "at_risk";
  return "off_track";
}

class Judge {
 public:
  Judge(const Goal& goal, const GoalFacts& facts) : goal_(goal), facts_(facts) {}

  Standing run() {
    standing_.actual = facts_.actual;
    if (goal_.target.kind == TargetKind::keep) {
      judge_kept();
    } else {
      judge_reached();
    }
    return std::move(standing_);
  }

 private:
  bool is_over() const { return facts_.today >= goal_.days.end; }
  bool has_begun() const { return facts_.today >= goal_.days.first; }

  void judge_reached() {
    standing_.target = target_value(goal_, facts_.baseline);
    standing_.expected = share_behind(goal_.days, facts_);
    if (!standing_.target) {
      standing_.status = "no_data";
      standing_.reason = facts_.baseline ? "zero_denominator" : reason_or_no_data(facts_.baseline_reason);
      standing_.notes.push_back(facts_.baseline ? "the baseline is zero: a share of it is no target"
                                                : "the baseline has no value, and the target is a part of it");
      return;
    }
    judge_progress();
    if (!facts_.actual && is_over()) {
      standing_.status = "no_data";
      return;
    }
    const bool is_reached = facts_.actual && reaches(goal_, *standing_.target, *facts_.actual);
    if (is_over()) {
      standing_.status = is_reached ? "hit" : "missed";
      note_end();
      return;
    }
    if (has_begun() && facts_.actual && is_settled(is_reached)) {
      standing_.status = is_reached ? "hit" : "missed";
      return;
    }
    judge_chance(goal_.days, *standing_.target);
  }

  // What days add up to only rises, and a stock that is there is there. Of a rate the days to come still decide.
  bool is_settled(bool is_reached) const {
    if (facts_.makeup == Makeup::last) return is_reached;
    if (facts_.makeup == Makeup::mean || facts_.nature != Nature::count) return false;
    return goal_.direction == Direction::up ? is_reached : !is_reached;
  }

  void note_end() {
    const Day until = known_until(facts_);
    if (!facts_.history.values.empty() && until < goal_.days.end && facts_.makeup != Makeup::mean) {
      standing_.notes.push_back(
          fmt::format("nothing is known after {}: import the last days, and it is judged anew", format_day(until - 1)));
    }
  }

  static std::string reason_or_no_data(const std::string& reason) { return reason.empty() ? "no_data" : reason; }

  void judge_progress() {
    const double target = *standing_.target;
    if (!facts_.actual) {
      standing_.reason = has_begun() ? reason_or_no_data(facts_.actual_reason) : "not_begun";
      return;
    }
    if (!has_begun() && facts_.makeup != Makeup::last) {
      standing_.reason = "not_begun";
      return;
    }
    double from = facts_.baseline.value_or(0);
    const bool is_sum = facts_.makeup == Makeup::sum || facts_.makeup == Makeup::unknown;
    const bool on_the_way = facts_.baseline && (goal_.direction == Direction::up ? from < target : from > target);
    if (is_sum) {
      // The same share of the baseline is what an unchanged period would have come to by now.
      if (!on_the_way && goal_.direction == Direction::up) {
        if (target != 0) standing_.progress = *facts_.actual / target;
        return;
      }
      if (on_the_way) {
        standing_.progress = (*facts_.actual - from * *standing_.expected) / (target - from);
        return;
      }
    }
    if (!facts_.baseline) {
      standing_.reason = reason_or_no_data(facts_.baseline_reason);
    } else if (same_value(target, from) || !on_the_way) {
      standing_.reason = "not_applicable";
      standing_.notes.emplace_back("the baseline is on the target's side already: there is no way to go");
    } else {
      standing_.progress = (*facts_.actual - from) / (target - from);
    }
  }

  void judge_chance(DayRange days, double target) {
    const Outcomes outcomes = outcomes_of(days, facts_);
    if (!outcomes.values.empty()) {
      standing_.model = "forecast";
      standing_.probability = share_reaching(goal_, target, outcomes.values);
      standing_.forecast = middle_of(outcomes.values);
      standing_.status = status_of(*standing_.probability);
      return;
    }
    standing_.model_reason = outcomes.missing;
    judge_pace(days, target);
  }

  // The simpler model: it goes on as it has gone since the start.
  void judge_pace(DayRange days, double target) {
    const double share = share_behind(days, facts_);
    if (!facts_.actual || share <= 0) {
      standing_.status = "no_data";
      if (standing_.reason.empty()) standing_.reason = has_begun() ? "no_data" : "not_begun";
      return;
    }
    standing_.model = "pace";
    double end = *facts_.actual;
    if (facts_.makeup == Makeup::sum || facts_.makeup == Makeup::unknown) end = *facts_.actual / share;
    if (facts_.makeup == Makeup::last && facts_.baseline && goal_.target.kind != TargetKind::keep) {
      end = *facts_.baseline + (*facts_.actual - *facts_.baseline) / share;
    }
    const bool is_near =
        standing_.progress && standing_.expected && *standing_.progress >= near_pace * *standing_.expected;
    standing_.status = reaches(goal_, target, end) ? "on_track" : is_near ? "at_risk" : "off_track";
  }

  void judge_kept() {
    standing_.target = goal_.target.value;
    standing_.periods = facts_.periods;
    int over = 0, kept = 0;
    const KeptPeriod* running = nullptr;
    for (KeptPeriod& period : standing_.periods) {
      if (period.days.end <= facts_.today && period.value) {
        period.kept = reaches(goal_, goal_.target.value, *period.value);
        ++over;
        kept += *period.kept ? 1 : 0;
      }
      if (period.days.contains(facts_.today)) running = &period;
    }
    if (over > 0) {
      standing_.progress = static_cast<double>(kept) / over;
      standing_.expected = 1;
      if (kept < over) {
        standing_.notes.push_back(fmt::format("{} of {} {} that are over did not keep it", over - kept, over,
                                              over == 1 ? "period" : "periods"));
      }
    } else {
      standing_.reason = has_begun() ? "no_data" : "not_begun";
    }
    if (is_over()) {
      standing_.status = over == 0 ? "no_data" : kept == over ? "hit" : "missed";
      return;
    }
    const DayRange now = running != nullptr          ? running->days
                         : standing_.periods.empty() ? goal_.days
                                                     : standing_.periods.front().days;
    judge_chance(now, goal_.target.value);
    // What adds up and is over the limit stays so until the period ends.
    const bool is_sum = facts_.makeup == Makeup::sum && facts_.nature == Nature::count;
    if (is_sum && facts_.actual && goal_.direction == Direction::down &&
        !reaches(goal_, goal_.target.value, *facts_.actual)) {
      standing_.status = "off_track";
      standing_.probability = 0;
    }
  }

  const Goal& goal_;
  const GoalFacts& facts_;
  Standing standing_;
};

// The value of a stretch of the past, ending before `end`.
std::optional<double> stretch(const GoalFacts& facts, Day end, int length) {
  double sum = 0, weight = 0, weighted = 0;
  std::optional<double> last;
  int known = 0;
  for (Day day = end - length; day < end; day = day + 1) {
    const int at = day - facts.history.first;
    if (at < 0 || at >= static_cast<int>(facts.history.values.size())) continue;
    const auto& value = facts.history.values[static_cast<size_t>(at)];
    if (!value) continue;
    ++known;
    last = value;
    sum += *value;
    weight += weight_at(facts, static_cast<size_t>(at));
    weighted += weight_at(facts, static_cast<size_t>(at)) * *value;
  }
  switch (facts.makeup) {
    case Makeup::last:
      return last;
    case Makeup::mean:
      return weight > 0 ? std::optional(weighted / weight) : std::nullopt;
    case Makeup::sum:
      // A stretch of which much is missing is no measure of one that is whole.
      return known * 10 >= length * 9 ? std::optional(sum) : std::nullopt;
    case Makeup::unknown:
      break;
  }
  return std::nullopt;
}

// How much the goal asks for beside its baseline, as a share of it where it can be.
struct Asked {
  bool is_share = true;
  double amount = 0;
};
std::optional<Asked> asked_of(const Goal& goal, std::optional<double> baseline) {
  const double sign = goal.direction == Direction::down ? -1 : 1;
  switch (goal.target.kind) {
    case TargetKind::relative:
      return Asked{true, sign * goal.target.value};
    case TargetKind::change:
      return Asked{false, sign * goal.target.value};
    case TargetKind::absolute:
      if (!baseline) return std::nullopt;
      return Asked{false, goal.target.value - *baseline};
    case TargetKind::keep:
      break;
  }
  return std::nullopt;
}

std::optional<Feasibility> kept_before(const Goal& goal, const GoalFacts& facts) {
  const DayRange one = bucket_of(facts.today, bucket_of_cadence(goal.cadence), Weekday::monday);
  Feasibility found;
  Day end = known_until(facts);
  for (int n = 0; n < windows_max; ++n, end = end - one.days()) {
    const std::optional<double> value = stretch(facts, end, one.days());
    if (!value || end - one.days() < facts.history.first) break;
    ++found.tried;
    found.reached += reaches(goal, goal.target.value, *value) ? 1 : 0;
  }
  return found.tried > 0 ? std::optional(found) : std::nullopt;
}

}  // namespace

Makeup makeup_of(const catalog::Kpi& kpi) {
  using catalog::Class;
  switch (kpi.additivity) {
    case Class::flow:
    case Class::lifetime:
      return Makeup::sum;
    case Class::modelled:
      return Makeup::sum;
    case Class::stock:
      return Makeup::last;
    case Class::unique:
      return Makeup::unknown;
    case Class::ratio:
    case Class::duration:
    case Class::index:
      break;
  }
  return Makeup::mean;
}

bool reaches(const Goal& goal, double target, double value) {
  const bool is_equal = same_value(value, target);
  switch (goal.direction) {
    case Direction::up:
      return is_equal ? goal.target.inclusive : value > target;
    case Direction::down:
      return is_equal ? goal.target.inclusive : value < target;
    case Direction::range:
      break;
  }
  const double high = goal.target.upto.value_or(target);
  if (is_equal || same_value(value, high)) return goal.target.inclusive;
  return value > target && value < high;
}

std::optional<double> target_value(const Goal& goal, std::optional<double> baseline) {
  const double sign = goal.direction == Direction::down ? -1 : 1;
  switch (goal.target.kind) {
    case TargetKind::relative:
      if (!baseline || *baseline == 0) return std::nullopt;
      return *baseline + sign * goal.target.value * std::fabs(*baseline);
    case TargetKind::change:
      if (!baseline) return std::nullopt;
      return *baseline + sign * goal.target.value;
    case TargetKind::absolute:
    case TargetKind::keep:
      break;
  }
  return goal.target.value;
}

double share_behind(DayRange days, const GoalFacts& facts) {
  return DayShares(days, facts).before(facts.today);
}

ComparableBaseline comparable_baseline(const Goal& goal, const GoalFacts& facts) {
  ComparableBaseline found{facts.baseline, {}};
  const DayRange days = goal.baseline.days;
  if (!found.value || goal.baseline.stated || facts.makeup != Makeup::sum) return found;
  if (days.end > facts.today) {
    const double share = share_behind(days, facts);
    if (share < shortest_baseline) return {std::nullopt, {"the baseline's period has hardly begun"}};
    *found.value /= share;
    found.notes.push_back(
        fmt::format("the baseline's period runs until {}: it is taken to go on as so far", format_day(days.end - 1)));
  }
  const double longer = static_cast<double>(goal.days.days()) / days.days();
  if (longer > 1.15 || longer < 0.87) {  // a month is up to a tenth longer than another
    *found.value *= longer;
    found.notes.push_back(
        fmt::format("the baseline's {} days are counted as the goal's {}", days.days(), goal.days.days()));
  }
  return found;
}

Standing stand(const Goal& goal, const GoalFacts& facts) {
  ComparableBaseline baseline = comparable_baseline(goal, facts);
  GoalFacts comparable = facts;
  comparable.baseline = baseline.value;
  Standing standing = Judge(goal, comparable).run();
  standing.notes.insert(standing.notes.begin(), baseline.notes.begin(), baseline.notes.end());
  return standing;
}

std::optional<Feasibility> feasibility(const Goal& goal, const GoalFacts& facts) {
  if (facts.history.values.empty()) return std::nullopt;
  if (goal.target.kind == TargetKind::keep) return kept_before(goal, facts);
  const std::optional<Asked> asked = asked_of(goal, comparable_baseline(goal, facts).value);
  if (!asked) return std::nullopt;
  const int length = goal.days.days();
  Feasibility found;
  Day end = known_until(facts);
  for (int n = 0; n < windows_max; ++n, end = end - length) {
    if (end - 2 * length < facts.history.first) break;
    const std::optional<double> now = stretch(facts, end, length), before = stretch(facts, end - length, length);
    if (!now || !before || (asked->is_share && *before == 0)) continue;
    const double change = asked->is_share ? (*now - *before) / std::fabs(*before) : *now - *before;
    ++found.tried;
    const bool did = asked->amount >= 0 ? change >= asked->amount : change <= asked->amount;
    found.reached += did ? 1 : 0;
  }
  return found.tried > 0 ? std::optional(found) : std::nullopt;
}

}  // namespace sociometer::insights
