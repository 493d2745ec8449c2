#include "metrics/frame_reading.h"

namespace sociometer::metrics {

FrameReading::FrameReading(const FrameSource& of, Frame& into, const FrameWants& wanted)
    : source(of), frame(into), wants(wanted) {
  word_of("");
}

int32_t FrameReading::account_of(std::string_view network, std::string_view handle) const {
  // Rows of one account mostly come together.
  if (last_account_ >= 0) {
    const auto& [last_network, last_handle] = last_names_;
    if (last_handle == handle && last_network == network) return last_account_;
  }
  std::string name;
  name.reserve(network.size() + handle.size() + 1);
  name.append(network).append("/").append(handle);
  auto found = account_index_.find(name);
  if (found == account_index_.end()) return -1;
  last_account_ = found->second;
  last_names_ = {std::string(network), std::string(handle)};
  return last_account_;
}

int32_t FrameReading::add_account(AccountInfo account) {
  const auto index = static_cast<int32_t>(frame.accounts.size());
  account_index_.emplace(account.name(), index);
  frame.accounts.push_back(std::move(account));
  return index;
}

int32_t FrameReading::word_of(std::string_view word) {
  auto [entry, inserted] = word_index_.emplace(word, static_cast<int32_t>(frame.words.size()));
  if (inserted) frame.words.emplace_back(word);
  return entry->second;
}

SqlScope FrameReading::sql_scope() const {
  SqlScope sql{&source.dialect, source.scope.workspace, wants.as_of, {}};
  if (all_accounts) return sql;
  for (const AccountInfo& account : frame.accounts) sql.accounts.emplace_back(account.network, account.handle);
  return sql;
}

Result<Done> FrameReading::run(std::string sql, const std::function<bool(const facts::Chunk&)>& each,
                               facts::Store::Rows rows) {
  return run_select(source.store, std::move(sql), frame.sql, each, rows);
}

}  // namespace sociometer::metrics
