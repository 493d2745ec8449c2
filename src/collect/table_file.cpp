#include "collect/table_file.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "collect/bytes.h"
#include "collect/log_lines.h"

namespace sociometer::collect {

namespace {

class Counted : public ByteStream {
 public:
  Counted(std::unique_ptr<ByteStream> bytes, int64_t& count) : bytes_(std::move(bytes)), count_(count) {}
  Result<size_t> read(char* buffer, size_t capacity) override {
    auto got = bytes_->read(buffer, capacity);
    if (got) count_ += static_cast<int64_t>(*got);
    return got;
  }

 private:
  std::unique_ptr<ByteStream> bytes_;
  int64_t& count_;
};

// A text whose lines are each one quoted cell: the cells, as lines.
class UnwrappedStream : public ByteStream {
 public:
  explicit UnwrappedStream(std::unique_ptr<ByteStream> text) : text_(std::move(text)), rows_(*text_, {','}) {}

  Result<size_t> read(char* buffer, size_t capacity) override {
    while (at_ == line_.size()) {
      csv::Row row;
      TRY(bool more, rows_.next(row));
      if (!more) return size_t{0};
      line_ = row.cell(0);
      line_ += '\n';
      at_ = 0;
    }
    size_t count = std::min(capacity, line_.size() - at_);
    std::memcpy(buffer, line_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::unique_ptr<ByteStream> text_;
  csv::Reader rows_;
  std::string line_;
  size_t at_ = 0;
};

class TextRows : public RowSource {
 public:
  TextRows(const Spool& spool, const TextShape& shape)
      : text_(decoded(std::make_unique<Counted>(spool.reader(), bytes_), shape.encoding)) {
    if (shape.log) text_ = log_table(std::move(text_));
    if (shape.wrapped) text_ = std::make_unique<UnwrappedStream>(std::move(text_));
    reader_.emplace(*text_, shape.dialect);
  }
  Result<bool> next(csv::Row& row) override { return reader_->next(row); }
  const std::string& sheet() const override { return no_name_; }
  int64_t bytes_read() const override { return bytes_; }

 private:
  int64_t bytes_ = 0;
  std::unique_ptr<ByteStream> text_;
  std::optional<csv::Reader> reader_;
  std::string no_name_;
};

class TextFile : public TableFile {
 public:
  TextFile(const Spool& spool, TextShape shape) : spool_(spool), shape_(shape) {}
  Result<std::unique_ptr<RowSource>> rows() override {
    return std::unique_ptr<RowSource>(new TextRows(spool_, shape_));
  }

 private:
  const Spool& spool_;
  TextShape shape_;
};

class WorkbookRows : public RowSource {
 public:
  WorkbookRows(Workbook& workbook, int64_t bytes) : workbook_(workbook), bytes_(bytes) {}

  Result<bool> next(csv::Row& row) override {
    while (true) {
      if (rows_ == nullptr) {
        if (next_ == workbook_.sheets().size()) return false;
        TRY(rows_, workbook_.open(next_));
        sheet_ = next_++;
      }
      TRY(bool more, rows_->next(row));
      if (more) return true;
      rows_.reset();
    }
  }
  size_t sheet_number() const override { return sheet_; }
  const std::string& sheet() const override { return workbook_.sheets()[sheet_]; }
  // How far a sheet is says nothing in bytes: sheets are taken for equally long.
  int64_t bytes_read() const override {
    return bytes_ * static_cast<int64_t>(sheet_) / static_cast<int64_t>(workbook_.sheets().size());
  }

 private:
  Workbook& workbook_;
  int64_t bytes_;
  std::unique_ptr<SheetRows> rows_;
  size_t next_ = 0, sheet_ = 0;
};

class WorkbookFile : public TableFile {
 public:
  WorkbookFile(std::unique_ptr<Workbook> workbook, const Spool& spool)
      : workbook_(std::move(workbook)), spool_(spool) {}
  Result<std::unique_ptr<RowSource>> rows() override {
    return std::unique_ptr<RowSource>(new WorkbookRows(*workbook_, spool_.size()));
  }

 private:
  std::unique_ptr<Workbook> workbook_;
  const Spool& spool_;
};

}  // namespace

std::unique_ptr<TableFile> text_file(const Spool& spool, TextShape shape) {
  return std::make_unique<TextFile>(spool, shape);
}

std::unique_ptr<TableFile> workbook_file(std::unique_ptr<Workbook> workbook, const Spool& spool) {
  return std::make_unique<WorkbookFile>(std::move(workbook), spool);
}

namespace {

Result<Done> read_head(Workbook& workbook, size_t sheet, Head& head) {
  TRY(auto rows, workbook.open(sheet));
  csv::Row row;
  while (head.rows.size() < head_rows) {
    TRY(bool more, rows->next(row));
    if (!more) break;
    head.rows.push_back({row.line, {row.cells.begin(), row.cells.end()}});
  }
  return Done{};
}

}  // namespace

Result<std::vector<Head>> heads_of(Workbook& workbook) {
  std::vector<Head> heads;
  std::optional<Error> damage;
  for (size_t i = 0; i < workbook.sheets().size(); ++i) {
    Head head;
    head.sheet = workbook.sheets()[i];
    Result<Done> read = read_head(workbook, i, head);
    if (!read && !damage) damage = read.error();
    if (!head.rows.empty()) heads.push_back(std::move(head));
  }
  if (heads.empty() && damage) return *damage;
  return heads;
}

Head head_of(std::string_view text, csv::Dialect dialect) {
  Head head{{}, dialect, {}};
  ViewStream stream(text);
  csv::Reader reader(stream, dialect);
  csv::Row row;
  while (head.rows.size() < head_rows) {
    auto more = reader.next(row);
    if (!more || !*more) break;
    head.rows.push_back({row.line, {row.cells.begin(), row.cells.end()}});
  }
  return head;
}

std::optional<std::string> unwrapped(std::string_view text) {
  ViewStream stream(text);
  csv::Reader reader(stream, {','});
  csv::Row row;
  std::string plain;
  size_t lines = 0, with_quotes = 0;
  while (true) {
    auto more = reader.next(row);
    if (!more || !*more) break;
    // The head may end in the middle of a line.
    if (row.damage != csv::Damage::none) break;
    size_t filled = static_cast<size_t>(
        std::count_if(row.cells.begin(), row.cells.end(), [](auto cell) { return !trimmed(cell).empty(); }));
    if (filled > 1) return std::nullopt;
    std::string_view line = row.cell(0);
    ++lines;
    with_quotes += line.find('"') != line.npos || line.find(',') != line.npos;
    plain.append(line) += '\n';
  }
  return lines >= 2 && with_quotes * 2 >= lines ? std::optional(plain) : std::nullopt;
}

}  // namespace sociometer::collect
