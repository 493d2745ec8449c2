// Log: one line per event on standard error. Never log a secret or a person's text.
#pragma once

#include <spdlog/spdlog.h>

namespace sociometer {

// Human-readable on a terminal, key=value without colour elsewhere.
void start_log(spdlog::level::level_enum level);

}  // namespace sociometer
