// SQL: the SELECTs of metrics, written once. Each function is named after the question it asks; what differs between
// engines comes from the dialect. Literals are quoted, so a statement can be shown to a person and run by hand.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "facts/facts.h"
#include "metrics/dialect.h"

namespace sociometer::metrics {

struct SqlScope {
  const Dialect* dialect = nullptr;
  std::string workspace;
  std::optional<Instant> as_of;
  std::vector<std::pair<std::string, std::string>> accounts;  // network, handle; empty: all of the workspace
};

// Hands the rows of a SELECT on and keeps its text in `ran`, for explanations. What no other engine would understand is
// a bug.
Result<Done> run_select(facts::Store& store, std::string sql, std::vector<std::string>& ran,
                        const std::function<bool(const facts::Chunk&)>& each,
                        facts::Store::Rows rows = facts::Store::Rows::many);

// `batch` is one recorded by `as_of` and not undone by then.
std::string visible_batches(const SqlScope& scope);

// What is known of each account, in no order: network, account, subject, first_day, end_day, zone, batch.
std::string sql_coverage(const SqlScope& scope);
// Which days each table of events was told of: subject, first_day, end_day.
std::string sql_event_coverage(const SqlScope& scope, const std::vector<std::string>& subjects);
// Which of these measures any source told as numbers: measure.
std::string sql_told_measures(const SqlScope& scope, const std::set<std::string>& measures);
// Series of accounts: flows, or stocks of the whole.
struct SeriesChoice {
  enum class Of { flows, stocks };
  Of of = Of::flows;
  std::set<std::string> measures;
  std::string breakdown;
  std::vector<std::string> members;  // only these; empty: all
};
// Their names, flows of ranges and rolling windows too: series, network, account, measure, promotion, member, tier,
// window_kind.
std::string sql_series_names(const SqlScope& scope, const SeriesChoice& choice);
// The first and last of series numbers that follow each other without a gap.
using SeriesRun = std::pair<int64_t, int64_t>;
// Of ascending numbers. A few runs are read where they lie, in a third of the time that a join over every fact takes.
std::vector<SeriesRun> runs_of(std::span<const int64_t> numbers);
// Their values by day: series, day, value and, if wanted, batch; all of 64 bits.
struct SeriesPart {
  std::vector<SeriesRun> runs;  // ascending, never empty; series between them are of another choice
  std::optional<DayRange> days;
  bool batches = false;
};
std::string sql_series_values(const SqlScope& scope, const SeriesChoice& choice, const SeriesPart& part);
// The same as of an earlier time: network, account, measure, promotion, tier, member, day, value, batch.
std::string sql_series_values_then(const SqlScope& scope, const SeriesChoice& choice, std::optional<DayRange> days);
// Flows of whole ranges and rolling windows: network, account, measure, promotion, tier, member, start_day, end_day,
// value.
std::string sql_ranges(const SqlScope& scope, const std::set<std::string>& measures, std::optional<DayRange> days,
                       const std::string& breakdown);
// Uniques: network, account, measure, promotion, tier, window_kind, start_day, end_day, value, member.
std::string sql_uniques(const SqlScope& scope, const std::set<std::string>& measures, std::optional<DayRange> days,
                        const std::string& breakdown);

// Day and range values of accounts, campaigns and ads: network, account, subject, subject_id, measure, promotion,
// dimension, member, start_day, end_day, currency, value, batch, tier. And the days they speak of: first, end.
std::string sql_ledger(const SqlScope& scope, const std::set<std::string>& measures);
std::string sql_ledger_extent(const SqlScope& scope, const std::set<std::string>& measures);

// Every reading of posts' counters whose moment is known, by post, measure and source the oldest first: network,
// account, post, measure, published day, observed_at, value, tier.
std::string sql_post_history(const SqlScope& scope, const std::set<std::string>& measures);

struct PostColumns {
  struct Counter {
    std::string name;  // of the column in the frame
    std::string measure;
    std::string dimension;             // only this breakdown's rows; empty: the whole
    std::vector<std::string> members;  // of these members, added
  };
  std::vector<Counter> measures;  // one column each, after the fixed ones
  bool attributes = false, hashtags = false, tags = false, ids = false, texts = false;
  std::optional<Day> counted_since;  // no counter lies before this day; none: on any
  std::string condition;             // on latest_posts as p, "" for none
};
// Posts with their counters: account fields first, then published_at, published_day, promotion, tier, [post, kind,
// campaign, language, hashtags, tags, text, link as wanted], then a column per measure.
std::string sql_posts(const SqlScope& scope, const PostColumns& columns, std::optional<DayRange> days);

// Posts without their counters: as sql_posts up to link, with the post's id.
std::string sql_post_fields(const SqlScope& scope, PostColumns columns, std::optional<DayRange> days);
// Which series the counters of posts are in: series, network, account, measure, promotion, tier.
std::string sql_counter_series(const SqlScope& scope, const std::vector<std::string>& measures);
// By how many days a post was ever said to have been published later than before; no row or NULL where none was. Its
// counters may lie on the earlier day.
std::string sql_days_moved(const SqlScope& scope);
// The counters themselves: series, value, post. `runs` as in SeriesPart, `since` as counted_since.
std::string sql_counters(const SqlScope& scope, const std::vector<std::string>& measures,
                         const std::vector<SeriesRun>& runs, std::optional<Day> since);

// The stored rows behind a cell, in the order of Explanation::Row, a page of them.
struct RowSelection {
  std::set<std::string> measures;
  std::string subject;                    // "account" or "post"
  std::vector<std::string> window_kinds;  // empty: any
  std::optional<DayRange> days;           // start_day inside; for uniques: overlapping
  std::vector<std::string> posts;         // only these ids, if not empty
  std::vector<std::string> promotions;
  std::string breakdown;
  std::vector<std::string> members;  // of the breakdown, if not empty
};
std::string sql_rows(const SqlScope& scope, const RowSelection& selection, int64_t limit, int64_t offset);
// By measure, batch: measure, batch id, source, path, rows.
std::string sql_sources(const SqlScope& scope, const RowSelection& selection);
// What a better source tells as well: source, rows.
std::string sql_not_believed(const SqlScope& scope, const RowSelection& selection);
std::string sql_row_count(const SqlScope& scope, const RowSelection& selection);
// Batches that count at one of the two moments only, oldest first: id, source, path, recorded_at, undone_at, first_day,
// end_day. Without `as_of` the later moment is now.
std::string sql_batches_between(const SqlScope& scope, Instant since);
// What the content table shows of each post: text, link.
std::string sql_post_texts(const SqlScope& scope, const std::vector<std::string>& posts);
// When the counters of each post were read last: network, account, post, observed_at.
std::string sql_posts_counted(const SqlScope& scope, const std::vector<std::string>& posts);

}  // namespace sociometer::metrics
