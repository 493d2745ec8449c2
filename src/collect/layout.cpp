#include "collect/layout.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace sociometer::collect {

std::vector<std::string> normalised(const csv::Row& row) {
  std::vector<std::string> names;
  for (std::string_view cell : row.cells) names.push_back(catalog::normalised_header(cell));
  while (!names.empty() && names.back().empty()) names.pop_back();
  return names;
}

int64_t scale_of(const catalog::Measure& measure) {
  return catalog::base_scale(measure.unit);
}

Fraction fraction_of(const catalog::Measure& measure) {
  bool whole = measure.unit == catalog::Unit::count || measure.unit == catalog::Unit::people ||
               measure.unit == catalog::Unit::characters;
  return whole ? Fraction::whole_only : Fraction::allowed;
}

KnownTables::KnownTables(const std::vector<const catalog::Format*>& formats) {
  for (const catalog::Format* format : formats) {
    for (const catalog::Table& table : format->tables) {
      Entry entry{format, &table, 0, {}};
      for (const std::string& name : table.named) entry.named.push_back(catalog::normalised_header(name));
      for (size_t i = 0; i < table.columns.size(); ++i) {
        entry.required += table.columns[i].required;
        for (const std::string& name : table.columns[i].names) {
          std::string normal = catalog::normalised_header(name);
          size_t star = normal.find('*');
          std::pair<size_t, size_t> place(tables_.size(), i);
          if (star != normal.npos) {
            patterns_.push_back({normal.substr(0, star), normal.substr(star + 1), place.first, i});
          } else if (auto& places = names_[normal]; places.empty() || places.back() != place) {
            places.push_back(place);
          }
        }
      }
      tables_.push_back(std::move(entry));
    }
  }
}

std::vector<KnownTables::Hit> KnownTables::hits(const std::string& normal_header) const {
  std::vector<Hit> hits;
  if (normal_header.empty()) return hits;
  if (auto found = names_.find(normal_header); found != names_.end()) {
    for (auto [table, column] : found->second) hits.push_back({table, column, {}});
  }
  size_t exact = hits.size();
  for (const Pattern& pattern : patterns_) {
    size_t fixed = pattern.front.size() + pattern.back.size();
    if (normal_header.size() <= fixed || !normal_header.starts_with(pattern.front) ||
        !normal_header.ends_with(pattern.back)) {
      continue;
    }
    // What has a name of its own is not one of many.
    bool named = std::any_of(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(exact),
                             [&](const Hit& hit) { return hit.table == pattern.table; });
    if (named) continue;
    hits.push_back(
        {pattern.table, pattern.column, normal_header.substr(pattern.front.size(), normal_header.size() - fixed)});
  }
  return hits;
}

std::vector<KnownTables::Fit> KnownTables::fits(const std::vector<std::string>& normal_row) const {
  struct Count {
    size_t known = 0;
    std::vector<size_t> required;
  };
  std::map<size_t, Count> counts;
  for (const std::string& header : normal_row) {
    size_t last = SIZE_MAX;
    for (const Hit& hit : hits(header)) {
      Count& count = counts[hit.table];
      if (hit.table != last) ++count.known;
      last = hit.table;
      bool needed = tables_[hit.table].table->columns[hit.column].required;
      auto& seen = count.required;
      if (needed && std::find(seen.begin(), seen.end(), hit.column) == seen.end()) seen.push_back(hit.column);
    }
  }
  std::vector<Fit> fits;
  for (const auto& [table, count] : counts) {
    if (count.required.size() == tables_[table].required) fits.push_back({table, count.known});
  }
  return fits;
}

Layout::Layout(const catalog::Catalog& catalog, const KnownTables& tables, size_t table, const csv::Row& header,
               const csv::Row* descriptions)
    : entry_(tables.tables()[table]), normal_(normalised(header)) {
  for (size_t i = 0; i < normal_.size(); ++i) header_.emplace_back(trimmed(header.cells[i]));
  const auto& columns = entry_.table->columns;
  std::vector<std::vector<Found>> found(columns.size());  // of the file, by column of the catalog
  for (size_t i = 0; i < normal_.size(); ++i) {
    if (normal_[i].empty()) continue;
    std::string described = descriptions == nullptr ? std::string() : catalog::normalised_header(descriptions->cell(i));
    bool known = false;
    for (const KnownTables::Hit& hit : tables.hits(normal_[i])) {
      if (hit.table != table) continue;
      known = true;
      const std::string& wanted = columns[hit.column].described;
      if (!wanted.empty() && !described.empty() && described.find(wanted) == described.npos) continue;
      found[hit.column].push_back({i, hit.captured});
    }
    if (!known) unknown_.push_back(header_[i]);
  }
  for (size_t k = 0; k < columns.size(); ++k) add_column(catalog, columns[k], found[k]);
}

