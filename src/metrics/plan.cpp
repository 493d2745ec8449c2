#include "metrics/plan.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"

namespace sociometer::metrics {
namespace {

using catalog::Class;
using catalog::Formula;

using Filters = std::vector<Formula::Filter>;

// What a piece lets through that is filtered itself and stands inside something filtered. `any` inside stays: it lifts
// whatever is said around it.
Filters merged_filters(const Filters& inner, const Filters& outer) {
  Filters all = inner;
  for (const Formula::Filter& filter : outer) {
    auto same =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.dimension == filter.dimension; });
    if (same == all.end()) {
      all.push_back(filter);
    } else if (!is_lifted(*same)) {
      std::erase_if(same->members, [&](const std::string& member) {
        return std::find(filter.members.begin(), filter.members.end(), member) == filter.members.end();
      });
    }
  }
  return all;
}

// What belongs to accounts has no part that only some posts have.
Filters of_account(Filters filters) {
  std::erase_if(filters, [](const Formula::Filter& filter) { return is_post_dimension(filter.dimension); });
  return filters;
}

std::string name_of(const Formula& formula, const Filters& filters) {
  Formula shown = formula;
  shown.filters = filters;
  return formula_text(shown);
}

class Planner {
 public:
  Planner(const catalog::Catalog& catalog, Plan& plan, const std::set<std::string>& told)
      : catalog_(catalog), plan_(plan), told_(told) {}

  Result<Node> open(const Formula& formula, const Filters& outer) {
    switch (formula.kind) {
      case Formula::Kind::number: {
        Node node;
        node.number = formula.number;
        return node;
      }
      case Formula::Kind::name:
        return open_name(formula, outer);
      case Formula::Kind::call:
        return open_call(formula, outer);
      case Formula::Kind::add:
        if (auto flow = as_flow(formula, outer)) return add_input(std::move(*flow));
        return open_operation(Node::Op::add, formula, outer);
      case Formula::Kind::subtract:
        return open_operation(Node::Op::subtract, formula, outer);
      case Formula::Kind::multiply:
        return open_operation(Node::Op::multiply, formula, outer);
      case Formula::Kind::divide:
        plan_.is_ratio = true;
        return open_operation(Node::Op::divide, formula, outer);
      case Formula::Kind::power:
        return open_operation(Node::Op::power, formula, outer);
    }
    return internal("a formula of no kind");
  }

 private:
  Result<Node> open_operation(Node::Op op, const Formula& formula, const Filters& outer) {
    Node node;
    node.op = op;
    for (const Formula& part : formula.parts) {
      TRY(Node opened, open(part, outer));
      node.parts.push_back(std::move(opened));
    }
    return op == Node::Op::divide ? spread_mean(std::move(node)) : node;
  }

  bool is_event(const Node& node) const {
    return node.op == Node::Op::input && plan_.inputs[node.input].kind == Input::Kind::event;
  }

  // mean(x) / y is sum(x) / (posts × y): as one fraction it can be pooled over accounts.
  Node spread_mean(Node divide) {
    bool of_input = divide.parts[0].op == Node::Op::mean && divide.parts[0].parts[0].op == Node::Op::input;
    if (!of_input || is_event(divide.parts[0].parts[0])) return divide;
    Node sum = std::move(divide.parts[0].parts[0]);
    Node product;
    product.op = Node::Op::multiply;
    Input posts;
    posts.kind = Input::Kind::posts;
    posts.filters = plan_.inputs[sum.input].filters;
    Formula name;
    name.kind = Formula::Kind::name;
    name.name = "posts";
    posts.name = name_of(name, posts.filters);
    product.parts.push_back(add_input(std::move(posts)));
    product.parts.push_back(std::move(divide.parts[1]));
    divide.parts[0] = std::move(sum);
    divide.parts[1] = std::move(product);
    return divide;
  }

