#include "facts/restoring.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "facts/batch_record.h"
#include "facts/content_key.h"
#include "facts/event_rows.h"
#include "facts/exported_tables.h"
#include "facts/fact_rows.h"
#include "facts/table_files.h"

namespace sociometer::facts {
namespace {

namespace fs = std::filesystem;

Error import_stopped() {
  return unavailable("the import was stopped; what was stored until then stays, and running it again goes on");
}

Error does_not_fit(std::string_view table, std::string_view why) {
  return invalid(fmt::format("{} does not fit the rest of the export: {}", parquet_file(table), why));
}

// A table whose rows stand by their batch, read once from its beginning to its end.
class Cursor {
 public:
  static Result<Cursor> open(TableFiles& files, std::string_view table, std::string_view select) {
    Cursor cursor;
    TRY(cursor.rows_, files.read(parquet_file(table), file_columns(table), select));
    TRY_DONE(cursor.load());
    return cursor;
  }

  bool at_end() const { return chunk_ == nullptr; }
  const Chunk& chunk() const { return *chunk_; }
  size_t row() const { return row_; }
  Result<Done> advance() {
    if (++row_ < chunk_->rows()) return Done{};
    return load();
  }

 private:
  Result<Done> load() {
    TRY(chunk_, rows_->next());
    row_ = 0;
    return Done{};
  }

  std::unique_ptr<Stream> rows_;
  std::unique_ptr<Chunk> chunk_;
  size_t row_ = 0;
};

// What the record of a batch reads of its row.
constexpr std::string_view record_columns =
    "batch, id, '' AS workspace, source, tier, network, accounts, path, original, content_key, generation, first_day, "
    "end_day, zone, currency, observed_at, observed_estimated, recorded_at, rows_read, rows_accepted, rows_rejected, "
    "rows_ignored, posts, observations, warnings, rejects, said, CAST(NULL AS BIGINT) AS undone_at, events";
constexpr size_t coverage_batch = 5;

struct Undo {
  int64_t batch = 0;
  Instant at;
};

class Restoring {
 public:
  Restoring(Engine& engine, Turns& turns, const std::shared_ptr<const Clock>& clock, std::string_view workspace,
            const TransferProgress& progress)
      : engine_(engine), turns_(turns), clock_(clock), workspace_(workspace), progress_(progress) {}

  Result<RestoredFacts> run(const fs::path& directory) {
    TRY(files_, TableFiles::open(directory, TableFiles::Use::reading));
    TRY_DONE(check_fit());
    TRY_DONE(open_cursors());
    TRY(Cursor batches, Cursor::open(*files_, "batches", record_columns));
    while (!batches.at_end()) {
      TRY(BatchRecord told, record_at(batches.chunk(), batches.row()));
      TRY_DONE(check(told));
      TRY_DONE(undo_until(told.listed.recorded_at));
      TRY_DONE(replay(told));
      TRY_DONE(undo_waiting(told.number));
      TRY_DONE(batches.advance());
    }
    TRY_DONE(undo_until(Instant{INT64_MAX}));
    return restored_;
  }

 private:
  struct Counts {
    int64_t observations = 0, posts = 0, events = 0;
    auto operator<=>(const Counts&) const = default;
  };

  // That every row belongs to a batch, in its place, and as many as the batch says; read without the rest of the rows.
  Result<Done> check_fit() {
    std::map<int64_t, Counts> told, found;
    TRY(auto batches,
        files_->read(parquet_file("batches"), file_columns("batches"), "batch, observations, posts, events"));
    int64_t before = 0;
    while (true) {
      TRY(auto chunk, batches->next());
      if (chunk == nullptr) break;
      for (size_t row = 0; row < chunk->rows(); ++row) {
        const int64_t number = chunk->integer(0, row);
        if (number <= before) return does_not_fit("batches", "its imports do not stand in their order");
        before = number;
        told[number] = {chunk->integer(1, row), chunk->integer(2, row), chunk->integer(3, row)};
      }
    }
    found = told;
    for (auto& [number, counts] : found) counts = {};
    TRY_DONE(count_rows("observations", found, &Counts::observations));
    TRY_DONE(count_rows("posts", found, &Counts::posts));
    for (EventTable table : event_tables) TRY_DONE(count_rows(table_name(table), found, &Counts::events));
    for (const char* table : {"coverage", "batch_undos"}) TRY_DONE(count_rows(table, found, nullptr));
    if (found != told) return does_not_fit("batches", "an import has other rows than it says");
    return Done{};
  }

