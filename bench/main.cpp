// Prints the table of ratios: sociometer_bench [--quick] [--import] [--questions] [--in DIR] [--postgres SOCKET_DIR]
//
// With --in the rows that are asked are kept in DIR, and used again by the next run. With --postgres the questions are
// asked beside a PostgreSQL instead; scripts/bench-peers starts one.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/log.h"
#include "bench/bench.h"

namespace sociometer::bench {
namespace {

// A folder for the run: one of its own, removed at its end, or one that is kept.
class Scratch {
 public:
  explicit Scratch(std::string_view kept) {
    if (!kept.empty()) {
      std::filesystem::create_directories(kept);
      path_ = kept;
      return;
    }
    owned_ = true;
    std::string name = (std::filesystem::temp_directory_path() / "sociometer-bench-XXXXXX").string();
    if (mkdtemp(name.data())) path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    if (owned_ && !path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool owned_ = false;
};

void print(const std::vector<Line>& lines) {
  fmt::print("| {:<62} | {:<52} | {:>7} | {:>7} | {:<6} |\n", "work", "against", "ratio", "goal", "");
  fmt::print("|{:-<64}|{:-<54}|{:->8}:|{:->8}:|{:-<8}|\n", "", "", "", "", "");
  for (const Line& line : lines) {
    fmt::print("| {:<62} | {:<52} | {:>5.2f} × | {:>7} | {:<6} |\n", line.work, line.against, line.ratio, line.goal,
               line.verdict == Line::Verdict::met ? "met" : "missed");
  }
}

int run(int argc, char** argv) {
  Size size;
  bool imports = true, questions = true;
  std::string_view kept;
  std::string postgres;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--in" && i + 1 < argc) kept = argv[++i];
    if (word == "--postgres" && i + 1 < argc) postgres = argv[++i];
    if (word == "--quick") size.divisor = 10;
    if (word == "--import") questions = false;
    if (word == "--questions") imports = false;
  }
  start_log(spdlog::level::warn);
  Scratch scratch(kept);
  if (scratch.path().empty()) {
    fmt::print(stderr, "No folder for temporary files could be made.\n");
    return 1;
  }
  std::vector<Line> lines;
  if (!postgres.empty()) {
    auto beside = peer_lines(scratch.path(), postgres, size);
    if (!beside) {
      fmt::print(stderr, "{}\n", beside.error().message);
      return 1;
    }
    print(*beside);
    return 0;
  }
  for (auto [wanted, measure] : {std::pair(imports, &import_lines), std::pair(questions, &question_lines)}) {
    if (!wanted) continue;
    auto more = measure(scratch.path(), size);
    if (!more) {
      fmt::print(stderr, "{}\n", more.error().message);
      return 1;
    }
    lines.insert(lines.end(), more->begin(), more->end());
  }
  print(lines);
  return 0;
}

}  // namespace
}  // namespace sociometer::bench

int main(int argc, char** argv) {
  return sociometer::bench::run(argc, argv);
}