  // A sum of flows, through however many KPIs it is written, is one input with several parts.
  std::optional<Input> as_flow(const Formula& formula, const Filters& outer) {
    if (formula.kind == Formula::Kind::add) {
      std::optional<Input> sum;
      for (const Formula& part : formula.parts) {
        auto flow = as_flow(part, outer);
        if (!flow || (sum && sum->filters != flow->filters)) return std::nullopt;
        if (!sum) {
          sum = std::move(flow);
          continue;
        }
        sum->name += " + " + flow->name;
        for (std::string& measure : flow->parts) sum->parts.push_back(std::move(measure));
        sum->per_post = sum->per_post || flow->per_post;
      }
      return sum;
    }
    if (formula.kind != Formula::Kind::name || counted(formula.name)) return std::nullopt;
    Filters filters = merged_filters(formula.filters, outer);
    if (const catalog::Measure* measure = find_measure(formula)) {
      if (is_of_events(*measure)) return std::nullopt;
      if (measure->additivity != Class::flow && measure->key != "post_reach") return std::nullopt;
      Input flow;
      flow.name = name_of(formula, filters);
      flow.parts = {measure->key};
      flow.filters = std::move(filters);
      flow.per_post = measure->key == "post_reach";
      return flow;
    }
    const Formula* inner = find_kpi(formula);
    if (inner == nullptr) return std::nullopt;
    auto flow = as_flow(*inner, filters);
    if (flow) flow->name = name_of(formula, filters);
    return flow;
  }

  // A count that is taken from the posts or the calendar, whatever the catalog has under its name.
  static std::optional<Input::Kind> counted(const std::string& name) {
    if (name == "posts") return Input::Kind::posts;
    if (name == "hashtag_uses") return Input::Kind::hashtag_uses;
    if (name == "days") return Input::Kind::days;
    if (name == "months") return Input::Kind::months;
    return std::nullopt;
  }

  bool is_of_events(const catalog::Measure& measure) const {
    return !measure.from.empty() && !told_.contains(measure.key);
  }

  // A measure's name means the measure, also where a KPI has the same.
  const catalog::Measure* find_measure(const Formula& formula) const {
    return formula.variant.empty() ? catalog_.measure(formula.name) : nullptr;
  }

  const Formula* find_kpi(const Formula& formula) const {
    auto found = catalog_.find_kpi(formula.variant.empty() ? formula.name : formula.name + ":" + formula.variant);
    return found ? &found->variant->formula : nullptr;
  }

  Result<Node> open_name(const Formula& formula, const Filters& outer) {
    if (auto flow = as_flow(formula, outer)) return add_input(std::move(*flow));
    Input input;
    input.filters = merged_filters(formula.filters, outer);
    if (auto count = counted(formula.name)) {
      input.kind = *count;
      if (*count == Input::Kind::days || *count == Input::Kind::months) input.filters.clear();
    } else if (formula.name == "engagements_of_kind") {
      input.kind = Input::Kind::kind_of_engagement;
      input.parts = {"likes", "comments", "shares", "saves", "clicks"};
    } else if (const catalog::Measure* measure = find_measure(formula); measure && is_of_events(*measure)) {
      input.kind = Input::Kind::event;
      input.event = event_measure(measure->key);
      if (input.event == nullptr) {
        return unsupported(fmt::format("nobody knows how to compute {} from {}", measure->key, measure->from));
      }
    } else if (measure) {
      input.kind = measure->additivity == Class::unique ? Input::Kind::unique : Input::Kind::stock_last;
      input.parts = {measure->key};
      if (input.kind == Input::Kind::stock_last) input.filters = of_account(std::move(input.filters));
    } else if (const Formula* inner = find_kpi(formula)) {
      return open(*inner, input.filters);
    } else {
      return internal(fmt::format("the formula names {}, which the catalog does not define", formula.name));
    }
    input.name = name_of(formula, input.filters);
    return add_input(std::move(input));
  }

  // mean(stock) alone is over the days, as average(stock).
  bool is_stock(const Formula& formula) const {
    const catalog::Measure* measure = formula.kind == Formula::Kind::name ? find_measure(formula) : nullptr;
    return measure != nullptr && measure->additivity == Class::stock;
  }

