#include "surfaces/goals.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

using insights::Goal;
using insights::GoalFacts;
using insights::GoalWorld;
using insights::KeptPeriod;
using insights::Makeup;
using insights::TargetKind;

constexpr int history_days = 800;  // two years and some, so that a month is known by its like

GoalWorld world_of(const metrics::Scope& scope, const catalog::Catalog& catalog) {
  return {catalog, scope.zone.day_of(scope.now), scope.week_start, scope.currency};
}

// What is asked to judge one goal.
class Judging {
 public:
  Judging(const House& house, const metrics::Scope& scope, SeenGoal& seen)
      : house_(house), scope_(scope), seen_(seen), today_(scope.zone.day_of(scope.now)) {}

  Result<Done> run() {
    const Goal& goal = seen_.goal;
    facts_.today = today_;
    facts_.makeup = insights::makeup_of(*seen_.choice->kpi);
    TRY_DONE(ask_values());
    TRY_DONE(ask_history());
    if (goal.target.kind == TargetKind::keep) TRY_DONE(ask_periods());
    // Shown as it is set against: of a running period what it is taken to come to.
    seen_.baseline = insights::comparable_baseline(goal, facts_).value;
    if (seen_.baseline != facts_.baseline) seen_.baseline_interval.reset();
    seen_.standing = insights::stand(goal, facts_);
    seen_.feasibility = insights::feasibility(goal, facts_);
    return Done{};
  }

 private:
  using Found = std::optional<metrics::Cell>;

  metrics::Question question(DayRange days) const {
    metrics::Question asked;
    asked.kpis = {seen_.goal.kpi + (seen_.goal.variant.empty() ? "" : ":" + seen_.goal.variant)};
    asked.filter = seen_.goal.filter;
    asked.days = days;
    asked.basis = basis_;
    return asked;
  }

  Result<Found> cell(DayRange days) const {
    if (days.empty()) return Found();
    TRY(const metrics::Answer answer, house_.engine->ask(scope_, question(days)));
    if (answer.rows.empty()) return Found();
    return Found(answer.rows.front());
  }

  // The days that the goal's own number is of so far.
  DayRange days_so_far() const {
    DayRange days{seen_.goal.days.first, std::min(seen_.goal.days.end, today_ + 1)};
    // What is there counts as it was last told, be it before the start.
    if (facts_.makeup == Makeup::last) days.first = std::min(seen_.goal.baseline.days.first, days.end - 1);
    return days;
  }

  static metrics::Basis basis_of(const metrics::Cell& found) {
    if (found.basis == "published") return metrics::Basis::published;
    return found.basis == "occurred" ? metrics::Basis::occurred : metrics::Basis::automatic;
  }

  // Baseline, the number so far and the days must be of one basis: by itself each would take the one that its own days
  // are covered by.
  Result<Done> ask_values() {
    const insights::Baseline& said = seen_.goal.baseline;
    TRY(Found baseline, cell(said.days));
    TRY(Found actual, cell(days_so_far()));
    const bool has_baseline = baseline && baseline->value, has_actual = actual && actual->value;
    if (has_baseline || has_actual) basis_ = basis_of(has_baseline ? *baseline : *actual);
    if (basis_ != metrics::Basis::automatic && baseline && actual && baseline->basis != actual->basis) {
      const metrics::Basis other = basis_of(*actual);
      TRY(Found again, cell(has_baseline ? days_so_far() : said.days));
      if (!has_baseline) {
        baseline = std::move(again);
      } else if ((again && again->value) || !has_actual) {
        actual = std::move(again);
      } else {
        basis_ = other;
        TRY(baseline, cell(said.days));
      }
    }
    keep_values(baseline, actual);
    return Done{};
  }

  void keep_values(const Found& baseline, const Found& actual) {
    const std::optional<double>& stated = seen_.goal.baseline.stated;
    facts_.baseline = stated ? stated : baseline ? baseline->value : std::nullopt;
    if (baseline && !stated) {
      seen_.baseline_interval = baseline->interval;
      facts_.baseline_reason = baseline->reason;
    }
    facts_.actual_reason = days_so_far().empty() ? "not_begun" : "no_data";
    if (!actual) return;
    facts_.actual = actual->value;
    facts_.actual_reason = actual->reason;
  }

