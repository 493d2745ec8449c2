// What an export says beside the facts: the workspace, its accounts, catalog, rules, goals and alerts.
#include <fmt/format.h>

#include <algorithm>

#include "upkeep/export.h"
#include "upkeep/said.h"

namespace sociometer::upkeep {
namespace {

class Saying {
 public:
  Saying(control::Control& control, const std::string& workspace, const JsonObject& settings,
         const ExportJudges& judges)
      : control_(control), workspace_(workspace), settings_(settings), judges_(judges) {}

  Result<std::vector<std::string>> run(bool workspace_is_unused, Instant now) {
    TRY_DONE(say_workspace(workspace_is_unused));
    TRY_DONE(say_catalog());
    TRY_DONE(say_accounts());
    TRY_DONE(say_rules());
    TRY_DONE(say_goals());
    TRY_DONE(say_alerts());
    TRY_DONE(say_labels(control_, workspace_, settings_, notes_));
    TRY_DONE(say_dashboards(control_, workspace_, settings_, notes_));
    TRY_DONE(say_delivery(control_, workspace_, settings_, now, notes_));
    return std::move(notes_);
  }

 private:
  Result<Done> say_workspace(bool unused) {
    const Json* said = settings_.if_contains("workspace");
    if (said == nullptr || !said->is_object()) return unreadable("workspace");
    const JsonObject& object = said->get_object();
    control::WorkspaceChange change;
    TRY(change.zone, json_string(object, "zone"));
    TRY(change.currency, json_string(object, "currency"));
    TRY(change.week_start, json_string(object, "week_start"));
    if (change.currency->empty()) change.currency.reset();
    TRY(const std::vector<control::Workspace> all, control_.workspaces());
    const auto here = std::ranges::find_if(all, [&](const auto& one) { return one.key == workspace_; });
    if (here == all.end()) {
      TRY_DONE(control_.add_workspace(workspace_, change));
      return Done{};
    }
    const bool is_same = here->zone.name() == *change.zone && here->currency == change.currency.value_or("") &&
                         weekday_name(here->week_start) == *change.week_start;
    if (is_same) return Done{};
    const bool is_untouched =
        here->zone == Zone::utc() && here->currency.empty() && here->week_start == Weekday::monday;
    if (unused && is_untouched) {
      TRY_DONE(control_.set_workspace(workspace_, change));
      return Done{};
    }
    notes_.push_back(fmt::format(
        "the workspace {} keeps its zone {}, currency {} and weeks from {}; the export has {}, "
        "{} and {}",
        workspace_, here->zone.name(), here->currency.empty() ? "none" : here->currency, weekday_name(here->week_start),
        *change.zone, change.currency.value_or("none"), *change.week_start));
    return Done{};
  }

  static Result<control::CatalogEntry> entry_from(const Json& said) {
    if (!said.is_object()) return unreadable("catalog");
    const JsonObject& object = said.get_object();
    control::CatalogEntry entry;
    TRY(entry.kind, json_string(object, "kind"));
    TRY(entry.key, json_string(object, "key"));
    TRY(entry.yaml, json_string(object, "yaml"));
    TRY(const std::string recorded, json_string(object, "recorded_at"));
    const Result<Instant> at = parse_instant(recorded);
    const Json* definition = object.if_contains("definition");
    if (!at || entry.key.empty() || definition == nullptr || !definition->is_int64()) return unreadable("catalog");
    entry.recorded_at = *at;
    entry.definition = static_cast<int>(definition->get_int64());
    return entry;
  }

  // The history of an entry here is kept where it has one; else it is brought whole.
  Result<Done> say_catalog() {
    TRY(std::vector<control::CatalogEntry> history, control_.catalog_entries(workspace_));
    std::vector<control::CatalogEntry> fresh;
    std::vector<std::string> different;
    for (const Json& said : list_in(settings_, "catalog")) {
      TRY(control::CatalogEntry entry, entry_from(said));
      const auto same = [&](const control::CatalogEntry& one) {
        return one.kind == entry.kind && one.key == entry.key;
      };
      const auto equal = [&](const control::CatalogEntry& one) {
        return same(one) && one.definition == entry.definition && one.yaml == entry.yaml;
      };
      if (std::ranges::any_of(history, equal)) continue;
      if (std::ranges::any_of(history, same)) {
        if (std::ranges::find(different, entry.key) == different.end()) different.push_back(entry.key);
        continue;
      }
      fresh.push_back(std::move(entry));
    }
    for (const std::string& key : different) {
      notes_.push_back(
          fmt::format("the catalog's {} keeps what it means here; it means something else in the export", key));
    }
    if (fresh.empty()) return Done{};
    // Entries stand in the order they were said.
    Instant before{INT64_MIN};
    for (const control::CatalogEntry& entry : history) before = std::max(before, entry.recorded_at);
    for (control::CatalogEntry& entry : fresh) {
      entry.recorded_at = std::max(before, entry.recorded_at);
      before = entry.recorded_at;
    }
    history.insert(history.end(), fresh.begin(), fresh.end());
    if (const Result<Done> judged = judges_.catalog(history); !judged) {
      notes_.push_back(fmt::format("the export's own catalog was left out: {}", judged.error().message));
      return Done{};
    }
    return control_.add_catalog_entries(workspace_, fresh);
  }

