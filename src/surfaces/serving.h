// Serving a data directory over HTTP until somebody stops it; what `serve` and `demo` share.
#pragma once

#include "surfaces/cli/command.h"

namespace sociometer::surfaces {

struct ServeWords {
  std::string listen = "127.0.0.1:8321";
  std::vector<std::string> allowed_hosts;

  void declare(Options& options);
};

Result<Exit> serve_until_stopped(Call& call, const ServeWords& words);

}  // namespace sociometer::surfaces
