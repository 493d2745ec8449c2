// Layout: which column of a table means what. Found once per table, by the header's names; asked for every row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/catalog.h"
#include "collect/csv.h"
#include "collect/values.h"

namespace sociometer::collect {

int64_t scale_of(const catalog::Measure& measure);
Fraction fraction_of(const catalog::Measure& measure);  // people and things are whole

// A row's cells as headers are compared; what is empty at its end is gone.
std::vector<std::string> normalised(const csv::Row& row);

// The tables of some formats, by the names of their columns: made once, asked for every row that may be a header.
class KnownTables {
 public:
  explicit KnownTables(const std::vector<const catalog::Format*>& formats);

  struct Entry {
    const catalog::Format* format = nullptr;
    const catalog::Table* table = nullptr;
    size_t required = 0;             // how many columns it needs
    std::vector<std::string> named;  // normalised
  };
  const std::vector<Entry>& tables() const { return tables_; }

  // A column that a header means, and what '*' in its name stood for.
  struct Hit {
    size_t table = 0, column = 0;
    std::string captured;
  };
  std::vector<Hit> hits(const std::string& normal_header) const;

  struct Fit {
    size_t table = 0;
    size_t known = 0;  // cells it knows
  };
  // The tables this row is the header of: all they require is there.
  std::vector<Fit> fits(const std::vector<std::string>& normal_row) const;

 private:
  struct Pattern {
    std::string front, back;
    size_t table, column;
  };
  std::vector<Entry> tables_;
  std::unordered_map<std::string, std::vector<std::pair<size_t, size_t>>> names_;
  std::vector<Pattern> patterns_;
};

// One column of the file that feeds a measure. A contradicted one is known not to report (DESIGN: 0 beside more).
struct FileColumn {
  size_t index = 0;
  bool contradicted = false;
  std::string currency;  // of its header
};

// What is summed to a value: the parts, each the first of its alternatives that reports.
struct MeasureCells {
  const catalog::Measure* measure = nullptr;
  facts::Promotion promotion = facts::Promotion::all;
  std::optional<facts::Window> window;  // the table's, if empty
  std::string dimension, member;        // of a part only
  std::string times;                    // its cells are means over this measure of the row
  int64_t scale = 1;
  Fraction fraction = Fraction::whole_only;
  std::vector<std::vector<FileColumn>> parts;
};

class Layout {
 public:
  // `descriptions`: the row under the header that describes its columns, if there is one.
  Layout(const catalog::Catalog& catalog, const KnownTables& tables, size_t table, const csv::Row& header,
         const csv::Row* descriptions);

  const catalog::Format& format() const { return *entry_.format; }
  const catalog::Table& table() const { return *entry_.table; }
  const std::string& header(size_t column) const { return column < header_.size() ? header_[column] : empty_; }
  size_t columns() const { return header_.size(); }
  bool is_header(const csv::Row& row) const;  // the same names again, as in files put together by hand

  bool has(std::string_view role) const { return !of(role).empty(); }
  // The file's column for a role, if it has one: the first of several.
  std::optional<size_t> find(std::string_view role) const;
  // The first cell of the role that is not empty, trimmed.
  std::string_view cell(const csv::Row& row, const std::vector<size_t>& columns) const;
  const std::vector<size_t>& of(std::string_view role) const;

  // Columns whose cells are members of a dimension.
  struct Members {
    const catalog::Column* column = nullptr;
    std::vector<size_t> columns;
  };
  const std::vector<Members>& members() const { return members_; }

  // The network that the columns prove, empty if they do not.
  const std::string& network() const { return network_; }
  // A word of the `kind` column in ours: "IG reel" is a "reel"; empty if it is none known.
  std::string_view kind_of(std::string_view word) const;
  // A word of the `breakdown` column as a dimension of ours; empty if it is none known.
  std::string_view dimension_of(std::string_view word) const;

  std::vector<MeasureCells>& measures() { return measures_; }
  const std::vector<MeasureCells>& measures() const { return measures_; }
  // Headers that are in no column of the table.
  const std::vector<std::string>& unknown() const { return unknown_; }

 private:
  struct Found {
    size_t index = 0;
    std::string captured;
  };
  void add_column(const catalog::Catalog& catalog, const catalog::Column& column, const std::vector<Found>& found);
  void add_measure(const catalog::Catalog& catalog, const catalog::Column& column, const std::vector<Found>& found);
  void add_cells(const catalog::Measure& measure, const catalog::Column& column, const std::string& member,
                 std::vector<FileColumn> alternatives);

  struct Role {
    std::string_view name;
    std::vector<size_t> columns;
  };
  const KnownTables::Entry& entry_;
  std::string empty_;
  std::vector<std::string> header_, normal_;
  std::vector<Role> roles_;
  std::vector<MeasureCells> measures_;
  std::vector<Members> members_;
  std::vector<std::string> unknown_;
  std::string network_;
  const catalog::Column* kind_ = nullptr;
  const catalog::Column* breakdown_ = nullptr;
};

}  // namespace sociometer::collect
