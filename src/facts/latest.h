// Latest: of each key the newest row, kept beside the history so that no question has to search for it.
//
// Renewed in the transaction that changes the history, on the connection of that transaction. A fact's key says what it
// is about; among the rows of a key in batches not undone, the highest (observed_at, batch) is the latest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/engine.h"

namespace sociometer::facts {

// A table of history, the table of its latest rows, and its key.
struct Versioned {
  std::string_view history;
  std::string_view latest;
  std::vector<std::string_view> key;  // columns; SQL expressions of `{}` where a column alone is not the key
};
extern const Versioned versioned_observations;
extern const Versioned versioned_posts;

// What is known of a batch beyond its rows; it decides how much work renewing is.
struct BatchFacts {
  int64_t batch = 0;
  std::string workspace;
  std::vector<std::string> accounts;  // of this table's rows
  bool repeats_keys = false;          // a key occurs twice, or may
};

// Of rows of one batch with the same key and observed_at the last alone is kept: the source said two things at once,
// and "highest (observed_at, batch)" must be one row. Returns how many were dropped.
Result<int64_t> drop_ties(Lease& lease, const Versioned& table, int64_t batch);

// Lets the rows of a batch just added take their places.
Result<Done> renew_latest(Lease& lease, const Versioned& table, const BatchFacts& facts);

// Takes the places of an undone batch (its tombstone is written) away again, and gives them to those before it.
Result<Done> restore_latest(Lease& lease, const Versioned& table, const std::string& workspace, int64_t batch);

// Where `latest` is not what the history gives, a sentence each, at most twenty.
Result<std::vector<std::string>> compare_latest(Lease& lease, const Versioned& table);

}  // namespace sociometer::facts
