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
      writing_(context.writing),
      said_currency_(context.options.currency.empty() ? context.workspace.currency : context.options.currency) {
  for (MeasureCells& group : layout.measures()) {
    if (group.measure->unit == catalog::Unit::money) has_money_ = true;
    for (auto& part : group.parts) {
      for (FileColumn& column : part) cells_.push_back({&column, &group, kind_of(group.measure->key)});
      if (part.size() > 1 && layout.header(part[0].index) == layout.header(part[1].index)) {
        context.warn(fmt::format("The column “{}” is there {} times: the first that reports something is taken.",
                                 layout.header(part[0].index), part.size()));
      }
    }
  }
}

CellNumber MeasureRow::number_of(const Cell& cell, std::string_view text) {
  catalog::Unit unit = cell.cells->measure->unit;
  if (unit == catalog::Unit::money) {
    return writing_.number(without_currency(text, sign_currency_), cell.cells->scale, cell.cells->fraction);
  }
  if (unit == catalog::Unit::seconds && (text.find(':') != text.npos || text.starts_with("PT"))) {
    if (auto millis = parse_duration(text)) return {CellNumber::State::value, *millis, {}};
  }
  // "5.1%" is no less a percentage than "5.1" under a header that says so.
  constexpr int64_t base = 1'000'000;
  bool with_sign = unit == catalog::Unit::ratio && trimmed(text).ends_with('%');
  return writing_.number(text, with_sign ? base : cell.cells->scale, cell.cells->fraction);
}

std::optional<Fate> MeasureRow::read(const csv::Row& row) {
  sign_currency_.clear();
  for (Cell& cell : cells_) {
    std::string_view text = row.cell(cell.column->index);
    CellNumber number = number_of(cell, text);
    if (number.state == CellNumber::State::wrong) {
      return Fate::rejected(layout_.header(cell.column->index), text, number.reason);
    }
    cell.reported = number.state == CellNumber::State::value;
    cell.value = number.value;
  }
  if (counting_) count_contradictions();
  if (!sum_up() || !multiply_means()) return Fate::rejected("", "", "its numbers are too large to be added");
  return has_money_ ? find_currency(row) : std::nullopt;
}

// What the row says, what its column's name says, what stands beside the number, what was said, what the workspace has.
std::optional<Fate> MeasureRow::find_currency(const csv::Row& row) {
  currency_ = layout_.cell(row, layout_.of("currency"));
  for (char& c : currency_) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (currency_.size() != 3) currency_.clear();
  for (Value& value : values_) {
    if (value.cells->measure->unit != catalog::Unit::money) continue;
    std::string_view of_header;
    for (const auto& part : value.cells->parts) {
      for (const FileColumn& column : part) {
        if (of_header.empty()) of_header = column.currency;
      }
    }
    for (std::string_view code :
         {std::string_view(currency_), of_header, std::string_view(sign_currency_), std::string_view(said_currency_)}) {
      if (value.currency.empty()) value.currency = code;
    }
    if (!value.currency.empty()) continue;
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

// A mean with what it is the mean of adds up; alone it is left out.
bool MeasureRow::multiply_means() {
  for (auto value = values_.begin(); value != values_.end();) {
    const std::string& times = value->cells->times;
    if (times.empty()) {
      ++value;
      continue;
    }
    auto of =
        std::find_if(values_.begin(), values_.end(), [&](const Value& v) { return v.cells->measure->key == times; });
    if (of == values_.end()) {
      value = values_.erase(value);
      continue;
    }
    if (__builtin_mul_overflow(value->value, of->value, &value->value)) return false;
    ++value;
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