  Result<Done> ask_history() {
    metrics::Question asked = question({today_ - history_days, today_});
    asked.by = {"day"};
    TRY(const metrics::Answer answer, house_.engine->ask(scope_, asked));
    facts_.history = insights::series_of(answer, today_);
    facts_.nature = insights::nature_of(*seen_.choice->kpi, facts_.history);
    facts_.weights.assign(facts_.history.values.size(), 0);
    double all = 0;
    for (const metrics::Cell& row : answer.rows) {
      const Result<Day> day = parse_day(row.by.empty() ? "" : row.by.front());
      const int at = day ? *day - facts_.history.first : -1;
      if (at < 0 || at >= static_cast<int>(facts_.weights.size())) continue;
      facts_.weights[static_cast<size_t>(at)] = static_cast<double>(row.n);
      all += static_cast<double>(row.n);
    }
    if (all <= 0) {
      facts_.weights.clear();
    } else if (facts_.makeup == Makeup::mean) {
      // A rate of nothing says nothing: days without posts are no days of a low rate.
      for (size_t i = 0; i < facts_.weights.size(); ++i) {
        if (facts_.weights[i] <= 0) facts_.history.values[i].reset();
      }
    }
    return Done{};
  }

  Result<Done> ask_periods() {
    const Goal& goal = seen_.goal;
    const Bucket bucket = insights::bucket_of_cadence(goal.cadence);
    for (DayRange each = bucket_of(goal.days.first, bucket, scope_.week_start); each.first < goal.days.end;
         each = bucket_shifted(each.first, bucket, 1)) {
      facts_.periods.push_back({intersection(each, goal.days), {}, {}});
    }
    facts_.actual.reset();  // of the running period alone
    const DayRange days{goal.days.first, std::min(goal.days.end, today_ + 1)};
    if (days.empty()) return Done{};
    metrics::Question asked = question(days);
    asked.by = {std::string(bucket_name(bucket))};
    TRY(const metrics::Answer answer, house_.engine->ask(scope_, asked));
    for (const metrics::Cell& row : answer.rows) {
      for (KeptPeriod& period : facts_.periods) {
        const DayRange whole = bucket_of(period.days.first, bucket, scope_.week_start);
        if (row.by.empty() || row.by.front() != bucket_label(whole.first, bucket)) continue;
        period.value = row.value;
        if (!period.days.contains(today_)) continue;
        facts_.actual = row.value;
        facts_.actual_reason = row.reason;
      }
    }
    return Done{};
  }

  const House& house_;
  const metrics::Scope& scope_;
  SeenGoal& seen_;
  const Day today_;
  metrics::Basis basis_ = metrics::Basis::automatic;
  GoalFacts facts_;
};

Result<SeenGoal> look_at(const House& house, const metrics::Scope& scope, control::KeptGoal kept, Goal goal) {
  SeenGoal seen{.kept = std::move(kept), .goal = std::move(goal), .currency = scope.currency};
  seen.catalog = scope.editions->at(std::nullopt);
  const Result<catalog::KpiChoice> choice =
      seen.catalog->find_kpi(seen.goal.kpi + (seen.goal.variant.empty() ? "" : ":" + seen.goal.variant));
  if (!choice) {
    seen.standing.status = "no_data";
    seen.standing.reason = "not_applicable";
    seen.standing.notes.push_back(choice.error().message);
    return seen;
  }
  seen.choice = *choice;
  TRY_DONE(Judging(house, scope, seen).run());
  return seen;
}

Json number_json(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}
Json text_json(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}
Json moment_json(const std::optional<Instant>& at) {
  return at ? Json(format_instant(*at)) : Json(nullptr);
}

Result<Done> observe(const House& house, std::string_view workspace, const SeenGoal& seen, Instant now) {
  if (seen.kept.removed_at) return Done{};
  const JsonObject detail{{"actual", number_json(seen.standing.actual)},
                          {"progress", number_json(seen.standing.progress)},
                          {"expected", number_json(seen.standing.expected)},
                          {"probability", number_json(seen.standing.probability)}};
  TRY_DONE(house.control->goals().observe(workspace, seen.kept.id, {seen.standing.status, json_text(detail), now}));
  return Done{};
}

Result<SeenGoal> look_at_kept(const House& house, std::string_view workspace, const metrics::Scope& scope,
                              const control::KeptGoal& kept) {
  TRY(const Json fields, parse_json(kept.fields));
  if (!fields.is_object()) return internal(fmt::format("the goal {} is no longer readable", kept.id));
  TRY(Goal goal, insights::goal_from_stored(fields.get_object()));
  TRY(SeenGoal seen, look_at(house, scope, kept, std::move(goal)));
  TRY_DONE(observe(house, workspace, seen, scope.now));
  return seen;
}

