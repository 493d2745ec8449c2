// The clock of an opened data directory. Each command brings its own `--now`, and several run at once: what the stores
// read is the clock of the command on whose thread they are called.
#pragma once

#include <memory>

#include "base/clock.h"

namespace sociometer::surfaces {

class CallClock final : public Clock {
 public:
  explicit CallClock(std::shared_ptr<const Clock> base) : base_(std::move(base)) {}
  Instant now() const override { return current_ != nullptr ? current_->now() : base_->now(); }

  // For as long as it lives, this thread's clock.
  class Scope {
   public:
    explicit Scope(const Clock& clock) : previous_(current_) { current_ = &clock; }
    ~Scope() { current_ = previous_; }
    Scope(const Scope&) = delete;

   private:
    const Clock* previous_;
  };

 private:
  static inline thread_local const Clock* current_ = nullptr;
  std::shared_ptr<const Clock> base_;
};

}  // namespace sociometer::surfaces
