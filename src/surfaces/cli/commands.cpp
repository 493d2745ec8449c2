#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>

#include "surfaces/call_clock.h"
#include "surfaces/cli/command.h"

namespace sociometer::surfaces {

std::span<const Command> commands() {
  static const std::array<Command, 44> table{
      import_command,    imports_command,   kpi_command,       explain_command,    changes_command,
      forecast_command,  anomalies_command, benchmark_command, standouts_command,  best_times_command,
      campaign_command,  campaigns_command, tag_command,       goal_command,       goals_command,
      report_command,    reports_command,   channel_command,   channels_command,   mail_command,
      alert_command,     alerts_command,    digest_command,    posts_command,      catalog_command,
      calc_command,      accounts_command,  rates_command,     judge_command,      judgements_command,
      workspace_command, user_command,      token_command,     audit_command,      check_command,
      backup_command,    export_command,    restore_command,   upgrade_command,    secrets_command,
      erase_command,     serve_command,     demo_command,      completion_command,
  };
  return table;
}

void Call::print_json(const Json& document) const {
  terminal.out(json_text(document, JsonStyle::indented) + "\n");
}

std::string login_name() {
  const passwd* user = getpwuid(geteuid());
  return user == nullptr ? std::to_string(geteuid()) : std::string(user->pw_name);
}

Result<Done> record(const Call& call, std::string_view workspace, std::string_view action, std::string_view object,
                    std::string_view detail) {
  const control::Deed deed{.actor = control::Deed::Actor::cli,
                           .actor_id = login_name(),
                           .workspace = std::string(workspace),
                           .action = std::string(action),
                           .object = std::string(object),
                           .detail = std::string(detail)};
  return call.house.control->audit().add(deed, call.clock->now());
}

Result<std::string> text_at(const Call& call, const std::string& path) {
  TRY(const std::unique_ptr<collect::Input> input, call.terminal.open_input({path}));
  collect::Input::Next next = input->next();
  if (next.done) return not_found(fmt::format("there is no file at {}", path), "file");
  if (!next.file) return next.file.error();
  std::string text;
  std::string piece(64 * 1024, '\0');
  constexpr size_t most = 1024 * 1024;
  while (text.size() < most) {
    TRY(const size_t size, next.file->stream->read(piece.data(), piece.size()));
    if (size == 0) return text;
    text.append(piece, 0, size);
  }
  return invalid(fmt::format("{} is larger than such a file can be", path), "file");
}

std::string base_address(const Call& call) {
  std::string address = call.announcement.address.empty() ? "http://127.0.0.1:8321" : call.announcement.address;
  if (address.ends_with('/')) address.pop_back();
  return address;
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
