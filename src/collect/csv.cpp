#include "collect/csv.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/text.h"
#include "collect/bytes.h"

namespace sociometer::collect::csv {

namespace {

constexpr size_t piece_bytes = 256 << 10;
constexpr size_t longest_sep_line = 64;

enum CharacterClass : unsigned char { ordinary = 0, delimiter = 1, line_end = 2, nul = 4 };

}  // namespace

std::string_view sentence(Damage damage) {
  switch (damage) {
    case Damage::none:
      return "";
    case Damage::field_too_long:
      return "a cell of more than 1 MiB; a quotation mark may be missing";
    case Damage::row_too_long:
      return "a row of more than 4 MiB; a quotation mark may be missing";
    case Damage::too_many_columns:
      return "more than 8192 cells in a row";
    case Damage::unclosed_quote:
      return "the file ends inside quotation marks: it is cut short, or a quotation mark is missing";
    case Damage::nul_byte:
      return "holds a NUL byte; the file is damaged here";
  }
  return "";
}

bool Row::blank() const {
  return std::all_of(cells.begin(), cells.end(), [](std::string_view cell) { return trimmed(cell).empty(); });
}

Reader::Reader(ByteStream& text, Dialect dialect, Limits limits)
    : text_(text), dialect_(dialect), limits_(limits), buffer_(piece_bytes) {
  classes_[static_cast<unsigned char>(dialect.delimiter)] = delimiter;
  classes_['\n'] = classes_['\r'] = line_end;
  classes_[0] = nul;
}

Result<Done> Reader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  TRY(size_t got, text_.read(buffer_.data() + end_, buffer_.size() - end_));
  end_ += got;
  at_end_ = got == 0;
  return Done{};
}

Result<bool> Reader::next(Row& row) {
  if (first_) {
    while (!at_end_ && end_ - begin_ <= longest_sep_line + 1) TRY_DONE(fill());
    skip_sep_line();
    first_ = false;
  }
  if (given_up_) TRY_DONE(skip_rest_of_line());
  while (true) {
    if (begin_ == end_) {
      if (at_end_) return false;
      TRY_DONE(fill());
      continue;
    }
    row.damage = Damage::none;
    Scan scan = scan_row(row.damage);
    if (scan == Scan::need_more) {
      // Scanning begins anew with more text: rows are short against a piece, so this is rare.
      TRY_DONE(fill());
      continue;
    }
    hand_out(row);
    return true;
  }
}

void Reader::skip_sep_line() {
  std::string_view text(buffer_.data() + begin_, end_ - begin_);
  if (sep_line_delimiter(text) == 0) return;
  size_t stop = text.find_first_of("\r\n");
  begin_ = after_line_end(begin_ + (stop == text.npos ? text.size() : stop));
  line_ = 2;
}

// Behind the line end at `at`, if there is one: "\n", "\r\n" or "\r".
size_t Reader::after_line_end(size_t at) const {
  if (at < end_ && buffer_[at] == '\r') {
    ++at;
    return at < end_ && buffer_[at] == '\n' ? at + 1 : at;
  }
  return at < end_ && buffer_[at] == '\n' ? at + 1 : at;
}

void Reader::add_field(size_t start, size_t size, bool has_quotes) {
  fields_.push_back({start, size, has_quotes});
}

// Finds the fields of the row that begins at begin_, and sets begin_ behind it.
Reader::Scan Reader::scan_row(Damage& damage) {
  fields_.clear();
  lines_in_row_ = 0;
  row_ended_ = false;
  size_t at = begin_;
  while (!row_ended_) {
    Scan scan = scan_field(at, damage);
    if (scan == Scan::need_more) {
      if (end_ - begin_ < limits_.row) return scan;
      damage = Damage::row_too_long;
      scan = Scan::too_long;
    }
    if (scan == Scan::too_long) at = give_up_line();
  }
  begin_ = at;
  return Scan::row;
}

// The row cannot be read. What is wrong is most likely a quotation mark in its first line: go on with the next one.
size_t Reader::give_up_line() {
  size_t stop = begin_;
  while (stop < end_ && classes_[static_cast<unsigned char>(buffer_[stop])] != line_end) ++stop;
  fields_.clear();
  add_field(begin_, stop - begin_, false);
  row_ended_ = true;
  lines_in_row_ = 1;
  given_up_ = !line_ends_at(stop);
  return given_up_ ? stop : after_line_end(stop);
}

// Whether it is known where the line that ends at `at` ends: a "\n" may still follow a "\r".
bool Reader::line_ends_at(size_t at) const {
  if (at_end_) return true;
  return at < end_ && (buffer_[at] == '\n' || at + 1 < end_);
}

Result<Done> Reader::skip_rest_of_line() {
  while (true) {
    while (begin_ < end_ && classes_[static_cast<unsigned char>(buffer_[begin_])] != line_end) ++begin_;
    if (line_ends_at(begin_)) break;
    TRY_DONE(fill());
  }
  begin_ = after_line_end(begin_);
  given_up_ = false;
  return Done{};
}

