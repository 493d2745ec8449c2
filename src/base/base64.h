// Base64: bytes as text, by RFC 4648, section 4, with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sociometer {

std::string to_base64(std::string_view bytes);
// Nothing where the text is none.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace sociometer
