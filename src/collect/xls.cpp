// .xls of Excel 97 to 2003: an OLE2 container (libgsf) with a stream of BIFF8 records. Of some two hundred kinds of
// records a dozen hold what a table says; the rest is passed over by its length.
#include <fmt/format.h>
#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-input-memory.h>
#include <gsf/gsf-utils.h>

#include <bit>
#include <cstring>
#include <map>
#include <mutex>

#include "collect/sheet_row.h"
#include "collect/workbook.h"

namespace sociometer::collect {

namespace {

enum Record : uint16_t {
  formula = 0x0006,
  end_of_part = 0x000A,
  date_mode = 0x0022,
  file_pass = 0x002F,
  continued = 0x003C,
  bound_sheet = 0x0085,
  mul_rk = 0x00BD,
  rich_string = 0x00D6,
  cell_format = 0x00E0,
  shared_strings = 0x00FC,
  shared_string_cell = 0x00FD,
  number = 0x0203,
  label = 0x0204,
  bool_or_error = 0x0205,
  formula_string = 0x0207,
  rk_number = 0x027E,
  number_format = 0x041E,
  begin_of_part = 0x0809,
};

Error damaged_xls() {
  return invalid("The workbook (.xls) is damaged: download it again.");
}

uint16_t word_at(std::string_view bytes, size_t at) {
  if (at + 2 > bytes.size()) return 0;
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) | static_cast<uint8_t>(bytes[at + 1]) << 8);
}
uint32_t long_at(std::string_view bytes, size_t at) {
  return word_at(bytes, at) | static_cast<uint32_t>(word_at(bytes, at + 2)) << 16;
}
double double_at(std::string_view bytes, size_t at) {
  return std::bit_cast<double>(long_at(bytes, at) | static_cast<uint64_t>(long_at(bytes, at + 4)) << 32);
}

// A number in 30 bits: the upper ones of a double, or a whole one, and perhaps a hundred times too large.
double rk_at(std::string_view bytes, size_t at) {
  uint32_t packed = long_at(bytes, at);
  double value = (packed & 2) != 0 ? static_cast<int32_t>(packed) >> 2
                                   : std::bit_cast<double>(static_cast<uint64_t>(packed & ~3U) << 32);
  return (packed & 1) != 0 ? value / 100 : value;
}

