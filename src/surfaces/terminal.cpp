#include "surfaces/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/clock.h"
#include "surfaces/progress_bar.h"
#include "surfaces/streams.h"

namespace sociometer::surfaces {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // whoever read it has gone; there is nobody to tell
    text.remove_prefix(static_cast<size_t>(written));
  }
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

Look own_look() {
  Look look;
  const char* kind = std::getenv("TERM");
  const bool dumb = kind != nullptr && std::strcmp(kind, "dumb") == 0;
  if (isatty(STDOUT_FILENO) == 1) {
    winsize size{};
    look.width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
    if (!is_set("NO_COLOR") && !dumb) look.colour = Colour::coloured;
  }
  look.shows_progress = isatty(STDERR_FILENO) == 1 && !dumb;
  std::error_code ignored;
  look.folder = std::filesystem::current_path(ignored).string();
  return look;
}

class OwnTerminal final : public Terminal {
 public:
  const Look& look() const override { return look_; }
  void out(std::string_view text) override {
    end_progress();
    write_all(STDOUT_FILENO, text);
  }
  void error(std::string_view text) override {
    end_progress();
    write_all(STDERR_FILENO, text);
  }
  void progress(const collect::ImportProgress& progress) override {
    if (!look_.shows_progress) return;
    if (begun_micros_ == 0) begun_micros_ = steady_micros();
    write_all(STDERR_FILENO, "\r\x1b[K" + progress_line(progress, steady_micros() - begun_micros_,
                                                        look_.width > 0 ? look_.width : 80));
    bar_shown_ = true;
  }
  void end_progress() override {
    if (std::exchange(bar_shown_, false)) write_all(STDERR_FILENO, "\r\x1b[K");
  }
  bool cancelled() const override { return interrupted != 0; }
  Result<std::unique_ptr<collect::Input>> open_input(const std::vector<std::string>& paths) override {
    return collect::open_paths(paths, standard_input_stream());
  }

 private:
  Look look_ = own_look();
  int64_t begun_micros_ = 0;
  bool bar_shown_ = false;
};

}  // namespace

std::unique_ptr<Terminal> own_terminal() {
  return std::make_unique<OwnTerminal>();
}

void catch_interrupt() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // and no SA_RESTART: a read that waits is woken
  sigaction(SIGINT, &action, nullptr);
}

}  // namespace sociometer::surfaces
