// The part of a request line between method and version: "/api/v1/posts?q=a%20b".
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sociometer::net {

struct Target {
  std::string path;
  std::map<std::string, std::string> query;
};

// invalid: a percent sign without two hexadecimal digits, a NUL, bytes that are not UTF-8, or no path.
Result<Target> parse_target(std::string_view text);

}  // namespace sociometer::net
