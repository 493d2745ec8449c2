// An answer laid out: as the rows and columns of a table, and as the labels and series of a chart. Markdown, HTML and
// XLSX share it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/reports.h"

namespace sociometer::reports {

// A table to be read: texts, of which some are numbers with an address.
struct GridCell {
  std::string text;
  std::vector<std::string> small = {};  // what stands under or behind it: interval, change, notes, a post's id
  std::string link = {};
  std::vector<std::string> notes = {};  // of a number, as the answer has them
  bool is_number = false;
};
struct Grid {
  std::vector<std::string> head;
  std::vector<bool> numeric;  // by column
  std::vector<std::vector<GridCell>> rows;
};
// Where the notes of numbers go: a column of words or words behind each, or nowhere, to be marked by whoever writes it.
enum class Notes { in_words, unsaid };
Grid grid_of(const Report& report, const AnsweredTile& tile, Notes notes = Notes::in_words);

// A chart's numbers. Of one dimension a series is a KPI, of two it is a member of the second.
struct Point {
  const metrics::Cell* cell = nullptr;  // none: nothing was reported there
  size_t row = 0;                       // of the answer
  bool is_there() const { return cell != nullptr && cell->value.has_value(); }
};
struct Series {
  std::string name;
  std::vector<Point> points;  // one per label
};
struct Pivot {
  std::vector<std::string> labels;
  std::vector<Series> series;
  std::string dimension;  // of the labels; empty: the labels are KPIs
  catalog::Unit unit = catalog::Unit::count;
};
Pivot pivot_of(const Report& report, const AnsweredTile& tile);

// The member that stands for all those beyond a pie's limit.
inline const std::string others_member = "(others)";

bool is_time(std::string_view dimension);
// Where a member stands among others of its dimension: weekdays and hours by the clock, all else as the answer has it.
int place_of(std::string_view dimension, const std::string& member);
std::string member_words(std::string_view dimension, const std::string& member);  // "monday" → "Mon", "" → "(none)"
std::string kpi_name(const Report& report, std::string_view kpi);                 // "key:variant" → "Engagement rate"
std::string kpi_name(const Report& report, const metrics::Cell& cell);
std::string dimension_name(const Report& report, std::string_view dimension);
// Whether any cell has a value or bounds; else why not, as the tile says it.
bool has_numbers(const AnsweredTile& tile);
std::string nothing_words(const AnsweredTile& tile);

// The address of a cell's explanation on the web; empty where the address could not say it.
std::string explain_link(const Report& report, const AnsweredTile& tile, const metrics::Cell& cell);

// "2026-03-01 – 2026-05-31"; "all days" where there are none.
std::string days_words(const std::optional<DayRange>& days);
std::string filter_words(const Report& report, const std::map<std::string, std::vector<std::string>>& filter);
std::string compare_words(std::string_view compare);
std::string target_words(const Report& report, const Target& target);
std::string mark_words(const Report& report, const Mark& mark);
std::string n_words(const metrics::Cell& cell);

// What a report says of itself at its head: name and text.
std::vector<std::pair<std::string, std::string>> facts_of(const Report& report);

}  // namespace sociometer::reports
