// The ledger: money spent and what ads brought, as sources and people told it – day by day, whatever they told it of.
//
// Ad spend and the counts beside it are told of accounts, campaigns or ads; of these one level is taken per account and
// measure, the whole where it is told, else its parts. Costs and budgets are entries: each counts, whatever its level,
// and what was entered for a range is spread evenly over its days. Nothing is spent before its day has come.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "metrics/attribution.h"
#include "metrics/events.h"
#include "metrics/frame.h"
#include "metrics/money.h"

namespace sociometer::metrics {
namespace {

using facts::EventTable;
using Kind = EventMeasure::Kind;
using Form = EventDimension::Form;

struct LedgerColumn {
  enum Index : size_t { spend, cost, budget, platform_revenue, impressions, clicks, link_clicks, engagements, count };
};
constexpr std::string_view ledger_columns[LedgerColumn::count] = {
    "spend",           "cost", "budget", "platform_revenue", "paid_impressions", "paid_clicks", "paid_link_clicks",
    "paid_engagements"};

struct LedgerMeasure {
  std::string_view measure;
  LedgerColumn::Index column;
  // A claim is money that an ad platform says its ads brought; others tell it of the whole website.
  enum class What { money, claim, entry, counter } what;
};
constexpr LedgerMeasure told_measures[] = {
    {"spend", LedgerColumn::spend, LedgerMeasure::What::money},
    {"conversion_value", LedgerColumn::platform_revenue, LedgerMeasure::What::claim},
    {"cost", LedgerColumn::cost, LedgerMeasure::What::entry},
    {"budget", LedgerColumn::budget, LedgerMeasure::What::entry},
    {"impressions", LedgerColumn::impressions, LedgerMeasure::What::counter},
    {"clicks", LedgerColumn::clicks, LedgerMeasure::What::counter},
    {"link_clicks", LedgerColumn::link_clicks, LedgerMeasure::What::counter},
    {"likes", LedgerColumn::engagements, LedgerMeasure::What::counter},
    {"comments", LedgerColumn::engagements, LedgerMeasure::What::counter},
    {"shares", LedgerColumn::engagements, LedgerMeasure::What::counter},
    {"saves", LedgerColumn::engagements, LedgerMeasure::What::counter},
};

struct Entry {
  const LedgerMeasure* told = nullptr;
  std::string network, account, campaign, ad, cost_kind, currency;
  bool all = false;  // promotion
  int level = 0;     // 0 account, 1 campaign, 2 ad
  int tier = 0;
  DayRange days;
  int64_t value = 0;
  int64_t batch = 0;
  std::string key() const { return fmt::format("{}\n{}\n{}", network, account, told->measure); }
};

std::optional<Entry> entry_at(const facts::Chunk& chunk, size_t row) {
  Entry entry;
  for (const LedgerMeasure& one : told_measures) {
    if (one.measure == chunk.text(4, row)) entry.told = &one;
  }
  entry.network = chunk.text(0, row);
  entry.account = chunk.text(1, row);
  std::string_view subject = chunk.text(2, row), dimension = chunk.text(6, row);
  entry.level = subject == "campaign" ? 1 : subject == "ad" ? 2 : 0;
  if (entry.level == 1) entry.campaign = chunk.text(3, row);
  if (entry.level == 2) entry.ad = chunk.text(3, row);
  std::string_view promotion = chunk.text(5, row);
  entry.all = promotion == "all";
  if (promotion == "organic") return std::nullopt;
  // What an account was told of as a whole is not what its ads brought.
  bool of_ads = entry.told->what == LedgerMeasure::What::counter || entry.told->what == LedgerMeasure::What::claim;
  if (of_ads && entry.level == 0 && entry.all) return std::nullopt;
  if (dimension == "campaign" && entry.level != 1) {
    entry.campaign = chunk.text(7, row);
    entry.level = std::max(entry.level, 1);
  } else if (dimension == "cost_kind" && entry.told->what == LedgerMeasure::What::entry) {
    entry.cost_kind = chunk.text(7, row);
  } else if (!dimension.empty()) {
    return std::nullopt;
  }
  entry.days = {{static_cast<int32_t>(chunk.integer(8, row))}, {static_cast<int32_t>(chunk.integer(9, row))}};
  entry.currency = chunk.text(10, row);
  entry.value = chunk.integer(11, row);
  entry.batch = chunk.integer(12, row);
  entry.tier = static_cast<int>(chunk.integer(13, row));
  return entry;
}

bool is_entry(const Entry& entry) {
  return entry.told->what == LedgerMeasure::What::entry;
}

// Of what several sources or levels tell of an account's measure, an entry counts where none that goes before its own
// tells of any of its days: the better source, then the level above, then what is told as a whole.
void keep_one_level(std::vector<Entry>& entries, bool by_campaign) {
  using Rank = std::tuple<int, int, bool>;
  auto rank_of = [&](const Entry& entry) -> Rank {
    if (is_entry(entry)) return {entry.tier, 0, false};
    return {entry.tier, by_campaign && entry.level == 0 ? 3 : entry.level, !entry.all};
  };
  std::map<std::string, std::map<Rank, std::vector<DayRange>>> told;
  for (const Entry& entry : entries) told[entry.key()][rank_of(entry)].push_back(entry.days);
  for (auto& [key, ranks] : told) {
    for (auto& [rank, days] : ranks) days = merged_ranges(std::move(days));
  }
  std::erase_if(entries, [&](const Entry& entry) {
    const auto& ranks = told[entry.key()];
    return std::any_of(ranks.begin(), ranks.lower_bound(rank_of(entry)),
                       [&](const auto& before) { return covered_days(before.second, entry.days) > 0; });
  });
}

class LedgerRows {
 public:
  LedgerRows(const DeriveContext& context, const std::function<void(DerivedRow row)>& take, Money money)
      : context_(context), take_(take), money_(std::move(money)) {}

