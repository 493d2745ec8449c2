#include "facts/table_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "base/text.h"

namespace sociometer::facts {
namespace {

namespace fs = std::filesystem;

struct Option {
  const char* name;
  const char* value;
};
constexpr Option options[] = {
    // Rows pass through; a group of them is all that is ever held.
    {"memory_limit", "512MiB"},
    // One after the other, in the order they come.
    {"threads", "1"},
    {"autoinstall_known_extensions", "false"},
    {"autoload_known_extensions", "false"},
    {"allow_community_extensions", "false"},
};

struct KindType {
  CellKind kind;
  duckdb_type type;
  std::string_view name;  // as the engine describes it
};
constexpr KindType kind_types[] = {
    {CellKind::text, DUCKDB_TYPE_VARCHAR, "VARCHAR"},
    {CellKind::texts, DUCKDB_TYPE_LIST, "VARCHAR[]"},
    {CellKind::number, DUCKDB_TYPE_BIGINT, "BIGINT"},
    {CellKind::small_number, DUCKDB_TYPE_INTEGER, "INTEGER"},
    {CellKind::flag, DUCKDB_TYPE_BOOLEAN, "BOOLEAN"},
    {CellKind::day, DUCKDB_TYPE_DATE, "DATE"},
    {CellKind::instant, DUCKDB_TYPE_TIMESTAMP_TZ, "TIMESTAMP WITH TIME ZONE"},
};

const KindType& type_of(CellKind kind) {
  return kind_types[static_cast<size_t>(kind)];
}

void add_result_column(duckdb_bind_info info, const FileColumn& column) {
  duckdb_logical_type type = nullptr;
  if (column.kind == CellKind::texts) {
    duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    type = duckdb_create_list_type(text);
    duckdb_destroy_logical_type(&text);
  } else {
    type = duckdb_create_logical_type(type_of(column.kind).type);
  }
  duckdb_bind_add_result_column(info, column.name.c_str(), type);
  duckdb_destroy_logical_type(&type);
}

// Rows on their way from one engine into the other: what the table function below gives.
struct Passing {
  const std::vector<FileColumn>& columns;
  const TableFiles::Source& source;
  std::unique_ptr<Chunk> chunk;
  size_t row = 0;  // of the chunk: those before it are gone
  int64_t rows = 0;
  std::optional<Error> failed;
};

void put_texts(duckdb_vector to, const Chunk& chunk, size_t column, size_t first, size_t rows) {
  auto* entries = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(to));
  uint64_t size = 0;
  for (size_t i = 0; i < rows; ++i) {
    const std::vector<std::string> words = chunk.list(column, first + i);
    CHECK(duckdb_list_vector_reserve(to, size + words.size()) == DuckDBSuccess);
    CHECK(duckdb_list_vector_set_size(to, size + words.size()) == DuckDBSuccess);
    duckdb_vector child = duckdb_list_vector_get_child(to);
    for (size_t word = 0; word < words.size(); ++word) {
      duckdb_vector_assign_string_element_len(child, size + word, words[word].data(), words[word].size());
    }
    entries[i] = {size, words.size()};
    size += words.size();
  }
}

template <typename T>
void put_numbers(duckdb_vector to, const Chunk& chunk, size_t column, size_t first, size_t rows) {
  auto* cells = static_cast<T*>(duckdb_vector_get_data(to));
  for (size_t i = 0; i < rows; ++i) cells[i] = static_cast<T>(chunk.integer(column, first + i));
}

void put_column(duckdb_vector to, CellKind kind, const Chunk& chunk, size_t column, size_t first, size_t rows) {
  switch (kind) {
    case CellKind::text:
      for (size_t i = 0; i < rows; ++i) {
        const std::string_view text = chunk.text(column, first + i);
        duckdb_vector_assign_string_element_len(to, i, text.data(), text.size());
      }
      break;
    case CellKind::texts:
      put_texts(to, chunk, column, first, rows);
      break;
    case CellKind::number:
    case CellKind::instant:
      put_numbers<int64_t>(to, chunk, column, first, rows);
      break;
    case CellKind::small_number:
    case CellKind::day:
      put_numbers<int32_t>(to, chunk, column, first, rows);
      break;
    case CellKind::flag:
      put_numbers<bool>(to, chunk, column, first, rows);
      break;
  }
  for (size_t i = 0; i < rows; ++i) {
    if (!chunk.is_null(column, first + i)) continue;
    duckdb_vector_ensure_validity_writable(to);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(to), i);
  }
}

