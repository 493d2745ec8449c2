#include "net/target.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"

namespace sociometer::net {
namespace {

enum class Plus { literal, blank };

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

Result<std::string> decoded(std::string_view text, Plus plus) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::blank) {
      result += ' ';
    } else if (text[i] != '%') {
      result += text[i];
    } else {
      auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
      if (!high || !low) return invalid("the address has a % that two hexadecimal digits do not follow");
      result += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  if (result.find('\0') != std::string::npos) return invalid("the address has a NUL in it");
  if (!is_utf8(result)) return invalid("the address is not UTF-8");
  return result;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  text = text.substr(0, text.find('#'));
  if (text.empty() || text[0] != '/') return invalid("the address must begin with /");
  Target target;
  const size_t question = text.find('?');
  TRY(target.path, decoded(text.substr(0, question), Plus::literal));
  if (question == std::string_view::npos) return target;
  for (std::string_view pair : split(text.substr(question + 1), '&')) {
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    TRY(std::string name, decoded(pair.substr(0, equals), Plus::blank));
    std::string value;
    if (equals != std::string_view::npos) {
      TRY(value, decoded(pair.substr(equals + 1), Plus::blank));
    }
    target.query[std::move(name)] = std::move(value);
  }
  return target;
}

}  // namespace sociometer::net
