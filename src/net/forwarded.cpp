#include "net/forwarded.h"

#include "base/text.h"

namespace sociometer::net {

Forwarded forwarded_by(const std::string& peer, const Request& request, const std::vector<Range>& trusted) {
  Forwarded found{peer, false};
  if (!is_within(trusted, peer)) return found;
  const std::string& scheme = request.header("x-forwarded-proto");
  found.is_secure = lower(trimmed(scheme.substr(scheme.rfind(',') + 1))) == "https";
  std::vector<std::string_view> way = split(request.header("x-forwarded-for"), ',');
  while (!way.empty() && is_within(trusted, found.client)) {
    const std::optional<std::string> address = normal_address(trimmed(way.back()));
    if (!address) break;
    found.client = *address;
    way.pop_back();
  }
  return found;
}

bool is_loopback(std::string_view address) {
  return address == "::1" || address.starts_with("127.");
}

}  // namespace sociometer::net