  Result<Node> open_call(const Formula& formula, const Filters& outer) {
    const std::string& name = formula.name;
    const Formula& argument = formula.parts[0];
    if (name == "distinct") return open_name(argument, outer);
    if ((name == "mean" && !is_stock(argument)) || name == "median" || name == "p90") {
      TRY(Node inner, open(argument, outer));
      Node node;
      node.op = name == "mean" ? Node::Op::mean : name == "median" ? Node::Op::median : Node::Op::p90;
      node.parts.push_back(std::move(inner));
      return node;
    }
    Input input;
    input.kind = name == "first"                       ? Input::Kind::stock_first
                 : name == "change"                    ? Input::Kind::stock_change
                 : name == "at_post"                   ? Input::Kind::stock_at_post
                 : name == "average" || name == "mean" ? Input::Kind::stock_average
                 : name == "share"                     ? Input::Kind::share
                                                       : Input::Kind::stock_last;
    if (argument.kind != Formula::Kind::name || catalog_.measure(argument.name) == nullptr) {
      return internal(fmt::format("{}() takes the name of a stock", name));
    }
    input.filters = of_account(merged_filters(argument.filters, outer));
    input.name = name_of(argument, input.filters);
    input.parts = {argument.name};
    return add_input(std::move(input));
  }

  // A dimension whose members a source tells apart: such a part of a measure is stored beside the whole.
  bool is_breakdown(const std::string& dimension) const {
    const catalog::Dimension* known = catalog_.dimension(dimension);
    return known != nullptr && known->kind == "breakdown" && dimension != "engagement_kind";
  }

  void find_columns(Input& input) {
    ColumnPart part;
    std::string breakdown, promotion;
    for (const Formula::Filter& filter : input.filters) {
      bool by_account =
          filter.dimension == "network" || filter.dimension == "account" || filter.dimension == "ownership";
      if (by_account && (is_lifted(filter) || filter.dimension == "ownership")) input.lifts = true;
      if (filter.dimension == "promotion") {
        part.promotions = filter.members;
        promotion = "{promotion=" + join(filter.members, "|") + "}";
      } else if (is_breakdown(filter.dimension) && part.dimension.empty()) {
        part.dimension = filter.dimension;
        part.members = filter.members;
        breakdown = "{" + filter.dimension + "=" + join(filter.members, "|") + "}";
      } else if (is_breakdown(filter.dimension)) {
        part.members.clear();  // nobody tells two breakdowns at once
      }
    }
    plan_.has_filters = plan_.has_filters || !input.filters.empty();
    std::vector<std::string> measures = input.parts;
    if (input.kind == Input::Kind::posts) measures = {"posts"};
    for (const std::string& measure : measures) {
      input.columns.push_back(measure + breakdown + promotion);
      if (breakdown.empty() && promotion.empty()) continue;
      part.measure = measure;
      part.base = measure + breakdown;
      plan_.parts[input.columns.back()] = part;
    }
  }

  Node add_input(Input input) {
    Node node;
    node.op = Node::Op::input;
    node.input = plan_.inputs.size();
    if (input.event == nullptr) find_columns(input);
    for (const std::string& measure : input.parts) plan_.measures.insert(measure);
    plan_.inputs.push_back(std::move(input));
    return node;
  }

  const catalog::Catalog& catalog_;
  Plan& plan_;
  const std::set<std::string>& told_;
};

bool holds(const Node& node, Node::Op op) {
  if (node.op == op) return true;
  for (const Node& part : node.parts) {
    if (holds(part, op)) return true;
  }
  return false;
}

