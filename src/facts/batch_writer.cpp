#include "facts/batch_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/id.h"
#include "base/text.h"
#include "facts/latest.h"

namespace sociometer::facts {
Turns::Turn Turns::take() {
  std::unique_lock lock(mutex_);
  uint64_t mine = next_++;
  changed_.wait(lock, [&] { return serving_ == mine; });
  return Turn(this);
}

Turns::Turn::~Turn() {
  if (turns_ == nullptr) return;
  std::unique_lock lock(turns_->mutex_);
  ++turns_->serving_;
  turns_->changed_.notify_all();
}

Result<Instant> recording_time(Lease& lease, const Clock& clock) {
  TRY(int64_t recorded, lease.integer("SELECT max(recorded_at) FROM batches", INT64_MIN));
  TRY(int64_t undone, lease.integer("SELECT max(undone_at) FROM batch_undos", INT64_MIN));
  return Instant{std::max({clock.now().micros, recorded, undone})};
}

Result<Instant> restored_time(Lease& lease, const Clock& clock, std::string_view workspace, Instant told) {
  int64_t highest = INT64_MIN;
  for (const auto& [column, table] : {std::pair{"recorded_at", "batches"}, {"undone_at", "batch_undos"}}) {
    TRY(int64_t known, lease.integer(fmt::format("SELECT max({}) FROM {} WHERE workspace = {}", column, table,
                                                 facts::quoted(workspace)),
                                     INT64_MIN));
    highest = std::max(highest, known);
  }
  return Instant{std::max(highest, std::min(told.micros, clock.now().micros))};
}

Result<Done> take_back(Lease& lease, Instant now, const BatchRecord& record) {
  const std::string& workspace = record.listed.workspace;
  TRY_DONE(lease.run(
      fmt::format("INSERT INTO batch_undos VALUES ({}, {}, {})", facts::quoted(workspace), record.number, now.micros)));
  TRY_DONE(displace_batch(lease, versioned_observations, record.number));
  if (record.listed.events > 0) {
    for (EventTable table : event_tables) TRY_DONE(displace_batch(lease, versioned_events(table), record.number));
  }
  return displace_batch(lease, versioned_posts, record.number);
}

DuckdbBatchWriter::DuckdbBatchWriter(Engine& engine, Turns::Turn turn, std::shared_ptr<const Clock> clock)
    : engine_(engine), turn_(std::move(turn)), clock_(std::move(clock)) {}

Result<std::unique_ptr<DuckdbBatchWriter>> DuckdbBatchWriter::begin(Engine& engine, Turns::Turn turn,
                                                                    std::shared_ptr<const Clock> clock,
                                                                    std::string_view workspace,
                                                                    const BatchStart& start) {
  if (workspace.empty()) return invalid("A batch must name its workspace.");
  if (!is_utf8(workspace) || !is_utf8(start.source)) return invalid("A batch's workspace and source must be UTF-8.");
  std::unique_ptr<DuckdbBatchWriter> writer(new DuckdbBatchWriter(engine, std::move(turn), std::move(clock)));
  writer->record_.listed.id = make_id(writer->clock_->now());
  writer->record_.listed.workspace = workspace;
  writer->record_.listed.start = start;
  TRY(Lease lease, engine.connect());
  writer->lease_.emplace(std::move(lease));
  auto started = writer->start_rows();
  if (!started) return writer->fail(started.error());
  return writer;
}

Result<Done> DuckdbBatchWriter::start_rows() {
  TRY_DONE(lease_->run("BEGIN TRANSACTION"));
  TRY(int64_t highest, lease_->integer("SELECT max(batch) FROM batches", 0));
  record_.number = highest + 1;
  BatchIdentity identity = this->identity();
  TRY(observations_, ObservationRows::open(*lease_, identity));
  TRY(posts_, PostRows::open(*lease_, identity));
  return Done{};
}

BatchIdentity DuckdbBatchWriter::identity() const {
  const Batch& batch = record_.listed;
  return {batch.workspace, batch.start.source, batch.start.tier, record_.number, engine_.directory()};
}

DuckdbBatchWriter::~DuckdbBatchWriter() {
  abandon();
}

// A file of many gigabytes is read in the memory that one of a few megabytes needs.
void DuckdbBatchWriter::count_added() {
  constexpr int64_t many = 500'000;
  if (++added_ % many == 0 && !has_little_memory_) has_little_memory_ = lease_->allow(Lease::Memory::little);
}

void DuckdbBatchWriter::abandon() {
  // The appenders first: they hand on what they still hold, into the transaction that then goes.
  observations_.reset();
  posts_.reset();
  for (auto& rows : events_) rows.reset();
  if (lease_) {
    (void)lease_->run("ROLLBACK");
    if (has_little_memory_) {
      // Else the next one to come, or the closing of the file, would write the large batch down with more memory.
      (void)lease_->allow(Lease::Memory::little);
      (void)lease_->run("CHECKPOINT");
      (void)lease_->allow(Lease::Memory::usual);
    }
    lease_->discard();
    lease_.reset();
  }
}

Error DuckdbBatchWriter::fail(const Error& error) {
  failed_ = error;
  abandon();
  // Still in turn: the next batch is to find the engine well.
  engine_.recover();
  if (error.kind == ErrorKind::full) engine_.release_room();
  turn_.reset();
  return error;
}

Result<Done> DuckdbBatchWriter::add(const Observation& observation) {
  if (failed_) return *failed_;
  CHECK(observations_ != nullptr);  // nothing is added after commit
  count_added();
  auto added = observations_->add(observation);
  if (!added && added.error().kind != ErrorKind::invalid) return fail(added.error());
  return added;
}

Result<Done> DuckdbBatchWriter::add(const Post& post) {
  if (failed_) return *failed_;
  CHECK(posts_ != nullptr);
  count_added();
  auto added = posts_->add(post);
  if (!added && added.error().kind != ErrorKind::invalid) return fail(added.error());
  return added;
}

template <typename Event>
Result<Done> DuckdbBatchWriter::add_event(const Event& event) {
  if (failed_) return *failed_;
  CHECK(lease_.has_value());  // nothing is added after commit
  std::unique_ptr<EventRows>& rows = events_[static_cast<size_t>(table_of(event))];
  if (!rows) {
    auto opened = EventRows::open(*lease_, table_of(event), identity());
    if (!opened) return fail(opened.error());
    rows = std::move(*opened);
  }
  count_added();
  auto added = rows->add(event);
  if (!added && added.error().kind != ErrorKind::invalid) return fail(added.error());
  return added;
}
template Result<Done> DuckdbBatchWriter::add_event(const WebEvent&);
template Result<Done> DuckdbBatchWriter::add_event(const Order&);
template Result<Done> DuckdbBatchWriter::add_event(const ConversationEvent&);
template Result<Done> DuckdbBatchWriter::add_event(const SurveyAnswer&);
template Result<Done> DuckdbBatchWriter::add_event(const Mention&);
template Result<Done> DuckdbBatchWriter::add_event(const Rate&);

Result<Done> DuckdbBatchWriter::take_back_first(const BatchRecord& record) {
  auto taken = [&]() -> Result<Done> {
    TRY(Instant now, recording_time(*lease_, *clock_));
    return take_back(*lease_, now, record);
  }();
  if (!taken) return fail(taken.error());
  return Done{};
}

namespace {

BatchReceipt receipt_of(const Batch& batch, bool already_known) {
  return {batch.id, already_known, batch.posts, batch.observations, batch.events};
}

}  // namespace

Result<BatchReceipt> DuckdbBatchWriter::commit(const BatchEnd& end) {
  if (failed_) return *failed_;
  CHECK(lease_.has_value());  // a batch is committed once
  return finish(store(end));
}

Result<BatchReceipt> DuckdbBatchWriter::commit_as(const BatchRecord& told, const std::vector<CoverageRow>& coverage) {
  if (failed_) return *failed_;
  CHECK(lease_.has_value());
  return finish(store_as(told, coverage));
}

Result<BatchReceipt> DuckdbBatchWriter::finish(Result<BatchReceipt> receipt) {
  if (!receipt) {
    Error error = fail(receipt.error());
    // The commit itself may be done and only the tidying after it have failed.
    if (is_stored()) return receipt_of(record_.listed, false);
    return error;
  }
  abandon();
  turn_.reset();
  return receipt;
}

Result<Done> DuckdbBatchWriter::close_rows() {
  TRY_DONE(observations_->close());
  TRY_DONE(posts_->close());
  for (auto& rows : events_) {
    if (rows) TRY_DONE(rows->close());
  }
  return Done{};
}

Result<Done> DuckdbBatchWriter::settle_rows() {
  Batch& batch = record_.listed;
  TRY(batch.observations, settle(versioned_observations, *observations_));
  TRY(batch.posts, settle(versioned_posts, *posts_));
  for (auto& rows : events_) {
    if (!rows) continue;
    TRY(int64_t stored, settle(versioned_events(rows->table()), *rows));
    batch.events += stored;
  }
  return Done{};
}

Result<BatchReceipt> DuckdbBatchWriter::store(const BatchEnd& end) {
  TRY_DONE(close_rows());
  record_.content_key = content_key(end);
  TRY(std::optional<BatchReceipt> known, find_known(record_.content_key));
  if (known) return *known;

  Batch& batch = record_.listed;
  TRY_DONE(settle_rows());
  TRY_DONE(write_coverage(end));
  TRY(batch.recorded_at, recording_time(*lease_, *clock_));
  batch.end = end;
  TRY_DONE(write_record(*lease_, record_));
  TRY_DONE(lease_->commit(stored()));
  return receipt_of(batch, false);
}

Result<BatchReceipt> DuckdbBatchWriter::store_as(const BatchRecord& told, const std::vector<CoverageRow>& coverage) {
  TRY_DONE(close_rows());
  TRY_DONE(settle_rows());
  Batch& batch = record_.listed;
  if (batch.observations != told.listed.observations || batch.posts != told.listed.posts ||
      batch.events != told.listed.events) {
    return invalid(fmt::format("The import {} does not have the rows that are told of it.", told.listed.id));
  }
  for (const CoverageRow& row : coverage) TRY_DONE(cover(row.network, row.account, row.subject, row.days));
  record_.content_key = told.content_key;
  record_.generation = told.generation;
  batch.end = told.listed.end;
  batch.accounts = told.listed.accounts;
  TRY(batch.recorded_at, restored_time(*lease_, *clock_, batch.workspace, told.listed.recorded_at));
  TRY_DONE(write_record(*lease_, record_));
  TRY_DONE(lease_->commit(stored()));
  return receipt_of(batch, false);
}

Stored DuckdbBatchWriter::stored() const {
  return observations_->rows() + posts_->rows() > 0 ? Stored::anything : Stored::events_alone;
}

std::string DuckdbBatchWriter::content_key(const BatchEnd& end) {
  const Batch& batch = record_.listed;
  ContentKey key;
  for (std::string_view said : {std::string_view(batch.workspace), std::string_view(batch.start.source),
                                std::string_view(batch.start.network), std::string_view(batch.start.zone),
                                std::string_view(batch.start.currency), std::string_view(batch.start.said)}) {
    key.text(said);
  }
  key.number(static_cast<int64_t>(batch.start.tier));
  // Two exports without a single row differ by the days they are silent about.
  key.number(end.range ? 1 : 0);
  key.number(end.range.value_or(DayRange{}).first.number);
  key.number(end.range.value_or(DayRange{}).end.number);
  key.text(observations_->content());
  key.text(posts_->content());
  // A batch without events has the key it had before there were any.
  for (EventTable table : tables_told(end)) {
    key.text(name(table));
    const auto& rows = events_[static_cast<size_t>(table)];
    if (rows) key.text(rows->content());
  }
  return key.hex();
}

Result<std::optional<BatchReceipt>> DuckdbBatchWriter::find_known(const std::string& content_key) {
  TRY(std::vector<BatchRecord> same,
      read_records(*lease_, record_.listed.workspace, fmt::format("b.content_key = {}", facts::quoted(content_key)),
                   SIZE_MAX >> 1));
  for (const BatchRecord& earlier : same) {
    const Batch& batch = earlier.listed;
    if (!batch.undone_at) return std::optional(receipt_of(batch, true));
  }
  record_.generation = static_cast<int64_t>(same.size()) + 1;
  return std::optional<BatchReceipt>();
}

template <typename Rows>
Result<int64_t> DuckdbBatchWriter::settle(const Versioned& table, Rows& rows) {
  if (rows.rows() == 0) return int64_t{0};
  Keys keys = rows.repeats_keys() ? Keys::repeated : Keys::once;
  TRY(int64_t dropped, place_batch(*lease_, table, record_.number, keys));
  return rows.rows() - dropped;
}

Result<Done> DuckdbBatchWriter::write_coverage(const BatchEnd& end) {
  Coverage both;
  for (const Coverage* part : {&observations_->coverage(), &posts_->coverage()}) {
    for (const auto& [key, range] : part->days()) both.add(std::get<0>(key), std::get<1>(key), std::get<2>(key), range);
  }
  std::set<std::string> accounts;
  for (const auto& [key, seen] : both.days()) {
    const auto& [network, account, subject] = key;
    accounts.insert(network + "/" + account);
    std::optional<DayRange> range = end.range ? end.range : seen;
    if (range) TRY_DONE(cover(network, account, name(subject), *range));
  }
  for (EventTable table : tables_told(end)) TRY_DONE(write_event_coverage(end, table, accounts));
  record_.listed.accounts.assign(accounts.begin(), accounts.end());
  return Done{};
}

// The tables that the batch has events of, or tells of though it has none.
std::vector<EventTable> DuckdbBatchWriter::tables_told(const BatchEnd& end) const {
  std::vector<EventTable> told;
  for (EventTable table : event_tables) {
    bool named = std::find(end.events.begin(), end.events.end(), table) != end.events.end();
    if (named || events_[static_cast<size_t>(table)]) told.push_back(table);
  }
  return told;
}

Result<Done> DuckdbBatchWriter::write_event_coverage(const BatchEnd& end, EventTable table,
                                                     std::set<std::string>& accounts) {
  const auto& rows = events_[static_cast<size_t>(table)];
  EventRows::Covered covered = rows ? rows->covered() : EventRows::Covered();
  if (covered.empty() && end.range) covered.emplace(std::pair("", ""), *end.range);
  for (const auto& [whose, seen] : covered) {
    const auto& [network, account] = whose;
    if (!account.empty()) accounts.insert(network + "/" + account);
    TRY_DONE(cover(network, account, name(table), end.range.value_or(seen)));
  }
  return Done{};
}

Result<Done> DuckdbBatchWriter::cover(std::string_view network, std::string_view account, std::string_view subject,
                                      DayRange days) {
  return lease_->run(fmt::format("INSERT INTO coverage VALUES ({}, {}, {}, {}, {}, {}, {})",
                                 facts::quoted(record_.listed.workspace), facts::quoted(network),
                                 facts::quoted(account), facts::quoted(subject), days.first.number, days.end.number,
                                 record_.number));
}

bool DuckdbBatchWriter::is_stored() {
  auto lease = engine_.connect();
  return lease && read_record(*lease, record_.listed.workspace, record_.listed.id).ok();
}

}  // namespace sociometer::facts
