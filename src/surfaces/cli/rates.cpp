#include <fmt/format.h>

#include "surfaces/cli/command.h"
#include "surfaces/cli/import_text.h"
#include "surfaces/cli/table.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct RatesWords {
  std::string verb, file;
};

std::string rates_table(const std::vector<metrics::KnownRate>& rates, const Look& look) {
  Table table;
  table.column("date");
  table.column("from");
  table.column("to");
  table.column("rate", Table::Align::right);
  for (const metrics::KnownRate& rate : rates) {
    table.row({format_day(rate.day), rate.from, rate.to, fmt::format("{:.9g}", rate.rate)});
  }
  return table.empty() ? "no rates yet; sociometer rates add FILE\n" : table.text(look);
}

Result<Exit> add_rates(Call& call, const std::string& path) {
  TRY(const control::Workspace workspace, call.house.control->workspace(call.globals.workspace));
  TRY(const std::unique_ptr<collect::Input> input, call.terminal.open_input({path}));
  collect::Input::Next next = input->next();
  if (next.done) return not_found(fmt::format("there is no file at {}", path), "file");
  if (!next.file) return next.file.error();
  TRY(const collect::FileReport file, call.house.importer->add_rates(workspace.key, std::move(*next.file), call.clock));
  const collect::ImportReport report{{file}};
  if (call.globals.output == Output::json) {
    call.print_json(collect::to_json(report));
  } else if (!file.error) {
    call.print(file.already_known ? fmt::format("{}: known already\n", file.path)
                                  : fmt::format("{}: {} rates of {} to {}, batch {}\n", file.path, file.observations,
                                                format_day(*file.first_day), format_day(*file.last_day), file.batch));
  }
  call.terminal.error(complaints_text(report));
  if (!file.batch.empty() && !file.already_known) TRY_DONE(record(call, workspace.key, "rates.add", file.batch));
  return static_cast<Exit>(report.exit_status());
}

Result<Exit> rates(Call& call, const RatesWords& words) {
  if (words.verb == "add") return add_rates(call, words.file);
  TRY(const metrics::Scope scope, scope_of(call.house, call.globals.workspace, *call.clock));
  TRY(const std::vector<metrics::KnownRate> known, call.house.engine->rates(scope, std::nullopt));
  if (call.globals.output == Output::json) {
    call.print_json(metrics::to_json(known));
  } else {
    call.print(rates_table(known, call.terminal.look()));
  }
  return Exit::done;
}

Run declare_rates(Options options) {
  auto words = std::make_shared<RatesWords>();
  Options add = options.verb("add", "reads exchange rates from a CSV: date,from,to,rate", &words->verb);
  add.word("FILE", "the CSV, or the European Central Bank's table; - for standard input", &words->file);
  return [words](Call& call) { return rates(call, *words); };
}

}  // namespace

const Command rates_command{"rates", "what money of other currencies is converted by, day by day",
                            "sociometer rates add eurofxref-hist.csv", Needs::data, declare_rates};

}  // namespace sociometer::surfaces
