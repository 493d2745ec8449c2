#include <fmt/format.h>

#include <filesystem>

#include "bench/bench.h"
#include "bench/exports.h"
#include "bench/plain_duckdb.h"
#include "catalog/catalog.h"
#include "collect/collect.h"
#include "control/control.h"
#include "facts/facts.h"

namespace sociometer::bench {
namespace {

namespace fs = std::filesystem;
constexpr int import_rounds = 3;

// The product's table of what is latest, which an import of new facts fills, as src/facts/migrations makes it.
constexpr const char* create_latest = R"sql(
  CREATE TABLE latest (
    workspace VARCHAR NOT NULL, network VARCHAR NOT NULL, account VARCHAR NOT NULL, subject VARCHAR NOT NULL,
    subject_id VARCHAR NOT NULL, measure VARCHAR NOT NULL, promotion VARCHAR NOT NULL, dimension VARCHAR NOT NULL,
    member VARCHAR NOT NULL, window_kind VARCHAR NOT NULL, start_day INTEGER NOT NULL, end_day INTEGER NOT NULL,
    zone VARCHAR NOT NULL, value BIGINT NOT NULL, currency VARCHAR NOT NULL, definition INTEGER NOT NULL,
    source VARCHAR NOT NULL, tier INTEGER NOT NULL, observed_at BIGINT NOT NULL, observed_estimated BOOLEAN NOT NULL,
    batch BIGINT NOT NULL))sql";

constexpr const char* create_posts = R"sql(
  CREATE TABLE latest_posts (
    workspace VARCHAR NOT NULL, network VARCHAR NOT NULL, account VARCHAR NOT NULL, post VARCHAR NOT NULL,
    published_at BIGINT, published_day INTEGER, zone VARCHAR NOT NULL, kind VARCHAR NOT NULL, text VARCHAR NOT NULL,
    hashtags VARCHAR[] NOT NULL, mentions VARCHAR[] NOT NULL, link VARCHAR NOT NULL, language VARCHAR NOT NULL,
    promotion VARCHAR NOT NULL, campaign VARCHAR NOT NULL, tags VARCHAR[] NOT NULL, deleted BOOLEAN NOT NULL,
    source VARCHAR NOT NULL, tier INTEGER NOT NULL, observed_at BIGINT NOT NULL, observed_estimated BOOLEAN NOT NULL,
    batch BIGINT NOT NULL))sql";

constexpr const char* insert_own_observations = R"sql(
  INSERT INTO latest
  SELECT 'default', network, account, subject, '', measure, 'all', '', '', "window",
         "start"::DATE - DATE '1970-01-01', "end"::DATE - DATE '1970-01-01' + 1, zone, value, '', 1,
         'sociometer_observations', 1, epoch_us(observed_at), false, 1
  FROM read_csv('{}', header = true, columns = {{
    'network': 'VARCHAR', 'account': 'VARCHAR', 'ownership': 'VARCHAR', 'subject': 'VARCHAR', 'measure': 'VARCHAR',
    'window': 'VARCHAR', 'start': 'DATE', 'end': 'DATE', 'zone': 'VARCHAR', 'value': 'BIGINT',
    'observed_at': 'TIMESTAMP'}}))sql";

// Read once, for the posts and for their counters.
constexpr const char* read_x_posts = R"sql(
  CREATE TEMP TABLE export AS
  SELECT * FROM read_csv('{}', header = true, nullstr = '-', types = {{'Tweet id': 'VARCHAR', 'time': 'VARCHAR',
      'promoted impressions': 'DOUBLE', 'promoted engagements': 'DOUBLE', 'promoted retweets': 'DOUBLE',
      'promoted replies': 'DOUBLE', 'promoted likes': 'DOUBLE', 'promoted user profile clicks': 'DOUBLE',
      'promoted url clicks': 'DOUBLE', 'promoted hashtag clicks': 'DOUBLE', 'promoted detail expands': 'DOUBLE',
      'promoted permalink clicks': 'DOUBLE', 'promoted follows': 'DOUBLE', 'promoted media views': 'DOUBLE'}}))sql";

constexpr const char* insert_x_posts = R"sql(
  INSERT INTO latest_posts
  SELECT 'default', 'x', 'brand', "Tweet id", epoch_us("time"[1:16]::TIMESTAMP),
         "time"[1:10]::DATE - DATE '1970-01-01', 'UTC', '', "Tweet text",
         regexp_extract_all(lower("Tweet text"), '#(\w+)', 1), regexp_extract_all(lower("Tweet text"), '@(\w+)', 1),
         "Tweet permalink", '', 'all', '', [], false, 'x_post_activity', 1, 1767225600000000, true, 1
  FROM export)sql";

