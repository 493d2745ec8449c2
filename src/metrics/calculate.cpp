// The calculator: a KPI's own formula on numbers given by hand.
//
// It walks the formula as it is written and takes, at each piece, the first that was given: the number of the piece
// itself, by any name people have for it, else what the piece is made of.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "metrics/metrics.h"
#include "metrics/survival.h"

namespace sociometer::metrics {
namespace {

using catalog::Formula;
using Values = std::vector<double>;

// What people call a measure inside a formula, where the engine tells apart what they need not.
struct PlainName {
  std::string_view measure, name;
};
constexpr PlainName plain_names[] = {
    {"paid_impressions", "impressions"},
    {"paid_clicks", "clicks"},
    {"paid_link_clicks", "link_clicks"},
    {"paid_engagements", "engagements"},
    {"paid_leads", "leads"},
    {"paid_conversions", "conversions"},
    {"paid_conversions", "acquisitions"},
    {"paid_revenue", "attributed_revenue"},
    {"paid_revenue", "revenue"},
    {"platform_revenue", "revenue"},
    {"attributed_revenue_last_non_direct", "attributed_revenue"},
    {"attributed_revenue_last_non_direct", "return"},
    {"attributed_revenue_last_non_direct", "revenue"},
    {"attributed_conversions_last_non_direct", "attributed_conversions"},
    {"customer_revenue", "revenue"},
    {"costed_revenue", "revenue"},
    {"customer_purchases", "purchases"},
    {"customer_purchases", "orders"},
    {"purchases", "orders"},
    {"social_revenue", "revenue"},
    {"social_purchases", "purchases"},
    {"social_customer_purchases", "social_purchases"},
    {"social_customer_purchases", "purchases"},
    {"social_customers", "customers"},
    {"customer_lifespan_in_periods", "customer_lifespan"},
    {"customer_lifespan_in_periods", "lifespan"},
    {"social_customer_lifespan_in_periods", "customer_lifespan"},
    {"social_customer_lifespan_in_periods", "lifespan"},
    {"retained_customers", "returning_customers"},
    {"previous_customers", "customers_at_start"},
};

// As a name on a command line: lower-case, blanks and dashes as underscores.
std::string plain_name(std::string_view word) {
  std::string plain = folded(trimmed(word));
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  return plain;
}

// One number, or one for each post. The numbers are those of one account and one period.
class Calculator {
 public:
  Calculator(const catalog::Catalog& catalog, const std::map<std::string, Values>& values) : catalog_(catalog) {
    for (const auto& [name, list] : values) given_[plain_name(name)] = &list;
  }

  std::optional<Values> value_of(const Formula& formula) {
    switch (formula.kind) {
      case Formula::Kind::number:
        return Values{formula.number};
      case Formula::Kind::name:
        return value_of_name(formula, {});
      case Formula::Kind::call:
        return value_of_call(formula);
      case Formula::Kind::add:
        // A plain sum takes what was given of its parts.
        if (is_sum(formula)) {
          if (auto sum = sum_of_given(formula)) return sum;
        }
        break;
      default:
        break;
    }
    // Both sides are asked for before they are combined, so that all that is missing can be told at once.
    std::optional<Values> a = value_of(formula.parts[0]);
    std::optional<Values> b = value_of(formula.parts[1]);
    if (!a || !b) return std::nullopt;
    return combined(formula.kind, *a, *b);
  }

  std::vector<std::string> missing;
  std::set<std::string> used;
  std::string reason;

 private:
  std::optional<Values> combined(Formula::Kind kind, const Values& a, const Values& b) {
    if (a.size() != b.size() && a.size() != 1 && b.size() != 1) {
      reason = "lists";
      return std::nullopt;
    }
    Values result;
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
      std::optional<double> one = apply(kind, a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]);
      if (!one) return std::nullopt;
      result.push_back(*one);
    }
    return result;
  }

  std::optional<double> apply(Formula::Kind kind, double a, double b) {
    double result = 0;
    switch (kind) {
      case Formula::Kind::add:
        return a + b;
      case Formula::Kind::subtract:
        return a - b;
      case Formula::Kind::multiply:
        return a * b;
      case Formula::Kind::divide:
        if (b == 0) reason = "zero_denominator";
        return b == 0 ? std::nullopt : std::optional(a / b);
      default:
        result = std::pow(a, b);
        if (!std::isfinite(result)) reason = "not_applicable";
        return std::isfinite(result) ? std::optional(result) : std::nullopt;
    }
  }

