#include "insights/goal_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "base/text.h"

namespace sociometer::insights {
namespace {

using catalog::Good;
using catalog::KpiChoice;
using catalog::Unit;
using goal_words::Relation;
using goal_words::Scale;
using goal_words::Sense;

bool is_time(const KpiChoice& choice) {
  return choice.variant != nullptr && choice.variant->unit == Unit::seconds;
}

// As decimals go: 16.4 % is 0.164, which 16.4 / 100 is not.
double hundredth(double value) {
  const std::string text = fmt::format("{}", value);
  if (text.find('e') != std::string::npos) return value / 100;
  return std::strtod((text + "e-2").c_str(), nullptr);
}

class QuantityReader {
 public:
  QuantityReader(Tokens& tokens, const KpiChoice& choice) : tokens_(tokens), choice_(choice) {}

  std::vector<Quantity> read() {
    std::vector<Quantity> all;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      std::optional<Quantity> found = quantity_at(i);
      if (!found) continue;
      take_relations(*found);
      tokens_.take(found->begin, found->end - found->begin);
      i = found->end - 1;
      if (!all.empty() && found->begin == all.back().end + 1 && tokens_[all.back().end].text == "-") {
        all.back().between = true;  // "40–45 %"
        tokens_.take(all.back().end, 1);
      }
      all.push_back(*found);
    }
    return all;
  }

 private:
  static bool is_currency_sign(const Token& token) {
    return std::ranges::any_of(goal_words::units(), [&](const auto& unit) {
      return unit.scale == Scale::currency && unit.words == token.text;
    });
  }

  std::optional<Quantity> quantity_at(size_t i) const {
    if (!tokens_.free(i)) return std::nullopt;
    Quantity found{.begin = i, .end = i};
    size_t at = i;
    if (is_currency_sign(tokens_[at])) {
      found.scale = Scale::currency;
      found.currency = currency_of(tokens_[at].text);
      ++at;
    }
    if (!read_number(at, found)) return std::nullopt;
    read_unit(found);
    // "1 hour 30 minutes"
    while (found.scale == Scale::second) {
      Quantity more{.begin = found.end, .end = found.end};
      const size_t next = tokens_.is(found.end, "and") ? found.end + 1 : found.end;
      if (!read_number(next, more)) break;
      read_unit(more);
      if (more.scale != Scale::second || more.value >= found.value) break;
      found.value += more.value;
      found.end = more.end;
    }
    return found;
  }

  static std::string currency_of(std::string_view text) {
    for (const auto& unit : goal_words::units()) {
      if (unit.words == text) return std::string(unit.currency);
    }
    return {};
  }

  bool read_number(size_t at, Quantity& found) const {
    size_t count = 0;
    if (tokens_.is_number(at)) {
      found.value = tokens_[at].number;
      found.end = at + 1;
      const auto* multiplier = tokens_.longest(found.end, goal_words::multipliers(), &count);
      if (multiplier != nullptr && !is_time(choice_)) {
        found.value *= multiplier->value;
        found.end += count;
      }
      return true;
    }
    if (const auto* part = tokens_.longest(at, goal_words::parts(), &count);
        part != nullptr && at > 0 && tokens_.is(at - 1, "by") && !tokens_.is(at + count, "a") &&
        !tokens_.is(at + count, "an")) {
      found.value = part->value;
      found.scale = Scale::percent;
      found.end = at + count;
      return true;
    }
    const auto* word = tokens_.longest(at, goal_words::numbers(), &count);
    if (word == nullptr) return false;
    const bool is_article = word->words == "a" || word->words == "an" || word->words.starts_with("half");
    size_t size = 0;
    const auto* unit = tokens_.longest(at + count, goal_words::units(), &size);
    const bool counts =
        unit != nullptr && (unit->scale == Scale::points || (unit->scale == Scale::second && is_time(choice_)));
    if (is_article && !counts) return false;
    if (word->words == "one" && unit == nullptr) return false;
    found.value = word->value;
    found.end = at + count;
    return true;
  }

