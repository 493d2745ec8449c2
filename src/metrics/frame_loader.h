// load_frame: reads what a question wants of the store.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "facts/facts.h"
#include "metrics/dialect.h"
#include "metrics/frame.h"

namespace sociometer::metrics {

struct Memories;

// Where a frame is read from.
struct FrameSource {
  const catalog::Catalog& catalog;
  facts::Store& store;
  Memories* memory = nullptr;  // what it knows is not read again; null: everything is
  const Dialect& dialect;
  const Scope& scope;
};

// Accounts are those of the workspace that `filter` (network, account, ownership) lets through; without an ownership
// filter own ones only. internal: the store refused.
Result<Frame> load_frame(const FrameSource& source, const std::map<std::string, std::vector<std::string>>& filter,
                         const FrameWants& wants);

}  // namespace sociometer::metrics
