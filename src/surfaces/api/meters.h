// What the server did since it began, counted for whoever watches it (Prometheus).
//
// Threads: every function may be called from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace sociometer::surfaces {

class Meters {
 public:
  // One request and its answer.
  struct Exchange {
    std::string route;  // its pattern, so that there are as many as routes and no more; "web", "none"
    int status = 0;
    int64_t micros = 0;
  };
  void add(const Exchange& exchange);
  enum class SignIn { right, wrong, throttled };
  void add(SignIn sign_in);

  // In Prometheus' text format, with what the caller has to add to it.
  std::string text(const std::map<std::string, double>& gauges) const;

 private:
  static constexpr std::array<double, 8> bounds{0.005, 0.02, 0.05, 0.1, 0.5, 1, 5, 30};  // seconds
  struct Duration {
    std::array<int64_t, bounds.size() + 1> counts{};
    double seconds = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, int64_t> requests_;
  std::map<std::string, Duration> durations_;
  std::array<int64_t, 3> sign_ins_{};
};

}  // namespace sociometer::surfaces
