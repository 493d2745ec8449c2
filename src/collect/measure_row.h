// The measures of a row: their cells read, their parts summed, and the columns found that report nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collect/rows.h"

namespace sociometer::collect {

class MeasureRow {
 public:
  MeasureRow(const ReadingContext& context, Layout& layout);

  struct Value {
    const MeasureCells* cells = nullptr;
    int64_t value = 0;
    std::string_view currency{};  // of money; valid until the next row
  };
  // Reads every measure of the row into `values()`. A cell that is wrong makes it a rejected row, with that Fate.
  std::optional<Fate> read(const csv::Row& row);
  const std::vector<Value>& values() const { return values_; }

  // After the first reading: columns that are 0 on every row beside others that are not are taken as not reported.
  void find_contradictions(std::vector<std::string>& warnings);

 private:
  // How much the network showed (views), to whom (people), and what they did about it (reactions).
  enum class Kind { other, shown, people, reactions, own_engagements };
  struct Cell {
    FileColumn* column;
    const MeasureCells* cells;
    Kind kind;
    bool reported = false;
    int64_t value = 0;
    int64_t rows_above_zero = 0, rows_contradicted = 0;
  };
  static Kind kind_of(std::string_view measure);
  CellNumber number_of(const Cell& cell, std::string_view text);
  std::optional<Fate> find_currency(const csv::Row& row);
  void count_contradictions();
  bool sum_up();
  bool multiply_means();

  Layout& layout_;
  Writing& writing_;
  std::string said_currency_, sign_currency_, currency_;
  bool has_money_ = false;
  bool counting_ = true;
  std::vector<Cell> cells_;  // in the order of groups, parts, alternatives
  std::vector<Value> values_;
};

}  // namespace sociometer::collect
