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
//   outdated_posts(the same columns): the other versions
//   web_events, orders, conversation_events, survey_answers, mentions, rates: what was seen by ourselves or told event
//   by event.
//     Their columns are workspace, then those of WebEvent, Order, ConversationEvent, SurveyAnswer, Mention, Rate below
//     under the same names and in the same order, then batch. Instants are micros, money is micro-currency, durations
//     are milliseconds, a text that is unknown is empty, what is std::optional there is NULL where unknown.
//   latest_web_events, latest_orders, …(the same columns): those that count. Of the tables whose struct has
//   `observed_at`
//     they hold, of each key, the version with the highest (observed_at, batch) among batches not undone – so that two
//     exports that overlap count once; web events have no key, and every one of a batch not undone is there. The keys:
//     orders (workspace, order_id, kind, line), rates (workspace, happened_at, from_currency, to_currency), the others
//     (workspace, id). A version with `deleted` takes an event
//     back; it is in these tables as well, for whoever reads them to leave out.
//   batches(batch, id, workspace, source, tier, network, accounts, path, original, content_key, generation, first_day,
//           end_day, zone, currency, observed_at, observed_estimated, recorded_at, rows_read, rows_accepted,
//           rows_rejected, rows_ignored, posts, observations, warnings, rejects, said, events)
//     one row per batch, written last; first_day and end_day are its declared range (NULL where it has none);
//     accounts VARCHAR[] of 'network/handle'; warnings and rejects JSON text
//   batch_undos(workspace, batch, undone_at): tombstones
//   coverage(workspace, network, account, subject, first_day, end_day, batch)
//     the declared range of each batch per account it speaks of; subject 'account' (day series) or 'post' (content).
//     Of events: subject 'web', 'orders', 'conversations', 'surveys', 'mentions' or 'rates', network and account ''
//     where the batch's events belong to none
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

// Who is believed where several tell of the same account, measure and day: the first that does.
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

// --- Events: what we saw ourselves, or were told one by one. A table per kind; metrics reads them all in one way.
//
// Every event has its moment, which lies after 1970. Texts are UTF-8; empty means unknown or none. `network`, `account`
// and `post` are the own account and post that led to it, where that is known.
enum class EventTable { web, orders, conversations, surveys, mentions, rates };
constexpr EventTable event_tables[] = {EventTable::web,     EventTable::orders,   EventTable::conversations,
                                       EventTable::surveys, EventTable::mentions, EventTable::rates};
std::string_view name(EventTable table);        // "web", "orders", …: the subject of its coverage
std::string_view table_name(EventTable table);  // "web_events", "orders", "conversation_events", …

// Something that happened on a website or at a short link.
//
// What a session came by – landing_page, referrer, source, medium, campaign, channel, network, account, post, link,
// click – stands on each of its events, as it was on entry; so does session_at, and the session counts on that day. The
// channel is that of catalog::Catalog::channel_of when the event was taken in.
struct WebEvent {
  Instant happened_at;
  std::string_view visitor;  // a pseudonym; as long as it stays the same the person counts once
  std::string_view session;  // a new one after 30 minutes of silence; empty for a short link's click
  Instant session_at;        // when it began; ignored without a session
  std::string_view kind;     // "page_view", "conversion", "click" (of a short link), "engagement" (time spent), "event"
  std::string_view name;     // which conversion or event: "lead", "sign_up", "subscription", "download", …
  std::string_view page;     // without its query
  std::string_view landing_page;
  std::string_view referrer;  // the page that linked here, without its query
  std::string_view source;    // utm_source, else the referring host
  std::string_view medium;
  std::string_view campaign;
  std::string_view channel;
  std::string_view network;
  std::string_view account;
  std::string_view post;
  std::string_view link;      // the short link's key
  std::string_view click;     // the click's id; on what followed it the same
  std::string_view customer;  // who it is, once the site says so
  std::optional<int64_t> value;
  std::string_view currency;
  int64_t engaged = 0;  // how long the page was in use since the event before, in milliseconds
  std::string_view country;
  std::string_view device;
  std::string_view language;
  std::string_view verdict;     // "human", "bot" or "unknown"
  std::string_view properties;  // JSON, for what has no column
};

// A sale or a refund, whole or line by line: of an order either the row without a line is told, or its lines are.
struct Order {
  Instant happened_at;        // of a refund: when it was refunded
  std::string_view order_id;  // of a refund: the order it belongs to
  std::string_view kind;      // "sale" or "refund"
  std::string_view line;      // the line's or the refund's id; empty where the row is the whole
  std::string_view customer;
  std::string_view visitor;  // who ordered, as the website knows them
  int64_t value = 0;         // what was paid or paid back, positive in both, without tax and shipping where known
  std::string_view currency;
  std::optional<int64_t> cost;  // cost of the goods
  int64_t quantity = 1;
  std::string_view product;
  std::string_view landing_page, referrer, source, medium, campaign, channel, network, account, post, link, click;
  std::string_view country;
  std::string_view device;
  std::string_view language;
  std::string_view properties;
  Instant observed_at;
  bool deleted = false;
};

