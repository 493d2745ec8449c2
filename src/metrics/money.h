// Money in events: amounts of any currency as the workspace's, by the rate of their day.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "metrics/currency.h"
#include "metrics/events.h"

namespace sociometer::metrics {

// The rates a workspace was told, newest day first. internal: the store refused.
using SelectRows = Result<Done>(std::string sql, const std::function<bool(const facts::Chunk&)>& each);
Result<std::vector<KnownRate>> told_rates(const SqlScope& scope, const std::function<SelectRows>& select);

class Money {
 public:
  // The rates that the workspace was told of, as of the question. internal: the store refused.
  static Result<Money> load(const DeriveContext& context);

  // Empty: there is no rate. An amount without a currency is the workspace's, and so is every one where the workspace
  // has none of its own.
  std::optional<int64_t> convert(int64_t amount, std::string_view currency, Day day) const;
  std::optional<int64_t> convert(int64_t amount, std::string_view currency, Instant at) const {
    return convert(amount, currency, zone_.day_of(at));
  }

 private:
  Money(std::string currency, Zone zone) : currency_(std::move(currency)), zone_(std::move(zone)) {}
  std::string currency_;
  Zone zone_;
  Rates rates_;
};

}  // namespace sociometer::metrics
