// One file that holds everything: words, numbers, charts, appendix; no script, nothing fetched from elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/markup.h"
#include "base/text.h"
#include "reports/appendix.h"
#include "reports/charts.h"
#include "reports/grid.h"
#include "reports/writing.h"

namespace sociometer::reports {
namespace {

using catalog::TileKind;

constexpr size_t rows_under_a_chart = 16;  // more are read in the CSV or the XLSX, or pointed at in the chart
constexpr int page_width = 1000, gap = 16, padding = 34;

std::string anchor(std::string_view link, std::string_view text) {
  if (link.empty()) return xml_escaped(text);
  return fmt::format("<a href=\"{}\">{}</a>", xml_escaped(link), xml_escaped(text));
}

// Notes are said once under a table: those of every number outright, the others by a letter beside the numbers they are
// of.
class Footnotes {
 public:
  explicit Footnotes(const Grid& grid) {
    int64_t numbers = 0;
    std::map<std::string, int64_t> times;
    for (const auto& row : grid.rows) {
      for (const GridCell& cell : row) {
        if (!cell.is_number) continue;
        ++numbers;
        for (const std::string& note : cell.notes) {
          if (times[note]++ == 0) order_.push_back(note);
        }
      }
    }
    for (const std::string& note : order_) {
      if (times[note] == numbers && numbers > 1) of_all_.insert(note);
    }
    std::erase_if(order_, [&](const std::string& note) { return of_all_.contains(note); });
  }

  std::string marks(const GridCell& cell) const {
    std::string text;
    for (const std::string& note : cell.notes) {
      if (of_all_.contains(note)) continue;
      text += fmt::format("<abbr title=\"{}\">{}</abbr>", note_words(note), letter(note));
    }
    return text.empty() ? text : "<sup>" + text + "</sup>";
  }

  std::string legend() const {
    std::vector<std::string> parts;
    if (!of_all_.empty()) parts.push_back("all: " + notes_text({of_all_.begin(), of_all_.end()}));
    for (const std::string& note : order_) {
      parts.push_back(fmt::format("<sup>{}</sup> {}", letter(note), note_words(note)));
    }
    return parts.empty() ? "" : fmt::format("<p class=\"beside\">{}</p>", join(parts, " · "));
  }

 private:
  char letter(const std::string& note) const {
    return static_cast<char>('a' + (std::ranges::find(order_, note) - order_.begin()));
  }

