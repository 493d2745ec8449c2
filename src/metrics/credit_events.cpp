// Credit for conversions and orders: whose touches led to them, under each attribution model.
//
// A touch is a session's beginning, or a human click on a short link that no session followed. Visitors, customers and
// clicks that stand together on any event are one person. A conversion's path is what that person touched in the days
// before it that the workspace says (thirty); where nothing is known of them, what the conversion itself came by is its
// only touch.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/check.h"
#include "metrics/attribution.h"
#include "metrics/events.h"
#include "metrics/money.h"

namespace sociometer::metrics {
namespace {

using facts::EventTable;
using Kind = EventMeasure::Kind;

constexpr std::string_view model_names[] = {"first",    "last",       "last_non_direct", "linear",
                                            "position", "time_decay", "markov",          "shapley"};
constexpr size_t model_count = std::size(model_names);
constexpr size_t default_model = 2;

// Who is who: names joined where they stand together.
class People {
 public:
  int32_t person(const std::string& name) {
    auto [entry, fresh] = index_.emplace(name, static_cast<int32_t>(parent_.size()));
    if (fresh) parent_.push_back(entry->second);
    return root(entry->second);
  }
  void join(const std::vector<std::string>& names) {
    for (size_t i = 1; i < names.size(); ++i) {
      int32_t a = person(names[0]), b = person(names[i]);
      parent_[static_cast<size_t>(std::max(a, b))] = std::min(a, b);
    }
  }

 private:
  int32_t root(int32_t at) {
    while (parent_[static_cast<size_t>(at)] != at) {
      parent_[static_cast<size_t>(at)] = parent_[static_cast<size_t>(parent_[static_cast<size_t>(at)])];
      at = parent_[static_cast<size_t>(at)];
    }
    return at;
  }
  std::unordered_map<std::string, int32_t> index_;
  std::vector<int32_t> parent_;
};

// What can have credit: everything that is the same on two touches whose credit may be added.
struct Place {
  std::vector<std::string> members;
  std::string network, account;  // where the question asks for accounts
  bool direct = false, paid = false;
  bool operator<(const Place& other) const {
    return std::tie(members, network, account, direct, paid) <
           std::tie(other.members, other.network, other.account, other.direct, other.paid);
  }
};

struct Sighting {
  Instant at;
  std::vector<std::string> names;  // of the person
  Place place;
};

// A conversion, a sale or a refund.
struct Outcome {
  Sighting seen;
  Instant path_end;  // of a refund: when it was sold
  std::string entity, name;
  int64_t conversions = 0;
  std::optional<int64_t> value;
  bool missing_rate = false;
  int64_t batch = 0;
};

constexpr std::string_view sighting_columns = "happened_at, visitor, customer, click, channel, network, account";
constexpr size_t sighting_count = 7;

bool is_told_of_visit(const EventDimension& dimension) {
  return !dimension.sql.empty();
}

std::set<std::string> columns_of(const DeriveContext& context) {
  std::set<std::string> columns = {"visitor", "customer", "click", "channel", "network", "account"};
  for (const EventDimension* dimension : context.dimensions) {
    columns.insert(dimension->columns.begin(), dimension->columns.end());
  }
  return columns;
}

std::string members_of(const DeriveContext& context) {
  std::string list;
  for (const EventDimension* dimension : context.dimensions) {
    list += fmt::format(", {}", is_told_of_visit(*dimension) ? std::string(dimension->sql) : "''");
  }
  return list;
}

// A row that begins with the sighting's columns and ends with the members.
Sighting sighting_at(const facts::Chunk& chunk, size_t row, const DeriveContext& context, size_t members_from) {
  Sighting seen;
  seen.at = {chunk.integer(0, row)};
  static constexpr char kinds[] = {'v', 'c', 'k'};
  for (size_t i = 0; i < 3; ++i) {
    if (std::string_view name = chunk.text(1 + i, row); !name.empty()) {
      seen.names.push_back(fmt::format("{}{}", kinds[i], name));
    }
  }
  std::string_view channel = chunk.text(4, row);
  seen.place.direct = channel == "direct";
  seen.place.paid = channel.starts_with("paid_") || channel == "display";
  // Two of one channel are one where credit is asked by channel: a place is no finer than the question.
  bool by_account = std::any_of(context.dimensions.begin(), context.dimensions.end(),
                                [](const auto* dimension) { return dimension->form == EventDimension::Form::account; });
  if (by_account) {
    seen.place.network = chunk.text(5, row);
    seen.place.account = chunk.text(6, row);
  }
  for (size_t i = 0; i < context.dimensions.size(); ++i) {
    seen.place.members.emplace_back(chunk.text(members_from + i, row));
  }
  return seen;
}

class CreditRows {
 public:
  CreditRows(const DeriveContext& context, const std::function<void(DerivedRow row)>& take)
      : context_(context), take_(take) {}

