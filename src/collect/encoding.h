// Encoding: what a file is by its first bytes, which letters its bytes mean, and turning them into UTF-8.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "collect/collect.h"

namespace sociometer::collect {

// What a file's first bytes say it is. `text` is everything that is nothing else and holds no bytes a text cannot hold.
enum class Content { text, empty, gzip, zip, old_workbook, xml_workbook, refused };
struct ContentGuess {
  Content content = Content::text;
  std::string sentence;  // refused: what it is and what to do
};
// `head`: the first few thousand bytes, or the whole file if it is shorter.
ContentGuess guess_content(std::string_view head);

enum class Encoding { utf8, utf16_little, utf16_big, windows_1252, windows_1251, windows_874 };
// It has no mark and is not UTF-8: its letters are a guess.
bool is_guess(Encoding encoding);
std::string_view name(Encoding encoding);  // as people know it: "UTF-8", …

// Decides for a whole file: show it every byte, in order, then ask.
class EncodingCheck {
 public:
  void add(std::string_view bytes);
  // `locale` decides between alphabets where the bytes could be of several: "bg" reads them as Cyrillic.
  Encoding encoding(std::string_view locale = {}) const;

 private:
  void look_at_head(std::string_view head);
  void check_utf8(std::string_view bytes);
  void count_high_bytes(std::string_view bytes);

  bool first_ = true;
  bool wide_ = false;  // UTF-16, by mark or by its zero bytes
  bool big_ = false;
  bool broken_ = false;  // not UTF-8
  bool beyond_ascii_ = false;
  bool last_high_ = false;
  int64_t high_bytes_ = 0, high_pairs_ = 0;  // how often letters beyond ASCII follow each other
  std::string tail_;                         // a letter cut by the end of a piece
};

// The same text as UTF-8, without its byte order mark. Bytes that mean nothing become U+FFFD.
std::unique_ptr<ByteStream> decoded(std::unique_ptr<ByteStream> bytes, Encoding encoding);

}  // namespace sociometer::collect
