// ByPromotion: what was told of a measure as a whole, of its organic part and of its paid one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/frame.h"

namespace sociometer::metrics {

enum PromotionSlot { whole = 0, organic = 1, paid = 2 };

// By slot.
constexpr std::string_view slot_names[] = {"all", "organic", "paid"};
int slot_of(std::string_view promotion);

// A measure's value for one entity by promotion (all, organic, paid): the whole where it is told, else its two parts
// together. Of several days the whole may be told of some and parts of others: then `together` says what each day's
// whole comes to.
struct ByPromotion {
  int64_t value[3] = {absent, absent, absent};
  int32_t days[3] = {0, 0, 0};  // of data behind each
  int64_t together = absent;
  int32_t together_days = 0;
  int64_t alone = absent;  // the whole of the days of which no part was told
  int64_t of_whole() const;
  bool is_split() const;
};

// What is wanted of a measure: a part named in a formula, or the whole; `slot` is the part of that (all, organic, paid)
// that the row is of, or nothing for all of it.
int64_t value_in(const ByPromotion& by, const ColumnPart* part, std::optional<int> slot);

// What a column of the frame says of an entity whose measures are told by promotion; `parts` are the columns that hold
// parts of measures. `slot` is the part that is wanted of it, or nothing for the whole.
int64_t told_in(const std::map<std::string, ByPromotion>& told, const FrameWants::Parts& parts,
                const std::string& column, std::optional<int> slot);

}  // namespace sociometer::metrics
