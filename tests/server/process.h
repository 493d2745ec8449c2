// Runs the real binary, as a person at a shell would, without a terminal; and what it talks to.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sociometer::server_test {

using Words = std::vector<std::string>;

struct Ended {
  int status = -1;  // the exit status; 128 + n where a signal n ended it
  std::string out, error;
};

// The binary of this build, or the one that the variable SOCIOMETER_BINARY names.
std::string tested_program();

struct Circumstances {
  std::string input;                          // on standard input
  std::optional<uint64_t> largest_file = {};  // RLIMIT_FSIZE, the poor man's full disk
  std::filesystem::path folder = {};          // the working directory; empty: this one's
  std::string program = tested_program();     // what runs
};

// A process that is running. Destroying it ends it.
class Process {
 public:
  explicit Process(const Words& words, const Circumstances& circumstances = {});
  ~Process();
  Process(const Process&) = delete;

  Ended wait();
  void signal(int number) const;
  bool is_running();
  // Standard output once it holds `text`; what there is after half a minute.
  std::string out_with(std::string_view text) const;

 private:
  std::filesystem::path out_, error_;
  pid_t id_ = -1;
  std::optional<int> ended_;
};

Ended run(const Words& words, const Circumstances& circumstances = {});

// A folder that goes when this goes.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

void write_file(const std::string& path, std::string_view bytes);
std::string read_file(const std::string& path);

}  // namespace sociometer::server_test
