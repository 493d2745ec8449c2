#include "process.h"
#include "base/scratch_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace sociometer::server_test {
namespace {

namespace fs = std::filesystem;

// Among the files of this program's processes, which lie in one folder as long as it runs.
fs::path fresh_path(std::string_view kind) {
  static const Folder ours;
  static std::atomic<int> count = 0;
  return ours.path() / fmt::format("{}-{}", ++count, kind);
}

[[noreturn]] void become(const Words& words, const Circumstances& circumstances, int input, const fs::path& out,
                         const fs::path& error) {
  const int out_file = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int error_file = open(error.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (dup2(input, 0) < 0 || dup2(out_file, 1) < 0 || dup2(error_file, 2) < 0) _exit(125);
  if (!circumstances.folder.empty() && chdir(circumstances.folder.c_str()) != 0) _exit(125);
  if (circumstances.largest_file) {
    const rlimit limit{*circumstances.largest_file, *circumstances.largest_file};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  std::vector<char*> arguments{const_cast<char*>(circumstances.program.c_str())};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  // A shell that runs the tests in the background has them ignore it, and who inherits that keeps to it.
  ::signal(SIGINT, SIG_DFL);
  execv(circumstances.program.c_str(), arguments.data());
  _exit(126);
}

int status_of(int raw) {
  return WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
}

}  // namespace

std::string tested_program() {
  const char* named = std::getenv("SOCIOMETER_BINARY");
  return named == nullptr ? BUILT_BINARY : named;
}

Process::Process(const Words& words, const Circumstances& circumstances)
    : out_(fresh_path("out")), error_(fresh_path("error")) {
  const fs::path input = fresh_path("input");
  write_file(input.string(), circumstances.input);
  const int input_file = open(input.c_str(), O_RDONLY | O_CLOEXEC);
  fs::remove(input);
  id_ = fork();
  if (id_ == 0) become(words, circumstances, input_file, out_, error_);
  close(input_file);
}

Process::~Process() {
  if (is_running()) {
    signal(SIGKILL);
    wait();
  }
  std::error_code ignored;
  fs::remove(out_, ignored);
  fs::remove(error_, ignored);
}

Ended Process::wait() {
  int raw = 0;
  if (!ended_ && waitpid(id_, &raw, 0) == id_) ended_ = status_of(raw);
  return {ended_.value_or(-1), read_file(out_.string()), read_file(error_.string())};
}

void Process::signal(int number) const {
  kill(id_, number);
}

bool Process::is_running() {
  int raw = 0;
  if (!ended_ && waitpid(id_, &raw, WNOHANG) == id_) ended_ = status_of(raw);
  return !ended_;
}

std::string Process::out_with(std::string_view text) const {
  std::string out;
  for (int i = 0; i < 3000; ++i) {
    out = read_file(out_.string());
    if (out.find(text) != std::string::npos) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return out;
}

Ended run(const Words& words, const Circumstances& circumstances) {
  return Process(words, circumstances).wait();
}

Folder::Folder() : path_(*make_scratch_folder("server")) {}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace sociometer::server_test