void classify(Plan& plan) {
  for (const Input& input : plan.inputs) {
    bool told =
        input.kind != Input::Kind::event && input.kind != Input::Kind::days && input.kind != Input::Kind::months;
    plan.observations = plan.observations || told;
    plan.events = plan.events || input.kind == Input::Kind::event;
    switch (input.kind) {
      case Input::Kind::flow:
        plan.has_flow = true;
        plan.posts_only = plan.posts_only || input.per_post;
        break;
      case Input::Kind::kind_of_engagement:
        plan.has_flow = true;
        break;
      case Input::Kind::posts:
        plan.has_flow = true;
        // A count of posts beside other inputs: "per post". Alone, or per day, it follows the basis like any flow.
        plan.posts_wanted = plan.posts_wanted || plan.measures.size() > 0;
        break;
      case Input::Kind::hashtag_uses:
      case Input::Kind::stock_at_post:
        plan.has_flow = true;
        plan.posts_only = true;
        break;
      default:
        break;
    }
    bool of_posts = std::any_of(input.filters.begin(), input.filters.end(),
                                [](const auto& filter) { return is_post_dimension(filter.dimension); });
    plan.posts_only = plan.posts_only || (plan.has_flow && of_posts);
  }
  bool over_posts = holds(plan.root, Node::Op::mean) || holds(plan.root, Node::Op::median);
  if (over_posts && plan.observations) plan.posts_only = true;
  // Day by day where an interval is taken over days, or where days that have but one side of a ratio are left out.
  auto sides = std::count_if(plan.inputs.begin(), plan.inputs.end(),
                             [](const Input& input) { return input.kind == Input::Kind::flow; });
  plan.daily = plan.is_ratio && plan.has_flow && (plan.choice.kpi->interval || sides > 1);
  for (const Input& input : plan.inputs) {
    if (input.kind == Input::Kind::posts) plan.measures.insert("posts");
  }
}

}  // namespace

bool needs_entities(const Plan& plan) {
  const Node& root = plan.root;
  if (!plan.events || !plan.choice.kpi->interval || root.parts.size() < 2) return false;
  if (root.op != Node::Op::divide) return true;
  if (root.parts[0].op != Node::Op::input || root.parts[1].op != Node::Op::input) return true;
  const EventMeasure* part = plan.inputs[root.parts[0].input].event;
  const EventMeasure* whole = plan.inputs[root.parts[1].input].event;
  return part == nullptr || whole == nullptr || part->part_of != whole->key || part->corrects;
}

bool may_be_negative(const Plan& plan, const Node& node) {
  if (node.op == Node::Op::subtract || (node.op == Node::Op::number && node.number < 0)) return true;
  if (node.op == Node::Op::input) {
    const Input& input = plan.inputs[node.input];
    if (input.event == nullptr) return input.kind == Input::Kind::stock_change;
    // More may be paid back than was sold.
    return input.event->kind == EventMeasure::Kind::sum && input.event->relation->table == facts::EventTable::orders &&
           !input.event->relation->told;
  }
  return std::any_of(node.parts.begin(), node.parts.end(),
                     [&](const Node& part) { return may_be_negative(plan, part); });
}

bool is_post_dimension(std::string_view dimension) {
  static const std::set<std::string_view> dimensions = {"post", "post_kind", "hashtag", "campaign",
                                                        "tag",  "language",  "hour"};
  return dimensions.contains(dimension);
}

bool is_lifted(const catalog::Formula::Filter& filter) {
  return filter.members.size() == 1 && filter.members.front() == "any";
}

std::optional<double> combined(Node::Op op, double a, double b) {
  switch (op) {
    case Node::Op::add:
      return a + b;
    case Node::Op::subtract:
      return a - b;
    case Node::Op::multiply:
      return a * b;
    case Node::Op::divide:
      if (b == 0) return std::nullopt;
      return a / b;
    case Node::Op::power: {
      double result = std::pow(a, b);
      if (!std::isfinite(result)) return std::nullopt;
      return result;
    }
    default:
      return std::nullopt;
  }
}

Result<Plan> plan_kpi(const catalog::Catalog& catalog, std::string_view kpi, const std::set<std::string>& told) {
  Plan plan;
  TRY(plan.choice, catalog.find_kpi(kpi));
  Planner planner(catalog, plan, told);
  TRY(plan.root, planner.open(plan.choice.variant->formula, {}));
  classify(plan);
  return plan;
}

}  // namespace sociometer::metrics
