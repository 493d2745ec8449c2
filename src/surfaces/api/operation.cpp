// For whoever runs the program: is it alive, is it ready, how is it doing.
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "surfaces/api/api.h"

namespace sociometer::surfaces {
namespace {

// Bytes of memory in use, by what the kernel says; 0 where it says nothing.
double memory_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t all = 0, resident = 0;
  if (!(file >> all >> resident)) return 0;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

Result<net::Response> get_health(const Ask& ask) {
  return json_response(
      JsonObject{{"status", "ok"}, {"version", SOCIOMETER_VERSION}, {"now", format_instant(ask.clock().now())}});
}

// Ready means that both stores answer.
Result<net::Response> get_ready(const Ask& ask) {
  const Result<int> form = ask.house().control->form();
  const auto imports = ask.house().importer->imports("default", 1, {});
  const bool is_ready = form.ok() && imports.ok() && !ask.api.is_closing();
  return json_response(JsonObject{{"status", is_ready ? "ready" : "not_ready"},
                                  {"control", form.ok() ? "ok" : "failed"},
                                  {"facts", imports.ok() ? "ok" : "failed"}},
                       is_ready ? 200 : 503);
}

Result<net::Response> get_metrics(const Ask& ask) {
  net::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = ask.api.meters().text({
      {"sociometer_memory_bytes", memory_bytes()},
      {"sociometer_uploads_reading", static_cast<double>(ask.api.reading)},
      {"sociometer_password_checks", static_cast<double>(control::password_checks())},
  });
  return response;
}

}  // namespace sociometer::surfaces
