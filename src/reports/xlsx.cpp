// A workbook: contents, a sheet a tile with its numbers and a live chart, definitions, data notes. Ratios are formulas
// over their inputs, which stand beside them; charts refer to the cells.
#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/scratch_folder.h"
#include "base/text.h"
#include "reports/appendix.h"
#include "reports/charts.h"
#include "reports/grid.h"
#include "reports/writing.h"

namespace sociometer::reports {
namespace {

using catalog::TileKind;
using catalog::Unit;

constexpr double seconds_of_a_day = 86'400;
constexpr uint32_t chart_rows = 20;  // how high a chart is, in rows of the sheet
constexpr size_t link_most = 2'000;  // longer addresses a workbook does not take

// 2 → "C", 27 → "AB".
std::string column_name(size_t column) {
  std::string name;
  for (size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    name.insert(name.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return name;
}

std::string cell_name(size_t row, size_t column) {
  return fmt::format("{}{}", column_name(column), row + 1);
}

// As a sheet may be called: short, without the signs that formulas use.
std::string sheet_name(size_t index, std::string_view title) {
  std::string name = fmt::format("{} ", index + 1);
  size_t letters = name.size();
  for (size_t i = 0; i < title.size(); ++i) {
    const bool begins = (title[i] & 0xC0) != 0x80;
    if (begins && ++letters > 31) break;
    name += std::string_view("[]:*?/\\'").find(title[i]) == std::string_view::npos ? title[i] : ' ';
  }
  return std::string(trimmed(name));
}

class Book {
 public:
  Book(const Report& report, std::string path) : report_(report), path_(std::move(path)) {}

  Result<Done> write() {
    lxw_workbook_options options{};
    std::string folder = std::filesystem::path(path_).parent_path().string();
    options.tmpdir = folder.data();
    book_ = workbook_new_opt(path_.c_str(), &options);
    if (book_ == nullptr) return internal("the workbook could not be begun");
    make_formats();
    set_properties();
    lxw_worksheet* contents = add_sheet("Contents");
    for (size_t i = 0; i < report_.tiles.size(); ++i) {
      if (!report_.tiles[i].tile.kpis.empty()) write_tile(i);
    }
    write_definitions();
    write_notes();
    write_contents(contents);
    const lxw_error failed = workbook_close(book_);
    if (failed != LXW_NO_ERROR) return full(fmt::format("the workbook could not be written: {}", lxw_strerror(failed)));
    return Done{};
  }

 private:
  struct Formats {
    lxw_format *title, *head, *head_end, *plain, *wrap, *faint, *link, *percent, *count, *decimal, *money, *time, *bold;
  };

  lxw_format* format(const char* number) {
    lxw_format* made = workbook_add_format(book_);
    if (number != nullptr) format_set_num_format(made, number);
    format_set_align(made, LXW_ALIGN_VERTICAL_TOP);
    return made;
  }

  void make_formats() {
    formats_.title = format(nullptr);
    format_set_bold(formats_.title);
    format_set_font_size(formats_.title, 16);
    formats_.bold = format(nullptr);
    format_set_bold(formats_.bold);
    formats_.head = format(nullptr);
    format_set_bold(formats_.head);
    format_set_bottom(formats_.head, LXW_BORDER_THIN);
    formats_.head_end = format(nullptr);
    format_set_bold(formats_.head_end);
    format_set_bottom(formats_.head_end, LXW_BORDER_THIN);
    format_set_align(formats_.head_end, LXW_ALIGN_RIGHT);
    formats_.plain = format(nullptr);
    formats_.wrap = format(nullptr);
    format_set_text_wrap(formats_.wrap);
    formats_.faint = format(nullptr);
    format_set_font_color(formats_.faint, 0x686B72);
    formats_.link = format(nullptr);
    format_set_font_color(formats_.link, 0x2F54C4);
    formats_.percent = format("0.00%");
    formats_.count = format("#,##0");
    formats_.decimal = format("#,##0.00");
    formats_.money = format("#,##0.00");
    formats_.time = format("[h]:mm:ss");
  }

  void set_properties() {
    std::string title = report_.dashboard.title, program = "Sociometer";
    lxw_doc_properties properties{};
    properties.title = title.data();
    properties.author = program.data();
    properties.created = report_.as_of.micros / 1'000'000;
    workbook_set_properties(book_, &properties);
  }

  lxw_worksheet* add_sheet(const std::string& name) {
    lxw_worksheet* sheet = workbook_add_worksheet(book_, name.c_str());
    worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
    return sheet;
  }

  static void text(lxw_worksheet* sheet, size_t row, size_t column, const std::string& words, lxw_format* as) {
    worksheet_write_string(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column), words.c_str(), as);
  }

  lxw_format* format_of(Unit unit, double value) const {
    switch (unit) {
      case Unit::ratio:
        return formats_.percent;
      case Unit::money:
        return formats_.money;
      case Unit::seconds:
        return formats_.time;
      case Unit::per_day:
      case Unit::score:
        return formats_.decimal;
      default:
        return value == static_cast<double>(static_cast<int64_t>(value)) ? formats_.count : formats_.decimal;
    }
  }

  static double in_sheet(double value, Unit unit) { return unit == Unit::seconds ? value / seconds_of_a_day : value; }

  void number(lxw_worksheet* sheet, size_t row, size_t column, double value, Unit unit) const {
    worksheet_write_number(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column), in_sheet(value, unit),
                           format_of(unit, value));
  }

  void formula(lxw_worksheet* sheet, size_t row, size_t column, const std::string& words, double value,
               Unit unit) const {
    worksheet_write_formula_num(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column), words.c_str(),
                                format_of(unit, value), in_sheet(value, unit));
  }

