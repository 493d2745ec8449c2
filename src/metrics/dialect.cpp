#include "metrics/dialect.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sociometer::metrics {
namespace {

class DuckdbDialect final : public Dialect {
 public:
  std::string text(std::string_view literal) const override {
    std::string quoted = "'";
    for (char c : literal) {
      if (c == '\0') continue;  // no literal can hold it, and no stored text does
      if (c == '\'') quoted += '\'';
      quoted += c;
    }
    return quoted + "'";
  }

  std::string segment(std::string_view day, const std::vector<Day>& edges) const override {
    return between(day, edges, 0, edges.size());
  }

  std::string value_at_greatest(std::string_view value, std::string_view order) const override {
    return fmt::format("arg_max({}, {})", value, order);
  }
  std::string value_at_least(std::string_view value, std::string_view order) const override {
    return fmt::format("arg_min({}, {})", value, order);
  }
  std::string order_pair(std::string_view a, std::string_view b) const override {
    return fmt::format("row({}, {})", a, b);
  }
  std::string integer_sum(std::string_view value) const override {
    return fmt::format("CAST(sum({}) AS BIGINT)", value);
  }
  std::string whole_division(std::string_view value, int64_t by) const override {
    return fmt::format("(({}) // {})", value, by);
  }
  std::string list_holds(std::string_view list, std::string_view text) const override {
    return fmt::format("list_contains({}, {})", list, text);
  }
  std::string each_of_list(std::string_view list) const override { return fmt::format("unnest({})", list); }
  std::string list_length(std::string_view list) const override { return fmt::format("len({})", list); }

 private:
  // The segments `from` to `to`, halved until one is left: five comparisons for two years of months.
  static std::string between(std::string_view day, const std::vector<Day>& edges, size_t from, size_t to) {
    if (from == to) return fmt::format("{}", from);
    size_t middle = (from + to + 1) / 2;
    return fmt::format("CASE WHEN {} < {} THEN {} ELSE {} END", day, edges[middle - 1].number,
                       between(day, edges, from, middle - 1), between(day, edges, middle, to));
  }
};

// The words and parentheses of a statement, upper-case, without what stands inside literals.
std::vector<std::string> tokens_of(std::string_view sql) {
  std::vector<std::string> tokens;
  std::string word;
  bool literal = false;
  auto end_word = [&] {
    if (!word.empty()) tokens.push_back(std::move(word));
    word.clear();
  };
  for (char c : sql) {
    if (c == '\'') literal = !literal;
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
    if (literal || !letter) {
      end_word();
    } else {
      word += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    if (!literal && (c == '(' || c == ')')) tokens.emplace_back(1, c);
  }
  end_word();
  return tokens;
}

// The greatest number of JOINs that belong to one SELECT, counted by the nesting of parentheses.
int most_joins(const std::vector<std::string>& tokens) {
  std::vector<int> joins{0};
  int most = 0;
  for (const std::string& token : tokens) {
    if (token == "(") {
      joins.push_back(0);
    } else if (token == ")") {
      if (joins.size() > 1) joins.pop_back();
    } else if (token == "JOIN") {
      most = std::max(most, ++joins.back());
    }
  }
  return most;
}

}  // namespace

const Dialect& duckdb_dialect() {
  static const DuckdbDialect dialect;
  return dialect;
}

std::optional<std::string> lint_sql(std::string_view sql) {
  std::vector<std::string> tokens = tokens_of(sql);
  for (size_t i = 0; i < tokens.size(); ++i) {
    bool called = i + 1 < tokens.size() && tokens[i + 1] == "(";
    if (tokens[i] == "WITH") return "a CTE";
    if (tokens[i] == "OVER" && called) return "a window function";
    if (tokens[i] == "FILTER" && called) return "FILTER";
    if (tokens[i] == "EXISTS") return "EXISTS";
    if (tokens[i] == "ILIKE") return "ILIKE";
  }
  if (most_joins(tokens) > 1) return "more than one JOIN in a SELECT";
  return std::nullopt;
}

}  // namespace sociometer::metrics
