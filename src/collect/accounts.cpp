#include "collect/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace sociometer::collect {

namespace {

constexpr size_t most_account_days = 20'000;
constexpr int most_unnamed = 1000;

std::string unnamed(int number) {
  return number == 1 ? "unnamed" : fmt::format("unnamed-{}", number);
}

}  // namespace

int FileAccounts::see(std::string_view network, std::string_view handle) {
  if (last_ >= 0 && network == last_network_ && handle == last_handle_) return last_;
  std::string normal = control::normal_handle(handle);
  auto [entry, added] = by_name_.try_emplace(std::string(network) + '\n' + normal, static_cast<int>(accounts_.size()));
  // "@" alone names nobody.
  if (added) accounts_.push_back({std::string(network), normal.empty() ? "" : std::string(trimmed(handle))});
  last_network_ = network;
  last_handle_ = handle;
  last_ = entry->second;
  return last_;
}

void FileAccounts::add_alias(int account, std::string_view alias) {
  auto& aliases = accounts_[static_cast<size_t>(account)].aliases;
  if (alias.empty() || std::find(aliases.begin(), aliases.end(), alias) != aliases.end()) return;
  constexpr size_t most_aliases = 16;
  if (aliases.size() < most_aliases) aliases.emplace_back(alias);
}

void UnnamedDays::add(int account, const facts::Observation& o) {
  if (o.subject != facts::Subject::account || o.window != facts::Window::day || kept_.size() >= most_account_days)
    return;
  kept_.push_back(
      {account, o, std::string(o.measure), std::string(o.dimension), std::string(o.member), std::string(o.zone)});
}

std::vector<facts::Observation> UnnamedDays::of(int account) const {
  std::vector<facts::Observation> days;
  for (const Kept& kept : kept_) {
    if (kept.account != account) continue;
    facts::Observation o = kept.observation;
    o.measure = kept.measure;
    o.dimension = kept.dimension;
    o.member = kept.member;
    o.zone = kept.zone;
    o.currency = {};
    days.push_back(o);
  }
  return days;
}

namespace {

class Decision {
 public:
  Decision(std::string_view workspace, const catalog::Catalog& catalog, control::Control& control, facts::Store& store,
           const ImportOptions& options, Instant now, const UnnamedDays& days, std::vector<std::string>& warnings)
      : workspace_(workspace),
        catalog_(catalog),
        control_(control),
        store_(store),
        options_(options),
        now_(now),
        days_(days),
        warnings_(warnings) {}

  Result<Done> decide(FileAccount& account, int number) {
    if (!options_.account.empty()) return decide_as_said(account);
    if (account.written.empty()) return decide_unnamed(account, number);
    account.handle = control::normal_handle(account.written);
    TRY(bool known, take_known(account, account.handle));
    for (const std::string& alias : account.aliases) {
      if (known) break;
      TRY(known, take_known(account, alias));
    }
    return Done{};
  }

 private:
  Result<bool> take_known(FileAccount& account, std::string_view name) {
    TRY(auto known, control_.find_account(workspace_, account.network, name));
    if (known) account.handle = known->handle;
    account.known = account.known || known.has_value();
    return known.has_value();
  }

  Result<Done> decide_as_said(FileAccount& account) {
    account.handle = control::normal_handle(options_.account);
    TRY(bool known, take_known(account, account.handle));
    static_cast<void>(known);
    account.aliases.clear();  // what the file calls it may be another's name
    return Done{};
  }

  // The first unnamed account whose settled days agree with these; one that shares days with them before one that only
  // does not contradict.
  Result<Done> decide_unnamed(FileAccount& account, int number) {
    std::vector<facts::Observation> days = days_.of(number);
    for (facts::Observation& day : days) day.network = account.network;
    int fitting = 0, free = 0, disagreeing = 0;
    for (int i = 1; i <= most_unnamed && fitting == 0; ++i) {
      TRY(auto known, control_.find_account(workspace_, account.network, unnamed(i)));
      if (!known && i > 1) {
        if (free == 0) free = i;
        break;
      }
      TRY(facts::Agreement agreement, store_.agreement(workspace_, account.network, known ? known->handle : unnamed(i),
                                                       days, settled_before(account.network)));
      if (agreement.overlapping == 0) {
        if (free == 0) free = i;
      } else if (agreement.disagreeing * 10 <= agreement.overlapping) {
        fitting = i;
      } else if (disagreeing == 0) {
        disagreeing = i;
      }
    }
    account.handle = unnamed(fitting != 0 ? fitting : std::max(free, 1));
    TRY(bool known, take_known(account, account.handle));
    static_cast<void>(known);
    say_unnamed(account, disagreeing != 0 && fitting == 0 ? unnamed(disagreeing) : std::string());
    return Done{};
  }

  Day settled_before(std::string_view network) const {
    const catalog::Network* known = catalog_.network(network);
    return Zone::utc().day_of(now_) - (known == nullptr ? 0 : known->settlement_days);
  }

  void say_unnamed(const FileAccount& account, const std::string& disagreeing) {
    std::string network_said = account.network == "meta" ? " or its network" : "";
    warnings_.push_back(
        fmt::format("The file does not name its account{}: it was taken for {}/{}. Say --account{} to name it.",
                    network_said, account.network, account.handle, account.network == "meta" ? " and --network" : ""));
    if (disagreeing.empty()) return;
    warnings_.push_back(fmt::format(
        "Its numbers disagree with those of {}/{} on more than a tenth of the days both have, so they were kept "
        "apart as {}.",
        account.network, disagreeing, account.handle));
  }

  std::string_view workspace_;
  const catalog::Catalog& catalog_;
  control::Control& control_;
  facts::Store& store_;
  const ImportOptions& options_;
  Instant now_;
  const UnnamedDays& days_;
  std::vector<std::string>& warnings_;
};

}  // namespace

Result<Done> decide_accounts(std::string_view workspace, const catalog::Catalog& catalog, control::Control& control,
                             facts::Store& store, const ImportOptions& options, Instant now, const UnnamedDays& days,
                             FileAccounts& accounts, std::vector<std::string>& warnings) {
  Decision decision(workspace, catalog, control, store, options, now, days, warnings);
  std::set<std::string> named;
  for (size_t i = 0; i < accounts.all().size(); ++i) {
    FileAccount& account = accounts.all()[i];
    TRY_DONE(decision.decide(account, static_cast<int>(i)));
    if (!account.written.empty()) named.insert(account.written);
  }
  if (!options.account.empty() && named.size() > 1) {
    warnings.push_back(fmt::format("The file names {} accounts ({}); all of it went to {}, as --account says.",
                                   named.size(), join({named.begin(), named.end()}, ", "),
                                   control::normal_handle(options.account)));
  }
  return Done{};
}

Result<Done> register_accounts(std::string_view workspace, control::Control& control, const FileAccounts& accounts,
                               size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const FileAccount& account = accounts[static_cast<int>(i)];
    TRY_DONE(control.see_account(workspace, account.network, account.handle, account.aliases));
    auto ownership = account.ownership;
    if (!ownership && !account.known) ownership = account.ownership_if_new;
    if (ownership) TRY_DONE(control.set_account(workspace, account.network, account.handle, ownership, {}));
  }
  return Done{};
}

}  // namespace sociometer::collect
