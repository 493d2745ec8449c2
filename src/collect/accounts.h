// Accounts of a file: every account its rows speak of, and under which handle each will be stored.
//
// Rows only say what they see – a handle, an id, a page's name, or nothing. What that means is decided once, between
// the two readings of the file: what the user said, else what the workspace knows, else what the file says, else
// `unnamed`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collect/collect.h"

namespace sociometer::collect {

struct FileAccount {
  std::string network;
  std::string written;               // as the file writes it; empty if it does not say
  std::vector<std::string> aliases;  // ids and names that mean the same account
  std::optional<control::Ownership> ownership;
  std::optional<control::Ownership> ownership_if_new;  // unless the workspace knows it already
  std::string handle;                                  // decided by `decide`
  bool known = false;                                  // to the workspace, before this file
};

class FileAccounts {
 public:
  // The account's number in this file; the same for the same network and handle, in every reading.
  int see(std::string_view network, std::string_view handle);
  void add_alias(int account, std::string_view alias);
  void set_ownership(int account, control::Ownership ownership) { accounts_[account].ownership = ownership; }
  void set_ownership_if_new(int account, control::Ownership owner) { accounts_[account].ownership_if_new = owner; }

  std::vector<FileAccount>& all() { return accounts_; }
  const FileAccount& operator[](int account) const { return accounts_[static_cast<size_t>(account)]; }

 private:
  std::vector<FileAccount> accounts_;
  std::unordered_map<std::string, int> by_name_;
  std::string last_network_, last_handle_;
  int last_ = -1;
};

// Day values of accounts the file does not name, to see whose they are. A few thousand are enough to tell.
class UnnamedDays {
 public:
  void add(int account, const facts::Observation& observation);
  std::vector<facts::Observation> of(int account) const;  // views into this object

 private:
  struct Kept {
    int account;
    facts::Observation observation;
    std::string measure, dimension, member, zone;
  };
  std::vector<Kept> kept_;
};

// Decides every account's handle. Says in `warnings` what it had to assume.
Result<Done> decide_accounts(std::string_view workspace, const catalog::Catalog& catalog, control::Control& control,
                             facts::Store& store, const ImportOptions& options, Instant now, const UnnamedDays& days,
                             FileAccounts& accounts, std::vector<std::string>& warnings);

// Makes them known to the workspace.
Result<Done> register_accounts(std::string_view workspace, control::Control& control, const FileAccounts& accounts,
                               size_t count);

}  // namespace sociometer::collect
