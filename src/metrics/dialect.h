// Dialect: the few pieces of SQL that differ between the engines. Everything else is written once, in sql.cpp, in the
// plain part of the language that both understand; `lint_sql` holds it to that.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace sociometer::metrics {

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual std::string text(std::string_view literal) const = 0;  // quoted
  // The number of the segment that `day` lies in: 0 before the first edge, edges.size() from the last one on.
  virtual std::string segment(std::string_view day, const std::vector<Day>& edges) const = 0;
  // `value` of the row with the greatest `order`, or the least.
  virtual std::string value_at_greatest(std::string_view value, std::string_view order) const = 0;
  virtual std::string value_at_least(std::string_view value, std::string_view order) const = 0;
  // Something that orders rows by a, then b.
  virtual std::string order_pair(std::string_view a, std::string_view b) const = 0;
  // The sum as an integer of 64 bits; failing beats a wrong number when it does not fit.
  virtual std::string integer_sum(std::string_view value) const = 0;
  // Of two integers that are not negative, rounded down.
  virtual std::string whole_division(std::string_view value, int64_t by) const = 0;
  // Of a list of texts: whether it holds `text` (quoted), and a row for each of them.
  virtual std::string list_holds(std::string_view list, std::string_view text) const = 0;
  virtual std::string each_of_list(std::string_view list) const = 0;
  virtual std::string list_length(std::string_view list) const = 0;
};

const Dialect& duckdb_dialect();

// What is wrong with a statement for one engine or the other: a CTE, a window function, FILTER, EXISTS, more than one
// JOIN in a SELECT. Nothing if it is plain enough.
std::optional<std::string> lint_sql(std::string_view sql);

}  // namespace sociometer::metrics
