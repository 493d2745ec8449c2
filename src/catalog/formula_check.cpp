// Whether a formula makes sense: what each piece of it is – a flow, a stock, people, a quotient, in which unit – and
// what may be done with it.
#include "catalog/formula.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace sociometer::catalog {
namespace {

using Kind = Formula::Kind;

// What a piece of a formula is.
struct Quantity {
  enum class Nature {
    number,    // written in the formula, or of the calendar
    flow,      // adds up over days
    stock,     // true at a moment
    unique,    // people counted once
    product,   // of sums: fit to be divided by
    quotient,  // a part, a rate, a mean: never added up over days
  };
  Nature nature = Nature::number;
  Unit unit = Unit::count;     // of a quotient that of its numerator
  bool mixes_people = false;   // counts and people added
  int money = 0, seconds = 0;  // exponents
  bool per_day = false;
  bool is_mean = false;
  bool is_modelled = false;
  bool of_posts = false;  // post_reach
};
using Nature = Quantity::Nature;

bool counts(Unit unit) {
  return unit != Unit::money && unit != Unit::seconds && unit != Unit::per_day;
}

Quantity quantity_of(Nature nature, Unit unit) {
  Quantity quantity;
  quantity.nature = nature;
  quantity.unit = unit;
  quantity.money = unit == Unit::money ? 1 : 0;
  quantity.seconds = unit == Unit::seconds ? 1 : 0;
  quantity.per_day = unit == Unit::per_day;
  return quantity;
}

Nature nature_of(Class c) {
  switch (c) {
    case Class::flow:
    case Class::lifetime:
    case Class::modelled:
      return Nature::flow;
    case Class::stock:
      return Nature::stock;
    case Class::unique:
      return Nature::unique;
    case Class::ratio:
    case Class::duration:
    case Class::index:
      return Nature::quotient;
  }
  return Nature::flow;
}

std::string_view described(Nature nature) {
  switch (nature) {
    case Nature::number:
      return "a fixed number";
    case Nature::flow:
      return "a flow, which happens over days";
    case Nature::stock:
      return "a stock, which is true at a moment";
    case Nature::unique:
      return "people, who are counted once";
    case Nature::product:
      return "a product of sums";
    case Nature::quotient:
      return "a ratio";
  }
  return "";
}

bool contains_mean(const Catalog& catalog, const Formula& formula) {
  if (formula.kind == Kind::call && (formula.name == "mean" || formula.name == "median" || formula.name == "p90"))
    return true;
  // The KPI `posts` is the count `posts`, as that of a measure is the measure: neither is opened.
  bool is_counted =
      formula.variant.empty() && (catalog.measure(formula.name) != nullptr || contains(formula_counts(), formula.name));
  if (formula.kind == Kind::name && !is_counted) {
    auto kpi = catalog.find_kpi(formula.variant.empty() ? formula.name : formula.name + ":" + formula.variant);
    if (kpi) return contains_mean(catalog, kpi->variant->formula);
  }
  return std::any_of(formula.parts.begin(), formula.parts.end(),
                     [&](const Formula& part) { return contains_mean(catalog, part); });
}

// Which dimensions only posts have; an account's stocks and people have no part of them.
const std::vector<std::string> post_dimensions = {"post", "post_kind", "hashtag", "campaign",
                                                  "tag",  "language",  "hour"};
const std::vector<std::string> buckets = {"day", "week", "month", "quarter", "year"};
const std::vector<std::string> lifted = {"network", "account", "ownership"};

// The members of dimensions that have a fixed list; others are free.
const std::vector<std::string>* fixed_members(std::string_view dimension) {
  static const std::vector<std::string> ownerships = {"own", "competitor", "partner", "others"};
  static const std::vector<std::string> promotions = {"organic", "paid"};
  static const std::vector<std::string> weekdays = {"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
  if (dimension == "ownership") return &ownerships;
  if (dimension == "promotion") return &promotions;
  if (dimension == "weekday") return &weekdays;
  return nullptr;
}

std::string near_hint(std::string_view word, const std::vector<std::string>& known) {
  std::string_view near = nearest(word, {known.begin(), known.end()});
  return near.empty() ? fmt::format("; there are {}", join(known, ", ")) : fmt::format("; did you mean \"{}\"?", near);
}

class Checker {
 public:
  explicit Checker(const Catalog& catalog) : catalog_(catalog) {}

  std::vector<Fault> faults;

  void check(const Kpi& kpi, const Variant& variant) {
    std::optional<Quantity> whole = quantity(variant.formula, Inside::nothing);
    if (!whole || !faults.empty()) return;
    check_class(kpi, variant, *whole);
    if (faults.empty()) check_unit(kpi, variant, *whole);
  }

 private:
  enum class Inside { nothing, mean };

  std::nullopt_t fault(const Formula& where, std::string what) {
    faults.push_back({where.span, std::move(what)});
    return std::nullopt;
  }

  std::optional<Quantity> quantity(const Formula& formula, Inside inside) {
    switch (formula.kind) {
      case Kind::number:
        return Quantity{};
      case Kind::name:
        return reference(formula);
      case Kind::call:
        return call(formula, inside);
      default:
        break;
    }
    std::optional<Quantity> a = quantity(formula.parts[0], inside);
    std::optional<Quantity> b = quantity(formula.parts[1], inside);
    if (!a || !b) return std::nullopt;
    switch (formula.kind) {
      case Kind::add:
      case Kind::subtract:
        return sum(formula, *a, *b);
      case Kind::multiply:
        return product(formula, *a, *b, inside);
      case Kind::divide:
        return quotient(formula, *a, *b);
      default:
        return power(formula, *a, *b);
    }
  }

  // --- Names ------------------------------------------------------------------------------------------------------

  std::optional<Quantity> reference(const Formula& formula) {
    if (!check_filters(formula)) return std::nullopt;
    const Measure* measure = formula.variant.empty() ? catalog_.measure(formula.name) : nullptr;
    if (measure != nullptr) {
      Quantity found = quantity_of(nature_of(measure->additivity), measure->unit);
      found.is_modelled = measure->additivity == Class::modelled;
      found.of_posts = measure->key == "post_reach";
      return found;
    }
    if (formula.variant.empty() && contains(formula_counts(), formula.name)) {
      if (formula.name != "days" && formula.name != "months") return quantity_of(Nature::flow, Unit::count);
      Quantity calendar;
      calendar.per_day = formula.name == "days";
      if (!formula.filters.empty()) return fault(formula, fmt::format("{} are the same for all", formula.name));
      return calendar;
    }
    auto choice = catalog_.find_kpi(formula.variant.empty() ? formula.name : formula.name + ":" + formula.variant);
    if (!choice) return std::nullopt;  // told where names are checked
    Quantity found = quantity_of(nature_of(choice->kpi->additivity), choice->variant->unit);
    found.is_modelled = choice->kpi->additivity == Class::modelled;
    found.is_mean = contains_mean(catalog_, formula);
    return found;
  }

  bool check_filters(const Formula& formula) {
    const Measure* measure = formula.variant.empty() ? catalog_.measure(formula.name) : nullptr;
    size_t before = faults.size();
    for (const Formula::Filter& filter : formula.filters) {
      if (catalog_.dimension(filter.dimension) == nullptr) continue;  // told where names are checked
      if (std::string what = wrong_filter(formula, measure, filter); !what.empty()) {
        faults.push_back({filter.span, std::move(what)});
      }
    }
    return faults.size() == before;
  }

  std::string wrong_filter(const Formula& formula, const Measure* measure, const Formula::Filter& filter) const {
    const std::string& dimension = filter.dimension;
    if (contains(buckets, dimension)) {
      return fmt::format("a formula takes no {} of its own: the question says of which days it is", dimension);
    }
    bool any = contains(filter.members, "any");
    if (any && filter.members.size() > 1) return "\"any\" stands alone: it is every member";
    if (any && !contains(lifted, dimension)) {
      return fmt::format("{0}=any is not possible; without the filter on {0} the whole is meant", dimension);
    }
    if (!any) {
      if (std::string what = wrong_members(filter); !what.empty()) return what;
    }
    if (measure == nullptr) return "";
    if (contains(post_dimensions, dimension) && measure->additivity == Class::stock) {
      return fmt::format("{} belong to accounts; no part of them is of one {}", formula.name, dimension);
    }
    bool of_account = measure->additivity == Class::unique && measure->key != "post_reach";
    if (contains(post_dimensions, dimension) && of_account) {
      return fmt::format("{} is of accounts; what one post met is post_reach, as in mean(post_reach{{{}=…}})",
                         formula.name, dimension);
    }
    bool partitions = dimension != "network" && dimension != "account" && dimension != "ownership";
    if (of_account && partitions && filter.members.size() > 1) {
      return fmt::format("{} of several members cannot be added: the same people may be in each", formula.name);
    }
    return "";
  }

  std::string wrong_members(const Formula::Filter& filter) const {
    const std::vector<std::string>* fixed = fixed_members(filter.dimension);
    for (const std::string& member : filter.members) {
      if (filter.dimension == "network" && catalog_.network(member) == nullptr) {
        std::vector<std::string> keys;
        for (const Network& network : catalog_.networks()) keys.push_back(network.key);
        return fmt::format("there is no network \"{}\"{}", member, near_hint(member, keys));
      }
      if (fixed != nullptr && !contains(*fixed, member)) {
        return fmt::format("{} has no member \"{}\"{}", filter.dimension, member, near_hint(member, *fixed));
      }
    }
    return "";
  }

  // --- Calls ------------------------------------------------------------------------------------------------------

  std::optional<Quantity> call(const Formula& formula, Inside inside) {
    const Formula& argument = formula.parts.front();
    const std::string& name = formula.name;
    if (!contains(formula_calls(), name)) {
      return fault(formula, fmt::format("there is no \"{}(…)\"{}", name, near_hint(name, formula_calls())));
    }
    bool bare = argument.kind == Kind::name;
    if (name == "distinct") return distinct(formula, argument);
    if (name == "p90" || is_duration_of_events(argument)) return over_values(formula, argument);
    bool over_posts = name == "mean" || name == "median";
    if (over_posts) {
      if (inside == Inside::mean || contains_mean(catalog_, argument)) {
        return fault(formula,
                     fmt::format("{}(…) of something that is a mean already: a mean of means weighs the small as "
                                 "much as the large",
                                 name));
      }
      std::optional<Quantity> inner = quantity(argument, Inside::mean);
      if (!inner) return std::nullopt;
      return mean(formula, argument, *inner);
    }
    std::optional<Quantity> inner = bare ? reference(argument) : quantity(argument, inside);
    if (!inner) return std::nullopt;
    if (!bare || catalog_.measure(argument.name) == nullptr || inner->nature != Nature::stock) {
      return fault(formula, not_a_stock(name, argument, *inner));
    }
    if (name == "at_post" && inside != Inside::mean) {
      return fault(formula, "at_post(…) stands only inside mean(…) or median(…)");
    }
    if (name == "change") return quantity_of(Nature::flow, inner->unit);
    if (name == "share") {
      Quantity share = quantity_of(Nature::quotient, Unit::ratio);
      return share;
    }
    inner->is_mean = name == "average";
    return inner;
  }

  // Rows that take time each: of these and of nothing else there are quantiles.
  bool is_duration_of_events(const Formula& argument) const {
    const Measure* measure =
        argument.kind == Kind::name && argument.variant.empty() ? catalog_.measure(argument.name) : nullptr;
    return measure != nullptr && !measure->from.empty() && measure->additivity == Class::duration;
  }

  std::optional<Quantity> over_values(const Formula& formula, const Formula& argument) {
    bool possible = formula.name == "mean" || formula.name == "median" || formula.name == "p90";
    if (!possible || !is_duration_of_events(argument)) {
      return fault(formula, fmt::format("{}(…) takes a measure of events of class duration", formula.name));
    }
    std::optional<Quantity> inner = reference(argument);
    if (inner) inner->is_mean = true;
    return inner;
  }

  static std::string not_a_stock(std::string_view name, const Formula& argument, const Quantity& inner) {
    std::string what = fmt::format("{}(…) takes a measure of class stock", name);
    if (inner.nature == Nature::flow && argument.kind == Kind::name) {
      std::string text = formula_text(argument);
      return fmt::format("{}; {} is {}: write {} for their sum", what, text, described(inner.nature), text);
    }
    return fmt::format("{}; {} is {}", what, formula_text(argument), described(inner.nature));
  }

  std::optional<Quantity> distinct(const Formula& formula, const Formula& argument) {
    std::optional<Quantity> inner = quantity(argument, Inside::nothing);
    if (!inner) return std::nullopt;
    if (argument.kind != Kind::name || inner->nature != Nature::unique || inner->of_posts) {
      return fault(formula, fmt::format("distinct(…) takes a measure of class unique; {} is {}", formula_text(argument),
                                        inner->of_posts ? "of each post alone" : described(inner->nature)));
    }
    return inner;
  }

  std::optional<Quantity> mean(const Formula& formula, const Formula& argument, Quantity inner) {
    if (inner.nature == Nature::number) return fault(formula, "a mean of fixed numbers says nothing");
    if (inner.nature == Nature::unique && !inner.of_posts) {
      return fault(formula, fmt::format("{} is of accounts and cannot be averaged; what a post met is post_reach",
                                        formula_text(argument)));
    }
    inner.is_mean = true;
    if (inner.nature == Nature::stock) {
      // Alone, it is the mean over the days.
      if (argument.kind == Kind::name && formula.name == "mean") return inner;
      return fault(formula, fmt::format("{} belong to accounts and not to posts; average({}) is the mean over the days",
                                        formula_text(argument), formula_text(argument)));
    }
    inner.nature = Nature::quotient;
    inner.of_posts = false;
    return inner;
  }

  // --- Operations -------------------------------------------------------------------------------------------------

  static std::string unit_text(const Quantity& q) {
    if (q.money == 1 && q.seconds == 0) return "money";
    if (q.money == 0 && q.seconds == 1) return "seconds";
    if (q.money == 0 && q.seconds == 0)
      return q.per_day && q.nature == Nature::quotient ? "per_day" : std::string(name(q.unit));
    std::string text;
    for (const auto& [unit, exponent] : {std::pair{"money", q.money}, {"seconds", q.seconds}}) {
      if (exponent == 0) continue;
      text += (text.empty() ? "" : " × ") + (exponent == 1 ? std::string(unit) : fmt::format("{}^{}", unit, exponent));
    }
    return text;
  }

  std::optional<Quantity> sum(const Formula& formula, const Quantity& a, const Quantity& b) {
    const char* adds = formula.kind == Kind::add ? "added to" : "taken from";
    const Formula& left = formula.parts[0];
    const Formula& right = formula.parts[1];
    std::string words = formula.kind == Kind::add
                            ? fmt::format("{} cannot be added to {}", formula_text(right), formula_text(left))
                            : fmt::format("{} cannot be taken from {}", formula_text(right), formula_text(left));
    static_cast<void>(adds);
    if (a.nature == Nature::unique || b.nature == Nature::unique) {
      const Formula& people = a.nature == Nature::unique ? left : right;
      return fault(formula,
                   fmt::format("{}: {} counts people once, and the same may be in both", words, formula_text(people)));
    }
    bool plain = a.nature == Nature::number && b.nature == Nature::number;
    bool fixed = a.nature == Nature::number || b.nature == Nature::number;
    if (plain) return a;
    if (a.nature != b.nature && !(fixed && (a.nature == Nature::quotient || b.nature == Nature::quotient))) {
      return fault(formula, fmt::format("{}: {} is {}, {} is {}", words, formula_text(left), described(a.nature),
                                        formula_text(right), described(b.nature)));
    }
    if (fixed) {
      const Quantity& ratio = a.nature == Nature::quotient ? a : b;
      if (ratio.money != 0 || ratio.seconds != 0) {
        return fault(formula, fmt::format("{}: one is {}, the other a number without a unit", words, unit_text(ratio)));
      }
      return ratio;
    }
    bool people =
        (a.unit == Unit::people && b.unit == Unit::count) || (a.unit == Unit::count && b.unit == Unit::people);
    bool same = a.money == b.money && a.seconds == b.seconds && a.per_day == b.per_day;
    bool quotients = a.nature == Nature::quotient;
    if (!same || (a.unit != b.unit && !people && !(quotients && counts(a.unit) && counts(b.unit)))) {
      return fault(formula, fmt::format("{}: {} is in {}, {} in {}", words, formula_text(left), unit_text(a),
                                        formula_text(right), unit_text(b)));
    }
    Quantity result = a;
    result.is_mean = a.is_mean || b.is_mean;
    result.is_modelled = a.is_modelled || b.is_modelled;
    result.mixes_people = people || a.mixes_people || b.mixes_people;
    if (quotients && a.unit != b.unit) result.unit = Unit::ratio;
    return result;
  }

  std::optional<Quantity> product(const Formula& formula, const Quantity& a, const Quantity& b, Inside inside) {
    const Formula& left = formula.parts[0];
    const Formula& right = formula.parts[1];
    if (a.nature == Nature::flow && b.nature == Nature::flow && inside == Inside::nothing) {
      return fault(formula,
                   fmt::format("{} and {} are two flows: the product of their sums grows with the square of the "
                               "days; divide one by the other, or take mean({} × {})",
                               formula_text(left), formula_text(right), formula_text(left), formula_text(right)));
    }
    bool a_factor = a.nature == Nature::number || a.nature == Nature::quotient;
    bool b_factor = b.nature == Nature::number || b.nature == Nature::quotient;
    if ((a.nature == Nature::unique && !b_factor) || (b.nature == Nature::unique && !a_factor)) {
      return fault(formula, fmt::format("{} counts people once and cannot be multiplied with a sum",
                                        formula_text(a.nature == Nature::unique ? left : right)));
    }
    Quantity result = a.nature == Nature::number ? b : a;
    if (a.nature == Nature::number && b.nature == Nature::number) {
      result.per_day = false;  // days × 24 are hours
    } else if (a_factor && b_factor) {
      result.nature = Nature::quotient;
    } else if (!a_factor && !b_factor) {
      result.nature = Nature::product;
    } else {
      result.nature = a_factor ? b.nature : a.nature;
    }
    if (a.nature != Nature::number && b.nature != Nature::number) {
      // A rate times a sum counts what the rate's numerator counts.
      result.unit = a.unit == Unit::ratio ? b.unit : b.unit == Unit::ratio ? a.unit : a_factor ? a.unit : b.unit;
    }
    result.money = a.money + b.money;
    result.seconds = a.seconds + b.seconds;
    result.is_mean = a.is_mean || b.is_mean;
    result.is_modelled = a.is_modelled || b.is_modelled;
    return result;
  }

  std::optional<Quantity> quotient(const Formula& formula, const Quantity& a, const Quantity& b) {
    const Formula& right = formula.parts[1];
    if (right.kind == Kind::number && right.number == 0) return fault(right, "nothing can be divided by 0");
    Quantity result = a;
    result.of_posts = false;
    result.mixes_people = a.mixes_people;
    if (b.nature == Nature::number && !b.per_day && right.kind == Kind::number) return result;
    if (a.nature == Nature::number && b.nature == Nature::number) return Quantity{};
    result.nature = Nature::quotient;
    result.per_day = a.per_day && a.nature == Nature::quotient;
    if (b.per_day && b.nature == Nature::number) result.per_day = true;
    if (a.nature == Nature::number) result.unit = Unit::ratio;
    result.money = a.money - b.money;
    result.seconds = a.seconds - b.seconds;
    result.is_mean = a.is_mean || b.is_mean;
    return result;
  }

  std::optional<Quantity> power(const Formula& formula, const Quantity& a, const Quantity& b) {
    bool base = a.nature == Nature::number || a.nature == Nature::quotient;
    bool exponent = b.nature == Nature::number || b.nature == Nature::quotient;
    if (!base || !exponent || a.money != 0 || a.seconds != 0 || b.money != 0 || b.seconds != 0) {
      return fault(formula, "only a ratio or a number is raised to a power, and only by a number");
    }
    Quantity result = a;
    result.per_day = false;
    if (a.nature == Nature::number) return b.nature == Nature::number ? result : b;
    result.unit = Unit::ratio;
    return result;
  }

  // --- What is declared -------------------------------------------------------------------------------------------

  void check_class(const Kpi& kpi, const Variant& variant, const Quantity& whole) {
    auto declared_wrong = [&](std::string_view right) {
      fault(variant.formula, fmt::format("this is {}, but the class declared is {}: write class: {}",
                                         described(whole.nature), name(kpi.additivity), right));
    };
    const Class c = kpi.additivity;
    switch (whole.nature) {
      case Nature::number:
        fault(variant.formula, "a formula names at least one measure or KPI");
        return;
      case Nature::flow:
        if (whole.is_modelled ? c != Class::modelled && c != Class::flow
                              : c != Class::flow && c != Class::lifetime && c != Class::modelled) {
          declared_wrong(whole.is_modelled ? "modelled" : "flow");
        }
        return;
      case Nature::stock:
        if (c != Class::stock) declared_wrong("stock");
        return;
      case Nature::unique:
        if (whole.of_posts) {
          fault(variant.formula, "what several posts met overlaps and cannot be added; write mean(post_reach)");
        } else if (c != Class::unique) {
          declared_wrong("unique");
        }
        return;
      case Nature::product:
        fault(variant.formula, "a product of sums means nothing by itself; divide something by it");
        return;
      case Nature::quotient:
        if (c != Class::ratio && c != Class::index && c != Class::duration && c != Class::modelled) {
          declared_wrong("ratio");
        }
        return;
    }
  }

  void check_unit(const Kpi& kpi, const Variant& variant, const Quantity& whole) {
    static_cast<void>(kpi);
    std::vector<Unit> possible;
    bool quotient = whole.nature == Nature::quotient;
    if (whole.money == 0 && whole.seconds == 0) {
      if (quotient && whole.per_day) {
        possible = {Unit::per_day, Unit::score};
      } else if (quotient && counts(whole.unit)) {
        possible = {Unit::ratio, whole.unit, Unit::score};
      } else if (counts(whole.unit)) {
        possible = {whole.unit};
      } else {
        possible = {Unit::ratio, Unit::score};
      }
      if (whole.mixes_people) possible = {Unit::count, Unit::people};
      if (whole.mixes_people && quotient) possible.push_back(Unit::ratio);
    } else if (whole.money == 1 && whole.seconds == 0) {
      possible = {Unit::money};
    } else if (whole.money == 0 && whole.seconds == 1) {
      possible = {Unit::seconds};
    } else if (whole.money == 0 && whole.seconds == -1) {
      possible = {Unit::per_day, Unit::score};
    }
    if (std::find(possible.begin(), possible.end(), variant.unit) != possible.end()) return;
    if (possible.empty()) {
      fault(variant.formula, fmt::format("this is in {}, which is no unit a KPI can have", unit_text(whole)));
      return;
    }
    std::vector<std::string> names;
    for (Unit unit : possible) {
      if (std::string text(name(unit)); !contains(names, text)) names.push_back(std::move(text));
    }
    fault(variant.formula,
          fmt::format("this is in {}, but the unit declared is {}", join(names, " or "), name(variant.unit)));
  }

  const Catalog& catalog_;
};

}  // namespace

const std::vector<std::string>& formula_counts() {
  static const std::vector<std::string> counts = {"posts", "days", "months", "hashtag_uses", "engagements_of_kind"};
  return counts;
}

const std::vector<std::string>& formula_calls() {
  static const std::vector<std::string> calls = {"last",    "first",   "change", "mean",     "median",
                                                 "at_post", "average", "share",  "distinct", "p90"};
  return calls;
}

std::vector<Fault> check_formula(const Catalog& catalog, const Kpi& kpi, const Variant& variant) {
  Checker checker(catalog);
  checker.check(kpi, variant);
  return std::move(checker.faults);
}

}  // namespace sociometer::catalog
