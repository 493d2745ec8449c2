// Engine: one DuckDB file, open in this process, and the connections to it.
//
// DuckDB declares a database dead when a commit or a checkpoint fails half-way, on a full disk for instance; every
// later statement then fails. What is on disk is still whole, so the file is simply opened anew once nobody uses the
// dead one.
//
//   TRY(Lease lease, engine->connect());
//   TRY_DONE(lease.run("DELETE FROM …"));
//   TRY_DONE(lease.each("SELECT …", [&](const Chunk& chunk) { …; return true; }));
//
// Threads: Engine from any; a Lease is used by one thread at a time, and may be handed on.
#pragma once

#include <duckdb.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/facts.h"
#include "facts/kept_answers.h"

namespace sociometer::facts {

using EachChunk = std::function<bool(const Chunk&)>;

// An SQL literal of any text. The one place where text becomes part of SQL.
std::string quoted(std::string_view text);

// What the engine said, as one of our kinds: no room, a bug, …
Error engine_error(std::string_view message);

class Engine;

// Files hold days and instants as such, tables as numbers, and only whoever reads files is handed the one as the other.
enum class Calendar { refused, as_numbers };

// The rows of one SELECT, pulled chunk by chunk; must not outlive its connection.
class Stream {
 public:
  static Result<std::unique_ptr<Stream>> open(duckdb_connection connection, std::string_view sql,
                                              Store::Rows rows = Store::Rows::many,
                                              Calendar calendar = Calendar::refused);
  virtual ~Stream() = default;
  // Nothing at the end. Chunks are never empty.
  virtual Result<std::unique_ptr<Chunk>> next() = 0;
};

// What a transaction may have changed.
enum class Stored { anything, events_alone };

// A connection of one's own until destroyed.
class Lease {
 public:
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&&) = delete;
  ~Lease();

  Result<Done> run(const std::string& sql);
  // Ends the transaction. What is kept of answers is forgotten, also if it fails: what became of it is known when the
  // file is opened anew.
  Result<Done> commit(Stored stored = Stored::anything);
  // Runs one SELECT and hands its rows over: of many, while the engine still computes the rest. `kept` is for leases
  // without a transaction of their own.
  Result<Done> each(std::string_view sql, const EachChunk& each, Store::Rows rows = Store::Rows::many);
  // The one integer a SELECT gives, `fallback` for none or NULL.
  Result<int64_t> integer(std::string_view sql, int64_t fallback);

  // How much the engine may keep in memory, for all its connections. A long batch asks for little: what it appended is
  // on the disk already and need not stay. False where more is in use just now.
  enum class Memory { usual, little };
  bool allow(Memory memory);

  duckdb_connection handle() { return connection_; }
  // Not to be used again: in a state nobody knows.
  void discard() { discarded_ = true; }

 private:
  friend class Engine;
  Lease(Engine* engine, duckdb_connection connection) : engine_(engine), connection_(connection) {}
  Result<KeptAnswers::Answer> kept(std::string_view sql);

  Engine* engine_;
  duckdb_connection connection_;
  bool discarded_ = false;
};

class Engine {
 public:
  // unavailable: another process has the file; unsupported: a newer engine wrote it.
  static Result<std::unique_ptr<Engine>> open(const std::string& path);
  ~Engine();

  // Where the file lies.
  std::string directory() const;

  // Waits while the file is being opened anew. unavailable: that failed.
  Result<Lease> connect();

  // As the store says it.
  std::optional<uint64_t> content_state() const;

  // After a failure: opens the file anew if the engine declared it dead. The caller must hold no lease; waits until
  // all others are given back.
  void recover();

  // Opens the file anew in any case, and gives back to the disk what a batch that found no room had taken: the file has
  // grown by it, and the engine by itself keeps that for later, so that nobody has room until then.
  void release_room();

  // Opens the file anew, and writes over what lies in blocks that belong to nobody any more: so that what was erased is
  // nowhere on the disk. full: there is no room to do so.
  Result<Done> write_over_free_blocks();

 private:
  friend class Lease;
  explicit Engine(std::string path) : path_(std::move(path)) {}
  Result<Done> open_file();
  void close_file();
  bool is_alive();
  void reopen(std::unique_lock<std::mutex>& lock, const std::function<void()>& while_closed);
  void give_back(duckdb_connection connection, bool discarded);

  std::string path_;
  std::mutex mutex_;
  std::condition_variable changed_;
  duckdb_database database_ = nullptr;
  std::vector<duckdb_connection> idle_;
  KeptAnswers kept_;
  std::atomic<uint64_t> content_state_ = 0;  // odd while they change
  int leased_ = 0;
  bool reopening_ = false;
};

}  // namespace sociometer::facts
