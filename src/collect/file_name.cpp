#include "collect/file_name.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "collect/values.h"

namespace sociometer::collect {

namespace {

std::string_view last_part(std::string_view path) {
  size_t slash = path.find_last_of("/\\");
  return slash == path.npos ? path : path.substr(slash + 1);
}

// "20161201"
std::optional<Day> compact_day(std::string_view text) {
  if (text.size() != 8 || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  std::string iso =
      std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" + std::string(text.substr(6));
  auto day = parse_day(iso);
  return day ? std::optional(*day) : std::nullopt;
}

// "May-25-2026"
std::optional<Day> worded_day(std::string_view text) {
  if (text.size() < 10 || text.size() > 11 || std::count(text.begin(), text.end(), '-') != 2) return std::nullopt;
  if (text.starts_with('-') || text.ends_with('-')) return std::nullopt;
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '-', ' ');
  auto time = parse_time(spaced);
  return time && !time->seconds ? std::optional(time->day) : std::nullopt;
}

// "2026-01-31"
std::optional<Day> iso_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto day = parse_day(text);
  return day ? std::optional(*day) : std::nullopt;
}

std::optional<NamedDays> days_in_one_name(std::string_view name) {
  std::vector<std::string_view> parts = split(name, '_');
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    // X's monthly files follow each other without a gap only if the day at the end is not part of them, and none of
    // them ever holds a row of that day.
    auto first = compact_day(parts[i]), last = compact_day(parts[i + 1]);
    if (first && last && *first < *last) return NamedDays{*first, *last, {*first, *last}};
    // Meta's "last 28 days" are named by their first and their last.
    first = worded_day(parts[i]), last = worded_day(parts[i + 1]);
    if (first && last && *first <= *last) return NamedDays{*first, *last, {*first, *last + 1}};
  }
  // Everybody else writes two dates with something between them: "2024-01-01_2025-04-25", "2014-01-01 - 2014-02-27".
  std::vector<Day> days;
  for (size_t i = 0; i + 10 <= name.size(); ++i) {
    bool inside_a_number = i > 0 && name[i - 1] >= '0' && name[i - 1] <= '9';
    auto day = inside_a_number ? std::nullopt : iso_day(name.substr(i, 10));
    if (day) days.push_back(*day);
  }
  if (days.size() == 2 && days[0] <= days[1]) return NamedDays{days[0], days[1], {days[0], days[1] + 1}};
  // "Untitled-report-Apr-1-2023-to-Mar-11-2024"
  size_t to = name.find("-to-");
  if (to == name.npos) return std::nullopt;
  for (size_t length : {11, 10}) {
    if (to < length) continue;
    for (size_t behind : {11, 10}) {
      auto first = worded_day(name.substr(to - length, length)), last = worded_day(name.substr(to + 4, behind));
      if (first && last && *first <= *last) return NamedDays{*first, *last, {*first, *last + 1}};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<NamedDays> days_in_name(std::string_view path) {
  std::string_view name = last_part(path);
  std::string_view folder = path.substr(0, path.size() - name.size());
  auto days = days_in_one_name(name.substr(0, name.rfind('.')));
  // Of an archive the whole is named, not the parts.
  while (folder.ends_with('/')) folder.remove_suffix(1);
  std::string_view archive = last_part(folder);
  if (!days && archive.ends_with(".zip")) days = days_in_one_name(archive.substr(0, archive.size() - 4));
  return days;
}

std::string account_in_name(std::string_view path) {
  constexpr std::string_view words_before = "tweet_activity_metrics_";
  std::string_view name = last_part(path);
  size_t at = name.find(words_before);
  if (at == name.npos) return {};
  name.remove_prefix(at + words_before.size());
  // Handles may hold underscores: the days behind them end it.
  std::vector<std::string_view> parts = split(name, '_');
  for (size_t i = 1; i < parts.size(); ++i) {
    if (!compact_day(parts[i])) continue;
    std::string handle(parts[0]);
    for (size_t k = 1; k < i; ++k) handle += "_" + std::string(parts[k]);
    return handle;
  }
  return {};
}

}  // namespace sociometer::collect
