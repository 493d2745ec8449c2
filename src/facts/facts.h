// Facts: every number and every event the product knows, and the only door to the analytics database.
//
// An observation says: "at `observed_at`, source S said that for subject U over window W measure M was V." Collectors
// append observations and posts in batches; metrics reads them with SELECT. Nothing is overwritten: a newer observation
// of the same thing stands beside the older one, an import that is taken back leaves a tombstone, and "as of T" is what
// was known at T.
//
//   TRY(auto store, open_duckdb("data/facts.duckdb", clock));
//   TRY(auto batch, store->begin("default", {.source = "x_post_activity", .tier = Tier::own_export, …}));
//   TRY_DONE(batch->add(observation));
//   TRY(BatchReceipt receipt, batch->commit(counts));   // visible now; without commit nothing of it remains
//
// A batch is all or nothing, also when the process is killed. A batch whose facts and what was said about them equal
// one that is there and was not undone is not stored again (`already_known`), so whoever was interrupted may simply run
// again.
//
// THE TABLES, as metrics' SQL may read them. Instants are integer microseconds UTC (BIGINT), days are integer days
// since 1970-01-01 (INTEGER), ranges half-open, an empty text means "none". Some are views over narrower tables.
//
//   observations(workspace, network, account, subject, subject_id, measure, promotion, dimension, member,
//                window_kind, start_day, end_day, zone, value, currency, definition, source, tier,
//                observed_at, observed_estimated, batch)
//     append-only; subject 'account' (subject_id ''), 'post', 'campaign', 'ad'; promotion 'all', 'organic', 'paid';
//     window_kind 'instant' | 'day' | '7d' | '28d' | 'range' | 'lifetime'; an instant and a lifetime lie on their day:
//     [day of observation, + 1) for an instant, [published day or the day of observation, + 1) for a lifetime;
//     value BIGINT in the measure's base unit; batch BIGINT, rising with recording time
//   latest(the same columns)
//     of each key – workspace, network, account, subject, subject_id, measure, promotion, dimension, member,
//     window_kind, start_day, end_day, tier – the row with the highest (observed_at, batch) among batches not undone.
//     For 'lifetime' the key leaves out start_day and end_day: one latest value per post and measure.
//     Renewed in the transaction that makes its batch visible, so it needs no join with batches.
//   series(series, thing, workspace, network, account, subject, measure, promotion, dimension, member, window_kind,
//          zone, currency, definition, source, tier)
//     what many observations share, numbered from 1
//   current_facts(series, thing, lifetime, subject_id, start_day, end_day, value, observed_at, observed_estimated,
//                 batch)
//     the rows behind `latest`: adding up by the number of a series, and putting its words beside the sums, costs half
//     of adding up by the words
//   posts(workspace, network, account, post, published_at, published_day, zone, kind, text, hashtags, mentions, link,
//         language, promotion, campaign, tags, deleted, source, tier, observed_at, observed_estimated, batch)
//     append-only versions; published_at NULL where only the day is known, published_day NULL where not even that (the
//     day is that of `zone`); hashtags, mentions, tags VARCHAR[], lower-case and without their sign
//   latest_posts(the same columns): one row per (workspace, network, account, post)
//   batches(batch, id, workspace, source, tier, network, accounts, path, original, content_key, generation, first_day,
//           end_day, zone, currency, observed_at, observed_estimated, recorded_at, rows_read, rows_accepted,
//           rows_rejected, rows_ignored, posts, observations, warnings, rejects)
//     one row per batch, written last; first_day and end_day are its declared range (NULL where it has none);
//     accounts VARCHAR[] of 'network/handle'; warnings and rejects JSON text
//   batch_undos(workspace, batch, undone_at): tombstones
//   coverage(workspace, network, account, subject, first_day, end_day, batch)
//     the declared range of each batch per account it speaks of; subject 'account' (day series) or 'post' (content)
//
// Engines: DuckDB, one file, one owning process. Nothing else in the program includes the engine's header.
// Threads: every function may be called from any thread; appends queue behind each other, reads do not wait for them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace sociometer::facts {

