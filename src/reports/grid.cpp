#include "reports/grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/text.h"
#include "reports/numbers.h"

namespace sociometer::reports {
namespace {

using metrics::Cell;

constexpr std::array<std::string_view, 7> weekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};

std::vector<std::string> members_at(const metrics::Answer& answer, size_t dimension) {
  std::vector<std::string> members;
  for (const Cell& cell : answer.rows) {
    if (std::ranges::find(members, cell.by[dimension]) == members.end()) members.push_back(cell.by[dimension]);
  }
  const std::string& key = answer.question.by[dimension];
  std::ranges::stable_sort(members, {}, [&](const std::string& member) { return place_of(key, member); });
  return members;
}

std::string coverage_words(const Cell& cell) {
  if (cell.coverage >= 1 || cell.reason == "no_data") return {};
  return fmt::format("{:.0f} %", cell.coverage * 100);
}

// What stands beside a number where it has no columns of its own.
std::vector<std::string> small_words(const Cell& cell, catalog::Unit unit, std::string_view currency, Notes notes) {
  std::vector<std::string> parts;
  if (std::string text = change_text(cell, unit); !text.empty()) parts.push_back(text);
  if (std::string text = interval_text(cell, unit, currency); !text.empty()) parts.push_back(text);
  if (notes == Notes::in_words && !cell.notes.empty()) parts.push_back(notes_text(cell.notes));
  return parts;
}

GridCell number_cell(const Report& report, const AnsweredTile& tile, const Cell& cell) {
  const catalog::Unit unit = unit_of(*report.catalog, cell.kpi, cell.variant);
  return {.text = cell_text(cell, unit, report.currency),
          .link = explain_link(report, tile, cell),
          .notes = cell.notes,
          .is_number = true};
}

GridCell member_cell(const AnsweredTile& tile, std::string_view dimension, const std::string& member) {
  if (dimension == "post") {
    if (const auto text = tile.post_texts.find(member); text != tile.post_texts.end()) {
      return {.text = text->second, .small = {member}};
    }
  }
  return {.text = member_words(dimension, member)};
}

Grid long_grid(const Report& report, const AnsweredTile& tile, Notes notes) {
  const metrics::Answer& answer = *tile.answer;
  Grid grid;
  auto column = [&](std::string title, bool numeric) {
    grid.head.push_back(std::move(title));
    grid.numeric.push_back(numeric);
  };
  for (const std::string& dimension : answer.question.by) column(dimension_name(report, dimension), false);
  const bool names_kpis = answer.question.kpis.size() > 1 || answer.question.by.empty();
  if (names_kpis) column("KPI", false);
  for (const char* title : {"Value", "Before", "Change", "95 % interval", "n", "Covered"}) column(title, true);
  column("Notes", false);
  for (const Cell& cell : answer.rows) {
    const catalog::Unit unit = unit_of(*report.catalog, cell.kpi, cell.variant);
    std::vector<GridCell> row;
    for (size_t i = 0; i < cell.by.size(); ++i) row.push_back(member_cell(tile, answer.question.by[i], cell.by[i]));
    if (names_kpis) row.push_back({kpi_name(report, cell)});
    row.push_back(number_cell(report, tile, cell));
    row.push_back({cell.compared ? value_text(*cell.compared, unit, report.currency) : ""});
    row.push_back({change_text(cell, unit)});
    row.push_back({interval_text(cell, unit, report.currency)});
    row.push_back({n_words(cell)});
    row.push_back({coverage_words(cell)});
    row.push_back({notes == Notes::in_words ? notes_text(cell.notes) : ""});
    grid.rows.push_back(std::move(row));
  }
  return grid;
}

// KPIs side by side: one row for each combination of members.
Grid wide_grid(const Report& report, const AnsweredTile& tile, Notes notes) {
  const metrics::Answer& answer = *tile.answer;
  Grid grid;
  for (const std::string& dimension : answer.question.by) {
    grid.head.push_back(dimension_name(report, dimension));
    grid.numeric.push_back(false);
  }
  const size_t dimensions = grid.head.size();
  for (const std::string& kpi : answer.question.kpis) {
    grid.head.push_back(kpi_name(report, kpi));
    grid.numeric.push_back(true);
  }
  std::map<std::vector<std::string>, size_t> places;
  for (const Cell& cell : answer.rows) {
    const auto [place, fresh] = places.emplace(cell.by, grid.rows.size());
    if (fresh) {
      std::vector<GridCell> row;
      for (size_t i = 0; i < dimensions; ++i) row.push_back(member_cell(tile, answer.question.by[i], cell.by[i]));
      row.resize(grid.head.size());
      grid.rows.push_back(std::move(row));
    }
    const auto asked = std::ranges::find(answer.question.kpis, cell.asked);
    if (asked == answer.question.kpis.end()) continue;
    GridCell number = number_cell(report, tile, cell);
    number.small = small_words(cell, unit_of(*report.catalog, cell.kpi, cell.variant), report.currency, notes);
    grid.rows[place->second][dimensions + static_cast<size_t>(asked - answer.question.kpis.begin())] =
        std::move(number);
  }
  return grid;
}

void drop_empty_columns(Grid& grid) {
  for (size_t column = grid.head.size(); column-- > 0;) {
    const bool is_used = std::ranges::any_of(grid.rows, [&](const auto& row) { return !row[column].text.empty(); });
    if (is_used) continue;
    grid.head.erase(grid.head.begin() + static_cast<ptrdiff_t>(column));
    grid.numeric.erase(grid.numeric.begin() + static_cast<ptrdiff_t>(column));
    for (auto& row : grid.rows) row.erase(row.begin() + static_cast<ptrdiff_t>(column));
  }
}

}  // namespace

