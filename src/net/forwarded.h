// Whose request it is, where a proxy stands in between.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/addresses.h"
#include "net/net.h"

namespace sociometer::net {

struct Forwarded {
  std::string client;
  bool is_secure = false;
};

// X-Forwarded-For is read from its end, as long as whoever wrote the next entry is trusted: what a client writes into
// it itself stands before what the first trusted proxy saw, and is passed over.
Forwarded forwarded_by(const std::string& peer, const Request& request, const std::vector<Range>& trusted);

bool is_loopback(std::string_view address);

}  // namespace sociometer::net
