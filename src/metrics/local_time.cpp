#include "metrics/local_time.h"

#include <fmt/format.h>

namespace sociometer::metrics {
namespace {

// The first second after `before` with another offset than it has; `after` has one.
Instant change_between(const Zone& zone, Instant before, Instant after) {
  int64_t offset = zone.offset_seconds(before);
  int64_t low = before.micros / second_micros, high = after.micros / second_micros;
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    (zone.offset_seconds({middle * second_micros}) == offset ? low : high) = middle;
  }
  return {high * second_micros};
}

}  // namespace

LocalTime::LocalTime(const Dialect& dialect, const Zone& zone, Instant from, Instant to) : dialect_(dialect) {
  first_offset_ = zone.offset_seconds(from) * second_micros;
  int64_t offset = first_offset_;
  // No zone changes its offset and back within a day.
  for (Instant at = from; at < to;) {
    Instant next{std::min(at.micros + day_micros, to.micros)};
    int64_t then = zone.offset_seconds(next) * second_micros;
    if (then != offset) changes_.emplace_back(change_between(zone, at, next), then);
    offset = then;
    at = next;
  }
}

std::string LocalTime::micros(std::string_view at) const {
  if (changes_.empty()) return first_offset_ == 0 ? std::string(at) : fmt::format("({} + {})", at, first_offset_);
  std::string cases;
  int64_t offset = first_offset_;
  for (const auto& [from, then] : changes_) {
    cases += fmt::format(" WHEN {} < {} THEN {}", at, from.micros, offset);
    offset = then;
  }
  return fmt::format("({} + CASE{} ELSE {} END)", at, cases, offset);
}

std::string LocalTime::day(std::string_view at) const {
  return dialect_.whole_division(micros(at), day_micros);
}

std::string LocalTime::hour(std::string_view at) const {
  return fmt::format("({} % 24)", dialect_.whole_division(micros(at), hour_micros));
}

std::string LocalTime::weekday(std::string_view at) const {
  return fmt::format("(({} + 3) % 7)", day(at));  // the first of January 1970 was a Thursday
}

}  // namespace sociometer::metrics
