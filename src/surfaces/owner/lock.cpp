#include "surfaces/owner/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace sociometer::surfaces {
namespace {

Error cannot_use(const std::string& directory, const std::string& why) {
  return unavailable(fmt::format("cannot use the data directory {}: {}; choose another with --data", directory, why));
}

}  // namespace

Result<std::optional<DirectoryLock>> DirectoryLock::try_take(const std::string& directory) {
  const std::string path = directory + "/owner.lock";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return cannot_use(directory, strerror(errno));
  if (flock(file, LOCK_EX | LOCK_NB) == 0) return std::optional(DirectoryLock(file));
  const int reason = errno;
  close(file);
  if (reason == EWOULDBLOCK || reason == EINTR) return std::optional<DirectoryLock>();
  return cannot_use(directory, strerror(reason));
}

DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) close(file_);
}

Result<std::string> data_directory(const std::string& given, const char* variable, const std::string& name) {
  const auto environment = [](const char* key) {
    const char* value = key == nullptr ? nullptr : std::getenv(key);
    return std::string(value == nullptr ? "" : value);
  };
  if (!given.empty()) return given;
  if (std::string chosen = environment(variable); !chosen.empty()) return chosen;
  // The specification says to pass over a relative XDG_DATA_HOME.
  if (const std::string data = environment("XDG_DATA_HOME"); data.starts_with('/')) return data + "/" + name;
  if (const std::string home = environment("HOME"); !home.empty()) return home + "/.local/share/" + name;
  return invalid("there is no home directory to keep data in; say where with --data DIR", "data");
}

Result<Done> make_directory(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return Done{};
  std::filesystem::create_directories(directory, error);
  if (error) return cannot_use(directory, error.message());
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  return Done{};
}

}  // namespace sociometer::surfaces
