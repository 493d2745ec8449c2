#include <fmt/format.h>

#include <charconv>

#include "net/net.h"

namespace sociometer::net {

Result<std::pair<std::string, uint16_t>> parse_listen(std::string_view text) {
  const Error wrong =
      invalid(fmt::format("\"{}\" is no address to listen on; write it like 127.0.0.1:8321, [::1]:8321 or 8321", text),
              "listen");
  std::string address = "127.0.0.1";
  std::string_view port = text;
  const size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    std::string_view host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (host.starts_with('[')) {
      if (!host.ends_with(']')) return wrong;
      host = host.substr(1, host.size() - 2);
      if (host.find(':') == std::string_view::npos) return wrong;
    } else if (host.find(':') != std::string_view::npos) {
      return wrong;
    }
    if (!host.empty()) address = host;
  }
  uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) return wrong;
  return std::pair{std::move(address), number};
}

}  // namespace sociometer::net
