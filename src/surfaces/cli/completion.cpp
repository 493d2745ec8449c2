#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/command.h"

namespace sociometer::surfaces {
namespace {

std::string option_names(const CommandWords& words) {
  std::vector<std::string> names;
  for (const auto& option : words.options) names.push_back(option.name);
  return join(names, " ");
}

std::string verb_names(const CommandWords& words) {
  std::vector<std::string> names;
  for (const CommandWords& verb : words.verbs) names.push_back(verb.name);
  return join(names, " ");
}

// In bash and zsh each command's words are one line of a `case`.
std::string cases(const CommandWords& program) {
  std::string text;
  for (const CommandWords& command : program.verbs) {
    std::string words = verb_names(command) + (command.verbs.empty() ? "" : " ") + option_names(command);
    for (const CommandWords& verb : command.verbs) words += " " + option_names(verb);
    text += fmt::format("    {}) words=\"{} {}\" ;;\n", command.name, words, option_names(program));
  }
  return text;
}

std::string bash(const CommandWords& program) {
  return fmt::format(R"(_sociometer() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} command= words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${{COMP_WORDS[i]}} in
      --data | --workspace | --now) ((i++)) ;;
      -*) ;;
      *) command=${{COMP_WORDS[i]}}; break ;;
    esac
  done
  case $command in
    "") words="{} {}" ;;
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [[ $word == -* || -n ${{COMPREPLY[0]}} ]] || COMPREPLY=($(compgen -f -- "$word"))
}}
complete -o filenames -F _sociometer sociometer
)",
                     verb_names(program), option_names(program), cases(program));
}

std::string zsh(const CommandWords& program) {
  return "#compdef sociometer\nautoload -U +X bashcompinit && bashcompinit\n" + bash(program);
}

std::string fish(const CommandWords& program) {
  const auto quoted = [](std::string text) {
    for (size_t place = 0; (place = text.find('\'', place)) != std::string::npos; place += 2) text.insert(place, "\\");
    return "'" + text + "'";
  };
  std::string text;
  const auto options = [&](const CommandWords& words, const std::string& condition) {
    for (const auto& option : words.options) {
      text += fmt::format("complete -c sociometer {}-l {} {}-d {}\n", condition, option.name.substr(2),
                          option.value.empty() ? "" : "-r ", quoted(option.help));
    }
  };
  options(program, "");
  for (const CommandWords& command : program.verbs) {
    text += fmt::format("complete -c sociometer -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        quoted(command.summary));
    const std::string here = fmt::format("-n '__fish_seen_subcommand_from {}' ", command.name);
    options(command, here);
    for (const CommandWords& verb : command.verbs) {
      text += fmt::format("complete -c sociometer {}-a {} -d {}\n", here, verb.name, quoted(verb.summary));
      options(verb, here);
    }
  }
  return text;
}

std::string roff(std::string text) {
  for (size_t place = 0; (place = text.find('-', place)) != std::string::npos; place += 2) text.insert(place, "\\");
  if (text.starts_with('.') || text.starts_with('\'')) text.insert(0, "\\&");
  return text;
}

std::string options_page(const CommandWords& words) {
  std::string text;
  for (const auto& option : words.options) {
    if (option.name == "--help") continue;
    text += fmt::format(".TP\n.B {}{}{}\n{}\n", roff(option.name), option.value.empty() ? "" : " ", roff(option.value),
                        roff(option.help));
  }
  return text;
}

std::string man(const CommandWords& program) {
  std::string text = fmt::format(
      ".TH SOCIOMETER 1 \"\" \"sociometer {}\" \"User commands\"\n.SH NAME\nsociometer \\- social\\-media analytics "
      "that "
      "can be checked\n.SH SYNOPSIS\n.B sociometer\n[\\-\\-data DIR] [\\-\\-workspace KEY] [\\-\\-json] [\\-\\-now "
      "TIME] "
      "COMMAND\n.SH GLOBAL OPTIONS\nThey may stand anywhere on the line.\n",
      SOCIOMETER_VERSION);
  text += options_page(program) + ".SH COMMANDS\n";
  for (const CommandWords& command : program.verbs) {
    text += fmt::format(".SS {}{}{}\n{}.\n", command.name, command.arguments.empty() ? "" : " ",
                        roff(command.arguments), roff(command.summary));
    text += options_page(command);
    for (const CommandWords& verb : command.verbs) {
      text += fmt::format(".PP\n.B {} {} {}\n\\(em {}\n", command.name, verb.name, roff(verb.arguments),
                          roff(verb.summary));
      text += options_page(verb);
    }
    text += fmt::format(".PP\nExample:\n.PP\n.RS\n{}\n.RE\n", roff(command.example));
  }
  text +=
      ".SH EXIT STATUS\n.TP\n.B 0\nDone.\n.TP\n.B 1\nFailed; nothing was stored.\n.TP\n.B 2\nThe command line is "
      "wrong.\n"
      ".TP\n.B 3\nDone in part: something was stored and something was rejected or refused, all of it listed.\n"
      ".SH ENVIRONMENT\n.TP\n.B SOCIOMETER_DATA\nThe data directory, unless \\-\\-data names one.\n.TP\n.B NO_COLOR\n"
      "No colours on the terminal.\n.TP\n.B SOCIOMETER_LOG\nHow much `serve` logs: debug, info, warning or error.\n";
  return text;
}

Result<Exit> completion(Call& call, const std::string& shell) {
  const CommandWords program = vocabulary();
  if (shell == "bash") {
    call.print(bash(program));
  } else if (shell == "zsh") {
    call.print(zsh(program));
  } else if (shell == "fish") {
    call.print(fish(program));
  } else if (shell == "man") {
    call.print(man(program));
  } else {
    return invalid(
        fmt::format("there is no completion for \"{}\"; there is bash, zsh, fish, and man for the manual", shell),
        "shell");
  }
  return Exit::done;
}

Run declare_completion(Options options) {
  auto shell = std::make_shared<std::string>();
  options.word("SHELL", "bash, zsh or fish; man for the manual page", shell.get());
  return [shell](Call& call) { return completion(call, *shell); };
}

}  // namespace

const Command completion_command{"completion", "a shell's completions for this program",
                                 "source <(sociometer completion bash)", Needs::nothing, declare_completion};

}  // namespace sociometer::surfaces
