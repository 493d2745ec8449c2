#include "reports/appendix.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "reports/grid.h"

namespace sociometer::reports {
namespace {

using metrics::Cell;

std::string unit_words(catalog::Unit unit, std::string_view currency) {
  switch (unit) {
    case catalog::Unit::ratio:
      return "percent";
    case catalog::Unit::money:
      return currency.empty() ? "money" : std::string(currency);
    case catalog::Unit::seconds:
      return "time";
    case catalog::Unit::per_day:
      return "a day";
    default:
      return std::string(catalog::name(unit));
  }
}

// What each note means, for somebody who reads it for the first time.
constexpr std::pair<std::string_view, std::string_view> meanings[] = {
    {"partial_period", "running: the period is not over; it is compared with the same part of the one before."},
    {"unsettled", "not settled: the network may still change these days' numbers."},
    {"definition_break", "definition changed: the network changed what it counts; numbers before and after differ."},
    {"bounded", "bounded: the number cannot be had exactly; it lies between the two that are shown."},
    {"stale", "stale: the last number known is older than the period's end."},
    {"small_sample", "small sample: fewer than 10 posts or 30 trials; chance alone moves it much."},
    {"mixed_zones", "mixed zones: days of different time zones are added."},
    {"mixed_definitions", "mixed definitions: networks that count differently are added."},
    {"mixed_basis", "mixed basis: some numbers are of posts published, others of activity in the period."},
    {"negative_flow", "counter fell: a network's counter went down, as it does when it takes back false numbers."},
};

std::string meaning_of(std::string_view note) {
  for (const auto& [key, text] : meanings) {
    if (key == note) return std::string(text);
  }
  return note_words(note);
}

}  // namespace

std::vector<Definition> definitions_of(const Report& report) {
  std::map<std::string, Definition> found;
  for (const AnsweredTile& tile : report.tiles) {
    for (const std::string& kpi : tile.tile.kpis) {
      const Result<catalog::KpiChoice> choice = report.catalog->find_kpi(kpi);
      if (!choice) continue;
      const catalog::Kpi& of = *choice->kpi;
      const std::string key = choice->variant->key.empty() ? of.key : of.key + ":" + choice->variant->key;
      const std::string& note = choice->variant->note.english();
      found[key] = {key,
                    kpi_name(report, kpi),
                    choice->variant->formula_text,
                    of.description.english() + (note.empty() ? "" : " " + note),
                    unit_words(choice->variant->unit, report.currency),
                    of.source,
                    of.definition};
    }
  }
  std::vector<Definition> all;
  for (auto& [key, definition] : found) all.push_back(std::move(definition));
  return all;
}

std::vector<DataNote> data_notes_of(const Report& report) {
  std::vector<DataNote> notes;
  std::set<std::string> said;
  for (const AnsweredTile& tile : report.tiles) {
    if (tile.tile.kpis.empty()) continue;
    if (!has_numbers(tile)) {
      notes.push_back({tile.title, nothing_words(tile)});
      continue;
    }
    double least = 1;
    int64_t missing = 0;
    for (const Cell& cell : tile.answer->rows) {
      said.insert(cell.notes.begin(), cell.notes.end());
      if (cell.reason != "no_data") least = std::min(least, cell.coverage);
      const bool is_bounded = cell.interval && cell.interval->method == "bounds";
      missing += !cell.value && !is_bounded ? 1 : 0;
    }
    said.insert(tile.answer->notes.begin(), tile.answer->notes.end());
    if (least < 1) {
      notes.push_back({tile.title, fmt::format("Of the days asked, data covers at least {:.0f} %.", least * 100)});
    }
    if (missing > 0) {
      notes.push_back({tile.title, fmt::format("{} of {} numbers are not there; the reason stands in their place.",
                                               missing, tile.answer->rows.size())});
    }
    if (tile.left_out > 0) {
      notes.push_back({tile.title, fmt::format("The {} largest are shown; {} more are left out.", tile.tile.limit,
                                               grouped(tile.left_out))});
    }
  }
  for (const std::string& note : said) notes.push_back({"", meaning_of(note)});
  return notes;
}

}  // namespace sociometer::reports
