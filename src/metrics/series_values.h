// SeriesValues: what accounts' series say of their days. Their names are read once, then bare numbers as they lie in
// the store, to be added up by whoever reads them: having the engine find the segment of every row's day took longer
// than handing the rows over.
//
//     SeriesValues values(store, memory, sql, frame.sql);
//     TRY_DONE(values.read({choice, days}, [&](size_t series, const ToldDays& told) {
//       for (int64_t value : told.values) sum[series] += value;
//     }));
//     values.names()[0].measure;
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "facts/facts.h"
#include "metrics/memories.h"
#include "metrics/sql.h"

namespace sociometer::metrics {

struct SeriesName {
  int64_t number = 0;  // in the store; 0 where it was named as of an earlier time
  std::string network, account, measure, promotion, member;
  int tier = 0;
  bool has_days = false;  // false: it tells of ranges or rolling windows only
};

struct SeriesWanted {
  SeriesChoice choice;
  std::optional<DayRange> days;  // none: all
  bool batches = false;
};

// The first and last of ascending series numbers that are read with one statement, so that an answer of more than about
// `most` values comes in several. Never empty where `numbers` is not.
std::vector<std::pair<int64_t, int64_t>> statements_of(const std::vector<int64_t>& numbers, int64_t days, int64_t most);

class SeriesValues {
 public:
  // The series with this index into names told this; called several times for one, in no order.
  using Each = std::function<void(size_t series, const ToldDays& told)>;

  // What `memory` knows is not read again; null: everything is. Statements that ran are added to `ran`. All of them
  // must outlive this.
  SeriesValues(facts::Store& store, Memories* memory, const SqlScope& scope, std::vector<std::string>& ran)
      : store_(store), memory_(memory), scope_(scope), ran_(ran) {}

  // Hands on the values, of each day those of the source believed first. Where `scope` has an as-of, the values are
  // those of then. internal: the store refused.
  Result<Done> read(const SeriesWanted& wanted, const Each& each);

  // Of the series chosen, also those without a value on the days wanted.
  const std::vector<SeriesName>& names() const { return names_; }

 private:
  Result<Done> read_names(const SeriesWanted& wanted);
  using Indices = std::vector<size_t>;  // into names, ascending by their numbers
  Result<Done> read_now(const SeriesWanted& wanted, const Each& each);
  Result<Done> read_remembered(const SeriesWanted& wanted, const Indices& indices, const Each& each);
  Result<Done> read_stored(const SeriesWanted& wanted, const Indices& indices, const Each& each);
  Result<Done> read_then(const SeriesWanted& wanted, const Each& each);
  size_t index_then(const facts::Chunk& chunk, size_t row);

  facts::Store& store_;
  Memories* memory_;
  const SqlScope& scope_;
  std::vector<std::string>& ran_;
  std::vector<SeriesName> names_;
  std::unordered_map<std::string, size_t> index_then_;  // by the words of a series as of an earlier time
};

}  // namespace sociometer::metrics
