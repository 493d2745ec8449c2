// The table of commands, and how a command line becomes one of them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "surfaces/cli/options.h"
#include "surfaces/surfaces.h"
#include "surfaces/terminal.h"
#include "surfaces/wrong_words.h"

namespace sociometer::surfaces {

using Words = std::vector<std::string>;

// What the exit status promises to scripts.
enum class Exit { done = 0, failed = 1, wrong = 2, partly = 3 };

enum class Output { people, json };

// Options that may stand anywhere on the line.
struct Globals {
  std::string data;
  std::string workspace = "default";
  Output output = Output::people;
  std::optional<Instant> now;
};

// What a command needs of the data directory.
enum class Needs {
  nothing,    // answers without one
  words,      // what a workspace added to the catalog, where there is one already
  data,       // any process that owns it will do
  ownership,  // must own it itself, for as long as it runs
  directory,  // must own it itself, and nothing of it is opened
};

// Where a command that serves tells the others where it does.
struct Announcement {
  std::function<void(const std::string& address)> serving_at;
  std::string directory;  // the data directory
  std::string address;    // where it is served just now; empty: nowhere
};

// One run of a command.
struct Call {
  House& house;  // empty where the command needs nothing
  Terminal& terminal;
  const Globals& globals;
  std::shared_ptr<const Clock> clock;
  const Announcement& announcement;

  void print(std::string_view text) const { terminal.out(text); }
  void print_json(const Json& document) const;
};

using Run = std::function<Result<Exit>(Call&)>;

struct Command {
  std::string_view name;
  std::string_view summary;
  std::string_view example;
  Needs needs;
  Run (*declare)(Options options);
};

std::span<const Command> commands();

struct Parsed {
  Globals globals;
  const Command* command = nullptr;
  Run run;
  std::string help;  // not empty: print it and be done
};

// The words a command line may be made of, for whoever completes or describes it.
struct CommandWords {
  struct Option {
    std::string name, value, help;  // "--zone", "TZ", …; no value: a flag
  };
  std::string name, summary, example, arguments;
  std::vector<Option> options;
  std::vector<CommandWords> verbs;
};
// The program itself, with its commands as `verbs` and the global options as `options`.
CommandWords vocabulary();

// invalid: the line is wrong, in one sentence with the nearest word that would be right.
Result<Parsed> parse_words(const Words& words);

// Runs a parsed command and says on the terminal what went wrong, if something did.
Exit run_parsed(const Parsed& parsed, House& house, Terminal& terminal, const std::shared_ptr<const Clock>& wall_clock,
                const Announcement& announcement);
Exit tell(Terminal& terminal, const Error& error);

// Keeps in the audit log what a command did, under the login name of whoever ran it.
Result<Done> record(const Call& call, std::string_view workspace, std::string_view action, std::string_view object,
                    std::string_view detail = {});
// The login name of whoever runs the program.
std::string login_name();
// The whole text of the one file at the path, seen from the user's directory.
Result<std::string> text_at(const Call& call, const std::string& path);
// Where people reach this installation: what it is served at, else the address it would be by default.
std::string base_address(const Call& call);

// One per file of cli/.
extern const Command import_command, imports_command, kpi_command, explain_command, changes_command, forecast_command,
    anomalies_command, alert_command, alerts_command, digest_command, benchmark_command, standouts_command,
    best_times_command, campaign_command, campaigns_command, tag_command, goal_command, goals_command, catalog_command,
    calc_command, posts_command, accounts_command, rates_command, judge_command, judgements_command, report_command,
    reports_command, channel_command, channels_command, mail_command, workspace_command, user_command, token_command,
    audit_command, secrets_command, erase_command, check_command, backup_command, export_command, restore_command,
    upgrade_command, serve_command, demo_command, completion_command;

}  // namespace sociometer::surfaces