  // Columns: conversions by model, value by model, then what paid touches and named ones have under the default model.
  enum Extra : size_t { paid_conversions = 2 * model_count, paid_leads, paid_value, assigned_value, count };

  Result<Done> run(EventTable table) {
    TRY_DONE(table == EventTable::web ? read_conversions() : read_orders());
    TRY_DONE(read_touches());
    make_places();
    for (const DayRange& window : context_.windows) emit_window(window);
    return Done{};
  }

 private:
  std::string span() const {
    return context_.query.span ? fmt::format(" AND happened_at >= {} AND happened_at < {}",
                                             context_.query.span->first.micros, context_.query.span->second.micros)
                               : "";
  }

  Result<Done> read_conversions() {
    TRY(const Money money, Money::load(context_));
    std::set<std::string> columns = columns_of(context_);
    columns.insert({"value", "currency", "name"});
    std::string sql = fmt::format(
        "SELECT {}, value, currency, name, batch{} FROM {}{} AND kind = 'conversion' AND verdict <> 'bot'"
        " ORDER BY happened_at, visitor, name",
        sighting_columns, members_of(context_), event_rows(context_.query.scope, EventTable::web, columns), span());
    return context_.select(std::move(sql), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        Outcome& outcome = outcomes_.emplace_back();
        outcome.seen = sighting_at(chunk, row, context_, sighting_count + 4);
        outcome.path_end = outcome.seen.at;
        outcome.name = chunk.text(sighting_count + 2, row);
        outcome.entity = fmt::format("{} {}", chunk.text(1, row), format_instant(outcome.seen.at));
        outcome.conversions = 1;
        outcome.batch = chunk.integer(sighting_count + 3, row);
        if (chunk.is_null(sighting_count, row)) {
          outcome.value = worth_of(outcome.name);
          continue;
        }
        outcome.value =
            money.convert(chunk.integer(sighting_count, row), chunk.text(sighting_count + 1, row), outcome.seen.at);
        outcome.missing_rate = !outcome.value;
      }
      return true;
    });
  }

  // What the workspace says an action is worth that carries no money itself.
  std::optional<int64_t> worth_of(const std::string& action) const {
    const auto& values = context_.scope->rules.action_values;
    auto known = values.find(action);
    return known == values.end() ? std::nullopt : std::optional(known->second);
  }

