// What ratios are computed from: the inputs of an explanation, and the formula over them where it gives the very number
// that was answered.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "reports/grid.h"

namespace sociometer::reports {
namespace {

using catalog::Formula;
using metrics::Explanation;

constexpr size_t cells_most = 300;  // each costs a question

// A formula over inputs as text, and what it comes to.
struct Written {
  std::string text;
  double value = 0;
};

class Writer {
 public:
  explicit Writer(const Explanation& explanation) : explanation_(explanation) {}

  std::optional<Written> write(const Formula& formula) {
    if (formula.kind == Formula::Kind::number) return Written{fmt::format("{}", formula.number), formula.number};
    if (std::optional<Written> input = input_of(formula)) return input;
    if (formula.parts.size() != 2 || formula.kind == Formula::Kind::call) return std::nullopt;
    // A product below the line is added account by account: there is an input of its own for it.
    if (formula.kind == Formula::Kind::divide) {
      if (const auto product = std::ranges::find_if(explanation_.inputs, is_product);
          product != explanation_.inputs.end() && formula.parts[1].kind == Formula::Kind::multiply) {
        const std::optional<Written> above = write(formula.parts[0]);
        if (!above) return std::nullopt;
        const Written below = taken(*product);
        return Written{fmt::format("{}/{}", above->text, below.text), above->value / below.value};
      }
    }
    const std::optional<Written> left = write(formula.parts[0]), right = write(formula.parts[1]);
    if (!left || !right) return std::nullopt;
    switch (formula.kind) {
      case Formula::Kind::add:
        return Written{fmt::format("({}+{})", left->text, right->text), left->value + right->value};
      case Formula::Kind::subtract:
        return Written{fmt::format("({}-{})", left->text, right->text), left->value - right->value};
      case Formula::Kind::multiply:
        return Written{fmt::format("({}*{})", left->text, right->text), left->value * right->value};
      case Formula::Kind::divide:
        return Written{fmt::format("({}/{})", left->text, right->text), left->value / right->value};
      default:
        return std::nullopt;
    }
  }

  std::vector<Report::Input> inputs() && { return std::move(inputs_); }

 private:
  static bool is_product(const Explanation::Input& input) {
    return input.name.ends_with(", account by account, added") && input.sum.has_value();
  }

  std::optional<Written> input_of(const Formula& formula) {
    const std::string text = catalog::formula_text(formula);
    for (const Explanation::Input& input : explanation_.inputs) {
      const bool is_named = formula.kind == Formula::Kind::name && input.name == formula.name;
      if ((input.name == text || is_named) && input.sum && !is_product(input)) return taken(input);
    }
    return std::nullopt;
  }

  Written taken(const Explanation::Input& input) {
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i].name == input.name) return {fmt::format("{{{}}}", i), inputs_[i].sum};
    }
    inputs_.push_back({input.name, *input.sum});
    return {fmt::format("{{{}}}", inputs_.size() - 1), *input.sum};
  }

  const Explanation& explanation_;
  std::vector<Report::Input> inputs_;
};

// A sheet has a column for each name.
bool have_names_of_their_own(const std::vector<Report::Input>& inputs) {
  std::set<std::string_view> names;
  return std::ranges::all_of(inputs, [&](const Report::Input& input) { return names.insert(input.name).second; });
}

bool is_same(double a, double b) {
  return std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b));
}

std::optional<Report::Computed> computed_from(const Explanation& explanation) {
  if (!explanation.cell.value || explanation.kpi.variant == nullptr) return std::nullopt;
  Writer writer(explanation);
  const std::optional<Written> written = writer.write(explanation.kpi.variant->formula);
  if (written && std::isfinite(written->value) && is_same(written->value, *explanation.cell.value)) {
    Report::Computed computed{std::move(writer).inputs(), written->text};
    if (have_names_of_their_own(computed.inputs)) return computed;
  }
  // Where the formula names other KPIs: what is above the line by what is below.
  const Explanation::Input *numerator = nullptr, *denominator = nullptr;
  int numerators = 0, denominators = 0;
  for (const Explanation::Input& input : explanation.inputs) {
    if (!input.sum) continue;
    if (input.role == "numerator" && ++numerators == 1) numerator = &input;
    if (input.role != "denominator") continue;
    const bool is_product = input.name.ends_with(", account by account, added");
    if (is_product || denominators == 0) denominator = &input;
    ++denominators;
  }
  if (numerator == nullptr || denominator == nullptr || numerators != 1 || *denominator->sum == 0) return std::nullopt;
  if (!is_same(*numerator->sum / *denominator->sum, *explanation.cell.value)) return std::nullopt;
  Report::Computed computed{{{numerator->name, *numerator->sum}, {denominator->name, *denominator->sum}}, "{0}/{1}"};
  // The change of a stock over the stock: one name for both, so each is called as the formula has it.
  const Formula& formula = explanation.kpi.variant->formula;
  if (!have_names_of_their_own(computed.inputs) && formula.kind == Formula::Kind::divide && formula.parts.size() == 2) {
    for (size_t i = 0; i < 2; ++i) computed.inputs[i].name = catalog::formula_text(formula.parts[i]);
  }
  if (!have_names_of_their_own(computed.inputs)) return std::nullopt;
  return computed;
}

}  // namespace

Result<Report> with_inputs(Report report, const metrics::Engine& engine, const metrics::Scope& scope) {
  metrics::Scope then = scope;
  then.now = report.as_of;
  size_t explained = 0;
  for (size_t t = 0; t < report.tiles.size(); ++t) {
    const AnsweredTile& tile = report.tiles[t];
    if (!tile.answer) continue;
    for (size_t row = 0; row < tile.answer->rows.size() && explained < cells_most; ++row) {
      const metrics::Cell& cell = tile.answer->rows[row];
      const catalog::Kpi* kpi = report.catalog->kpi(cell.kpi);
      const bool is_sum = std::ranges::find(cell.by, others_member) != cell.by.end();
      if (!cell.value || kpi == nullptr || kpi->additivity != catalog::Class::ratio || is_sum) continue;
      ++explained;
      metrics::Question question = tile.question;
      question.kpis = {cell.asked};
      question.compare = {};
      std::map<std::string, std::string> members;
      for (size_t i = 0; i < question.by.size(); ++i) members[question.by[i]] = cell.by[i];
      const Result<Explanation> explanation = engine.explain(then, question, members, 1, 0);
      if (!explanation) continue;  // the number stands as it was answered
      if (std::optional<Report::Computed> computed = computed_from(*explanation)) {
        report.computed[{t, row}] = std::move(*computed);
      }
    }
  }
  return report;
}

}  // namespace sociometer::reports