  // Where the long table's parts lie.
  struct Layout {
    size_t first_row = 0;  // of its numbers
    size_t kpi = 0, value = 0, low = 0, high = 0, compared = 0, change = 0, n = 0, covered = 0, reason = 0, notes = 0,
           explain = 0, inputs = 0;
    std::vector<std::string> input_names;
  };

  void write_tile(size_t index) {
    const AnsweredTile& tile = report_.tiles[index];
    const std::string name = sheet_name(index, tile.title.empty() ? tile.tile.kpis[0] : tile.title);
    lxw_worksheet* sheet = add_sheet(name);
    sheets_[index] = name;
    text(sheet, 0, 0, tile.title, formats_.title);
    std::string under = days_words(tile.question.days);
    if (!tile.tile.words.empty()) under += ". " + tile.tile.words;
    text(sheet, 1, 0, under, formats_.faint);
    worksheet_set_row(sheet, 0, 24, nullptr);
    worksheet_set_column(sheet, 0, 0, 26, nullptr);
    // One by one: a width of its own for one of a range would make two that overlap, and Excel calls the file damaged.
    for (lxw_col_t column = 1; column <= 20; ++column) worksheet_set_column(sheet, column, column, 14, nullptr);
    if (!tile.answer || tile.answer->rows.empty()) return text(sheet, 3, 0, nothing_words(tile), formats_.plain);
    const bool is_drawn = tile.tile.kind != TileKind::table && tile.tile.kind != TileKind::number && has_numbers(tile);
    const Pivot pivot = is_drawn ? pivot_of(report_, tile) : Pivot{};
    size_t row = 3;
    if (is_drawn)
      row += std::max<size_t>(pivot.labels.size() + 3, tile.tile.kind == TileKind::heatmap ? 0 : chart_rows);
    const Layout layout = write_long(sheet, index, row);
    if (is_drawn) {
      write_pivot(sheet, tile, pivot, layout);
      if (tile.tile.kind != TileKind::heatmap) draw(sheet, name, tile, pivot);
    }
    worksheet_repeat_rows(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_row_t>(row));
  }

  Layout layout_of(size_t index, size_t row) const {
    const AnsweredTile& tile = report_.tiles[index];
    Layout layout;
    layout.first_row = row + 1;
    size_t column = tile.question.by.size();
    for (size_t* place : {&layout.kpi, &layout.value, &layout.low, &layout.high, &layout.compared, &layout.change,
                          &layout.n, &layout.covered, &layout.reason, &layout.notes, &layout.explain}) {
      *place = column++;
    }
    layout.inputs = column;
    for (const auto& [place, computed] : report_.computed) {
      if (place.first != index) continue;
      for (const Report::Input& input : computed.inputs) {
        if (std::ranges::find(layout.input_names, input.name) == layout.input_names.end()) {
          layout.input_names.push_back(input.name);
        }
      }
    }
    return layout;
  }