void Layout::add_column(const catalog::Catalog& catalog, const catalog::Column& column,
                        const std::vector<Found>& found) {
  if (found.empty()) return;
  if (!column.network.empty()) network_ = column.network;
  if (column.role == "kind") kind_ = &column;
  if (column.role == "breakdown") breakdown_ = &column;
  if (column.role == "measure") return add_measure(catalog, column, found);
  std::vector<size_t> indexes;
  for (const Found& one : found) indexes.push_back(one.index);
  if (column.role == "member" && !column.dimension.empty()) {
    members_.push_back({&column, indexes});
    return;
  }
  auto role = std::find_if(roles_.begin(), roles_.end(), [&](const Role& r) { return r.name == column.role; });
  if (role == roles_.end()) role = roles_.insert(roles_.end(), {column.role, {}});
  role->columns.insert(role->columns.end(), indexes.begin(), indexes.end());
}

void Layout::add_measure(const catalog::Catalog& catalog, const catalog::Column& column,
                         const std::vector<Found>& found) {
  const catalog::Measure* measure = catalog.measure(column.measure);
  CHECK(measure != nullptr);  // the catalog is checked when it is loaded
  bool members_of_names = !column.dimension.empty() && column.member.empty();
  if (!members_of_names) {
    std::vector<FileColumn> alternatives;
    for (const Found& one : found) {
      std::string code = one.captured;
      for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      alternatives.push_back({one.index, false, code.size() == 3 ? code : std::string()});
    }
    return add_cells(*measure, column, column.member, std::move(alternatives));
  }
  for (const Found& one : found) {
    // As the file writes it, not as it is compared: "SE", not "se".
    std::string_view name = header_[one.index];
    size_t at = folded(name).rfind(one.captured);
    std::string member(at != std::string::npos && at + one.captured.size() <= name.size()
                           ? name.substr(at, one.captured.size())
                           : std::string_view(one.captured));
    auto ours = column.values.find(one.captured);
    add_cells(*measure, column, ours == column.values.end() ? member : ours->second, {{one.index, false, {}}});
  }
}

void Layout::add_cells(const catalog::Measure& measure, const catalog::Column& column, const std::string& member,
                       std::vector<FileColumn> alternatives) {
  auto promotion = facts::parse_promotion(column.promotion);
  CHECK(promotion);
  std::optional<facts::Window> window = column.window.empty() ? std::nullopt : facts::parse_window(column.window);
  MeasureCells cells{&measure,          *promotion,           window, column.dimension, member, column.times,
                     scale_of(measure), fraction_of(measure), {}};
  for (const catalog::UnitOfCells& unit : catalog::units_of_cells()) {
    if (unit.key == column.unit) cells.scale = unit.factor;
  }
  auto known = std::find_if(measures_.begin(), measures_.end(), [&](const MeasureCells& other) {
    return other.measure == &measure && other.promotion == cells.promotion && other.window == window &&
           other.dimension == cells.dimension && other.member == member && other.scale == cells.scale;
  });
  if (known == measures_.end()) known = measures_.insert(measures_.end(), std::move(cells));
  known->parts.push_back(std::move(alternatives));
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

std::string_view Layout::dimension_of(std::string_view word) const {
  if (breakdown_ == nullptr || word.empty()) return {};
  auto known = breakdown_->values.find(catalog::normalised_header(word));
  return known == breakdown_->values.end() ? std::string_view() : std::string_view(known->second);
}

std::string_view Layout::kind_of(std::string_view word) const {
  if (kind_ == nullptr || word.empty()) return {};
  auto known = kind_->values.find(catalog::normalised_header(word));
  return known == kind_->values.end() ? std::string_view() : std::string_view(known->second);
}

}  // namespace sociometer::collect