  void read_unit(Quantity& found) const {
    if (found.scale == Scale::percent) return;
    size_t count = 0;
    const auto* unit = tokens_.longest(found.end, goal_words::units(), &count);
    if (unit == nullptr) return;
    if (unit->scale == Scale::per_day && choice_.variant != nullptr && choice_.variant->unit != Unit::per_day) return;
    if (unit->scale == Scale::second) found.value *= unit->factor;
    if (unit->scale == Scale::per_day) found.value /= unit->factor;
    if (unit->scale == Scale::currency) {
      found.value *= unit->factor;
      found.currency = unit->currency;
    }
    if (unit->scale != Scale::none) found.scale = unit->scale;
    found.end += count;
  }

  // "at least about 40", "40 or more".
  void take_relations(Quantity& found) {
    for (std::string_view hedge : {"about", "around", "approximately", "roughly", "just", "only", "nearly", "the", "an",
                                   "a", "some", "another", "full"}) {
      if (found.begin > 0 && tokens_.is(found.begin - 1, hedge)) --found.begin;
    }
    size_t best = 0;
    for (const auto& row : goal_words::before_quantity()) {
      const size_t count = static_cast<size_t>(std::ranges::count(row.words, ' ')) + 1;
      if (count <= best || count > found.begin || tokens_.match(found.begin - count, row.words) != count) continue;
      best = count;
      found.relation = row.relation;
    }
    const std::string lead = best > 0 ? tokens_[found.begin - best].text : "";
    found.begin -= best;
    // "up to 40" after a verb of rising is "to 40".
    if (lead == "up" && best == 2) found.relation = said_rise(found.begin) ? Relation::to : Relation::at_most;
    if (best == 0 && found.begin > 0) {
      found.between = tokens_.is(found.begin - 1, "between");
      found.from = tokens_.is(found.begin - 1, "from");
      if (found.between || found.from) --found.begin;
    }
    size_t count = 0;
    if (const auto* after = tokens_.longest(found.end, goal_words::after_quantity(), &count)) {
      found.relation = after->relation;
      found.end += count;
    }
  }

  bool said_rise(size_t before) const {
    for (size_t i = 0; i < before; ++i) {
      for (const auto& verb : goal_words::verbs()) {
        if (tokens_.match(i, verb.words) > 0 && (verb.sense == Sense::up || verb.sense == Sense::get)) return true;
      }
    }
    return false;
  }

  Tokens& tokens_;
  const KpiChoice& choice_;
};

Error contradiction() {
  return invalid("the sentence says both up and down: say one of them, as in \"Increase reach by 10 % in Q3\"",
                 "direction");
}

Result<Done> take_verbs(Tokens& tokens, WantedChange& wanted) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    size_t count = 0;
    const auto* verb = tokens.free(i) ? tokens.longest(i, goal_words::verbs(), &count) : nullptr;
    if (verb == nullptr) continue;
    wanted.leaves = true;
    tokens.take(i, count);
    switch (verb->sense) {
      case Sense::keep:
        wanted.keeps = true;
        break;
      case Sense::limit:
        wanted.limits = wanted.keeps = true;
        break;
      case Sense::times:
        wanted.factor = verb->factor;
        break;
      case Sense::get:
        break;
      case Sense::improve:
        if (!wanted.sense) wanted.sense = Sense::improve;
        break;
      case Sense::up:
      case Sense::down:
        if (wanted.sense && *wanted.sense != verb->sense && *wanted.sense != Sense::improve) return contradiction();
        wanted.sense = verb->sense;
        break;
    }
  }
  return Done{};
}

// The aim of a KPI.
class Aiming {
 public:
  Aiming(const WantedChange& wanted, const KpiChoice& choice, bool recurs, const GoalWorld& world)
      : wanted_(wanted), choice_(choice), unit_(choice.variant->unit), recurs_(recurs), world_(world) {}