// Who is believed where several tell of the same account and measure: the first that has any.
enum class Tier { network_api = 0, own_export = 1, third_party = 2 };

enum class Subject { account, post, campaign, ad };
enum class Promotion { all, organic, paid };
enum class Window { instant, day, seven_days, twenty_eight_days, range, lifetime };

std::string_view name(Subject subject);      // "account", "post", …
std::string_view name(Promotion promotion);  // "all", "organic", "paid"
std::string_view name(Window window);        // "instant", "day", "7d", "28d", "range", "lifetime"
std::optional<Subject> parse_subject(std::string_view text);
std::optional<Promotion> parse_promotion(std::string_view text);
std::optional<Window> parse_window(std::string_view text);

// Views must stay valid for the call of `add` only.
struct Observation {
  std::string_view network;  // "instagram"
  std::string_view account;  // lower-case handle
  Subject subject = Subject::account;
  std::string_view subject_id;  // the post's id; empty for an account
  std::string_view measure;
  Promotion promotion = Promotion::all;
  std::string_view dimension;  // breakdown, "age"; empty for the whole
  std::string_view member;     // "18-24"
  Window window = Window::day;
  DayRange days;          // of `zone`
  std::string_view zone;  // whose days they are
  int64_t value = 0;      // in the measure's base unit
  std::string_view currency;
  int definition = 1;
  Instant observed_at;
  bool observed_estimated = false;
};

struct Post {
  std::string_view network;
  std::string_view account;
  std::string_view id;
  std::optional<Instant> published_at;
  std::optional<Day> published_day;
  std::string_view zone;
  std::string_view kind;  // "post", "image", "video", "reel", "story", "carousel", "link", "text", …; may be empty
  std::string_view text;
  std::vector<std::string> hashtags;  // lower-case, without '#'
  std::vector<std::string> mentions;  // lower-case, without '@'
  std::string_view link;
  std::string_view language;
  Promotion promotion = Promotion::all;
  std::string_view campaign;
  std::vector<std::string> tags;
  bool deleted = false;
  Instant observed_at;
  bool observed_estimated = false;
};

// A row that was not taken, and why; shown to whoever imported it.
struct Reject {
  int64_t line = 0;
  std::string column;
  std::string text;
  std::string reason;
};

// What is said about a batch before its facts are added.
struct BatchStart {
  std::string source;  // the format's key in the catalog
  Tier tier = Tier::own_export;
  std::string network;
  std::string path;      // as the user gave it
  std::string original;  // hash of the kept original, empty if none
  std::string zone;
  std::string currency;
  std::string said;  // everything else that was said about it (flags), part of what makes a batch the same again
};

// What is known at its end.
struct BatchEnd {
  Instant observed_at;
  bool observed_estimated = false;
  std::optional<DayRange> range;  // the range the file declares; coverage is counted by it
  int64_t rows_read = 0;
  int64_t rows_accepted = 0;
  int64_t rows_rejected = 0;
  int64_t rows_ignored = 0;
  std::vector<std::string> warnings;
  std::vector<Reject> rejects;  // the first thousand; rows_rejected counts all
};

struct BatchReceipt {
  std::string id;
  bool already_known = false;  // nothing was stored: `id` is the batch that holds the same
  int64_t posts = 0;
  int64_t observations = 0;
};

// A batch as it is listed.
struct Batch {
  std::string id;
  std::string workspace;
  BatchStart start;
  BatchEnd end;
  std::vector<std::string> accounts;  // "network/handle"
  Instant recorded_at;
  std::optional<Instant> undone_at;
  int64_t posts = 0;
  int64_t observations = 0;
};

// Facts of one batch on their way in. Destroying it without `commit` leaves nothing behind.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;
  // internal, full: the engine refused; the batch is lost and must be begun again.
  virtual Result<Done> add(const Observation& observation) = 0;
  virtual Result<Done> add(const Post& post) = 0;
  virtual Result<BatchReceipt> commit(const BatchEnd& end) = 0;
};

