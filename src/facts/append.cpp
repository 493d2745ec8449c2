#include "facts/append.h"

#include <cstring>

#include "base/check.h"

namespace sociometer::facts {

Result<std::unique_ptr<Appender>> Appender::open(Lease& lease, const std::string& table) {
  std::unique_ptr<Appender> made(new Appender);
  if (duckdb_appender_create(lease.handle(), nullptr, table.c_str(), &made->appender_) == DuckDBError) {
    return made->failure();
  }
  std::vector<duckdb_logical_type> types(duckdb_appender_column_count(made->appender_));
  for (size_t i = 0; i < types.size(); ++i) types[i] = duckdb_appender_column_type(made->appender_, i);
  made->chunk_ = duckdb_create_data_chunk(types.data(), types.size());
  for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
  made->rows_max_ = duckdb_vector_size();
  made->vectors_.resize(types.size());
  made->data_.resize(types.size());
  made->start_chunk();
  return made;
}

Appender::~Appender() {
  if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
  // Clearing first would be politer, but the C API of this version has no word for it: the transaction is rolled back.
  if (appender_ != nullptr) duckdb_appender_destroy(&appender_);
}

void Appender::start_chunk() {
  duckdb_data_chunk_reset(chunk_);
  row_ = 0;
  for (size_t i = 0; i < vectors_.size(); ++i) {
    vectors_[i] = duckdb_data_chunk_get_vector(chunk_, i);
    data_[i] = duckdb_vector_get_data(vectors_[i]);
  }
}

void Appender::text(size_t column, std::string_view value) {
  auto& cell = static_cast<duckdb_string_t*>(data_[column])[row_];
  if (value.size() <= sizeof cell.value.inlined.inlined) {
    std::memset(&cell, 0, sizeof cell);
    cell.value.inlined.length = static_cast<uint32_t>(value.size());
    if (!value.empty()) std::memcpy(cell.value.inlined.inlined, value.data(), value.size());
  } else {
    duckdb_vector_assign_string_element_len(vectors_[column], row_, value.data(), value.size());
  }
}

void Appender::text_again(size_t column) {
  auto* cells = static_cast<duckdb_string_t*>(data_[column]);
  cells[row_] = cells[row_ - 1];
}

void Appender::list(size_t column, const std::vector<std::string>& value) {
  duckdb_vector vector = vectors_[column];
  idx_t offset = row_ == 0 ? 0 : duckdb_list_vector_get_size(vector);
  CHECK(duckdb_list_vector_reserve(vector, offset + value.size()) == DuckDBSuccess);
  CHECK(duckdb_list_vector_set_size(vector, offset + value.size()) == DuckDBSuccess);
  duckdb_vector child = duckdb_list_vector_get_child(vector);
  for (size_t i = 0; i < value.size(); ++i) {
    duckdb_vector_assign_string_element_len(child, offset + i, value[i].data(), value[i].size());
  }
  static_cast<duckdb_list_entry*>(data_[column])[row_] = {offset, value.size()};
}

void Appender::set_null(size_t column) {
  duckdb_vector_ensure_validity_writable(vectors_[column]);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vectors_[column]), row_);
}

Result<Done> Appender::end_row() {
  if (++row_ < rows_max_) return Done{};
  return flush();
}

Result<Done> Appender::flush() {
  if (row_ == 0) return Done{};
  duckdb_data_chunk_set_size(chunk_, row_);
  if (duckdb_append_data_chunk(appender_, chunk_) == DuckDBError) return failure();
  start_chunk();
  return Done{};
}

Result<Done> Appender::close() {
  TRY_DONE(flush());
  if (duckdb_appender_close(appender_) == DuckDBError) return failure();
  return Done{};
}

Error Appender::failure() {
  duckdb_error_data data = duckdb_appender_error_data(appender_);
  Error error = engine_error(duckdb_error_data_message(data));
  duckdb_destroy_error_data(&data);
  return error;
}

}  // namespace sociometer::facts