  Result<Done> count_rows(std::string_view table, std::map<int64_t, Counts>& found, int64_t Counts::*of) {
    TRY(auto rows, files_->read(parquet_file(table), file_columns(table), "batch"));
    int64_t before = 0;
    while (true) {
      TRY(auto chunk, rows->next());
      if (chunk == nullptr) return Done{};
      auto counts = found.end();
      for (size_t row = 0; row < chunk->rows(); ++row) {
        const int64_t number = chunk->integer(0, row);
        if (number < before) return does_not_fit(table, "its rows do not stand in their order");
        if (counts == found.end() || number != before) counts = found.find(number);
        if (counts == found.end()) return does_not_fit(table, "it has rows of an import that is not there");
        if (of != nullptr) ++(counts->second.*of);
        before = number;
      }
      if (!progress_({parquet_file(table), 0, 0, 0})) return import_stopped();
    }
  }

  Result<Done> open_cursors() {
    const auto with_batch = [](std::string_view columns) { return fmt::format("{}, account, batch", columns); };
    TRY(Cursor observations, Cursor::open(*files_, "observations", with_batch(observation_columns)));
    TRY(Cursor posts, Cursor::open(*files_, "posts", with_batch(post_columns)));
    TRY(Cursor coverage, Cursor::open(*files_, "coverage", column_list("coverage")));
    cursors_.push_back(std::move(observations));
    cursors_.push_back(std::move(posts));
    cursors_.push_back(std::move(coverage));
    for (EventTable table : event_tables) {
      // The batch first, so that every table has it in the same place.
      TRY(Cursor events, Cursor::open(*files_, table_name(table), fmt::format("batch, {}", event_columns(table))));
      cursors_.push_back(std::move(events));
    }
    TRY(Cursor undos, Cursor::open(*files_, "batch_undos", "batch, undone_at"));
    while (!undos.at_end()) {
      undos_.emplace(undos.chunk().integer(1, undos.row()),
                     Undo{undos.chunk().integer(0, undos.row()), Instant{undos.chunk().integer(1, undos.row())}});
      undone_.insert(undos.chunk().integer(0, undos.row()));
      TRY_DONE(undos.advance());
    }
    return Done{};
  }

  static Result<Done> check(const BatchRecord& told) {
    const int tier = static_cast<int>(told.listed.start.tier);
    if (!is_hash(told.content_key) || tier < 0 || tier > 2 || told.generation < 1) {
      return does_not_fit("batches", fmt::format("the import {} is not told as one", told.listed.id));
    }
    return Done{};
  }

  // Hands the rows of the batch to `take`, row by row.
  template <typename Take>
  Result<Done> each_row(Cursor& cursor, size_t batch_column, int64_t batch, Take take) {
    while (!cursor.at_end() && cursor.chunk().integer(batch_column, cursor.row()) == batch) {
      TRY_DONE(take(cursor.chunk(), cursor.row()));
      TRY_DONE(cursor.advance());
      ++rows_;
      if (rows_ % 2048 == 0 && !progress_({"", 0, rows_, restored_.batches + restored_.known})) return import_stopped();
    }
    return Done{};
  }

  Result<Done> replay(const BatchRecord& told) {
    Turns::Turn turn = turns_.take();
    TRY(const std::vector<BatchRecord> same, with_same_content(told));
    const BatchRecord* known = known_among(same, told);
    if (known != nullptr) {
      stored_.emplace(told.number, known->listed.id);
      ++restored_.known;
      return skip(told.number);
    }
    BatchStart start = told.listed.start;
    TRY(auto writer, DuckdbBatchWriter::begin(engine_, std::move(turn), clock_, workspace_, start));
    TRY(const std::vector<CoverageRow> coverage, add_rows(told.number, *writer));
    BatchRecord record = told;
    const bool is_free = std::ranges::none_of(same, [&](const auto& one) { return one.generation == told.generation; });
    if (!is_free) record.generation = static_cast<int64_t>(same.size()) + 1;
    TRY(const BatchReceipt receipt, writer->commit_as(record, coverage));
    stored_.emplace(told.number, receipt.id);
    ++restored_.batches;
    restored_.posts += receipt.posts;
    restored_.observations += receipt.observations;
    restored_.events += receipt.events;
    return Done{};
  }

  Result<std::vector<BatchRecord>> with_same_content(const BatchRecord& told) {
    TRY(Lease lease, engine_.connect());
    return read_records(lease, workspace_, fmt::format("b.content_key = {}", facts::quoted(told.content_key)),
                        SIZE_MAX >> 1);
  }

  // The batch here that the told one is. One that counts in the export is any with the same content that counts here;
  // one that was taken back is the one of the same generation.
  const BatchRecord* known_among(const std::vector<BatchRecord>& same, const BatchRecord& told) const {
    const bool was_undone = undone_.contains(told.number);
    for (const BatchRecord& one : same) {
      if (was_undone ? one.generation == told.generation : !one.listed.undone_at) return &one;
    }
    return nullptr;
  }

  Result<Done> skip(int64_t batch) {
    const auto nothing = [](const Chunk&, size_t) { return Result<Done>(Done{}); };
    TRY_DONE(each_row(cursors_[0], observation_columns_count + 1, batch, nothing));
    TRY_DONE(each_row(cursors_[1], post_columns_count + 1, batch, nothing));
    TRY_DONE(each_row(cursors_[2], coverage_batch, batch, nothing));
    for (size_t i = 3; i < cursors_.size(); ++i) TRY_DONE(each_row(cursors_[i], 0, batch, nothing));
    return Done{};
  }

