#include "surfaces/goals.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "base/text.h"
#include "surfaces/json_parts.h"
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
enum class Depth { standing, path };
class Judging {
 public:
  Judging(const House& house, const metrics::Scope& scope, SeenGoal& seen)
      : house_(house), scope_(scope), seen_(seen), today_(scope.zone.day_of(scope.now)) {}

  Result<Done> run(Depth depth) {
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
    seen_.basis = basis_;
    if (depth == Depth::path) TRY_DONE(ask_path());
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
    if (!days_so_far().empty()) seen_.actual_days = days_so_far();
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
    seen_.actual_days.reset();
    for (const KeptPeriod& period : facts_.periods) {
      if (period.days.contains(today_)) seen_.actual_days = {period.days.first, today_ + 1};
    }
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

  Result<Done> ask_path() {
    std::map<Day, double> asked;
    for (Day day : insights::path_days_to_ask(seen_.goal, facts_)) {
      TRY(const Found found, cell({seen_.goal.days.first, day + 1}));
      if (found && found->value) asked[day] = *found->value;
    }
    seen_.path = insights::path_of(seen_.goal, facts_, seen_.standing, asked);
    return Done{};
  }

  const House& house_;
  const metrics::Scope& scope_;
  SeenGoal& seen_;
  const Day today_;
  metrics::Basis basis_ = metrics::Basis::automatic;
  GoalFacts facts_;
};

bool is_finished(std::string_view status) {
  return status == "hit" || status == "missed";
}

// The day somebody last looked at it.
std::optional<Day> looked_at(const std::vector<control::CheckIn>& check_ins, const Zone& zone) {
  std::optional<Day> last;
  for (const control::CheckIn& said : check_ins) last = std::max(last, std::optional(zone.day_of(said.at)));
  return last;
}

Result<std::optional<Day>> next_review_of(const House& house, std::string_view workspace, const metrics::Scope& scope,
                                          const control::KeptGoal& kept, const Goal& goal, std::string_view status) {
  if (kept.removed_at || is_finished(status)) return std::optional<Day>();
  std::vector<control::CheckIn> check_ins;
  if (!kept.id.empty()) {
    TRY(check_ins, house.control->goals().check_ins(workspace, kept.id));
  }
  return insights::next_review(goal, scope.zone.day_of(kept.set_at), looked_at(check_ins, scope.zone),
                               scope.zone.day_of(scope.now));
}

Result<SeenGoal> look_at(const House& house, std::string_view workspace, const metrics::Scope& scope,
                         control::KeptGoal kept, Goal goal, Depth depth) {
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
  TRY_DONE(Judging(house, scope, seen).run(depth));
  TRY(seen.next_review, next_review_of(house, workspace, scope, seen.kept, seen.goal, seen.standing.status));
  seen.is_review_due = seen.next_review && *seen.next_review <= scope.zone.day_of(scope.now);
  return seen;
}

Json finite_or_null(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Result<Done> observe(const House& house, std::string_view workspace, const SeenGoal& seen, Instant now) {
  if (seen.kept.removed_at) return Done{};
  const JsonObject detail{{"actual", finite_or_null(seen.standing.actual)},
                          {"progress", finite_or_null(seen.standing.progress)},
                          {"expected", finite_or_null(seen.standing.expected)},
                          {"probability", finite_or_null(seen.standing.probability)}};
  TRY_DONE(house.control->goals().observe(workspace, seen.kept.id, {seen.standing.status, json_text(detail), now}));
  return Done{};
}

Result<Goal> stored_goal(const control::KeptGoal& kept) {
  TRY(const Json fields, parse_json(kept.fields));
  if (!fields.is_object()) return internal(fmt::format("the goal {} is no longer readable", kept.id));
  return insights::goal_from_stored(fields.get_object());
}

Result<SeenGoal> look_at_kept(const House& house, std::string_view workspace, const metrics::Scope& scope,
                              const control::KeptGoal& kept, Depth depth) {
  TRY(Goal goal, stored_goal(kept));
  TRY(SeenGoal seen, look_at(house, workspace, scope, kept, std::move(goal), depth));
  TRY_DONE(observe(house, workspace, seen, scope.now));
  return seen;
}

JsonArray periods_json(const std::vector<KeptPeriod>& periods) {
  JsonArray list;
  for (const KeptPeriod& period : periods) {
    list.push_back(JsonObject{{"from", format_day(period.days.first)},
                              {"to", format_day(period.days.end - 1)},
                              {"value", finite_or_null(period.value)},
                              {"kept", period.kept ? Json(*period.kept) : Json(nullptr)}});
  }
  return list;
}

Json ahead_json(const std::optional<insights::Ahead>& ahead) {
  if (!ahead) return nullptr;
  return JsonObject{{"value", ahead->value}, {"low", ahead->low}, {"high", ahead->high}};
}

JsonArray path_json(const std::vector<insights::PathPoint>& path) {
  JsonArray list;
  for (const insights::PathPoint& point : path) {
    list.push_back(JsonObject{{"day", format_day(point.day)},
                              {"actual", finite_or_null(point.actual)},
                              {"expected", finite_or_null(point.expected)},
                              {"forecast", ahead_json(point.forecast)}});
  }
  return list;
}

std::string_view basis_word(metrics::Basis basis) {
  return basis == metrics::Basis::published ? "published" : basis == metrics::Basis::occurred ? "occurred" : "auto";
}

Json actual_of_json(const SeenGoal& seen) {
  if (!seen.actual_days) return nullptr;
  return JsonObject{{"from", format_day(seen.actual_days->first)},
                    {"to", format_day(seen.actual_days->end - 1)},
                    {"basis", basis_word(seen.basis)}};
}

Json baseline_json(const SeenGoal& seen) {
  JsonObject baseline{{"from", format_day(seen.goal.baseline.days.first)},
                      {"to", format_day(seen.goal.baseline.days.end - 1)},
                      {"value", finite_or_null(seen.baseline)},
                      {"interval", nullptr},
                      {"stated", seen.goal.baseline.stated.has_value()}};
  if (seen.baseline_interval) {
    baseline["interval"] = JsonObject{{"low", finite_or_null(seen.baseline_interval->low)},
                                      {"high", finite_or_null(seen.baseline_interval->high)}};
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
  Result<SeenGoal> seen = look_at(house, workspace, scope, kept, understood.goal, Depth::standing);
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

namespace {

// What a goal is kept with, as the fields of docs/api.md.
Result<JsonObject> fields_of(const control::KeptGoal& kept) {
  TRY(const Goal goal, stored_goal(kept));
  JsonObject fields = insights::goal_fields(goal);
  fields["owner"] = text_or_null(kept.owner);
  fields["rationale"] = text_or_null(kept.rationale);
  return fields;
}

// The fields as they are, but for those that are said anew. Whoever names another KPI or says the target in words says
// what goes with it as well.
JsonObject merged(JsonObject fields, const JsonObject& said) {
  if (said.contains("kpi")) fields.erase("variant");
  const Json* target = said.if_contains("target");
  if (said.contains("kpi") || (target != nullptr && target->is_string())) fields.erase("direction");
  if (said.contains("scope")) fields.erase("filter");
  for (const auto& member : said) fields[member.key()] = member.value();
  return fields;
}

// Of the fields that differ, what each was and is.
JsonObject difference(const JsonObject& before, const JsonObject& after) {
  JsonObject changed;
  for (const auto& member : after) {
    const Json* was = before.if_contains(member.key());
    if (was != nullptr && *was == member.value()) continue;
    changed[member.key()] = JsonObject{{"was", was == nullptr ? Json(nullptr) : *was}, {"is", member.value()}};
  }
  return changed;
}

constexpr std::string_view changed_status = "changed";

}  // namespace

Result<SeenGoal> change_goal(const House& house, std::string_view workspace, std::string_view id,
                             const JsonObject& fields, std::string_view who, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  const std::shared_ptr<const catalog::Catalog> catalog = scope.editions->at(std::nullopt);
  const GoalWorld world = world_of(scope, *catalog);
  TRY(const control::KeptGoal before, house.control->goals().find(workspace, id));
  TRY(const JsonObject was, fields_of(before));
  control::KeptGoal kept = before;
  TRY(const std::string sentence, json_string(fields, "sentence"));
  const JsonObject wanted = sentence.empty() ? merged(was, fields) : fields;
  TRY(const insights::Understood understood, insights::goal_from_fields(wanted, world));
  if (!sentence.empty()) kept.said = sentence;
  if (fields.contains("owner")) {
    TRY(kept.owner, json_string(fields, "owner"));
  }
  if (fields.contains("rationale") || !understood.rationale.empty()) kept.rationale = understood.rationale;
  kept.sentence = insights::written(understood.goal, world);
  kept.fields = json_text(insights::goal_fields(understood.goal));
  TRY(const JsonObject is, fields_of(kept));
  const JsonObject changed = difference(was, is);
  if (changed.empty()) return invalid("nothing of the goal would change: say what is to be another", "goal");
  Result<SeenGoal> seen = look_at(house, workspace, scope, kept, understood.goal, Depth::standing);
  if (!seen && (seen.error().kind == ErrorKind::invalid || seen.error().kind == ErrorKind::not_found)) {
    return invalid(seen.error().message, seen.error().field.empty() ? "filter" : seen.error().field);
  }
  if (!seen) return seen;
  for (const std::string& note : understood.notes) seen->standing.notes.push_back(note);
  const JsonObject record{{"by", who}, {"was", before.sentence}, {"is", kept.sentence}, {"fields", changed}};
  TRY(seen->kept,
      house.control->goals().change(workspace, kept, {std::string(changed_status), json_text(record), scope.now}));
  TRY_DONE(observe(house, workspace, *seen, scope.now));
  return seen;
}

Result<std::vector<SeenGoal>> goals_of(const House& house, std::string_view workspace, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const std::vector<control::KeptGoal> all, house.control->goals().list(workspace));
  std::vector<SeenGoal> seen;
  for (const control::KeptGoal& kept : all) {
    TRY(SeenGoal one, look_at_kept(house, workspace, scope, kept, Depth::standing));
    seen.push_back(std::move(one));
  }
  return seen;
}

Result<SeenGoal> goal_of(const House& house, std::string_view workspace, std::string_view id, const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const control::KeptGoal kept, house.control->goals().find(workspace, id));
  return look_at_kept(house, workspace, scope, kept, Depth::path);
}

namespace {

// Of one goal: without asking how it stands, what it was last found to be.
Result<Done> add_waiting(const House& house, std::string_view workspace, const metrics::Scope& scope,
                         const control::KeptGoal& kept, const std::vector<std::string>& names, Waiting& waiting) {
  const auto is_theirs = [&](const std::string& owner) {
    const auto is_name = [&](const std::string& name) { return folded(name) == folded(owner); };
    return !trimmed(owner).empty() && std::ranges::any_of(names, is_name);
  };
  const JsonObject goal{{"workspace", workspace}, {"goal", kept.id}, {"sentence", kept.sentence}};
  if (is_theirs(kept.owner)) {
    TRY(const Goal read, stored_goal(kept));
    TRY(const std::vector<control::GoalStatus> statuses, house.control->goals().statuses(workspace, kept.id));
    const std::string status = statuses.empty() ? "" : statuses.back().status;
    TRY(const std::optional<Day> next, next_review_of(house, workspace, scope, kept, read, status));
    if (next) {
      JsonObject review = goal;
      review["status"] = text_or_null(status);
      review["next_review"] = format_day(*next);
      review["review_due"] = *next <= scope.zone.day_of(scope.now);
      waiting.reviews.push_back(std::move(review));
    }
  }
  TRY(const std::vector<control::ToDo> to_dos, house.control->goals().to_dos(workspace, kept.id));
  for (const control::ToDo& to_do : to_dos) {
    if (to_do.done_at || !is_theirs(to_do.owner)) continue;
    JsonObject row = goal;
    row["to_do"] = to_do_json(to_do);
    row["overdue"] = to_do.due && *to_do.due < scope.zone.day_of(scope.now);
    waiting.to_dos.push_back(std::move(row));
  }
  return Done{};
}

}  // namespace

Result<Waiting> goals_waiting_for(const House& house, std::string_view workspace, const std::vector<std::string>& names,
                                  const Clock& clock) {
  TRY(const metrics::Scope scope, scope_of(house, workspace, clock));
  TRY(const std::vector<control::KeptGoal> all, house.control->goals().list(workspace));
  Waiting waiting;
  for (const control::KeptGoal& kept : all) {
    TRY_DONE(add_waiting(house, workspace, scope, kept, names, waiting));
  }
  return waiting;
}

Result<GoalRecord> record_of_goal(const House& house, std::string_view workspace, std::string_view id) {
  GoalRecord record;
  TRY(const std::vector<control::GoalStatus> all, house.control->goals().statuses(workspace, id));
  for (const control::GoalStatus& one : all) {
    (one.status == changed_status ? record.changes : record.statuses).push_back(one);
  }
  TRY(record.check_ins, house.control->goals().check_ins(workspace, id));
  TRY(record.to_dos, house.control->goals().to_dos(workspace, id));
  return record;
}

JsonObject goal_json(const SeenGoal& seen) {
  JsonObject json{{"id", text_or_null(seen.kept.id)}, {"sentence", seen.kept.sentence}};
  const JsonObject fields = insights::goal_fields(seen.goal);
  for (const auto& field : fields) json[field.key()] = field.value();
  json["baseline"] = baseline_json(seen);
  const insights::Standing& standing = seen.standing;
  json["owner"] = text_or_null(seen.kept.owner);
  json["status"] = standing.status;
  json["progress"] = finite_or_null(standing.progress);
  json["expected"] = finite_or_null(standing.expected);
  json["probability"] = finite_or_null(standing.probability);
  json["reason"] = text_or_null(standing.reason);
  json["actual"] = finite_or_null(standing.actual);
  json["actual_of"] = actual_of_json(seen);
  json["target_value"] = finite_or_null(standing.target);
  json["forecast"] = ahead_json(standing.forecast);
  json["model"] = text_or_null(standing.model);
  json["model_reason"] = text_or_null(standing.model_reason);
  if (seen.goal.target.kind == TargetKind::keep) json["periods"] = periods_json(standing.periods);
  json["feasibility"] = nullptr;
  if (seen.feasibility) {
    json["feasibility"] = JsonObject{
        {"tried", seen.feasibility->tried}, {"reached", seen.feasibility->reached}, {"words", feasibility_words(seen)}};
  }
  json["next_review"] = day_or_null(seen.next_review);
  json["review_due"] = seen.is_review_due;
  json["notes"] = JsonArray(standing.notes.begin(), standing.notes.end());
  json["said"] = text_or_null(seen.kept.said);
  json["rationale"] = text_or_null(seen.kept.rationale);
  json["set_at"] = format_instant(seen.kept.set_at);
  json["removed_at"] = moment_or_null(seen.kept.removed_at);
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
  JsonArray changes;
  for (const control::GoalStatus& change : record.changes) changes.push_back(change_json(change));
  for (const control::CheckIn& said : record.check_ins) check_ins.push_back(check_in_json(said));
  for (const control::ToDo& to_do : record.to_dos) to_dos.push_back(to_do_json(to_do));
  json["path"] = path_json(seen.path);
  json["history"] = std::move(history);
  json["changes"] = std::move(changes);
  json["check_ins"] = std::move(check_ins);
  json["to_dos"] = std::move(to_dos);
  return json;
}

Json change_json(const control::GoalStatus& change) {
  JsonObject row{{"at", format_instant(change.observed_at)}};
  const Result<Json> detail = parse_json(change.detail);
  if (detail && detail->is_object()) {
    for (const auto& member : detail->get_object()) row[member.key()] = member.value();
  }
  return row;
}

Json check_in_json(const control::CheckIn& said) {
  return JsonObject{{"number", said.number}, {"note", said.note}, {"by", said.by}, {"at", format_instant(said.at)}};
}

Json to_do_json(const control::ToDo& to_do) {
  return JsonObject{{"number", to_do.number},
                    {"task", to_do.task},
                    {"owner", text_or_null(to_do.owner)},
                    {"due", day_or_null(to_do.due)},
                    {"set_at", format_instant(to_do.set_at)},
                    {"done_at", moment_or_null(to_do.done_at)}};
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