  std::vector<std::string> order_;
  std::set<std::string> of_all_;
};

// A change and an interval may stand on two lines, but neither is broken.
std::string html_small(const std::vector<std::string>& parts) {
  if (parts.empty()) return "";
  std::string text;
  for (const std::string& part : parts) {
    text += fmt::format("{}<span>{}</span>", text.empty() ? "" : " · ", xml_escaped(part));
  }
  return fmt::format("<span class=\"small\">{}</span>", text);
}

// A date or a network's name that is broken costs a line and spares nothing.
constexpr size_t short_label = 12;

std::string_view cell_class(const Grid& grid, const GridCell& cell, size_t column) {
  if (grid.numeric[column]) return " class=\"end\"";
  return characters(cell.text) <= short_label ? " class=\"short\"" : "";
}

std::string html_table(const Grid& grid) {
  const Footnotes notes(grid);
  std::string text = "<table><thead><tr>";
  for (size_t i = 0; i < grid.head.size(); ++i) {
    text +=
        fmt::format("<th scope=\"col\"{}>{}</th>", grid.numeric[i] ? " class=\"end\"" : "", xml_escaped(grid.head[i]));
  }
  text += "</tr></thead><tbody>\n";
  for (const auto& row : grid.rows) {
    text += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) {
      text += fmt::format("<td{}>{}{}{}</td>", cell_class(grid, row[i], i), anchor(row[i].link, row[i].text),
                          notes.marks(row[i]), html_small(row[i].small));
    }
    text += "</tr>\n";
  }
  return text + "</tbody></table>" + notes.legend();
}

std::string html_number(const Report& report, const AnsweredTile& tile) {
  const metrics::Cell& cell = tile.answer->rows[0];
  const catalog::Unit unit = unit_of(*report.catalog, cell.kpi, cell.variant);
  std::string text = fmt::format("<p class=\"big{}\">{}</p>", cell.value ? "" : " range",
                                 anchor(explain_link(report, tile, cell), cell_text(cell, unit, report.currency)));
  std::vector<std::string> lines;
  if (std::string change = change_text(cell, unit); !change.empty()) {
    lines.push_back(fmt::format("{} from {}", change, value_text(*cell.compared, unit, report.currency)));
    if (cell.evidence && !cell.evidence->change) lines.push_back("no evidence of change");
  }
  if (std::string range = interval_text(cell, unit, report.currency); !range.empty()) lines.push_back("95 %: " + range);
  if (cell.n > 0) lines.push_back("n " + n_words(cell));
  if (!cell.notes.empty()) lines.push_back(notes_text(cell.notes));
  if (tile.target) lines.push_back(target_words(report, *tile.target));
  for (const std::string& line : lines) text += fmt::format("<p class=\"beside\">{}</p>", xml_escaped(line));
  return text;
}

std::string body_of(const Report& report, const AnsweredTile& tile) {
  if (tile.tile.kpis.empty()) return {};
  if (!has_numbers(tile)) return fmt::format("<p class=\"nothing\">– {}</p>", xml_escaped(nothing_words(tile)));
  std::string text;
  if (tile.tile.period.is_said()) text += fmt::format("<p class=\"when\">{}</p>", days_words(tile.question.days));
  if (tile.tile.kind == TileKind::number) return text + html_number(report, tile);
  const int width = page_width * tile.tile.w / catalog::grid_columns - gap - padding;
  text += chart_svg(report, tile, width);
  if (tile.target && tile.tile.kind != TileKind::line) {
    text += fmt::format("<p class=\"beside\">{}</p>", xml_escaped(target_words(report, *tile.target)));
  }
  const bool is_drawn = tile.tile.kind != TileKind::table;
  if (is_drawn && is_time(tile.question.by.empty() ? "" : tile.question.by[0]) && !tile.marks.empty()) {
    text += "<ol class=\"marks\">";
    for (const Mark& mark : tile.marks) text += fmt::format("<li>{}</li>", xml_escaped(mark_words(report, mark)));
    text += "</ol>";
  }
  const Grid grid = grid_of(report, tile, Notes::unsaid);
  if (!is_drawn || grid.rows.size() <= rows_under_a_chart) text += html_table(grid);
  if (tile.left_out > 0) {
    text += fmt::format("<p class=\"beside\">{} more are left out.</p>", grouped(tile.left_out));
  }
  return text;
}

std::string tile_html(const Report& report, size_t index, double percent, size_t in_row) {
  const AnsweredTile& tile = report.tiles[index];
  const bool is_long = tile.answer && tile.tile.kind == TileKind::table && tile.answer->rows.size() > 24;
  const double gaps = in_row > 1 ? static_cast<double>(in_row - 1) / static_cast<double>(in_row) : 0;
  std::string text =
      fmt::format("<section class=\"tile {}{}\" id=\"{}\" style=\"width:calc({:.2f}% - {:.2f} * var(--gap))\">",
                  catalog::name(tile.tile.kind), is_long ? " long" : "", anchor_of(index), percent, gaps);
  if (!tile.title.empty()) text += fmt::format("<h3>{}</h3>", xml_escaped(tile.title));
  if (!tile.tile.words.empty()) text += fmt::format("<p class=\"words\">{}</p>", xml_escaped(tile.tile.words));
  return text + body_of(report, tile) + "</section>\n";
}

// Tiles that begin in one line of the grid stand side by side.
std::string rows_html(const Report& report) {
  std::vector<size_t> order(report.tiles.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](size_t i) {
    const catalog::Tile& tile = report.tiles[i].tile;
    return std::pair(tile.y, tile.x);
  });
  std::string text;
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin;
    int taken = 0;
    while (end < order.size() && report.tiles[order[end]].tile.y == report.tiles[order[begin]].tile.y) {
      taken += report.tiles[order[end]].tile.w;
      ++end;
    }
    text += "<div class=\"row\">";
    for (size_t i = begin; i < end; ++i) {
      const double share = report.tiles[order[i]].tile.w * 100.0 / std::max(taken, catalog::grid_columns);
      text += tile_html(report, order[i], share, end - begin);
    }
    text += "</div>\n";
    begin = end;
  }
  return text;
}

