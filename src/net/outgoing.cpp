// The guard before every request that somebody else chose the target of: webhooks, feeds, pictures.
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "net/addresses.h"
#include "net/net.h"

namespace sociometer::net {
namespace {

constexpr size_t url_length_max = 2048;

Error no_url(std::string_view url) {
  return invalid(fmt::format("\"{}\" is no address to send to; write it like https://example.org/hook", url), "url");
}

Result<uint16_t> port_of(std::string_view text, std::string_view url) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || port == 0) return no_url(url);
  return port;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

// Host and port of what stands between "://" and the path.
Result<Done> read_authority(std::string_view authority, std::string_view url, Outgoing& to) {
  // A name or password in an address serves those who want another host to be read than is meant.
  if (authority.find('@') != authority.npos) return invalid("the address must not hold a name or password", "url");
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == authority.npos) return no_url(url);
    to.host = authority.substr(1, end - 1);
    if (!normal_address(to.host)) return no_url(url);
    authority.remove_prefix(end + 1);
    if (authority.empty()) return Done{};
    if (authority[0] != ':') return no_url(url);
    TRY(to.port, port_of(authority.substr(1), url));
    return Done{};
  }
  const size_t colon = authority.find(':');
  to.host = lower(authority.substr(0, colon));
  if (to.host.ends_with('.')) to.host.pop_back();
  if (to.host.empty() || to.host.size() > 253 || !std::all_of(to.host.begin(), to.host.end(), is_host_character)) {
    return no_url(url);
  }
  if (colon == authority.npos) return Done{};
  TRY(to.port, port_of(authority.substr(colon + 1), url));
  return Done{};
}

}  // namespace

Result<std::vector<std::string>> resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) {
    return unavailable(fmt::format("the name {} leads nowhere: is it right, and is the network there?", host));
  }
  std::vector<std::string> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text;
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  freeaddrinfo(found);
  return addresses;
}

Result<Outgoing> outgoing(std::string_view url, const OutgoingRules& rules) {
  const bool is_plain_text = std::all_of(url.begin(), url.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (url.size() > url_length_max || !is_plain_text || url.find('\\') != url.npos) return no_url(url.substr(0, 100));
  const size_t scheme_end = url.find("://");
  if (scheme_end == url.npos) return no_url(url);
  Outgoing to;
  to.url = url;
  to.scheme = lower(url.substr(0, scheme_end));
  if (to.scheme != "https" && to.scheme != "http") {
    return invalid(fmt::format("an address to send to begins with https:// or http://, not {}://", to.scheme), "url");
  }
  to.port = to.scheme == "https" ? 443 : 80;
  const std::string_view rest = url.substr(scheme_end + 3);
  TRY_DONE(read_authority(rest.substr(0, rest.find_first_of("/?#")), url, to));

  // All of its addresses must be fit to be talked to: which of them a client takes is its own business.
  TRY(to.addresses, rules.resolve ? rules.resolve(to.host) : resolve(to.host));
  if (to.addresses.empty()) return unavailable(fmt::format("the name {} has no address", to.host));
  std::vector<Range> allowed;
  for (const std::string& text : rules.allowed) {
    TRY(Range range, Range::parse(text));
    allowed.push_back(std::move(range));
  }
  for (const std::string& address : to.addresses) {
    if (is_public(address) || is_within(allowed, address)) continue;
    return invalid(
        fmt::format("{} leads to {}, which is not a public address; `sociometer channel allow {}` would let it",
                    to.host, address, address),
        "url");
  }
  return to;
}

}  // namespace sociometer::net
