#include "facts/read_ahead.h"

#include <system_error>
#include <utility>

namespace sociometer::facts {
namespace {

// About two megabytes of three columns.
constexpr size_t most_waiting = 32;

}  // namespace

ReadAhead::~ReadAhead() {
  if (!thread_.joinable()) return;
  {
    std::scoped_lock lock(mutex_);
    unwanted_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ReadAhead::begin() {
  begun_ = true;
  try {
    thread_ = std::thread([this] { fetch(); });
  } catch (const std::system_error&) {
    // A machine without a thread to spare: the reader fetches for itself.
  }
}

void ReadAhead::fetch() {
  bool more = true;
  while (more) {
    Fetched fetched = stream_.next();
    more = fetched.ok() && *fetched != nullptr;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return unwanted_ || waiting_.size() < most_waiting; });
    if (unwanted_) return;
    waiting_.push_back(std::move(fetched));
    // A reader is woken when it has run dry, not for each.
    if (waiting_.size() == 1) changed_.notify_all();
  }
}

Result<std::unique_ptr<Chunk>> ReadAhead::next() {
  if (ended_) return std::unique_ptr<Chunk>();
  if (!begun_) begin();
  if (!thread_.joinable()) return stream_.next();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !waiting_.empty(); });
  Fetched fetched = std::move(waiting_.front());
  waiting_.pop_front();
  ended_ = !fetched.ok() || *fetched == nullptr;
  if (waiting_.size() == most_waiting / 2) changed_.notify_all();
  return fetched;
}

}  // namespace sociometer::facts
