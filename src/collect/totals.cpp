#include "collect/totals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "collect/report.h"

namespace sociometer::collect {

namespace {

// How much of the base unit one in the last written place is: of 12.50 an hour, 36 seconds.
int64_t last_place(std::string_view text, int64_t scale) {
  size_t mark = text.find_last_of(".,");
  size_t places = mark == text.npos ? 0 : text.size() - mark - 1;
  if (places == 3 && scale == 1) places = 0;  // 1,234
  for (; places > 0 && scale > 1; --places) scale /= 10;
  return std::max<int64_t>(scale, 1);
}

// A sum as the file would write it.
std::string written(double value, int64_t scale) {
  double number = value / static_cast<double>(scale);
  std::string text = fmt::format("{:.4f}", number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

TotalsCheck::TotalsCheck(const ReadingContext& context, const Layout& layout) : context_(context), layout_(layout) {
  for (std::string_view role : {"post_id", "day", "period", "start", "published_at", "campaign", "campaign_id", "ad",
                                "account_name", "handle"}) {
    const std::vector<size_t>& columns = layout_.of(role);
    naming_.insert(naming_.end(), columns.begin(), columns.end());
  }
  for (const Layout::Members& members : layout_.members()) {
    naming_.insert(naming_.end(), members.columns.begin(), members.columns.end());
  }
}

bool TotalsCheck::is_total(std::string_view cell) const {
  // Nearly every cell is a number, a date or an id.
  bool could_be = !cell.empty() && (cell.front() < '0' || cell.front() > '9');
  return could_be && context_.writing.is_totals_word(cell);
}

bool TotalsCheck::is_totals(const csv::Row& row) const {
  std::string_view first, last;
  for (std::string_view cell : row.cells) {
    cell = trimmed(cell);
    if (cell.empty()) continue;
    if (first.empty()) first = cell;
    last = cell;
  }
  if (is_total(first)) return true;
  if (row.cells.size() > layout_.columns() && is_total(last)) return true;
  return std::any_of(naming_.begin(), naming_.end(),
                     [&](size_t column) { return is_total(trimmed(row.cell(column))); });
}

void TotalsCheck::begin_reading() {
  sums_.clear();
  totals_.clear();
}

void TotalsCheck::add(const std::vector<MeasureRow::Value>& values) {
  for (const MeasureRow::Value& value : values) {
    if (value.cells->measure->additivity != catalog::Class::flow || value.cells->parts.size() > 1) continue;
    auto sum = std::find_if(sums_.begin(), sums_.end(), [&](const Sum& one) { return one.cells == value.cells; });
    if (sum == sums_.end()) sum = sums_.insert(sums_.end(), Sum{value.cells});
    sum->value += value.value;
    ++sum->rows;
  }
}

void TotalsCheck::see(const csv::Row& row) {
  if (totals_.empty()) totals_.assign(row.cells.begin(), row.cells.end());
}

void TotalsCheck::check() const {
  if (totals_.empty()) return;
  for (const Sum& sum : sums_) {
    const FileColumn& column = sum.cells->parts.front().front();
    std::string text(column.index < totals_.size() ? trimmed(totals_[column.index]) : std::string_view());
    std::string currency;
    if (sum.cells->measure->unit == catalog::Unit::money) text = without_currency(text, currency);
    CellNumber total = context_.writing.number(text, sum.cells->scale, Fraction::allowed);
    if (total.state != CellNumber::State::value) continue;
    Wide difference = sum.value - total.value;
    if (difference < 0) difference = -difference;
    // Each row was rounded to the last place that is written, and so was their sum.
    int64_t slack = last_place(text, sum.cells->scale) / 2 * (sum.rows + 1);
    if (difference <= slack) continue;
    context_.warn(fmt::format("The file's own total of “{}” is {}, but its rows add up to {}.",
                              layout_.header(column.index), text,
                              written(static_cast<double>(sum.value), sum.cells->scale)));
  }
}

}  // namespace sociometer::collect
