// Streaming is deprecated in the C API without anything in its place, and without it the engine keeps a whole answer
// in memory before the first row is seen.
#undef DUCKDB_API_NO_DEPRECATED
#include "facts/engine.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/check.h"
#include "base/log.h"
#include "base/text.h"
#include "facts/chunk.h"
#include "facts/read_ahead.h"

namespace sociometer::facts {
namespace {

constexpr size_t idle_connections_max = 8;

// Frees what the C API hands out when the scope ends.
struct Answer {
  duckdb_prepared_statement statement = nullptr;
  duckdb_result result = {};
  Answer() = default;
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer() {
    duckdb_destroy_result(&result);
    duckdb_destroy_prepare(&statement);
  }
};

struct Option {
  const char* name;
  const char* value;
};
// One gigabyte leaves room for the rest of the program on a machine of two; what does not fit is spilled.
constexpr const char* usual_memory = "1GiB";
constexpr const char* little_memory = "224MiB";

constexpr int short_answer = 8;  // chunks

constexpr Option options[] = {
    {"memory_limit", usual_memory},
    // Order matters where a query says so, and nowhere else.
    {"preserve_insertion_order", "false"},
    // Newer compression halves both the file and the time to write it.
    {"storage_compatibility_version", "v1.4.0"},
    // The engine never goes to the network and reads no files but its own.
    {"autoinstall_known_extensions", "false"},
    {"autoload_known_extensions", "false"},
    {"allow_community_extensions", "false"},
    {"enable_external_access", "false"},
};

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return text.find(w) != text.npos; });
}

constexpr std::string_view dead = "database has been invalidated";

bool says_dead(std::string_view message) {
  return contains_any(message, {dead, "FATAL Error"});
}

std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

Error opening_error(const std::string& path, std::string_view message) {
  if (message.find("Could not set lock") != message.npos) {
    return unavailable(fmt::format("Another process has {} open: stop it, or let it do the work.", path));
  }
  if (contains_any(message, {"newer version of DuckDB", "version number"})) {
    return unsupported(fmt::format("{} was written by a newer version: update this program.", path));
  }
  if (contains_any(message, {"not a valid DuckDB database file"})) {
    return invalid(fmt::format("{} is not a store of facts: name another data directory.", path));
  }
  if (contains_any(message, {"Permission denied", "Read-only file system"})) {
    return invalid(fmt::format("{} may not be written to: check who owns the data directory.", path));
  }
  Error error = engine_error(message);
  error.message = fmt::format("{} could not be opened: {}", path, error.message);
  return error;
}

Result<Done> run_on(duckdb_connection connection, const std::string& sql) {
  Answer answer;
  if (duckdb_query(connection, sql.c_str(), &answer.result) == DuckDBError) {
    return engine_error(duckdb_result_error(&answer.result));
  }
  return Done{};
}

// A table of numbers that no compression makes smaller, as large as the free blocks, takes their place and goes again.
// A checkpoint with nothing to write frees nothing: the first table is there to be written.
Result<Done> fill_free_blocks(duckdb_connection connection) {
  for (const char* statement : {
           "CREATE OR REPLACE TABLE filling AS SELECT 1 AS number",
           "CHECKPOINT",
           "CREATE OR REPLACE TABLE filling AS SELECT hash(range) AS number FROM range((SELECT"
           " CAST(free_blocks * block_size / 8 AS BIGINT) FROM pragma_database_size()))",
           "CHECKPOINT",
           "DROP TABLE filling",
           "CHECKPOINT",
       }) {
    TRY_DONE(run_on(connection, statement));
  }
  return Done{};
}

// Shortens a closed file to the blocks its header counts. Whatever is not as expected is left alone.
//
// The file: three headers of 4096 bytes – the file's own with "DUCK" at 8, then two in turn, of 64-bit numbers:
// checksum, iteration, meta block, free list, block count, block size – and the blocks. What the log still speaks of
// may lie behind them, so there must be none.
void cut_unused_tail(const std::string& path) {
  constexpr size_t header_bytes = 4096;
  std::error_code code;
  if (std::filesystem::exists(path + ".wal", code) || code) return;
  std::array<char, 3 * header_bytes> headers;
  if (!std::ifstream(path, std::ios::binary).read(headers.data(), headers.size())) return;
  if (std::string_view(headers.data() + 8, 4) != "DUCK") return;
  std::array<std::array<uint64_t, 6>, 2> turns;
  for (size_t turn = 0; turn < 2; ++turn) {
    std::memcpy(turns[turn].data(), headers.data() + (turn + 1) * header_bytes, sizeof turns[turn]);
  }
  const auto& [checksum, iteration, meta_block, free_list, blocks, block_bytes] =
      turns[turns[0][1] > turns[1][1] ? 0 : 1];
  if (block_bytes != 262144 || blocks == 0) return;
  uint64_t used = headers.size() + blocks * block_bytes;
  if (used < std::filesystem::file_size(path, code) && !code) std::filesystem::resize_file(path, used, code);
}

}  // namespace

