// The lock of a data directory: whoever holds it owns the stores. It goes with the process, however that ends.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace sociometer::surfaces {

class DirectoryLock {
 public:
  // Nothing: another process holds it. full, unavailable: the directory cannot be written to, and what to do.
  static Result<std::optional<DirectoryLock>> try_take(const std::string& directory);
  DirectoryLock(DirectoryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  int file_;
};

// --data, else $SOCIOMETER_DATA, else the folder `name` where this user's programs keep their data.
Result<std::string> data_directory(const std::string& given, const char* variable, const std::string& name);
// Creates it where it is missing, for its owner only.
Result<Done> make_directory(const std::string& directory);

}  // namespace sociometer::surfaces