JsonArray periods_json(const std::vector<KeptPeriod>& periods) {
  JsonArray list;
  for (const KeptPeriod& period : periods) {
    list.push_back(JsonObject{{"from", format_day(period.days.first)},
                              {"to", format_day(period.days.end - 1)},
                              {"value", number_json(period.value)},
                              {"kept", period.kept ? Json(*period.kept) : Json(nullptr)}});
  }
  return list;
}

Json baseline_json(const SeenGoal& seen) {
  JsonObject baseline{{"from", format_day(seen.goal.baseline.days.first)},
                      {"to", format_day(seen.goal.baseline.days.end - 1)},
                      {"value", number_json(seen.baseline)},
                      {"interval", nullptr},
                      {"stated", seen.goal.baseline.stated.has_value()}};
  if (seen.baseline_interval) {
    baseline["interval"] = JsonObject{{"low", number_json(seen.baseline_interval->low)},
                                      {"high", number_json(seen.baseline_interval->high)}};
  }
  return baseline;
}

}  // namespace

Result<SeenGoal> add_goal(const House& house, std::string_view workspace, const JsonObject& fields, const Clock& clock,
                          Storing storing) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  const std::shared_ptr<const catalog::Catalog> catalog = scope.editions->at(std::nullopt);
  const GoalWorld world = world_of(scope, *catalog);
  TRY(const insights::Understood understood, insights::goal_from_fields(fields, world));
  control::KeptGoal kept;
  TRY(kept.said, json_string(fields, "sentence"));
  TRY(kept.owner, json_string(fields, "owner"));
  kept.sentence = insights::written(understood.goal, world);
  kept.fields = json_text(insights::goal_fields(understood.goal));
  kept.rationale = understood.rationale;
  kept.set_at = scope.now;
  Result<SeenGoal> seen = look_at(house, scope, kept, understood.goal);
  if (!seen && (seen.error().kind == ErrorKind::invalid || seen.error().kind == ErrorKind::not_found)) {
    return invalid(seen.error().message, seen.error().field.empty() ? "filter" : seen.error().field);
  }
  if (!seen) return seen;
  for (const std::string& note : understood.notes) seen->standing.notes.push_back(note);
  if (storing == Storing::tried) return seen;
  TRY(seen->kept, house.control->goals().add(workspace, kept, scope.now));
  TRY_DONE(observe(house, workspace, *seen, scope.now));
  return seen;
}

Result<std::vector<SeenGoal>> goals_of(const House& house, std::string_view workspace, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const std::vector<control::KeptGoal> all, house.control->goals().list(workspace));
  std::vector<SeenGoal> seen;
  for (const control::KeptGoal& kept : all) {
    TRY(SeenGoal one, look_at_kept(house, workspace, scope, kept));
    seen.push_back(std::move(one));
  }
  return seen;
}

Result<SeenGoal> goal_of(const House& house, std::string_view workspace, std::string_view id, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const control::KeptGoal kept, house.control->goals().find(workspace, id));
  return look_at_kept(house, workspace, scope, kept);
}

Result<GoalRecord> record_of_goal(const House& house, std::string_view workspace, std::string_view id) {
  GoalRecord record;
  TRY(record.statuses, house.control->goals().statuses(workspace, id));
  TRY(record.check_ins, house.control->goals().check_ins(workspace, id));
  TRY(record.to_dos, house.control->goals().to_dos(workspace, id));
  return record;
}

