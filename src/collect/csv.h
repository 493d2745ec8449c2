// CSV: the rows of a text, one after the other, each with the line it begins on.
//
// Made for files people downloaded, opened in Excel, and saved again: any of four delimiters, `sep=` lines, quoted
// fields over several lines, any line end, quotes where none belong. It never gives up on a file: a row it cannot read
// is handed out as damaged, with the reason, and reading goes on behind it.
//
//   csv::Reader rows(text_stream, csv::Dialect{','});
//   csv::Row row;
//   while (true) {
//     TRY(bool more, rows.next(row));
//     if (!more) break;
//     row.cells[2];          // valid until the next call
//   }
//
// Memory: one row, at most `Limits::row` bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "collect/collect.h"

namespace sociometer::collect::csv {

struct Dialect {
  char delimiter = ',';
};

struct Limits {
  size_t field = 1 << 20;
  size_t row = 4 << 20;
  size_t columns = 8192;
};

enum class Damage {
  none,
  field_too_long,  // more than Limits::field: most often a quotation mark without its partner
  row_too_long,
  too_many_columns,
  unclosed_quote,  // the text ends inside quotation marks
  nul_byte,
};
std::string_view sentence(Damage damage);

struct Row {
  int64_t line = 0;  // of its first character; the first line is 1
  std::span<const std::string_view> cells;
  Damage damage = Damage::none;  // then `cells` is what was read until there

  std::string_view cell(size_t column) const { return column < cells.size() ? cells[column] : std::string_view(); }
  bool blank() const;  // no cell holds more than blanks
};

class Reader {
 public:
  Reader(ByteStream& text, Dialect dialect, Limits limits = {});

  // False at the end.
  Result<bool> next(Row& row);

 private:
  enum class Scan { row, need_more, too_long };
  struct Field {
    size_t start = 0, size = 0;  // offsets in buffer_, so that they survive its growth
    bool quoted = false;         // holds doubled or stray quotation marks to be taken out
  };

  Scan scan_row(Damage& damage);
  Scan scan_field(size_t& at, Damage& damage);
  Scan scan_quoted(size_t& at);
  size_t give_up_line();
  bool line_ends_at(size_t at) const;
  Result<Done> skip_rest_of_line();
  size_t after_line_end(size_t at) const;
  void add_field(size_t start, size_t size, bool has_quotes);
  void skip_sep_line();
  Result<Done> fill();
  void hand_out(Row& row);
  std::string_view without_quotes(const Field& field);

  ByteStream& text_;
  Dialect dialect_;
  Limits limits_;
  std::vector<char> buffer_;
  size_t begin_ = 0, end_ = 0;  // what is read and not handed out yet
  bool at_end_ = false;
  bool first_ = true;
  bool row_ended_ = false;
  bool given_up_ = false;  // the line that was given up goes on
  int64_t line_ = 1;
  int64_t lines_in_row_ = 0;
  std::vector<Field> fields_;
  std::vector<std::string_view> cells_;
  unsigned char classes_[256] = {};
};

// The delimiter that makes the most regular table of `head`, or what its `sep=` line says.
Dialect detect_dialect(std::string_view head);

// The character that a `sep=` line at the beginning of `text` names, or 0.
char sep_line_delimiter(std::string_view text);

}  // namespace sociometer::collect::csv
