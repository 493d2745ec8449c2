#include <fmt/format.h>

#include <array>

#include "surfaces/call_clock.h"
#include "surfaces/cli/command.h"

namespace sociometer::surfaces {

std::span<const Command> commands() {
  static const std::array<Command, 12> table{
      import_command, imports_command,  kpi_command,       explain_command, posts_command, catalog_command,
      calc_command,   accounts_command, workspace_command, serve_command,   demo_command,  completion_command,
  };
  return table;
}

void Call::print_json(const Json& document) const {
  terminal.out(json_text(document, JsonStyle::indented) + "\n");
}

Exit tell(Terminal& terminal, const Error& error) {
  terminal.error(fmt::format("sociometer: {}\n", error.message));
  return error.kind == ErrorKind::invalid ? Exit::wrong : Exit::failed;
}

Exit run_parsed(const Parsed& parsed, House& house, Terminal& terminal, const std::shared_ptr<const Clock>& wall_clock,
                const Announcement& announcement) {
  const std::shared_ptr<const Clock> clock = parsed.globals.now ? fixed_clock(*parsed.globals.now) : wall_clock;
  const CallClock::Scope scope(*clock);
  Call call{house, terminal, parsed.globals, clock, announcement};
  const Result<Exit> exit = parsed.run(call);
  return exit ? *exit : tell(terminal, exit.error());
}

}  // namespace sociometer::surfaces
