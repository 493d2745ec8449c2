// Serving a data directory over HTTP until somebody stops it; what `serve` and `demo` share.
#pragma once

#include "surfaces/cli/command.h"

namespace sociometer::surfaces {

// The address of the demo's owner, who has no password: they come in by the link that the demo prints.
inline constexpr std::string_view demo_owner = "owner@demo.invalid";

struct ServeWords {
  std::string listen = "127.0.0.1:8321", public_url;
  std::string certificate, key, breached_passwords, log_format = "text";
  std::vector<std::string> allowed_hosts, allowed_origins, trusted_proxies;
  int64_t upload_megabytes = 4096;

  void declare(Options& options);
};

// Whoever comes first gets in by a link that is printed: the person with the address `signs_in`, or, where nobody is
// there yet, an owner to be.
Result<Exit> serve_until_stopped(Call& call, const ServeWords& words, std::string_view signs_in = {});

}  // namespace sociometer::surfaces
