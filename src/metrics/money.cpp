#include "metrics/money.h"

#include <fmt/format.h>

namespace sociometer::metrics {
namespace {

constexpr double billionths = 1e9;

// Where the workspace names no currency it is the one its money was told in; of several, the first in the alphabet.
Result<std::string> currency_told(const DeriveContext& context) {
  std::string first;
  for (facts::EventTable table : {facts::EventTable::orders, facts::EventTable::web}) {
    std::string sql = fmt::format("SELECT min(currency) FROM {} AND currency <> ''",
                                  event_rows(context.query.scope, table, {"currency"}));
    TRY_DONE(context.select(std::move(sql), [&](const facts::Chunk& chunk) {
      if (chunk.rows() == 0 || chunk.is_null(0, 0)) return true;
      std::string told(chunk.text(0, 0));
      if (!told.empty() && (first.empty() || told < first)) first = told;
      return true;
    }));
  }
  std::string sql = fmt::format("SELECT DISTINCT currency FROM ({}) AS told WHERE currency <> ''",
                                sql_ledger(context.query.scope, {"spend", "cost", "budget"}));
  TRY_DONE(context.select(std::move(sql), [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      std::string told(chunk.text(0, row));
      if (first.empty() || told < first) first = told;
    }
    return true;
  }));
  return first;
}

}  // namespace

Result<std::vector<KnownRate>> told_rates(const SqlScope& scope, const std::function<SelectRows>& select) {
  std::vector<KnownRate> rates;
  std::string sql = fmt::format(
      "SELECT happened_at, from_currency, to_currency, rate FROM {} ORDER BY happened_at DESC,"
      " from_currency, to_currency",
      event_rows(scope, facts::EventTable::rates, {"rate"}));
  TRY_DONE(select(std::move(sql), [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      rates.push_back({{static_cast<int32_t>(chunk.integer(0, row) / day_micros)},
                       std::string(chunk.text(1, row)),
                       std::string(chunk.text(2, row)),
                       static_cast<double>(chunk.integer(3, row)) / billionths});
    }
    return true;
  }));
  return rates;
}

Result<std::vector<KnownRate>> Engine::rates(const Scope& scope, std::optional<Instant> as_of) const {
  std::vector<std::string> ran;
  return told_rates({&duckdb_dialect(), scope.workspace, as_of, {}},
                    [&](std::string sql, const std::function<bool(const facts::Chunk&)>& each) {
                      return run_select(store_, std::move(sql), ran, each);
                    });
}

Json to_json(const std::vector<KnownRate>& rates) {
  JsonArray rows;
  for (const KnownRate& rate : rates) {
    rows.push_back(
        JsonObject{{"date", format_day(rate.day)}, {"from", rate.from}, {"to", rate.to}, {"rate", rate.rate}});
  }
  return JsonObject{{"rates", std::move(rows)}};
}

Result<Money> Money::load(const DeriveContext& context) {
  Money money(context.scope->currency, context.scope->zone);
  if (money.currency_.empty()) {
    TRY(money.currency_, currency_told(context));
  }
  TRY(const std::vector<KnownRate> rates, told_rates(context.query.scope, context.select));
  for (const KnownRate& rate : rates) money.rates_.add({rate.day, rate.from, rate.to, rate.rate});
  return money;
}

std::optional<int64_t> Money::convert(int64_t amount, std::string_view currency, Day day) const {
  if (currency.empty() || currency_.empty()) return amount;
  return rates_.convert(amount, currency, currency_, day);
}

}  // namespace sociometer::metrics