int place_of(std::string_view dimension, const std::string& member) {
  if (dimension == "weekday") {
    return static_cast<int>(std::ranges::find(weekdays, member) - weekdays.begin());
  }
  if (dimension == "hour" && !member.empty() && member.find_first_not_of("0123456789") == std::string::npos) {
    return std::stoi(member.substr(0, 4));
  }
  return 0;
}

Grid grid_of(const Report& report, const AnsweredTile& tile, Notes notes) {
  const bool wide = tile.question.kpis.size() > 1 && !tile.question.by.empty();
  Grid grid = wide ? wide_grid(report, tile, notes) : long_grid(report, tile, notes);
  drop_empty_columns(grid);
  return grid;
}

Pivot pivot_of(const Report& report, const AnsweredTile& tile) {
  const metrics::Answer& answer = *tile.answer;
  const std::vector<std::string>& by = answer.question.by;
  Pivot pivot;
  if (!answer.rows.empty()) pivot.unit = unit_of(*report.catalog, answer.rows[0].kpi, answer.rows[0].variant);
  if (by.empty()) {
    Series& only = pivot.series.emplace_back();
    for (size_t row = 0; row < answer.rows.size(); ++row) {
      pivot.labels.push_back(kpi_name(report, answer.rows[row]));
      only.points.push_back({&answer.rows[row], row});
    }
    return pivot;
  }
  pivot.dimension = by[0];
  const std::vector<std::string> labels = members_at(answer, 0);
  const std::vector<std::string> names = by.size() > 1 ? members_at(answer, 1) : answer.question.kpis;
  for (const std::string& member : labels) pivot.labels.push_back(member_words(by[0], member));
  for (const std::string& each : names) {
    pivot.series.push_back(
        {by.size() > 1 ? member_words(by[1], each) : kpi_name(report, each), std::vector<Point>(labels.size())});
  }
  for (size_t row = 0; row < answer.rows.size(); ++row) {
    const Cell& cell = answer.rows[row];
    const auto label = std::ranges::find(labels, cell.by[0]);
    const auto series = std::ranges::find(names, by.size() > 1 ? cell.by[1] : cell.asked);
    if (label == labels.end() || series == names.end()) continue;
    pivot.series[static_cast<size_t>(series - names.begin())].points[static_cast<size_t>(label - labels.begin())] = {
        &cell, row};
  }
  return pivot;
}

bool is_time(std::string_view dimension) {
  return dimension == "day" || dimension == "week" || dimension == "month" || dimension == "quarter" ||
         dimension == "year";
}

std::string member_words(std::string_view dimension, const std::string& member) {
  if (member.empty()) return "(none)";
  if (dimension == "weekday") {
    std::string text = member.substr(0, 3);
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
  }
  return member;
}

