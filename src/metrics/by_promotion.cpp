#include "metrics/by_promotion.h"

namespace sociometer::metrics {

int slot_of(std::string_view promotion) {
  return promotion == "organic" ? organic : promotion == "paid" ? paid : whole;
}

int64_t ByPromotion::of_whole() const {
  if (together != absent) return together;
  return value[whole] != absent ? value[whole] : add_known(value[organic], value[paid]);
}

bool ByPromotion::is_split() const {
  return value[organic] != absent || value[paid] != absent;
}

int64_t value_in(const ByPromotion& by, const ColumnPart* part, std::optional<int> slot) {
  if (part == nullptr || part->promotions.empty()) return slot ? by.value[*slot] : by.of_whole();
  int64_t sum = absent;
  for (const std::string& promotion : part->promotions) {
    int own = slot_of(promotion);
    if (!slot || *slot == own) sum = add_known(sum, by.value[own]);
  }
  return sum;
}

int64_t told_in(const std::map<std::string, ByPromotion>& told, const FrameWants::Parts& parts,
                const std::string& column, std::optional<int> slot) {
  auto part = parts.find(column);
  auto found = told.find(part == parts.end() ? column : part->second.base);
  if (found == told.end()) return absent;
  return value_in(found->second, part == parts.end() ? nullptr : &part->second, slot);
}

}  // namespace sociometer::metrics
