#include "collect/rows.h"

#include <fmt/format.h>

#include "base/text.h"
#include "collect/report.h"

namespace sociometer::collect {

Fate Fate::rejected(std::string_view column, std::string_view text, std::string_view reason) {
  return {Kind::rejected, std::string(column), clipped(text, 100), std::string(reason)};
}

bool holds_more_than(const csv::Row& row, size_t columns) {
  for (size_t i = columns; i < row.cells.size(); ++i) {
    if (!trimmed(row.cells[i]).empty()) return true;
  }
  return false;
}

bool is_note(const csv::Row& row) {
  std::string_view only;
  for (std::string_view cell : row.cells) {
    cell = trimmed(cell);
    if (cell.empty()) continue;
    if (!only.empty()) return false;
    only = cell;
  }
  return only.find(' ') != only.npos || only.starts_with('#');
}

std::optional<DayRange> days_in_text(Writing& writing, std::string_view text) {
  text = trimmed(text);
  if (auto day = writing.time(text))
    return day->seconds ? std::nullopt : std::optional(DayRange{day->day, day->day + 1});
  constexpr std::string_view separators[] = {
      " - ", " \xE2\x80\x93 ", " \xE2\x80\x94 ", " to ", " bis ", " a ", " au ", "..", " | ", "\xE2\x80\x93", "-"};
  for (std::string_view separator : separators) {
    size_t at = text.find(separator);
    if (at == text.npos) continue;
    auto first = writing.time(trimmed(text.substr(0, at)));
    auto last = writing.time(trimmed(text.substr(at + separator.size())));
    if (first && last && first->day <= last->day) return DayRange{first->day, last->day + 1};
  }
  return std::nullopt;
}

bool may_be_of(const catalog::Format& format, std::string_view network) {
  bool of_meta = format.network == "meta" && (network == "facebook" || network == "instagram");
  return format.network.empty() || format.network == network || of_meta;
}

void ReadingContext::warn(std::string warning) const {
  if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(std::move(warning));
}

void say_unknown_columns(const ReadingContext& context, const Layout& layout) {
  for (const std::string& header : layout.unknown()) {
    context.warnings.push_back(fmt::format("The column “{}” is none known and was left out.", clipped(header, 80)));
  }
}

}  // namespace sociometer::collect
