// What is computed from orders: revenue, purchases, and what is known of the customers that made them.
//
// Orders are few beside web events, and most of what is asked of them is asked of customers over all their orders, so
// they are read row by row. Whoever cannot be told from others – a guest – is an entity of their own by the order, and
// no customer.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "metrics/bg_nbd.h"
#include "metrics/events.h"
#include "metrics/money.h"

namespace sociometer::metrics {
namespace {

using facts::EventTable;
using Kind = EventMeasure::Kind;
using Form = EventDimension::Form;

// Half a year of silence is taken for the end of a relationship.
constexpr int64_t silence_micros = 180 * 86'400'000'000;
constexpr double micros_per_week = 7 * 86'400e6;
constexpr double horizon_weeks = 365.25 / 7;

// A sale or a refund, the lines of one order and kind together.
struct Deal {
  std::string order, customer, network, account, post;
  bool sale = true, social = false;
  bool placed = false;  // the shop tells by which channel it came
  Instant at;
  int64_t batch = 0;
  std::optional<int64_t> value = 0;  // none: no rate
  std::optional<int64_t> cost;       // of the goods, where known of every line
  bool costed = true;
  std::vector<std::string> members;

  std::string entity() const { return customer.empty() ? "order " + order : customer; }
};

// Whether a dimension's members are found in the rows of the table.
bool is_told_of_deal(const EventDimension& dimension) {
  return !dimension.sql.empty() && dimension.key != "customer_cohort";
}

// A refund tells little: it is of whoever bought, from where they came, and of goods whose cost is known if theirs was.
void complete_refunds(std::vector<Deal>& deals) {
  std::map<std::string, const Deal*> sold;
  for (const Deal& deal : deals) {
    if (deal.sale) sold.emplace(deal.order, &deal);
  }
  for (Deal& deal : deals) {
    auto sale = deal.sale ? sold.end() : sold.find(deal.order);
    if (sale == sold.end()) continue;
    const Deal& of = *sale->second;
    if (deal.customer.empty()) deal.customer = of.customer;
    if (!deal.cost) deal.costed = of.costed;
    if (deal.placed) continue;
    deal.social = of.social;
    deal.network = of.network;
    deal.account = of.account;
    deal.post = of.post;
    deal.members = of.members;
  }
}

// Every deal before the span's end, oldest first; of what came before the span only who and when is of use.
Result<std::vector<Deal>> read_deals(const DeriveContext& context) {
  std::set<std::string> columns = {"customer", "value", "currency", "cost", "channel", "network", "account", "post"};
  std::string members;
  for (const EventDimension* dimension : context.dimensions) {
    columns.insert(dimension->columns.begin(), dimension->columns.end());
    members += fmt::format(", {}", is_told_of_deal(*dimension) ? std::string(dimension->sql) : "''");
  }
  TRY(const Money money, Money::load(context));
  std::string sql = fmt::format(
      "SELECT order_id, kind, happened_at, customer, value, currency, cost, channel, network, account, post, batch{}"
      " FROM {}{} ORDER BY happened_at, order_id, kind, line",
      members, event_rows(context.query.scope, EventTable::orders, columns),
      context.query.span ? fmt::format(" AND happened_at < {}", context.query.span->second.micros) : "");
  std::vector<Deal> deals;
  std::map<std::tuple<std::string, bool, Instant>, size_t> known;
  TRY_DONE(context.select(std::move(sql), [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      bool sale = chunk.text(1, row) == "sale";
      Instant at{chunk.integer(2, row)};
      // Lines of one order are one purchase; each refund is paid back on a day of its own.
      auto key = std::tuple(std::string(chunk.text(0, row)), sale, sale ? Instant() : at);
      auto [found, fresh] = known.emplace(key, deals.size());
      if (fresh) {
        Deal& deal = deals.emplace_back();
        deal.order = chunk.text(0, row);
        deal.sale = sale;
        deal.at = at;
        deal.customer = chunk.text(3, row);
        std::string_view channel = chunk.text(7, row);
        deal.social = channel == "organic_social" || channel == "paid_social";
        deal.placed = !channel.empty();
        deal.network = chunk.text(8, row);
        deal.account = chunk.text(9, row);
        deal.post = chunk.text(10, row);
        for (size_t i = 0; i < context.dimensions.size(); ++i) deal.members.emplace_back(chunk.text(12 + i, row));
      }
      Deal& deal = deals[found->second];
      deal.batch = std::max(deal.batch, chunk.integer(11, row));
      auto value = money.convert(chunk.integer(4, row), chunk.text(5, row), at);
      deal.value = deal.value && value ? std::optional(*deal.value + *value) : std::nullopt;
      auto cost = chunk.is_null(6, row) ? std::nullopt : money.convert(chunk.integer(6, row), chunk.text(5, row), at);
      deal.costed = deal.costed && cost.has_value();
      if (cost) deal.cost = deal.cost.value_or(0) + *cost;
    }
    return true;
  }));
  complete_refunds(deals);
  return deals;
}

// What is known of one customer, their sales ascending.
struct Customer {
  std::vector<const Deal*> sales, refunds;
  const Deal* first() const { return sales.front(); }
};

std::map<std::string, Customer> customers_of(const std::vector<Deal>& deals) {
  std::map<std::string, Customer> customers;
  for (const Deal& deal : deals) {
    if (deal.customer.empty()) continue;
    (deal.sale ? customers[deal.customer].sales : customers[deal.customer].refunds).push_back(&deal);
  }
  std::erase_if(customers, [](const auto& entry) { return entry.second.sales.empty(); });
  return customers;
}

class OrderRows {
 public:
  enum Column : size_t {
    revenue,
    gross_revenue,
    social_revenue,
    purchases,
    social_purchases,
    costed_revenue,
    cost_of_goods,
    customer_revenue,
    customer_purchases,
    social_customer_purchases,
    customers,
    social_customers,
    new_customers,
    returning_customers,
    repeat_customers,
    previous_customers,
    retained_customers,
    lost_customers,
    customer_span,
    social_customer_span,
    count
  };
  static constexpr std::string_view names[count] = {"revenue",
                                                    "gross_revenue",
                                                    "social_revenue",
                                                    "purchases",
                                                    "social_purchases",
                                                    "costed_revenue",
                                                    "cost_of_goods",
                                                    "customer_revenue",
                                                    "customer_purchases",
                                                    "social_customer_purchases",
                                                    "customers",
                                                    "social_customers",
                                                    "new_customers",
                                                    "returning_customers",
                                                    "repeat_customers",
                                                    "previous_customers",
                                                    "retained_customers",
                                                    "lost_customers",
                                                    "customer_lifespan",
                                                    "social_customer_lifespan"};

