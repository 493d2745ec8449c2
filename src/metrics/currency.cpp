#include "metrics/currency.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace sociometer::metrics {
namespace {
constexpr int rate_carry_days = 7;  // how long a rate holds without a newer one; as long as followers do
}

void Rates::add(const DatedRate& rate) {
  CHECK(rate.rate > 0 && std::isfinite(rate.rate));
  rates_[{rate.from, rate.to}][rate.day] = rate.rate;
  auto befriend = [&](const std::string& one, const std::string& other) {
    std::vector<std::string>& partners = partners_[one];
    auto place = std::lower_bound(partners.begin(), partners.end(), other);
    if (place == partners.end() || *place != other) partners.insert(place, other);
  };
  befriend(rate.from, rate.to);
  befriend(rate.to, rate.from);
}

// By a rate of this very pair, in either direction.
std::optional<Rates::Found> Rates::between(const std::string& from, const std::string& to, Day day) const {
  auto newest = [&](const std::string& one, const std::string& other) -> std::optional<Found> {
    auto pair = rates_.find({one, other});
    if (pair == rates_.end()) return std::nullopt;
    auto after = pair->second.upper_bound(day);
    if (after == pair->second.begin()) return std::nullopt;
    auto [told, rate] = *std::prev(after);
    if (day - told > rate_carry_days) return std::nullopt;
    return Found{rate, told, {}};
  };
  auto direct = newest(from, to), reverse = newest(to, from);
  if (reverse && (!direct || direct->day < reverse->day)) return Found{1 / reverse->rate, reverse->day, {}};
  return direct;
}

std::optional<Rates::Found> Rates::find(std::string_view from_code, std::string_view to_code, Day day) const {
  if (from_code == to_code) return Found{1, day, {}};
  std::string from(from_code), to(to_code);
  std::optional<Found> best = between(from, to, day);
  auto partners = partners_.find(from);
  if (partners == partners_.end()) return best;
  for (const std::string& via : partners->second) {
    if (via == to) continue;
    auto there = between(from, via, day), on = between(via, to, day);
    if (!there || !on) continue;
    Day older = std::min(there->day, on->day);
    if (!best || best->day < older) best = Found{there->rate * on->rate, older, via};
  }
  return best;
}

std::optional<int64_t> Rates::convert(int64_t amount, std::string_view from, std::string_view to, Day day) const {
  if (from == to) return amount;
  auto found = find(from, to, day);
  if (!found) return std::nullopt;
  long double converted = static_cast<long double>(amount) * found->rate;
  CHECK(std::abs(converted) < 9.2e18L);
  return std::llround(converted);
}

}  // namespace sociometer::metrics