void bind_passing(duckdb_bind_info info) {
  const auto& passing = *static_cast<Passing*>(duckdb_bind_get_extra_info(info));
  for (const FileColumn& column : passing.columns) add_result_column(info, column);
}

void begin_passing(duckdb_init_info) {}

void pass_rows(duckdb_function_info info, duckdb_data_chunk to) {
  auto& passing = *static_cast<Passing*>(duckdb_function_get_extra_info(info));
  if (passing.chunk == nullptr || passing.row == passing.chunk->rows()) {
    auto next = passing.source();
    if (!next) {
      passing.failed = next.error();
      duckdb_function_set_error(info, "the rows could not be read");
      return;
    }
    passing.chunk = std::move(*next);
    passing.row = 0;
  }
  if (passing.chunk == nullptr) {
    duckdb_data_chunk_set_size(to, 0);
    return;
  }
  const size_t rows = std::min<size_t>(passing.chunk->rows() - passing.row, duckdb_vector_size());
  for (size_t column = 0; column < passing.columns.size(); ++column) {
    put_column(duckdb_data_chunk_get_vector(to, column), passing.columns[column].kind, *passing.chunk, column,
               passing.row, rows);
  }
  duckdb_data_chunk_set_size(to, rows);
  passing.row += rows;
  passing.rows += static_cast<int64_t>(rows);
}

Result<Done> run(duckdb_connection connection, const std::string& sql) {
  duckdb_result result = {};
  const bool failed = duckdb_query(connection, sql.c_str(), &result) == DuckDBError;
  Result<Done> done = Done{};
  if (failed) done = engine_error(duckdb_result_error(&result));
  duckdb_destroy_result(&result);
  return done;
}

Error not_such_a_file(const std::string& file, std::string_view why) {
  return invalid(fmt::format("{} {}", file, why), file);
}

}  // namespace

Result<std::unique_ptr<TableFiles>> TableFiles::open(const fs::path& folder, Use use) {
  std::error_code error;
  const fs::path canonical = fs::canonical(folder, error);
  if (error) return unavailable(fmt::format("{} cannot be opened: {}", folder.string(), error.message()));
  if (!is_utf8(canonical.string())) return invalid(fmt::format("{} must have a name in UTF-8", folder.string()));
  std::unique_ptr<TableFiles> files(new TableFiles(canonical));
  TRY_DONE(files->open_engine(use));
  return files;
}

TableFiles::~TableFiles() {
  for (duckdb_connection& connection : connections_) duckdb_disconnect(&connection);
  if (database_ != nullptr) duckdb_close(&database_);
}

Result<Done> TableFiles::open_engine(Use use) {
  duckdb_config config = nullptr;
  CHECK(duckdb_create_config(&config) == DuckDBSuccess);
  for (const Option& option : options) CHECK(duckdb_set_config(config, option.name, option.value) == DuckDBSuccess);
  // The engine bounds a group of rows by its bytes only where it need not keep the order of many threads; one thread
  // keeps it all the same, and whoever reads the file looks whether it did.
  const char* keeps_order = use == Use::writing ? "false" : "true";
  CHECK(duckdb_set_config(config, "preserve_insertion_order", keeps_order) == DuckDBSuccess);
  char* message = nullptr;
  const auto state = duckdb_open_ext(nullptr, &database_, config, &message);
  duckdb_destroy_config(&config);
  if (state == DuckDBError) {
    Error error = engine_error(message == nullptr ? "it gave no reason" : message);
    duckdb_free(message);
    database_ = nullptr;
    return error;
  }
  TRY(duckdb_connection connection, connect());
  TRY_DONE(run(connection, fmt::format("SET allowed_directories = [{}]", facts::quoted(folder_.string()))));
  TRY_DONE(run(connection, "SET enable_external_access = false"));
  return run(connection, "SET lock_configuration = true");
}

