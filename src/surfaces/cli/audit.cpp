#include <fmt/format.h>

#include "surfaces/api/people_json.h"
#include "surfaces/audit_text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/table.h"

namespace sociometer::surfaces {
namespace {

struct AuditWords {
  int64_t limit = 50, before = 0;
  bool csv = false, here = false;
};

std::string audit_table(const std::vector<control::Audited>& entries, const Look& look) {
  Table table;
  table.column("entry", Table::Align::right);
  for (const char* title : {"when", "who", "workspace", "did", "to", "more"}) {
    table.column(title, Table::Align::left, Table::Fit::flexible);
  }
  for (const control::Audited& entry : entries) {
    const control::Deed& deed = entry.deed;
    const std::string who = entry.actor_name.empty() ? deed.actor_id : entry.actor_name;
    table.row({std::to_string(entry.number), format_instant(entry.at).substr(0, 19),
               fmt::format("{}{}{}", control::name(deed.actor), who.empty() ? "" : " ", who), deed.workspace,
               deed.action, deed.object, deed.detail});
  }
  return table.empty() ? "nothing has been done yet\n" : table.text(look);
}

Result<Exit> audit(Call& call, const AuditWords& words) {
  if (words.limit < 1) return invalid("--limit must be 1 or more", "limit");
  using Of = control::Audit::Of;
  TRY(const std::vector<control::Audited> found,
      call.house.control->audit().list(words.here ? Of::workspace : Of::everything, call.globals.workspace,
                                       words.before, words.limit));
  if (words.csv) {
    call.print(audit_csv(found));
  } else if (call.globals.output == Output::json) {
    JsonArray list;
    for (const control::Audited& entry : found) list.push_back(audited_json(entry));
    call.print_json(JsonObject{{"audit", std::move(list)}});
  } else {
    call.print(audit_table(found, call.terminal.look()));
  }
  return Exit::done;
}

Run declare_audit(Options options) {
  auto words = std::make_shared<AuditWords>();
  options.number("--limit", "N", "how many, newest first (50)", &words->limit);
  options.number("--before", "ENTRY", "only those before this one", &words->before);
  options.flag("--here", "only what concerns --workspace", &words->here);
  options.flag("--csv", "as CSV", &words->csv);
  return [words](Call& call) { return audit(call, *words); };
}

}  // namespace

const Command audit_command{"audit", "who did what to which object", "sociometer audit --limit 100 --csv", Needs::data,
                            declare_audit};

}  // namespace sociometer::surfaces