  Result<Done> say_accounts() {
    TRY(const std::vector<control::Account> here, control_.accounts(workspace_));
    for (const Json& said : list_in(settings_, "accounts")) {
      if (!said.is_object()) return unreadable("accounts");
      const JsonObject& object = said.get_object();
      TRY(const std::string network, json_string(object, "network"));
      TRY(const std::string handle, json_string(object, "handle"));
      TRY(const std::string word, json_string(object, "ownership"));
      const std::optional<control::Ownership> ownership = control::parse_ownership(word);
      if (network.empty() || handle.empty() || !ownership) return unreadable("accounts");
      std::vector<std::string> aliases;
      for (const Json& alias : list_in(object, "aliases")) {
        if (!alias.is_string()) return unreadable("accounts");
        aliases.emplace_back(alias.get_string());
      }
      TRY_DONE(say_account(here, network, handle, *ownership, aliases));
    }
    return Done{};
  }

  Result<Done> say_account(const std::vector<control::Account>& here, const std::string& network,
                           const std::string& handle, control::Ownership ownership,
                           const std::vector<std::string>& aliases) {
    const auto known = std::ranges::find_if(
        here, [&](const control::Account& one) { return one.network == network && one.handle == handle; });
    std::optional<control::Ownership> change = ownership;
    if (known != here.end()) {
      change.reset();
      if (known->ownership != ownership) {
        notes_.push_back(fmt::format("{}/{} stays {} here; it is {} in the export", network, handle,
                                     control::name(known->ownership), control::name(ownership)));
      }
      const bool has_all = std::ranges::all_of(aliases, [&](const std::string& alias) {
        return std::ranges::find(known->aliases, alias) != known->aliases.end();
      });
      if (has_all) return Done{};
    }
    const Result<control::Account> set = control_.set_account(workspace_, network, handle, change, aliases);
    if (set) return Done{};
    if (set.error().kind != ErrorKind::conflict) return set.error();
    // An alias means another account here: the account itself is still to be known.
    notes_.push_back(fmt::format("{}/{} is here without its other names: {}", network, handle, set.error().message));
    if (known == here.end()) TRY_DONE(control_.set_account(workspace_, network, handle, change, {}));
    return Done{};
  }

  Result<Done> say_rules() {
    TRY(const std::string said, json_string(settings_, rules_setting));
    if (said.empty()) return Done{};
    TRY(const std::optional<std::string> here, control_.setting(workspace_, rules_setting));
    if (here && *here != said) notes_.push_back("the workspace keeps its own rules (business hours and the like)");
    if (here) return Done{};
    TRY(const control::Workspace workspace, control_.workspace(workspace_));
    if (const Result<Done> judged = judges_.rules(said, workspace); !judged) {
      notes_.push_back(fmt::format("the export's rules were left out: {}", judged.error().message));
      return Done{};
    }
    return control_.set_setting(workspace_, rules_setting, said);
  }

  static Result<std::optional<Instant>> moment_in(const JsonObject& object, std::string_view key) {
    TRY(const std::string text, json_string(object, key));
    if (text.empty()) return std::optional<Instant>();
    const Result<Instant> at = parse_instant(text);
    if (!at) return unreadable("goals");
    return std::optional(*at);
  }

