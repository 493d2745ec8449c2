#include "metrics/plan.h"

#include <fmt/format.h>

#include "base/check.h"

namespace sociometer::metrics {
namespace {

using catalog::Class;
using catalog::Formula;

class Planner {
 public:
  Planner(const catalog::Catalog& catalog, Plan& plan) : catalog_(catalog), plan_(plan) {}

  Result<Node> open(const Formula& formula) {
    switch (formula.kind) {
      case Formula::Kind::number: {
        Node node;
        node.number = formula.number;
        return node;
      }
      case Formula::Kind::name:
        return open_name(formula);
      case Formula::Kind::call:
        return open_call(formula);
      case Formula::Kind::add:
        if (auto flow = as_flow(formula)) return add_input(std::move(*flow));
        return open_operation(Node::Op::add, formula);
      case Formula::Kind::subtract:
        return open_operation(Node::Op::subtract, formula);
      case Formula::Kind::multiply:
        return open_operation(Node::Op::multiply, formula);
      case Formula::Kind::divide:
        plan_.is_ratio = true;
        return open_operation(Node::Op::divide, formula);
      case Formula::Kind::power:
        return open_operation(Node::Op::power, formula);
    }
    return internal("a formula of no kind");
  }

 private:
  Result<Node> open_operation(Node::Op op, const Formula& formula) {
    Node node;
    node.op = op;
    for (const Formula& part : formula.parts) {
      TRY(Node opened, open(part));
      node.parts.push_back(std::move(opened));
    }
    return op == Node::Op::divide ? spread_mean(std::move(node)) : node;
  }

  bool is_event(const Node& node) const {
    return node.op == Node::Op::input && plan_.inputs[node.input].kind == Input::Kind::event;
  }

  // mean(x) / y is sum(x) / (posts × y): as one fraction it can be pooled over accounts.
  Node spread_mean(Node divide) {
    if (divide.parts[0].op != Node::Op::mean || is_event(divide.parts[0].parts[0])) return divide;
    Node sum = std::move(divide.parts[0].parts[0]);
    Node product;
    product.op = Node::Op::multiply;
    Input posts;
    posts.kind = Input::Kind::posts;
    posts.name = "posts";
    product.parts.push_back(add_input(std::move(posts)));
    product.parts.push_back(std::move(divide.parts[1]));
    divide.parts[0] = std::move(sum);
    divide.parts[1] = std::move(product);
    return divide;
  }

