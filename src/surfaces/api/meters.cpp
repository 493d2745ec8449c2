#include "surfaces/api/meters.h"

#include <fmt/format.h>

#include <algorithm>

namespace sociometer::surfaces {
namespace {

constexpr std::array<std::string_view, 3> sign_in_names{"right", "wrong", "throttled"};

std::string head(std::string_view name, std::string_view kind, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, kind, help);
}

}  // namespace

void Meters::add(const Exchange& exchange) {
  std::lock_guard lock(mutex_);
  ++requests_[{exchange.route, exchange.status}];
  Duration& duration = durations_[exchange.route];
  const double seconds = static_cast<double>(exchange.micros) / 1e6;
  const auto bound = static_cast<size_t>(std::ranges::lower_bound(bounds, seconds) - bounds.begin());
  ++duration.counts[bound];
  duration.seconds += seconds;
}

void Meters::add(SignIn sign_in) {
  std::lock_guard lock(mutex_);
  ++sign_ins_[static_cast<size_t>(sign_in)];
}

std::string Meters::text(const std::map<std::string, double>& gauges) const {
  std::lock_guard lock(mutex_);
  std::string text = head("sociometer_requests_total", "counter", "Requests answered, by route and status.");
  for (const auto& [key, count] : requests_) {
    text += fmt::format("sociometer_requests_total{{route=\"{}\",status=\"{}\"}} {}\n", key.first, key.second, count);
  }
  text += head("sociometer_request_seconds", "histogram", "How long answers took, by route.");
  for (const auto& [route, duration] : durations_) {
    int64_t sum = 0;
    for (size_t i = 0; i < duration.counts.size(); ++i) {
      sum += duration.counts[i];
      const std::string bound = i < bounds.size() ? fmt::format("{}", bounds[i]) : "+Inf";
      text += fmt::format("sociometer_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route, bound, sum);
    }
    text += fmt::format("sociometer_request_seconds_sum{{route=\"{}\"}} {:.6f}\n", route, duration.seconds);
    text += fmt::format("sociometer_request_seconds_count{{route=\"{}\"}} {}\n", route, sum);
  }
  text += head("sociometer_sign_ins_total", "counter", "Attempts to sign in, by outcome.");
  for (size_t i = 0; i < sign_ins_.size(); ++i) {
    text += fmt::format("sociometer_sign_ins_total{{outcome=\"{}\"}} {}\n", sign_in_names[i], sign_ins_[i]);
  }
  for (const auto& [name, value] : gauges) {
    text += fmt::format("# TYPE {0} gauge\n{0} {1}\n", name, value);
  }
  return text;
}

}  // namespace sociometer::surfaces
