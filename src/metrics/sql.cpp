#include "metrics/sql.h"

#include <fmt/format.h>

#include <map>

#include "base/check.h"
#include "base/text.h"

namespace sociometer::metrics {
namespace {

const Dialect& dialect(const SqlScope& scope) {
  return *scope.dialect;
}

template <typename Texts>
std::string text_list(const SqlScope& scope, const Texts& texts) {
  std::string list;
  for (const auto& text : texts) list += (list.empty() ? "" : ", ") + dialect(scope).text(text);
  return list;
}

template <typename Texts>
std::string in_list(const SqlScope& scope, std::string_view column, const Texts& texts) {
  if (texts.size() == 1) return fmt::format("{} = {}", column, dialect(scope).text(*texts.begin()));
  return fmt::format("{} IN ({})", column, text_list(scope, texts));
}

constexpr const char* ranges_of_accounts = "subject = 'account' AND window_kind IN ('range', '28d', '7d')";
constexpr const char* account_subjects = "subject IN ('account', 'post', 'campaign', 'ad')";

// The accounts asked for: by network and handles, so that two networks' equal handles stay apart.
std::string account_condition(const SqlScope& scope, std::string_view prefix) {
  if (scope.accounts.empty()) return "";
  std::map<std::string, std::vector<std::string>> by_network;
  for (const auto& [network, handle] : scope.accounts) by_network[network].push_back(handle);
  std::string condition;
  for (const auto& [network, handles] : by_network) {
    condition += fmt::format("{}({}network = {} AND {})", condition.empty() ? "" : " OR ", prefix,
                             dialect(scope).text(network), in_list(scope, fmt::format("{}account", prefix), handles));
  }
  return " AND (" + condition + ")";
}

// `latest`, or what it was at `as_of`: of each key the value observed last among the batches visible then.
std::string latest_relation(const SqlScope& scope, const std::string& condition) {
  std::string where =
      fmt::format("workspace = {}{}{}", dialect(scope).text(scope.workspace), account_condition(scope, ""), condition);
  if (!scope.as_of) return fmt::format("latest WHERE {}", where);
  std::string order = dialect(scope).order_pair("observed_at", "batch");
  auto last = [&](std::string_view column) {
    return fmt::format("{} AS {}", dialect(scope).value_at_greatest(column, order), column);
  };
  // A lifetime counter is one thing whatever day it was read on; everything else is a thing per window.
  std::string columns;
  for (std::string_view column :
       {"zone", "value", "currency", "definition", "source", "observed_at", "observed_estimated", "batch"}) {
    columns += fmt::format(", {}", last(column));
  }
  std::string start = dialect(scope).value_at_greatest("start_day", order);
  std::string end = dialect(scope).value_at_greatest("end_day", order);
  std::string key = "network, account, subject, subject_id, measure, promotion, dimension, member, window_kind, tier";
  return fmt::format(
      "(SELECT {0}, {1} AS start_day, {2} AS end_day{3} FROM observations WHERE {4} AND {5} GROUP BY {0},"
      " CASE WHEN window_kind = 'lifetime' THEN 0 ELSE start_day END,"
      " CASE WHEN window_kind = 'lifetime' THEN 0 ELSE end_day END) AS latest_then WHERE 1 = 1",
      key, start, end, columns, where, visible_batches(scope));
}

std::string days_condition(std::string_view column, std::optional<DayRange> days) {
  if (!days) return "";
  return fmt::format(" AND {0} >= {1} AND {0} < {2}", column, days->first.number, days->end.number);
}

std::string dimension_condition(const SqlScope& scope, const std::string& breakdown) {
  return fmt::format(" AND dimension = {}", dialect(scope).text(breakdown));
}

// A fact has its words in `series`: facts are read by its number, and the words once.
std::string series_of(const SqlScope& scope, const std::string& condition) {
  return fmt::format("(SELECT series FROM series WHERE workspace = {}{}{})", dialect(scope).text(scope.workspace),
                     account_condition(scope, ""), condition);
}

std::string selection_condition(const SqlScope& scope, const RowSelection& selection) {
  std::string condition =
      fmt::format(" AND subject = {} AND {}{}", dialect(scope).text(selection.subject),
                  in_list(scope, "measure", selection.measures), dimension_condition(scope, selection.breakdown));
  if (!selection.window_kinds.empty()) condition += " AND " + in_list(scope, "window_kind", selection.window_kinds);
  if (selection.days) {
    condition +=
        fmt::format(" AND start_day < {} AND end_day > {}", selection.days->end.number, selection.days->first.number);
  }
  if (!selection.posts.empty()) condition += " AND " + in_list(scope, "subject_id", selection.posts);
  return condition;
}

std::string parts_condition(const SqlScope& scope, const RowSelection& selection) {
  std::string condition;
  if (!selection.members.empty()) condition += " AND " + in_list(scope, "member", selection.members);
  if (!selection.promotions.empty()) condition += " AND " + in_list(scope, "promotion", selection.promotions);
  return condition;
}

}  // namespace

Result<Done> run_select(facts::Store& store, std::string sql, std::vector<std::string>& ran,
                        const std::function<bool(const facts::Chunk&)>& each, facts::Store::Rows rows) {
  CHECK(!lint_sql(sql));
  auto done = store.select(sql, each, rows);
  ran.push_back(std::move(sql));
  return done;
}

std::string sql_batches_between(const SqlScope& scope, Instant since) {
  std::string until = std::to_string(scope.as_of ? scope.as_of->micros : INT64_MAX);
  return fmt::format(
      "SELECT b.id, b.source, b.path, b.recorded_at, u.undone_at, b.first_day, b.end_day FROM batches b LEFT JOIN"
      " batch_undos u ON b.batch = u.batch WHERE b.workspace = {0} AND ("
      "(b.recorded_at > {1} AND b.recorded_at <= {2} AND (u.undone_at IS NULL OR u.undone_at > {2})) OR "
      "(b.recorded_at <= {1} AND u.undone_at > {1} AND u.undone_at <= {2})) ORDER BY b.batch",
      dialect(scope).text(scope.workspace), since.micros, until);
}

namespace {

// Of `batches`: recorded by `as_of` and not undone by then.
std::string recorded_and_not_undone(const SqlScope& scope) {
  std::string recorded = scope.as_of ? fmt::format(" AND recorded_at <= {}", scope.as_of->micros) : "";
  std::string undone = scope.as_of ? fmt::format(" AND undone_at <= {}", scope.as_of->micros) : "";
  return fmt::format("{} AND batch NOT IN (SELECT batch FROM batch_undos WHERE workspace = {}{})", recorded,
                     dialect(scope).text(scope.workspace), undone);
}

}  // namespace

std::string visible_batches(const SqlScope& scope) {
  return fmt::format("batch IN (SELECT batch FROM batches WHERE workspace = {}{})",
                     dialect(scope).text(scope.workspace), recorded_and_not_undone(scope));
}

std::string sql_coverage(const SqlScope& scope) {
  return fmt::format(
      "SELECT c.network, c.account, c.subject, c.first_day, c.end_day, b.zone, c.batch"
      " FROM (SELECT network, account, subject, first_day, end_day, batch FROM coverage WHERE workspace = {0} AND {2})"
      " AS c JOIN (SELECT batch, zone FROM batches WHERE workspace = {0}{1}) AS b ON c.batch = b.batch",
      dialect(scope).text(scope.workspace), recorded_and_not_undone(scope), account_subjects);
}

std::string sql_event_coverage(const SqlScope& scope, const std::vector<std::string>& subjects) {
  return fmt::format(
      "SELECT subject, first_day, end_day FROM coverage WHERE workspace = {} AND {} AND {}"
      " GROUP BY subject, first_day, end_day ORDER BY subject, first_day, end_day",
      dialect(scope).text(scope.workspace), in_list(scope, "subject", subjects), visible_batches(scope));
}

std::string sql_told_measures(const SqlScope& scope, const std::set<std::string>& measures) {
  return fmt::format("SELECT DISTINCT measure FROM series WHERE workspace = {} AND {} ORDER BY measure",
                     dialect(scope).text(scope.workspace), in_list(scope, "measure", measures));
}

namespace {

std::string choice_condition(const SqlScope& scope, const SeriesChoice& choice, std::string_view window_kinds) {
  bool stocks = choice.of == SeriesChoice::Of::stocks;
  std::string condition =
      fmt::format(" AND subject = 'account' AND window_kind IN ({}){} AND {}{}", window_kinds,
                  stocks ? " AND promotion = 'all'" : "", in_list(scope, "measure", choice.measures),
                  dimension_condition(scope, choice.breakdown));
  if (!choice.members.empty()) condition += " AND " + in_list(scope, "member", choice.members);
  return condition;
}

constexpr std::string_view days_of_flows = "'day'", days_of_stocks = "'instant', 'day'";

std::string days_of(const SqlScope& scope, const SeriesChoice& choice) {
  return choice_condition(scope, choice, choice.of == SeriesChoice::Of::stocks ? days_of_stocks : days_of_flows);
}

}  // namespace

std::string sql_series_names(const SqlScope& scope, const SeriesChoice& choice) {
  bool stocks = choice.of == SeriesChoice::Of::stocks;
  return fmt::format(
      "SELECT CAST(series AS BIGINT) AS series, network, account, measure, promotion, member, tier, window_kind"
      " FROM series WHERE workspace = {}{}{}",
      dialect(scope).text(scope.workspace), account_condition(scope, ""),
      choice_condition(scope, choice, stocks ? days_of_stocks : "'day', 'range', '28d', '7d'"));
}

std::vector<SeriesRun> runs_of(std::span<const int64_t> numbers) {
  std::vector<SeriesRun> runs;
  for (int64_t number : numbers) {
    if (runs.empty() || runs.back().second + 1 != number) runs.emplace_back(number, number);
    runs.back().second = number;
  }
  return runs;
}

namespace {

// Every run has the engine plan a scan, in a small store too. Over ten million facts forty runs took half of the time
// of the join, eighty as long.
constexpr size_t most_runs = 32;

// Columns of the latest facts `c` of some series: of the runs one by one where they are few, else those of `chosen`.
std::string sql_facts_of(const std::string& columns, const std::vector<SeriesRun>& runs, const std::string& chosen,
                         const std::string& condition) {
  CHECK(!runs.empty());
  auto between = [](int64_t first, int64_t last) {
    return fmt::format("c.series >= {} AND c.series <= {}", first, last);
  };
  if (runs.size() > most_runs) {
    return fmt::format("SELECT {} FROM current_facts AS c JOIN {} AS n ON c.series = n.series WHERE {}{}", columns,
                       chosen, between(runs.front().first, runs.back().second), condition);
  }
  std::string sql;
  for (const auto& [first, last] : runs) {
    sql += fmt::format("{}SELECT {} FROM current_facts AS c WHERE {}{}", sql.empty() ? "" : " UNION ALL ", columns,
                       between(first, last), condition);
  }
  return sql;
}

}  // namespace

std::string sql_series_values(const SqlScope& scope, const SeriesChoice& choice, const SeriesPart& part) {
  return sql_facts_of(fmt::format("CAST(c.series AS BIGINT) AS series, CAST(start_day AS BIGINT) AS day, value{}",
                                  part.batches ? ", batch" : ""),
                      part.runs, series_of(scope, days_of(scope, choice)), days_condition("start_day", part.days));
}

std::string sql_series_values_then(const SqlScope& scope, const SeriesChoice& choice, std::optional<DayRange> days) {
  return fmt::format("SELECT network, account, measure, promotion, tier, member, start_day, value, batch FROM {}",
                     latest_relation(scope, days_of(scope, choice) + days_condition("start_day", days)));
}

std::string sql_ranges(const SqlScope& scope, const std::set<std::string>& measures, std::optional<DayRange> days,
                       const std::string& breakdown) {
  std::string inside = days
                           ? fmt::format(" AND start_day >= {} AND end_day <= {}", days->first.number, days->end.number)
                           : std::string();
  std::string condition = fmt::format(" AND {} AND {}{}{}", ranges_of_accounts, in_list(scope, "measure", measures),
                                      dimension_condition(scope, breakdown), inside);
  return fmt::format(
      "SELECT network, account, measure, promotion, tier, member, start_day, end_day, value FROM {}"
      " ORDER BY network, account, measure, promotion, tier, member, start_day, end_day",
      latest_relation(scope, condition));
}

std::string sql_uniques(const SqlScope& scope, const std::set<std::string>& measures, std::optional<DayRange> days,
                        const std::string& breakdown) {
  std::string overlapping =
      days ? fmt::format(" AND start_day < {} AND end_day > {}", days->end.number, days->first.number) : std::string();
  std::string condition =
      fmt::format(" AND subject = 'account' AND window_kind IN ('day', '7d', '28d', 'range') AND {}{}{}",
                  in_list(scope, "measure", measures), dimension_condition(scope, breakdown), overlapping);
  return fmt::format(
      "SELECT network, account, measure, promotion, tier, window_kind, start_day, end_day, value, member FROM {}"
      " ORDER BY network, account, measure, promotion, tier, start_day, end_day",
      latest_relation(scope, condition));
}

namespace {
std::string ledger_condition(const SqlScope& scope, const std::set<std::string>& measures) {
  return fmt::format(" AND subject IN ('account', 'campaign', 'ad') AND window_kind IN ('day', 'range') AND {}",
                     in_list(scope, "measure", measures));
}
}  // namespace

std::string sql_ledger(const SqlScope& scope, const std::set<std::string>& measures) {
  return fmt::format(
      "SELECT network, account, subject, subject_id, measure, promotion, dimension, member, start_day, end_day,"
      " currency, value, batch, tier FROM {} ORDER BY network, account, measure, start_day, end_day, subject,"
      " subject_id, promotion, dimension, member, tier",
      latest_relation(scope, ledger_condition(scope, measures)));
}

std::string sql_ledger_extent(const SqlScope& scope, const std::set<std::string>& measures) {
  return fmt::format("SELECT min(start_day), max(end_day) FROM {}",
                     latest_relation(scope, ledger_condition(scope, measures)));
}

std::string sql_post_history(const SqlScope& scope, const std::set<std::string>& measures) {
  return fmt::format(
      "SELECT network, account, subject_id, measure, start_day, observed_at, value, tier FROM observations"
      " WHERE workspace = {} AND subject = 'post' AND window_kind = 'lifetime' AND dimension = '' AND promotion = 'all'"
      " AND NOT observed_estimated AND {} AND {}{}"
      " ORDER BY network, account, subject_id, measure, tier, observed_at, batch",
      dialect(scope).text(scope.workspace), in_list(scope, "measure", measures), visible_batches(scope),
      account_condition(scope, ""));
}

namespace {

// A post's published day is that of its own zone; the workspace's may be one off.
std::optional<DayRange> day_more(std::optional<DayRange> days) {
  if (!days) return std::nullopt;
  return DayRange{days->first - 1, days->end + 1};
}

std::string post_fields(const PostColumns& columns) {
  std::string fields = "p.network, p.account, p.published_at, p.published_day, p.promotion AS post_promotion";
  if (columns.ids) fields += ", p.post";
  if (columns.attributes) fields += ", p.kind, p.campaign, p.language";
  if (columns.hashtags) fields += ", p.hashtags";
  if (columns.tags) fields += ", p.tags";
  if (columns.texts) fields += ", p.text, p.link";
  return fields;
}

// The posts, or what they were at `as_of`.
std::string posts_relation(const SqlScope& scope) {
  if (!scope.as_of) return "latest_posts";
  const Dialect& d = dialect(scope);
  std::string order = d.order_pair("observed_at", "batch");
  std::string list;
  for (std::string_view column : {"published_at", "published_day", "zone", "kind", "hashtags", "campaign", "language",
                                  "tags", "promotion", "deleted", "text", "link"}) {
    list += fmt::format(", {} AS {}", d.value_at_greatest(column, order), column);
  }
  return fmt::format(
      "(SELECT workspace, network, account, post{} FROM posts WHERE workspace = {} AND {}"
      " GROUP BY workspace, network, account, post)",
      list, d.text(scope.workspace), visible_batches(scope));
}

std::string post_condition(const SqlScope& scope, const PostColumns& columns, std::optional<DayRange> days) {
  return fmt::format("p.workspace = {}{}{}{}", dialect(scope).text(scope.workspace), account_condition(scope, "p."),
                     days_condition("p.published_day", day_more(days)), columns.condition);
}

std::string counter_condition(const SqlScope& scope, const std::vector<std::string>& measures) {
  return fmt::format(" AND subject = 'post' AND window_kind = 'lifetime' AND dimension = '' AND {}",
                     in_list(scope, "measure", measures));
}

// A counter lies on the day of its post, or later where that was not known: so there is no upper bound.
std::string counted(std::optional<Day> since) {
  return since ? fmt::format(" AND start_day >= {}", since->number) : "";
}

}  // namespace

std::string sql_post_fields(const SqlScope& scope, PostColumns columns, std::optional<DayRange> days) {
  columns.ids = true;
  return fmt::format("SELECT {} FROM {} AS p WHERE {}", post_fields(columns), posts_relation(scope),
                     post_condition(scope, columns, days));
}

std::string sql_counter_series(const SqlScope& scope, const std::vector<std::string>& measures) {
  return fmt::format("SELECT series, network, account, measure, promotion, tier FROM series WHERE workspace = {}{}{}",
                     dialect(scope).text(scope.workspace), account_condition(scope, ""),
                     counter_condition(scope, measures));
}

std::string sql_counters(const SqlScope& scope, const std::vector<std::string>& measures,
                         const std::vector<SeriesRun>& runs, std::optional<Day> since) {
  return sql_facts_of("CAST(c.series AS BIGINT) AS series, c.value, c.subject_id", runs,
                      series_of(scope, counter_condition(scope, measures)), counted(since));
}

std::string sql_days_moved(const SqlScope& scope) {
  const std::string workspace = dialect(scope).text(scope.workspace);
  return fmt::format(
      "SELECT max(p.published_day - o.published_day) FROM latest_posts AS p JOIN outdated_posts AS o"
      " ON p.network = o.network AND p.account = o.account AND p.post = o.post"
      " WHERE p.workspace = {0} AND o.workspace = {0} AND o.published_day < p.published_day",
      workspace);
}

std::string sql_posts(const SqlScope& scope, const PostColumns& columns, std::optional<DayRange> days) {
  const Dialect& d = dialect(scope);
  std::string fields = post_fields(columns);
  std::string posts = posts_relation(scope);
  std::string where = post_condition(scope, columns, days);
  if (columns.measures.empty()) {
    return fmt::format("SELECT {} FROM {} AS p WHERE {}", fields, posts, where);
  }
  std::string pivot, selected;
  std::set<std::string> measures, dimensions{""};
  for (const PostColumns::Counter& counter : columns.measures) {
    measures.insert(counter.measure);
    dimensions.insert(counter.dimension);
  }
  for (size_t i = 0; i < columns.measures.size(); ++i) {
    const PostColumns::Counter& counter = columns.measures[i];
    std::string is_it = fmt::format("measure = {}", d.text(counter.measure));
    if (dimensions.size() > 1) is_it += fmt::format(" AND dimension = {}", d.text(counter.dimension));
    if (counter.dimension.empty()) {
      pivot += fmt::format(", max(CASE WHEN {} THEN value END) AS m{}", is_it, i);
    } else {
      // A member nobody names stands for none.
      std::string members = counter.members.empty() ? "1 = 0" : in_list(scope, "member", counter.members);
      pivot += fmt::format(", {} AS m{}",
                           d.integer_sum(fmt::format("CASE WHEN {} AND {} THEN value END", is_it, members)), i);
    }
    selected += fmt::format(", v.m{}", i);
  }
  std::string condition = fmt::format(" AND subject = 'post' AND window_kind = 'lifetime' AND {} AND {}{}",
                                      in_list(scope, "dimension", dimensions), in_list(scope, "measure", measures),
                                      counted(columns.counted_since));
  return fmt::format(
      "SELECT {}, v.promotion, v.tier{} FROM {} AS p LEFT JOIN"
      " (SELECT network, account, subject_id, promotion, tier{} FROM {} GROUP BY network, account, subject_id, "
      "promotion,"
      " tier) AS v ON p.network = v.network AND p.account = v.account AND p.post = v.subject_id WHERE {}",
      fields, selected, posts, pivot, latest_relation(scope, condition), where);
}

namespace {

// The rows of a selection that are believed – of what several sources tell of the same those of the best – or the
// others. Which that is goes by all that they tell of it, not by the parts selected.
enum class Belief { believed, others };
std::string told_rows(const SqlScope& scope, const RowSelection& selection, Belief belief = Belief::believed) {
  return fmt::format(
      "(SELECT *, min(tier) OVER (PARTITION BY network, account, subject_id, measure, member, window_kind,"
      " CASE WHEN window_kind = 'lifetime' THEN 0 ELSE start_day END) AS best_tier FROM {}) AS told"
      " WHERE tier {} best_tier{}",
      latest_relation(scope, selection_condition(scope, selection)), belief == Belief::believed ? "=" : ">",
      parts_condition(scope, selection));
}

}  // namespace

std::string sql_rows(const SqlScope& scope, const RowSelection& selection, int64_t limit, int64_t offset) {
  return fmt::format(
      "SELECT l.network, l.account, l.subject, l.subject_id, l.measure, l.promotion, l.dimension, l.member, "
      "l.window_kind,"
      " l.start_day, l.end_day, l.value, l.observed_at, l.source, b.id FROM"
      " (SELECT * FROM {}) AS l JOIN (SELECT batch, id FROM batches WHERE workspace = {}) AS b ON l.batch = b.batch"
      " ORDER BY l.start_day, l.end_day, l.network, l.account, l.subject_id, l.measure, l.promotion, l.member, l.tier"
      " LIMIT {} OFFSET {}",
      told_rows(scope, selection), dialect(scope).text(scope.workspace), limit, offset);
}

std::string sql_sources(const SqlScope& scope, const RowSelection& selection) {
  return fmt::format(
      "SELECT l.measure, b.id, b.source, b.path, count(*) AS rows FROM (SELECT measure, batch FROM {}) AS l"
      " JOIN (SELECT batch, id, source, path FROM batches WHERE workspace = {}) AS b ON l.batch = b.batch"
      " GROUP BY l.measure, b.id, b.source, b.path ORDER BY l.measure, b.id",
      told_rows(scope, selection), dialect(scope).text(scope.workspace));
}

std::string sql_not_believed(const SqlScope& scope, const RowSelection& selection) {
  return fmt::format("SELECT source, count(*) AS rows FROM {} GROUP BY source ORDER BY source",
                     told_rows(scope, selection, Belief::others));
}

std::string sql_row_count(const SqlScope& scope, const RowSelection& selection) {
  return fmt::format("SELECT count(*) AS rows FROM {}", told_rows(scope, selection));
}

std::string sql_post_texts(const SqlScope& scope, const std::vector<std::string>& posts) {
  return fmt::format("SELECT network, account, post, text, link FROM latest_posts WHERE workspace = {}{} AND {}",
                     dialect(scope).text(scope.workspace), account_condition(scope, ""), in_list(scope, "post", posts));
}

std::string sql_posts_counted(const SqlScope& scope, const std::vector<std::string>& posts) {
  return fmt::format(
      "SELECT network, account, subject_id, max(observed_at) FROM {} GROUP BY network, account, subject_id",
      latest_relation(scope,
                      " AND subject = 'post' AND window_kind = 'lifetime' AND " + in_list(scope, "subject_id", posts)));
}

}  // namespace sociometer::metrics
