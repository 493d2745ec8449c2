// The rows of events behind one cell, for explanations.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "metrics/event_frame.h"
#include "metrics/event_sql.h"

namespace sociometer::metrics {
namespace {

// One cell as a statement: its members are filters, its days the one window.
EventStatement cell_statement(const Dialect& dialect, const Scope& scope, const EventWants& wants,
                              const EventSlot& slot, const std::vector<std::string>& members, DayRange days) {
  EventStatement statement;
  statement.relation = slot.measure->relation;
  statement.filter = event_filter(wants, slot);
  std::set<std::string> lifted = lifted_dimensions(slot);
  for (size_t i = 0; i < wants.by.size(); ++i) {
    if (!is_time(wants.by[i]) && !lifted.contains(wants.by[i])) statement.filter[wants.by[i]] = {members[i]};
  }
  const EventDimension* whose = statement.relation->dimension("ownership");
  if (whose == nullptr || whose->form == EventDimension::Form::ownership) statement.filter.erase("ownership");
  statement.windows = {days};
  statement.query.scope = {&dialect, scope.workspace, wants.as_of, {}};
  statement.query.asked_in = &scope;
  statement.query.span = {scope.zone.start_of(days.first), scope.zone.start_of(days.end)};
  return statement;
}

class PageReader {
 public:
  PageReader(facts::Store& store, const Scope& scope, const EventStatement& statement, const EventMeasure& measure)
      : store_(store), scope_(scope), statement_(statement), measure_(measure) {}

  Result<EventRowPage> read(int64_t limit, int64_t offset) {
    TRY_DONE(run(sql_event_count(statement_, scope_.zone, measure_), [&](const facts::Chunk& chunk) {
      page_.total = chunk.rows() > 0 ? chunk.integer(0, 0) : 0;
      return true;
    }));
    TRY_DONE(run(sql_event_sources(statement_, scope_.zone, measure_), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        page_.sources.push_back({std::string(chunk.text(0, row)), std::string(chunk.text(1, row)),
                                 std::string(chunk.text(2, row)), chunk.integer(3, row)});
      }
      return true;
    }));
    if (limit == 0) return std::move(page_);
    TRY_DONE(run(sql_event_page(statement_, scope_.zone, measure_, limit, offset), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) take(chunk, row);
      return true;
    }));
    return std::move(page_);
  }

 private:
  void take(const facts::Chunk& chunk, size_t row) {
    EventRow& shown = page_.rows.emplace_back();
    shown.at = {chunk.integer(0, row)};
    shown.entity = chunk.text(1, row);
    shown.value = chunk.integer(2, row);
    shown.censored = chunk.integer(3, row) != 0;
    std::string* texts[] = {&shown.network, &shown.account, &shown.post, &shown.source, &shown.batch};
    for (size_t i = 0; i < std::size(texts); ++i) *texts[i] = chunk.text(4 + i, row);
  }

  Result<Done> run(std::string sql, const std::function<bool(const facts::Chunk&)>& each) {
    return run_select(store_, std::move(sql), page_.sql, each);
  }

  facts::Store& store_;
  const Scope& scope_;
  const EventStatement& statement_;
  const EventMeasure& measure_;
  EventRowPage page_;
};

// Of a relation derived in C++ all rows are computed, and the page cut out of them.
class DerivedReader {
 public:
  DerivedReader(facts::Store& store, const Scope& scope, const EventStatement& statement, const EventMeasure& measure)
      : store_(store), scope_(scope), statement_(statement), measure_(measure) {}

  Result<EventRowPage> read(int64_t limit, int64_t offset) {
    DeriveContext context;
    context.scope = &scope_;
    context.query = statement_.query;
    context.windows = statement_.windows;
    for (const auto& [key, members] : statement_.filter) {
      context.dimensions.push_back(statement_.relation->dimension(key));
    }
    context.select = [this](std::string sql, const std::function<bool(const facts::Chunk&)>& each) {
      return run(std::move(sql), each);
    };
    TRY_DONE(statement_.relation->derive(context, [&](const DerivedRow& row) { take(row); }));
    std::stable_sort(rows_.begin(), rows_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first.at, a.first.entity) < std::tie(b.first.at, b.first.entity);
    });
    TRY_DONE(read_batches());
    page_.total = static_cast<int64_t>(rows_.size());
    int64_t end = std::min(page_.total, offset + limit);
    for (int64_t i = offset; i < end; ++i) page_.rows.push_back(std::move(rows_[static_cast<size_t>(i)].first));
    return std::move(page_);
  }

 private:
  void take(const DerivedRow& row) {
    const auto& columns = statement_.relation->columns;
    auto column = static_cast<size_t>(std::find(columns.begin(), columns.end(), measure_.value) - columns.begin());
    const DerivedValue& value = row.values[column];
    if (!value.at || !value.value) return;
    DayRange days = statement_.windows.front();
    bool counts = measure_.kind == EventMeasure::Kind::open ? is_open_at_end(value, days, scope_)
                                                            : days.contains(scope_.zone.day_of(*value.at));
    if (!counts || !passes_filter(statement_, row, 0) || !passes_clock(statement_, scope_.zone, *value.at)) return;
    EventRow shown{*value.at, row.entity, row.network, row.account, row.post, "", "", *value.value, value.censored};
    rows_.emplace_back(std::move(shown), row.batch);
  }

  Result<Done> read_batches() {
    const SqlScope& sql = statement_.query.scope;
    std::map<int64_t, EventSource> batches;
    TRY_DONE(run(fmt::format("SELECT batch, id, source, path FROM batches WHERE workspace = {}",
                             sql.dialect->text(sql.workspace)),
                 [&](const facts::Chunk& chunk) {
                   for (size_t row = 0; row < chunk.rows(); ++row) {
                     batches[chunk.integer(0, row)] = {std::string(chunk.text(1, row)), std::string(chunk.text(2, row)),
                                                       std::string(chunk.text(3, row)), 0};
                   }
                   return true;
                 }));
    for (auto& [row, number] : rows_) {
      EventSource& batch = batches[number];
      row.source = batch.source;
      row.batch = batch.batch;
      ++batch.rows;
    }
    for (auto& [number, batch] : batches) {
      if (batch.rows > 0) page_.sources.push_back(std::move(batch));
    }
    return Done{};
  }

  Result<Done> run(std::string sql, const std::function<bool(const facts::Chunk&)>& each) {
    return run_select(store_, std::move(sql), page_.sql, each);
  }

  facts::Store& store_;
  const Scope& scope_;
  const EventStatement& statement_;
  const EventMeasure& measure_;
  EventRowPage page_;
  std::vector<std::pair<EventRow, int64_t>> rows_;  // with their batches' numbers
};

}  // namespace

Result<EventRowPage> event_row_page(facts::Store& store, const Dialect& dialect, const Scope& scope,
                                    const EventWants& wants, size_t slot, const std::vector<std::string>& members,
                                    DayRange days, int64_t limit, int64_t offset) {
  const EventSlot& wanted = wants.slots[slot];
  EventStatement statement = cell_statement(dialect, scope, wants, wanted, members, days);
  std::vector<std::string> sqls;
  TRY(statement.query.brands, seen_brands(store, dialect, scope, wants.as_of, statement.relation->table, sqls));
  if (statement.relation->derive != nullptr) {
    return DerivedReader(store, scope, statement, *wanted.measure).read(limit, offset);
  }
  return PageReader(store, scope, statement, *wanted.measure).read(limit, offset);
}

}  // namespace sociometer::metrics
