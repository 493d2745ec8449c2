// The calculator: a KPI's own formula on numbers given by hand.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "metrics/plan.h"

namespace sociometer::metrics {
namespace {

// The numbers are those of one account and one period: a stock's first and last are told apart by name.
class Calculator {
 public:
  Calculator(const Plan& plan, const std::map<std::string, double>& values) : plan_(plan), values_(values) {}

  std::optional<double> value_of(const Node& node) {
    switch (node.op) {
      case Node::Op::number:
        return node.number;
      case Node::Op::input:
        return value_of(plan_.inputs[node.input]);
      case Node::Op::mean:
      case Node::Op::median:
      case Node::Op::p90:
        return value_of(node.parts[0]);
      default:
        break;
    }
    // Every side is asked for before any is combined, so that all that is missing can be told at once.
    std::vector<std::optional<double>> sides;
    for (const Node& part : node.parts) sides.push_back(value_of(part));
    std::optional<double> result = sides[0];
    for (size_t i = 1; i < sides.size(); ++i) {
      result = result && sides[i] ? apply(node.op, *result, *sides[i]) : std::nullopt;
    }
    return result;
  }

  std::vector<std::string> missing;
  std::set<std::string> used;
  bool zero_denominator = false;

 private:
  std::optional<double> apply(Node::Op op, double a, double b) {
    switch (op) {
      case Node::Op::add:
        return a + b;
      case Node::Op::subtract:
        return a - b;
      case Node::Op::multiply:
        return a * b;
      case Node::Op::divide:
        if (b == 0) zero_denominator = true;
        return b == 0 ? std::nullopt : std::optional(a / b);
      default: {
        double result = std::pow(a, b);
        return std::isfinite(result) ? std::optional(result) : std::nullopt;
      }
    }
  }

  std::optional<double> given(const std::string& name) {
    auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    used.insert(name);
    return found->second;
  }

  std::optional<double> value_of(const Input& input) {
    switch (input.kind) {
      case Input::Kind::stock_first:
        return one_of({"first_" + input.name, input.name + "_at_start"});
      case Input::Kind::stock_change: {
        if (auto change = given("net_" + input.name)) return change;
        auto first = one_of({"first_" + input.name, input.name + "_at_start"});
        auto last = one_of({input.name, "last_" + input.name, input.name + "_at_end"});
        return first && last ? std::optional(*last - *first) : std::nullopt;
      }
      case Input::Kind::stock_last:
        return one_of({input.name, "last_" + input.name, input.name + "_at_end"});
      case Input::Kind::flow:
        return flow(input);
      default: {
        // "post_reach" is what people call reach.
        return one_of({input.name, input.name == "post_reach" ? "reach" : input.name});
      }
    }
  }

  std::optional<double> one_of(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (auto value = given(name)) return value;
    }
    missing.push_back(names.front());
    return std::nullopt;
  }

  std::optional<double> flow(const Input& input) {
    if (auto whole = given(input.name)) return whole;
    if (input.name == "post_reach") return one_of({"post_reach", "reach"});
    size_t colon = input.name.find(':');
    if (colon != std::string::npos) {
      if (auto whole = given(input.name.substr(0, colon))) return whole;
    }
    std::optional<double> sum;
    for (const std::string& part : input.parts) {
      if (auto value = given(part)) sum = sum.value_or(0) + *value;
    }
    if (!sum) {
      bool composite = input.parts.size() > 1;
      missing.push_back(composite ? fmt::format("{} (or {})", input.name, join(input.parts, ", ")) : input.name);
    }
    return sum;
  }

  const Plan& plan_;
  const std::map<std::string, double>& values_;
};

}  // namespace

Result<Calculation> calculate(const catalog::Catalog& catalog, std::string_view kpi,
                              const std::map<std::string, double>& values) {
  TRY(Plan plan, plan_kpi(catalog, kpi));
  for (const Input& input : plan.inputs) {
    if (input.kind == Input::Kind::share || input.kind == Input::Kind::kind_of_engagement) {
      return unsupported(
          fmt::format("{} is a share of several members; it has no single calculation", plan.choice.kpi->key));
    }
  }
  Calculator calculator(plan, values);
  Calculation calculation;
  calculation.kpi = plan.choice;
  calculation.value = calculator.value_of(plan.root);
  if (!calculator.missing.empty()) {
    std::sort(calculator.missing.begin(), calculator.missing.end());
    calculator.missing.erase(std::unique(calculator.missing.begin(), calculator.missing.end()),
                             calculator.missing.end());
    return invalid(fmt::format("{} = {} also needs {}", plan.choice.kpi->key, plan.choice.variant->formula_text,
                               join(calculator.missing, " and ")),
                   "values");
  }
  for (const auto& [name, value] : values) {
    if (!calculator.used.contains(name)) {
      return invalid(
          fmt::format("{} = {} has no use for {}", plan.choice.kpi->key, plan.choice.variant->formula_text, name),
          name);
    }
  }
  if (!calculation.value) calculation.reason = calculator.zero_denominator ? "zero_denominator" : "not_applicable";
  return calculation;
}

}  // namespace sociometer::metrics
