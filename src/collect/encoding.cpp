#include "collect/encoding.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "collect/log_lines.h"

namespace sociometer::collect {

using namespace std::string_view_literals;

namespace {

struct Magic {
  std::string_view first_bytes;
  std::string_view sentence;
};

// Things people drop by accident, by how their bytes begin.
constexpr Magic byte_magics[] = {
    {"%PDF-"sv, "This is a PDF document; numbers are read from CSV exports."},
    {"\x89PNG\r\n\x1A\n"sv, "This is a picture (PNG); numbers are read from CSV exports."},
    {"\xFF\xD8\xFF"sv, "This is a picture (JPEG); numbers are read from CSV exports."},
    {"GIF8"sv, "This is a picture (GIF); numbers are read from CSV exports."},
    {"RIFF"sv, "This is a picture, sound or film; numbers are read from CSV exports."},
    {"\x7F"
     "ELF"sv,
     "This is a program; numbers are read from CSV exports."},
    {"MZ\x90\0"sv, "This is a program; numbers are read from CSV exports."},
    {"7z\xBC\xAF\x27\x1C"sv, "This is a 7z archive, which is not read: unpack it, or pack it as .zip or .gz."},
    {"Rar!\x1A\x07"sv, "This is a RAR archive, which is not read: unpack it, or pack it as .zip or .gz."},
    {"BZh"sv, "This is packed with bzip2, which is not read: unpack it, or pack it as .zip or .gz."},
    {"\xFD"
     "7zXZ\0"sv,
     "This is packed with xz, which is not read: unpack it, or pack it as .zip or .gz."},
    {"\x28\xB5\x2F\xFD"sv, "This is packed with zstd, which is not read: unpack it, or pack it as .zip or .gz."},
    {"SQLite format 3\0"sv, "This is an SQLite database; numbers are read from CSV exports."},
    {"PAR1"sv, "This is a Parquet file, which this version does not read: save it as CSV and import that."},
};

// Texts that are no tables, by how they begin after blanks.
constexpr Magic text_magics[] = {
    {"<?xml"sv, "This is XML, but no workbook; numbers are read from tables."},
    {"<!doctype html"sv, "This is a web page, not an export: download the export itself and import that."},
    {"<html"sv, "This is a web page, not an export: download the export itself and import that."},
    {"{\\rtf"sv, "This is an RTF document; numbers are read from CSV exports."},
    {"{"sv, "This is JSON, which this version does not read; numbers are read from CSV exports."},
    {"[{"sv, "This is JSON, which this version does not read; numbers are read from CSV exports."},
};

bool looks_wide(std::string_view head, size_t zero_at) {
  // Western text in UTF-16 has a zero in every second byte and hardly one in the others.
  size_t pairs = std::min<size_t>(head.size(), 2048) / 2;
  size_t zeros = 0, others = 0;
  for (size_t i = 0; i < pairs; ++i) {
    zeros += head[2 * i + zero_at] == '\0';
    others += head[2 * i + 1 - zero_at] == '\0';
  }
  return pairs >= 2 && zeros * 10 >= pairs * 6 && others == 0;
}

bool has_utf16_mark(std::string_view head) {
  return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
}

bool is_wide(std::string_view head) {
  return has_utf16_mark(head) || looks_wide(head, 1) || looks_wide(head, 0);
}

bool holds_control_bytes(std::string_view head) {
  size_t controls = 0;
  for (unsigned char c : head) {
    if (c == 0) return true;
    controls += c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x1A && c != 0x1B;
  }
  return controls * 50 > head.size();
}

}  // namespace

ContentGuess guess_content(std::string_view head) {
  if (head.empty()) return {Content::empty, {}};
  if (head.starts_with("\x1F\x8B")) return {Content::gzip, {}};
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06") || head.starts_with("PK\x07\x08")) {
    return {Content::zip, {}};
  }
  if (head.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv)) return {Content::old_workbook, {}};
  for (const Magic& magic : byte_magics) {
    if (head.starts_with(magic.first_bytes)) return {Content::refused, std::string(magic.sentence)};
  }
  if (is_wide(head)) return {Content::text, {}};
  if (holds_control_bytes(head)) {
    return {Content::refused, "This is a binary file of no known kind; numbers are read from CSV exports."};
  }
  std::string_view text = head.starts_with("\xEF\xBB\xBF") ? head.substr(3) : head;
  text = trimmed(text);
  if (text.starts_with("<?xml") && text.find("urn:schemas-microsoft-com:office:spreadsheet") != text.npos) {
    return {Content::xml_workbook, {}};
  }
  if (text.starts_with("{") && looks_like_a_log(text)) return {Content::text, {}};
  for (const Magic& magic : text_magics) {
    if (starts_with_ignoring_case(text, magic.first_bytes)) return {Content::refused, std::string(magic.sentence)};
  }
  return {Content::text, {}};
}

