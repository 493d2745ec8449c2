// Layout: which column of a file means what. Found once per table, by the header's names; asked for every row.
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

// One column of the file that feeds a measure. A contradicted one is known not to report (DESIGN: 0 beside more).
struct FileColumn {
  size_t index = 0;
  bool contradicted = false;
};

// What is summed to a measure's value: the parts, each the first of its alternatives that reports.
struct MeasureCells {
  const catalog::Measure* measure = nullptr;
  facts::Promotion promotion = facts::Promotion::all;
  int64_t scale = 1;
  Fraction fraction = Fraction::whole_only;
  std::vector<std::vector<FileColumn>> parts;
};

int64_t scale_of(const catalog::Measure& measure);
Fraction fraction_of(const catalog::Measure& measure);  // people and things are whole

// The names of a format's columns, normalised once for looking up many headers.
class FormatNames {
 public:
  explicit FormatNames(const catalog::Format& format);
  const catalog::Format& format() const { return *format_; }
  // The catalog's columns (by their place in the format) that this normalised header means.
  const std::vector<size_t>& columns(const std::string& normal_header) const;
  // How well a row fits as the header: 0 if a required column is missing, else the cells it knows.
  size_t fit(const csv::Row& row) const;

 private:
  const catalog::Format* format_;
  std::unordered_map<std::string, std::vector<size_t>> columns_;
};

class Layout {
 public:
  Layout(const catalog::Catalog& catalog, const catalog::Format& format, const csv::Row& header);

  const catalog::Format& format() const { return format_; }
  const std::string& header(size_t column) const { return column < header_.size() ? header_[column] : empty_; }
  size_t columns() const { return header_.size(); }
  int64_t header_line() const { return header_line_; }
  bool is_header(const csv::Row& row) const;  // the same names again, as in files put together by hand

  bool has(std::string_view role) const { return !of(role).empty(); }
  // The file's column for a role, if it has one: the first of several.
  std::optional<size_t> find(std::string_view role) const;
  // The first cell of the role that is not empty, trimmed.
  std::string_view cell(const csv::Row& row, const std::vector<size_t>& columns) const;
  const std::vector<size_t>& of(std::string_view role) const;

  // The network that the columns prove, empty if they do not.
  const std::string& network() const { return network_; }
  // A word of the `kind` column in ours: "IG reel" is a "reel"; empty if it is none known.
  std::string_view kind_of(std::string_view word) const;

  std::vector<MeasureCells>& measures() { return measures_; }
  const std::vector<MeasureCells>& measures() const { return measures_; }
  // Headers that are in no column of the format.
  const std::vector<std::string>& unknown() const { return unknown_; }

 private:
  void add_column(const catalog::Catalog& catalog, const catalog::Column& column, const std::vector<size_t>& found);
  void add_measure(const catalog::Catalog& catalog, const catalog::Column& column,
                   std::vector<FileColumn> alternatives);

  struct Role {
    std::string_view name;
    std::vector<size_t> columns;
  };
  const catalog::Format& format_;
  int64_t header_line_ = 0;
  std::string empty_;
  std::vector<std::string> header_, normal_;
  std::vector<Role> roles_;
  std::vector<MeasureCells> measures_;
  std::vector<std::string> unknown_;
  std::string network_;
  const catalog::Column* kind_ = nullptr;
};

}  // namespace sociometer::collect
