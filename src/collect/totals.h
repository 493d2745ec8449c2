// Totals: a row that sums the others is no row of its own, but it shows whether all of them were read.
#pragma once

#include <string>
#include <vector>

#include "collect/measure_row.h"

namespace sociometer::collect {

class TotalsCheck {
 public:
  TotalsCheck(const ReadingContext& context, const Layout& layout);

  // A row whose first word, or whose name, says that it sums the others, also where that word stands behind the last
  // column.
  bool is_totals(const csv::Row& row) const;
  void add(const std::vector<MeasureRow::Value>& values);
  void see(const csv::Row& row);  // the first one counts; others sum parts
  void begin_reading();
  // Warns where the sum of the rows is another.
  void check() const;

 private:
  bool is_total(std::string_view cell) const;

  const ReadingContext& context_;
  const Layout& layout_;
  std::vector<size_t> naming_;  // columns that say whose or when
  __extension__ using Wide = __int128;
  struct Sum {
    const MeasureCells* cells = nullptr;
    Wide value = 0;
    int64_t rows = 0;
  };
  std::vector<Sum> sums_;
  std::vector<std::string> totals_;  // the cells of the totals row
};

}  // namespace sociometer::collect