std::string quoted(std::string_view text) {
  // The engine refuses what is not UTF-8; paths and rejected cells may be anything, and are only shown again.
  bool readable = is_utf8(text);
  std::string literal = "'";
  for (char c : text) {
    if (c == '\0') {
      // The engine takes its text up to the first zero byte, so that one must not stand in it.
      literal += "'||chr(0)||'";
    } else if (c == '\'') {
      literal += "''";
    } else {
      literal += readable || static_cast<unsigned char>(c) < 0x80 ? c : '?';
    }
  }
  return literal + "'";
}

Error engine_error(std::string_view message) {
  if (contains_any(message, {"No space left on device", "File too large", "Disk quota exceeded",
                             "Could not write all bytes", "max_temp_directory_size"})) {
    return full("There is no room left on the disk for the facts: free some space and try again; nothing was changed.");
  }
  if (message.find("Out of Memory") != message.npos) {
    return full(fmt::format("The facts need more memory than they may have: {}.", first_line(message)));
  }
  if (says_dead(message)) {
    return unavailable("The store of facts is being opened anew after a failed write: try again.");
  }
  return internal(fmt::format("The analytics engine refused: {}", message));
}

Lease::Lease(Lease&& other) noexcept
    : engine_(std::exchange(other.engine_, nullptr)),
      connection_(std::exchange(other.connection_, nullptr)),
      discarded_(other.discarded_) {}

Lease::~Lease() {
  if (engine_ != nullptr) engine_->give_back(connection_, discarded_);
}

Result<Done> Lease::run(const std::string& sql) {
  return run_on(connection_, sql);
}

Result<Done> Lease::commit(Stored stored) {
  // Who stores takes turns, so there is never a second one in between.
  const bool changes = stored == Stored::anything;
  if (changes) ++engine_->content_state_;
  auto done = run_on(connection_, "COMMIT");
  engine_->kept_.forget();
  if (changes) ++engine_->content_state_;
  return done;
}

namespace {

class AnswerStream final : public Stream {
 public:
  Result<Done> begin(duckdb_connection connection, std::string_view sql, Store::Rows rows, Calendar calendar) {
    if (duckdb_prepare(connection, std::string(sql).c_str(), &answer_.statement) == DuckDBError) {
      return engine_error(duckdb_prepare_error(answer_.statement));
    }
    if (duckdb_prepared_statement_type(answer_.statement) != DUCKDB_STATEMENT_TYPE_SELECT) {
      return internal(fmt::format("Only a SELECT may be asked of the facts, not: {}", sql));
    }
    auto execute = rows == Store::Rows::many ? duckdb_execute_prepared_streaming : duckdb_execute_prepared;
    if (execute(answer_.statement, &answer_.result) == DuckDBError) {
      return engine_error(duckdb_result_error(&answer_.result));
    }
    TRY(types_, column_types(answer_.result, calendar));
    return Done{};
  }

  Result<std::unique_ptr<Chunk>> next() override {
    while (duckdb_data_chunk fetched = duckdb_fetch_chunk(answer_.result)) {
      TRY(auto chunk, ResultChunk::make(fetched, types_));
      if (chunk->rows() > 0) return std::unique_ptr<Chunk>(std::move(chunk));
    }
    const char* error = duckdb_result_error(&answer_.result);
    if (error != nullptr && *error != '\0') return engine_error(error);
    return std::unique_ptr<Chunk>();
  }

 private:
  Answer answer_;
  std::vector<duckdb_type> types_;
};

}  // namespace

Result<std::unique_ptr<Stream>> Stream::open(duckdb_connection connection, std::string_view sql, Store::Rows rows,
                                             Calendar calendar) {
  auto stream = std::make_unique<AnswerStream>();
  TRY_DONE(stream->begin(connection, sql, rows, calendar));
  return std::unique_ptr<Stream>(std::move(stream));
}

bool Lease::allow(Memory memory) {
  const char* limit = memory == Memory::usual ? usual_memory : little_memory;
  return run_on(connection_, fmt::format("SET GLOBAL memory_limit = '{}'", limit)).ok();
}

Result<KeptAnswers::Answer> Lease::kept(std::string_view sql) {
  KeptAnswers& known = engine_->kept_;
  if (auto answer = known.find(sql)) return answer;
  const uint64_t asked_in = known.generation();
  TRY(auto stream, Stream::open(connection_, sql, Store::Rows::few));
  std::vector<std::unique_ptr<Chunk>> chunks;
  while (true) {
    TRY(auto chunk, stream->next());
    if (chunk == nullptr) break;
    chunks.push_back(std::move(chunk));
  }
  auto answer = std::make_shared<const std::vector<std::unique_ptr<Chunk>>>(std::move(chunks));
  known.keep(sql, answer, asked_in);
  return KeptAnswers::Answer(std::move(answer));
}

