#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/numbers.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

struct CalcWords {
  std::string kpi;
  std::vector<std::string> values;
};

Result<std::pair<std::string, std::vector<double>>> parse_value(const std::string& text) {
  const Error wrong = invalid(
      fmt::format("\"{}\" is not NAME=NUMBER, as in likes=12, or likes=12,7,9 for several posts", text), "values");
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return wrong;
  std::vector<double> values;
  for (std::string_view part : split(std::string_view(text).substr(equals + 1), ',')) {
    const std::string number(trimmed(part));
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0' || !std::isfinite(value)) return wrong;
    values.push_back(value);
  }
  return std::pair{text.substr(0, equals), values};
}

Result<Exit> calc(Call& call, const CalcWords& words) {
  std::map<std::string, std::vector<double>> values;
  for (const std::string& text : words.values) {
    TRY(auto value, parse_value(text));
    if (!values.emplace(value).second) return invalid(fmt::format("{} is given twice", value.first), "values");
  }
  std::shared_ptr<const catalog::Catalog> catalog = catalog::Catalog::built_in();
  if (call.house.catalogs != nullptr) {
    TRY(catalog, catalog_of(call.house, call.globals.workspace));
  }
  TRY(const metrics::Calculation calculation, as_wrong_words(metrics::calculate(*catalog, words.kpi, values)));
  if (call.globals.output == Output::json) {
    call.print_json(metrics::to_json(calculation));
    return Exit::done;
  }
  const catalog::Kpi& kpi = *calculation.kpi.kpi;
  metrics::Cell cell;
  cell.value = calculation.value;
  cell.reason = calculation.reason;
  call.print(fmt::format("{}\n  = {}\n  = {}\n", kpi.name.english(), calculation.kpi.variant->formula_text,
                         cell_text(cell, calculation.kpi.variant->unit, {})));
  return Exit::done;
}

Run declare_calc(Options options) {
  auto words = std::make_shared<CalcWords>();
  options.word("KPI", "as key or key:variant", &words->kpi);
  options.words("NAME=VALUE", "the numbers of its formula", &words->values);
  return [words](Call& call) { return calc(call, *words); };
}

}  // namespace

const Command calc_command{"calc", "a KPI's formula on numbers given by hand; stores nothing",
                           "sociometer calc engagement_rate:by_reach engagements=12 reach=340", Needs::words,
                           declare_calc};

}  // namespace sociometer::surfaces
