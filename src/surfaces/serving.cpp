#include "surfaces/serving.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "base/log.h"
#include "base/text.h"
#include "net/net.h"
#include "surfaces/api/api.h"

namespace sociometer::surfaces {
namespace {

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

std::string url_of(const std::string& address, uint16_t port) {
  const bool is_v6 = address.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}/", is_v6 ? "[" : "", address, is_v6 ? "]" : "", port);
}

spdlog::level::level_enum log_level() {
  const char* level = std::getenv("SOCIOMETER_LOG");
  return level == nullptr ? spdlog::level::info : spdlog::level::from_str(level);
}

// Whatever a crash left of uploads goes; what they said was either stored or not.
Result<std::string> uploads_folder(const std::string& directory) {
  std::error_code error;
  const std::string folder = directory + "/uploads";
  std::filesystem::remove_all(folder, error);
  std::filesystem::create_directory(folder, error);
  if (error) return unavailable(fmt::format("cannot make the folder {}: {}", folder, error.message()));
  return folder;
}

void announce(Call& call, const std::string& url, const std::string& address) {
  call.announcement.serving_at(url);
  if (!is_loopback(address)) {
    call.terminal.error(
        fmt::format("sociometer: warning: {} can be reached from other machines, and there is no signing in yet: "
                    "whoever reaches it "
                    "reads and changes everything\n",
                    url));
  }
  if (call.globals.output == Output::json) {
    call.print(json_text(JsonObject{{"address", url}}) + "\n");
  } else {
    call.print(fmt::format("Sociometer is at {}\nStop it with Ctrl-C.\n", url));
  }
}

}  // namespace

void ServeWords::declare(Options& options) {
  options.text("--listen", "ADDR:PORT", "where to listen (127.0.0.1:8321)", &listen);
  options.texts("--allow-host", "NAME", "a name by which browsers may reach this server, besides localhost",
                &allowed_hosts);
}

Result<Exit> serve_until_stopped(Call& call, const ServeWords& words) {
  TRY(const auto listen, net::parse_listen(words.listen));
  TRY(const std::string uploads, uploads_folder(call.announcement.directory));
  ApiOptions options{call.announcement.directory, lower(listen.first), {}};
  for (const std::string& host : words.allowed_hosts) options.allowed_hosts.push_back(lower(host));
  Api api(call.house, std::move(options));
  net::HttpServer server({.address = listen.first, .port = listen.second, .threads = 16, .spool_directory = uploads},
                         [&](const net::Request& request) { return api.answer(request); });
  TRY_DONE(server.start());
  start_log(log_level());
  announce(call, url_of(listen.first, server.port()), listen.first);
  server.wait();
  api.close();
  server.stop();
  return Exit::done;
}

}  // namespace sociometer::surfaces
