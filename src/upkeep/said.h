// What the settings of an export say, read member by member.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "upkeep/export.h"

namespace sociometer::upkeep {

inline Error unreadable(std::string_view what) {
  return invalid(fmt::format("the export's {} says something of its {} that cannot be read", settings_file, what));
}

// The members of one object of a list; what cannot be read is remembered and told once.
//
//   Reading reading(said, "campaigns");
//   campaign.name = reading.text("name");  …
//   TRY_DONE(reading.done());
class Reading {
 public:
  Reading(const Json& said, std::string_view what) : what_(what) {
    if (said.is_object()) object_ = &said.get_object();
  }

  std::string text(std::string_view key) {
    if (object_ == nullptr) return fail(std::string());
    const Result<std::string> found = json_string(*object_, key);
    return found ? *found : fail(std::string());
  }
  std::optional<Instant> moment(std::string_view key) {
    const std::string said = text(key);
    if (said.empty()) return std::nullopt;
    const Result<Instant> at = parse_instant(said);
    return at ? std::optional(*at) : fail(std::optional<Instant>());
  }
  Instant needed_moment(std::string_view key) {
    const std::optional<Instant> at = moment(key);
    return at ? *at : fail(Instant{});
  }
  int number(std::string_view key) {
    const Json* found = member(key);
    return found != nullptr && found->is_int64() ? static_cast<int>(found->get_int64()) : fail(0);
  }
  Day day(std::string_view key) {
    const Result<Day> found = parse_day(text(key));
    return found ? *found : fail(Day{});
  }
  const Json* member(std::string_view key) const { return object_ == nullptr ? nullptr : object_->if_contains(key); }
  Result<Done> done() const {
    if (failed_ || object_ == nullptr) return unreadable(what_);
    return Done{};
  }

 private:
  template <typename T>
  T fail(T nothing) {
    failed_ = true;
    return nothing;
  }

  const std::string_view what_;
  const JsonObject* object_ = nullptr;
  bool failed_ = false;
};

inline const JsonArray& list_in(const JsonObject& object, std::string_view key) {
  static const JsonArray nothing;
  const Json* found = object.if_contains(key);
  return found != nullptr && found->is_array() ? found->get_array() : nothing;
}

}  // namespace sociometer::upkeep
