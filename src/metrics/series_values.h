// SeriesValues: what accounts' series say of their days. Their names are read once, then bare numbers as they lie in
// the store, to be added up by whoever reads them: having the engine find the segment of every row's day took longer
// than handing the rows over.
//
//     SeriesValues values(store, sql, frame.sql);
//     TRY_DONE(values.read({choice, days}, [&](std::span<const SeriesValue> some) {
//       for (const SeriesValue& value : some) sum[value.series] += value.value;
//     }));
//     values.names()[0].measure;
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "facts/facts.h"
#include "metrics/sql.h"

namespace sociometer::metrics {

struct SeriesName {
  int64_t number = 0;  // in the store; 0 where it was named as of an earlier time
  std::string network, account, measure, promotion, member;
  int tier = 0;
  bool has_days = false;  // false: it tells of ranges or rolling windows only
};

struct SeriesValue {
  size_t series;  // index into names
  Day day;
  int64_t value;
  int64_t batch;  // 0 unless wanted
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
  // Statements that ran are added to `ran`, all of which must outlive this.
  SeriesValues(facts::Store& store, const SqlScope& scope, std::vector<std::string>& ran)
      : store_(store), scope_(scope), ran_(ran) {}

  // Hands on every value, some at a time, in no order. Where `scope` has an as-of, the values are those of then.
  // internal: the store refused.
  using Each = std::function<void(std::span<const SeriesValue>)>;
  Result<Done> read(const SeriesWanted& wanted, const Each& each);

  // Of the series chosen, also those without a value on the days wanted.
  const std::vector<SeriesName>& names() const { return names_; }

 private:
  Result<Done> read_names(const SeriesWanted& wanted);
  Result<Done> read_now(const SeriesWanted& wanted, const Each& each);
  Result<Done> read_then(const SeriesWanted& wanted, const Each& each);
  size_t index_then(const facts::Chunk& chunk, size_t row);

  facts::Store& store_;
  const SqlScope& scope_;
  std::vector<std::string>& ran_;
  std::vector<SeriesName> names_;
  std::unordered_map<std::string, size_t> index_then_;  // by the words of a series as of an earlier time
};

}  // namespace sociometer::metrics