struct ConversationEvent {
  Instant happened_at;
  std::string_view id;
  std::string_view conversation;
  std::string_view kind;    // "inbound", "reply", "note", "assign", "tag", "snooze", "resolve", "reopen"
  std::string_view author;  // who wrote an inbound message
  std::string_view agent;   // who replied, or to whom it was assigned
  std::string_view team;
  std::string_view assigned_by;  // "rule" or "hand"
  bool by_bot = false;
  std::optional<int64_t> handled;  // active work on it since the event before, in milliseconds
  std::string_view text;
  std::string_view tag;
  std::string_view topic;
  std::string_view sentiment;  // "positive", "neutral", "negative"
  std::string_view language;
  std::string_view customer;
  std::string_view network, account, post;
  std::string_view campaign;
  std::string_view properties;
  Instant observed_at;
  bool deleted = false;
};

// A question put and perhaps answered. How content somebody was with a conversation is an answer with its id.
struct SurveyAnswer {
  Instant happened_at;  // of an answer: when it was given
  std::string_view id;
  std::string_view survey;
  std::string_view kind;  // "delivered", "answered" or "dismissed"
  // "csat", "nps", "ces", "rating", "text"; "judgement" of a qualitative KPI, which is no answer to any survey
  std::string_view type;
  int64_t scale_low = 0;  // the ends of the scale, 1 and 5
  int64_t scale_high = 0;
  std::optional<int64_t> score;  // millionths of a point
  std::string_view text;
  std::string_view topic;
  std::string_view sentiment;
  std::string_view language;
  std::string_view respondent;
  std::string_view agent;
  std::string_view team;
  std::string_view conversation;
  std::string_view order_id;
  std::string_view product;
  std::string_view brand;  // of a review: whose; empty for the own
  std::string_view network, account, post;
  std::string_view campaign;
  std::string_view country;
  std::string_view properties;
  Instant observed_at;
  bool deleted = false;
};

struct Mention {
  Instant happened_at;
  std::string_view id;
  std::string_view kind;  // "tagged" (with the handle) or "untagged"
  std::string_view author;
  std::optional<int64_t> followers;    // of the author
  std::optional<bool> author_follows;  // the own account
  std::string_view text;
  std::string_view link;  // where it stands
  std::string_view language;
  std::string_view country;
  std::string_view sentiment;        // "positive", "neutral", "negative"; empty: not classified
  std::vector<std::string> queries;  // that found it
  std::vector<std::string> brands;   // that it speaks of
  std::vector<std::string> topics;
  std::optional<int64_t> engagement;  // likes, comments and shares it got
  std::optional<int64_t> reach;
  std::string_view network, account, post;  // where it stands; the own account and post, of a comment or a tag
  std::string_view campaign;
  std::string_view properties;
  Instant observed_at;
  bool deleted = false;
};

// One of `from_currency` was worth `rate` of `to_currency` on a day.
struct Rate {
  Instant happened_at;  // the day's first moment, UTC
  std::string_view from_currency, to_currency;
  int64_t rate = 0;  // billionths
  Instant observed_at;
  bool deleted = false;
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
  std::optional<DayRange> range;   // the range the file declares; coverage is counted by it
  std::vector<EventTable> events;  // the tables it tells of completely; those it has rows of are among them anyway
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
  int64_t events = 0;
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
  int64_t events = 0;
};

// Facts of one batch on their way in. Destroying it without `commit` leaves nothing behind.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;
  // internal, full: the engine refused; the batch is lost and must be begun again.
  virtual Result<Done> add(const Observation& observation) = 0;
  virtual Result<Done> add(const Post& post) = 0;
  virtual Result<Done> add(const WebEvent& event) = 0;
  virtual Result<Done> add(const Order& order) = 0;
  virtual Result<Done> add(const ConversationEvent& event) = 0;
  virtual Result<Done> add(const SurveyAnswer& answer) = 0;
  virtual Result<Done> add(const Mention& mention) = 0;
  virtual Result<Done> add(const Rate& rate) = 0;
  virtual Result<BatchReceipt> commit(const BatchEnd& end) = 0;
};

// --- Out and back: all facts of a workspace as files that other programs read (docs/export.md).

// A column of a table that is exported, for whoever reads the files.
struct ExportedColumn {
  std::string_view name;
  std::string_view type;  // "text", "list of texts", "64-bit integer", "date", …
  std::string_view unit;  // "micro-currency", "UTC", …; empty: none
  std::string_view words;
};

struct ExportedTable {
  std::string name;
  std::string_view words;
  std::vector<ExportedColumn> columns;
  int64_t rows = 0;
  std::string parquet, csv;  // its files, seen from the folder
};

struct ExportedFacts {
  std::vector<ExportedTable> tables;
  std::vector<std::string> originals;  // the hashes that its batches name
};

