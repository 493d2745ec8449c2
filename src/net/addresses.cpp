#include "net/addresses.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "base/check.h"

namespace sociometer::net {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> address_of(std::string_view text) {
  boost::system::error_code error;
  // A scope ("%eth0") names an interface of this machine, which nobody elsewhere has a say in.
  if (text.find('%') != text.npos) return std::nullopt;
  ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

std::string bytes_of(const ip::address& address) {
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return {bytes.begin(), bytes.end()};
  }
  const auto bytes = address.to_v6().to_bytes();
  return {bytes.begin(), bytes.end()};
}

// IANA's registries of special-purpose addresses, and what carries an IPv4 address inside an IPv6 one.
constexpr std::string_view special[] = {
    "0.0.0.0/8",      "10.0.0.0/8",   "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24",   "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",  "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4",  "240.0.0.0/4",    "::/96",          "64:ff9b::/96",   "64:ff9b:1::/48",
    "100::/64",       "2001::/23",    "2001:db8::/32",  "2002::/16",      "3fff::/20",      "5f00::/16",
    "fc00::/7",       "fe80::/10",    "fec0::/10",      "ff00::/8",
};

const std::vector<Range>& special_ranges() {
  static const std::vector<Range> ranges = [] {
    std::vector<Range> parsed;
    for (std::string_view text : special) {
      Result<Range> range = Range::parse(text);
      CHECK(range.ok());
      parsed.push_back(*range);
    }
    return parsed;
  }();
  return ranges;
}

}  // namespace

Result<Range> Range::parse(std::string_view text) {
  const Error wrong =
      invalid(fmt::format("\"{}\" is no range of addresses; write it like 10.0.0.0/8 or fd00::/8", text));
  const size_t slash = text.find('/');
  const std::optional<ip::address> address = address_of(text.substr(0, slash));
  if (!address) return wrong;
  Range range;
  range.bytes_ = bytes_of(*address);
  const int bits_max = static_cast<int>(range.bytes_.size()) * 8;
  range.bits_ = bits_max;
  if (slash == text.npos) return range;
  const std::string_view number = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), range.bits_);
  if (number.empty() || error != std::errc() || end != number.data() + number.size()) return wrong;
  if (range.bits_ < 0 || range.bits_ > bits_max) return wrong;
  return range;
}

bool Range::contains(std::string_view text) const {
  const std::optional<ip::address> address = address_of(text);
  if (!address) return false;
  const std::string bytes = bytes_of(*address);
  if (bytes.size() != bytes_.size()) return false;
  for (int bit = 0; bit < bits_; ++bit) {
    const int shift = 7 - bit % 8;
    const auto place = static_cast<size_t>(bit / 8);
    if (((static_cast<unsigned char>(bytes[place]) ^ static_cast<unsigned char>(bytes_[place])) >> shift) & 1)
      return false;
  }
  return true;
}

std::optional<std::string> normal_address(std::string_view text) {
  const std::optional<ip::address> address = address_of(text);
  if (!address) return std::nullopt;
  return address->to_string();
}

bool is_public(std::string_view address) {
  return normal_address(address) && !is_within(special_ranges(), address);
}

bool is_within(const std::vector<Range>& ranges, std::string_view address) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) { return range.contains(address); });
}

}  // namespace sociometer::net
