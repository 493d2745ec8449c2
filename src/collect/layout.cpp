#include "collect/layout.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace sociometer::collect {

namespace {

std::vector<std::string> normalised(const csv::Row& row) {
  std::vector<std::string> names;
  for (std::string_view cell : row.cells) names.push_back(catalog::normalised_header(cell));
  while (!names.empty() && names.back().empty()) names.pop_back();
  return names;
}

}  // namespace

int64_t scale_of(const catalog::Measure& measure) {
  return catalog::base_scale(measure.unit);
}

Fraction fraction_of(const catalog::Measure& measure) {
  bool whole = measure.unit == catalog::Unit::count || measure.unit == catalog::Unit::people ||
               measure.unit == catalog::Unit::characters;
  return whole ? Fraction::whole_only : Fraction::allowed;
}

FormatNames::FormatNames(const catalog::Format& format) : format_(&format) {
  for (size_t i = 0; i < format.columns.size(); ++i) {
    for (const std::string& name : format.columns[i].names) {
      std::vector<size_t>& columns = columns_[catalog::normalised_header(name)];
      if (columns.empty() || columns.back() != i) columns.push_back(i);
    }
  }
}

const std::vector<size_t>& FormatNames::columns(const std::string& normal_header) const {
  static const std::vector<size_t> no_columns;
  auto found = columns_.find(normal_header);
  return found == columns_.end() ? no_columns : found->second;
}

size_t FormatNames::fit(const csv::Row& row) const {
  std::vector<bool> there(format_->columns.size());
  size_t known = 0;
  for (const std::string& header : normalised(row)) {
    if (header.empty()) continue;
    const std::vector<size_t>& found = columns(header);
    for (size_t i : found) there[i] = true;
    known += !found.empty();
  }
  for (size_t i = 0; i < there.size(); ++i) {
    if (!there[i] && format_->columns[i].required) return 0;
  }
  return known;
}

Layout::Layout(const catalog::Catalog& catalog, const catalog::Format& format, const csv::Row& header)
    : format_(format), header_line_(header.line), normal_(normalised(header)) {
  for (size_t i = 0; i < normal_.size(); ++i) header_.emplace_back(trimmed(header.cells[i]));
  FormatNames names(format);
  std::vector<std::vector<size_t>> columns(format.columns.size());  // of the file, by column of the catalog
  for (size_t i = 0; i < normal_.size(); ++i) {
    if (normal_[i].empty()) continue;
    for (size_t k : names.columns(normal_[i])) columns[k].push_back(i);
    if (names.columns(normal_[i]).empty()) unknown_.push_back(header_[i]);
  }
  for (size_t k = 0; k < columns.size(); ++k) add_column(catalog, format.columns[k], columns[k]);
}

void Layout::add_column(const catalog::Catalog& catalog, const catalog::Column& column,
                        const std::vector<size_t>& found) {
  if (found.empty()) return;
  if (!column.network.empty()) network_ = column.network;
  if (column.role == "kind") kind_ = &column;
  if (column.role == "measure") {
    std::vector<FileColumn> alternatives;
    for (size_t i : found) alternatives.push_back({i});
    add_measure(catalog, column, std::move(alternatives));
    return;
  }
  auto role = std::find_if(roles_.begin(), roles_.end(), [&](const Role& r) { return r.name == column.role; });
  if (role == roles_.end()) role = roles_.insert(roles_.end(), {column.role, {}});
  role->columns.insert(role->columns.end(), found.begin(), found.end());
}

void Layout::add_measure(const catalog::Catalog& catalog, const catalog::Column& column,
                         std::vector<FileColumn> alternatives) {
  const catalog::Measure* measure = catalog.measure(column.measure);
  auto promotion = facts::parse_promotion(column.promotion);
  CHECK(measure != nullptr && promotion);  // the catalog is checked when it is loaded
  auto cells = std::find_if(measures_.begin(), measures_.end(), [&](const MeasureCells& known) {
    return known.measure == measure && known.promotion == *promotion;
  });
  if (cells == measures_.end()) {
    cells = measures_.insert(measures_.end(), {measure, *promotion, scale_of(*measure), fraction_of(*measure), {}});
  }
  cells->parts.push_back(std::move(alternatives));
}

bool Layout::is_header(const csv::Row& row) const {
  // Cheap for rows: their first cell is hardly ever the header's.
  if (row.cells.empty() || trimmed(row.cells[0]) != header(0) || header_.size() < 2) return false;
  return normalised(row) == normal_;
}

const std::vector<size_t>& Layout::of(std::string_view role) const {
  static const std::vector<size_t> no_columns;
  for (const Role& known : roles_) {
    if (known.name == role) return known.columns;
  }
  return no_columns;
}

std::optional<size_t> Layout::find(std::string_view role) const {
  const std::vector<size_t>& columns = of(role);
  return columns.empty() ? std::nullopt : std::optional(columns.front());
}

std::string_view Layout::cell(const csv::Row& row, const std::vector<size_t>& columns) const {
  for (size_t column : columns) {
    std::string_view text = trimmed(row.cell(column));
    if (!text.empty()) return text;
  }
  return {};
}

std::string_view Layout::kind_of(std::string_view word) const {
  if (kind_ == nullptr || word.empty()) return {};
  auto known = kind_->values.find(catalog::normalised_header(word));
  return known == kind_->values.end() ? std::string_view() : std::string_view(known->second);
}

}  // namespace sociometer::collect
