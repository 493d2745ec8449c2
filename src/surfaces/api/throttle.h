// Sign-in, slowed down for whoever guesses and not for those who are guessed at.
//
// Wrong attempts are counted by address, and by account. Were only the account counted, anybody could lock its owner
// out; so a browser that has signed in to the account before is counted on its own (surfaces gives it a marked cookie),
// and the account's count concerns strangers alone. Counts drain with time; nothing is locked for good.
//
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace sociometer::surfaces {

struct SignInFrom {
  std::string address;
  std::string account;  // as it was typed
  std::string device;   // a browser known to belong to the account; empty: a stranger
};

class Throttle {
 public:
  // Counts an attempt, or says how many seconds to wait before the next. `now` is steady_micros().
  int64_t take(const SignInFrom& from, int64_t now);
  // The attempt was right, so it does not count.
  void give_back(const SignInFrom& from, int64_t now);

 private:
  struct Count {
    double level = 0;
    int64_t at = 0;
  };
  struct Rule {
    double most;               // attempts at once
    double drains_in_seconds;  // one of them
  };
  double level_now(const std::string& key, const Rule& rule, int64_t now);
  void drop_drained(int64_t now);
  static std::map<std::string, Rule> rules_for(const SignInFrom& from);

  std::mutex mutex_;
  std::map<std::string, Count> counts_;
};

}  // namespace sociometer::surfaces