  Result<Aim> run() {
    if (wanted_.factor) return times();
    const std::vector<Quantity>& all = wanted_.quantities;
    if (all.empty()) return no_target();
    if (all.size() == 2 && all[0].between) return range();
    const bool starts_from = all.size() == 2 && all[0].from;
    if (all.size() > (starts_from ? 2U : 1U)) {
      return invalid("the sentence has more than one target: say one goal at a time", "target");
    }
    if (starts_from) {
      Quantity from = all[0];
      if (from.scale == Scale::none) from.scale = all[1].scale == Scale::second ? Scale::none : all[1].scale;
      TRY(aim_.stated_baseline, absolute(from));
    }
    return one(all.back(), starts_from);
  }

 private:
  Error no_target() const {
    return invalid(fmt::format("the sentence names no target: say by how much or to which value, as in \"{} by 12 %\" "
                               "or \"{} to {}\"",
                               choice_.kpi->good == Good::down ? "lower it" : "increase it",
                               choice_.kpi->good == Good::down ? "lower it" : "increase it",
                               amount_words(TargetKind::absolute, example(), choice_, world_.currency)),
                   "target");
  }
  double example() const {
    switch (unit_) {
      case Unit::ratio:
        return is_multiple() ? 3 : choice_.kpi->additivity == catalog::Class::index ? 0.4 : 0.04;
      case Unit::seconds:
        return 1800;
      case Unit::per_day:
      case Unit::score:
        return 4.5;
      case Unit::money:
      case Unit::count:
      case Unit::people:
      case Unit::characters:
        return 1000;
    }
    return 1000;
  }

  bool is_multiple() const {
    return std::ranges::find(goal_words::multiples(), std::string_view(choice_.kpi->key)) !=
           goal_words::multiples().end();
  }
  bool is_index() const { return unit_ == Unit::ratio && choice_.kpi->additivity == catalog::Class::index; }

  Result<Direction> direction() const {
    if (wanted_.sense == Sense::up) return Direction::up;
    if (wanted_.sense == Sense::down) return Direction::down;
    if (choice_.kpi->good == Good::up) return Direction::up;
    if (choice_.kpi->good == Good::down) return Direction::down;
    return invalid(
        fmt::format("neither more nor less of {} is better by itself: say increase or lower", choice_.kpi->key),
        "direction");
  }

  Result<Aim> times() {
    const double factor = *wanted_.factor;
    if (!wanted_.quantities.empty()) return invalid("the sentence has more than one target: say one", "target");
    if (recurs_) return repeats();
    aim_.direction = factor > 1 ? Direction::up : Direction::down;
    aim_.target = {TargetKind::relative, std::fabs(factor - 1), {}, true};
    return std::move(aim_);
  }

  static Error repeats() {
    return invalid(
        "a change in every period is not a goal that can be judged: say it for the whole time, \"by 24 % by the end of "
        "the year\", or a value to keep, \"keep it above 1,000 every month\"",
        "target");
  }

  Result<Aim> range() {
    Quantity low = wanted_.quantities[0];
    const Quantity& high = wanted_.quantities[1];
    if (low.scale == Scale::none) {
      low.scale = high.scale;
      if (high.scale == Scale::second)
        return invalid("say the unit of both times, \"between 30 minutes and 1 hour\"", "target");
    }
    TRY(const double from, absolute(low));
    TRY(const double to, absolute(high));
    if (from >= to) return invalid("the first value of \"between … and …\" must be the smaller one", "target");
    aim_.direction = Direction::range;
    aim_.target = {TargetKind::keep, from, to, true};
    return std::move(aim_);
  }

