#include "surfaces/owner/protocol.h"

#include "surfaces/json_parts.h"

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

JsonObject object_from(std::string_view text) {
  Result<Json> json = parse_json(text);
  return json && json->is_object() ? json->get_object() : JsonObject();
}

}  // namespace sociometer::surfaces
