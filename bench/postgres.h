// PostgreSQL beside the product, through its own `psql`: what most people would keep such numbers in.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "facts/facts.h"

namespace sociometer::bench {

// A table of the store to be filled with the same rows, and the indexes that the questions want.
struct PostgresTable {
  struct Column {
    std::string name, type;
  };
  std::string name;
  std::vector<Column> columns;
  std::vector<std::string> indexes;
  std::string order = {};  // in which the rows come, as exports would tell them; empty: as they lie in the store
};

class Postgres {
 public:
  // The folder of the server's Unix socket; `psql` must be on the PATH.
  explicit Postgres(std::string socket) : socket_(std::move(socket)) {}

  Result<Done> fill(facts::Store& store, const PostgresTable& table);
  // As the server's own client measures it, answer included.
  Result<double> seconds_of(const std::string& sql);

 private:
  Result<Done> run(const std::string& sql);

  std::string socket_;
};

}  // namespace sociometer::bench
