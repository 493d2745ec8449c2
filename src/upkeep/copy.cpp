#include "upkeep/copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace sociometer::upkeep {
namespace {

namespace fs = std::filesystem;

// In the child of a process with threads: nothing but calls of the kernel. Its exit status is the error number.
[[noreturn]] void copy_and_end(const char* from, const char* to) {
  const int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) _exit(errno);
  const int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0) _exit(errno);
  if (ioctl(out, FICLONE, in) != 0) {
    std::array<char, 1 << 16> piece;
    ssize_t size = 0;
    while ((size = read(in, piece.data(), piece.size())) != 0) {
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) _exit(errno);
      for (ssize_t done = 0; done < size;) {
        const ssize_t written = write(out, piece.data() + done, static_cast<size_t>(size - done));
        if (written < 0 && errno != EINTR) _exit(errno);
        if (written > 0) done += written;
      }
    }
  }
  if (fsync(out) != 0) _exit(errno);
  _exit(0);
}

bool is_passing(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.starts_with("owner.") || name.ends_with(".unfinished") || name.ends_with(".tmp") ||
         name.ends_with(".new");
}

// Folders of what is on its way, made anew when the program starts.
bool is_passing_folder(const fs::path& folder) {
  return folder == "uploads" || folder.string().ends_with(".tmp");
}

}  // namespace

Result<Done> copy_whole(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  const std::string source = from.string(), target = to.string();
  const pid_t child = fork();
  if (child == 0) copy_and_end(source.c_str(), target.c_str());
  int raw = 0;
  if (child < 0 || waitpid(child, &raw, 0) != child || !WIFEXITED(raw)) {
    return internal(fmt::format("{} could not be copied", source));
  }
  const int failed = WEXITSTATUS(raw);
  if (failed == 0) return Done{};
  if (failed == ENOSPC || failed == EFBIG || failed == EDQUOT) {
    return full(fmt::format("there is no room left for {}", target));
  }
  return unavailable(fmt::format("{} could not be copied to {}: {}", source, target, std::strerror(failed)));
}

Result<std::vector<fs::path>> kept_files(const fs::path& directory) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::recursive_directory_iterator each(directory, error);
  for (; !error && each != fs::recursive_directory_iterator(); each.increment(error)) {
    const fs::path relative = each->path().lexically_relative(directory);
    if (each->is_directory() && is_passing_folder(relative)) {
      each.disable_recursion_pending();
    } else if (each->is_regular_file() && !is_passing(relative)) {
      found.push_back(relative);
    }
  }
  if (error) return unavailable(fmt::format("{} cannot be read: {}", directory.string(), error.message()));
  std::sort(found.begin(), found.end());
  return found;
}

Result<Done> take_empty(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return unavailable(fmt::format("{} cannot be made: {}", directory.string(), error.message()));
  TRY(const std::vector<fs::path> files, kept_files(directory));
  if (files.empty()) return Done{};
  return conflict(
      fmt::format("{} holds something already: name a folder that is empty or not there yet", directory.string()));
}

}  // namespace sociometer::upkeep
