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

constexpr const char* copied =
    "workspace, network, account, subject, subject_id, measure, promotion, dimension, member, window_kind, start_day, "
    "end_day, zone, value";
constexpr size_t texts_before = 10;

void append_row(std::string& text, const facts::Chunk& chunk, size_t row) {
  for (size_t column = 0; column < texts_before; ++column) {
    text += chunk.text(column, row);
    text += '\t';
  }
  text += fmt::format("{}\t{}\t{}\t{}\n", chunk.integer(10, row), chunk.integer(11, row), chunk.text(12, row),
                      chunk.integer(13, row));
}

}  // namespace

Result<Done> Postgres::run(const std::string& sql) {
  if (std::system(command(socket_, sql, "").c_str()) != 0) return internal("PostgreSQL refused: " + sql);
  return Done{};
}

Result<Done> Postgres::fill(facts::Store& store) {
  TRY_DONE(run(create));
  Pipe pipe(::popen(command(socket_, "COPY latest FROM STDIN", "").c_str(), "w"));
  if (!pipe) return unavailable("psql could not be started: is it installed?");
  TRY_DONE(store.select(fmt::format("SELECT {} FROM latest", copied), [&](const facts::Chunk& chunk) {
    std::string text;
    for (size_t row = 0; row < chunk.rows(); ++row) append_row(text, chunk, row);
    return std::fwrite(text.data(), 1, text.size(), pipe.get()) == text.size();
  }));
  if (::pclose(pipe.release()) != 0) return internal("PostgreSQL did not take the rows.");
  TRY_DONE(run("CREATE INDEX ON latest (workspace, measure, subject, window_kind, start_day)"));
  return run("VACUUM ANALYZE latest");
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
