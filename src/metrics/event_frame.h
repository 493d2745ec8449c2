// EventFrame: what the tables of events say of a question, summed by the members of its dimensions and by its windows,
// before anything is computed. It stands beside Frame, which holds what accounts and posts were told of.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "facts/facts.h"
#include "metrics/dialect.h"
#include "metrics/events.h"
#include "metrics/metrics.h"

namespace sociometer::metrics {

// One row's value, or what one entity adds up to.
struct EventValue {
  int32_t entity = 0;  // index, the same for the same entity throughout the frame
  int64_t value = 0;
  bool censored = false;
};

// What a measure is in one cell.
struct EventSum {
  int64_t sum = 0;     // of a count: the rows; of what is distinct: the entities
  int64_t rows = 0;    // that have a value
  double squares = 0;  // of the rows' values
  std::vector<EventValue> each;
  int64_t missing_rates = 0;         // amounts that could not be converted
  std::optional<Interval> interval;  // of a model's estimate
};

// A measure as the questions' formulas want it.
struct EventSlot {
  const EventMeasure* measure = nullptr;
  std::map<std::string, std::vector<std::string>> filters;  // of the formula, on top of the question's
  std::set<std::string> lifted;                             // dimensions of which the question's filter does not count
  enum class Detail { sums, entities } detail = Detail::sums;  // entities: what each of them adds as well
  bool operator==(const EventSlot&) const = default;
};

// Which of a window's two stretches: its own days, or those it is compared with.
enum class Side { asked, compared };

struct EventWants {
  std::vector<EventSlot> slots;
  std::vector<DayRange> windows;   // ascending and disjoint
  std::vector<DayRange> compared;  // beside them, empty where there is none
  std::vector<std::string> by;     // as the question has it
  std::map<std::string, std::vector<std::string>> filter;
  std::optional<Instant> as_of;
};

struct EventStatement;

class EventFrame {
 public:
  // Nothing where no row fell into the cell.
  const EventSum* find(const std::vector<std::string>& members, size_t window, size_t slot, Side side) const;
  // The members anything was seen of, time dimensions left empty.
  std::vector<std::vector<std::string>> groups() const;
  // The declared ranges of a table, merged and ascending.
  const std::vector<DayRange>& covered(facts::EventTable table) const;
  const std::vector<std::string>& sql() const { return sql_; }
  const std::vector<EventSlot>& slots() const { return slots_; }
  // Whether the workspace's rules say what the slot's measure takes.
  bool is_known(size_t slot) const { return !unknown_.contains(slot); }
  // What an entity of a relation that names them is called.
  const std::string& entity(int32_t index) const { return entities_.at(index); }
  // Of the workspace's classifier, by language; "" for all others.
  const std::map<std::string, Confusion>& sentiment_errors() const { return sentiment_errors_; }

 private:
  friend class EventLoader;
  using Key = std::tuple<int32_t, int32_t, int32_t, Side>;  // group, window, slot
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };
  std::vector<EventSlot> slots_;
  std::set<size_t> unknown_;
  std::vector<std::vector<size_t>> lifted_;  // by slot, the dimensions whose members do not count for it
  std::map<std::vector<std::string>, int32_t> groups_;
  std::unordered_map<Key, EventSum, KeyHash> sums_;
  std::map<facts::EventTable, std::vector<DayRange>> covered_;
  std::unordered_map<int32_t, std::string> entities_;
  std::map<std::string, Confusion> sentiment_errors_;
  std::vector<std::string> sql_;
};

// The dimensions of which a slot's formula says "any": what the question and its rows say of them does not count. A
// brand is somebody's: where anybody's counts, any brand does.
std::set<std::string> lifted_dimensions(const EventSlot& slot);
// What the question lets through and the formula as well; of others' events only where either says so.
std::map<std::string, std::vector<std::string>> event_filter(const EventWants& wants, const EventSlot& slot);

// Whether a measure knows a dimension, time dimensions included; and a filter's members, too.
bool is_time(std::string_view dimension);  // "day", "week" and on
bool knows_dimension(const EventMeasure& measure, std::string_view dimension);
bool knows_filter(const EventMeasure& measure, std::string_view dimension, const std::vector<std::string>& members);

// Of these measures of events, those that sources told as numbers while nothing of their tables was ever told: what an
// export says of a website that nobody watches here (GA4's sessions). They are read as any other number.
Result<std::set<std::string>> told_as_numbers(facts::Store& store, const Dialect& dialect, const Scope& scope,
                                              std::optional<Instant> as_of,
                                              const std::set<const EventMeasure*>& measures);

// First to last day on which the tables of these slots have anything. internal: the store refused.
Result<std::optional<DayRange>> event_extent(facts::Store& store, const Dialect& dialect, const Scope& scope,
                                             const EventWants& wants);

// The parts that explanations share with the frame: whether a derived row passes a statement's filter (its members from
// `index` on are the filter's) and its value's moment passes those on hours and weekdays, whether a value of kind open
// is there at the days' end, and whose the brands are.
bool passes_filter(const EventStatement& statement, const DerivedRow& row, size_t index);
bool passes_clock(const EventStatement& statement, const Zone& zone, Instant at);
bool is_open_at_end(const DerivedValue& value, DayRange days, const Scope& scope);
Result<BrandBook> seen_brands(facts::Store& store, const Dialect& dialect, const Scope& scope,
                              std::optional<Instant> as_of, facts::EventTable table, std::vector<std::string>& sqls);

Result<EventFrame> load_events(facts::Store& store, const Dialect& dialect, const Scope& scope,
                               const EventWants& wants);

// The rows behind one cell of one slot, a page of them, and which batches they came with.
struct EventRow {
  Instant at;
  std::string entity, network, account, post, source, batch;
  int64_t value = 0;
  bool censored = false;
};
struct EventSource {
  std::string batch, source, path;
  int64_t rows = 0;
};
struct EventRowPage {
  std::vector<EventRow> rows;  // ascending by instant, then entity
  int64_t total = 0;
  std::vector<EventSource> sources;
  std::vector<std::string> sql;
};
Result<EventRowPage> event_row_page(facts::Store& store, const Dialect& dialect, const Scope& scope,
                                    const EventWants& wants, size_t slot, const std::vector<std::string>& members,
                                    DayRange days, int64_t limit, int64_t offset);

}  // namespace sociometer::metrics
