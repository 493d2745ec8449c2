#include <fmt/format.h>

#include "surfaces/cli/command.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct WorkspaceWords {
  std::string verb, key, zone, currency, week_start;
};

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
  if (is_json) {
    call.print_json(workspace_json(changed));
  } else {
    call.print(workspaces_table({changed}, call.terminal.look()));
  }
  return Exit::done;
}

Run declare(Options options) {
  auto words = std::make_shared<WorkspaceWords>();
  for (const auto& [verb, help] : {std::pair{"add", "adds a workspace"}, {"set", "changes one"}}) {
    Options of_verb = options.verb(verb, help, &words->verb);
    of_verb.word("KEY", "lower-case letters, digits and dashes", &words->key);
    of_verb.text("--zone", "TZ", "whose days are counted, Europe/Berlin", &words->zone);
    of_verb.text("--currency", "C", "of money, EUR", &words->currency);
    of_verb.text("--week-start", "DAY", "monday or another", &words->week_start);
  }
  return [words](Call& call) { return workspace(call, *words); };
}

}  // namespace

const Command workspace_command{"workspace", "lists, adds and changes workspaces",
                                "sociometer workspace set default --zone Europe/Berlin --currency EUR", Needs::data,
                                declare};

}  // namespace sociometer::surfaces
