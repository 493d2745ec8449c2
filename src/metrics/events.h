// Events in metrics: which measures come from the tables of events, and how each is computed.
//
// A measure whose catalog entry says `from: web_events` has a row here with the same key: from which relation, which of
// its rows, what of them, and of whom. A relation is a source of rows, of which each is one of something: an event, a
// session, a click with what followed it. SQL sums the rows of a cell where it can; where it cannot (censoring,
// business hours, paths), a relation is derived in C++, row by row. A new measure over rows that are there is one row
// of a table; a new kind of row is one relation. docs/metrics.md, "Events", says what they mean.
//
// Threads: constant tables.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "facts/facts.h"
#include "metrics/brands.h"
#include "metrics/listening.h"
#include "metrics/metrics.h"
#include "metrics/sql.h"

namespace sociometer::metrics {

// What a dimension of the catalog is in a relation's rows.
struct EventDimension {
  enum class Form {
    text,       // `sql` gives the member
    list,       // `sql` is a list of members: a row counts for each of them
    account,    // the own account, as network/handle or handle
    hour,       // of the instant, in the workspace's zone
    weekday,    // likewise
    ownership,  // always own
  };
  std::string_view key;
  std::string_view sql;
  std::vector<std::string_view> columns;  // of the relation, that `sql` needs
  Form form = Form::text;
};

// What a relation is asked for.
struct EventQuery {
  SqlScope scope;
  std::optional<std::pair<Instant, Instant>> span;  // only rows whose instant lies in it, half-open; none: all
  std::set<std::string> columns;                    // that dimensions need, beside its own
  const Scope* asked_in = nullptr;                  // of rules that decide on values
  BrandBook brands;                                 // whose the brands are that were seen
  std::set<std::string> told;                       // of conversations: the kinds of events that anybody told of
};

// A row of a relation derived in C++. `values` stand in the order of EventRelation::columns.
struct DerivedValue {
  std::optional<Instant> at;              // what decides on the day; none: the row has no such value
  std::optional<int64_t> value;           // in the measure's base unit; for a count 1
  bool censored = false;                  // at least `value`: it is not over yet
  std::optional<Instant> until = {};      // kind open: when it was over; none: it lasts
  bool missing_rate = false;              // an amount that could not be converted: the cell has no value
  std::optional<Interval> interval = {};  // of a value that is a model's estimate
};
struct DerivedRow {
  std::string entity;
  std::vector<std::vector<std::string>> members;  // beside DeriveContext::dimensions: mostly one of each
  std::string network, account, post;
  std::vector<DerivedValue> values;
  int64_t batch = 0;
};
struct DeriveContext {
  const Scope* scope = nullptr;
  EventQuery query;  // its span: what any window asked for touches
  std::vector<const EventDimension*>
      dimensions;                 // that rows are grouped or filtered by; hour and weekday may be left ""
  std::vector<DayRange> windows;  // of the question, ascending and disjoint
  std::function<Result<Done>(std::string sql, const std::function<bool(const facts::Chunk&)>& each)> select;
};
using Derive = Result<Done> (*)(const DeriveContext& context, const std::function<void(DerivedRow row)>& take);

struct EventRelation {
  std::string_view key;
  facts::EventTable table;                   // whose coverage counts
  std::vector<facts::EventTable> also = {};  // read as well: without any coverage of them nothing is known
  std::string_view entities;                 // the unit of sampling, in the plural: "sessions", "visitors"
  std::string_view entity;                   // the column that tells it
  std::string_view at;                       // the column whose instant decides on the day
  const std::vector<EventDimension>* dimensions = nullptr;
  // FROM … WHERE …, so that further conditions may follow with AND; its rows have `entity`, `at`, network, account,
  // post, batch and the query's columns.
  std::string (*from)(const EventQuery& query) = nullptr;
  // Instead of `from`: computed row by row, each with these values.
  Derive derive = nullptr;
  std::vector<std::string_view> columns = {};
  bool named = false;  // entities are few, and what they are called is needed to compute with them
  // Told by sources and entered by people, not seen by ourselves: where no row is, it is unknown, not zero.
  bool told = false;
  // Estimated by a model, which may have too little to go by: then it is unknown, not zero.
  bool modelled = false;

  const EventDimension* dimension(std::string_view key) const;
};

struct EventMeasure {
  enum class Kind {
    count,     // rows
    sum,       // of `value`
    distinct,  // entities: exact, for the data is our own
    repeated,  // entities that have two rows or more
    rows,      // every row's own value: for medians and means
    open,      // of what lasts from `at` until `until`, what is there at the window's end; of derived relations alone
  };
  std::string_view key;  // of the catalog's measure
  const EventRelation* relation = nullptr;
  Kind kind = Kind::count;
  std::string_view condition = {};  // on the relation's rows
  std::string_view value = {};      // sum, rows: SQL; of a derived relation: the name of the column
  std::string_view censored = {};   // rows: SQL that is true where the value is only a lower bound
  std::string_view part_of = {};    // the measure whose rows are the trials of which these are the successes
  // Whether the workspace's rules say what it takes; empty: it takes nothing.
  bool (*known)(const EventQuery& query) = nullptr;
  std::optional<std::pair<double, double>> ends = {};  // rows: no value lies beyond them
  // Corrected for the classifier's errors; the entities are "LANGUAGE SENTIMENT", as the classifier has it.
  std::optional<Sentiment> corrects = {};
  // The measure that says how much of this is usual; its entities are the weeks that this was learnt from.
  std::string_view usual = {};
};

std::span<const EventMeasure> event_measures();
const EventMeasure* event_measure(std::string_view key);

// The rows of a table that count: the latest, or those of then; none that was taken back. `columns` are what the reader
// needs of them. Ends in a WHERE, so that conditions may follow with AND.
std::string event_rows(const SqlScope& scope, facts::EventTable table, const std::set<std::string>& columns);
// " AND at >= … AND at < …" for the query's span.
std::string span_condition(const EventQuery& query, std::string_view at);

// The measures of each part of the field; their files hold the relations as well.
std::vector<EventMeasure> web_measures();
std::vector<EventMeasure> conversation_measures();
std::vector<EventMeasure> survey_measures();
std::vector<EventMeasure> mention_measures();
std::vector<EventMeasure> mention_hour_measures();
std::vector<EventMeasure> order_measures();
std::vector<EventMeasure> credit_measures();
std::vector<EventMeasure> ledger_measures();

// Whose `brand` is, as SQL: "own" also for what names none.
std::string brand_owner(const EventQuery& query, std::string_view brand);
// Of the list `brands`, a list.
std::string brand_owners(const EventQuery& query);
// The list `brands`, of what names none with one nameless brand.
std::string named_brands(const EventQuery& query);

// The dimensions of what a visit carries: web events, orders.
const std::vector<EventDimension>& visit_dimensions();
// Those of mentions.
const std::vector<EventDimension>& mention_dimensions();

}  // namespace sociometer::metrics
