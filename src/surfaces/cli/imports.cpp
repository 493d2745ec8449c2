#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct ImportsWords {
  std::string verb, batch, account, before;
  int64_t limit = 50;
};

std::string imports_table(const std::vector<facts::Batch>& batches, const Look& look) {
  Table table;
  table.column("batch");
  table.column("imported");
  table.column("format");
  table.column("account", Table::Align::left, Table::Fit::flexible);
  table.column("file", Table::Align::left, Table::Fit::flexible);
  for (const char* title : {"rows", "rejected", "posts", "observations"}) table.column(title, Table::Align::right);
  table.column("");
  for (const facts::Batch& batch : batches) {
    table.row({batch.id, format_instant(batch.recorded_at).substr(0, 10), batch.start.source,
               join(batch.accounts, ", "), batch.start.path, grouped(batch.end.rows_read),
               batch.end.rows_rejected > 0 ? grouped(batch.end.rows_rejected) : "", grouped(batch.posts),
               grouped(batch.observations), batch.undone_at ? "undone" : ""});
  }
  return table.empty() ? "nothing has been imported yet\n" : table.text(look);
}

Result<Exit> show_import(Call& call, const std::string& id) {
  TRY(const facts::Batch batch, call.house.importer->find_import(call.globals.workspace, id));
  if (call.globals.output == Output::json) {
    call.print_json(collect::to_json(batch));
  } else {
    call.print(imports_table({batch}, call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> imports(Call& call, const ImportsWords& words) {
  TRY(const control::Workspace workspace, call.house.control->workspace(call.globals.workspace));
  if (words.verb == "undo") {
    TRY_DONE(call.house.importer->undo(workspace.key, words.batch));
    TRY_DONE(record(call, workspace.key, "import.undo", words.batch));
    return show_import(call, words.batch);
  }
  if (words.verb == "assign") {
    TRY(const facts::BatchReceipt receipt, call.house.importer->assign(workspace.key, words.batch, words.account));
    TRY_DONE(record(call, workspace.key, "import.assign", words.batch, "now " + receipt.id));
    return show_import(call, receipt.id);
  }
  if (words.limit < 1) return invalid("--limit must be 1 or more", "limit");
  TRY(const ImportsPage page, imports_page(call.house, workspace.key, static_cast<size_t>(words.limit), words.before));
  if (call.globals.output == Output::json) {
    call.print_json(imports_json(page));
    return Exit::done;
  }
  call.print(imports_table(page.imports, call.terminal.look()));
  if (!page.next.empty()) call.print(fmt::format("more: sociometer imports --before {}\n", page.next));
  return Exit::done;
}

Run declare_imports(Options options) {
  auto words = std::make_shared<ImportsWords>();
  options.number("--limit", "N", "how many (50)", &words->limit);
  options.text("--before", "BATCH", "only those imported before this one", &words->before);
  Options undo = options.verb("undo", "takes an import back; its history stays", &words->verb);
  undo.word("BATCH", "as `sociometer imports` lists it", &words->batch);
  Options assign = options.verb("assign", "moves an import to the right account", &words->verb);
  assign.word("BATCH", "as `sociometer imports` lists it", &words->batch);
  assign.text("--account", "HANDLE", "the account it belongs to", &words->account, Presence::required);
  return [words](Call& call) { return imports(call, *words); };
}

}  // namespace

const Command imports_command{"imports", "past imports; takes one back, moves one to the right account",
                              "sociometer imports undo 01JA2B3C4D5E6F7G8H9J0K1M2N", Needs::data, declare_imports};

}  // namespace sociometer::surfaces
