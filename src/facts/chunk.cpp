#include "facts/chunk.h"

#include <fmt/format.h>

#include <limits>

#include "base/check.h"

namespace sociometer::facts {
namespace {

bool is_valid(const uint64_t* validity, size_t row) {
  return validity == nullptr || ((validity[row / 64] >> (row % 64)) & 1) != 0;
}

std::string_view view(const duckdb_string_t& text) {
  // A short text lies in the struct itself, a long one behind its pointer.
  uint32_t length = text.value.inlined.length;
  return {length <= sizeof text.value.inlined.inlined ? text.value.inlined.inlined : text.value.pointer.ptr, length};
}

bool is_supported(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_VARCHAR:
      return true;
    default:
      return false;
  }
}

bool is_list_of_text(duckdb_result& result, idx_t column) {
  duckdb_logical_type list = duckdb_column_logical_type(&result, column);
  duckdb_logical_type child = duckdb_list_type_child_type(list);
  bool text = duckdb_get_type_id(child) == DUCKDB_TYPE_VARCHAR;
  duckdb_destroy_logical_type(&child);
  duckdb_destroy_logical_type(&list);
  return text;
}

// A day is handed over as its number of days, an instant as its microseconds, which is how they lie in memory.
duckdb_type stored_as(duckdb_type type) {
  if (type == DUCKDB_TYPE_DATE) return DUCKDB_TYPE_INTEGER;
  if (type == DUCKDB_TYPE_TIMESTAMP_TZ) return DUCKDB_TYPE_BIGINT;
  return type;
}

template <typename T>
T cell(const void* data, size_t row) {
  return static_cast<const T*>(data)[row];
}

}  // namespace

Result<std::vector<duckdb_type>> column_types(duckdb_result& result, Calendar calendar) {
  std::vector<duckdb_type> types;
  idx_t count = duckdb_column_count(&result);
  for (idx_t column = 0; column < count; ++column) {
    duckdb_type type = duckdb_column_type(&result, column);
    if (calendar == Calendar::as_numbers) type = stored_as(type);
    if (!is_supported(type) && !(type == DUCKDB_TYPE_LIST && is_list_of_text(result, column))) {
      return internal(fmt::format("Column {} ({}) of an answer has the engine's type {}, which facts do not hand over.",
                                  column, duckdb_column_name(&result, column), static_cast<int>(type)));
    }
    types.push_back(type);
  }
  return types;
}

Result<std::unique_ptr<ResultChunk>> ResultChunk::make(duckdb_data_chunk chunk, const std::vector<duckdb_type>& types) {
  std::unique_ptr<ResultChunk> made(new ResultChunk(chunk, types));
  for (Column& column : made->columns_) {
    if (column.type == DUCKDB_TYPE_HUGEINT || column.type == DUCKDB_TYPE_UBIGINT) TRY_DONE(made->narrow(column));
    if (column.type == DUCKDB_TYPE_BIGINT) made->zero_nulls(column);
  }
  return made;
}

ResultChunk::ResultChunk(duckdb_data_chunk chunk, const std::vector<duckdb_type>& types)
    : chunk_(chunk), rows_(duckdb_data_chunk_get_size(chunk)) {
  for (size_t i = 0; i < types.size(); ++i) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
    columns_.push_back({types[i], vector, duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector), {}});
  }
}

ResultChunk::~ResultChunk() {
  duckdb_destroy_data_chunk(&chunk_);
}

Result<Done> ResultChunk::narrow(Column& column) {
  column.narrowed.resize(rows_);
  for (size_t row = 0; row < rows_; ++row) {
    if (!is_valid(column.validity, row)) continue;
    bool fits = false;
    if (column.type == DUCKDB_TYPE_UBIGINT) {
      auto wide = cell<uint64_t>(column.data, row);
      fits = wide <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
      column.narrowed[row] = static_cast<int64_t>(wide);
    } else {
      auto wide = cell<duckdb_hugeint>(column.data, row);
      column.narrowed[row] = static_cast<int64_t>(wide.lower);
      fits = wide.upper == (column.narrowed[row] < 0 ? -1 : 0);
    }
    if (!fits) return internal("A sum is too large for 64 bits: ask for fewer days or accounts.");
  }
  return Done{};
}

void ResultChunk::zero_nulls(Column& column) {
  if (column.validity == nullptr) return;
  for (size_t row = 0; row < rows_; ++row) {
    if (!is_valid(column.validity, row)) static_cast<int64_t*>(column.data)[row] = 0;
  }
}

bool ResultChunk::is_null(size_t column, size_t row) const {
  return !is_valid(columns_[column].validity, row);
}

int64_t ResultChunk::integer(size_t index, size_t row) const {
  const Column& column = columns_[index];
  if (!is_valid(column.validity, row)) return 0;
  switch (column.type) {
    case DUCKDB_TYPE_BOOLEAN:
      return cell<bool>(column.data, row) ? 1 : 0;
    case DUCKDB_TYPE_TINYINT:
      return cell<int8_t>(column.data, row);
    case DUCKDB_TYPE_SMALLINT:
      return cell<int16_t>(column.data, row);
    case DUCKDB_TYPE_INTEGER:
      return cell<int32_t>(column.data, row);
    case DUCKDB_TYPE_BIGINT:
      return cell<int64_t>(column.data, row);
    case DUCKDB_TYPE_UTINYINT:
      return cell<uint8_t>(column.data, row);
    case DUCKDB_TYPE_USMALLINT:
      return cell<uint16_t>(column.data, row);
    case DUCKDB_TYPE_UINTEGER:
      return cell<uint32_t>(column.data, row);
    default:
      CHECK(!column.narrowed.empty());  // any other type is not an integer: ask for real() or text()
      return column.narrowed[row];
  }
}

double ResultChunk::real(size_t index, size_t row) const {
  const Column& column = columns_[index];
  CHECK(column.type == DUCKDB_TYPE_DOUBLE);
  return is_valid(column.validity, row) ? cell<double>(column.data, row) : 0.0;
}

std::string_view ResultChunk::text(size_t index, size_t row) const {
  const Column& column = columns_[index];
  CHECK(column.type == DUCKDB_TYPE_VARCHAR);
  if (!is_valid(column.validity, row)) return {};
  return view(static_cast<const duckdb_string_t*>(column.data)[row]);
}

std::vector<std::string> ResultChunk::list(size_t index, size_t row) const {
  const Column& column = columns_[index];
  CHECK(column.type == DUCKDB_TYPE_LIST);
  std::vector<std::string> members;
  if (!is_valid(column.validity, row)) return members;
  auto entry = cell<duckdb_list_entry>(column.data, row);
  duckdb_vector child = duckdb_list_vector_get_child(column.vector);
  const auto* texts = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(child));
  for (uint64_t i = 0; i < entry.length; ++i) members.emplace_back(view(texts[entry.offset + i]));
  return members;
}

std::span<const int64_t> ResultChunk::integers(size_t index) const {
  const Column& column = columns_[index];
  if (column.type != DUCKDB_TYPE_BIGINT) return {};
  return {static_cast<const int64_t*>(column.data), rows_};
}

}  // namespace sociometer::facts
