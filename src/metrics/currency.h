// Currency: dated exchange rates, and what an amount of one day is in another currency.
//
//   Rates rates;
//   rates.add({friday, "EUR", "USD", 1.10});
//   rates.find("USD", "EUR", friday + 2)->rate;   // 1 / 1.10: Friday's, carried over the weekend
//   rates.convert(25'000'000, "USD", "EUR", friday);
//
// A rate holds for its day and, where no newer one is known, for at most seven days after it, as followers do: banks
// publish none at weekends and on holidays. It holds in both directions, and two of them hold together through a
// currency that they share – published tables set everything against one. Without a rate there is no amount: money is
// never converted by a rate of another month.
//
// Threads: values; `find` may be called from several threads at once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace sociometer::metrics {

// One of `from` was worth `rate` of `to` on that day.
struct DatedRate {
  Day day;
  std::string from, to;
  double rate = 0;
};

class Rates {
 public:
  // A later one of the same day and pair takes the place of the earlier. The rate must be above zero (CHECK).
  void add(const DatedRate& rate);

  struct Found {
    double rate = 1;
    Day day;          // of the rate taken; of two, the older one's
    std::string via;  // the currency in between, empty if none
  };
  // The newest that holds on `day`; of equally new ones the direct, the reverse, then the one through the currency that
  // comes first in the alphabet. The same currency is worth itself.
  std::optional<Found> find(std::string_view from, std::string_view to, Day day) const;

  // In the smallest units given, rounded half away from zero.
  std::optional<int64_t> convert(int64_t amount, std::string_view from, std::string_view to, Day day) const;

  bool empty() const { return rates_.empty(); }

 private:
  std::optional<Found> between(const std::string& from, const std::string& to, Day day) const;
  std::map<std::pair<std::string, std::string>, std::map<Day, double>> rates_;
  std::map<std::string, std::vector<std::string>> partners_;  // of each currency, ascending
};

}  // namespace sociometer::metrics
