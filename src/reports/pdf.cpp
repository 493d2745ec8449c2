// PDF: Chromium prints the HTML, twice: the first time to learn on which pages the contents lie.
//
// Chromium takes no time but its own for the file's dates, so they are overwritten with the report's moment.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/clock.h"
#include "base/scratch_folder.h"
#include "base/text.h"
#include "reports/writing.h"

namespace sociometer::reports {
namespace {

namespace fs = std::filesystem;

constexpr int64_t patience = int64_t{120} * 1'000'000;  // microseconds a printing may take

// A folder of one printing, gone when it is done.
class Scratch {
 public:
  static Result<std::unique_ptr<Scratch>> make() {
    TRY(fs::path folder, make_scratch_folder("print"));
    return std::unique_ptr<Scratch>(new Scratch(std::move(folder)));
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  std::string path(const char* name) const { return (folder_ / name).string(); }

 private:
  explicit Scratch(fs::path folder) : folder_(std::move(folder)) {}
  fs::path folder_;
};

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
      "a PDF is printed by Chromium, which is not here: install the package chromium, or name it in "
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

Result<std::string> printed(const std::string& chromium, const Scratch& scratch, const std::string& page) {
  const std::string source = scratch.path("report.html"), out = scratch.path("report.pdf"), log = scratch.path("log");
  {
    std::ofstream file(source, std::ios::binary);
    file << page;
    if (!file.flush()) return full(fmt::format("{} could not be written: make room there", source));
  }
  std::vector<std::string> words{chromium,
                                 "--headless",
                                 "--no-sandbox",
                                 "--disable-gpu",
                                 "--disable-background-networking",
                                 "--disable-component-update",
                                 "--disable-sync",
                                 "--disable-extensions",
                                 "--no-first-run",
                                 "--lang=en-US",
                                 "--user-data-dir=" + scratch.path("profile"),
                                 "--no-pdf-header-footer",
                                 "--print-to-pdf=" + out,
                                 "file://" + source};
  std::vector<std::string> surroundings = environment(scratch.path("profile"));
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
  const int failed = posix_spawn(&process, chromium.c_str(), &files, &own_group, pointers(words).data(),
                                 pointers(surroundings).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&own_group);
  if (failed != 0) return unavailable(fmt::format("{} could not be started", chromium));
  TRY_DONE(wait_for(process, log));
  std::string bytes = text_of(out);
  if (!bytes.starts_with("%PDF-")) return internal("Chromium printed nothing");
  return bytes;
}

}  // namespace

std::string with_fixed_dates(std::string pdf, Instant as_of) {
  const std::string moment = format_instant({as_of.micros - as_of.micros % 1'000'000});  // 2026-06-22T12:00:00Z
  std::string digits;
  for (const char c : moment) {
    if (c >= '0' && c <= '9') digits += c;
  }
  for (const std::string_view name : {"/CreationDate (D:", "/ModDate (D:"}) {
    for (size_t place = pdf.find(name); place != std::string::npos; place = pdf.find(name, place + 1)) {
      const size_t begin = place + name.size();
      if (begin + digits.size() <= pdf.size()) pdf.replace(begin, digits.size(), digits);
    }
  }
  // The file's identity, where the printer gives one: as many hexadecimal digits, of nothing but the date.
  for (size_t place = pdf.find("/ID [<"); place != std::string::npos; place = pdf.find("/ID [<", place + 1)) {
    const size_t end = pdf.find(']', place);
    for (size_t i = place + 5; end != std::string::npos && i < end; ++i) {
      if (std::isxdigit(static_cast<unsigned char>(pdf[i])) != 0) pdf[i] = digits[i % digits.size()];
    }
  }
  return pdf;
}

std::map<std::string, int> pages_of(const std::string& pdf) {
  // Pages stand in their order: "12 0 obj\n<</Type /Page\n".
  std::map<int, int> numbers;
  constexpr std::string_view page = " 0 obj\n<</Type /Page\n";
  for (size_t place = pdf.find(page); place != std::string::npos; place = pdf.find(page, place + 1)) {
    size_t begin = place;
    while (begin > 0 && pdf[begin - 1] >= '0' && pdf[begin - 1] <= '9') --begin;
    int object = 0;
    std::from_chars(pdf.data() + begin, pdf.data() + place, object);
    numbers.emplace(object, static_cast<int>(numbers.size()) + 1);
  }
  // Destinations: "/tile-3 [12 0 R /XYZ 6 826 0]".
  std::map<std::string, int> found;
  constexpr std::string_view goes_to = " 0 R /XYZ";
  for (size_t place = pdf.find(goes_to); place != std::string::npos; place = pdf.find(goes_to, place + 1)) {
    const size_t bracket = pdf.rfind('[', place);
    if (bracket == std::string::npos || place - bracket > 12 || bracket < 2) continue;
    const size_t slash = pdf.rfind('/', bracket);
    if (slash == std::string::npos || bracket - slash > 64) continue;
    int object = 0;
    std::from_chars(pdf.data() + bracket + 1, pdf.data() + place, object);
    const auto number = numbers.find(object);
    if (number == numbers.end()) continue;
    found[std::string(trimmed(std::string_view(pdf).substr(slash + 1, bracket - slash - 1)))] = number->second;
  }
  return found;
}

Result<std::string> pdf(const Report& report) {
  TRY(const std::string chromium, chromium_path());
  TRY(const std::unique_ptr<Scratch> scratch, Scratch::make());
  TRY(const std::string first, printed(chromium, *scratch, html(report)));
  TRY(std::string second, printed(chromium, *scratch, html(report, pages_of(first))));
  return with_fixed_dates(std::move(second), report.as_of);
}

}  // namespace sociometer::reports
