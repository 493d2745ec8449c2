#include "bench/plain_duckdb.h"

#include <duckdb.h>

namespace sociometer::bench {

struct PlainDuckdb::Handles {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  ~Handles() {
    duckdb_disconnect(&connection);
    duckdb_close(&database);
  }
};

namespace {

Result<Done> query(duckdb_connection connection, const std::string& sql, duckdb_result* result) {
  if (duckdb_query(connection, sql.c_str(), result) == DuckDBSuccess) return Done{};
  const char* message = duckdb_result_error(result);
  return internal(message ? message : "the engine refused " + sql);
}

}  // namespace

Result<PlainDuckdb> PlainDuckdb::open(const std::string& path) {
  PlainDuckdb plain;
  plain.handles_ = std::make_shared<Handles>();
  if (duckdb_open(path.c_str(), &plain.handles_->database) != DuckDBSuccess ||
      duckdb_connect(plain.handles_->database, &plain.handles_->connection) != DuckDBSuccess) {
    return unavailable("The engine could not open " + path);
  }
  return plain;
}

Result<Done> PlainDuckdb::run(const std::string& sql) {
  duckdb_result result;
  auto done = query(handles_->connection, sql, &result);
  duckdb_destroy_result(&result);
  return done;
}

Result<int64_t> PlainDuckdb::number(const std::string& sql) {
  duckdb_result result;
  auto done = query(handles_->connection, sql, &result);
  int64_t value = 0;
  if (done) {
    duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
    if (chunk && duckdb_data_chunk_get_size(chunk) > 0) {
      value = static_cast<int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)))[0];
    }
    duckdb_destroy_data_chunk(&chunk);
  }
  duckdb_destroy_result(&result);
  if (!done) return done.error();
  return value;
}

}  // namespace sociometer::bench