Result<Done> Lease::each(std::string_view sql, const EachChunk& each, Store::Rows rows) {
  if (rows == Store::Rows::kept) {
    TRY(KeptAnswers::Answer answer, kept(sql));
    for (const auto& chunk : *answer) {
      if (!each(*chunk)) break;
    }
    return Done{};
  }
  TRY(auto stream, Stream::open(connection_, sql, rows));
  // A short answer is over before a thread of its own would have begun.
  for (int i = 0; i < short_answer || rows != Store::Rows::many; ++i) {
    TRY(auto chunk, stream->next());
    if (chunk == nullptr || !each(*chunk)) return Done{};
  }
  ReadAhead ahead(*stream);
  while (true) {
    TRY(auto chunk, ahead.next());
    if (chunk == nullptr || !each(*chunk)) return Done{};
  }
}

Result<int64_t> Lease::integer(std::string_view sql, int64_t fallback) {
  int64_t value = fallback;
  TRY_DONE(each(sql, [&](const Chunk& chunk) {
    if (!chunk.is_null(0, 0)) value = chunk.integer(0, 0);
    return false;
  }));
  return value;
}

Result<std::unique_ptr<Engine>> Engine::open(const std::string& path) {
  std::unique_ptr<Engine> engine(new Engine(path));
  TRY_DONE(engine->open_file());
  return engine;
}

Engine::~Engine() {
  CHECK(leased_ == 0);
  close_file();
}

Result<Done> Engine::open_file() {
  duckdb_config config = nullptr;
  CHECK(duckdb_create_config(&config) == DuckDBSuccess);
  for (const Option& option : options) CHECK(duckdb_set_config(config, option.name, option.value) == DuckDBSuccess);
  char* message = nullptr;
  auto state = duckdb_open_ext(path_.c_str(), &database_, config, &message);
  duckdb_destroy_config(&config);
  if (state == DuckDBSuccess) return Done{};
  Error error = opening_error(path_, message == nullptr ? "it gave no reason" : message);
  duckdb_free(message);
  database_ = nullptr;
  return error;
}

void Engine::close_file() {
  kept_.forget();
  content_state_ += 2;
  for (duckdb_connection& connection : idle_) duckdb_disconnect(&connection);
  idle_.clear();
  if (database_ != nullptr) duckdb_close(&database_);
  database_ = nullptr;
}

std::optional<uint64_t> Engine::content_state() const {
  const uint64_t state = content_state_;
  return state % 2 == 0 ? std::optional(state) : std::nullopt;
}

std::string Engine::directory() const {
  return std::filesystem::path(path_).parent_path().string();
}

Result<Lease> Engine::connect() {
  std::unique_lock lock(mutex_);
  // Not for ever: who asks while handing over another answer is one of those the reopening waits for.
  if (!changed_.wait_for(lock, std::chrono::seconds(30), [&] { return !reopening_; })) return engine_error(dead);
  // A reopening that failed, for want of room perhaps, is tried again by whoever comes next.
  if (database_ == nullptr) TRY_DONE(open_file());
  duckdb_connection connection = nullptr;
  if (!idle_.empty()) {
    connection = idle_.back();
    idle_.pop_back();
  } else if (duckdb_connect(database_, &connection) == DuckDBError) {
    return unavailable("The store of facts takes no more connections: try again.");
  }
  ++leased_;
  return Lease(this, connection);
}

void Engine::give_back(duckdb_connection connection, bool discarded) {
  std::unique_lock lock(mutex_);
  if (discarded || reopening_ || idle_.size() >= idle_connections_max) {
    duckdb_disconnect(&connection);
  } else {
    idle_.push_back(connection);
  }
  --leased_;
  changed_.notify_all();
}

bool Engine::is_alive() {
  if (database_ == nullptr) return false;
  duckdb_connection connection = nullptr;
  if (duckdb_connect(database_, &connection) == DuckDBError) return false;
  duckdb_result result;
  bool alive = duckdb_query(connection, "SELECT max(batch) FROM batches", &result) == DuckDBSuccess;
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  return alive;
}

void Engine::recover() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !reopening_; });
  if (!is_alive()) reopen(lock, [] {});
}

void Engine::release_room() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !reopening_; });
  reopen(lock, [&] {
    // A fresh opening knows which blocks belong to nobody; a checkpoint into those leaves no log behind.
    if (!open_file()) return;
    duckdb_connection connection = nullptr;
    if (duckdb_connect(database_, &connection) == DuckDBSuccess) duckdb_query(connection, "CHECKPOINT", nullptr);
    duckdb_disconnect(&connection);
    close_file();
    cut_unused_tail(path_);
  });
}

Result<Done> Engine::write_over_free_blocks() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !reopening_; });
  Result<Done> done = Done{};
  reopen(lock, [&] {
    done = open_file();
    if (!done) return;
    duckdb_connection connection = nullptr;
    if (duckdb_connect(database_, &connection) == DuckDBSuccess) done = fill_free_blocks(connection);
    duckdb_disconnect(&connection);
    close_file();
    cut_unused_tail(path_);
  });
  return done;
}

void Engine::reopen(std::unique_lock<std::mutex>& lock, const std::function<void()>& while_closed) {
  reopening_ = true;
  changed_.wait(lock, [&] { return leased_ == 0; });
  close_file();
  while_closed();
  auto opened = open_file();
  if (!opened) spdlog::error("{}", opened.error().message);
  reopening_ = false;
  changed_.notify_all();
}

}  // namespace sociometer::facts