std::string_view name(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      return "UTF-8";
    case Encoding::utf16_little:
      return "UTF-16LE";
    case Encoding::utf16_big:
      return "UTF-16BE";
    case Encoding::windows_1252:
      return "Windows-1252";
    case Encoding::windows_1251:
      return "Windows-1251";
    case Encoding::windows_874:
      return "Windows-874";
  }
  return "UTF-8";
}

namespace {

// The length of the letter that begins with `lead`, 0 if none does.
size_t letter_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if ((lead & 0xF0) == 0xE0) return 3;
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

size_t ascii_prefix(std::string_view bytes) {
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    if ((word & 0x8080808080808080ULL) != 0) break;
  }
  while (i < bytes.size() && static_cast<unsigned char>(bytes[i]) < 0x80) ++i;
  return i;
}

}  // namespace

void EncodingCheck::look_at_head(std::string_view head) {
  first_ = false;
  if (head.starts_with("\xFF\xFE")) {
    wide_ = true;
  } else if (head.starts_with("\xFE\xFF")) {
    wide_ = big_ = true;
  } else if (looks_wide(head, 1)) {
    wide_ = true;
  } else if (looks_wide(head, 0)) {
    wide_ = big_ = true;
  }
}

void EncodingCheck::add(std::string_view bytes) {
  if (bytes.empty()) return;
  if (first_) look_at_head(bytes);
  if (wide_) return;
  count_high_bytes(bytes);
  if (!broken_) check_utf8(bytes);
}

void EncodingCheck::count_high_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!last_high_) bytes.remove_prefix(ascii_prefix(bytes));
    if (bytes.empty()) return;
    bool high = static_cast<unsigned char>(bytes.front()) >= 0xA0;
    high_bytes_ += high;
    high_pairs_ += high && last_high_;
    last_high_ = high;
    bytes.remove_prefix(1);
  }
}

void EncodingCheck::check_utf8(std::string_view bytes) {
  while (!tail_.empty() && !bytes.empty()) {  // finish the letter the last piece cut
    tail_ += bytes.front();
    bytes.remove_prefix(1);
    if (tail_.size() == letter_length(static_cast<unsigned char>(tail_.front()))) {
      broken_ = !is_utf8(tail_);
      beyond_ascii_ = true;
      tail_.clear();
    }
  }
  while (!broken_ && !bytes.empty()) {
    bytes.remove_prefix(ascii_prefix(bytes));
    if (bytes.empty()) break;
    size_t length = letter_length(static_cast<unsigned char>(bytes.front()));
    if (length == 0) {
      broken_ = true;
    } else if (length > bytes.size()) {
      tail_ = bytes;
      break;
    } else {
      broken_ = !is_utf8(bytes.substr(0, length));
      beyond_ascii_ = true;
      bytes.remove_prefix(length);
    }
  }
}

Encoding EncodingCheck::encoding(std::string_view locale) const {
  if (wide_) return big_ ? Encoding::utf16_big : Encoding::utf16_little;
  // A file cut inside its last letter is still UTF-8 if its other letters are.
  bool cut = !tail_.empty() && !beyond_ascii_;
  if (!broken_ && !cut) return Encoding::utf8;
  std::string language = lower(locale.substr(0, 2));
  if (language == "th") return Encoding::windows_874;
  for (std::string_view cyrillic : {"bg", "ru", "uk", "sr", "mk", "be"}) {
    if (language == cyrillic) return Encoding::windows_1251;
  }
  // Western words have a letter beyond ASCII here and there; Cyrillic ones have nothing else.
  bool words_of_them = high_bytes_ >= 4 && high_pairs_ * 2 > high_bytes_;
  return language.empty() && words_of_them ? Encoding::windows_1251 : Encoding::windows_1252;
}

