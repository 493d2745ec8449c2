// JSON: reading with Boost.JSON, writing with numbers that people can read.
//
// Boost prints 1.5 as 1.5E0; `json_text` prints the shortest form that reads back the same, and integers without a
// point, so the same value always gives the same bytes.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sociometer {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

std::string_view view_of(const boost::json::string& text);

enum class JsonStyle { compact, indented };

std::string json_text(const Json& value, JsonStyle style = JsonStyle::compact);

// invalid: not JSON (the message says where), a key twice in one object, or deeper than 64 levels.
Result<Json> parse_json(std::string_view text);

// A member as text, or `fallback` where it is missing or null. invalid: it is there and something else.
Result<std::string> json_string(const JsonObject& object, std::string_view key, std::string_view fallback = {});

}  // namespace sociometer