std::string kpi_name(const Report& report, std::string_view kpi) {
  const Result<catalog::KpiChoice> choice = report.catalog->find_kpi(kpi);
  if (!choice) return std::string(kpi);
  const std::string& name = choice->kpi->name.english();
  const bool is_default = choice->variant == &choice->kpi->variants.front();
  return is_default ? name : fmt::format("{}, {}", name, lower(choice->variant->name.english()));
}

std::string kpi_name(const Report& report, const Cell& cell) {
  return kpi_name(report, cell.asked.empty() ? kpi_label(cell) : cell.asked);
}

std::string dimension_name(const Report& report, std::string_view dimension) {
  const catalog::Dimension* known = report.catalog->dimension(dimension);
  return known == nullptr ? std::string(dimension) : known->name.english();
}

bool has_numbers(const AnsweredTile& tile) {
  if (!tile.answer) return false;
  return std::ranges::any_of(tile.answer->rows, [](const Cell& cell) { return cell.value || is_bounded(cell); });
}

std::string nothing_words(const AnsweredTile& tile) {
  if (!tile.failure.empty()) return tile.failure;
  if (!tile.answer || tile.answer->rows.empty()) return "Nothing was reported for this.";
  std::vector<std::string> reasons;
  for (const Cell& cell : tile.answer->rows) {
    const std::string words = reason_words(cell.reason);
    if (!words.empty() && std::ranges::find(reasons, words) == reasons.end()) reasons.push_back(words);
  }
  return reasons.empty() ? "Nothing was reported for this." : fmt::format("No number: {}.", join(reasons, ", "));
}

std::string days_words(const std::optional<DayRange>& days) {
  if (!days) return "all days";
  if (days->days() == 1) return format_day(days->first);
  return fmt::format("{} – {}", format_day(days->first), format_day(days->end - 1));
}

std::string filter_words(const Report& report, const std::map<std::string, std::vector<std::string>>& filter) {
  std::vector<std::string> parts;
  for (const auto& [dimension, members] : filter) {
    std::vector<std::string> words;
    for (const std::string& member : members) words.push_back(member_words(dimension, member));
    parts.push_back(fmt::format("{}: {}", dimension_name(report, dimension), join(words, ", ")));
  }
  return join(parts, "; ");
}

std::string compare_words(std::string_view compare) {
  if (compare.empty() || compare == "none") return "nothing";
  if (compare == "previous") return "the period before";
  if (compare == "year") return "a year earlier";
  return std::string(compare);
}

std::string target_words(const Report& report, const Target& target) {
  const catalog::Unit unit = unit_of(*report.catalog, target.kpi, target.variant);
  const bool is_counted = unit == catalog::Unit::count || unit == catalog::Unit::people;
  // What "12 % more" comes to is no whole number of impressions.
  const double value = is_counted && std::fabs(target.value) >= 100 ? std::round(target.value) : target.value;
  return fmt::format("goal {} by {}", value_text(value, unit, report.currency), format_day(target.days.end - 1));
}

std::string mark_words(const Report& report, const Mark& mark) {
  const std::string network = mark.network.empty() ? "" : fmt::format(" ({})", mark.network);
  static_cast<void>(report);
  return fmt::format("{}, {}{}: {}", days_words(mark.days), mark.kind, network, mark.text);
}

std::string n_words(const Cell& cell) {
  return cell.n > 0 ? grouped(cell.n) : "";
}

std::vector<std::pair<std::string, std::string>> facts_of(const Report& report) {
  std::vector<std::pair<std::string, std::string>> facts;
  facts.emplace_back("Days", days_words(report.days));
  facts.emplace_back("Compared with", compare_words(report.compare));
  if (!report.filter.empty()) facts.emplace_back("Only", filter_words(report, report.filter));
  facts.emplace_back("Workspace", report.workspace);
  facts.emplace_back("Time zone", report.zone);
  if (!report.currency.empty()) facts.emplace_back("Currency", report.currency);
  facts.emplace_back("As of", format_instant(report.as_of));
  facts.emplace_back("Made from", report.revision == 0
                                      ? fmt::format("the template {}", report.dashboard.name)
                                      : fmt::format("{}, revision {}", report.dashboard.name, report.revision));
  if (!report.status.empty()) facts.emplace_back("Status", report.status);
  return facts;
}

}  // namespace sociometer::reports
