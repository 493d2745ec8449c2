// The engine without the product: a file, a connection, statements. What a person with the C API would write.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace sociometer::bench {

class PlainDuckdb {
 public:
  static Result<PlainDuckdb> open(const std::string& path);
  Result<Done> run(const std::string& sql);
  Result<int64_t> number(const std::string& sql);  // of the first column of the first row

 private:
  struct Handles;
  std::shared_ptr<Handles> handles_;
};

}  // namespace sociometer::bench
