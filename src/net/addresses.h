// Addresses of the internet, and ranges of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sociometer::net {

// "10.0.0.0/8", "fd00::/8", or one address alone.
class Range {
 public:
  static Result<Range> parse(std::string_view text);  // invalid
  // Whether `address`, as text, lies in it; an IPv4 address in IPv6's clothes is the IPv4 address.
  bool contains(std::string_view address) const;

 private:
  std::string bytes_;  // 4 or 16
  int bits_ = 0;
};

// The address as it is usually written; nothing if it is none. "::ffff:192.0.2.1" is "192.0.2.1".
std::optional<std::string> normal_address(std::string_view text);

// Whether it is for everybody: no loopback, private, link-local, shared, documentation, multicast or translated one.
bool is_public(std::string_view address);

bool is_within(const std::vector<Range>& ranges, std::string_view address);

}  // namespace sociometer::net
