#include "surfaces/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>

#include "surfaces/cli/table.h"

namespace sociometer::surfaces {
namespace {

constexpr int bar_width = 24;

std::string bytes_text(int64_t bytes) {
  const double size = static_cast<double>(bytes);
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.0f} kB", size / 1e3);
  if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", size / 1e6);
  return fmt::format("{:.2f} GB", size / 1e9);
}

std::string rate_text(double rows_per_second) {
  if (rows_per_second < 1000) return fmt::format("{:.0f} rows/s", rows_per_second);
  if (rows_per_second < 1e6) return fmt::format("{:.0f} k rows/s", rows_per_second / 1e3);
  return fmt::format("{:.1f} M rows/s", rows_per_second / 1e6);
}

std::string time_text(int64_t seconds) {
  if (seconds < 60) return fmt::format("{} s left", seconds);
  return fmt::format("{} min {:02} s left", seconds / 60, seconds % 60);
}

std::string bar_text(double share) {
  const int full = static_cast<int>(std::clamp(share, 0.0, 1.0) * bar_width);
  std::string bar;
  for (int i = 0; i < bar_width; ++i) bar += i < full ? "█" : "░";
  return bar;
}

}  // namespace

std::string progress_line(const collect::ImportProgress& progress, int64_t elapsed_micros, int width) {
  const double seconds = std::max(static_cast<double>(elapsed_micros) / 1e6, 1e-3);
  std::string line;
  if (progress.bytes_total && *progress.bytes_total > 0) {
    const double share = static_cast<double>(progress.bytes_read) / static_cast<double>(*progress.bytes_total);
    line = fmt::format("{} {:3.0f} %  {} of {}", bar_text(share), std::min(share, 1.0) * 100,
                       bytes_text(progress.bytes_read), bytes_text(*progress.bytes_total));
  } else {
    line = bytes_text(progress.bytes_read);
  }
  line += fmt::format("  {}", rate_text(static_cast<double>(progress.rows_read) / seconds));
  if (progress.bytes_total && progress.bytes_read > 0 && seconds > 1) {
    const double left = static_cast<double>(*progress.bytes_total - progress.bytes_read) * seconds /
                        static_cast<double>(progress.bytes_read);
    line += fmt::format("  {}", time_text(std::max<int64_t>(0, static_cast<int64_t>(left))));
  }
  line += fmt::format("  file {}  {}", progress.files_done + 1, progress.path);
  return width > 0 ? cut_to(line, width - 1) : line;
}

}  // namespace sociometer::surfaces
