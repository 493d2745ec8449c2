// Prints the table of ratios: sociometer_bench [--quick] [--import] [--questions] [--web] [--in DIR]
// [--postgres SOCKET_DIR]
//
// With one of the three kinds of work named, that one alone is measured.
//
// With --in the rows that are asked are kept in DIR, and used again by the next run. With --postgres the questions are
// asked beside a PostgreSQL instead; scripts/bench-peers starts one.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/log.h"
#include "bench/bench.h"
#include "bench/postgres.h"

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
  bool imports = false, questions = false, web = false;
  std::string_view kept;
  std::string postgres;
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    if (word == "--in" && i + 1 < argc) {
      kept = argv[++i];
    } else if (word == "--postgres" && i + 1 < argc) {
      postgres = argv[++i];
    } else if (word == "--quick") {
      size.divisor = 10;
    } else if (word == "--import") {
      imports = true;
    } else if (word == "--questions") {
      questions = true;
    } else if (word == "--web") {
      web = true;
    } else {
      fmt::print(stderr, "No option {}; there are --import, --questions, --web, --quick and --in FOLDER.\n", word);
      return 2;
    }
  }
  if (!imports && !questions && !web) imports = questions = web = true;
  start_log(spdlog::level::warn);
  Scratch scratch(kept);
  if (scratch.path().empty()) {
    fmt::print(stderr, "No folder for temporary files could be made.\n");
    return 1;
  }
  using Measure = std::function<Result<std::vector<Line>>()>;
  std::vector<Measure> measures;
  std::string folder = scratch.path();
  Postgres peer(postgres);
  if (!postgres.empty()) {
    if (questions) measures.push_back([&] { return question_peer_lines(folder, peer, size); });
    if (web) measures.push_back([&] { return web_peer_lines(folder, peer, size); });
  } else {
    if (imports) measures.push_back([&] { return import_lines(folder, size); });
    if (questions) measures.push_back([&] { return question_lines(folder, size); });
    if (web) measures.push_back([&] { return web_lines(folder, size); });
  }
  std::vector<Line> lines;
  for (const Measure& measure : measures) {
    auto more = measure();
    if (!more) {
      fmt::print(stderr, "{}\n", more.error().message);
      return 1;
    }
    lines.insert(lines.end(), more->begin(), more->end());
  }
  lines.push_back(memory_line());
  print(lines);
  return 0;
}

}  // namespace
}  // namespace sociometer::bench

int main(int argc, char** argv) {
  return sociometer::bench::run(argc, argv);
}