Result<duckdb_connection> TableFiles::connect() {
  duckdb_connection connection = nullptr;
  if (duckdb_connect(database_, &connection) == DuckDBError) {
    return unavailable("The engine for files takes no more connections: try again.");
  }
  connections_.push_back(connection);
  return connection;
}

std::string TableFiles::literal(const std::string& file) const {
  return facts::quoted((folder_ / file).string());
}

Result<int64_t> TableFiles::write(const std::string& file, const std::vector<FileColumn>& columns,
                                  const Source& source) {
  Passing passing{columns, source, nullptr, 0, 0, std::nullopt};
  duckdb_table_function function = duckdb_create_table_function();
  // Each file has a function of its own: what one was registered with is gone when the next is written.
  const std::string name = fmt::format("rows_of_{}", connections_.size());
  TRY(duckdb_connection connection, connect());
  duckdb_table_function_set_name(function, name.c_str());
  duckdb_table_function_set_extra_info(function, &passing, nullptr);
  duckdb_table_function_set_bind(function, bind_passing);
  duckdb_table_function_set_init(function, begin_passing);
  duckdb_table_function_set_function(function, pass_rows);
  const auto registered = duckdb_register_table_function(connection, function);
  duckdb_destroy_table_function(&function);
  if (registered == DuckDBError) return internal(fmt::format("{} could not be prepared", file));
  auto done =
      run(connection,
          fmt::format("COPY (SELECT * FROM {}()) TO {} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE_BYTES '32MB')",
                      name, literal(file)));
  if (passing.failed) return *passing.failed;
  if (!done && done.error().kind == ErrorKind::full) {
    return full(fmt::format("there is no room left on the disk for {}: free some space and try again",
                            (folder_ / file).string()));
  }
  if (!done) return done.error();
  return passing.rows;
}

Result<Done> TableFiles::check_columns(const std::string& file, const std::vector<FileColumn>& columns) {
  auto described = select(
      fmt::format("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet({}))", literal(file)));
  if (!described) return not_such_a_file(file, "is no Parquet file that can be read");
  size_t found = 0;
  while (true) {
    TRY(auto chunk, (*described)->next());
    if (chunk == nullptr) break;
    for (size_t row = 0; row < chunk->rows(); ++row, ++found) {
      const bool same = found < columns.size() && chunk->text(0, row) == columns[found].name &&
                        chunk->text(1, row) == type_of(columns[found].kind).name;
      if (!same) return not_such_a_file(file, fmt::format("has a column {} that is not expected", chunk->text(0, row)));
    }
  }
  if (found != columns.size()) return not_such_a_file(file, fmt::format("lacks its column {}", columns[found].name));
  return Done{};
}

Result<std::unique_ptr<Stream>> TableFiles::read(const std::string& file, const std::vector<FileColumn>& columns,
                                                 std::string_view select_list) {
  TRY_DONE(check_columns(file, columns));
  return select(fmt::format("SELECT {} FROM read_parquet({})", select_list, literal(file)));
}

Result<std::unique_ptr<Stream>> TableFiles::select(const std::string& sql) {
  TRY(duckdb_connection connection, connect());
  return Stream::open(connection, sql, Store::Rows::many, Calendar::as_numbers);
}

}  // namespace sociometer::facts