  // Whether the quantity is a difference from the baseline.
  bool is_change(const Quantity& said) const {
    if (said.relation == Relation::by || said.scale == Scale::points) return said.relation != Relation::to;
    if (said.relation != Relation::none) return false;
    const bool turns = wanted_.sense.has_value() && !wanted_.keeps;
    if (!turns) return false;
    // "Gain 500 followers" adds to those there are; "gain 200 leads" is how many there shall be.
    return said.scale == Scale::percent || choice_.kpi->additivity != catalog::Class::flow ||
           wanted_.sense != Sense::up;
  }

  Result<Aim> one(const Quantity& said, bool starts_from) {
    if (is_change(said) && !starts_from) return change(said);
    TRY(const double value, absolute(said));
    bool inclusive = true;
    TRY(aim_.direction, side(said.relation, &inclusive));
    const bool keeps = wanted_.keeps || recurs_;
    aim_.target = {keeps ? TargetKind::keep : TargetKind::absolute, value, {}, inclusive};
    return std::move(aim_);
  }

  // Which side of the value is wanted.
  Result<Direction> side(Relation relation, bool* inclusive) const {
    const bool rises = wanted_.sense == Sense::up, falls = wanted_.sense == Sense::down;
    // "Don't let it exceed 2 hours": at most 2 hours.
    if (wanted_.limits && relation != Relation::at_least && relation != Relation::at_most) {
      return relation == Relation::below ? Direction::up : Direction::down;
    }
    *inclusive = relation != Relation::above && relation != Relation::below;
    switch (relation) {
      case Relation::above:
      case Relation::at_least:
        if (falls) return contradiction();
        return Direction::up;
      case Relation::below:
      case Relation::at_most:
        if (rises) return contradiction();
        return Direction::down;
      case Relation::none:
      case Relation::by:
      case Relation::to:
        break;
    }
    if (rises) return Direction::up;
    if (falls) return Direction::down;
    if (choice_.kpi->good == Good::down) return Direction::down;
    if (wanted_.keeps && choice_.kpi->good == Good::none) {
      return invalid(
          fmt::format("neither more nor less of {} is better by itself: say above or below", choice_.kpi->key),
          "direction");
    }
    return Direction::up;
  }

  Result<Aim> change(const Quantity& said) {
    if (wanted_.keeps) {
      return invalid("to keep a number says no change of it: say \"keep it above\" or \"below\" a value", "target");
    }
    if (recurs_) return repeats();
    Quantity amount = said;
    const bool turns_down = amount.value < 0;
    amount.value = std::fabs(amount.value);
    if (amount.value == 0) return invalid("a change by nothing is no goal", "target");
    TRY(aim_.direction, turns_down ? Result<Direction>(Direction::down) : direction());
    if (amount.scale == Scale::percent) {
      aim_.target = {TargetKind::relative, hundredth(amount.value), {}, true};
      return std::move(aim_);
    }
    if (amount.scale == Scale::none && unit_ == Unit::ratio && !is_multiple() && !is_index()) {
      return invalid(
          fmt::format("\"by {0}\" may be {0} % of what it is or {0} percentage points: say which", amount.value),
          "target");
    }
    TRY(const double value, absolute(amount));
    aim_.target = {TargetKind::change, value, {}, true};
    return std::move(aim_);
  }

  // A quantity in the KPI's unit.
  Result<double> absolute(const Quantity& said) {
    switch (said.scale) {
      case Scale::percent:
        if (unit_ == Unit::ratio) return hundredth(said.value);
        return invalid(
            fmt::format("{} is not a percentage: say a value, or a change \"by {} %\"", choice_.kpi->key, said.value),
            "target");
      case Scale::points:
        if (unit_ == Unit::ratio) return hundredth(said.value);
        if (unit_ == Unit::score) return said.value;
        return invalid(fmt::format("{} has no points: say a number", choice_.kpi->key), "target");
      case Scale::second:
        if (unit_ == Unit::seconds) return said.value;
        return invalid(fmt::format("{} is not a time: say a number", choice_.kpi->key), "target");
      case Scale::currency:
        if (unit_ != Unit::money) return invalid(fmt::format("{} is no amount of money", choice_.kpi->key), "target");
        if (!world_.currency.empty() && !said.currency.empty() && said.currency != world_.currency) {
          return invalid(fmt::format("the workspace counts in {}, not in {}: say the amount in {}", world_.currency,
                                     said.currency, world_.currency),
                         "target");
        }
        return said.value;
      case Scale::per_day:
        return said.value;
      case Scale::none:
        break;
    }
    return bare(said.value);
  }

