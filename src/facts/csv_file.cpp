#include "facts/csv_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/json.h"
#include "base/time.h"

namespace sociometer::facts {
namespace {

constexpr size_t csv_buffer_bytes = size_t{1} << 18;
// 0001-01-01 and 10000-01-01.
constexpr int64_t first_written_day = -719'162;
constexpr int64_t end_of_written_days = 2'932'897;

Error file_error(const std::filesystem::path& path, int code) {
  if (code == ENOSPC || code == EFBIG || code == EDQUOT) {
    return full(fmt::format("there is no room left on the disk for {}: free some space and try again", path.string()));
  }
  return unavailable(fmt::format("{} could not be written: {}", path.string(), std::strerror(code)));
}

std::string day_text(int64_t number) {
  if (number < first_written_day || number >= end_of_written_days) return std::to_string(number);
  return format_day(Day{static_cast<int32_t>(number)});
}

std::string instant_text(int64_t micros) {
  if (micros < first_written_day * day_micros || micros >= end_of_written_days * day_micros) {
    return std::to_string(micros);
  }
  return format_instant(Instant{micros});
}

}  // namespace

Result<std::unique_ptr<CsvFile>> CsvFile::create(const std::filesystem::path& path, std::vector<FileColumn> columns) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return file_error(path, errno);
  std::unique_ptr<CsvFile> made(new CsvFile(path, std::move(columns), file));
  for (const FileColumn& column : made->columns_) {
    if (&column != &made->columns_.front()) made->buffer_ += ',';
    made->put_text(column.name);
  }
  made->buffer_ += "\r\n";
  return made;
}

CsvFile::~CsvFile() {
  if (file_ >= 0) ::close(file_);
}

Result<Done> CsvFile::add(const Chunk& rows) {
  for (size_t row = 0; row < rows.rows(); ++row) {
    for (size_t column = 0; column < columns_.size(); ++column) {
      if (column > 0) buffer_ += ',';
      if (!rows.is_null(column, row)) put(rows, column, row);
    }
    buffer_ += "\r\n";
    if (buffer_.size() >= csv_buffer_bytes) TRY_DONE(flush());
  }
  return Done{};
}

void CsvFile::put(const Chunk& rows, size_t column, size_t row) {
  switch (columns_[column].kind) {
    case CellKind::text:
      put_text(rows.text(column, row));
      break;
    case CellKind::texts: {
      JsonArray words;
      for (const std::string& word : rows.list(column, row)) words.emplace_back(word);
      put_text(json_text(words));
      break;
    }
    case CellKind::number:
    case CellKind::small_number:
      fmt::format_to(std::back_inserter(buffer_), "{}", rows.integer(column, row));
      break;
    case CellKind::flag:
      buffer_ += rows.integer(column, row) != 0 ? "true" : "false";
      break;
    case CellKind::day:
      buffer_ += day_text(rows.integer(column, row));
      break;
    case CellKind::instant:
      buffer_ += instant_text(rows.integer(column, row));
      break;
  }
}

void CsvFile::put_text(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == text.npos) {
    buffer_ += text;
    return;
  }
  buffer_ += '"';
  for (char c : text) {
    if (c == '"') buffer_ += '"';
    buffer_ += c;
  }
  buffer_ += '"';
}

Result<Done> CsvFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error(path_, errno);
    left.remove_prefix(static_cast<size_t>(written));
  }
  bytes_ += static_cast<int64_t>(buffer_.size());
  buffer_.clear();
  return Done{};
}

Result<Done> CsvFile::close() {
  TRY_DONE(flush());
  const int file = std::exchange(file_, -1);
  if (::close(file) != 0) return file_error(path_, errno);
  return Done{};
}

}  // namespace sociometer::facts
