// What the program does by itself while it serves: a table of jobs (jobs.cpp), each with a thread of its own, so that
// none waits for another. A job is run when its time has come round, never twice at once, and may fail: it is run
// again.
//
// How often is counted by a clock that only goes forward; what is due is a matter of the house's clock, which `--now`
// replaces.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "surfaces/alerts.h"
#include "surfaces/delivery.h"
#include "surfaces/resets.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

struct JobCall {
  const House& house;
  std::string base;                   // where people reach the program, for links: "https://stats.example.org"
  const std::atomic<bool>& stopping;  // true: end soon
  Deliveries& deliveries;
  Resets& resets;
  AlertJob& alerts;
  Instant now() const { return house.clock->now(); }
};

struct Job {
  std::string_view name;
  int every_seconds;
  Result<Done> (*run)(const JobCall&);
};
std::span<const Job> jobs();

class Jobs {
 public:
  // `resets` may be filled by others meanwhile.
  Jobs(const House& house, std::string base, Resets& resets);
  ~Jobs();  // stops
  // What a crash left half sent is due again; then all jobs begin.
  Result<Done> start();
  void stop();  // within seconds

 private:
  void repeat(const Job& job);

  const House& house_;
  const std::string base_;
  Resets& resets_;
  Deliveries deliveries_;
  AlertJob alerts_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::vector<std::thread> threads_;
};

}  // namespace sociometer::surfaces