  Layout write_long(lxw_worksheet* sheet, size_t index, size_t row) {
    const AnsweredTile& tile = report_.tiles[index];
    const Layout layout = layout_of(index, row);
    for (size_t i = 0; i < tile.question.by.size(); ++i) {
      text(sheet, row, i, dimension_name(report_, tile.question.by[i]), formats_.head);
    }
    const std::pair<size_t, const char*> words[] = {
        {layout.kpi, "KPI"}, {layout.reason, "Reason"}, {layout.notes, "Notes"}, {layout.explain, "Explained"}};
    const std::pair<size_t, const char*> numbers[] = {
        {layout.value, "Value"},   {layout.low, "Low"}, {layout.high, "High"},      {layout.compared, "Before"},
        {layout.change, "Change"}, {layout.n, "n"},     {layout.covered, "Covered"}};
    for (const auto& [column, title] : words) text(sheet, row, column, title, formats_.head);
    for (const auto& [column, title] : numbers) text(sheet, row, column, title, formats_.head_end);
    for (size_t i = 0; i < layout.input_names.size(); ++i) {
      text(sheet, row, layout.inputs + i, layout.input_names[i], formats_.head_end);
    }
    for (const auto& [column, width] : {std::pair{layout.kpi, 26}, {layout.reason, 20}, {layout.notes, 34}}) {
      worksheet_set_column(sheet, static_cast<lxw_col_t>(column), static_cast<lxw_col_t>(column), width, nullptr);
    }
    for (size_t i = 0; i < tile.answer->rows.size(); ++i) write_row(sheet, index, layout, i);
    return layout;
  }

  void write_row(lxw_worksheet* sheet, size_t index, const Layout& layout, size_t i) {
    const AnsweredTile& tile = report_.tiles[index];
    const metrics::Cell& cell = tile.answer->rows[i];
    const Unit unit = unit_of(*report_.catalog, cell.kpi, cell.variant);
    const size_t row = layout.first_row + i;
    for (size_t d = 0; d < cell.by.size(); ++d) {
      text(sheet, row, d, member_words(tile.question.by[d], cell.by[d]), formats_.plain);
    }
    text(sheet, row, layout.kpi, kpi_name(report_, cell), formats_.plain);
    const auto computed = report_.computed.find({index, i});
    if (computed != report_.computed.end()) {
      write_computed(sheet, layout, row, *cell.value, unit, computed->second);
    } else if (cell.value) {
      number(sheet, row, layout.value, *cell.value, unit);
    }
    if (cell.interval && cell.interval->low) number(sheet, row, layout.low, *cell.interval->low, unit);
    if (cell.interval && cell.interval->high) number(sheet, row, layout.high, *cell.interval->high, unit);
    if (cell.compared) number(sheet, row, layout.compared, *cell.compared, unit);
    if (cell.change && cell.value) {
      const std::string now = cell_name(row, layout.value), before = cell_name(row, layout.compared);
      formula(sheet, row, layout.change, fmt::format("=({}-{})/ABS({})", now, before, before), *cell.change,
              Unit::ratio);
    }
    if (cell.n > 0) number(sheet, row, layout.n, static_cast<double>(cell.n), Unit::count);
    if (cell.reason != "no_data") number(sheet, row, layout.covered, cell.coverage, Unit::ratio);
    text(sheet, row, layout.reason, reason_words(cell.reason), formats_.plain);
    text(sheet, row, layout.notes, notes_text(cell.notes), formats_.plain);
    const std::string link = explain_link(report_, tile, cell);
    if (!link.empty() && link.size() < link_most) {
      const auto at = static_cast<lxw_col_t>(layout.explain);
      worksheet_write_url(sheet, static_cast<lxw_row_t>(row), at, link.c_str(), formats_.link);
      text(sheet, row, layout.explain, "explain", formats_.link);
    }
  }

