// Appending rows to a table as fast as the engine takes them: column by column into a chunk, chunk by chunk.
//
//   TRY(auto appender, Appender::open(lease, "coverage"));
//   appender->text(0, "default");
//   appender->number<int32_t>(4, 20000);
//   …
//   TRY_DONE(appender->end_row());
//   TRY_DONE(appender->close());
#pragma once

#include <duckdb.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/engine.h"

namespace sociometer::facts {

class Appender {
 public:
  static Result<std::unique_ptr<Appender>> open(Lease& lease, const std::string& table);
  ~Appender();
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  // Every column of a row must be set, once, before end_row.
  void text(size_t column, std::string_view value);
  void list(size_t column, const std::vector<std::string>& value);
  template <typename T>
  void number(size_t column, T value) {
    static_cast<T*>(data_[column])[row_] = value;
  }
  template <typename T>
  void number(size_t column, std::optional<T> value) {
    number(column, value.value_or(T{}));
    if (!value) set_null(column);
  }
  // The text of the row before. Only where `has_row_before`.
  void text_again(size_t column);
  bool has_row_before() const { return row_ > 0; }

  Result<Done> end_row();
  Result<Done> close();

 private:
  Appender() = default;
  void start_chunk();
  void set_null(size_t column);
  Result<Done> flush();
  Error failure();

  duckdb_appender appender_ = nullptr;
  duckdb_data_chunk chunk_ = nullptr;
  std::vector<duckdb_vector> vectors_;
  std::vector<void*> data_;
  size_t row_ = 0;
  size_t rows_max_ = 0;
};

}  // namespace sociometer::facts