// How far facts about to be stored agree with those that are there.
struct Agreement {
  int64_t overlapping = 0;   // of the given day values, how many have a value already
  int64_t disagreeing = 0;   // of those, how many differ
};

// One column of a chunk. `type` says which pointer to read; a NULL cell reads as 0 or "" and is_null says so.
enum class ColumnType { integer, real, text };

// A few thousand rows of an answer, valid during the callback that received them.
class Chunk {
 public:
  virtual ~Chunk() = default;
  virtual size_t rows() const = 0;
  virtual bool is_null(size_t column, size_t row) const = 0;
  virtual int64_t integer(size_t column, size_t row) const = 0;       // BOOLEAN, INTEGER, BIGINT, HUGEINT that fits
  virtual double real(size_t column, size_t row) const = 0;           // DOUBLE
  virtual std::string_view text(size_t column, size_t row) const = 0; // VARCHAR
  virtual std::vector<std::string> list(size_t column, size_t row) const = 0;  // VARCHAR[]
  // A whole BIGINT column at once, rows() values; NULLs are 0 there, ask is_null. Empty if the column is not BIGINT.
  virtual std::span<const int64_t> integers(size_t column) const = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Begins a batch; waits until the batch before it has ended.
  virtual Result<std::unique_ptr<BatchWriter>> begin(std::string_view workspace, const BatchStart& start) = 0;

  // Batches of a workspace, newest first. `before`: only those recorded before that id's, for paging.
  virtual Result<std::vector<Batch>> batches(std::string_view workspace, size_t limit, std::string_view before) = 0;
  virtual Result<Batch> batch(std::string_view workspace, std::string_view id) = 0;  // not_found

  // Takes a batch back: its facts are no longer seen, earlier ones are again. not_found; conflict: already undone.
  virtual Result<Done> undo(std::string_view workspace, std::string_view id) = 0;

  // The same facts under another account of the same network, as a new batch; the old one is undone.
  virtual Result<BatchReceipt> reassign(std::string_view workspace, std::string_view id, std::string_view account) = 0;

  // How far `days` (day values of accounts) agree with what is stored for `account`; only days before `settled_before`.
  virtual Result<Agreement> agreement(std::string_view workspace, std::string_view network, std::string_view account,
                                      std::span<const Observation> days, Day settled_before) = 0;

  // What is known of each account: "network/handle", posts, observations, first and last day.
  struct Activity {
    std::string network;
    std::string account;
    int64_t posts = 0;
    int64_t observations = 0;
    std::optional<Day> first_day;
    std::optional<Day> last_day;
  };
  virtual Result<std::vector<Activity>> activity(std::string_view workspace) = 0;

  // Runs one SELECT and hands its rows over chunk by chunk, in order; the callback returns false to stop early.
  // The text comes from metrics' SQL writer alone. internal: the engine refused it.
  virtual Result<Done> select(std::string_view sql, const std::function<bool(const Chunk&)>& each) = 0;

  // Originals: the bytes of every imported file, compressed, by the SHA-256 of their content. `keep` takes the bytes in
  // pieces; `finish` names them. Keeping what is there already costs nothing more.
  class Original {
   public:
    virtual ~Original() = default;
    virtual Result<Done> add(std::string_view bytes) = 0;
    virtual Result<std::string> finish() = 0;  // the hash
  };
  virtual Result<std::unique_ptr<Original>> keep_original(std::string_view workspace) = 0;
  virtual Result<std::string> original(std::string_view workspace, std::string_view hash) = 0;

  // Rebuilds `latest` and `latest_posts` from history in passing and compares: the differences found, empty if none.
  virtual Result<std::vector<std::string>> check() = 0;

  // Runs `work` while nothing is written: the store's files then are whole, and may be copied. Questions go on.
  virtual Result<Done> while_still(const std::function<Result<Done>()>& work) { return work(); }
};

// Opens or creates the store in `directory` (files facts.duckdb and originals/). unavailable: another process owns it;
// unsupported: it was written by a newer version of this program.
Result<std::unique_ptr<Store>> open_duckdb(const std::string& directory, std::shared_ptr<const Clock> clock);

}  // namespace sociometer::facts