struct RestoredFacts {
  int64_t batches = 0;     // stored
  int64_t known = 0;       // were there already
  int64_t taken_back = 0;  // of both, undone now as they are undone in the export
  int64_t posts = 0;
  int64_t observations = 0;
  int64_t events = 0;
};

struct Transfer {
  std::string file;
  int64_t bytes = 0;
  int64_t rows = 0;
  int64_t files = 0;  // that are done
};
// Called once for a few thousand rows; false stops.
using TransferProgress = std::function<bool(const Transfer&)>;

// How far facts about to be stored agree with those that are there.
struct Agreement {
  int64_t overlapping = 0;  // of the given day values, how many have a value already
  int64_t disagreeing = 0;  // of those, how many differ
};

// Whom to take out of the events, and what of them. People are named as a customer, a visitor, an author or a
// respondent is, without regard to case and a leading @; whoever is a customer is so as the visitor they were, too.
struct Erasure {
  std::vector<std::string> people;  // empty: everybody, which needs `before`
  std::optional<Instant> before;    // only what happened earlier
  std::vector<EventTable> tables;   // empty: all
};

struct Erased {
  std::vector<std::pair<EventTable, int64_t>> rows;  // versions of events, outdated ones among them
  int64_t batches = 0;                               // that brought them
  int64_t originals = 0;                             // kept files that told of them
};

// One column of a chunk. `type` says which pointer to read; a NULL cell reads as 0 or "" and is_null says so.
enum class ColumnType { integer, real, text };

// A few thousand rows of an answer, valid during the callback that received them.
class Chunk {
 public:
  virtual ~Chunk() = default;
  virtual size_t rows() const = 0;
  virtual bool is_null(size_t column, size_t row) const = 0;
  virtual int64_t integer(size_t column, size_t row) const = 0;        // BOOLEAN, INTEGER, BIGINT, HUGEINT that fits
  virtual double real(size_t column, size_t row) const = 0;            // DOUBLE
  virtual std::string_view text(size_t column, size_t row) const = 0;  // VARCHAR
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

  // Takes people out of events, the one exception to append-only: names become pseudonyms that lead nowhere, texts,
  // links and properties become empty, the kept originals that told of them and the cells of their rejected rows go.
  // What is counted, added up or joined stays: every question that does not ask for a text is answered as before, as
  // of any time. What a free text says of somebody else's, and posts of own accounts, are not looked into. With
  // `rehearse` nothing is changed. The room that held them on the disk is written over. invalid: neither people nor
  // `before`, or an empty name.
  enum class Erasing { rehearse, forever };
  virtual Result<Erased> erase(std::string_view workspace, const Erasure& erasure, Erasing erasing) = 0;

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
  // Of `many` rows the first are handed over while the rest are computed, in little memory; of a `few` thousand all are
  // computed first, which takes half the time of a short SELECT. A `kept` answer is a short one that every question
  // asks for: it is computed once and kept until something is stored. The text comes from metrics' SQL writer alone.
  // internal: the engine refused it.
  enum class Rows { many, few, kept };
  virtual Result<Done> select(std::string_view sql, const std::function<bool(const Chunk&)>& each,
                              Rows rows = Rows::many) = 0;
  // A number for the observations and posts as they are, another one after any may have been stored, taken back or
  // erased; nothing while that is just happening. What was selected between two equal numbers is of that state.
  virtual std::optional<uint64_t> content_state() const = 0;

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

  // The same in pieces, for files of any size; the last piece is handed over only after the hash was found right.
  virtual Result<Done> read_original(std::string_view workspace, std::string_view hash,
                                     const std::function<Result<Done>(std::string_view)>& each) = 0;

  // Writes every table of a workspace, as of one moment, as Parquet and as CSV into the folders parquet and csv of
  // `directory`, which must be there; originals are only named. Others may go on writing. full: there is no room.
  virtual Result<ExportedFacts> export_facts(std::string_view workspace, const std::string& directory,
                                             const TransferProgress& progress) = 0;
  // Stores what `export_facts` wrote, batch after batch and each all or nothing, with what was undone undone again at
  // its place. Batches get new ids; the moment that each was recorded is kept, but never lies before what the workspace
  // knows already nor after now. What is there already is known again. invalid: the files do not fit together; nothing
  // was stored then.
  virtual Result<RestoredFacts> restore_facts(std::string_view workspace, const std::string& directory,
                                              const TransferProgress& progress) = 0;

  // Rebuilds what is latest from history in passing and compares: the differences found, empty if none.
  virtual Result<std::vector<std::string>> check() = 0;

  // Runs `work` while nothing is written: the store's files then are whole, and may be copied. Questions go on.
  virtual Result<Done> while_still(const std::function<Result<Done>()>& work) { return work(); }
};

// Opens or creates the store in `directory` (files facts.duckdb and originals/). unavailable: another process owns it;
// unsupported: it was written by a newer version of this program.
Result<std::unique_ptr<Store>> open_duckdb(const std::string& directory, std::shared_ptr<const Clock> clock);

}  // namespace sociometer::facts
