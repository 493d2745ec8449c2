// Formulas inside the catalog: reading one with the place of a fault, and what a sound one must be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"

namespace sociometer::catalog {

// What is wrong with a formula, and which bytes of its text are to blame.
struct Fault {
  Formula::Span span;
  std::string what;
};

// Reads `text` into `formula`, or says what is wrong.
std::optional<Fault> read_formula(std::string_view text, Formula& formula);

// The fault with its line of the formula and a caret under the place:
//
//   adds followers, which is true at a moment, to likes, which happen over days
//     likes + followers
//           ^
std::string pointed(std::string_view formula, const Fault& fault);

// The built-in counts that a formula may name beside measures and KPIs, and the calls it may make.
const std::vector<std::string>& formula_counts();
const std::vector<std::string>& formula_calls();

// What the variant's formula does that its KPI's unit and class, or sense, do not allow: a stock added to a flow, a sum
// of uniques, a mean of means, a quotient of another unit. Every name in it, and in what it names, must be known
// already, and no formula may need itself.
std::vector<Fault> check_formula(const Catalog& catalog, const Kpi& kpi, const Variant& variant);

}  // namespace sociometer::catalog
