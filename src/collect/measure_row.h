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
  };
  // Reads every measure of the row into `values()`. A cell that is wrong makes it a rejected row, with that Fate.
  std::optional<Fate> read(const csv::Row& row);
  const std::vector<Value>& values() const { return values_; }
  const std::string& currency() const { return currency_; }

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
  void count_contradictions();
  bool sum_up();

  Layout& layout_;
  DecimalMark mark_;
  std::string currency_;
  bool needs_currency_ = false;
  bool counting_ = true;
  std::vector<Cell> cells_;  // in the order of groups, parts, alternatives
  std::vector<Value> values_;
};

}  // namespace sociometer::collect
