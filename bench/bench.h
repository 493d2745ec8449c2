// Bench: what users wait for, set against hand-written SQL doing the same work in the same run.
//
// Only ratios are printed. An absolute time says something about a machine, a ratio about the program.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace sociometer::bench {

// One line of the table.
struct Line {
  std::string work;
  std::string against;
  double ratio = 0;
  std::string goal;
  enum class Verdict { met, missed } verdict = Verdict::missed;
};

struct Size {
  int64_t divisor = 1;  // 10: a tenth of the rows
};

// Importing exports, as a share of the speed of `read_csv`, unpivot and insert. `directory` is empty and may be filled.
Result<std::vector<Line>> import_lines(const std::string& directory, Size size);
// KPI questions over 10 million observations, as a multiple of the time of SQL written for just that question.
Result<std::vector<Line>> question_lines(const std::string& directory, Size size);

// The same over 20 million web events.
Result<std::vector<Line>> web_lines(const std::string& directory, Size size);
// The most memory this process has had, as a share of what it may have.
Line memory_line();

// The same questions beside PostgreSQL: how many times faster.
class Postgres;
Result<std::vector<Line>> question_peer_lines(const std::string& directory, Postgres& postgres, Size size);
Result<std::vector<Line>> web_peer_lines(const std::string& directory, Postgres& postgres, Size size);

// Seconds of the median run of each of two works, taken in turns so that both see the same machine.
struct Medians {
  double ours = 0;
  double theirs = 0;
};
inline Result<Medians> medians_in_turns(int rounds, const std::function<Result<Done>()>& ours,
                                        const std::function<Result<Done>()>& theirs) {
  std::vector<double> times[2];
  for (int round = 0; round < rounds; ++round) {
    for (int side = 0; side < 2; ++side) {
      int64_t began = steady_micros();
      TRY_DONE(side == 0 ? ours() : theirs());
      times[side].push_back(static_cast<double>(steady_micros() - began) / 1e6);
    }
  }
  for (auto& list : times) std::sort(list.begin(), list.end());
  size_t middle = static_cast<size_t>(rounds / 2);
  return Medians{times[0][middle], times[1][middle]};
}

}  // namespace sociometer::bench