void append_utf8(std::string& text, uint32_t letter) {
  if (letter < 0x80) {
    text += static_cast<char>(letter);
  } else if (letter < 0x800) {
    text += static_cast<char>(0xC0 | letter >> 6);
    text += static_cast<char>(0x80 | (letter & 0x3F));
  } else if (letter < 0x10000) {
    text += static_cast<char>(0xE0 | letter >> 12);
    text += static_cast<char>(0x80 | (letter >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (letter & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | letter >> 18);
    text += static_cast<char>(0x80 | (letter >> 12 & 0x3F));
    text += static_cast<char>(0x80 | (letter >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (letter & 0x3F));
  }
}

// UTF-16 in, UTF-8 out; half a pair becomes U+FFFD.
class Letters {
 public:
  explicit Letters(std::string& text) : text_(text) {}
  void add(uint16_t unit) {
    bool high = unit >= 0xD800 && unit < 0xDC00, low = unit >= 0xDC00 && unit < 0xE000;
    if (high_ != 0 && low) {
      append_utf8(text_, 0x10000 + (static_cast<uint32_t>(high_ - 0xD800) << 10) + (unit - 0xDC00U));
    } else {
      if (high_ != 0) append_utf8(text_, 0xFFFD);
      if (!high) append_utf8(text_, low ? 0xFFFD : unit);
    }
    high_ = high ? unit : 0;
  }
  void finish() {
    if (high_ != 0) append_utf8(text_, 0xFFFD);
    high_ = 0;
  }

 private:
  std::string& text_;
  uint16_t high_ = 0;
};

// The records of a stream, one after the other. Offsets are checked, never trusted.
class Records {
 public:
  explicit Records(std::string_view stream, size_t at = 0) : stream_(stream), at_(at) {}

  bool next() {
    if (at_ + 4 > stream_.size()) return false;
    kind_ = word_at(stream_, at_);
    size_t size = word_at(stream_, at_ + 2);
    if (at_ + 4 + size > stream_.size()) return false;
    data_ = stream_.substr(at_ + 4, size);
    at_ += 4 + size;
    return true;
  }
  bool next_continues() const { return at_ + 4 <= stream_.size() && word_at(stream_, at_) == continued; }
  uint16_t kind() const { return kind_; }
  std::string_view data() const { return data_; }

 private:
  std::string_view stream_, data_;
  size_t at_;
  uint16_t kind_ = 0;
};

// A BIFF8 text, which may go on in CONTINUE records: a text cut between two letters says anew how wide they are.
class TextReader {
 public:
  explicit TextReader(Records& records) : records_(records), data_(records.data()) {}

  void skip(size_t count) {
    while (count > 0 && !failed_) {
      if (at_ == data_.size() && !go_on()) return;
      size_t here = std::min(count, data_.size() - at_);
      at_ += here;
      count -= here;
    }
  }
  uint8_t byte() {
    if (at_ == data_.size() && !go_on()) return 0;
    return static_cast<uint8_t>(data_[at_++]);
  }
  uint16_t word() {
    uint16_t low = byte();
    return static_cast<uint16_t>(low | byte() << 8);
  }
  uint32_t dword() {
    uint32_t low = word();
    return low | static_cast<uint32_t>(word()) << 16;
  }
  bool failed() const { return failed_; }

  // With a length of two bytes before it.
  void read(std::string& text) {
    size_t count = word();
    uint8_t flags = byte();
    size_t runs = (flags & 8) != 0 ? word() : 0;
    size_t extension = (flags & 4) != 0 ? dword() : 0;
    letters(text, count, (flags & 1) != 0);
    skip(runs * 4 + extension);
  }
  void letters(std::string& text, size_t count, bool wide) {
    Letters out(text);
    for (; count > 0 && !failed_; --count) {
      if (at_ == data_.size()) {
        if (!go_on()) break;
        wide = (byte() & 1) != 0;
      }
      out.add(wide ? word() : byte());
    }
    out.finish();
  }

 private:
  bool go_on() {
    if (!records_.next_continues() || !records_.next()) {
      failed_ = true;
      return false;
    }
    data_ = records_.data();
    at_ = 0;
    return !data_.empty();
  }

  Records& records_;
  std::string_view data_;
  size_t at_ = 0;
  bool failed_ = false;
};

class Xls : public Workbook {
 public:
  Xls(std::string stream, const WorkbookLimits& limits) : stream_(std::move(stream)), limits_(limits) {}

  Result<Done> read_globals() {
    Records records(stream_);
    if (!records.next() || records.kind() != begin_of_part) return damaged_xls();
    constexpr uint16_t biff8 = 0x0600;
    if (word_at(records.data(), 0) != biff8) {
      return unsupported("This workbook is of Excel 95 or older: open it, save it as .xlsx, and import that.");
    }
    while (records.next() && records.kind() != end_of_part) TRY_DONE(read_global(records));
    for (unsigned format : cell_formats_) {
      auto own = formats_.find(format);
      kinds_.push_back(own == formats_.end() ? kind_of_built_in_format(format) : own->second);
    }
    if (names_.empty()) return invalid("The workbook (.xls) has no sheets: download it again.");
    return Done{};
  }

  const std::vector<std::string>& sheets() const override { return names_; }
  Result<std::unique_ptr<SheetRows>> open(size_t sheet) override;

 private:
  friend class XlsRows;

  Result<Done> read_global(Records& records) {
    std::string_view data = records.data();
    switch (records.kind()) {
      case file_pass:
        return invalid("The workbook is locked with a password: open it, save it without, and import that.");
      case date_mode:
        if (word_at(data, 0) == 1) epoch_ = Epoch::of_1904;
        break;
      case cell_format:
        cell_formats_.push_back(word_at(data, 2));
        break;
      case number_format: {
        std::string code;
        unsigned id = word_at(data, 0);
        TextReader text(records);
        text.skip(2);
        text.read(code);
        formats_[id] = kind_of_format(code);
        break;
      }
      case bound_sheet:
        read_bound_sheet(records);
        break;
      case shared_strings:
        return read_shared(records);
      default:
        break;
    }
    return Done{};
  }

  void read_bound_sheet(Records& records) {
    std::string_view data = records.data();
    bool has_cells = data.size() > 8 && data[5] == 0;
    if (!has_cells) return;
    TextReader text(records);
    text.skip(6);
    size_t count = text.byte();
    bool wide = (text.byte() & 1) != 0;
    std::string name;
    text.letters(name, count, wide);
    names_.push_back(std::move(name));
    offsets_.push_back(long_at(data, 0));
  }

  Result<Done> read_shared(Records& records) {
    TextReader text(records);
    text.skip(4);
    uint32_t count = text.dword();
    size_t bytes = 0;
    for (uint32_t i = 0; i < count && !text.failed(); ++i) {
      std::string one;
      text.read(one);
      bytes += one.size() + sizeof one;
      if (bytes > limits_.shared_texts) return damaged_xls();
      if (!text.failed()) shared_.push_back(std::move(one));
    }
    return text.failed() ? Result<Done>(damaged_xls()) : Result<Done>(Done{});
  }

  NumberKind kind_of(unsigned cell_format_index) const {
    return cell_format_index < kinds_.size() ? kinds_[cell_format_index] : NumberKind::plain;
  }

  std::string stream_;
  WorkbookLimits limits_;
  Epoch epoch_ = Epoch::of_1900;
  std::vector<std::string> names_, shared_;
  std::vector<size_t> offsets_;
  std::vector<unsigned> cell_formats_;
  std::map<unsigned, NumberKind> formats_;
  std::vector<NumberKind> kinds_;
};

// The cells of a sheet come in the order of rows; a program that wrote them otherwise loses nothing: rows that come
// again are handed out again.
class XlsRows : public SheetRows {
 public:
  XlsRows(const Xls& book, size_t offset) : book_(book), records_(book.stream_, offset), row_(book.limits_.row) {}

  Result<bool> next(csv::Row& row) override {
    if (!begun_) {
      begun_ = true;
      if (!records_.next() || records_.kind() != begin_of_part) return damaged_xls();
      advance();
    }
    while (!done_) {
      row_.clear();
      int current = cell_row_;
      while (!done_ && cell_row_ == current) {
        take();
        advance();
      }
      if (row_.hand_out(current + 1, row)) return true;
    }
    return cut_short_ ? Result<bool>(damaged_xls()) : Result<bool>(false);
  }

 private:
  // To the next record that is a cell. Charts inside a sheet are parts in the part.
  void advance() {
    int depth = 0;
    while (records_.next()) {
      if (records_.kind() == begin_of_part) ++depth;
      if (records_.kind() == end_of_part && depth-- == 0) {
        done_ = true;
        return;
      }
      if (depth > 0) continue;
      switch (records_.kind()) {
        case formula_string:
          take_formula_string();
          break;
        case formula:
        case mul_rk:
        case rich_string:
        case shared_string_cell:
        case number:
        case label:
        case bool_or_error:
        case rk_number:
          cell_row_ = word_at(records_.data(), 0);
          return;
        default:
          break;
      }
    }
    done_ = cut_short_ = true;
  }

  void take() {
    std::string_view data = records_.data();
    size_t column = word_at(data, 2);
    unsigned format = word_at(data, 4);
    switch (records_.kind()) {
      case number:
        return put_number(column, double_at(data, 6), format);
      case rk_number:
        return put_number(column, rk_at(data, 6), format);
      case mul_rk:
        for (size_t at = 4; at + 8 <= data.size(); at += 6, ++column) {
          put_number(column, rk_at(data, at + 2), word_at(data, at));
        }
        return;
      case shared_string_cell: {
        size_t index = long_at(data, 6);
        if (index < book_.shared_.size()) row_.put(column, book_.shared_[index]);
        return;
      }
      case label:
      case rich_string: {
        std::string text;
        TextReader reader(records_);
        reader.skip(6);
        reader.read(text);
        return row_.put(column, text);
      }
      case bool_or_error:
        if (data.size() >= 8) row_.put(column, data[7] != 0 ? "#ERROR" : data[6] != 0 ? "TRUE" : "FALSE");
        return;
      case formula:
        return take_formula(column, format);
      default:
        return;
    }
  }

  // What the formula gave: a number, or two bytes of 0xFF and a kind; a text follows in a record of its own.
  void take_formula(size_t column, unsigned format) {
    std::string_view data = records_.data();
    if (word_at(data, 12) != 0xFFFF) return put_number(column, double_at(data, 6), format);
    if (data.size() < 14) return;
    formula_column_ = column;
    if (data[6] == 1) row_.put(column, data[8] != 0 ? "TRUE" : "FALSE");
    if (data[6] == 2) row_.put(column, "#ERROR");
  }
  void take_formula_string() {
    std::string text;
    TextReader reader(records_);
    reader.read(text);
    row_.put(formula_column_, text);
  }

  void put_number(size_t column, double value, unsigned format) {
    row_.put(column, number_text(value, book_.kind_of(format), book_.epoch_));
  }

  const Xls& book_;
  Records records_;
  SheetRow row_;
  int cell_row_ = 0;
  size_t formula_column_ = 0;
  bool begun_ = false, done_ = false, cut_short_ = false;
};

Result<std::unique_ptr<SheetRows>> Xls::open(size_t sheet) {
  return std::unique_ptr<SheetRows>(new XlsRows(*this, offsets_.at(sheet)));
}

template <typename T>
struct Unref {
  void operator()(T* object) const { g_object_unref(object); }
};

// The stream of the workbook inside the container.
Result<std::string> workbook_stream(const std::string& container) {
  static std::once_flag once;
  std::call_once(once, gsf_init);
  std::unique_ptr<GsfInput, Unref<GsfInput>> input(gsf_input_memory_new(
      reinterpret_cast<const guint8*>(container.data()), static_cast<gsf_off_t>(container.size()), FALSE));
  GError* problem = nullptr;
  std::unique_ptr<GsfInfile, Unref<GsfInfile>> file(gsf_infile_msole_new(input.get(), &problem));
  g_clear_error(&problem);
  if (file == nullptr) return damaged_xls();
  std::unique_ptr<GsfInput, Unref<GsfInput>> stream(gsf_infile_child_by_name(file.get(), "Workbook"));
  if (stream == nullptr) {
    std::unique_ptr<GsfInput, Unref<GsfInput>> old(gsf_infile_child_by_name(file.get(), "Book"));
    if (old != nullptr) {
      return unsupported("This workbook is of Excel 95 or older: open it, save it as .xlsx, and import that.");
    }
    std::unique_ptr<GsfInput, Unref<GsfInput>> locked(gsf_infile_child_by_name(file.get(), "EncryptedPackage"));
    if (locked != nullptr) {
      return invalid("The workbook is locked with a password: open it, save it without, and import that.");
    }
    return unsupported("This is a document of old Office, but no workbook; numbers are read from exports.");
  }
  auto size = static_cast<size_t>(gsf_input_size(stream.get()));
  if (size > container.size()) return damaged_xls();
  std::string bytes(size, '\0');
  if (size > 0 && gsf_input_read(stream.get(), size, reinterpret_cast<guint8*>(bytes.data())) == nullptr) {
    return damaged_xls();
  }
  return bytes;
}

}  // namespace

Result<std::unique_ptr<Workbook>> open_xls(std::unique_ptr<ByteStream> bytes, const WorkbookLimits& limits) {
  std::string container;
  std::vector<char> piece(256 << 10);
  while (true) {
    TRY(size_t got, bytes->read(piece.data(), piece.size()));
    if (got == 0) break;
    container.append(piece.data(), got);
    if (container.size() > limits.old_workbook) {
      return invalid(fmt::format("The workbook (.xls) is larger than {} MiB: save it as .xlsx and import that.",
                                 limits.old_workbook >> 20));
    }
  }
  TRY(std::string stream, workbook_stream(container));
  auto xls = std::make_unique<Xls>(std::move(stream), limits);
  TRY_DONE(xls->read_globals());
  return std::unique_ptr<Workbook>(std::move(xls));
}

}  // namespace sociometer::collect