  std::optional<Values> given(const std::string& name) {
    auto found = given_.find(plain_name(name));
    if (found == given_.end()) return std::nullopt;
    used.insert(found->first);
    return *found->second;
  }

  std::optional<Values> one_of(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (auto value = given(name)) return value;
    }
    return std::nullopt;
  }

  std::optional<Values> needed(const std::vector<std::string>& names) {
    auto value = one_of(names);
    if (!value) missing.push_back(names.front());
    return value;
  }

  // What people call a measure or KPI: its key, its synonyms.
  std::vector<std::string> names_of(const Formula& formula) const {
    std::vector<std::string> names = {formula.variant.empty() ? formula.name : formula.name + ":" + formula.variant,
                                      formula.name};
    if (formula.name == "post_reach") names.emplace_back("reach");
    if (formula.name == "engagements_of_kind") names.emplace_back("engagements_of_this_kind");
    auto add = [&](const std::vector<std::string>& synonyms) {
      names.insert(names.end(), synonyms.begin(), synonyms.end());
    };
    for (const PlainName& plain : plain_names) {
      if (plain.measure == formula.name) names.emplace_back(plain.name);
    }
    if (const catalog::Measure* measure = catalog_.measure(formula.name)) add(measure->synonyms);
    if (const catalog::Kpi* kpi = catalog_.kpi(formula.name)) add(kpi->synonyms);
    return names;
  }

  // Of a part: likes{network=x} is x_likes or likes_x as well, mentions{ownership=any} all_mentions or total_mentions.
  std::vector<std::string> names_of_part(const Formula& formula) const {
    Formula whole = formula;
    whole.filters.clear();
    std::vector<std::string> names = {formula_text(formula)};
    std::vector<std::string> words;
    for (const Formula::Filter& filter : formula.filters) words.push_back(join(filter.members, "_or_"));
    std::string part = join(words, "_");
    for (const std::string& name : names_of(whole)) {
      names.push_back(part + "_" + name);
      names.push_back(name + "_" + part);
      if (part == "paid") names.push_back(name);  // what a price is divided by
      if (part == "any") {
        names.push_back("all_" + name);
        names.push_back("total_" + name);
      }
    }
    return names;
  }

  std::optional<Values> value_of_name(const Formula& formula, std::vector<std::string> names) {
    std::vector<std::string> own = formula.filters.empty() ? names_of(formula) : names_of_part(formula);
    names.insert(names.end(), own.begin(), own.end());
    if (auto value = one_of(names)) return value;
    bool is_measure = formula.variant.empty() && catalog_.measure(formula.name) != nullptr;
    auto kpi = catalog_.find_kpi(formula.variant.empty() ? formula.name : formula.name + ":" + formula.variant);
    bool opens = !is_measure && kpi && kpi->variant->formula != formula && ++depth_ < 50;
    if (!opens) {
      missing.push_back(formula_text(formula));
      return std::nullopt;
    }
    // A sum takes what was given of its parts; what nobody gave is told as a whole.
    size_t before = missing.size();
    std::optional<Values> value =
        is_sum(kpi->variant->formula) ? sum_of_given(kpi->variant->formula) : value_of(kpi->variant->formula);
    --depth_;
    if (!value && is_sum(kpi->variant->formula)) {
      missing.resize(before);
      std::vector<std::string> parts;
      collect_names(kpi->variant->formula, parts);
      missing.push_back(parts.size() > 1 ? fmt::format("{} (or {})", formula_text(formula), join(parts, ", "))
                                         : formula_text(formula));
    }
    return value;
  }

  static bool is_sum(const Formula& formula) {
    if (formula.kind == Formula::Kind::name) return true;
    return formula.kind == Formula::Kind::add && is_sum(formula.parts[0]) && is_sum(formula.parts[1]);
  }

  static void collect_names(const Formula& formula, std::vector<std::string>& names) {
    if (formula.kind == Formula::Kind::name) names.push_back(formula_text(formula));
    for (const Formula& part : formula.parts) collect_names(part, names);
  }

  std::optional<Values> sum_of_given(const Formula& formula) {
    if (formula.kind == Formula::Kind::name) {
      if (auto value = one_of(names_of(formula))) return value;
      bool is_measure = formula.variant.empty() && catalog_.measure(formula.name) != nullptr;
      auto kpi = catalog_.find_kpi(formula.variant.empty() ? formula.name : formula.name + ":" + formula.variant);
      if (is_measure || !kpi || !is_sum(kpi->variant->formula) || kpi->variant->formula == formula) return std::nullopt;
      return sum_of_given(kpi->variant->formula);
    }
    std::optional<Values> a = sum_of_given(formula.parts[0]);
    std::optional<Values> b = sum_of_given(formula.parts[1]);
    if (!a || !b) return a ? a : b;
    return combined(Formula::Kind::add, *a, *b);
  }

  std::optional<Values> value_of_call(const Formula& formula) {
    const std::string& call = formula.name;
    const Formula& argument = formula.parts[0];
    const std::string name = argument.kind == Formula::Kind::name ? formula_text(argument) : "";
    if (call == "mean" || call == "median" || call == "p90") return mean_of(call, argument, name);
    if (call == "first") return needed({"first_" + name, name + "_at_start"});
    if (call == "change") {
      if (auto change = one_of({"net_" + name, name + "_change", "net_follower_growth"})) return change;
      std::optional<Values> first = needed({"first_" + name, name + "_at_start"});
      std::optional<Values> last = value_of_name(argument, {"last_" + name, name + "_at_end"});
      if (!first || !last) return std::nullopt;
      return combined(Formula::Kind::subtract, *last, *first);
    }
    if (call == "share") {
      std::optional<Values> part = value_of_name(argument, {"group", "part"});
      std::optional<Values> whole = needed({"all_" + name, "total_" + name, "total", "all", "whole"});
      if (!part || !whole) return std::nullopt;
      return combined(Formula::Kind::divide, *part, *whole);
    }
    return value_of_name(argument, {call + "_" + name, name + "_" + call, name + "_at_end"});
  }

  // The mean or quantile itself, or the numbers it is of.
  std::optional<Values> mean_of(const std::string& call, const Formula& argument, const std::string& name) {
    if (!name.empty()) {
      if (auto mean = one_of({call + "_" + name, "average_" + name, name + "_" + call})) return mean;
    }
    std::optional<Values> each = value_of(argument);
    if (!each) return std::nullopt;
    if (call == "median") {
      std::sort(each->begin(), each->end());
      size_t middle = each->size() / 2;
      return Values{each->size() % 2 == 1 ? (*each)[middle] : ((*each)[middle - 1] + (*each)[middle]) / 2};
    }
    if (call == "p90") {
      std::vector<Duration> ended;
      for (double length : *each) ended.push_back({length, Duration::ended});
      return Values{*survival_quantile(std::move(ended), 0.9)};
    }
    double sum = 0;
    for (double one : *each) sum += one;
    return Values{sum / static_cast<double>(each->size())};
  }

  const catalog::Catalog& catalog_;
  std::map<std::string, const Values*> given_;
  int depth_ = 0;
};

}  // namespace