  // Sales of all time, for a refund takes back what its order gave, by the order's path.
  Result<Done> read_orders() {
    TRY(const Money money, Money::load(context_));
    std::set<std::string> columns = columns_of(context_);
    columns.insert({"value", "currency"});
    std::string sql = fmt::format(
        "SELECT {}, value, currency, order_id, kind, batch{} FROM {}{} ORDER BY happened_at, order_id, kind, line",
        sighting_columns, members_of(context_), event_rows(context_.query.scope, EventTable::orders, columns),
        context_.query.span ? fmt::format(" AND happened_at < {}", context_.query.span->second.micros) : "");
    std::map<std::string, Sighting> sold;
    std::map<std::tuple<std::string, bool, Instant>, size_t> lines;  // of one order, one outcome
    TRY_DONE(context_.select(std::move(sql), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        Sighting seen = sighting_at(chunk, row, context_, sighting_count + 5);
        std::string order(chunk.text(sighting_count + 2, row));
        bool sale = chunk.text(sighting_count + 3, row) == "sale";
        if (sale) sold.emplace(order, seen);
        if (context_.query.span && seen.at < context_.query.span->first) continue;
        auto value = money.convert(chunk.integer(sighting_count, row), chunk.text(sighting_count + 1, row), seen.at);
        auto key = std::tuple(order, sale, sale ? Instant() : seen.at);
        auto [known, fresh] = lines.emplace(key, outcomes_.size());
        if (!fresh) {
          Outcome& outcome = outcomes_[known->second];
          if (value) outcome.value = outcome.value.value_or(0) + (sale ? *value : -*value);
          outcome.missing_rate = outcome.missing_rate || !value;
          continue;
        }
        Outcome& outcome = outcomes_.emplace_back();
        outcome.entity = order;
        outcome.batch = chunk.integer(sighting_count + 4, row);
        if (value) outcome.value = sale ? *value : -*value;
        outcome.missing_rate = !value;
        outcome.conversions = sale ? 1 : 0;  // what a chain of paths is weighed by
        outcome.path_end = seen.at;
        outcome.seen = std::move(seen);
        if (sale) continue;
        if (auto original = sold.find(order); original != sold.end()) {
          outcome.path_end = original->second.at;
          outcome.seen.names = original->second.names;
          outcome.seen.place = original->second.place;
        }
      }
      return true;
    }));
    return Done{};
  }

  // Sessions at their beginning, and clicks; a click that a session carries on is that session.
  Result<Done> read_touches() {
    std::string since, rows = event_rows(context_.query.scope, EventTable::web, columns_of(context_));
    if (context_.query.span) {
      since = fmt::format(" AND happened_at < {}", context_.query.span->second.micros);
    }
    std::string sessions = fmt::format(
        "SELECT session_at, visitor, max(customer) AS customer, click, channel, network, account, 1 AS "
        "is_session{0}"
        " FROM {1}{2} AND session <> '' AND verdict <> 'bot'"
        " GROUP BY session, session_at, visitor, click, channel, network, account{3}",
        numbered(), rows, since, numbers());
    std::string clicks =
        fmt::format("SELECT {0}, 0 AS is_session{1} FROM {2}{3} AND kind = 'click' AND verdict = 'human'",
                    sighting_columns, members_of(context_), rows, since);
    std::set<std::string> carried;
    auto read = [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        std::string click(chunk.text(3, row));
        bool session = chunk.integer(sighting_count, row) != 0;
        if (session && !click.empty()) carried.insert(click);
        Sighting seen = sighting_at(chunk, row, context_, sighting_count + 1);
        people_.join(seen.names);
        if (!session && !click.empty() && carried.contains(click)) continue;
        if (!seen.names.empty()) touches_.push_back(std::move(seen));
      }
      return true;
    };
    TRY_DONE(context_.select(std::move(sessions), read));
    TRY_DONE(context_.select(std::move(clicks), read));
    for (const Outcome& outcome : outcomes_) people_.join(outcome.seen.names);
    for (size_t i = 0; i < touches_.size(); ++i) {
      of_person_[people_.person(touches_[i].names.front())].push_back(i);
    }
    for (auto& [person, list] : of_person_) {
      std::sort(list.begin(), list.end(), [&](size_t a, size_t b) {
        return std::tie(touches_[a].at, touches_[a].place) < std::tie(touches_[b].at, touches_[b].place);
      });
    }
    return Done{};
  }

  // Members under names, so that they can be grouped by.
  std::string numbered() const {
    std::string list;
    for (size_t i = 0; i < context_.dimensions.size(); ++i) {
      const EventDimension& dimension = *context_.dimensions[i];
      list += fmt::format(", {} AS m{}", is_told_of_visit(dimension) ? std::string(dimension.sql) : "''", i);
    }
    return list;
  }
  std::string numbers() const {
    std::string list;
    for (size_t i = 0; i < context_.dimensions.size(); ++i) list += fmt::format(", m{}", i);
    return list;
  }

  // In the order of their members, so that what is left over by rounding goes the same way every time.
  void make_places() {
    for (const Sighting& touch : touches_) places_.emplace(touch.place, 0);
    for (const Outcome& outcome : outcomes_) places_.emplace(outcome.seen.place, 0);
    int32_t next = 0;
    for (auto& [place, index] : places_) {
      index = next++;
      by_index_.push_back(&place);
    }
  }

  Touch touch_of(const Sighting& seen) const {
    int32_t member = places_.at(seen.place);
    return {seen.at, static_cast<uint64_t>(member), member, seen.place.direct};
  }

  Path path_of(const Outcome& outcome) {
    Path path;
    path.converted_at = outcome.path_end;
    path.conversions = outcome.conversions;
    path.value = outcome.value.value_or(0);
    if (!outcome.seen.names.empty()) {
      auto known = of_person_.find(people_.person(outcome.seen.names.front()));
      if (known != of_person_.end()) {
        for (size_t i : known->second) {
          Instant at = touches_[i].at;
          if (at > outcome.path_end) break;
          if (is_within_lookback(at, outcome.path_end)) path.touches.push_back(touch_of(touches_[i]));
        }
      }
    }
    if (path.touches.empty()) path.touches.push_back(touch_of(outcome.seen));
    return path;
  }

  bool is_within_lookback(Instant touch, Instant end) const {
    int64_t lookback = context_.scope->rules.attribution_days * int64_t{86'400'000'000};
    return end >= touch && end.micros - touch.micros <= lookback;
  }

  bool inside(DayRange window, Instant at) const { return window.contains(context_.scope->zone.day_of(at)); }

  void emit_window(DayRange window) {
    std::vector<Path> paths;
    for (const Outcome& outcome : outcomes_) {
      if (!inside(window, outcome.seen.at)) continue;
      paths.push_back(path_of(outcome));
      emit_outcome(outcome, paths.back());
    }
    if (!paths.empty()) emit_markov(window, std::move(paths));
  }

  DerivedRow row_of(int32_t member) const {
    const Place& place = *by_index_[static_cast<size_t>(member)];
    DerivedRow row;
    row.network = place.network;
    row.account = place.account;
    for (const std::string& word : place.members) row.members.push_back({word});
    row.values.resize(count);
    return row;
  }

  void put(DerivedRow& row, size_t column, const Outcome& outcome, int64_t value, bool of_value) const {
    DerivedValue& cell = row.values[column];
    cell.at = outcome.seen.at;
    if (of_value && outcome.missing_rate) {
      cell.missing_rate = true;
    } else {
      cell.value = value;
    }
  }

  // Each touch's part under every model but the chain, which knows no single conversions.
  void emit_outcome(const Outcome& outcome, const Path& path) {
    std::map<int32_t, DerivedRow> rows;
    for (size_t m = 0; m < model_count; ++m) {
      auto model = parse_attribution_model(model_names[m]);
      CHECK(model.has_value());
      if (*model == AttributionModel::markov) continue;
      // Few members of the path, so that its credit is no list of all there are.
      std::vector<int32_t> members;
      for (const Touch& touch : path.touches) members.push_back(touch.member);
      std::sort(members.begin(), members.end());
      members.erase(std::unique(members.begin(), members.end()), members.end());
      Path own = path;
      for (Touch& touch : own.touches) {
        touch.member =
            static_cast<int32_t>(std::lower_bound(members.begin(), members.end(), touch.member) - members.begin());
      }
      std::vector<Credit> credits = attribute(*model, std::span(&own, 1), members.size());
      for (size_t i = 0; i < members.size(); ++i) {
        bool none = credits[i] == Credit() && !(outcome.missing_rate && i == 0);
        if (none) continue;
        auto [entry, fresh] = rows.try_emplace(members[i]);
        if (fresh) entry->second = row_of(members[i]);
        add_credit(entry->second, m, outcome, credits[i], by_index_[static_cast<size_t>(members[i])]->paid);
      }
    }
    for (auto& [member, row] : rows) {
      row.entity = outcome.entity;
      row.batch = outcome.batch;
      take_(std::move(row));
    }
  }

  void add_credit(DerivedRow& row, size_t model, const Outcome& outcome, const Credit& credit, bool paid) const {
    if (outcome.conversions > 0) put(row, model, outcome, credit.conversions, false);
    if (outcome.value || outcome.missing_rate) put(row, model_count + model, outcome, credit.value, true);
    if (model != default_model) return;
    if (outcome.conversions > 0 && outcome.value) put(row, assigned_value, outcome, credit.value, true);
    if (!paid) return;
    row.values[paid_conversions] = row.values[model];
    row.values[paid_value] = row.values[model_count + model];
    if (outcome.name == "lead") row.values[paid_leads] = row.values[model];
  }

  void emit_markov(DayRange window, std::vector<Path> paths) {
    add_lost(window, paths);
    auto m = static_cast<size_t>(std::find(std::begin(model_names), std::end(model_names), "markov") -
                                 std::begin(model_names));
    Instant at = context_.scope->zone.start_of(window.first);
    bool missing_rate = std::any_of(outcomes_.begin(), outcomes_.end(), [&](const Outcome& outcome) {
      return outcome.missing_rate && inside(window, outcome.seen.at);
    });
    std::vector<Credit> credits = attribute(AttributionModel::markov, paths, by_index_.size());
    for (size_t i = 0; i < credits.size(); ++i) {
      if (credits[i] == Credit()) continue;
      DerivedRow row = row_of(static_cast<int32_t>(i));
      row.entity = "chain";
      row.batch = outcomes_.front().batch;
      if (credits[i].conversions != 0) {
        row.values[m].at = at;
        row.values[m].value = credits[i].conversions;
      }
      row.values[model_count + m].at = at;
      row.values[model_count + m].missing_rate = missing_rate;
      if (!missing_rate) row.values[model_count + m].value = credits[i].value;
      take_(std::move(row));
    }
  }

  // Touches of the window that no conversion followed within the lookback.
  void add_lost(DayRange window, std::vector<Path>& paths) {
    std::map<int32_t, std::vector<Instant>> converted;
    for (const Outcome& outcome : outcomes_) {
      if (!outcome.seen.names.empty()) {
        converted[people_.person(outcome.seen.names.front())].push_back(outcome.path_end);
      }
    }
    for (const auto& [person, list] : of_person_) {
      Path path;
      for (size_t i : list) {
        const Sighting& touch = touches_[i];
        if (!inside(window, touch.at)) continue;
        const std::vector<Instant>& ends = converted[person];
        bool followed =
            std::any_of(ends.begin(), ends.end(), [&](Instant end) { return is_within_lookback(touch.at, end); });
        if (!followed) path.touches.push_back(touch_of(touch));
      }
      if (path.touches.empty()) continue;
      path.lost = 1;
      path.converted_at = path.touches.back().at;
      paths.push_back(std::move(path));
    }
  }

  const DeriveContext& context_;
  const std::function<void(DerivedRow row)>& take_;
  People people_;
  std::vector<Outcome> outcomes_;
  std::vector<Sighting> touches_;
  std::map<int32_t, std::vector<size_t>> of_person_;
  std::map<Place, int32_t> places_;
  std::vector<const Place*> by_index_;
};