  Result<Done> run() {
    std::set<std::string> measures;
    for (const LedgerMeasure& one : told_measures) measures.emplace(one.measure);
    const Zone& zone = context_.scope->zone;
    std::vector<Entry> entries;
    // All days: what a range has left for those asked for depends on the others.
    TRY_DONE(context_.select(sql_ledger(context_.query.scope, measures), [&](const facts::Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) {
        auto entry = entry_at(chunk, row);
        if (entry && is_own(*entry)) entries.push_back(std::move(*entry));
      }
      return true;
    }));
    bool by_campaign = std::any_of(context_.dimensions.begin(), context_.dimensions.end(),
                                   [](const EventDimension* dimension) { return dimension->key == "campaign"; });
    keep_one_level(entries, by_campaign);
    today_ = zone.day_of(context_.scope->now);
    for (const Entry& entry : entries) {
      if (entry.told->column == LedgerColumn::spend) spent_.insert(entry.network + "/" + entry.account);
    }
    // What is told of fewer days first: a longer range then has the rest of itself to give.
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.days.days() < b.days.days(); });
    for (const Entry& entry : entries) emit(entry);
    return Done{};
  }

 private:
  bool is_own(const Entry& entry) const {
    auto known = context_.scope->ownership.find(entry.network + "/" + entry.account);
    return known == context_.scope->ownership.end() || known->second == "own";
  }

  void emit(const Entry& entry) {
    // An account whose ad spend its network tells has it from there; entering it again would count it twice.
    bool ads = entry.told->column == LedgerColumn::cost && entry.cost_kind == "ads";
    if (ads && spent_.contains(entry.network + "/" + entry.account)) return;
    std::map<Day, int64_t> own;
    std::map<Day, int64_t>& told_days =
        is_entry(entry)
            ? own
            : told_days_[fmt::format("{}\n{}\n{}\n{}", entry.key(), entry.campaign, entry.ad, entry.currency)];
    std::vector<Day> left;
    int64_t rest = entry.value;
    for (Day day = entry.days.first; day < entry.days.end; day = day + 1) {
      auto known = told_days.find(day);
      if (known == told_days.end()) {
        left.push_back(day);
      } else {
        rest -= known->second;
      }
    }
    if (left.empty()) return;
    std::vector<double> even(left.size(), 1);
    std::vector<int64_t> parts = split_by_largest_remainder(std::max<int64_t>(rest, 0), even);
    for (size_t i = 0; i < parts.size(); ++i) {
      told_days[left[i]] = parts[i];
      if (left[i] <= today_) emit_day(entry, left[i], parts[i]);
    }
  }

  void emit_day(const Entry& entry, Day day, int64_t value) {
    DerivedRow row;
    row.entity = format_day(day);
    row.network = entry.network;
    row.account = entry.account;
    row.batch = entry.batch;
    row.values.resize(LedgerColumn::count);
    for (const EventDimension* dimension : context_.dimensions) row.members.push_back({member_of(entry, *dimension)});
    DerivedValue cell;
    cell.at = context_.scope->zone.start_of(day);
    if (entry.told->what == LedgerMeasure::What::counter) {
      cell.value = value;
    } else {
      cell.value = money_.convert(value, entry.currency, day);
      cell.missing_rate = !cell.value;
    }
    row.values[entry.told->column] = cell;
    // Everything spent: ad spend is a cost of its kind.
    if (entry.told->column == LedgerColumn::spend) row.values[LedgerColumn::cost] = cell;
    take_(std::move(row));
  }

  std::string member_of(const Entry& entry, const EventDimension& dimension) const {
    if (dimension.key == "network") return entry.network;
    if (dimension.key == "account") return entry.account;
    if (dimension.key == "campaign") return entry.campaign;
    if (dimension.key == "cost_kind") return entry.told->column == LedgerColumn::spend ? "ads" : entry.cost_kind;
    if (dimension.key == "promotion") return is_entry(entry) ? "" : "paid";
    if (dimension.key == "channel") {
      return is_entry(entry) ? "" : entry.network.starts_with("google") ? "paid_search" : "paid_social";
    }
    return "";
  }

  const DeriveContext& context_;
  const std::function<void(DerivedRow row)>& take_;
  Money money_;
  Day today_;
  std::set<std::string> spent_;
  std::map<std::string, std::map<Day, int64_t>> told_days_;  // by account, measure, campaign and ad
};