// The measures of each post, unpivoted; the promoted columns are '-' throughout and give no rows.
constexpr const char* insert_x_counters = R"sql(
  INSERT INTO latest
  SELECT 'default', 'x', 'brand', 'post', id, measure, promotion, '', '', 'lifetime', day, day + 1, 'UTC', value, '', 1,
         'x_post_activity', 1, 1767225600000000, true, 1
  FROM (
    SELECT "Tweet id" AS id, "time"[1:10]::DATE - DATE '1970-01-01' AS day,
           unnest(['impressions', 'network_engagements', 'shares', 'comments', 'likes', 'profile_visits', 'link_clicks',
                   'clicks', 'follows', 'media_views', 'impressions', 'network_engagements', 'shares', 'comments',
                   'likes', 'profile_visits', 'link_clicks', 'clicks', 'follows', 'media_views']) AS measure,
           unnest(['all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'all', 'paid', 'paid', 'paid', 'paid',
                   'paid', 'paid', 'paid', 'paid', 'paid', 'paid']) AS promotion,
           unnest([impressions, engagements, retweets, replies, likes, "user profile clicks", "url clicks",
                   "user profile clicks" + "url clicks" + "hashtag clicks" + "detail expands" + "permalink clicks",
                   follows, "media views", "promoted impressions", "promoted engagements", "promoted retweets",
                   "promoted replies", "promoted likes", "promoted user profile clicks", "promoted url clicks",
                   "promoted user profile clicks" + "promoted url clicks" + "promoted hashtag clicks" +
                     "promoted detail expands" + "promoted permalink clicks",
                   "promoted follows", "promoted media views"])::BIGINT AS value
    FROM export)
  WHERE value IS NOT NULL)sql";

std::string fresh_directory(const std::string& path) {
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

struct Stored {
  int64_t observations = 0, posts = 0;
};

using Statements = std::vector<std::string>;

// The whole way a user's file goes: recognition, rejects, original kept, latest renewed.
Result<Stored> import_with_product(const std::string& directory, const std::string& file, const std::string& account) {
  fresh_directory(directory);
  TRY(auto control, control::open_sqlite(directory + "/control.sqlite"));
  TRY(auto store, facts::open_duckdb(directory, system_clock()));
  collect::Importer importer(catalog::Catalog::built_in(), *control, *store, system_clock());
  TRY(auto input, collect::open_paths({file}, nullptr));
  collect::ImportOptions options;
  options.account = account;
  TRY(auto report, importer.import("default", *input, options, [](const auto&) { return true; }));
  if (report.exit_status() != 0) {
    const auto& one = report.files.front();
    return internal("The import did not take all: " + (one.error ? one.error->message : one.rejects.front().reason));
  }
  return Stored{report.files.front().observations, report.files.front().posts};
}

Result<Stored> import_by_hand(const std::string& directory, const Statements& statements) {
  fresh_directory(directory);
  TRY(auto plain, PlainDuckdb::open(directory + "/plain.duckdb"));
  TRY_DONE(plain.run(create_latest));
  TRY_DONE(plain.run(create_posts));
  for (const std::string& statement : statements) TRY_DONE(plain.run(statement));
  TRY_DONE(plain.run("CHECKPOINT"));
  Stored stored;
  TRY(stored.observations, plain.number("SELECT count(*) FROM latest"));
  TRY(stored.posts, plain.number("SELECT count(*) FROM latest_posts"));
  return stored;
}

Result<Line> measure(const std::string& directory, const Written& file, const std::string& what,
                     const std::string& account, const Statements& by_hand) {
  Stored ours, theirs;
  auto run_ours = [&]() -> Result<Done> {
    TRY(ours, import_with_product(directory + "/ours", file.path, account));
    return Done{};
  };
  auto run_theirs = [&]() -> Result<Done> {
    TRY(theirs, import_by_hand(directory + "/theirs", by_hand));
    return Done{};
  };
  TRY(Medians medians, medians_in_turns(import_rounds, run_ours, run_theirs));
  if (ours.observations != theirs.observations || ours.posts != theirs.posts) {
    return internal(fmt::format(
        "{}: the product stored {} observations of {} posts, the SQL {} of {}: they do not do the same work", what,
        ours.observations, ours.posts, theirs.observations, theirs.posts));
  }
  fmt::print(stderr, "{}: {:.2f} s, by hand {:.2f} s\n", what, medians.ours, medians.theirs);
  Line line{fmt::format("import {}, {:.0f} MB, {} k observations", what, file.megabytes, ours.observations / 1000),
            "read_csv, unpivot, insert into latest", medians.theirs / medians.ours, "≥ 0.5 ×"};
  line.verdict = line.ratio >= 0.5 ? Line::Verdict::met : Line::Verdict::missed;
  return line;
}

}  // namespace

Result<std::vector<Line>> import_lines(const std::string& directory, Size size) {
  fmt::print(stderr, "writing exports\n");
  TRY(auto own, write_own_observations(directory + "/own.csv", 1'200'000 / size.divisor));
  TRY(auto x, write_x_posts(directory + "/x.csv", 200'000 / size.divisor));
  std::vector<Line> lines;
  TRY(auto first, measure(directory, own, "own observations", "", {fmt::format(insert_own_observations, own.path)}));
  lines.push_back(first);
  TRY(auto second, measure(directory, x, "X post activity", "brand",
                           {fmt::format(read_x_posts, x.path), insert_x_posts, insert_x_counters}));
  lines.push_back(second);
  return lines;
}

}  // namespace sociometer::bench