Result<Done> derive_conversions(const DeriveContext& context, const std::function<void(DerivedRow row)>& take) {
  return CreditRows(context, take).run(EventTable::web);
}
Result<Done> derive_sales(const DeriveContext& context, const std::function<void(DerivedRow row)>& take) {
  return CreditRows(context, take).run(EventTable::orders);
}

// The columns of CreditRows, by name.
std::vector<std::string_view> credit_column_names() {
  static const std::vector<std::string>& names = *[] {
    auto* all = new std::vector<std::string>;
    for (const char* what : {"conversions", "revenue"}) {
      for (std::string_view model : model_names) all->push_back(fmt::format("attributed_{}_{}", what, model));
    }
    for (const char* extra : {"paid_conversions", "paid_leads", "paid_revenue", "assigned_value"}) {
      all->emplace_back(extra);
    }
    return all;
  }();
  return {names.begin(), names.end()};
}

const EventRelation& credit_relation(EventTable table) {
  auto make = [](std::string_view key, EventTable of, std::string_view entities, Derive derive) {
    auto* relation = new EventRelation{key, of, {}, entities, "visitor", "happened_at", &visit_dimensions()};
    relation->derive = derive;
    relation->columns = credit_column_names();
    return relation;
  };
  static const EventRelation& conversions =
      *make("conversion_credit", EventTable::web, "conversions", derive_conversions);
  static const EventRelation& sales = *make("order_credit", EventTable::orders, "orders", derive_sales);
  return table == EventTable::web ? conversions : sales;
}

}  // namespace

std::vector<EventMeasure> credit_measures() {
  std::vector<EventMeasure> measures;
  for (std::string_view name : credit_column_names()) {
    bool of_orders = name.starts_with("attributed_revenue") || name == "paid_revenue";
    const EventRelation& relation = credit_relation(of_orders ? EventTable::orders : EventTable::web);
    measures.push_back({name, &relation, Kind::sum, {}, name});
  }
  return measures;
}

}  // namespace sociometer::metrics
