// Tables for people: aligned columns of UTF-8 text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/reports.h"
#include "surfaces/terminal.h"

namespace sociometer::surfaces {

// Columns a text takes on a terminal: wide characters two, combining ones none.
int display_width(std::string_view text);
// At most `width` columns, with an ellipsis where something was cut.
std::string cut_to(std::string_view text, int width);

class Table {
 public:
  enum class Align { left, right };
  // `flexible` columns are cut when the table is wider than the terminal.
  enum class Fit { whole, flexible };

  void column(std::string title, Align align = Align::left, Fit fit = Fit::whole);
  void row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // Columns without any text are left out.
  std::string text(const Look& look) const;

 private:
  struct Column {
    std::string title;
    Align align;
    Fit fit;
  };
  std::vector<int> widths(const Look& look) const;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

using reports::csv_field;

}  // namespace sociometer::surfaces
