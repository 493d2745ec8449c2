// Goals as fields: what the API takes and gives, and what is stored.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "insights/goal_kpi.h"
#include "insights/goal_period.h"
#include "insights/goals.h"

namespace sociometer::insights {
namespace {

constexpr std::array<std::string_view, 3> directions{"up", "down", "range"};
constexpr std::array<std::string_view, 4> kinds{"relative", "change", "absolute", "keep"};
constexpr std::array<std::string_view, 5> cadence_names{"daily", "weekly", "monthly", "quarterly", "yearly"};
constexpr std::array<std::string_view, 13> known_fields{"sentence",  "kpi",      "variant", "filter", "direction",
                                                        "target",    "baseline", "start",   "due",    "cadence",
                                                        "rationale", "owner",    "scope"};

template <size_t Size>
std::optional<size_t> place_of(const std::array<std::string_view, Size>& names, std::string_view text) {
  const auto at = std::ranges::find(names, text);
  if (at == names.end()) return std::nullopt;
  return static_cast<size_t>(at - names.begin());
}

template <size_t Size>
Error none_of(const std::array<std::string_view, Size>& names, std::string_view text, const char* field) {
  return invalid(fmt::format("{} is one of {}, not \"{}\"", field,
                             join(std::vector<std::string>(names.begin(), names.end()), ", "), text),
                 field);
}

const Json* member(const JsonObject& object, std::string_view key) {
  const Json* found = object.if_contains(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

Result<std::optional<double>> number_of(const JsonObject& object, std::string_view key, const char* field) {
  const Json* found = member(object, key);
  if (found == nullptr) return std::optional<double>();
  if (!found->is_number() || !std::isfinite(found->to_number<double>())) {
    return invalid(fmt::format("{} of {} is a number", key, field), field);
  }
  return std::optional(found->to_number<double>());
}

class FieldsReader {
 public:
  FieldsReader(const JsonObject& fields, const GoalWorld& world) : fields_(fields), world_(world) {}

  Result<Understood> read() {
    for (const auto& each : fields_) {
      const std::string_view key(each.key().data(), each.key().size());
      if (place_of(known_fields, key)) continue;
      const std::vector<std::string_view> known(known_fields.begin(), known_fields.end());
      const std::string_view near = nearest(key, known);
      return invalid(fmt::format("a goal has no field \"{}\"{}{}{}", key, near.empty() ? "" : "; did you mean ", near,
                                 near.empty() ? "" : "?"),
                     std::string(key));
    }
    Understood understood;
    if (member(fields_, "sentence") != nullptr) {
      TRY_DONE(only_a_sentence());
      TRY(const std::string sentence, json_string(fields_, "sentence"));
      TRY(understood, understand(sentence, world_));
      TRY_DONE(read_cadence(understood.goal));
    } else {
      TRY(understood, read_fields());
    }
    TRY(const std::string rationale, json_string(fields_, "rationale"));
    if (!rationale.empty()) understood.rationale = rationale;
    return understood;
  }

 private:
  Result<Done> only_a_sentence() const {
    for (const char* field : {"kpi", "variant", "filter", "scope", "direction", "target", "baseline", "start", "due"}) {
      if (member(fields_, field) == nullptr) continue;
      return invalid(fmt::format("say the goal as a sentence or in fields, not both: leave out {} or sentence", field),
                     field);
    }
    return Done{};
  }

  // A target in words – "by 12 %" – is a sentence with the KPI of the fields.
  Result<Understood> read_fields() {
    TRY(const KpiChoice choice, read_kpi());
    Understood understood;
    Goal& goal = understood.goal;
    const Json* target = member(fields_, "target");
    if (target == nullptr)
      return invalid("a goal needs a target: say target as \"by 12 %\", or as kind and value", "target");
    if (target->is_string()) {
      TRY(understood, read_words(choice, std::string(target->get_string())));
    } else if (target->is_object()) {
      TRY_DONE(read_target(goal, choice, target->get_object()));
    } else {
      return invalid("target is words such as \"by 12 %\", or an object of kind and value", "target");
    }
    goal.kpi = choice.kpi->key;
    goal.variant = choice.variant->key;
    TRY_DONE(read_filter(goal));
    TRY_DONE(read_cadence(goal));
    TRY_DONE(read_time(goal));
    return understood;
  }

  using KpiChoice = catalog::KpiChoice;

  Result<KpiChoice> read_kpi() const {
    TRY(std::string kpi, json_string(fields_, "kpi"));
    TRY(const std::string variant, json_string(fields_, "variant"));
    if (kpi.empty()) return invalid("a goal needs a KPI: say kpi, such as engagement_rate", "kpi");
    if (variant.empty()) return kpi_of_text(kpi, world_.catalog);
    TRY(const KpiChoice found, kpi_of_text(kpi, world_.catalog));
    Result<KpiChoice> choice = world_.catalog.find_kpi(found.kpi->key + ":" + variant);
    if (!choice) return invalid(choice.error().message, "variant");
    return choice;
  }

  Result<Understood> read_words(const KpiChoice& choice, const std::string& words) const {
    TRY(const std::string direction, json_string(fields_, "direction"));
    if (!direction.empty() && !place_of(directions, direction)) return none_of(directions, direction, "direction");
    const char* verb = direction == "up" ? "Increase" : direction == "down" ? "Lower" : "Improve";
    const std::string kpi = choice.kpi->key + (choice.variant->key.empty() ? "" : ":" + choice.variant->key);
    const std::string low = lower(words);
    const bool has_verb = low.starts_with("keep") || low.starts_with("double") || low.starts_with("halve");
    Result<Understood> understood = has_verb ? understand(fmt::format("{} {}", kpi, words), world_)
                                             : understand(fmt::format("{} {} {}", verb, kpi, words), world_);
    if (!understood) return invalid(understood.error().message, "target");
    return understood;
  }

  Result<Done> read_target(Goal& goal, const KpiChoice& choice, const JsonObject& object) const {
    for (const auto& each : object) {
      const std::string_view key(each.key().data(), each.key().size());
      if (key != "kind" && key != "value" && key != "high" && key != "inclusive") {
        return invalid(fmt::format("a target has kind, value, high and inclusive, and no \"{}\"", key), "target");
      }
    }
    TRY(const std::string kind, json_string(object, "kind"));
    const std::optional<size_t> place = place_of(kinds, kind);
    if (!place) return none_of(kinds, kind, "target");
    goal.target.kind = static_cast<TargetKind>(*place);
    TRY(const std::optional<double> value, number_of(object, "value", "target"));
    if (!value) return invalid("a target needs a value: 0.12 is 12 %", "target");
    goal.target.value = *value;
    TRY(goal.target.upto, number_of(object, "high", "target"));
    if (const Json* inclusive = member(object, "inclusive")) {
      if (!inclusive->is_bool()) return invalid("inclusive is true or false", "target");
      goal.target.inclusive = inclusive->get_bool();
    }
    return read_direction(goal, choice);
  }

  Result<Done> read_direction(Goal& goal, const KpiChoice& choice) const {
    TRY(const std::string text, json_string(fields_, "direction"));
    const bool changes = goal.target.kind == TargetKind::relative || goal.target.kind == TargetKind::change;
    if (changes && goal.target.value <= 0) {
      return invalid("the value of a change is above 0; direction says which way", "target");
    }
    if (goal.target.upto) {
      if (goal.target.kind != TargetKind::keep || *goal.target.upto <= goal.target.value) {
        return invalid("a target with high is of kind keep, and high is above value", "target");
      }
      if (!text.empty() && text != "range") return invalid("the direction of a target with high is range", "direction");
      goal.direction = Direction::range;
      return Done{};
    }
    if (text.empty()) {
      if (choice.kpi->good == catalog::Good::none) return invalid("say whether it is to go up or down", "direction");
      goal.direction = choice.kpi->good == catalog::Good::down ? Direction::down : Direction::up;
      return Done{};
    }
    const std::optional<size_t> place = place_of(directions, text);
    if (!place || text == "range") return none_of(directions, text, "direction");
    goal.direction = static_cast<Direction>(*place);
    return Done{};
  }

  Result<Done> read_filter(Goal& goal) const {
    const Json* said = member(fields_, "filter");
    if (said == nullptr) said = member(fields_, "scope");
    if (said == nullptr) return Done{};
    if (!said->is_object()) return invalid("filter is an object of dimension and member", "filter");
    for (const auto& each : said->get_object()) {
      const std::string dimension(each.key());
      if (world_.catalog.dimension(dimension) == nullptr) {
        return invalid(fmt::format("there is no dimension \"{}\"", dimension), "filter");
      }
      const JsonArray list = each.value().is_array() ? each.value().get_array() : JsonArray{each.value()};
      for (const Json& one : list) {
        if (!one.is_string() || one.get_string().empty()) {
          return invalid(fmt::format("the members of {} are words", dimension), "filter");
        }
        goal.filter[dimension].emplace_back(one.get_string());
      }
    }
    return Done{};
  }

  Result<Done> read_cadence(Goal& goal) const {
    TRY(const std::string text, json_string(fields_, "cadence"));
    if (text.empty()) return Done{};
    TRY(goal.cadence, parse_cadence(text));
    return Done{};
  }

  Result<std::optional<DayRange>> period(const JsonObject& object, const char* key, const char* field) const {
    TRY(const std::string text, json_string(object, key));
    if (text.empty()) return std::optional<DayRange>();
    const Result<DayRange> days = parse_period(text, world_);
    if (!days) return invalid(days.error().message, field);
    return std::optional(*days);
  }

  Result<Done> read_time(Goal& goal) const {
    TRY(const std::optional<DayRange> start, period(fields_, "start", "start"));
    TRY(const std::optional<DayRange> due, period(fields_, "due", "due"));
    const bool in_words = goal.days.first < goal.days.end;
    const Day first = start ? start->first : in_words ? goal.days.first : world_.today;
    const Day end = due                                 ? due->end
                    : in_words && goal.days.end > first ? goal.days.end
                                                        : make_day(calendar_date(first).year + 1, 1, 1);
    if (end <= first) return invalid("the goal would be due before it starts: say a later day", "due");
    const bool by_year = in_words && goal.baseline.days == year_before(goal.days);
    goal.days = {first, end};
    goal.baseline.days = by_year ? year_before(goal.days) : period_before(goal.days);
    return read_baseline(goal);
  }

  Result<Done> read_baseline(Goal& goal) const {
    const Json* said = member(fields_, "baseline");
    if (said == nullptr) return Done{};
    if (said->is_string()) {
      const std::string text = lower(std::string_view(said->get_string()));
      if (text == "year over year" || text == "last year") {
        goal.baseline.days = year_before(goal.days);
        return Done{};
      }
      const Result<DayRange> days = parse_period(text, world_);
      if (!days) return invalid(days.error().message, "baseline");
      goal.baseline.days = *days;
      return Done{};
    }
    if (!said->is_object()) return invalid("baseline is a period, or an object of from and to", "baseline");
    const JsonObject& object = said->get_object();
    TRY(const std::optional<DayRange> from, period(object, "from", "baseline"));
    TRY(const std::optional<DayRange> to, period(object, "to", "baseline"));
    if (from || to) {
      if (!from || !to || to->end <= from->first) {
        return invalid("a baseline has both from and to, and to is not before from", "baseline");
      }
      goal.baseline.days = {from->first, to->end};
    }
    TRY(goal.baseline.stated, number_of(object, "value", "baseline"));
    return Done{};
  }

  const JsonObject& fields_;
  const GoalWorld& world_;
};

Result<Day> day_in(const JsonObject& object, std::string_view key) {
  TRY(const std::string text, json_string(object, key));
  return parse_day(text);
}

}  // namespace

std::string_view name(Direction direction) {
  return directions[static_cast<size_t>(direction)];
}
std::string_view name(TargetKind kind) {
  return kinds[static_cast<size_t>(kind)];
}
std::string_view name(Cadence cadence) {
  return cadence_names[static_cast<size_t>(cadence)];
}

Result<Cadence> parse_cadence(std::string_view text) {
  const std::optional<size_t> place = place_of(cadence_names, lower(text));
  if (!place) return none_of(cadence_names, text, "cadence");
  return static_cast<Cadence>(*place);
}

Bucket bucket_of_cadence(Cadence cadence) {
  return static_cast<Bucket>(static_cast<int>(cadence));
}
static_assert(static_cast<int>(Bucket::day) == static_cast<int>(Cadence::daily) &&
              static_cast<int>(Bucket::year) == static_cast<int>(Cadence::yearly));

Result<Understood> goal_from_fields(const JsonObject& fields, const GoalWorld& world) {
  return FieldsReader(fields, world).read();
}

JsonObject goal_fields(const Goal& goal) {
  JsonObject filter;
  for (const auto& [dimension, members] : goal.filter) {
    if (members.size() == 1) {
      filter[dimension] = members.front();
    } else {
      filter[dimension] = JsonArray(members.begin(), members.end());
    }
  }
  JsonObject target{{"kind", name(goal.target.kind)}, {"value", goal.target.value}};
  if (goal.target.upto) target["high"] = *goal.target.upto;
  target["inclusive"] = goal.target.inclusive;
  JsonObject baseline{{"from", format_day(goal.baseline.days.first)}, {"to", format_day(goal.baseline.days.end - 1)}};
  if (goal.baseline.stated) baseline["value"] = *goal.baseline.stated;
  return {{"kpi", goal.kpi},
          {"variant", goal.variant.empty() ? Json(nullptr) : Json(goal.variant)},
          {"filter", std::move(filter)},
          {"direction", name(goal.direction)},
          {"target", std::move(target)},
          {"baseline", std::move(baseline)},
          {"start", format_day(goal.days.first)},
          {"due", format_day(goal.days.end - 1)},
          {"cadence", name(goal.cadence)}};
}

Result<Goal> goal_from_stored(const JsonObject& fields) {
  const auto unreadable = [] { return internal("a stored goal is no longer readable"); };
  Goal goal;
  TRY(goal.kpi, json_string(fields, "kpi"));
  TRY(goal.variant, json_string(fields, "variant"));
  const Json* filter = member(fields, "filter");
  const Json* target = member(fields, "target");
  const Json* baseline = member(fields, "baseline");
  for (const Json* part : {filter, target, baseline}) {
    if (part == nullptr || !part->is_object()) return unreadable();
  }
  for (const auto& each : filter->get_object()) {
    const JsonArray list = each.value().is_array() ? each.value().get_array() : JsonArray{each.value()};
    for (const Json& one : list) {
      if (!one.is_string()) return unreadable();
      goal.filter[std::string(each.key())].emplace_back(one.get_string());
    }
  }
  TRY(const std::string direction, json_string(fields, "direction"));
  TRY(const std::string kind, json_string(target->get_object(), "kind"));
  const std::optional<size_t> which = place_of(directions, direction), what = place_of(kinds, kind);
  TRY(const std::optional<double> value, number_of(target->get_object(), "value", "target"));
  if (!which || !what || !value) return unreadable();
  goal.direction = static_cast<Direction>(*which);
  goal.target.kind = static_cast<TargetKind>(*what);
  goal.target.value = *value;
  TRY(goal.target.upto, number_of(target->get_object(), "high", "target"));
  const Json* inclusive = member(target->get_object(), "inclusive");
  goal.target.inclusive = inclusive == nullptr || !inclusive->is_bool() || inclusive->get_bool();
  TRY(goal.days.first, day_in(fields, "start"));
  TRY(const Day due, day_in(fields, "due"));
  goal.days.end = due + 1;
  TRY(goal.baseline.days.first, day_in(baseline->get_object(), "from"));
  TRY(const Day to, day_in(baseline->get_object(), "to"));
  goal.baseline.days.end = to + 1;
  TRY(goal.baseline.stated, number_of(baseline->get_object(), "value", "baseline"));
  TRY(const std::string cadence, json_string(fields, "cadence"));
  TRY(goal.cadence, parse_cadence(cadence));
  return goal;
}

}  // namespace sociometer::insights