Result<Done> derive_ledger(const DeriveContext& context, const std::function<void(DerivedRow row)>& take) {
  TRY(Money money, Money::load(context));
  return LedgerRows(context, take, std::move(money)).run();
}

const EventRelation& ledger_relation() {
  static const EventRelation& relation = *[] {
    static const std::vector<EventDimension>& dimensions = *new std::vector<EventDimension>{
        {"network", "network", {}},
        {"account", "account", {}, Form::account},
        {"ownership", "", {}, Form::ownership},
        {"campaign", "", {}},
        {"cost_kind", "", {}},
        {"promotion", "", {}},
        {"channel", "", {}},
        {"weekday", "", {}, Form::weekday},
    };
    auto* ledger = new EventRelation{"ledger", EventTable::orders, {}, "days", "day", "day", &dimensions};
    ledger->derive = derive_ledger;
    ledger->columns.assign(std::begin(ledger_columns), std::end(ledger_columns));
    ledger->told = true;
    return ledger;
  }();
  return relation;
}

}  // namespace

std::vector<EventMeasure> ledger_measures() {
  std::vector<EventMeasure> measures;
  for (std::string_view column : ledger_columns)
    measures.push_back({column, &ledger_relation(), Kind::sum, {}, column});
  return measures;
}

}  // namespace sociometer::metrics
