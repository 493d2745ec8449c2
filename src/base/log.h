// Log: one line per event on standard error. Never log a secret or a person's text.
//
//   log_event(spdlog::level::info, "request", {{"request", id}, {"status", 200}});
//
// For people a line reads `request request=… status=200`; as JSON it is {"time":…,"level":"info","event":"request",…}.
#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

#include "base/json.h"

namespace sociometer {

enum class LogForm { text, json };

// Human-readable on a terminal, key=value without colour elsewhere; or a JSON object a line.
void start_log(spdlog::level::level_enum level, LogForm form = LogForm::text);

// An event with what is known of it; values are texts, numbers, true or false.
void log_event(spdlog::level::level_enum level, std::string_view event, const JsonObject& fields);

}  // namespace sociometer