  // A sum of flows, through however many KPIs it is written, is one input with several parts.
  std::optional<Input> as_flow(const Formula& formula) {
    if (formula.kind == Formula::Kind::add) {
      Input sum;
      for (const Formula& part : formula.parts) {
        auto flow = as_flow(part);
        if (!flow || !flow->dimension.empty()) return std::nullopt;
        sum.name += (sum.name.empty() ? "" : " + ") + flow->name;
        for (std::string& measure : flow->parts) sum.parts.push_back(std::move(measure));
        sum.per_post = sum.per_post || flow->per_post;
      }
      return sum;
    }
    if (formula.kind != Formula::Kind::name || counted(formula.name)) return std::nullopt;
    if (const catalog::Measure* measure = find_measure(formula)) {
      if (!measure->from.empty()) return std::nullopt;
      if (measure->additivity != Class::flow && measure->key != "post_reach") return std::nullopt;
      Input flow;
      flow.name = measure->key;
      flow.parts = {measure->key};
      flow.dimension = formula.dimension;
      flow.member = formula.member;
      flow.per_post = measure->key == "post_reach";
      return flow;
    }
    const Formula* inner = find_kpi(formula);
    if (inner == nullptr) return std::nullopt;
    auto flow = as_flow(*inner);
    if (flow) flow->name = formula.name + (formula.variant.empty() ? "" : ":" + formula.variant);
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

  // A measure's name means the measure, also where a KPI has the same.
  const catalog::Measure* find_measure(const Formula& formula) const {
    return formula.variant.empty() ? catalog_.measure(formula.name) : nullptr;
  }

  const Formula* find_kpi(const Formula& formula) const {
    auto found = catalog_.find_kpi(formula.variant.empty() ? formula.name : formula.name + ":" + formula.variant);
    return found ? &found->variant->formula : nullptr;
  }

  Result<Node> open_name(const Formula& formula) {
    if (auto flow = as_flow(formula)) return add_input(std::move(*flow));
    Input input;
    input.name = formula.name;
    input.dimension = formula.dimension;
    input.member = formula.member;
    if (auto count = counted(formula.name)) {
      input.kind = *count;
    } else if (formula.name == "engagements_of_kind") {
      input.kind = Input::Kind::kind_of_engagement;
      input.parts = {"likes", "comments", "shares", "saves", "clicks"};
    } else if (const catalog::Measure* measure = find_measure(formula); measure && !measure->from.empty()) {
      input.kind = Input::Kind::event;
      input.event = event_measure(measure->key);
      if (input.event == nullptr) {
        return unsupported(fmt::format("nobody knows how to compute {} from {}", measure->key, measure->from));
      }
    } else if (measure) {
      input.kind = measure->additivity == Class::unique ? Input::Kind::unique : Input::Kind::stock_last;
      input.parts = {measure->key};
    } else if (const Formula* inner = find_kpi(formula)) {
      return open(*inner);
    } else {
      return internal(fmt::format("the formula names {}, which the catalog does not define", formula.name));
    }
    return add_input(std::move(input));
  }

  Result<Node> open_call(const Formula& formula) {
    const std::string& name = formula.name;
    if (name == "mean" || name == "median" || name == "p90") {
      TRY(Node inner, open(formula.parts[0]));
      Node node;
      node.op = name == "mean" ? Node::Op::mean : name == "median" ? Node::Op::median : Node::Op::p90;
      node.parts.push_back(std::move(inner));
      return node;
    }
    Input input;
    input.kind = name == "first"     ? Input::Kind::stock_first
                 : name == "change"  ? Input::Kind::stock_change
                 : name == "at_post" ? Input::Kind::stock_at_post
                 : name == "average" ? Input::Kind::stock_average
                 : name == "share"   ? Input::Kind::share
                                     : Input::Kind::stock_last;
    const Formula& stock = formula.parts[0];
    if (stock.kind != Formula::Kind::name || catalog_.measure(stock.name) == nullptr) {
      return internal(fmt::format("{}() takes the name of a stock", name));
    }
    input.name = stock.name;
    input.parts = {stock.name};
    input.dimension = stock.dimension;
    input.member = stock.member;
    return add_input(std::move(input));
  }

  Node add_input(Input input) {
    Node node;
    node.op = Node::Op::input;
    node.input = plan_.inputs.size();
    for (const std::string& measure : input.parts) plan_.measures.insert(measure);
    plan_.inputs.push_back(std::move(input));
    return node;
  }

  const catalog::Catalog& catalog_;
  Plan& plan_;
};

bool contains(const Node& node, Node::Op op) {
  if (node.op == op) return true;
  for (const Node& part : node.parts) {
    if (contains(part, op)) return true;
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
  }
  bool over_posts = contains(plan.root, Node::Op::mean) || contains(plan.root, Node::Op::median);
  if (over_posts && plan.observations) plan.posts_only = true;
  plan.daily = plan.is_ratio && plan.choice.kpi->interval && plan.has_flow;
  for (const Input& input : plan.inputs) {
    if (input.kind == Input::Kind::posts) plan.measures.insert("posts");
  }
}

}  // namespace

bool needs_entities(const Plan& plan) {
  const Node& root = plan.root;
  if (!plan.events || !plan.choice.kpi->interval || root.op != Node::Op::divide) return false;
  if (root.parts[0].op != Node::Op::input || root.parts[1].op != Node::Op::input) return true;
  const EventMeasure* part = plan.inputs[root.parts[0].input].event;
  const EventMeasure* whole = plan.inputs[root.parts[1].input].event;
  return part == nullptr || whole == nullptr || part->part_of != whole->key;
}

Result<Plan> plan_kpi(const catalog::Catalog& catalog, std::string_view kpi) {
  Plan plan;
  TRY(plan.choice, catalog.find_kpi(kpi));
  Planner planner(catalog, plan);
  TRY(plan.root, planner.open(plan.choice.variant->formula));
  classify(plan);
  return plan;
}

}  // namespace sociometer::metrics
