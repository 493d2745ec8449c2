// The side of a command whose data directory another process owns.
#pragma once

#include <optional>
#include <string>

#include "surfaces/cli/command.h"

namespace sociometer::surfaces {

// Who owns the directory, as it says of itself.
struct Owner {
  std::string command;
  int64_t process = 0;
  std::string address;  // of `serve`
};

// Nothing: nobody listens there (any more), or whoever did went before a word was said.
std::optional<Owner> ask_who_owns(const std::string& socket);
// Hands the words over and prints what comes back. Nothing: as above; then nothing was done either.
std::optional<Exit> hand_over(const std::string& socket, const Words& words, Terminal& terminal);

}  // namespace sociometer::surfaces
