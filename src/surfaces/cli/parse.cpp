// The only file that knows CLI11.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "base/text.h"
#include "surfaces/cli/command.h"

namespace sociometer::surfaces {
namespace {

struct GlobalWords {
  std::string data, workspace = "default", now;
  bool json = false, version = false;
};

constexpr std::array<std::string_view, 3> global_options_with_value{"--data", "--workspace", "--now"};

// The first word that is no option and no option's value, if there is one.
std::optional<std::string_view> command_word(const Words& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (std::ranges::find(global_options_with_value, word) != global_options_with_value.end()) {
      ++i;
    } else if (!word.starts_with('-')) {
      return word;
    }
  }
  return std::nullopt;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(word, known);
  return near.empty() ? std::string() : fmt::format("; did you mean {}?", near);
}

Error unknown_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  const std::string hint = did_you_mean(word, names);
  return invalid(
      fmt::format("there is no command \"{}\"{}", word, hint.empty() ? "; sociometer --help lists them" : hint));
}

// The option or word that nobody takes.
Error unexpected(const CLI::App& app, const CLI::App* chosen, const std::string& word) {
  const std::string help =
      chosen == nullptr ? "sociometer --help" : fmt::format("sociometer {} --help", chosen->get_name());
  if (!word.starts_with('-')) {
    return invalid(fmt::format("\"{}\" is one word too many; {} shows what may stand there", word, help));
  }
  std::vector<std::string> names;
  for (const CLI::App* source : {&app, chosen}) {
    if (source == nullptr) continue;
    for (const CLI::Option* option : source->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string hint = did_you_mean(word.substr(0, word.find('=')), known);
  return invalid(
      fmt::format("there is no option {}{}", word, hint.empty() ? fmt::format("; {} lists them", help) : hint));
}

void declare_globals(CLI::App& app, GlobalWords& words) {
  Options options(app);
  options.text("--data", "DIR", "the data directory ($SOCIOMETER_DATA, else ~/.local/share/sociometer)", &words.data);
  options.text("--workspace", "KEY", "the workspace (default)", &words.workspace);
  options.text("--now", "TIME", "what time it is, to see what was seen then", &words.now);
  options.flag("--json", "one JSON document on standard output", &words.json);
  options.flag("--version", "the program's version", &words.version);
}

std::string example_text(std::string_view example) {
  return fmt::format("\nExample:\n  {}\n", example);
}

struct Line {
  CLI::App app{"Social-media analytics that can be checked.", "sociometer"};
  std::vector<Run> runs;  // one per command
};

void declare_commands(Line& line) {
  line.app.require_subcommand(1);
  line.app.fallthrough();
  line.app.allow_extras();
  line.app.footer("\nGlobal options may stand anywhere on the line. `sociometer COMMAND --help` tells more of each.\n");
  for (const Command& command : commands()) {
    CLI::App* sub = line.app.add_subcommand(std::string(command.name), std::string(command.summary));
    sub->fallthrough();
    sub->allow_extras();
    sub->footer(example_text(command.example));
    line.runs.push_back(command.declare(Options(*sub)));
  }
}

std::string first_line(std::string text) {
  text = text.substr(0, text.find('\n'));
  // "Argument missing" loses its capital, "BATCH is required" keeps it.
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

Result<Globals> globals_of(const GlobalWords& words) {
  Globals globals;
  globals.data = words.data;
  globals.workspace = words.workspace;
  globals.output = words.json ? Output::json : Output::people;
  if (!words.now.empty()) {
    Result<Instant> now = parse_instant(words.now);
    if (!now) return invalid(fmt::format("--now: {}", now.error().message), "now");
    globals.now = *now;
  }
  return globals;
}

const CLI::App* deepest(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

// The words that lead to the chosen command: "sociometer imports".
std::string path_to(const CLI::App& app) {
  std::string path = app.get_name();
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    if (!at->get_subcommands().empty()) path += " " + at->get_name();
  }
  return path;
}

Result<Parsed> parsed_of(Line& line, const GlobalWords& words) {
  Parsed parsed;
  TRY(parsed.globals, globals_of(words));
  const CLI::App* chosen = line.app.get_subcommands().front();
  const std::vector<std::string> extras = line.app.remaining(true);
  if (!extras.empty()) return unexpected(line.app, deepest(chosen), extras.front());
  for (size_t i = 0; i < commands().size(); ++i) {
    if (commands()[i].name != chosen->get_name()) continue;
    parsed.command = &commands()[i];
    parsed.run = line.runs[i];
  }
  return parsed;
}

CommandWords words_of(const CLI::App& app) {
  CommandWords words{.name = app.get_name(), .summary = app.get_description()};
  for (const CLI::Option* option : app.get_options()) {
    const std::string value = option->get_type_size() == 0 ? "" : option->get_type_name();
    if (!option->get_positional()) {
      words.options.push_back({"--" + option->get_lnames().front(), value, option->get_description()});
    } else {
      const bool many = option->get_items_expected_max() > 1;
      const std::string word = option->get_name() + (many ? "…" : "");
      words.arguments += words.arguments.empty() ? "" : " ";
      words.arguments += option->get_required() ? word : "[" + word + "]";
    }
  }
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.verbs.push_back(words_of(*verb));
  }
  return words;
}

Parsed help_only(std::string text) {
  Parsed parsed;
  parsed.help = std::move(text);
  return parsed;
}

}  // namespace

void Options::text(const std::string& name, const std::string& value, const std::string& help, std::string* to,
                   Presence presence) {
  CLI::Option* option = app_->add_option(name, *to, help)->type_name(value);
  if (presence == Presence::required) option->required();
}

void Options::text(const std::string& name, const std::string& value, const std::string& help,
                   std::optional<std::string>* to) {
  app_->add_option_function<std::string>(
          name, [to](const std::string& said) { *to = said; }, help)
      ->type_name(value);
}

void Options::texts(const std::string& name, const std::string& value, const std::string& help,
                    std::vector<std::string>* to) {
  // Without this an option that may come again swallows every word that follows it.
  app_->add_option(name, *to, help)->type_name(value)->allow_extra_args(false)->take_all();
}

void Options::number(const std::string& name, const std::string& value, const std::string& help, int64_t* to) {
  app_->add_option(name, *to, help)->type_name(value);
}

void Options::flag(const std::string& name, const std::string& help, bool* to) {
  app_->add_flag(name, *to, help);
}

void Options::word(const std::string& value, const std::string& help, std::string* to, Presence presence) {
  CLI::Option* option = app_->add_option(value, *to, help)->type_name("");
  if (presence == Presence::required) option->required();
}

void Options::words(const std::string& value, const std::string& help, std::vector<std::string>* to,
                    Presence presence) {
  app_->add_option(value, *to, help)->type_name("")->required(presence == Presence::required);
}

Options Options::verb(const std::string& name, const std::string& help, std::string* chosen) {
  CLI::App* sub = app_->add_subcommand(name, help);
  sub->fallthrough();
  sub->allow_extras();
  sub->callback([chosen, name] { *chosen = name; });
  return Options(*sub);
}

CommandWords vocabulary() {
  Line line;
  GlobalWords globals;
  declare_globals(line.app, globals);
  declare_commands(line);
  CommandWords words = words_of(line.app);
  for (CommandWords& command : words.verbs) {
    for (const Command& known : commands()) {
      if (known.name == command.name) command.example = known.example;
    }
  }
  return words;
}

Result<Parsed> parse_words(const Words& words) {
  const std::optional<std::string_view> word = command_word(words);
  const bool is_known =
      !word || std::ranges::any_of(commands(), [&](const Command& command) { return command.name == *word; });
  if (!is_known) return unknown_command(*word);

  Line line;
  GlobalWords globals;
  declare_globals(line.app, globals);
  declare_commands(line);
  if (words.empty()) return invalid("a command is missing; sociometer --help lists them");
  try {
    line.app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // the library takes them last first
  } catch (const CLI::CallForHelp&) {
    const CLI::App* chosen = deepest(&line.app);
    return help_only(chosen->help(chosen == &line.app ? "" : path_to(line.app)));
  } catch (const CLI::ParseError& error) {
    if (globals.version) return help_only(fmt::format("sociometer {}\n", SOCIOMETER_VERSION));
    const std::vector<std::string> extras = line.app.remaining(true);
    if (!word && extras.empty()) return invalid("a command is missing; sociometer --help lists them");
    if (!extras.empty()) return unexpected(line.app, word ? deepest(&line.app) : nullptr, extras.front());
    return invalid(fmt::format("{}; sociometer {} --help shows how", first_line(error.what()), word.value_or("")));
  }
  if (globals.version) return help_only(fmt::format("sociometer {}\n", SOCIOMETER_VERSION));
  return parsed_of(line, globals);
}

}  // namespace sociometer::surfaces
