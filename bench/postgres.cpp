#include "bench/postgres.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace sociometer::bench {
namespace {

struct Close {
  void operator()(std::FILE* pipe) const { ::pclose(pipe); }
};
using Pipe = std::unique_ptr<std::FILE, Close>;

// The statements hold no double quotation mark, dollar or backslash.
std::string command(const std::string& socket, const std::string& sql, const std::string& options) {
  return fmt::format("psql -X -q -A -t -v ON_ERROR_STOP=1 -h '{}' -d postgres {} -c \"{}\"", socket, options, sql);
}

constexpr const char* create = R"sql(
  DROP TABLE IF EXISTS latest;
  CREATE UNLOGGED TABLE latest (workspace text, network text, account text, subject text, subject_id text, measure text,
    promotion text, dimension text, member text, window_kind text, start_day integer, end_day integer, zone text,
    value bigint))sql";

constexpr const char* create_posts = R"sql(
  DROP TABLE IF EXISTS latest_posts;
  CREATE UNLOGGED TABLE latest_posts (workspace text, network text, account text, post text,
    published_day integer))sql";

// A table to fill: its columns, and which of them are numbers.
struct Copied {
  const char* table;
  const char* columns;
  std::vector<bool> numbers;
};

const Copied observations = {
    "latest",
    "workspace, network, account, subject, subject_id, measure, promotion, dimension, member, window_kind, zone, "
    "start_day, end_day, value",
    {false, false, false, false, false, false, false, false, false, false, false, true, true, true}};
const Copied posts = {
    "latest_posts", "workspace, network, account, post, published_day", {false, false, false, false, true}};

std::string lines_of(const facts::Chunk& chunk, const std::vector<bool>& numbers) {
  std::string text;
  for (size_t row = 0; row < chunk.rows(); ++row) {
    for (size_t column = 0; column < numbers.size(); ++column) {
      if (column > 0) text += '\t';
      if (numbers[column]) {
        text += fmt::format("{}", chunk.integer(column, row));
      } else {
        text += chunk.text(column, row);
      }
    }
    text += '\n';
  }
  return text;
}

}  // namespace

Result<Done> Postgres::run(const std::string& sql) {
  if (std::system(command(socket_, sql, "").c_str()) != 0) return internal("PostgreSQL refused: " + sql);
  return Done{};
}

Result<Done> Postgres::fill(facts::Store& store) {
  TRY_DONE(run(create));
  TRY_DONE(run(create_posts));
  for (const Copied& copied : {observations, posts}) {
    std::string copy = fmt::format("COPY {} ({}) FROM STDIN", copied.table, copied.columns);
    Pipe pipe(::popen(command(socket_, copy, "").c_str(), "w"));
    if (!pipe) return unavailable("psql could not be started: is it installed?");
    auto send = [&](const facts::Chunk& chunk) {
      std::string text = lines_of(chunk, copied.numbers);
      return std::fwrite(text.data(), 1, text.size(), pipe.get()) == text.size();
    };
    TRY_DONE(store.select(fmt::format("SELECT {} FROM {}", copied.columns, copied.table), send));
    if (::pclose(pipe.release()) != 0) return internal("PostgreSQL did not take the rows.");
  }
  TRY_DONE(run("CREATE INDEX ON latest (workspace, measure, subject, window_kind, start_day)"));
  TRY_DONE(run("CREATE INDEX ON latest_posts (workspace, published_day)"));
  TRY_DONE(run("VACUUM ANALYZE latest"));
  return run("VACUUM ANALYZE latest_posts");
}

Result<double> Postgres::seconds_of(const std::string& sql) {
  Pipe pipe(::popen(command(socket_, sql, "-c '\\timing on'").c_str(), "r"));
  if (!pipe) return unavailable("psql could not be started: is it installed?");
  std::array<char, 4096> line;
  double milliseconds = -1;
  while (std::fgets(line.data(), line.size(), pipe.get()) != nullptr) {
    double found = 0;
    if (std::sscanf(line.data(), "Time: %lf ms", &found) == 1) milliseconds = found;
  }
  if (milliseconds < 0) return internal("PostgreSQL refused: " + sql);
  return milliseconds / 1e3;
}

}  // namespace sociometer::bench