  OrderRows(const DeriveContext& context, const std::function<void(DerivedRow row)>& take)
      : context_(context), take_(take) {}

  Result<Done> run() {
    TRY(deals_, read_deals(context_));
    customers_ = customers_of(deals_);
    for (const Deal& deal : deals_) emit_deal(deal);
    for (const DayRange& window : context_.windows) emit_window(window);
    return Done{};
  }

 private:
  Instant start_of(Day day) const { return context_.scope->zone.start_of(day); }

  std::string cohort_of(const std::string& customer) const {
    auto known = customers_.find(customer);
    if (known == customers_.end()) return "";
    return bucket_label(
        bucket_of(context_.scope->zone.day_of(known->second.first()->at), Bucket::month, context_.scope->week_start)
            .first,
        Bucket::month);
  }

  DerivedRow row_of(const Deal& deal) const {
    DerivedRow row;
    row.entity = deal.entity();
    row.network = deal.network;
    row.account = deal.account;
    row.post = deal.post;
    row.batch = deal.batch;
    row.values.resize(count);
    for (size_t i = 0; i < context_.dimensions.size(); ++i) {
      bool cohort = context_.dimensions[i]->key == "customer_cohort";
      row.members.push_back({cohort ? cohort_of(deal.customer) : deal.members[i]});
    }
    return row;
  }

  static DerivedValue amount(Instant at, const std::optional<int64_t>& value, int sign) {
    DerivedValue result;
    result.at = at;
    if (value) result.value = *value * sign;
    result.missing_rate = !value;
    return result;
  }
  static DerivedValue one(Instant at) {
    DerivedValue result;
    result.at = at;
    result.value = 1;
    return result;
  }

