// The events of a batch on their way in, a table at a time; beside ObservationRows and PostRows.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "facts/append.h"
#include "facts/batch_rows.h"
#include "facts/content_key.h"
#include "facts/event_columns.h"
#include "facts/facts.h"
#include "facts/latest.h"

namespace sociometer::facts {

class EventRows {
 public:
  // By network and account, both empty where its events belong to none: the days they lie on, UTC.
  using Covered = std::map<std::pair<std::string, std::string>, DayRange>;

  static Result<std::unique_ptr<EventRows>> open(Lease& lease, EventTable table, const BatchIdentity& identity);

  // `Event` must be that of the table.
  template <typename Event>
  Result<Done> add(const Event& event);
  Result<Done> close() { return appender_->close(); }

  EventTable table() const { return table_; }
  int64_t rows() const { return rows_; }
  bool repeats_keys() { return keys_.any_twice(); }
  std::string content() { return content_.hex(); }  // once, at the end
  const Covered& covered() const { return covered_; }

 private:
  EventRows(std::unique_ptr<Appender> appender, EventTable table, BatchIdentity identity)
      : appender_(std::move(appender)), table_(table), identity_(std::move(identity)), keys_(identity_.directory) {}
  template <typename Event>
  void note_days(const Event& event);

  std::unique_ptr<Appender> appender_;
  EventTable table_;
  BatchIdentity identity_;
  ContentKey content_;
  SeenKeys keys_;
  Covered covered_;
  int64_t rows_ = 0;
};

// The event that a row holds, its columns beginning at `column`; texts live as long as the chunk.
template <typename Event>
Event event_at(const Chunk& chunk, size_t row, size_t column);
// "at, visitor, …": the columns that event_at reads.
std::string event_columns(EventTable table);

}  // namespace sociometer::facts
