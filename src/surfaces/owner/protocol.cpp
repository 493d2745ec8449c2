#include "surfaces/owner/protocol.h"

namespace sociometer::surfaces {

JsonObject error_json(const Error& error) {
  return {{"kind", static_cast<int>(error.kind)}, {"message", error.message}, {"field", error.field}};
}

Error error_from(const JsonObject& object) {
  const int64_t kind = number_in(object, "kind", static_cast<int64_t>(ErrorKind::internal));
  const bool is_known = kind >= 0 && kind <= static_cast<int64_t>(ErrorKind::internal);
  return {is_known ? static_cast<ErrorKind>(kind) : ErrorKind::internal, text_in(object, "message"),
          text_in(object, "field")};
}

int64_t number_in(const JsonObject& object, std::string_view key, int64_t fallback) {
  const Json* member = object.if_contains({key.data(), key.size()});
  return member != nullptr && member->is_int64() ? member->get_int64() : fallback;
}

std::string text_in(const JsonObject& object, std::string_view key) {
  Result<std::string> text = json_string(object, key);
  return text ? *text : std::string();
}

JsonObject object_from(std::string_view text) {
  Result<Json> json = parse_json(text);
  return json && json->is_object() ? json->get_object() : JsonObject();
}

}  // namespace sociometer::surfaces
