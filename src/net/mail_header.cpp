#include <fmt/format.h>

#include <algorithm>

#include "base/base64.h"
#include "net/sending.h"

namespace sociometer::net {
namespace {

// An encoded word is at most 75 characters long: "=?UTF-8?B?" and "?=" take 12 of them, base64 four for three bytes.
constexpr size_t word_bytes_max = 45;

bool is_continued(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

std::string header_text(std::string_view text) {
  const bool is_plain = std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
  // What looks like an encoded word would be read as one.
  if (is_plain && text.find("=?") == text.npos) return std::string(text);
  std::string encoded;
  while (!text.empty()) {
    size_t size = std::min(text.size(), word_bytes_max);
    while (size < text.size() && size > 1 && is_continued(text[size])) --size;
    encoded += fmt::format("{}=?UTF-8?B?{}?=", encoded.empty() ? "" : "\r\n ", to_base64(text.substr(0, size)));
    text.remove_prefix(size);
  }
  return encoded;
}

}  // namespace sociometer::net
