#include "collect/measure_row.h"

#include <fmt/format.h>

#include "base/text.h"

namespace sociometer::collect {

namespace {

template <size_t N>
bool one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

}  // namespace

MeasureRow::Kind MeasureRow::kind_of(std::string_view measure) {
  constexpr std::string_view shown_measures[] = {"impressions", "views"};
  constexpr std::string_view people_measures[] = {"reach", "post_reach", "viewers"};
  constexpr std::string_view reaction_measures[] = {"likes", "comments", "shares", "saves"};
  if (one_of(measure, shown_measures)) return Kind::shown;
  if (one_of(measure, people_measures)) return Kind::people;
  if (one_of(measure, reaction_measures)) return Kind::reactions;
  return measure == "network_engagements" ? Kind::own_engagements : Kind::other;
}

MeasureRow::MeasureRow(const ReadingContext& context, Layout& layout)
    : layout_(layout),
      mark_(decimal_mark_of(context.options.locale)),
      currency_(context.options.currency.empty() ? context.workspace.currency : context.options.currency) {
  for (MeasureCells& group : layout.measures()) {
    if (group.measure->unit == catalog::Unit::money) needs_currency_ = true;
    for (auto& part : group.parts) {
      for (FileColumn& column : part) cells_.push_back({&column, &group, kind_of(group.measure->key)});
      if (part.size() > 1 && layout.header(part[0].index) == layout.header(part[1].index)) {
        context.warnings.push_back(
            fmt::format("The column “{}” is there {} times: the first that reports something is taken.",
                        layout.header(part[0].index), part.size()));
      }
    }
  }
}

std::optional<Fate> MeasureRow::read(const csv::Row& row) {
  for (Cell& cell : cells_) {
    std::string_view text = row.cell(cell.column->index);
    CellNumber number = parse_number(text, cell.cells->scale, cell.cells->fraction, mark_);
    if (number.state == CellNumber::State::wrong) {
      return Fate::rejected(layout_.header(cell.column->index), text, number.reason);
    }
    cell.reported = number.state == CellNumber::State::value;
    cell.value = number.value;
  }
  if (counting_) count_contradictions();
  if (!sum_up()) return Fate::rejected("", "", "its numbers are too large to be added");
  if (!needs_currency_ || !currency_.empty()) return std::nullopt;
  for (const Value& value : values_) {
    if (value.cells->measure->unit != catalog::Unit::money) continue;
    return Fate::rejected(value.cells->measure->key, "", "in which currency? Say --currency, or set the workspace's");
  }
  return std::nullopt;
}

bool MeasureRow::sum_up() {
  values_.clear();
  auto cell = cells_.begin();
  for (const MeasureCells& group : layout_.measures()) {
    Value sum{&group, 0};
    bool reported = false;
    for (const auto& part : group.parts) {
      bool part_taken = false;
      for (size_t i = 0; i < part.size(); ++i, ++cell) {
        if (part_taken || !cell->reported || cell->column->contradicted) continue;
        if (__builtin_add_overflow(sum.value, cell->value, &sum.value)) return false;
        part_taken = reported = true;
      }
    }
    if (reported) values_.push_back(sum);
  }
  return true;
}

void MeasureRow::count_contradictions() {
  constexpr size_t promotion_count = 3;
  bool shown[promotion_count] = {}, people[promotion_count] = {}, reactions[promotion_count] = {};
  for (Cell& cell : cells_) {
    if (cell.value <= 0 || !cell.reported) continue;
    ++cell.rows_above_zero;
    auto promotion = static_cast<size_t>(cell.cells->promotion);
    if (cell.kind == Kind::shown) shown[promotion] = true;
    if (cell.kind == Kind::people) people[promotion] = true;
    if (cell.kind == Kind::reactions) reactions[promotion] = true;
  }
  for (Cell& cell : cells_) {
    if (!cell.reported || cell.value != 0) continue;
    auto promotion = static_cast<size_t>(cell.cells->promotion);
    bool exposure = cell.kind == Kind::shown || cell.kind == Kind::people;
    bool more = exposure ? shown[promotion] || people[promotion] || reactions[promotion]
                         : cell.kind == Kind::own_engagements && reactions[promotion];
    cell.rows_contradicted += more;
  }
}

void MeasureRow::find_contradictions(std::vector<std::string>& warnings) {
  counting_ = false;
  for (Cell& cell : cells_) {
    if (cell.rows_above_zero > 0 || cell.rows_contradicted == 0) continue;
    cell.column->contradicted = true;
    std::string warning = fmt::format(
        "The column “{}” is 0 on every row, also on {} where its neighbours are above 0: taken as not reported.",
        layout_.header(cell.column->index), cell.rows_contradicted);
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(std::move(warning));
  }
}

}  // namespace sociometer::collect