  void write_computed(lxw_worksheet* sheet, const Layout& layout, size_t row, double value, Unit unit,
                      const Report::Computed& computed) {
    std::string words = "=" + computed.formula;
    for (size_t k = 0; k < computed.inputs.size(); ++k) {
      const auto place = std::ranges::find(layout.input_names, computed.inputs[k].name);
      const size_t column = layout.inputs + static_cast<size_t>(place - layout.input_names.begin());
      worksheet_write_number(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column), computed.inputs[k].sum,
                             format_of(Unit::count, computed.inputs[k].sum));
      const std::string mark = fmt::format("{{{}}}", k);
      for (size_t at = words.find(mark); at != std::string::npos; at = words.find(mark, at)) {
        words.replace(at, mark.size(), cell_name(row, column));
      }
    }
    if (unit == Unit::seconds) words = fmt::format("=({})/{}", words.substr(1), static_cast<int>(seconds_of_a_day));
    formula(sheet, row, layout.value, words, value, unit);
  }

  // Labels down, series across; each number is the long table's.
  void write_pivot(lxw_worksheet* sheet, const AnsweredTile& tile, const Pivot& pivot, const Layout& layout) {
    text(sheet, 3, 0, pivot.dimension.empty() ? "KPI" : dimension_name(report_, pivot.dimension), formats_.head);
    for (size_t s = 0; s < pivot.series.size(); ++s) {
      text(sheet, 3, s + 1, pivot.series[s].name.empty() ? "Value" : pivot.series[s].name, formats_.head_end);
    }
    for (size_t i = 0; i < pivot.labels.size(); ++i) {
      text(sheet, 4 + i, 0, pivot.labels[i], formats_.plain);
      for (size_t s = 0; s < pivot.series.size(); ++s) {
        const Point& point = pivot.series[s].points[i];
        if (!point.is_there()) continue;
        formula(sheet, 4 + i, s + 1, "=" + cell_name(layout.first_row + point.row, layout.value), *point.cell->value,
                pivot.unit);
      }
    }
    if (tile.tile.kind != TileKind::heatmap || pivot.labels.empty()) return;
    lxw_conditional_format shades{};
    shades.type = LXW_CONDITIONAL_2_COLOR_SCALE;
    shades.min_color = 0xEEF1FB;
    shades.max_color = 0x2F54C4;
    worksheet_conditional_format_range(sheet, 4, 1, static_cast<lxw_row_t>(3 + pivot.labels.size()),
                                       static_cast<lxw_col_t>(pivot.series.size()), &shades);
  }

  void draw(lxw_worksheet* sheet, const std::string& name, const AnsweredTile& tile, const Pivot& pivot) {
    if (pivot.labels.empty()) return;
    const bool over_time = is_time(pivot.dimension);
    uint8_t type = LXW_CHART_BAR;
    if (tile.tile.kind == TileKind::line) type = LXW_CHART_LINE;
    if (tile.tile.kind == TileKind::bar && over_time) type = LXW_CHART_COLUMN;
    if (tile.tile.kind == TileKind::stacked) type = LXW_CHART_COLUMN_STACKED;
    if (tile.tile.kind == TileKind::pie) type = LXW_CHART_PIE;
    lxw_chart* chart = workbook_add_chart(book_, type);
    const size_t last = 3 + pivot.labels.size();
    for (size_t s = 0; s < pivot.series.size(); ++s) {
      const std::string column = column_name(s + 1);
      const std::string labels = fmt::format("='{}'!$A$5:$A${}", name, last + 1);
      const std::string values = fmt::format("='{}'!${}$5:${}${}", name, column, column, last + 1);
      lxw_chart_series* series = chart_add_series(chart, labels.c_str(), values.c_str());
      chart_series_set_name(series, fmt::format("='{}'!${}$4", name, column).c_str());
      if (type == LXW_CHART_PIE) continue;
      const uint32_t colour =
          static_cast<uint32_t>(std::stoul(series_colours()[s % series_colours().size()].substr(1), nullptr, 16));
      lxw_chart_line line{.color = colour, .width = 2};
      lxw_chart_fill fill{.color = colour};
      if (type == LXW_CHART_LINE) {
        chart_series_set_line(series, &line);
      } else {
        chart_series_set_fill(series, &fill);
      }
    }
    chart_title_set_name(chart, tile.title.c_str());
    if (type == LXW_CHART_BAR) chart_axis_set_reverse(chart->x_axis);
    if (type != LXW_CHART_PIE && pivot.series.size() < 2) chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
    std::string summary = chart_summary(report_, tile);
    lxw_chart_options options{.x_offset = 8, .y_offset = 0, .x_scale = 1.4, .y_scale = 1.25};
    options.description = summary.data();
    worksheet_insert_chart_opt(sheet, 3, static_cast<lxw_col_t>(pivot.series.size() + 2), chart, &options);
  }