Reader::Scan Reader::scan_field(size_t& at, Damage& damage) {
  const char* text = buffer_.data();
  size_t start = at, i = at;
  bool quoted = i < end_ && text[i] == '"';
  if (quoted) {
    Scan scan = scan_quoted(i);
    if (scan == Scan::need_more) {
      if (i - start > limits_.field) {
        damage = Damage::field_too_long;
        return Scan::too_long;
      }
      if (!at_end_) return scan;
      damage = Damage::unclosed_quote;
    }
  }
  unsigned char found = ordinary;
  while (i < end_ && (found = classes_[static_cast<unsigned char>(text[i])]) != delimiter && found != line_end) {
    if (found == nul) damage = Damage::nul_byte;
    ++i;
  }
  if (i - start > limits_.field) {
    damage = Damage::field_too_long;
    return Scan::too_long;
  }
  if (i == end_ && !at_end_) return Scan::need_more;
  if (fields_.size() < limits_.columns) {
    add_field(start, i - start, quoted);
  } else if (damage == Damage::none) {
    damage = Damage::too_many_columns;
  }
  if (i < end_ && found == delimiter) {
    at = i + 1;
    return Scan::row;
  }
  if (i < end_ && text[i] == '\r' && i + 1 == end_ && !at_end_) return Scan::need_more;  // is there a '\n' behind it?
  if (i < end_) ++lines_in_row_;
  row_ended_ = true;
  at = after_line_end(i);
  return Scan::row;
}

// From an opening quotation mark to behind the closing one. Counts the lines it crosses.
Reader::Scan Reader::scan_quoted(size_t& at) {
  const char* text = buffer_.data();
  size_t i = at + 1;
  while (true) {
    const void* mark = i < end_ ? std::memchr(text + i, '"', end_ - i) : nullptr;
    size_t stop = mark == nullptr ? end_ : static_cast<size_t>(static_cast<const char*>(mark) - text);
    for (size_t k = i; k < stop; ++k) {
      if (text[k] == '\n' || (text[k] == '\r' && (k + 1 >= end_ || text[k + 1] != '\n'))) ++lines_in_row_;
    }
    i = stop;
    if (mark == nullptr || (i + 1 == end_ && !at_end_)) break;
    if (i + 1 < end_ && text[i + 1] == '"') {
      i += 2;
      continue;
    }
    at = i + 1;
    return Scan::row;
  }
  at = end_;
  return Scan::need_more;
}

void Reader::hand_out(Row& row) {
  cells_.clear();
  for (const Field& field : fields_) {
    cells_.push_back(field.quoted ? without_quotes(field) : std::string_view(buffer_.data() + field.start, field.size));
  }
  row.line = line_;
  row.cells = cells_;
  line_ += lines_in_row_;
}

// Takes the quotation marks out in place: the text only becomes shorter.
std::string_view Reader::without_quotes(const Field& field) {
  char* text = buffer_.data() + field.start;
  char* end = text + field.size;
  if (field.size >= 2 && end[-1] == '"' && std::memchr(text + 1, '"', field.size - 2) == nullptr) {
    return {text + 1, field.size - 2};
  }
  char* out = text;
  bool inside = true;
  for (char* c = text + 1; c < end; ++c) {
    if (inside && *c == '"') {
      if (c + 1 < end && c[1] == '"') {
        *out++ = '"';
        ++c;
      } else {
        inside = false;  // what follows until the delimiter is taken as it stands
      }
    } else {
      *out++ = *c;
    }
  }
  return {text, static_cast<size_t>(out - text)};
}

char sep_line_delimiter(std::string_view text) {
  std::string_view line = text.substr(0, std::min(text.find_first_of("\r\n"), text.size()));
  if (line.size() > longest_sep_line) return 0;
  if (line.starts_with('"')) line.remove_prefix(1);
  constexpr std::string_view sep_prefix = "sep=";
  if (!starts_with_ignoring_case(line, sep_prefix) || line.size() == sep_prefix.size()) return 0;
  line.remove_prefix(sep_prefix.size());
  char said = line.front();
  if (std::string_view(",;\t|").find(said) == std::string_view::npos) return 0;
  // Excel pads the line like every other: "sep=\t\t\t".
  bool alone = std::all_of(line.begin(), line.end(), [&](char c) { return c == said || c == '"'; });
  return alone ? said : '\0';
}

namespace {

// How often rows have the same number of cells, more than one, and how many that is.
struct Regularity {
  size_t rows = 0, columns = 0;
};

Regularity regularity(std::string_view head, char delimiter) {
  ViewStream stream(head);
  Reader reader(stream, {delimiter});
  std::map<size_t, size_t> counts;
  Row row;
  for (int i = 0; i < 64; ++i) {
    auto more = reader.next(row);
    if (!more || !*more) break;
    if (row.cells.size() > 1) ++counts[row.cells.size()];
  }
  Regularity best;
  for (auto [columns, rows] : counts) {
    if (rows >= best.rows) best = {rows, columns};
  }
  return best;
}

}  // namespace

Dialect detect_dialect(std::string_view head) {
  if (char said = sep_line_delimiter(head)) return {said};
  Dialect best;
  Regularity most;
  for (char candidate : {',', ';', '\t', '|'}) {
    Regularity r = regularity(head, candidate);
    if (r.rows > most.rows || (r.rows == most.rows && r.columns > most.columns)) {
      most = r;
      best.delimiter = candidate;
    }
  }
  return best;
}

}  // namespace sociometer::collect::csv
