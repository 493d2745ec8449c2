#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/table.h"
#include "surfaces/rules.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct WorkspaceWords {
  std::string verb, key, zone, currency, week_start;
  std::string hours, holidays, response_window, response_promise, brands, rules;
};

constexpr std::string_view taken_back = "none";

// "acme=own,rival=competitor"
Result<Json> brands_of(std::string_view words) {
  JsonObject brands;
  for (std::string_view part : split(words, ',')) {
    const size_t equals = part.rfind('=');
    if (equals == part.npos) {
      return invalid(fmt::format("--brands takes name=own, name=competitor or name=partner, not \"{}\"", trimmed(part)),
                     "brands");
    }
    brands[trimmed(part.substr(0, equals))] = trimmed(part.substr(equals + 1));
  }
  return Json(std::move(brands));
}

// The business hours said on the line; holidays alone are added to the hours said before.
Result<Json> hours_of(const WorkspaceWords& words, const JsonObject& said) {
  Json hours;
  if (!words.hours.empty()) {
    TRY(hours, metrics::business_hours_from_words(words.hours));
  } else if (const Json* before = said.if_contains("hours")) {
    hours = *before;
  }
  if (words.holidays.empty()) return hours;
  if (!hours.is_object()) return invalid("--holidays need business hours: say --hours as well", "holidays");
  JsonArray days;
  for (std::string_view day : split(words.holidays, ',')) {
    if (words.holidays != taken_back) days.emplace_back(trimmed(day));
  }
  hours.get_object()["holidays"] = std::move(days);
  return hours;
}

// What the line says of the rules, as a change of them.
Result<JsonObject> rules_change(const WorkspaceWords& words, const JsonObject& said) {
  JsonObject change;
  if (!words.rules.empty()) {
    TRY(Json given, parse_json(words.rules));
    if (!given.is_object()) return invalid("--rules takes a JSON object", "rules");
    change = std::move(given.get_object());
  }
  auto put = [&](const char* name, const std::string& text) {
    if (!text.empty()) change[name] = text == taken_back ? Json(nullptr) : Json(text);
  };
  put("response_window", words.response_window);
  put("response_promise", words.response_promise);
  if (words.hours == taken_back) {
    change["hours"] = nullptr;
  } else if (!words.hours.empty() || !words.holidays.empty()) {
    TRY(change["hours"], hours_of(words, said));
  }
  if (words.brands == taken_back) {
    change["brands"] = nullptr;
  } else if (!words.brands.empty()) {
    TRY(change["brands"], brands_of(words.brands));
  }
  return change;
}

std::string workspaces_table(const std::vector<control::Workspace>& workspaces, const Look& look) {
  Table table;
  for (const char* title : {"workspace", "zone", "currency", "week starts"}) table.column(title);
  for (const control::Workspace& workspace : workspaces) {
    table.row(
        {workspace.key, workspace.zone.name(), workspace.currency, std::string(weekday_name(workspace.week_start))});
  }
  return table.text(look);
}

Result<Exit> workspace(Call& call, const WorkspaceWords& words) {
  const bool is_json = call.globals.output == Output::json;
  if (words.verb.empty()) {
    TRY(const std::vector<control::Workspace> all, call.house.control->workspaces());
    if (is_json) {
      call.print_json(workspaces_json(all));
    } else {
      call.print(workspaces_table(all, call.terminal.look()));
    }
    return Exit::done;
  }
  control::WorkspaceChange change;
  if (!words.zone.empty()) change.zone = words.zone;
  if (!words.currency.empty()) change.currency = words.currency;
  if (!words.week_start.empty()) change.week_start = words.week_start;
  control::Control& control = *call.house.control;
  TRY(const control::Workspace changed,
      words.verb == "add" ? control.add_workspace(words.key, change) : control.set_workspace(words.key, change));
  TRY(JsonObject rules, said_rules(call.house, changed.key));
  TRY(const JsonObject change_of_rules, rules_change(words, rules));
  if (!change_of_rules.empty()) {
    TRY(rules, change_rules(call.house, changed.key, change_of_rules));
  }
  TRY_DONE(record(call, changed.key, "workspace.set", changed.key));
  if (is_json) {
    Json shown = workspace_json(changed);
    if (!rules.empty()) shown.get_object()["rules"] = std::move(rules);
    call.print_json(shown);
  } else {
    call.print(workspaces_table({changed}, call.terminal.look()));
    if (!rules.empty()) call.print(fmt::format("\nrules\n{}\n", json_text(rules, JsonStyle::indented)));
  }
  return Exit::done;
}

Run declare_workspace(Options options) {
  auto words = std::make_shared<WorkspaceWords>();
  for (const auto& [verb, help] : {std::pair{"add", "adds a workspace"}, {"set", "changes one"}}) {
    Options of_verb = options.verb(verb, help, &words->verb);
    of_verb.word("KEY", "lower-case letters, digits and dashes", &words->key);
    of_verb.text("--zone", "TZ", "whose days are counted, Europe/Berlin", &words->zone);
    of_verb.text("--currency", "C", "of money, EUR", &words->currency);
    of_verb.text("--week-start", "DAY", "monday or another", &words->week_start);
    of_verb.text("--hours", "HOURS", "when somebody answers: mon-fri 09:00-17:00, sat 10:00-14:00; none",
                 &words->hours);
    of_verb.text("--holidays", "DAY,…", "when nobody does: 2026-12-25,2026-12-26; none", &words->holidays);
    of_verb.text("--response-window", "TIME", "within which a response counts, 1h", &words->response_window);
    of_verb.text("--response-promise", "TIME", "what was promised for it, 4h or 4h business", &words->response_promise);
    of_verb.text("--brands", "NAME=WHOSE,…", "whose the brands of mentions are: acme=own,rival=competitor; none",
                 &words->brands);
    of_verb.text("--rules", "JSON", "all of these and more as one object, as docs/api.md has it", &words->rules);
  }
  return [words](Call& call) { return workspace(call, *words); };
}

}  // namespace

const Command workspace_command{"workspace", "lists, adds and changes workspaces",
                                "sociometer workspace set default --zone Europe/Berlin --hours 'mon-fri 09:00-17:00'",
                                Needs::data, declare_workspace};

}  // namespace sociometer::surfaces
