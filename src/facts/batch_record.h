// The record of a batch: its row in `batches`, written and read.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "facts/engine.h"
#include "facts/facts.h"

namespace sociometer::facts {

// A batch as it is written: what is listed, and what only the tables know.
struct BatchRecord {
  Batch listed;
  int64_t number = 0;
  std::string content_key;
  int64_t generation = 1;
};

// As the column list below gives a row; `undone_at` the last but one.
Result<BatchRecord> record_at(const Chunk& chunk, size_t row);

Result<Done> write_record(Lease& lease, const BatchRecord& record);

// The records of a workspace, newest first. `where` is more SQL about `b`, the row of `batches`.
Result<std::vector<BatchRecord>> read_records(Lease& lease, std::string_view workspace, const std::string& where,
                                              size_t limit);

// not_found: the workspace has no batch of that id.
Result<BatchRecord> read_record(Lease& lease, std::string_view workspace, std::string_view id);

}  // namespace sociometer::facts