Result<Calculation> calculate(const catalog::Catalog& catalog, std::string_view kpi,
                              const std::map<std::string, std::vector<double>>& values) {
  TRY(catalog::KpiChoice choice, catalog.find_kpi(kpi));
  Calculator calculator(catalog, values);
  Calculation calculation;
  calculation.kpi = choice;
  std::optional<Values> value = calculator.value_of(choice.variant->formula);
  const std::string is = fmt::format("{} = {}", choice.kpi->key, choice.variant->formula_text);
  if (!calculator.missing.empty()) {
    std::sort(calculator.missing.begin(), calculator.missing.end());
    calculator.missing.erase(std::unique(calculator.missing.begin(), calculator.missing.end()),
                             calculator.missing.end());
    return invalid(fmt::format("{} also needs {}", is, join(calculator.missing, " and ")), "values");
  }
  if (calculator.reason == "lists")
    return invalid(fmt::format("{}: lists of different lengths do not pair", is), "values");
  for (const auto& [name, list] : values) {
    if (!calculator.used.contains(plain_name(name)))
      return invalid(fmt::format("{} has no use for {}", is, name), name);
  }
  if (value && value->size() != 1) {
    return invalid(fmt::format("{} takes one number of each, not a list", is), "values");
  }
  if (value) calculation.value = value->front();
  if (!calculation.value) calculation.reason = calculator.reason.empty() ? "not_applicable" : calculator.reason;
  return calculation;
}

}  // namespace sociometer::metrics
