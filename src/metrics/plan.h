// Plan: a KPI's formula made ready to run. References to other KPIs are opened, sums of measures become one input, and
// what the formula needs – measures, posts, stocks – is known before anything is read.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "metrics/events.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {

// A leaf of the formula: something that is read, not computed.
struct Input {
  enum class Kind {
    flow,          // sums of measures; `parts` are added
    stock_last,    // a stock at the end of the window, summed over accounts
    stock_first,   // at its start
    stock_change,  // the difference of the two
    stock_at_post,
    stock_average,  // mean over the window's days
    unique,         // reach of accounts: given or bounded
    share,          // of a breakdown's member
    posts,          // how many were published
    hashtag_uses,
    days,
    months,
    kind_of_engagement,  // the engagements of the row's kind
    event,               // a measure that comes from the tables of events
  };
  Kind kind = Kind::flow;
  std::string name;                               // as the formula says it: "engagements", "followers{network=x}"
  std::vector<std::string> parts;                 // measures
  std::vector<catalog::Formula::Filter> filters;  // of the formula: what has none of their members does not count
  bool per_post = false;                          // a measure that only posts have
  // The columns of the frame that hold the parts: a part of a measure, by promotion or a breakdown's member, has its
  // own.
  std::vector<std::string> columns;
  bool lifts = false;                   // counts accounts as well that the question's filter leaves out
  const EventMeasure* event = nullptr;  // kind event; `parts` is empty
  size_t slot = 0;                      // kind event: where the EventFrame has it
};

// A column that holds a part of a measure: impressions{promotion=paid}, mentions{follow_type=non_follower}.
struct ColumnPart {
  std::string measure;
  std::string dimension;             // a breakdown, empty if none
  std::vector<std::string> members;  // of it
  std::vector<std::string> promotions;
  std::string base;  // the column by whole promotion: the measure, or with its breakdown
};

struct Node {
  enum class Op { number, input, add, subtract, multiply, divide, power, mean, median, p90 };
  Op op = Op::number;
  double number = 0;
  size_t input = 0;  // index into Plan::inputs
  std::vector<Node> parts;
};

// a + b, a − b, …; nothing where that is no number: a division by zero, a power out of reach.
std::optional<double> combined(Node::Op op, double a, double b);

constexpr double days_per_month = 30.436875;

struct Plan {
  catalog::KpiChoice choice;
  Node root;
  std::vector<Input> inputs;
  std::set<std::string> measures;           // all that any input needs
  std::map<std::string, ColumnPart> parts;  // the columns of inputs that are parts of measures
  bool has_filters = false;                 // an input does not take everything
  bool posts_only = false;                  // the formula is about posts: always published
  bool posts_wanted = false;                // published unless only a day series is there
  bool has_flow = false;                    // something that a basis decides on
  bool daily = false;         // needs the values of each day (an interval over days, days with one side only)
  bool is_ratio = false;      // divides
  bool observations = false;  // has an input that accounts or posts were told of
  bool events = false;        // has an input from the tables of events
};

// Of events, whether the interval needs what each entity adds: no share of trials, no list of values, and not summed by
// the entity anyway.
bool needs_entities(const Plan& plan);

// Whether what the node computes can fall below zero: NPS can, an engagement rate cannot.
bool may_be_negative(const Plan& plan, const Node& node);

// What only posts have: what is grouped or filtered by it is about posts published in the period.
bool is_post_dimension(std::string_view dimension);
// {dimension=any}: what the question's filter says of the dimension does not count for the input.
bool is_lifted(const catalog::Formula::Filter& filter);

// `told`: measures of events to be read as numbers that sources told (told_as_numbers). not_found: as
// Catalog::find_kpi.
Result<Plan> plan_kpi(const catalog::Catalog& catalog, std::string_view kpi, const std::set<std::string>& told = {});

}  // namespace sociometer::metrics
