#include "surfaces/cli/import_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/cli/table.h"

namespace sociometer::surfaces {
namespace {

constexpr size_t rejects_shown = 10;

std::string status_of(const collect::FileReport& file) {
  if (file.already_known) return "already known";
  if (file.batch.empty()) return file.rows_accepted > 0 ? "not stored (dry run)" : "nothing to store";
  return "stored";
}

std::string days_of(const collect::FileReport& file) {
  if (!file.first_day || !file.last_day) return {};
  return fmt::format("{} – {}", format_day(*file.first_day), format_day(*file.last_day));
}

// One line under the table of several files.
std::string total_text(const collect::ImportReport& report) {
  int64_t files = 0, known = 0, posts = 0, observations = 0;
  for (const collect::FileReport& file : report.files) {
    if (file.error) continue;
    ++files;
    known += file.already_known ? 1 : 0;
    posts += file.posts;
    observations += file.observations;
  }
  if (files < 2) return {};
  return fmt::format("{} files, {} posts, {} observations{}\n", grouped(files), grouped(posts), grouped(observations),
                     known == 0       ? ""
                     : known == files ? "; all already known"
                                      : fmt::format("; {} already known", grouped(known)));
}

// Where ten thousand rows fail for one reason, one line each helps nobody.
std::string rejects_text(const collect::FileReport& file) {
  std::string text;
  for (size_t i = 0; i < std::min(rejects_shown, file.rejects.size()); ++i) {
    const facts::Reject& reject = file.rejects[i];
    text += fmt::format("sociometer: {}, line {}{}{}: {}{}\n", file.path, reject.line,
                        reject.column.empty() ? "" : ", ", reject.column, reject.reason,
                        reject.text.empty() ? "" : fmt::format(" (\"{}\")", cut_to(reject.text, 60)));
  }
  const int64_t rest = file.rows_rejected - static_cast<int64_t>(std::min(rejects_shown, file.rejects.size()));
  if (rest > 0) text += fmt::format("sociometer: {}: and {} more rows rejected\n", file.path, grouped(rest));
  return text;
}

}  // namespace

std::string report_text(const collect::ImportReport& report, const Look& look) {
  Table table;
  table.column("file", Table::Align::left, Table::Fit::flexible);
  table.column("format");
  table.column("account", Table::Align::left, Table::Fit::flexible);
  table.column("days");
  for (const char* title : {"rows", "rejected", "ignored", "posts", "observations"}) {
    table.column(title, Table::Align::right);
  }
  table.column("status");
  const auto some = [](int64_t number) { return number == 0 ? std::string() : grouped(number); };
  for (const collect::FileReport& file : report.files) {
    if (file.error) continue;
    table.row({file.path, file.format, join(file.accounts, ", "), days_of(file), grouped(file.rows_read),
               some(file.rows_rejected), some(file.rows_ignored), grouped(file.posts), grouped(file.observations),
               status_of(file)});
  }
  return table.empty() ? std::string() : table.text(look) + total_text(report);
}

std::string complaints_text(const collect::ImportReport& report) {
  std::string text;
  for (const collect::FileReport& file : report.files) {
    if (file.error) text += fmt::format("sociometer: {}: {}\n", file.path, file.error->message);
    text += rejects_text(file);
    for (const std::string& warning : file.warnings) text += fmt::format("sociometer: {}: {}\n", file.path, warning);
  }
  return text;
}

}  // namespace sociometer::surfaces
