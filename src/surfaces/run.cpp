// From the words of a command line to an exit status: here, or by the process that owns the data directory.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "net/net.h"
#include "surfaces/call_clock.h"
#include "surfaces/cli/command.h"
#include "surfaces/owner/client.h"
#include "surfaces/owner/lock.h"
#include "surfaces/owner/owner.h"
#include "surfaces/serving.h"
#include "surfaces/surfaces.h"
#include "surfaces/terminal.h"

namespace sociometer::surfaces {
namespace {

constexpr auto pause = std::chrono::milliseconds(20);
constexpr int64_t patience_micros = 30'000'000;

struct Setting {
  const Wiring& wiring;
  const Parsed& parsed;
  const Words& words;
  std::string directory;
  Terminal& terminal;

  std::string socket() const { return directory + "/owner.sock"; }
};

// What is in the directory is left alone until the command says otherwise.
Exit run_unopened(const Setting& setting) {
  House nothing;
  return run_parsed(setting.parsed, nothing, setting.terminal, setting.wiring.wall_clock, {{}, setting.directory, {}});
}

// `lock` is held by the caller until this returns.
Exit run_as_owner(const Setting& setting) {
  const Globals& globals = setting.parsed.globals;
  const auto clock = std::make_shared<CallClock>(globals.now ? fixed_clock(*globals.now) : setting.wiring.wall_clock);
  Result<House> house = setting.wiring.open(setting.directory, clock);
  if (!house) return tell(setting.terminal, house.error());

  OwnerCard card{std::string(setting.parsed.command->name)};
  net::LocalServer server(setting.socket(), [&](net::Channel& channel) {
    converse_as_owner(channel, *house, card, setting.wiring.wall_clock, setting.directory);
  });
  if (const Result<Done> started = server.start(); !started) return tell(setting.terminal, started.error());
  const Announcement announcement{[&](const std::string& address) { card.serving_at(address); }, setting.directory, {}};
  const std::string_view command = setting.parsed.command->name;
  if (command == "import" || command == "export") catch_interrupt();
  const Exit exit = run_parsed(setting.parsed, *house, setting.terminal, setting.wiring.wall_clock, announcement);
  server.stop();
  return exit;
}

// What a command says that must own the directory itself while another does; nothing: wait for that one to end.
std::optional<Error> in_the_way(const Owner& owner) {
  if (owner.command != "serve" && owner.command != "demo") return std::nullopt;
  return unavailable(fmt::format("the data directory is already served{}{} (process {}); stop that one first",
                                 owner.address.empty() ? "" : " at ", owner.address, owner.process));
}

// One attempt by way of the owner; nothing: try again.
std::optional<Exit> run_by_owner(const Setting& setting) {
  if (setting.parsed.command->needs != Needs::ownership) {
    return hand_over(setting.socket(), setting.words, setting.terminal);
  }
  const std::optional<Owner> owner = ask_who_owns(setting.socket());
  if (!owner) return std::nullopt;
  if (owner->command == "demo" && setting.parsed.command->name == "demo" && !owner->address.empty()) {
    setting.terminal.out(fmt::format("The demo is already at {}\n", owner->address));
    // Whoever starts it again wants in.
    return hand_over(setting.socket(), {"user", "link", std::string(demo_owner)}, setting.terminal);
  }
  const std::optional<Error> error = in_the_way(*owner);
  if (!error) return std::nullopt;
  return tell(setting.terminal, *error);
}

Exit run_with_data(const Setting& setting) {
  const int64_t begun = steady_micros();
  while (true) {
    Result<std::optional<DirectoryLock>> lock = DirectoryLock::try_take(setting.directory);
    if (!lock) return tell(setting.terminal, lock.error());
    if (*lock) return setting.parsed.command->needs == Needs::directory ? run_unopened(setting) : run_as_owner(setting);
    if (const std::optional<Exit> exit = run_by_owner(setting)) return *exit;
    if (steady_micros() - begun > patience_micros) {
      return tell(setting.terminal, unavailable(fmt::format("another process has held the data directory {} for half a "
                                                            "minute; end it, or choose another with --data",
                                                            setting.directory)));
    }
    std::this_thread::sleep_for(pause);
  }
}

// `catalog add` and its like write, and make the directory they write to.
bool stores_something(const Words& words) {
  return std::ranges::any_of(
      words, [](const std::string& word) { return word == "add" || word == "remove" || word == "pack"; });
}

Exit run_words(const Wiring& wiring, const Words& words, Terminal& terminal) {
  Result<Parsed> parsed = parse_words(words);
  if (!parsed) return tell(terminal, parsed.error());
  if (!parsed->help.empty()) {
    terminal.out(parsed->help);
    return Exit::done;
  }
  const auto run_without_data = [&] {
    House nothing;
    return run_parsed(*parsed, nothing, terminal, wiring.wall_clock, {});
  };
  if (parsed->command->needs == Needs::nothing) return run_without_data();
  // The demo never touches the data its user works with.
  const bool is_demo = parsed->command->name == "demo";
  Result<std::string> directory = data_directory(parsed->globals.data, is_demo ? nullptr : "SOCIOMETER_DATA",
                                                 is_demo ? "sociometer-demo" : "sociometer");
  if (!directory) return tell(terminal, directory.error());
  const bool is_new = !std::filesystem::exists(*directory + "/control.sqlite");
  if (parsed->command->needs == Needs::words && parsed->globals.workspace == "default" && is_new &&
      !stores_something(words)) {
    return run_without_data();
  }
  if (const Result<Done> made = make_directory(*directory); !made) return tell(terminal, made.error());
  return run_with_data({wiring, *parsed, words, *directory, terminal});
}

}  // namespace

int run(const Wiring& wiring, int argc, char** argv) {
  const std::unique_ptr<Terminal> terminal = own_terminal();
  const Words words(argv + std::min(argc, 1), argv + argc);
  return static_cast<int>(run_words(wiring, words, *terminal));
}

}  // namespace sociometer::surfaces
