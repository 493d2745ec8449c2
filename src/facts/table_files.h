// Files of rows that other programs read: Parquet, written and read by an engine of its own that knows nothing but one
// folder, and CSV beside it.
//
//   TRY(auto files, TableFiles::open("/mnt/export", TableFiles::Use::writing));
//   TRY(int64_t rows, files->write("parquet/posts.parquet", columns, [&] { return stream->next(); }));
//   TRY(auto back, files->read("parquet/posts.parquet", columns, "account, post"));
//   while (true) { TRY(auto chunk, back->next()); if (chunk == nullptr) break; … }
//
// The store's own engine stays locked out of all files but its own.
#pragma once

#include <duckdb.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/engine.h"
#include "facts/facts.h"

namespace sociometer::facts {

// What a column of a file holds.
enum class CellKind { text, texts, number, small_number, flag, day, instant };

struct FileColumn {
  std::string name;
  CellKind kind = CellKind::text;
};

class TableFiles {
 public:
  // The next rows, or nothing at the end. Their columns are those of the file, in its order.
  using Source = std::function<Result<std::unique_ptr<Chunk>>()>;

  enum class Use { writing, reading };
  // For files below `folder`, which must be there.
  static Result<std::unique_ptr<TableFiles>> open(const std::filesystem::path& folder, Use use);
  ~TableFiles();
  TableFiles(const TableFiles&) = delete;
  TableFiles& operator=(const TableFiles&) = delete;

  // Returns how many rows it wrote. full: there is no room for them.
  Result<int64_t> write(const std::string& file, const std::vector<FileColumn>& columns, const Source& source);
  // Rows in the order of the file, of each what `select` lists. invalid: it is no such file, or its columns are not
  // these.
  Result<std::unique_ptr<Stream>> read(const std::string& file, const std::vector<FileColumn>& columns,
                                       std::string_view select);
  // A file as SQL writes a text.
  std::string literal(const std::string& file) const;
  // Rows of any SELECT over files.
  Result<std::unique_ptr<Stream>> select(const std::string& sql);

 private:
  explicit TableFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<Done> open_engine(Use use);
  Result<duckdb_connection> connect();
  Result<Done> check_columns(const std::string& file, const std::vector<FileColumn>& columns);

  const std::filesystem::path folder_;
  duckdb_database database_ = nullptr;
  // One for each file that is being read, and one for the rest.
  std::vector<duckdb_connection> connections_;
};

}  // namespace sociometer::facts