  // A goal that is here already stays as it is.
  Result<Done> say_goals() {
    for (const Json& said : list_in(settings_, "goals")) {
      if (!said.is_object()) return unreadable("goals");
      const JsonObject& object = said.get_object();
      control::KeptGoal goal;
      TRY(goal.id, json_string(object, "id"));
      TRY(goal.said, json_string(object, "said"));
      TRY(goal.sentence, json_string(object, "sentence"));
      TRY(goal.fields, json_string(object, "fields"));
      TRY(goal.owner, json_string(object, "owner"));
      TRY(goal.rationale, json_string(object, "rationale"));
      TRY(const std::optional<Instant> set_at, moment_in(object, "set_at"));
      if (goal.id.empty() || goal.sentence.empty() || goal.fields.empty() || !set_at) return unreadable("goals");
      goal.set_at = *set_at;
      if (control_.goals().find(workspace_, goal.id)) continue;
      Result<control::KeptGoal> added = control_.goals().add(workspace_, goal, *set_at);
      if (!added && added.error().kind == ErrorKind::conflict) {
        goal.id.clear();  // another workspace here has it: it came from the same export
        added = control_.goals().add(workspace_, goal, *set_at);
      }
      if (!added) return added.error();
      TRY_DONE(say_record(added->id, object));
    }
    return Done{};
  }

  // An alert of a name that is taken here stays as it is; what was remembered of one begins again.
  Result<Done> say_alerts() {
    for (const Json& said : list_in(settings_, "alerts")) {
      if (!said.is_object()) return unreadable("alerts");
      const JsonObject& object = said.get_object();
      control::KeptAlert alert;
      TRY(alert.name, json_string(object, "name"));
      TRY(alert.fields, json_string(object, "fields"));
      TRY(alert.set_by, json_string(object, "set_by"));
      TRY(const std::optional<Instant> set_at, moment_in(object, "set_at"));
      TRY(alert.muted_at, moment_in(object, "muted_at"));
      TRY(alert.muted_until, moment_in(object, "muted_until"));
      if (alert.name.empty() || alert.fields.empty() || !set_at) return unreadable("alerts");
      alert.set_at = *set_at;
      if (control_.alerts().find(workspace_, alert.name)) continue;
      TRY_DONE(control_.alerts().add(workspace_, alert));
    }
    return Done{};
  }

  // What was written beside a goal.
  Result<Done> say_record(const std::string& goal, const JsonObject& object) {
    for (const Json& said : list_in(object, "statuses")) {
      if (!said.is_object()) return unreadable("goals");
      control::GoalStatus status;
      TRY(status.status, json_string(said.get_object(), "status"));
      TRY(status.detail, json_string(said.get_object(), "detail"));
      TRY(const std::optional<Instant> at, moment_in(said.get_object(), "observed_at"));
      status.observed_at = at.value_or(Instant{});
      TRY_DONE(control_.goals().observe(workspace_, goal, status));
    }
    for (const Json& said : list_in(object, "check_ins")) {
      if (!said.is_object()) return unreadable("goals");
      control::CheckIn check_in;
      TRY(check_in.note, json_string(said.get_object(), "note"));
      TRY(check_in.by, json_string(said.get_object(), "by"));
      TRY(const std::optional<Instant> at, moment_in(said.get_object(), "at"));
      check_in.at = at.value_or(Instant{});
      TRY_DONE(control_.goals().check_in(workspace_, goal, check_in));
    }
    for (const Json& said : list_in(object, "to_dos")) {
      if (!said.is_object()) return unreadable("goals");
      const JsonObject& row = said.get_object();
      control::ToDo to_do;
      TRY(to_do.task, json_string(row, "task"));
      TRY(to_do.owner, json_string(row, "owner"));
      TRY(const std::string due, json_string(row, "due"));
      if (const Result<Day> day = parse_day(due)) to_do.due = *day;
      TRY(const std::optional<Instant> at, moment_in(row, "set_at"));
      to_do.set_at = at.value_or(Instant{});
      TRY(to_do.done_at, moment_in(row, "done_at"));
      TRY_DONE(control_.goals().add_to_do(workspace_, goal, to_do));
    }
    return Done{};
  }