  Result<double> bare(double value) const {
    if (unit_ == Unit::seconds) {
      return invalid(fmt::format("\"{}\" of what? Say seconds, minutes, hours or days", value), "target");
    }
    if (unit_ != Unit::ratio || is_multiple()) return value;
    if (is_index()) return hundredth(value);
    if (value <= 1)
      return invalid(fmt::format("\"{}\" of a rate: say {} % or {} %", value, value, value * 100), "target");
    return hundredth(value);
  }

  const WantedChange& wanted_;
  const KpiChoice& choice_;
  const Unit unit_;
  const bool recurs_;
  const GoalWorld& world_;
  Aim aim_;
};

// A number as people write it, with as many decimals as it has.
std::string number_words(double value) {
  std::string text = fmt::format("{:.10f}", std::fabs(value));
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  const size_t point = std::min(text.find('.'), text.size());
  for (size_t place = point; place > 3; place -= 3) text.insert(place - 3, ",");
  return (value < 0 ? "-" : "") + text;
}

std::string time_words(double seconds) {
  struct Step {
    double size;
    const char* one;
    const char* many;
  };
  static constexpr std::array<Step, 3> steps{
      {{86400, "day", "days"}, {3600, "hour", "hours"}, {60, "minute", "minutes"}}};
  for (const Step& step : steps) {
    const double count = seconds / step.size;
    if (count < 1 || count != std::floor(count) || (step.size == 86400 && count < 3)) continue;
    return fmt::format("{} {}", number_words(count), count == 1 ? step.one : step.many);
  }
  return fmt::format("{} {}", number_words(seconds), seconds == 1 ? "second" : "seconds");
}

}  // namespace

Result<WantedChange> take_wanted(Tokens& tokens, const KpiChoice& choice) {
  WantedChange wanted;
  wanted.quantities = QuantityReader(tokens, choice).read();
  TRY_DONE(take_verbs(tokens, wanted));
  return wanted;
}

Result<Aim> aim_of(const WantedChange& wanted, const KpiChoice& choice, bool recurs, const GoalWorld& world) {
  return Aiming(wanted, choice, recurs, world).run();
}

std::string amount_words(TargetKind kind, double value, const KpiChoice& choice, std::string_view currency) {
  if (kind == TargetKind::relative) return number_words(value * 100) + " %";
  const bool is_multiple =
      std::ranges::find(goal_words::multiples(), std::string_view(choice.kpi->key)) != goal_words::multiples().end();
  switch (choice.variant->unit) {
    case Unit::ratio:
      if (is_multiple) return number_words(value);
      if (kind == TargetKind::change)
        return number_words(value * 100) + (value == 0.01 ? " percentage point" : " percentage points");
      return number_words(value * 100) + (choice.kpi->additivity == catalog::Class::index ? "" : " %");
    case Unit::seconds:
      return time_words(value);
    case Unit::money:
      return number_words(value) + (currency.empty() ? "" : " " + std::string(currency));
    case Unit::per_day:
      return number_words(value) + " a day";
    case Unit::score:
    case Unit::count:
    case Unit::people:
    case Unit::characters:
      break;
  }
  return number_words(value);
}

std::string goal_value_text(double value, const KpiChoice& choice, std::string_view currency) {
  const double rounded =
      choice.variant->unit == Unit::ratio ? std::round(value * 1e4) / 1e4 : std::round(value * 100) / 100;
  return amount_words(TargetKind::absolute, rounded, choice, currency);
}

}  // namespace sociometer::insights
