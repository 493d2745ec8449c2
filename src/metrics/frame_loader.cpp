#include "metrics/frame_loader.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "metrics/frame_reading.h"
#include "metrics/post_loader.h"
#include "metrics/series_loader.h"
#include "metrics/stock_loader.h"

namespace sociometer::metrics {
namespace {

using Filter = std::map<std::string, std::vector<std::string>>;

// What one batch declares of one account.
struct Declared {
  std::string network, handle;
  bool of_account = false;  // its day series; else its posts
  std::optional<DayRange> days;
  std::string zone;
  int64_t batch = 0;
};

// The dimensions of the filter that an account does not pass.
std::set<std::string_view> left_out_by(const Filter& filter, const AccountInfo& account) {
  auto allows = [&](const char* dimension, std::initializer_list<std::string_view> names) {
    auto wanted = filter.find(dimension);
    if (wanted == filter.end()) return true;
    return std::any_of(wanted->second.begin(), wanted->second.end(), [&](const std::string& word) {
      return std::find(names.begin(), names.end(), word) != names.end();
    });
  };
  std::set<std::string_view> by;
  bool own_alone = !filter.contains("ownership");
  if (own_alone ? account.ownership != "own" : !allows("ownership", {account.ownership})) by.insert("ownership");
  if (!allows("network", {account.network})) by.insert("network");
  if (!allows("account", {account.handle, account.name()})) by.insert("account");
  return by;
}

// Its number among the frame's accounts, made where it is new; −1 where the question leaves it out.
int32_t number_of(FrameReading& reading, const Filter& filter, const Declared& declared) {
  int32_t index = reading.account_of(declared.network, declared.handle);
  if (index >= 0) return index;
  AccountInfo account;
  account.network = declared.network;
  account.handle = declared.handle;
  auto known = reading.source.scope.ownership.find(account.name());
  account.ownership = known == reading.source.scope.ownership.end() ? "own" : known->second;
  account.settings = reading.source.catalog.network(account.network);
  account.left_out_by = left_out_by(filter, account);
  account.asked = account.left_out_by.empty();
  if (!account.asked && !reading.wants.every_account) return -1;
  return reading.add_account(std::move(account));
}

Result<Done> load_accounts(FrameReading& reading, const Filter& filter) {
  Frame& frame = reading.frame;
  std::vector<Declared> all;
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      Declared& one = all.emplace_back();
      one.network = chunk.text(0, row);
      one.handle = chunk.text(1, row);
      one.of_account = chunk.text(2, row) == "account";
      one.zone = chunk.text(5, row);
      one.batch = chunk.integer(6, row);
      if (chunk.is_null(3, row)) continue;
      one.days = DayRange{{static_cast<int32_t>(chunk.integer(3, row))}, {static_cast<int32_t>(chunk.integer(4, row))}};
    }
    return true;
  };
  TRY_DONE(reading.run(sql_coverage(reading.sql_scope()), read, facts::Store::Rows::kept));
  std::sort(all.begin(), all.end(), [](const Declared& a, const Declared& b) {
    return std::tie(a.network, a.handle) < std::tie(b.network, b.handle);
  });
  for (const Declared& one : all) {
    int32_t index = number_of(reading, filter, one);
    reading.all_accounts = reading.all_accounts && index >= 0;
    if (index < 0 || !one.days) continue;
    AccountInfo& account = frame.accounts[static_cast<size_t>(index)];
    account.covered.push_back(*one.days);
    if (!one.of_account) {
      account.content_covered.push_back(*one.days);
      continue;
    }
    account.series_zones.insert(one.zone);
    auto [entry, inserted] = frame.batch_ranges.emplace(one.batch, *one.days);
    entry->second = {std::min(entry->second.first, one.days->first), std::max(entry->second.end, one.days->end)};
  }
  for (AccountInfo& account : frame.accounts) {
    account.covered = merged_ranges(std::move(account.covered));
    account.content_covered = merged_ranges(std::move(account.content_covered));
  }
  return Done{};
}

// Where a network put one measure in the place of another (views for impressions), the new one answers for the old.
void replace_measures(Frame& frame, Units& units) {
  std::map<std::pair<std::string, std::string>, std::vector<bool>> replacing;  // (old, new) → by account
  for (size_t index = 0; index < frame.accounts.size(); ++index) {
    const catalog::Network* network = frame.accounts[index].settings;
    if (network == nullptr) continue;
    for (const catalog::Replacement& replacement : network->replacements) {
      auto& accounts = replacing[{replacement.measure, replacement.by}];
      accounts.resize(frame.accounts.size());
      accounts[index] = true;
    }
  }
  // Parts of a measure are taken over as the whole is.
  decltype(replacing) with_parts = replacing;
  for (const auto& [measures, accounts] : replacing) {
    for (const auto& [name, values] : units.values) {
      if (name.starts_with(measures.first + "{")) {
        with_parts[{name, measures.second + name.substr(measures.first.size())}] = accounts;
      }
    }
  }
  for (const auto& [measures, accounts] : with_parts) {
    auto column = units.values.find(measures.first);
    auto other = units.values.find(measures.second);
    if (column == units.values.end() || other == units.values.end()) continue;
    for (size_t unit = 0; unit < units.size(); ++unit) {
      int32_t account = units.account[unit];
      if (!accounts[static_cast<size_t>(account)]) continue;
      if (column->second[unit] != absent) {
        frame.native.emplace(account, measures.first);
      } else if (other->second[unit] != absent) {
        column->second[unit] = other->second[unit];
        frame.replaced.emplace(account, measures.first);
      }
    }
  }
}

}  // namespace

Result<Frame> load_frame(const FrameSource& source, const Filter& filter, const FrameWants& wants) {
  Frame frame;
  FrameReading reading(source, frame, wants);
  TRY_DONE(load_accounts(reading, filter));
  if (frame.accounts.empty()) return frame;
  if (wants.series && !(wants.flows.empty() && wants.parts.empty())) {
    TRY_DONE(SeriesLoader(reading).load());
    replace_measures(frame, frame.days);
  }
  if (wants.posts && (!wants.posts_needed || wants.posts_needed(frame))) {
    TRY_DONE(PostLoader(reading).load());
    replace_measures(frame, frame.posts);
  }
  TRY_DONE(StockLoader(reading).load());
  return frame;
}

}  // namespace sociometer::metrics
