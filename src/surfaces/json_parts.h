// Parts of JSON objects: written where there may be nothing to write, read where they may be missing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"

namespace sociometer::surfaces {

// null where there is none, or the text is empty.
Json text_or_null(const std::string& text);
Json number_or_null(const std::optional<double>& value);
Json day_or_null(const std::optional<Day>& day);
Json moment_or_null(const std::optional<Instant>& at);

// Of what is missing or something else: the fallback, an empty text.
int64_t number_in(const JsonObject& object, std::string_view key, int64_t fallback);
std::string text_in(const JsonObject& object, std::string_view key);

}  // namespace sociometer::surfaces