bool is_guess(Encoding encoding) {
  return encoding == Encoding::windows_1252 || encoding == Encoding::windows_1251 || encoding == Encoding::windows_874;
}

namespace {

class Utf8Stream : public ByteStream {
 public:
  explicit Utf8Stream(std::unique_ptr<ByteStream> bytes) : bytes_(std::move(bytes)) {}

  Result<size_t> read(char* buffer, size_t capacity) override {
    if (!first_) return bytes_->read(buffer, capacity);
    first_ = false;
    size_t got = 0;
    while (got < 3) {  // a mark may come in pieces
      TRY(size_t more, bytes_->read(buffer + got, capacity - got));
      if (more == 0) break;
      got += more;
    }
    if (!std::string_view(buffer, got).starts_with("\xEF\xBB\xBF")) return got;
    if (got == 3) return bytes_->read(buffer, capacity);
    std::memmove(buffer, buffer + 3, got - 3);
    return got - 3;
  }

 private:
  std::unique_ptr<ByteStream> bytes_;
  bool first_ = true;
};

class ConvertedStream : public ByteStream {
 public:
  ConvertedStream(std::unique_ptr<ByteStream> bytes, const char* from) : bytes_(std::move(bytes)), raw_(32 << 10) {
    UErrorCode status = U_ZERO_ERROR;
    from_ = ucnv_open(from, &status);
    to_ = ucnv_open("UTF-8", &status);
    CHECK(U_SUCCESS(status));
    text_.resize(4 * raw_.size());
  }
  ~ConvertedStream() override {
    ucnv_close(from_);
    ucnv_close(to_);
  }

  Result<size_t> read(char* buffer, size_t capacity) override {
    while (at_ == text_size_ && !done_) TRY_DONE(convert());
    size_t count = std::min(capacity, text_size_ - at_);
    std::memcpy(buffer, text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  Result<Done> convert() {
    TRY(size_t got, bytes_->read(raw_.data(), raw_.size()));
    done_ = got == 0;
    const char* source = raw_.data();
    char* target = text_.data();
    UErrorCode status = U_ZERO_ERROR;
    ucnv_convertEx(to_, from_, &target, text_.data() + text_.size(), &source, raw_.data() + got, pivot_, &pivot_source_,
                   &pivot_target_, pivot_ + std::size(pivot_), first_, done_, &status);
    first_ = false;
    at_ = 0;
    text_size_ = static_cast<size_t>(target - text_.data());
    drop_mark();
    return Done{};
  }

  void drop_mark() {
    if (text_size_ == 0 || mark_seen_) return;
    mark_seen_ = true;
    if (std::string_view(text_.data(), text_size_).starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  std::unique_ptr<ByteStream> bytes_;
  UConverter* from_ = nullptr;
  UConverter* to_ = nullptr;
  std::vector<char> raw_, text_;
  UChar pivot_[1024] = {};
  UChar* pivot_source_ = pivot_;
  UChar* pivot_target_ = pivot_;
  size_t at_ = 0, text_size_ = 0;
  bool first_ = true, done_ = false, mark_seen_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> decoded(std::unique_ptr<ByteStream> bytes, Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      return std::make_unique<Utf8Stream>(std::move(bytes));
    case Encoding::utf16_little:
      return std::make_unique<ConvertedStream>(std::move(bytes), "UTF-16LE");
    case Encoding::utf16_big:
      return std::make_unique<ConvertedStream>(std::move(bytes), "UTF-16BE");
    case Encoding::windows_1252:
      return std::make_unique<ConvertedStream>(std::move(bytes), "windows-1252");
    case Encoding::windows_1251:
      return std::make_unique<ConvertedStream>(std::move(bytes), "windows-1251");
    case Encoding::windows_874:
      return std::make_unique<ConvertedStream>(std::move(bytes), "windows-874");
  }
  return bytes;
}

}  // namespace sociometer::collect
