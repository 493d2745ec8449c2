#include "surfaces/jobs.h"

#include <array>
#include <chrono>

#include "base/log.h"
#include "surfaces/schedules.h"

namespace sociometer::surfaces {
namespace {

constexpr int64_t contents_kept = 90 * day_micros;

Result<Done> deliver_due(const JobCall& call) {
  return call.deliveries.begin_due();
}

Result<Done> tidy(const JobCall& call) {
  TRY_DONE(call.house.control->outbox().empty({call.now().micros - contents_kept}));
  return call.house.control->people().tidy(call.now());
}

Result<Done> send_resets(const JobCall& call) {
  return call.resets.send(call.house, call.base, call.stopping);
}

Result<Done> judge_alerts(const JobCall& call) {
  return call.alerts.run(call.house, call.base, call.stopping);
}

constexpr std::array<Job, 5> job_table{{
    {"deliver", 1, deliver_due},
    {"resets", 1, send_resets},
    {"reports", 20, send_scheduled_reports},
    {"alerts", 20, judge_alerts},
    {"tidy", 3600, tidy},
}};

}  // namespace

std::span<const Job> jobs() {
  return job_table;
}

Jobs::Jobs(const House& house, std::string base, Resets& resets)
    : house_(house), base_(std::move(base)), resets_(resets), deliveries_(house) {}

Jobs::~Jobs() {
  stop();
}

Result<Done> Jobs::start() {
  TRY(const int64_t resumed, house_.control->outbox().resume(house_.clock->now()));
  if (resumed > 0) log_event(spdlog::level::info, "resume", {{"messages", resumed}});
  for (const Job& job : jobs()) threads_.emplace_back([this, &job] { repeat(job); });
  return Done{};
}

void Jobs::repeat(const Job& job) {
  std::string last;
  while (!stopping_) {
    const Result<Done> done = job.run({house_, base_, stopping_, deliveries_, resets_, alerts_});
    // Said when it begins to fail, not each time.
    const std::string failure = done ? "" : done.error().message;
    if (!failure.empty() && failure != last) {
      log_event(spdlog::level::err, "job", {{"job", job.name}, {"failure", failure}});
    }
    last = failure;
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, std::chrono::seconds(job.every_seconds), [this] { return stopping_.load(); });
  }
}

void Jobs::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  deliveries_.finish();
}

}  // namespace sociometer::surfaces
