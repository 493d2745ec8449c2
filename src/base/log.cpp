#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <unistd.h>

namespace sociometer {

void start_log(spdlog::level::level_enum level) {
  auto logger = spdlog::stderr_color_mt("sociometer");
  logger->set_level(level);
  logger->set_pattern(isatty(STDERR_FILENO) ? "%H:%M:%S %^%l%$ %v" : "time=%Y-%m-%dT%H:%M:%S%z level=%l %v");
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace sociometer
