// Recognition: which format a file is, by what stands in its first rows.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collect/rows.h"

namespace sociometer::collect {

// A format this version reads, and what reads it. Supporting one more is a line here and its columns in the catalog.
struct FormatReader {
  std::string_view key;
  std::unique_ptr<RowReader> (*make)(const ReadingContext&, const csv::Row& header);
  enum class Shape { table, series } shape = Shape::table;
};
const FormatReader* find_reader(std::string_view format);

// The first rows of a file, kept.
struct Head {
  csv::Dialect dialect;
  struct Line {
    int64_t line = 0;
    std::vector<std::string> cells;
  };
  std::vector<Line> rows;
};

struct Recognised {
  const catalog::Format* format = nullptr;
  const FormatReader* reader = nullptr;
  csv::Dialect dialect;
  Head::Line header;
};

// `text`: the beginning of the file. `format`: only this one, or empty. unsupported: none fits; the sentence says what
// the file looks like and what is known.
Result<Recognised> recognise(const catalog::Catalog& catalog, std::string_view text, std::string_view format);

// "Date" (in any language of the catalog) and one more cell: what stands over a block of a daily series.
bool is_day_header(const catalog::Format& format, const csv::Row& row);
const catalog::Format::Series* find_series(const catalog::Format& format, std::string_view title);

}  // namespace sociometer::collect
