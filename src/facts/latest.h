// Latest: which rows are the newest of their key, kept so that no question has to search for them.
//
// A fact's key says what it is about; among the rows of a key in batches not undone, the one with the highest
// (observed_at, batch) is the latest. It lies in the table of the latest, every other row in that of the outdated, and
// the two together are the history. Rows change places in the transaction that changes who is newest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "facts/engine.h"
#include "facts/facts.h"

namespace sociometer::facts {

// A kind of fact: its tables and its key. Without a key (web events) every row of a batch not undone is latest.
struct Versioned {
  std::string_view latest;
  std::string_view outdated;
  std::vector<std::string_view> key;  // columns; where a column alone is not the key, SQL with {0} for the table's name
  std::string_view words;             // what people know the row `o` by, as SQL
};
extern const Versioned versioned_observations;
extern const Versioned versioned_posts;
const Versioned& versioned_events(EventTable table);

// Whether a batch may have several rows of one key; it decides how much work they are.
enum class Keys { once, repeated };

constexpr int64_t rows_at_once = 500'000;

// Lets the rows of a batch, just added to the latest, find their places. Of rows with the same key and observed_at the
// last alone is kept: the source said two things at once, and the latest must be one row. Returns how many were
// dropped. The memory it needs is that of about `rows_of_part` rows, however many the batch has.
Result<int64_t> place_batch(Lease& lease, const Versioned& table, int64_t batch, Keys keys,
                            int64_t rows_of_part = rows_at_once);

// Takes the places of an undone batch (its tombstone is written) away again, and gives them to those before it.
Result<Done> displace_batch(Lease& lease, const Versioned& table, int64_t batch, int64_t rows_of_part = rows_at_once);

// Where latest and outdated are not what the history makes them, a sentence each, at most twenty of a kind.
Result<std::vector<std::string>> misplaced(Lease& lease, const Versioned& table);

}  // namespace sociometer::facts
