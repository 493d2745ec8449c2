// A chunk of an answer as the engine lays it out: one typed array per column.
#pragma once

#include <duckdb.h>

#include <memory>
#include <vector>

#include "facts/engine.h"
#include "facts/facts.h"

namespace sociometer::facts {

// internal: a column is of a type that facts do not hand over.
Result<std::vector<duckdb_type>> column_types(duckdb_result& result, Calendar calendar);

class ResultChunk final : public Chunk {
 public:
  // Owns `chunk` from here on, also when it fails. internal: an integer does not fit into 64 bits.
  static Result<std::unique_ptr<ResultChunk>> make(duckdb_data_chunk chunk, const std::vector<duckdb_type>& types);
  ~ResultChunk() override;
  ResultChunk(const ResultChunk&) = delete;
  ResultChunk& operator=(const ResultChunk&) = delete;

  size_t rows() const override { return rows_; }
  bool is_null(size_t column, size_t row) const override;
  int64_t integer(size_t column, size_t row) const override;
  double real(size_t column, size_t row) const override;
  std::string_view text(size_t column, size_t row) const override;
  std::vector<std::string> list(size_t column, size_t row) const override;
  std::span<const int64_t> integers(size_t column) const override;

 private:
  struct Column {
    duckdb_type type;
    duckdb_vector vector;
    void* data;
    uint64_t* validity;
    std::vector<int64_t> narrowed;  // of a wider type
  };
  ResultChunk(duckdb_data_chunk chunk, const std::vector<duckdb_type>& types);
  Result<Done> narrow(Column& column);
  void zero_nulls(Column& column);

  duckdb_data_chunk chunk_;
  size_t rows_;
  std::vector<Column> columns_;
};

}  // namespace sociometer::facts
