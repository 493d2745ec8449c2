// Forgotten passwords: who asks for a link to a new one gets it by mail, if they are anybody. Whoever asks is answered
// before it is looked up who they are, so that neither words nor time say whether an address is known.
//
// Requests wait in memory alone: a link is no thing to lie in a database, and whoever gets none asks again.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

class Resets {
 public:
  // Asked again within five minutes, one mail is enough; more than a few hundred at once are dropped.
  void ask(std::string_view email);
  // Sends those that wait, each tried once. unavailable: mail does not go out; they are dropped.
  Result<Done> send(const House& house, const std::string& base, const std::atomic<bool>& stopping);

 private:
  std::mutex mutex_;
  std::vector<std::string> waiting_;
  std::map<std::string, int64_t> asked_;  // when, in steady_micros
};

}  // namespace sociometer::surfaces
