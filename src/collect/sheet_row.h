// What the readers of workbooks share: a row under construction, and how Excel's numbers become text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collect/csv.h"

namespace sociometer::collect {

// The cells of one row, put in any order; kept until the next `clear`.
class SheetRow {
 public:
  explicit SheetRow(csv::Limits limits) : limits_(limits) {}

  void clear();
  void put(size_t column, std::string_view text);
  // False if no cell holds text.
  bool hand_out(int64_t line, csv::Row& row);

 private:
  struct Piece {
    size_t column, start, size;
  };
  csv::Limits limits_;
  std::string text_;
  std::vector<Piece> pieces_;
  std::vector<std::string_view> cells_;
  csv::Damage damage_ = csv::Damage::none;
};

// What the format of a cell makes of its number.
enum class NumberKind { plain, date, time };
// By an Excel format code: "yyyy-mm-dd" is a date, "[h]:mm:ss" a time, "0.00%" neither.
NumberKind kind_of_format(std::string_view code);
// By the number of a format that is built in; `plain` for those that are not.
NumberKind kind_of_built_in_format(unsigned id);

enum class Epoch { of_1900, of_1904 };
std::string number_text(double number, NumberKind kind = NumberKind::plain, Epoch epoch = Epoch::of_1900);

}  // namespace sociometer::collect
