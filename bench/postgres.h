// PostgreSQL beside the product, through its own `psql`: what most people would keep such numbers in.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "facts/facts.h"

namespace sociometer::bench {

class Postgres {
 public:
  // The folder of the server's Unix socket; `psql` must be on the PATH.
  explicit Postgres(std::string socket) : socket_(std::move(socket)) {}

  // The rows of `latest` in a table of the same columns, with the indexes that the questions want.
  Result<Done> fill(facts::Store& store);
  // As the server's own client measures it, answer included.
  Result<double> seconds_of(const std::string& sql);

 private:
  Result<Done> run(const std::string& sql);

  std::string socket_;
};

}  // namespace sociometer::bench
