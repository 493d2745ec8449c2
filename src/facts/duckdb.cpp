// The store on DuckDB: what facts.h promises, put together from the parts beside this file.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/text.h"
#include "facts/batch_record.h"
#include "facts/batch_writer.h"
#include "facts/engine.h"
#include "facts/erase.h"
#include "facts/event_rows.h"
#include "facts/exporting.h"
#include "facts/fact_rows.h"
#include "facts/facts.h"
#include "facts/latest.h"
#include "facts/originals.h"
#include "facts/restoring.h"
#include "facts/schema.h"

namespace sociometer::facts {
namespace {

namespace fs = std::filesystem;

// Holds a directory for one store. The engine locks its file against other processes, but not against a second opening
// in the same one, which would ruin it.
class DirectoryLock {
 public:
  DirectoryLock() = default;
  DirectoryLock(DirectoryLock&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock() {
    if (number_ >= 0) ::close(number_);
  }

  static Result<DirectoryLock> take(const fs::path& directory) {
    DirectoryLock lock;
    lock.number_ = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool held = lock.number_ >= 0 && ::flock(lock.number_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    // Where a file system knows no such lock, the engine's own must do.
    if (!held) return lock;
    return unavailable(fmt::format("The data in {} is in use by another process: stop it, or let it do the work.",
                                   directory.string()));
  }

 private:
  int number_ = -1;
};

// The same fact under another account. What a visit or an order came by is no matter of whose batch it is.
template <typename Fact>
Fact renamed(Fact fact, std::string_view account) {
  constexpr bool came_by = std::same_as<Fact, WebEvent> || std::same_as<Fact, Order> || std::same_as<Fact, Rate>;
  constexpr bool always_named = std::same_as<Fact, Observation> || std::same_as<Fact, Post>;
  if constexpr (always_named) {
    fact.account = account;  // read without it
  } else if constexpr (!came_by) {
    if (!fact.account.empty()) fact.account = account;
  }
  return fact;
}

// Which day value an observation is, as text.
std::string day_value_key(std::string_view measure, std::string_view promotion, std::string_view dimension,
                          std::string_view member, int64_t first_day) {
  return fmt::format("{}\n{}\n{}\n{}\n{}", measure, promotion, dimension, member, first_day);
}

class DuckdbStore final : public Store {
 public:
  DuckdbStore(DirectoryLock lock, std::unique_ptr<Engine> engine, Originals originals,
              std::shared_ptr<const Clock> clock)
      : lock_(std::move(lock)),
        engine_(std::move(engine)),
        originals_(std::move(originals)),
        clock_(std::move(clock)) {}

  Result<std::unique_ptr<BatchWriter>> begin(std::string_view workspace, const BatchStart& start) override {
    TRY(auto writer, begin_batch(turns_.take(), workspace, start));
    return std::unique_ptr<BatchWriter>(std::move(writer));
  }

  Result<std::vector<Batch>> batches(std::string_view workspace, size_t limit, std::string_view before) override;
  Result<Batch> batch(std::string_view workspace, std::string_view id) override;
  Result<Done> undo(std::string_view workspace, std::string_view id) override;
  Result<BatchReceipt> reassign(std::string_view workspace, std::string_view id, std::string_view account) override;
  Result<Erased> erase(std::string_view workspace, const Erasure& erasure, Erasing erasing) override;
  Result<Agreement> agreement(std::string_view workspace, std::string_view network, std::string_view account,
                              std::span<const Observation> days, Day settled_before) override;
  Result<std::vector<Activity>> activity(std::string_view workspace) override;
  Result<Done> select(std::string_view sql, const std::function<bool(const Chunk&)>& each, Rows rows) override;
  std::optional<uint64_t> content_state() const override { return engine_->content_state(); }
  Result<std::unique_ptr<Original>> keep_original(std::string_view workspace) override {
    return originals_.keep(workspace);
  }
  Result<std::string> original(std::string_view workspace, std::string_view hash) override {
    return originals_.read(workspace, hash);
  }
  Result<Done> read_original(std::string_view workspace, std::string_view hash,
                             const std::function<Result<Done>(std::string_view)>& each) override {
    return originals_.read(workspace, hash, each);
  }
  Result<std::vector<std::string>> check() override;
  Result<ExportedFacts> export_facts(std::string_view workspace, const std::string& directory,
                                     const TransferProgress& progress) override {
    TRY(Lease lease, engine_->connect());
    return facts::export_facts(lease, workspace, directory, progress);
  }
  Result<RestoredFacts> restore_facts(std::string_view workspace, const std::string& directory,
                                      const TransferProgress& progress) override {
    return facts::restore_facts(*engine_, turns_, clock_, workspace, directory, progress);
  }
  Result<Done> while_still(const std::function<Result<Done>()>& work) override {
    const Turns::Turn turn = turns_.take();
    return work();
  }

 private:
  Result<std::unique_ptr<DuckdbBatchWriter>> begin_batch(Turns::Turn turn, std::string_view workspace,
                                                         const BatchStart& start) {
    return DuckdbBatchWriter::begin(*engine_, std::move(turn), clock_, workspace, start);
  }
  Result<BatchRecord> present(std::string_view workspace, std::string_view id);
  Result<Done> undo_in_turn(const BatchRecord& record);
  Result<Done> erase_in_turn(std::string_view workspace, const Erasure& erasure,
                             const std::vector<std::string>& originals);
  Result<Done> copy_rows(const BatchRecord& from, std::string_view account, DuckdbBatchWriter& writer);
  template <typename Event>
  Result<Done> copy_events(Lease& lease, const BatchRecord& from, std::string_view account, DuckdbBatchWriter& writer);

  DirectoryLock lock_;
  std::unique_ptr<Engine> engine_;
  Originals originals_;
  std::shared_ptr<const Clock> clock_;
  Turns turns_;
};

Result<std::vector<Batch>> DuckdbStore::batches(std::string_view workspace, size_t limit, std::string_view before) {
  TRY(Lease lease, engine_->connect());
  std::string where = "true";
  if (!before.empty()) {
    TRY(BatchRecord record, read_record(lease, workspace, before));
    where = fmt::format("b.batch < {}", record.number);
  }
  TRY(std::vector<BatchRecord> records, read_records(lease, workspace, where, limit));
  std::vector<Batch> listed;
  for (BatchRecord& record : records) listed.push_back(std::move(record.listed));
  return listed;
}

Result<Batch> DuckdbStore::batch(std::string_view workspace, std::string_view id) {
  TRY(Lease lease, engine_->connect());
  TRY(BatchRecord record, read_record(lease, workspace, id));
  return std::move(record.listed);
}

// The batch, which must be there and not undone.
Result<BatchRecord> DuckdbStore::present(std::string_view workspace, std::string_view id) {
  TRY(Lease lease, engine_->connect());
  TRY(BatchRecord record, read_record(lease, workspace, id));
  if (record.listed.undone_at) {
    return conflict(
        fmt::format("The import {} was taken back already, at {}.", id, format_instant(*record.listed.undone_at)));
  }
  return record;
}

Result<Done> DuckdbStore::undo(std::string_view workspace, std::string_view id) {
  Turns::Turn turn = turns_.take();
  TRY(BatchRecord record, present(workspace, id));
  auto done = undo_in_turn(record);
  if (!done) engine_->recover();
  return done;
}

Result<Done> DuckdbStore::undo_in_turn(const BatchRecord& record) {
  TRY(Lease lease, engine_->connect());
  lease.discard();
  TRY_DONE(lease.run("BEGIN TRANSACTION"));
  auto done = [&]() -> Result<Done> {
    TRY(Instant now, recording_time(lease, *clock_));
    return take_back(lease, now, record);
  }();
  if (done) return lease.commit();
  (void)lease.run("ROLLBACK");
  return done;
}

Result<BatchReceipt> DuckdbStore::reassign(std::string_view workspace, std::string_view id, std::string_view account) {
  if (account.empty()) return invalid("Name the account that the import belongs to.", "account");
  Turns::Turn turn = turns_.take();
  TRY(BatchRecord record, present(workspace, id));
  const Batch& batch = record.listed;
  if (batch.accounts.size() > 1) {
    return unsupported(fmt::format("The import {} speaks of {} accounts, which must not become one: import it again.",
                                   id, batch.accounts.size()));
  }
  if (!batch.accounts.empty() && batch.accounts.front().ends_with(fmt::format("/{}", account))) {
    return conflict(fmt::format("The import {} belongs to {} already.", id, account));
  }
  TRY(auto writer, begin_batch(std::move(turn), workspace, batch.start));
  TRY_DONE(writer->take_back_first(record));
  TRY_DONE(copy_rows(record, account, *writer));
  TRY(BatchReceipt receipt, writer->commit(batch.end));
  writer.reset();
  // The other account has exactly this already, so nothing was written: the wrong one still has to go.
  if (receipt.already_known) TRY_DONE(undo(workspace, id));
  return receipt;
}

Result<Done> DuckdbStore::copy_rows(const BatchRecord& from, std::string_view account, DuckdbBatchWriter& writer) {
  TRY(Lease lease, engine_->connect());
  Result<Done> added = Done{};
  auto copy = [&](const Chunk& chunk, auto read) {
    for (size_t row = 0; row < chunk.rows() && added; ++row) {
      auto fact = read(chunk, row);
      added = fact ? writer.add(renamed(std::move(*fact), account)) : Result<Done>(fact.error());
    }
    return added.ok();
  };
  // In the order they came: the same facts then have the same content key as if imported so at once.
  for (std::string_view table : {versioned_observations.latest, versioned_observations.outdated}) {
    TRY_DONE(
        lease.each(fmt::format("SELECT {} FROM {} f JOIN series s ON s.series = f.series WHERE f.batch = {} ORDER BY "
                               "f.rowid",
                               observation_columns, table, from.number),
                   [&](const Chunk& chunk) { return copy(chunk, observation_at); }));
    TRY_DONE(added);
  }
  for (std::string_view table : {versioned_posts.latest, versioned_posts.outdated}) {
    TRY_DONE(
        lease.each(fmt::format("SELECT {} FROM {} WHERE batch = {} ORDER BY rowid", post_columns, table, from.number),
                   [&](const Chunk& chunk) { return copy(chunk, post_at); }));
    TRY_DONE(added);
  }
  if (from.listed.events == 0) return added;
  TRY_DONE(copy_events<WebEvent>(lease, from, account, writer));
  TRY_DONE(copy_events<Order>(lease, from, account, writer));
  TRY_DONE(copy_events<ConversationEvent>(lease, from, account, writer));
  TRY_DONE(copy_events<SurveyAnswer>(lease, from, account, writer));
  TRY_DONE(copy_events<Mention>(lease, from, account, writer));
  return copy_events<Rate>(lease, from, account, writer);
}

template <typename Event>
Result<Done> DuckdbStore::copy_events(Lease& lease, const BatchRecord& from, std::string_view account,
                                      DuckdbBatchWriter& writer) {
  EventTable table = table_of(Event{});
  Result<Done> added = Done{};
  for (std::string_view half : {versioned_events(table).latest, versioned_events(table).outdated}) {
    TRY_DONE(lease.each(
        fmt::format("SELECT {} FROM {} WHERE batch = {} ORDER BY rowid", event_columns(table), half, from.number),
        [&](const Chunk& chunk) {
          for (size_t row = 0; row < chunk.rows() && added; ++row) {
            added = writer.add(renamed(event_at<Event>(chunk, row, 0), account));
          }
          return added.ok();
        }));
    TRY_DONE(added);
  }
  return added;
}

Result<Erased> DuckdbStore::erase(std::string_view workspace, const Erasure& erasure, Erasing erasing) {
  if (erasure.people.empty() && !erasure.before) {
    return invalid("Name whom to erase, or the day before which everybody is to be erased.", "people");
  }
  Turns::Turn turn = turns_.take();
  ErasureFindings found;
  {
    TRY(Lease lease, engine_->connect());
    TRY(found, find_personal(lease, workspace, erasure));
  }
  if (erasing == Erasing::rehearse || found.counts.rows.empty()) return found.counts;
  if (auto done = erase_in_turn(workspace, erasure, found.originals); !done) {
    engine_->recover();
    return done.error();
  }
  for (const std::string& original : found.originals) TRY_DONE(originals_.remove(workspace, original));
  TRY_DONE(engine_->write_over_free_blocks());
  return found.counts;
}

Result<Done> DuckdbStore::erase_in_turn(std::string_view workspace, const Erasure& erasure,
                                        const std::vector<std::string>& originals) {
  TRY(Lease lease, engine_->connect());
  lease.discard();
  TRY_DONE(lease.run("SET preserve_insertion_order = true"));  // facts are copied in the order they came
  TRY_DONE(lease.run("BEGIN TRANSACTION"));
  auto done = erase_personal(lease, workspace, erasure, originals);
  if (done) return lease.commit();
  (void)lease.run("ROLLBACK");
  (void)lease.run("SET preserve_insertion_order = false");
  return done;
}

Result<Agreement> DuckdbStore::agreement(std::string_view workspace, std::string_view network, std::string_view account,
                                         std::span<const Observation> days, Day settled_before) {
  TRY(Lease lease, engine_->connect());
  std::unordered_map<std::string, std::vector<int64_t>> stored;
  TRY_DONE(lease.each(
      fmt::format("SELECT measure, promotion, dimension, member, start_day, value FROM latest WHERE workspace = {} AND "
                  "network = {} AND account = {} AND subject = 'account' AND window_kind = 'day' AND start_day < {}",
                  facts::quoted(workspace), facts::quoted(network), facts::quoted(account), settled_before.number),
      [&](const Chunk& c) {
        for (size_t row = 0; row < c.rows(); ++row) {
          stored[day_value_key(c.text(0, row), c.text(1, row), c.text(2, row), c.text(3, row), c.integer(4, row))]
              .push_back(c.integer(5, row));
        }
        return true;
      }));
  Agreement agreement;
  for (const Observation& o : days) {
    if (o.subject != Subject::account || o.window != Window::day || o.days.first >= settled_before) continue;
    auto known = stored.find(day_value_key(o.measure, name(o.promotion), o.dimension, o.member, o.days.first.number));
    if (known == stored.end()) continue;
    ++agreement.overlapping;
    // Tiers may differ among themselves: whoever agrees with one of them agrees.
    const std::vector<int64_t>& values = known->second;
    if (std::find(values.begin(), values.end(), o.value) == values.end()) ++agreement.disagreeing;
  }
  return agreement;
}

Result<std::vector<Store::Activity>> DuckdbStore::activity(std::string_view workspace) {
  TRY(Lease lease, engine_->connect());
  std::vector<Activity> accounts;
  std::string of_workspace = facts::quoted(workspace);
  TRY_DONE(lease.each(
      fmt::format("SELECT network, account, sum(posts), sum(observations), min(first_day), max(end_day) FROM ("
                  "SELECT network, account, count(*) FILTER (NOT deleted) AS posts, 0 AS observations, "
                  "min(published_day) AS first_day, max(published_day) + 1 AS end_day "
                  "FROM latest_posts WHERE workspace = {0} GROUP BY ALL "
                  "UNION ALL SELECT network, account, 0, count(*), min(start_day), max(end_day) "
                  "FROM latest WHERE workspace = {0} GROUP BY ALL) GROUP BY ALL ORDER BY network, account",
                  of_workspace),
      [&](const Chunk& chunk) {
        for (size_t row = 0; row < chunk.rows(); ++row) {
          Activity& found = accounts.emplace_back();
          found.network = chunk.text(0, row);
          found.account = chunk.text(1, row);
          found.posts = chunk.integer(2, row);
          found.observations = chunk.integer(3, row);
          if (chunk.is_null(4, row)) continue;
          found.first_day = Day{static_cast<int32_t>(chunk.integer(4, row))};
          found.last_day = Day{static_cast<int32_t>(chunk.integer(5, row))} - 1;
        }
        return true;
      }));
  return accounts;
}

Result<Done> DuckdbStore::select(std::string_view sql, const std::function<bool(const Chunk&)>& each, Rows rows) {
  bool begun = false;
  auto once = [&]() -> Result<Done> {
    TRY(Lease lease, engine_->connect());
    return lease.each(
        sql,
        [&](const Chunk& chunk) {
          begun = true;
          return each(chunk);
        },
        rows);
  };
  auto done = once();
  if (done || begun || done.error().kind != ErrorKind::unavailable) return done;
  // A failed write of somebody else's took the engine down under this question.
  engine_->recover();
  return once();
}

Result<std::vector<std::string>> DuckdbStore::check() {
  Turns::Turn turn = turns_.take();  // so that both sides are of the same moment
  TRY(Lease lease, engine_->connect());
  std::vector<std::string> differences;
  std::vector<const Versioned*> tables = {&versioned_observations, &versioned_posts};
  std::string events;
  for (EventTable table : event_tables) {
    tables.push_back(&versioned_events(table));
    events += fmt::format("{}SELECT batch FROM {}", events.empty() ? "" : " UNION ALL ", table_name(table));
  }
  for (const Versioned* table : tables) {
    TRY(std::vector<std::string> found, misplaced(lease, *table));
    differences.insert(differences.end(), found.begin(), found.end());
  }
  TRY_DONE(lease.each(
      fmt::format("SELECT b.id, b.observations, b.posts, b.events, coalesce(o.rows, 0), coalesce(p.rows, 0), "
                  "coalesce(e.rows, 0) FROM batches b "
                  "LEFT JOIN (SELECT batch, count(*) AS rows FROM observations GROUP BY batch) o ON o.batch = b.batch "
                  "LEFT JOIN (SELECT batch, count(*) AS rows FROM posts GROUP BY batch) p ON p.batch = b.batch "
                  "LEFT JOIN (SELECT batch, count(*) AS rows FROM ({}) GROUP BY batch) e ON e.batch = b.batch "
                  "WHERE b.observations <> coalesce(o.rows, 0) OR b.posts <> coalesce(p.rows, 0) "
                  "OR b.events <> coalesce(e.rows, 0)",
                  events),
      [&](const Chunk& chunk) {
        for (size_t row = 0; row < chunk.rows(); ++row) {
          auto told = [&](size_t first) {
            return fmt::format("{} observations, {} posts and {} events", chunk.integer(first, row),
                               chunk.integer(first + 1, row), chunk.integer(first + 2, row));
          };
          differences.push_back(
              fmt::format("The batch {} has {} instead of {}.", chunk.text(0, row), told(4), told(1)));
        }
        return true;
      }));
  return differences;
}

}  // namespace

Result<std::unique_ptr<Store>> open_duckdb(const std::string& directory, std::shared_ptr<const Clock> clock) {
  fs::path folder = directory;
  std::error_code code;
  fs::create_directories(folder, code);
  if (code) return invalid(fmt::format("{} cannot be the data directory: {}.", directory, code.message()));
  TRY(DirectoryLock lock, DirectoryLock::take(folder));
  TRY(auto engine, Engine::open((folder / "facts.duckdb").string()));
  {
    TRY(Lease lease, engine->connect());
    TRY_DONE(bring_up_to_date(lease));
  }
  Originals originals(folder / "originals");
  TRY_DONE(originals.prepare());
  return std::unique_ptr<Store>(
      std::make_unique<DuckdbStore>(std::move(lock), std::move(engine), std::move(originals), std::move(clock)));
}

}  // namespace sociometer::facts
