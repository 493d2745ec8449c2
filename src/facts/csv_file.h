// A CSV file for machines: RFC 4180, UTF-8, a header, and every value such that it can be read back exactly.
//
// What is absent is an empty field, and so is an empty text, of which the column's kind tells one from the other. Lists
// are JSON. Days and instants are ISO 8601, or their bare number outside the years 1 to 9999. No cell is altered for
// the sake of a spreadsheet that might take it for a formula.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "facts/facts.h"
#include "facts/table_files.h"

namespace sociometer::facts {

class CsvFile {
 public:
  // `path` must not be there yet.
  static Result<std::unique_ptr<CsvFile>> create(const std::filesystem::path& path, std::vector<FileColumn> columns);
  ~CsvFile();
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;

  // full: there is no room.
  Result<Done> add(const Chunk& rows);
  Result<Done> close();
  int64_t bytes() const { return bytes_; }

 private:
  CsvFile(std::filesystem::path path, std::vector<FileColumn> columns, int file)
      : path_(std::move(path)), columns_(std::move(columns)), file_(file) {}
  void put(const Chunk& rows, size_t column, size_t row);
  void put_text(std::string_view text);
  Result<Done> flush();

  const std::filesystem::path path_;
  const std::vector<FileColumn> columns_;
  int file_;
  std::string buffer_;
  int64_t bytes_ = 0;
};

}  // namespace sociometer::facts