  Result<std::vector<CoverageRow>> add_rows(int64_t batch, DuckdbBatchWriter& writer) {
    const auto add_observation = [&](const Chunk& chunk, size_t row) -> Result<Done> {
      TRY(Observation o, observation_at(chunk, row));
      o.account = chunk.text(observation_columns_count, row);
      return writer.add(o);
    };
    const auto add_post = [&](const Chunk& chunk, size_t row) -> Result<Done> {
      TRY(Post post, post_at(chunk, row));
      post.account = chunk.text(post_columns_count, row);
      return writer.add(post);
    };
    std::vector<CoverageRow> coverage;
    const auto add_coverage = [&](const Chunk& chunk, size_t row) -> Result<Done> {
      coverage.push_back(
          {std::string(chunk.text(0, row)),
           std::string(chunk.text(1, row)),
           std::string(chunk.text(2, row)),
           {{static_cast<int32_t>(chunk.integer(3, row))}, {static_cast<int32_t>(chunk.integer(4, row))}}});
      return Done{};
    };
    TRY_DONE(each_row(cursors_[0], observation_columns_count + 1, batch, add_observation));
    TRY_DONE(each_row(cursors_[1], post_columns_count + 1, batch, add_post));
    TRY_DONE(each_row(cursors_[2], coverage_batch, batch, add_coverage));
    TRY_DONE(add_events<WebEvent>(batch, writer));
    TRY_DONE(add_events<Order>(batch, writer));
    TRY_DONE(add_events<ConversationEvent>(batch, writer));
    TRY_DONE(add_events<SurveyAnswer>(batch, writer));
    TRY_DONE(add_events<Mention>(batch, writer));
    TRY_DONE(add_events<Rate>(batch, writer));
    return coverage;
  }

  template <typename Event>
  Result<Done> add_events(int64_t batch, DuckdbBatchWriter& writer) {
    return each_row(cursors_[3 + static_cast<size_t>(table_of(Event{}))], 0, batch,
                    [&](const Chunk& chunk, size_t row) { return writer.add(event_at<Event>(chunk, row, 1)); });
  }

  // Takes back what was taken back until then. What was stored in the same moment has to wait until it is.
  Result<Done> undo_until(Instant moment) {
    while (!undos_.empty() && undos_.begin()->first <= moment.micros) {
      const Undo undo = undos_.extract(undos_.begin()).mapped();
      const auto stored = stored_.find(undo.batch);
      if (stored == stored_.end()) {
        waiting_.emplace(undo.batch, undo.at);
      } else {
        TRY_DONE(this->undo(stored->second, undo.at));
      }
    }
    return Done{};
  }

  Result<Done> undo_waiting(int64_t batch) {
    const auto waiting = waiting_.find(batch);
    return waiting == waiting_.end() ? Result<Done>(Done{}) : undo(stored_.at(batch), waiting->second);
  }

  Result<Done> undo(const std::string& id, Instant told) {
    const Turns::Turn turn = turns_.take();
    auto done = undo_in_turn(id, told);
    if (!done) engine_.recover();
    return done;
  }

  Result<Done> undo_in_turn(const std::string& id, Instant told) {
    TRY(Lease lease, engine_.connect());
    TRY(const BatchRecord record, read_record(lease, workspace_, id));
    if (record.listed.undone_at) return Done{};
    TRY(const Instant at, restored_time(lease, *clock_, workspace_, told));
    lease.discard();
    TRY_DONE(lease.run("BEGIN TRANSACTION"));
    auto done = take_back(lease, at, record);
    if (done) done = lease.commit();
    if (!done) {
      (void)lease.run("ROLLBACK");
      return done;
    }
    ++restored_.taken_back;
    return done;
  }

  Engine& engine_;
  Turns& turns_;
  const std::shared_ptr<const Clock>& clock_;
  const std::string workspace_;
  const TransferProgress& progress_;
  std::unique_ptr<TableFiles> files_;
  std::vector<Cursor> cursors_;  // observations, posts, coverage, and the events in the order of their tables
  std::multimap<int64_t, Undo> undos_;
  std::set<int64_t> undone_;
  std::map<int64_t, Instant> waiting_;
  std::map<int64_t, std::string> stored_;  // what the batches of the export are called here
  RestoredFacts restored_;
  int64_t rows_ = 0;
};

}  // namespace

Result<RestoredFacts> restore_facts(Engine& engine, Turns& turns, const std::shared_ptr<const Clock>& clock,
                                    std::string_view workspace, const fs::path& directory,
                                    const TransferProgress& progress) {
  return Restoring(engine, turns, clock, workspace, progress).run(directory);
}

}  // namespace sociometer::facts