JsonObject goal_json(const SeenGoal& seen) {
  JsonObject json{{"id", text_json(seen.kept.id)}, {"sentence", seen.kept.sentence}};
  const JsonObject fields = insights::goal_fields(seen.goal);
  for (const auto& field : fields) json[field.key()] = field.value();
  json["baseline"] = baseline_json(seen);
  const insights::Standing& standing = seen.standing;
  json["owner"] = text_json(seen.kept.owner);
  json["status"] = standing.status;
  json["progress"] = number_json(standing.progress);
  json["expected"] = number_json(standing.expected);
  json["probability"] = number_json(standing.probability);
  json["reason"] = text_json(standing.reason);
  json["actual"] = number_json(standing.actual);
  json["target_value"] = number_json(standing.target);
  json["forecast"] = nullptr;
  if (standing.forecast) {
    json["forecast"] = JsonObject{
        {"value", standing.forecast->value}, {"low", standing.forecast->low}, {"high", standing.forecast->high}};
  }
  json["model"] = text_json(standing.model);
  json["model_reason"] = text_json(standing.model_reason);
  if (seen.goal.target.kind == TargetKind::keep) json["periods"] = periods_json(standing.periods);
  json["feasibility"] = nullptr;
  if (seen.feasibility) {
    json["feasibility"] = JsonObject{
        {"tried", seen.feasibility->tried}, {"reached", seen.feasibility->reached}, {"words", feasibility_words(seen)}};
  }
  json["notes"] = JsonArray(standing.notes.begin(), standing.notes.end());
  json["said"] = text_json(seen.kept.said);
  json["rationale"] = text_json(seen.kept.rationale);
  json["set_at"] = format_instant(seen.kept.set_at);
  json["removed_at"] = moment_json(seen.kept.removed_at);
  return json;
}

JsonObject goal_json(const SeenGoal& seen, const GoalRecord& record) {
  JsonObject json = goal_json(seen);
  JsonArray history, check_ins, to_dos;
  for (const control::GoalStatus& status : record.statuses) {
    JsonObject row{{"status", status.status}, {"observed_at", format_instant(status.observed_at)}};
    const Result<Json> detail = parse_json(status.detail);
    if (detail && detail->is_object()) {
      for (const auto& member : detail->get_object()) row[member.key()] = member.value();
    }
    history.push_back(std::move(row));
  }
  for (const control::CheckIn& said : record.check_ins) check_ins.push_back(check_in_json(said));
  for (const control::ToDo& to_do : record.to_dos) to_dos.push_back(to_do_json(to_do));
  json["history"] = std::move(history);
  json["check_ins"] = std::move(check_ins);
  json["to_dos"] = std::move(to_dos);
  return json;
}

Json check_in_json(const control::CheckIn& said) {
  return JsonObject{{"number", said.number}, {"note", said.note}, {"by", said.by}, {"at", format_instant(said.at)}};
}

Json to_do_json(const control::ToDo& to_do) {
  return JsonObject{{"number", to_do.number},
                    {"task", to_do.task},
                    {"owner", text_json(to_do.owner)},
                    {"due", to_do.due ? Json(format_day(*to_do.due)) : Json(nullptr)},
                    {"set_at", format_instant(to_do.set_at)},
                    {"done_at", moment_json(to_do.done_at)}};
}

Result<control::ToDo> to_do_from(std::string_view task, std::string_view owner, std::string_view due, Instant now) {
  control::ToDo to_do{.task = std::string(task), .owner = std::string(owner), .set_at = now};
  if (!due.empty()) {
    Result<Day> day = parse_day(due);
    if (!day) return invalid(day.error().message, "due");
    to_do.due = *day;
  }
  return to_do;
}

Result<int64_t> to_do_number(std::string_view text) {
  int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && stop == text.data() + text.size() && number > 0) return number;
  return invalid(fmt::format("\"{}\" is no number of a to-do", text), "to_do");
}

std::string feasibility_words(const SeenGoal& seen) {
  if (!seen.feasibility || !seen.choice) return {};
  const insights::Target& target = seen.goal.target;
  const bool up = seen.goal.direction != insights::Direction::down;
  const int days = seen.goal.days.days();
  const std::string stretches = fmt::format(
      "in the last {} stretches of {} days", seen.feasibility->tried,
      target.kind == TargetKind::keep
          ? bucket_of(seen.goal.days.first, insights::bucket_of_cadence(seen.goal.cadence), Weekday::monday).days()
          : days);
  auto value = [&](double of) { return insights::goal_value_text(of, *seen.choice, seen.currency); };
  std::string did;
  switch (target.kind) {
    case TargetKind::relative:
      did = fmt::format("it {} by {:g} % or more", up ? "rose" : "fell", std::round(target.value * 1e4) / 100);
      break;
    case TargetKind::change:
      did = fmt::format("it {} by {} or more", up ? "rose" : "fell", value(target.value));
      break;
    case TargetKind::absolute:
      did = "it changed by as much as is asked";
      break;
    case TargetKind::keep:
      did = "it was kept";
      break;
  }
  return fmt::format("{} {} in {}", stretches, did, seen.feasibility->reached);
}

}  // namespace sociometer::surfaces