std::string contents(const Report& report, const std::map<std::string, int>& pages) {
  std::string text = "<nav class=\"contents\"><h2>Contents</h2><ol>";
  auto line = [&](const std::string& id, std::string_view title) {
    const auto page = pages.find(id);
    text += fmt::format("<li><a href=\"#{}\">{}<span class=\"dots\"></span><span class=\"page\">{}</span></a></li>", id,
                        xml_escaped(title), page == pages.end() ? "" : std::to_string(page->second));
  };
  for (size_t i = 0; i < report.tiles.size(); ++i) {
    if (!report.tiles[i].title.empty()) line(anchor_of(i), report.tiles[i].title);
  }
  line("definitions", "Definitions");
  line("data-notes", "Data notes");
  return text + "</ol></nav>\n";
}

std::string cover(const Report& report) {
  std::string text = fmt::format("<header class=\"cover\"><p class=\"mark\">Sociometer</p><h1>{}</h1>",
                                 xml_escaped(report.dashboard.title));
  if (!report.dashboard.words.empty()) {
    text += fmt::format("<p class=\"lead\">{}</p>", xml_escaped(report.dashboard.words));
  }
  text += "<dl class=\"facts\">";
  for (const auto& [name, value] : facts_of(report)) {
    text += fmt::format("<dt>{}</dt><dd>{}</dd>", name, xml_escaped(value));
  }
  return text + "</dl></header>\n";
}

std::string appendix(const Report& report) {
  std::string text = "<section class=\"appendix\" id=\"definitions\"><h2>Definitions</h2>";
  for (const Definition& each : definitions_of(report)) {
    const std::string name =
        report.base.empty() ? xml_escaped(each.name)
                            : anchor(report.base + "/dictionary/" + each.key.substr(0, each.key.find(':')), each.name);
    text += fmt::format(
        "<div class=\"definition\"><h3>{} <span class=\"key\">{}, version {}, {}</span></h3><code>{}</code><p>{}</p>"
        "</div>\n",
        name, xml_escaped(each.key), each.version, xml_escaped(each.unit), xml_escaped(each.formula),
        xml_escaped(each.description));
  }
  text += "</section>\n<section class=\"appendix\" id=\"data-notes\"><h2>Data notes</h2><ul class=\"notes\">";
  const std::vector<DataNote> notes = data_notes_of(report);
  for (const DataNote& note : notes) {
    text += fmt::format("<li>{}{}</li>",
                        note.tile.empty() ? "" : "<b>" + xml_escaped(note.tile) + "</b>: ", xml_escaped(note.text));
  }
  if (notes.empty()) text += "<li>Nothing is missing and nothing was noted.</li>";
  return text + "</ul></section>\n";
}

}  // namespace

std::string html(const Report& report, const std::map<std::string, int>& pages) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<title>{}, {}</title>\n<style>{}</style></head>\n<body>\n{}{}<main>\n{}</main>\n{}</body></html>\n",
      xml_escaped(report.dashboard.title), days_words(report.days), style_sheet(), cover(report),
      contents(report, pages), rows_html(report), appendix(report));
}

}  // namespace sociometer::reports
