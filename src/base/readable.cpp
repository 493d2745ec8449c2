#include "base/readable.h"

#include <unicode/unistr.h>

#include "base/text.h"

namespace sociometer {

std::string readable(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string shown;
  icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())}).toUTF8String(shown);
  return shown;
}

}  // namespace sociometer