  void emit_deal(const Deal& deal) {
    if (context_.query.span && deal.at < context_.query.span->first) return;
    DerivedRow row = row_of(deal);
    int sign = deal.sale ? 1 : -1;
    row.values[revenue] = amount(deal.at, deal.value, sign);
    if (deal.social) row.values[social_revenue] = row.values[revenue];
    if (!deal.customer.empty()) row.values[customer_revenue] = row.values[revenue];
    // A refund that does not tell the cost of what came back lowers the revenue alone.
    if (deal.costed) row.values[costed_revenue] = row.values[revenue];
    if (deal.costed && deal.cost) row.values[cost_of_goods] = amount(deal.at, deal.cost, sign);
    if (deal.sale) {
      row.values[gross_revenue] = row.values[revenue];
      row.values[purchases] = one(deal.at);
      if (deal.social) row.values[social_purchases] = row.values[purchases];
      if (!deal.customer.empty()) {
        row.values[customers] = row.values[customer_purchases] = row.values[purchases];
        if (deal.social) row.values[social_customers] = row.values[social_customer_purchases] = row.values[purchases];
      }
    }
    take_(std::move(row));
  }

  // The stretch before, as long; of calendar months and the like, as many.
  DayRange before(DayRange window) const {
    CalendarDate first = calendar_date(window.first), end = calendar_date(window.end);
    if (first.day == 1 && end.day == 1) {
      int months = (end.year - first.year) * 12 + static_cast<int>(end.month) - static_cast<int>(first.month);
      return {add_months(window.first, -months), window.first};
    }
    return {window.first - window.days(), window.first};
  }

  void emit_window(DayRange window) {
    Instant begin = start_of(window.first), end = start_of(window.end);
    Instant earlier = start_of(before(window).first);
    Instant known = std::min(end, context_.scope->now);
    for (const auto& [name, customer] : customers_) {
      auto from = [&sales = customer.sales](Instant at) {
        return std::lower_bound(sales.begin(), sales.end(), at,
                                [](const Deal* deal, Instant moment) { return deal->at < moment; });
      };
      auto first = from(begin), last = from(end), previous = from(earlier);
      if (previous < first) emit_previous(**previous, begin, first < last);
      if (first == last) continue;
      DerivedRow row = row_of(**first);
      Instant at = (*first)->at;
      row.values[first == customer.sales.begin() ? new_customers : returning_customers] = one(at);
      if (last - first > 1) row.values[repeat_customers] = one(at);
      DerivedValue& span = row.values[customer_span];
      Instant latest = (*std::prev(last))->at;
      span.at = at;
      span.value = (latest.micros - customer.first()->at.micros) / 1'000;
      span.censored = known.micros - latest.micros < silence_micros;
      bool social = std::any_of(first, last, [](const Deal* deal) { return deal->social; });
      if (social) row.values[social_customer_span] = span;
      take_(std::move(row));
    }
  }

  // Counted on the first day of the window: it is a number of the window, of people seen before it.
  void emit_previous(const Deal& deal, Instant begin, bool again) {
    DerivedRow row = row_of(deal);
    row.values[previous_customers] = one(begin);
    row.values[again ? retained_customers : lost_customers] = one(begin);
    take_(std::move(row));
  }

