#include "base/clock.h"

#include <chrono>

namespace sociometer {
namespace {

class SystemClock final : public Clock {
 public:
  Instant now() const override {
    auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
  }
};

class FixedClock final : public Clock {
 public:
  explicit FixedClock(Instant instant) : instant_(instant) {}
  Instant now() const override { return instant_; }

 private:
  Instant instant_;
};

}  // namespace

std::shared_ptr<const Clock> system_clock() {
  return std::make_shared<SystemClock>();
}
std::shared_ptr<const Clock> fixed_clock(Instant instant) {
  return std::make_shared<FixedClock>(instant);
}

int64_t steady_micros() {
  auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

}  // namespace sociometer
