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

std::string lines_of(const facts::Chunk& chunk, const std::vector<PostgresTable::Column>& columns) {
  std::string text;
  for (size_t row = 0; row < chunk.rows(); ++row) {
    for (size_t column = 0; column < columns.size(); ++column) {
      if (column > 0) text += '\t';
      if (columns[column].type != "text") {
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

Result<Done> Postgres::fill(facts::Store& store, const PostgresTable& table) {
  std::string names, columns;
  for (const PostgresTable::Column& column : table.columns) {
    const char* comma = names.empty() ? "" : ", ";
    names += fmt::format("{}{}", comma, column.name);
    columns += fmt::format("{}{} {}", comma, column.name, column.type);
  }
  TRY_DONE(run(fmt::format("DROP TABLE IF EXISTS {}", table.name)));
  TRY_DONE(run(fmt::format("CREATE UNLOGGED TABLE {} ({})", table.name, columns)));
  std::string copy = fmt::format("COPY {} ({}) FROM STDIN", table.name, names);
  Pipe pipe(::popen(command(socket_, copy, "").c_str(), "w"));
  if (!pipe) return unavailable("psql could not be started: is it installed?");
  auto send = [&](const facts::Chunk& chunk) {
    std::string text = lines_of(chunk, table.columns);
    return std::fwrite(text.data(), 1, text.size(), pipe.get()) == text.size();
  };
  std::string order = table.order.empty() ? "" : " ORDER BY " + table.order;
  TRY_DONE(store.select(fmt::format("SELECT {} FROM {}{}", names, table.name, order), send));
  if (::pclose(pipe.release()) != 0) return internal("PostgreSQL did not take the rows.");
  for (const std::string& index : table.indexes) {
    TRY_DONE(run(fmt::format("CREATE INDEX ON {} ({})", table.name, index)));
  }
  return run(fmt::format("VACUUM ANALYZE {}", table.name));
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
