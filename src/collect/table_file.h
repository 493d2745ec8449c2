// Table files: the rows of a file, whatever holds them – a text with delimiters, the sheets of a workbook – as often as
// they are needed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collect/bytes.h"
#include "collect/csv.h"
#include "collect/encoding.h"
#include "collect/workbook.h"

namespace sociometer::collect {

// All rows of a file, in order, sheet after sheet.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // False at the end. The row is valid until the next call.
  virtual Result<bool> next(csv::Row& row) = 0;
  // Of the row just read; a text has one without a name.
  virtual size_t sheet_number() const { return 0; }
  virtual const std::string& sheet() const = 0;
  virtual int64_t bytes_read() const = 0;
};

// The first rows of a sheet, kept.
struct Head {
  std::string sheet;
  csv::Dialect dialect;
  struct Line {
    int64_t line = 0;
    std::vector<std::string> cells;
  };
  std::vector<Line> rows;
};
constexpr size_t head_rows = 64;

class TableFile {
 public:
  virtual ~TableFile() = default;
  virtual Result<std::unique_ptr<RowSource>> rows() = 0;
};

// How a text is to be taken apart. `wrapped`: every line of it was quoted once more as a whole, and is a line of CSV.
// `log`: its lines are what a web server writes of each request.
struct TextShape {
  Encoding encoding = Encoding::utf8;
  csv::Dialect dialect;
  bool wrapped = false, log = false;
};
// `spool` must outlive the file.
std::unique_ptr<TableFile> text_file(const Spool& spool, TextShape shape);
std::unique_ptr<TableFile> workbook_file(std::unique_ptr<Workbook> workbook, const Spool& spool);

// The first rows of every sheet; sheets that are damaged are left out. Where nothing else is there, what is wrong with
// the first of them.
Result<std::vector<Head>> heads_of(Workbook& workbook);
// The first rows of a text.
Head head_of(std::string_view text, csv::Dialect dialect);
// The same text without the quotation marks around its lines, if every line of it has them.
std::optional<std::string> unwrapped(std::string_view text);

}  // namespace sociometer::collect