  const DeriveContext& context_;
  const std::function<void(DerivedRow row)>& take_;
  std::vector<Deal> deals_;
  std::map<std::string, Customer> customers_;
};

Result<Done> derive_orders(const DeriveContext& context, const std::function<void(DerivedRow row)>& take) {
  return OrderRows(context, take).run();
}

// What the customers known at the end of each window will spend in the year after it, each.
Result<Done> derive_predictions(const DeriveContext& context, const std::function<void(DerivedRow row)>& take) {
  TRY(std::vector<Deal> deals, read_deals(context));
  std::map<std::string, Customer> customers = customers_of(deals);
  for (const DayRange& window : context.windows) {
    Instant end = std::min(context.scope->zone.start_of(window.end), context.scope->now);
    std::vector<CustomerHistory> histories;
    bool missing_rate = false;
    for (const auto& [name, customer] : customers) {
      if (customer.first()->at >= end) continue;
      CustomerHistory history;
      double spent = 0;
      Instant last = customer.first()->at;
      Day bought = context.scope->zone.day_of(last);
      for (const Deal* deal : customer.sales) {
        if (deal->at >= end) break;
        missing_rate = missing_rate || !deal->value;
        Day day = context.scope->zone.day_of(deal->at);
        // Purchases of a day are one; those of the first day are no repeats.
        if (day != context.scope->zone.day_of(customer.first()->at)) {
          spent += static_cast<double>(deal->value.value_or(0));
          if (day != bought) history.repeats += 1;
        }
        bought = day;
        last = deal->at;
      }
      auto weeks = [since = customer.first()->at](Instant at) {
        return static_cast<double>(at.micros - since.micros) / micros_per_week;
      };
      history.recency = history.repeats > 0 ? weeks(last) : 0;
      history.age = weeks(end);
      if (history.repeats > 0) history.mean_value = spent / history.repeats;
      histories.push_back(history);
    }
    DerivedRow row;
    row.entity = "model";
    row.members.assign(context.dimensions.size(), {""});
    DerivedValue& value = row.values.emplace_back();
    value.at = context.scope->zone.start_of(window.first);
    value.missing_rate = missing_rate;
    auto future = missing_rate ? std::nullopt : future_value(histories, horizon_weeks);
    if (!future && !missing_rate) continue;
    if (future) {
      value.value = std::llround(future->per_customer);
      value.interval = future->interval;
    }
    take(std::move(row));
  }
  return Done{};
}

const std::vector<EventDimension>& order_dimensions() {
  static const std::vector<EventDimension>& dimensions = *[] {
    auto* all = new std::vector<EventDimension>(visit_dimensions());
    all->push_back({"customer_cohort", "", {}});
    return all;
  }();
  return dimensions;
}

const EventRelation& orders_relation() {
  static const EventRelation& relation = *[] {
    auto* orders = new EventRelation{"orders",      EventTable::orders, {}, "customers", "customer",
                                     "happened_at", &order_dimensions()};
    orders->derive = derive_orders;
    orders->columns.assign(std::begin(OrderRows::names), std::end(OrderRows::names));
    return orders;
  }();
  return relation;
}

const EventRelation& predictions_relation() {
  static const EventRelation& relation = *[] {
    static const std::vector<EventDimension>& none =
        *new std::vector<EventDimension>{{"ownership", "", {}, Form::ownership}};
    auto* predictions =
        new EventRelation{"predictions", EventTable::orders, {}, "customers", "customer", "happened_at", &none};
    predictions->derive = derive_predictions;
    predictions->columns = {"predicted_customer_value"};
    predictions->modelled = true;
    return predictions;
  }();
  return relation;
}

}  // namespace

std::vector<EventMeasure> order_measures() {
  const EventRelation* orders = &orders_relation();
  auto of = [&](std::string_view key, Kind kind, std::string_view part_of = {}) {
    return EventMeasure{key, orders, kind, {}, key, {}, part_of};
  };
  return {
      of("revenue", Kind::sum),
      of("gross_revenue", Kind::sum),
      of("social_revenue", Kind::sum),
      of("purchases", Kind::count),
      of("social_purchases", Kind::count),
      of("costed_revenue", Kind::sum),
      of("cost_of_goods", Kind::sum),
      of("customer_revenue", Kind::sum),
      of("customer_purchases", Kind::count),
      of("social_customer_purchases", Kind::count),
      of("customers", Kind::distinct),
      of("social_customers", Kind::distinct),
      of("new_customers", Kind::distinct, "customers"),
      of("returning_customers", Kind::distinct, "customers"),
      of("repeat_customers", Kind::distinct, "customers"),
      of("previous_customers", Kind::distinct),
      of("retained_customers", Kind::distinct, "previous_customers"),
      of("lost_customers", Kind::distinct, "previous_customers"),
      of("customer_lifespan", Kind::rows),
      of("social_customer_lifespan", Kind::rows),
      {"customer_lifespan_in_periods", orders, Kind::rows, {}, "customer_lifespan"},
      {"social_customer_lifespan_in_periods", orders, Kind::rows, {}, "social_customer_lifespan"},
      {"predicted_customer_value", &predictions_relation(), Kind::sum, {}, "predicted_customer_value"},
  };
}

}  // namespace sociometer::metrics