  control::Control& control_;
  const std::string& workspace_;
  const JsonObject& settings_;
  const ExportJudges& judges_;
  std::vector<std::string> notes_;
};

Result<JsonArray> goals_in(control::Control& control, const std::string& workspace) {
  JsonArray list;
  TRY(const std::vector<control::KeptGoal> goals, control.goals().list(workspace));
  for (const control::KeptGoal& goal : goals) {
    JsonArray statuses, check_ins, to_dos;
    TRY(const std::vector<control::GoalStatus> seen, control.goals().statuses(workspace, goal.id));
    for (const control::GoalStatus& status : seen) {
      statuses.push_back(JsonObject{
          {"status", status.status}, {"detail", status.detail}, {"observed_at", format_instant(status.observed_at)}});
    }
    TRY(const std::vector<control::CheckIn> said, control.goals().check_ins(workspace, goal.id));
    for (const control::CheckIn& check_in : said) {
      check_ins.push_back(
          JsonObject{{"note", check_in.note}, {"by", check_in.by}, {"at", format_instant(check_in.at)}});
    }
    TRY(const std::vector<control::ToDo> wanted, control.goals().to_dos(workspace, goal.id));
    for (const control::ToDo& to_do : wanted) {
      to_dos.push_back(JsonObject{{"task", to_do.task},
                                  {"owner", to_do.owner},
                                  {"due", to_do.due ? Json(format_day(*to_do.due)) : Json(nullptr)},
                                  {"set_at", format_instant(to_do.set_at)},
                                  {"done_at", to_do.done_at ? Json(format_instant(*to_do.done_at)) : Json(nullptr)}});
    }
    list.push_back(JsonObject{{"id", goal.id},
                              {"said", goal.said},
                              {"sentence", goal.sentence},
                              {"fields", goal.fields},
                              {"owner", goal.owner},
                              {"rationale", goal.rationale},
                              {"set_at", format_instant(goal.set_at)},
                              {"statuses", std::move(statuses)},
                              {"check_ins", std::move(check_ins)},
                              {"to_dos", std::move(to_dos)}});
  }
  return list;
}

Result<JsonArray> alerts_in(control::Control& control, const std::string& workspace) {
  JsonArray list;
  const auto moment = [](const std::optional<Instant>& at) { return at ? Json(format_instant(*at)) : Json(nullptr); };
  TRY(const std::vector<control::KeptAlert> alerts, control.alerts().list(workspace));
  for (const control::KeptAlert& alert : alerts) {
    list.push_back(JsonObject{{"name", alert.name},
                              {"fields", alert.fields},
                              {"set_by", alert.set_by},
                              {"set_at", format_instant(alert.set_at)},
                              {"muted_at", moment(alert.muted_at)},
                              {"muted_until", moment(alert.muted_until)}});
  }
  return list;
}

}  // namespace

Result<JsonObject> settings_of(control::Control& control, const std::string& workspace) {
  TRY(const control::Workspace known, control.workspace(workspace));
  TRY(const std::vector<control::Account> accounts, control.accounts(workspace));
  TRY(const std::vector<control::CatalogEntry> entries, control.catalog_entries(workspace));
  TRY(const std::optional<std::string> rules, control.setting(workspace, rules_setting));
  JsonArray account_list, entry_list;
  for (const control::Account& account : accounts) {
    account_list.push_back(JsonObject{{"network", account.network},
                                      {"handle", account.handle},
                                      {"ownership", control::name(account.ownership)},
                                      {"aliases", JsonArray(account.aliases.begin(), account.aliases.end())}});
  }
  for (const control::CatalogEntry& entry : entries) {
    entry_list.push_back(JsonObject{{"kind", entry.kind},
                                    {"key", entry.key},
                                    {"definition", entry.definition},
                                    {"yaml", entry.yaml},
                                    {"recorded_at", format_instant(entry.recorded_at)}});
  }
  JsonObject settings{{"workspace", JsonObject{{"key", known.key},
                                               {"zone", known.zone.name()},
                                               {"currency", known.currency},
                                               {"week_start", weekday_name(known.week_start)}}},
                      {"accounts", std::move(account_list)},
                      {"catalog", std::move(entry_list)}};
  if (rules) settings[rules_setting] = *rules;
  TRY(JsonArray goals, goals_in(control, workspace));
  if (!goals.empty()) settings["goals"] = std::move(goals);
  TRY(JsonArray alerts, alerts_in(control, workspace));
  if (!alerts.empty()) settings["alerts"] = std::move(alerts);
  TRY_DONE(put_labels(control, workspace, settings));
  TRY_DONE(put_dashboards(control, workspace, settings));
  TRY_DONE(put_delivery(control, workspace, settings));
  return settings;
}

Result<std::vector<std::string>> say_settings(control::Control& control, const std::string& workspace,
                                              const JsonObject& settings, const ExportJudges& judges,
                                              bool workspace_is_unused, Instant now) {
  return Saying(control, workspace, settings, judges).run(workspace_is_unused, now);
}

}  // namespace sociometer::upkeep