  void write_definitions() {
    lxw_worksheet* sheet = add_sheet("Definitions");
    const char* heads[] = {"KPI", "Name", "Version", "Unit", "Formula", "Description", "Source"};
    for (size_t i = 0; i < 7; ++i) text(sheet, 0, i, heads[i], formats_.head);
    worksheet_set_column(sheet, 0, 1, 28, nullptr);
    worksheet_set_column(sheet, 4, 5, 60, nullptr);
    worksheet_set_column(sheet, 6, 6, 40, nullptr);
    size_t row = 1;
    for (const Definition& each : definitions_of(report_)) {
      text(sheet, row, 0, each.key, formats_.plain);
      text(sheet, row, 1, each.name, formats_.plain);
      number(sheet, row, 2, each.version, Unit::count);
      text(sheet, row, 3, each.unit, formats_.plain);
      text(sheet, row, 4, each.formula, formats_.wrap);
      text(sheet, row, 5, each.description, formats_.wrap);
      text(sheet, row++, 6, each.source, formats_.wrap);
    }
    worksheet_freeze_panes(sheet, 1, 0);
  }

  void write_notes() {
    lxw_worksheet* sheet = add_sheet("Data notes");
    text(sheet, 0, 0, "Where", formats_.head);
    text(sheet, 0, 1, "Note", formats_.head);
    worksheet_set_column(sheet, 0, 0, 36, nullptr);
    worksheet_set_column(sheet, 1, 1, 100, nullptr);
    size_t row = 1;
    for (const DataNote& note : data_notes_of(report_)) {
      text(sheet, row, 0, note.tile, formats_.plain);
      text(sheet, row++, 1, note.text, formats_.wrap);
    }
    for (const AnsweredTile& tile : report_.tiles) {
      for (const Mark& mark : tile.marks) {
        text(sheet, row, 0, tile.title, formats_.plain);
        text(sheet, row++, 1, mark_words(report_, mark), formats_.wrap);
      }
    }
  }

  void write_contents(lxw_worksheet* sheet) {
    worksheet_set_column(sheet, 0, 0, 22, nullptr);
    worksheet_set_column(sheet, 1, 1, 90, nullptr);
    text(sheet, 0, 0, report_.dashboard.title, formats_.title);
    text(sheet, 1, 0, report_.dashboard.words, formats_.faint);
    size_t row = 3;
    for (const auto& [name, value] : facts_of(report_)) {
      text(sheet, row, 0, name, formats_.bold);
      text(sheet, row++, 1, value, formats_.plain);
    }
    ++row;
    for (size_t i = 0; i < report_.tiles.size(); ++i) {
      const AnsweredTile& tile = report_.tiles[i];
      if (tile.tile.kpis.empty()) {
        text(sheet, row, 0, tile.title, formats_.bold);
        text(sheet, row++, 1, tile.tile.words, formats_.wrap);
        continue;
      }
      const std::string target = fmt::format("internal:'{}'!A1", sheets_[i]);
      worksheet_write_url(sheet, static_cast<lxw_row_t>(row), 0, target.c_str(), formats_.link);
      text(sheet, row, 0, sheets_[i], formats_.link);
      text(sheet, row++, 1, has_numbers(tile) ? tile.tile.words : nothing_words(tile), formats_.wrap);
    }
  }

  const Report& report_;
  const std::string path_;
  lxw_workbook* book_ = nullptr;
  Formats formats_{};
  std::map<size_t, std::string> sheets_;
};

}  // namespace

Result<std::string> xlsx(const Report& report) {
  namespace fs = std::filesystem;
  TRY(const fs::path folder, make_scratch_folder("book"));
  const std::string path = (folder / "report.xlsx").string();
  const Result<Done> wrote = Book(report, path).write();
  std::ostringstream bytes;
  if (wrote) bytes << std::ifstream(path, std::ios::binary).rdbuf();
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  if (!wrote) return wrote.error();
  return std::move(bytes).str();
}

}  // namespace sociometer::reports
