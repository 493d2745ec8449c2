// One batch on its way into the store: one transaction on one connection, and one at a time.
#pragma once

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "base/clock.h"
#include "facts/batch_record.h"
#include "facts/batch_rows.h"
#include "facts/engine.h"
#include "facts/event_rows.h"
#include "facts/facts.h"
#include "facts/latest.h"

namespace sociometer::facts {

// Whoever writes takes a turn; they are served in the order they came. A turn may end on another thread.
class Turns {
 public:
  class Turn {
   public:
    explicit Turn(Turns* turns) : turns_(turns) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn();

   private:
    Turns* turns_;
  };
  Turn take();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t next_ = 0;
  uint64_t serving_ = 0;
};

// The moment to record something at: now, but never before what is recorded already, so that "as of" and the order of
// batches agree even when the clock is set back.
Result<Instant> recording_time(Lease& lease, const Clock& clock);

// The moment to record something at that was recorded elsewhere before: the same, but not before what the workspace
// knows already, so that "as of" and the order of its batches agree, and not after now.
Result<Instant> restored_time(Lease& lease, const Clock& clock, std::string_view workspace, Instant told);

// Takes a batch back, at `now`, inside the transaction of `lease`.
Result<Done> take_back(Lease& lease, Instant now, const BatchRecord& record);

// The days of an account that a batch is complete for, as the table has them.
struct CoverageRow {
  std::string network, account, subject;
  DayRange days;
};

class DuckdbBatchWriter final : public BatchWriter {
 public:
  static Result<std::unique_ptr<DuckdbBatchWriter>> begin(Engine& engine, Turns::Turn turn,
                                                          std::shared_ptr<const Clock> clock,
                                                          std::string_view workspace, const BatchStart& start);
  ~DuckdbBatchWriter() override;

  Result<Done> add(const Observation& observation) override;
  Result<Done> add(const Post& post) override;
  Result<Done> add(const WebEvent& event) override { return add_event(event); }
  Result<Done> add(const Order& order) override { return add_event(order); }
  Result<Done> add(const ConversationEvent& event) override { return add_event(event); }
  Result<Done> add(const SurveyAnswer& answer) override { return add_event(answer); }
  Result<Done> add(const Mention& mention) override { return add_event(mention); }
  Result<Done> add(const Rate& rate) override { return add_event(rate); }
  Result<BatchReceipt> commit(const BatchEnd& end) override;

  // Ends a batch that was stored elsewhere before: what its record and its coverage are is told, but for its id, its
  // number and its workspace. invalid: its rows are not as many as the record says.
  Result<BatchReceipt> commit_as(const BatchRecord& told, const std::vector<CoverageRow>& coverage);

  // Takes another batch back in the same transaction; before the first `add`.
  Result<Done> take_back_first(const BatchRecord& record);

 private:
  DuckdbBatchWriter(Engine& engine, Turns::Turn turn, std::shared_ptr<const Clock> clock);
  Result<Done> start_rows();
  BatchIdentity identity() const;
  Stored stored() const;
  std::string content_key(const BatchEnd& end);
  Result<std::optional<BatchReceipt>> find_known(const std::string& content_key);
  template <typename Event>
  Result<Done> add_event(const Event& event);
  std::vector<EventTable> tables_told(const BatchEnd& end) const;
  template <typename Rows>
  Result<int64_t> settle(const Versioned& table, Rows& rows);
  Result<Done> write_coverage(const BatchEnd& end);
  Result<Done> write_event_coverage(const BatchEnd& end, EventTable table, std::set<std::string>& accounts);
  Result<Done> cover(std::string_view network, std::string_view account, std::string_view subject, DayRange days);
  Result<Done> close_rows();
  Result<Done> settle_rows();
  Result<BatchReceipt> store(const BatchEnd& end);
  Result<BatchReceipt> store_as(const BatchRecord& told, const std::vector<CoverageRow>& coverage);
  Result<BatchReceipt> finish(Result<BatchReceipt> receipt);
  bool is_stored();
  Error fail(const Error& error);
  void abandon();
  void count_added();

  Engine& engine_;
  // Given up in reverse order, as soon as the batch has ended: first the rows, then the connection, then the turn.
  std::optional<Turns::Turn> turn_;
  std::shared_ptr<const Clock> clock_;
  std::optional<Lease> lease_;
  BatchRecord record_;
  std::unique_ptr<ObservationRows> observations_;
  std::unique_ptr<PostRows> posts_;
  std::array<std::unique_ptr<EventRows>, std::size(event_tables)> events_;  // from the first of each table on
  std::optional<Error> failed_;
  int64_t added_ = 0;
  bool has_little_memory_ = false;
};

}  // namespace sociometer::facts
