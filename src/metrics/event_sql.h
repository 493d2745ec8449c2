// The SELECTs over the tables of events, written once; beside sql.h, which has those over observations and posts.
#pragma once

#include <string>
#include <vector>

#include "metrics/events.h"
#include "metrics/local_time.h"

namespace sociometer::metrics {

// A dimension among the columns of a statement.
struct EventColumn {
  const EventDimension* dimension = nullptr;
  bool with_network = false;  // form account: the network stands beside it, so the handle is enough
};

// One statement over one relation.
struct EventStatement {
  const EventRelation* relation = nullptr;
  EventQuery query;                  // its span; columns are filled in here
  std::vector<DayRange> windows;     // ascending; between them nothing is counted
  std::vector<EventColumn> columns;  // that rows are grouped by, after the window
  std::map<std::string, std::vector<std::string>> filter;
};

// window (index into the statement's windows, −1: none), a column per dimension, then per measure: sum, rows, squares.
std::string sql_event_sums(const EventStatement& statement, const Zone& zone,
                           const std::vector<const EventMeasure*>& measures);
// window, dimensions, entity, then per measure its sum.
std::string sql_event_entities(const EventStatement& statement, const Zone& zone,
                               const std::vector<const EventMeasure*>& measures);
// window, dimensions, entity, value, censored.
std::string sql_event_values(const EventStatement& statement, const Zone& zone, const EventMeasure& measure);

// Of a measure's rows: at, entity, value, censored, network, account, post, source, batch id – a page of them; how many
// there are; and batch id, source, path, rows.
std::string sql_event_page(const EventStatement& statement, const Zone& zone, const EventMeasure& measure,
                           int64_t limit, int64_t offset);
std::string sql_event_count(const EventStatement& statement, const Zone& zone, const EventMeasure& measure);
std::string sql_event_sources(const EventStatement& statement, const Zone& zone, const EventMeasure& measure);

// What is in a table at all: the first and the last instant.
std::string sql_event_extent(const SqlScope& scope, facts::EventTable table);

// What filters let through, as a condition on the relation's rows: " AND …".
std::string filter_condition(const EventStatement& statement, const LocalTime& local);

}  // namespace sociometer::metrics
