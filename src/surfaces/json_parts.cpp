#include "surfaces/json_parts.h"

namespace sociometer::surfaces {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json number_or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json day_or_null(const std::optional<Day>& day) {
  return day ? Json(format_day(*day)) : Json(nullptr);
}

Json moment_or_null(const std::optional<Instant>& at) {
  return at ? Json(format_instant(*at)) : Json(nullptr);
}

int64_t number_in(const JsonObject& object, std::string_view key, int64_t fallback) {
  const Json* member = object.if_contains({key.data(), key.size()});
  return member != nullptr && member->is_int64() ? member->get_int64() : fallback;
}

std::string text_in(const JsonObject& object, std::string_view key) {
  Result<std::string> text = json_string(object, key);
  return text ? *text : std::string();
}

}  // namespace sociometer::surfaces
