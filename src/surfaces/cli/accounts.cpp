#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct AccountsWords {
  std::string verb, handle, network, ownership;
  std::vector<std::string> aliases;
};

std::string accounts_table(const std::vector<collect::Importer::KnownAccount>& accounts, const Look& look) {
  Table table;
  table.column("network");
  table.column("account");
  table.column("ownership");
  table.column("posts", Table::Align::right);
  table.column("observations", Table::Align::right);
  table.column("first day");
  table.column("last day");
  table.column("also known as", Table::Align::left, Table::Fit::flexible);
  const auto day = [](const std::optional<Day>& known) { return known ? format_day(*known) : std::string(); };
  for (const auto& known : accounts) {
    table.row({known.account.network, known.account.handle, std::string(control::name(known.account.ownership)),
               grouped(known.activity.posts), grouped(known.activity.observations), day(known.activity.first_day),
               day(known.activity.last_day), join(known.account.aliases, ", ")});
  }
  return table.empty() ? "no accounts yet; import an export to begin\n" : table.text(look);
}

Result<Exit> set_account(Call& call, const AccountsWords& words) {
  std::optional<control::Ownership> ownership;
  if (!words.ownership.empty()) {
    ownership = control::parse_ownership(words.ownership);
    if (!ownership) {
      return invalid(fmt::format("\"{}\" is no ownership; it is own, competitor or partner", words.ownership),
                     "ownership");
    }
  }
  TRY(const std::string network, network_key(*call.house.catalog, words.network));
  TRY(const control::Account changed,
      call.house.control->set_account(call.globals.workspace, network, words.handle, ownership, words.aliases));
  TRY_DONE(record(call, call.globals.workspace, "account.set", network + "/" + changed.handle));
  TRY(const auto known, account_of(call.house, call.globals.workspace, network, changed.handle));
  if (call.globals.output == Output::json) {
    call.print_json(account_json(known));
  } else {
    call.print(accounts_table({known}, call.terminal.look()));
  }
  return Exit::done;
}

Result<Exit> accounts(Call& call, const AccountsWords& words) {
  if (words.verb == "set") return set_account(call, words);
  TRY(const auto all, accounts_of(call.house, call.globals.workspace));
  if (call.globals.output == Output::json) {
    call.print_json(accounts_json(all));
  } else {
    call.print(accounts_table(all, call.terminal.look()));
  }
  return Exit::done;
}

Run declare_accounts(Options options) {
  auto words = std::make_shared<AccountsWords>();
  Options set_options = options.verb("set", "says whose an account is, and by which other names it goes", &words->verb);
  set_options.word("HANDLE", "the account's name on the network", &words->handle);
  set_options.text("--network", "N", "the network it is on", &words->network, Presence::required);
  set_options.text("--ownership", "WHOSE", "own, competitor or partner", &words->ownership);
  set_options.texts("--alias", "ID", "an id or former name that means this account", &words->aliases);
  return [words](Call& call) { return accounts(call, *words); };
}

}  // namespace

const Command accounts_command{"accounts", "the accounts known, and whose they are",
                               "sociometer accounts set rival --network instagram --ownership competitor", Needs::data,
                               declare_accounts};

}  // namespace sociometer::surfaces
