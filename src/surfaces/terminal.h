// Terminal: where a command's words come out and where its files come in. The same command runs the same way whether it
// was typed at this process or handed over by another (owner/).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/collect.h"

namespace sociometer::surfaces {

enum class Colour { plain, coloured };

// What is known of the people's side of it.
struct Look {
  int width = 0;  // columns; 0: nobody is looking, nothing is cut
  Colour colour = Colour::plain;
  bool shows_progress = false;
  std::string folder;  // the working directory, which relative paths are meant from
};

class Terminal {
 public:
  virtual ~Terminal() = default;

  virtual const Look& look() const = 0;
  virtual void out(std::string_view text) = 0;    // the result, standard output
  virtual void error(std::string_view text) = 0;  // messages, standard error
  virtual void progress(const collect::ImportProgress& progress) = 0;
  virtual void end_progress() = 0;  // clears the bar
  // True once the user has asked to stop, or is gone.
  virtual bool cancelled() const = 0;
  // The files at these paths, seen from the user's working directory; "-" is the user's standard input.
  virtual Result<std::unique_ptr<collect::Input>> open_input(const std::vector<std::string>& paths) = 0;
};

// This process's own standard streams.
std::unique_ptr<Terminal> own_terminal();
// Lets the first Ctrl-C ask the running command to stop instead of ending the process; the second ends it.
void catch_interrupt();

}  // namespace sociometer::surfaces
