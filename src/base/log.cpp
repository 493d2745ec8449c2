#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <unistd.h>

#include <atomic>

namespace sociometer {
namespace {

std::atomic<LogForm> form_in_use = LogForm::text;

// What is between two quotation marks of a JSON text.
class JsonMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    std::string_view text(message.payload.data(), message.payload.size());
    // An event brings its own members; any other message is one.
    const std::string members = text.starts_with("{\"event\":") ? std::string(text.substr(1, text.size() - 2))
                                                                : fmt::format("\"message\":{}", json_text(Json(text)));
    out.append(members.data(), members.data() + members.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<JsonMessage>(); }
};

}  // namespace

void start_log(spdlog::level::level_enum level, LogForm form) {
  auto logger = spdlog::get("sociometer");
  if (!logger) logger = spdlog::stderr_color_mt("sociometer");
  logger->set_level(level);
  form_in_use = form;
  if (form == LogForm::json) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<JsonMessage>('*').set_pattern("{\"time\":\"%Y-%m-%dT%H:%M:%S.%e%z\",\"level\":\"%l\",%*}");
    logger->set_formatter(std::move(formatter));
  } else {
    logger->set_pattern(isatty(STDERR_FILENO) ? "%H:%M:%S %^%l%$ %v" : "time=%Y-%m-%dT%H:%M:%S%z level=%l %v");
  }
  spdlog::set_default_logger(std::move(logger));
}

void log_event(spdlog::level::level_enum level, std::string_view event, const JsonObject& fields) {
  if (!spdlog::should_log(level)) return;
  if (form_in_use == LogForm::json) {
    JsonObject document{{"event", event}};
    for (const auto& field : fields) document[field.key()] = field.value();
    spdlog::log(level, "{}", json_text(document));
    return;
  }
  std::string line(event);
  for (const auto& field : fields) {
    const Json& value = field.value();
    const bool is_plain = value.is_string() && !value.get_string().empty() &&
                          value.get_string().find_first_of(" \"\\\n\r\t=") == boost::json::string::npos;
    line += fmt::format(" {}={}", std::string_view(field.key()),
                        is_plain ? std::string_view(value.get_string()) : json_text(value));
  }
  spdlog::log(level, "{}", line);
}

}  // namespace sociometer
