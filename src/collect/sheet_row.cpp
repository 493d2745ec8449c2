#include "collect/sheet_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "base/time.h"

namespace sociometer::collect {

void SheetRow::clear() {
  text_.clear();
  pieces_.clear();
  damage_ = csv::Damage::none;
}

void SheetRow::put(size_t column, std::string_view text) {
  if (text.empty()) return;
  if (column >= limits_.columns) {
    damage_ = csv::Damage::too_many_columns;
    return;
  }
  if (text.size() > limits_.field) {
    damage_ = csv::Damage::field_too_long;
    text = text.substr(0, 100);
  }
  if (text_.size() + text.size() > limits_.row) {
    damage_ = csv::Damage::row_too_long;
    return;
  }
  if (text.find('\0') != text.npos) damage_ = csv::Damage::nul_byte;
  pieces_.push_back({column, text_.size(), text.size()});
  text_ += text;
}

bool SheetRow::hand_out(int64_t line, csv::Row& row) {
  cells_.clear();
  for (const Piece& piece : pieces_) {
    if (cells_.size() <= piece.column) cells_.resize(piece.column + 1);
    cells_[piece.column] = std::string_view(text_).substr(piece.start, piece.size);
  }
  row.line = line;
  row.cells = cells_;
  row.damage = damage_;
  return damage_ != csv::Damage::none || !row.blank();
}

NumberKind kind_of_built_in_format(unsigned id) {
  bool date = (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58);
  bool time = (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47);
  return date ? NumberKind::date : time ? NumberKind::time : NumberKind::plain;
}

// The letters of a code outside quotation marks; of brackets only those of elapsed time count.
NumberKind kind_of_format(std::string_view code) {
  bool day_or_year = false, clock = false;
  code = code.substr(0, code.find(';'));  // positive numbers
  if (lower(trimmed(code)) == "general") return NumberKind::plain;
  for (size_t i = 0; i < code.size(); ++i) {
    char c = static_cast<char>(code[i] | 0x20);
    if (code[i] == '\\' || code[i] == '_' || code[i] == '*') {
      ++i;
    } else if (code[i] == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (code[i] == '[') {
      size_t end = std::min(code.find(']', i), code.size());
      std::string inside = lower(code.substr(i + 1, end - i - 1));
      clock = clock || (!inside.empty() && inside.find_first_not_of("hms") == inside.npos);
      i = end;
    } else {
      day_or_year = day_or_year || c == 'd' || c == 'y' || (c == 'm' && code.find_first_of("hHsS") == code.npos);
      clock = clock || c == 'h' || c == 's';
    }
  }
  return day_or_year ? NumberKind::date : clock ? NumberKind::time : NumberKind::plain;
}

namespace {

constexpr double seconds_per_day = 86'400;

std::string plain_text(double number) {
  constexpr double first_rounded = 1e15;
  if (std::floor(number) == number && std::fabs(number) < first_rounded) return fmt::format("{:.0f}", number);
  char buffer[400];
  constexpr int digits_of_excel = 15;
  auto general = std::to_chars(buffer, std::end(buffer), number, std::chars_format::general, digits_of_excel);
  std::string_view text(buffer, static_cast<size_t>(general.ptr - buffer));
  if (std::fabs(number) >= first_rounded || text.find('e') == text.npos) return std::string(text);
  // A small number, "1.234e-05": its digits behind as many zeros as the exponent says.
  size_t e = text.find('e');
  std::string digits;
  for (char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  int exponent = 0;
  std::from_chars(text.data() + e + 2, text.data() + text.size(), exponent);
  constexpr int most_places = 30;
  if (exponent > most_places) return "0";
  return fmt::format("{}0.{}{}", number < 0 ? "-" : "", std::string(static_cast<size_t>(exponent - 1), '0'), digits);
}

std::string time_text(double number) {
  auto seconds = static_cast<int64_t>(std::llround(number * seconds_per_day));
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

std::string number_text(double number, NumberKind kind, Epoch epoch) {
  constexpr double most_days = 2'958'466;  // the year 10000
  bool in_range = std::isfinite(number) && number >= 0 && number < most_days;
  if (kind == NumberKind::plain || !in_range) return std::isfinite(number) ? plain_text(number) : std::string("#NUM!");
  if (kind == NumberKind::time) return time_text(number);
  auto seconds = static_cast<int64_t>(std::llround(number * seconds_per_day));
  int64_t days = seconds / 86'400, clock = seconds % 86'400;
  // Excel's calendar of 1900 begins on 1899-12-31 and has a 29th of February that never was.
  constexpr int day_zero_1900 = -25'569, day_zero_1904 = -24'107;
  bool before_leap = epoch == Epoch::of_1900 && days < 60;
  Day day{static_cast<int32_t>(days + (epoch == Epoch::of_1904 ? day_zero_1904 : day_zero_1900) + before_leap)};
  std::string text = format_day(day);
  if (clock != 0) text += fmt::format(" {:02}:{:02}:{:02}", clock / 3600, clock / 60 % 60, clock % 60);
  return text;
}

}  // namespace sociometer::collect
