// A page of somebody else's must not reach the server by way of a visitor's browser: neither under a name that was made
// to point here (DNS rebinding), nor by a form or script that sends what it cannot read the answer of (cross-site
// requests). This comes before anybody asks who is there.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "surfaces/api/api.h"

namespace sociometer::surfaces {
namespace {

// "localhost:8321" → "localhost", "[::1]:80" → "[::1]".
std::string host_name(std::string_view host) {
  const size_t end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  std::string name = lower(host.substr(0, end));
  if (name.ends_with('.')) name.pop_back();
  return name;
}

bool is_address(std::string_view name) {
  if (name.starts_with('[')) return name.ends_with(']');
  return name.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_ours(const std::string& name, const ApiOptions& options) {
  return name == "localhost" || name.ends_with(".localhost") || is_address(name) || name == options.listen_address ||
         std::ranges::find(options.allowed_hosts, name) != options.allowed_hosts.end();
}

net::Response forbidden() {
  return net::problem(403, "cross_site",
                      "this request comes from another site's page; only Sociometer's own may send it");
}

}  // namespace

std::optional<net::Response> turned_away(const net::Request& request, const ApiOptions& options) {
  const std::string& host = request.header("host");
  if (!host.empty() && !is_ours(host_name(host), options)) {
    return net::problem(
        421, "wrong_host",
        fmt::format("this server does not go by the name {}; start it with --allow-host {} if it should",
                    host_name(host), host_name(host)));
  }
  if (request.method == "GET") return std::nullopt;
  // A page elsewhere that was let in by name: without a cookie, it is nobody until it shows a token.
  const bool is_let_in =
      std::ranges::find(options.allowed_origins, request.header("origin")) != options.allowed_origins.end();
  if (is_let_in && request.header("cookie").empty()) return std::nullopt;
  const std::string& site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return forbidden();
  const std::string& origin = request.header("origin");
  if (origin.empty()) return std::nullopt;
  const size_t scheme = origin.find("://");
  if (scheme == std::string::npos || lower(origin.substr(scheme + 3)) != lower(host)) return forbidden();
  return std::nullopt;
}

}  // namespace sociometer::surfaces
