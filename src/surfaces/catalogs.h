// Each workspace's catalog: the built-in one with what the workspace said of its own, as control keeps it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "control/control.h"

namespace sociometer::surfaces {

// Threads: may be asked from several at once.
class Catalogs {
 public:
  Catalogs(std::shared_ptr<const catalog::Catalog> base, control::Control& control)
      : base_(std::move(base)), control_(control) {}

  // not_found: no such workspace.
  Result<std::shared_ptr<const catalog::Editions>> of(std::string_view workspace);
  Result<Done> record(std::string_view workspace, const std::vector<catalog::OwnEntry>& entries);

 private:
  std::shared_ptr<const catalog::Catalog> base_;
  control::Control& control_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const catalog::Editions>, std::less<>> known_;
};

// What a change of the catalog came to, as the API and `--json` say it.
Json change_json(const catalog::Editions::Change& change);
// All that is wrong, for people; empty where nothing is.
std::string problems_text(const std::vector<catalog::Problem>& problems);

}  // namespace sociometer::surfaces
