#include "reports/chromium.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/clock.h"
#include "base/scratch_folder.h"
#include "base/text.h"

namespace sociometer::reports {
namespace {

namespace fs = std::filesystem;

constexpr int64_t patience = int64_t{120} * 1'000'000;  // microseconds a printing may take

bool is_program(const fs::path& path) {
  return access(path.c_str(), X_OK) == 0 && fs::is_regular_file(path);
}

Result<std::string> chromium_path() {
  if (const char* named = std::getenv("CHROMIUM"); named != nullptr && *named != '\0') {
    if (is_program(named)) return std::string(named);
    return unavailable(fmt::format("$CHROMIUM names {}, which is no program", named));
  }
  const char* folders = std::getenv("PATH");
  for (const char* program : {"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"}) {
    for (std::string_view folder : split(folders == nullptr ? "/usr/bin:/bin" : folders, ':')) {
      const fs::path path = fs::path(folder) / program;
      if (!folder.empty() && is_program(path)) return path.string();
    }
  }
  return unavailable(
      "pages and pictures are printed by Chromium, which is not here: install the package chromium, or name it in "
      "$CHROMIUM");
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

// The environment with a home of its own, so that nothing of the user's profile is read or written.
std::vector<std::string> environment(const std::string& home) {
  std::vector<std::string> all;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view text(*each);
    if (!text.starts_with("HOME=") && !text.starts_with("XDG_") && !text.starts_with("DBUS_")) all.emplace_back(text);
  }
  all.push_back("HOME=" + home);
  all.push_back("DBUS_SESSION_BUS_ADDRESS=disabled:");
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> found;
  for (std::string& text : texts) found.push_back(text.data());
  found.push_back(nullptr);
  return found;
}

Result<Done> wait_for(pid_t process, const std::string& log) {
  const int64_t begun = steady_micros();
  int status = 0;
  while (true) {
    const pid_t ended = waitpid(process, &status, WNOHANG);
    if (ended == process) break;
    if (ended < 0 && errno != EINTR) return internal("Chromium could not be waited for");
    if (steady_micros() - begun > patience) {
      kill(-process, SIGKILL);
      waitpid(process, &status, 0);
      return unavailable(fmt::format("Chromium did not finish printing within {} s", patience / 1'000'000));
    }
    usleep(10'000);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Done{};
  std::string said = text_of(log);
  if (said.size() > 300) said = said.substr(said.size() - 300);
  return internal(fmt::format("Chromium failed to print: {}", trimmed(said)));
}

}  // namespace

Result<std::unique_ptr<Chromium>> Chromium::find() {
  TRY(std::string program, chromium_path());
  TRY(fs::path folder, make_scratch_folder("print"));
  return std::unique_ptr<Chromium>(new Chromium(std::move(program), std::move(folder)));
}

Chromium::~Chromium() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Result<std::string> Chromium::printed(const std::string& page) const {
  const std::string out = path("report.pdf");
  TRY_DONE(run(page, {"--no-pdf-header-footer", "--print-to-pdf=" + out}));
  std::string bytes = text_of(out);
  if (!bytes.starts_with("%PDF-")) return internal("Chromium printed nothing");
  return bytes;
}

Result<std::string> Chromium::pictured(const std::string& page, int width, int height) const {
  const std::string out = path("picture.png");
  TRY_DONE(run(page, {"--screenshot=" + out, fmt::format("--window-size={},{}", width, height), "--hide-scrollbars",
                      "--force-device-scale-factor=2"}));
  std::string bytes = text_of(out);
  if (!bytes.starts_with("\x89PNG")) return internal("Chromium took no picture");
  return bytes;
}

std::string Chromium::path(const char* name) const {
  return (folder_ / name).string();
}

Result<Done> Chromium::run(const std::string& page, const std::vector<std::string>& what) const {
  const std::string source = path("report.html"), log = path("log");
  {
    std::ofstream file(source, std::ios::binary);
    file << page;
    if (!file.flush()) return full(fmt::format("{} could not be written: make room there", source));
  }
  std::vector<std::string> words{program_,
                                 "--headless",
                                 "--no-sandbox",
                                 "--disable-gpu",
                                 "--disable-background-networking",
                                 "--disable-component-update",
                                 "--disable-sync",
                                 "--disable-extensions",
                                 "--no-first-run",
                                 "--lang=en-US",
                                 "--user-data-dir=" + path("profile")};
  words.insert(words.end(), what.begin(), what.end());
  words.push_back("file://" + source);
  std::vector<std::string> surroundings = environment(path("profile"));
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  posix_spawnattr_t own_group;
  posix_spawnattr_init(&own_group);
  posix_spawnattr_setflags(&own_group, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&own_group, 0);
  pid_t process = 0;
  const int failed = posix_spawn(&process, program_.c_str(), &files, &own_group, pointers(words).data(),
                                 pointers(surroundings).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&own_group);
  if (failed != 0) return unavailable(fmt::format("{} could not be started", program_));
  return wait_for(process, log);
}

}  // namespace sociometer::reports
