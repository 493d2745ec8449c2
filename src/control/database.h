// The control database: opened, brought up to date, and every failure of SOCI turned into one of our kinds.
//
// Threads: `attempt` may be called from any thread; one piece of work runs at a time.
#pragma once

#include <soci/soci.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

// Whoever will write says so at once: two that both read first and then want to write block each other.
enum class Access { read, write };

class Database {
 public:
  // unsupported: a newer version of the program wrote it.
  static Result<std::unique_ptr<Database>> open_sqlite(const std::string& path);

  // Runs `work(session)` in one transaction, undone if it returns an error. `work` may run more than once: another
  // process may write at the same moment.
  template <typename Work>
  auto attempt(Access access, Work work) -> std::invoke_result_t<Work, soci::session&> {
    using Outcome = std::invoke_result_t<Work, soci::session&>;
    std::optional<Outcome> outcome;
    auto run = in_transaction(access, [&](soci::session& session) -> Result<Done> {
      outcome.emplace(work(session));
      if (!*outcome) return outcome->error();
      return Done{};
    });
    if (!run) return run.error();
    return std::move(*outcome);
  }

  Result<Done> copy_to(const std::string& path);
  // As SQLite itself sees it: pages, indexes, references.
  Result<std::vector<std::string>> check();
  Result<int> form();
  static int newest_form();

 private:
  Database() = default;
  Result<Done> connect(const std::string& path);
  Result<Done> bring_up_to_date();
  Result<Done> in_transaction(Access access, const std::function<Result<Done>(soci::session&)>& work);

  std::mutex mutex_;
  soci::session session_;
};

// not_found: there is no such workspace.
Result<Done> need_workspace(soci::session& sql, const std::string& key);
std::optional<Instant> instant_of(long long micros);  // 0 is none

}  // namespace sociometer::control
