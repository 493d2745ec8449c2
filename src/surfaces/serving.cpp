#include "surfaces/serving.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/log.h"
#include "base/text.h"
#include "net/net.h"
#include "surfaces/api/api.h"
#include "surfaces/api/people_json.h"
#include "surfaces/jobs.h"

namespace sociometer::surfaces {
namespace {

constexpr int64_t serve_link_seconds = 86'400;

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.");
}

std::string url_of(const ServeWords& words, const std::string& address, uint16_t port) {
  const bool is_v6 = address.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}/", words.certificate.empty() ? "http" : "https", is_v6 ? "[" : "", address,
                     is_v6 ? "]" : "", port);
}

// For links: without a slash at its end.
std::string base_of(const ServeWords& words, const std::string& url) {
  std::string base = words.public_url.empty() ? url : words.public_url;
  while (base.ends_with('/')) base.pop_back();
  return base;
}

// What people watch is kept short; what a journal keeps is not.
spdlog::level::level_enum log_level() {
  const char* level = std::getenv("SOCIOMETER_LOG");
  if (level != nullptr) return spdlog::level::from_str(level);
  return isatty(STDERR_FILENO) != 0 ? spdlog::level::warn : spdlog::level::info;
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

void warn(Call& call, const ServeWords& words, const std::string& url, const std::string& address) {
  if (is_loopback(address) || !words.certificate.empty() || !words.trusted_proxies.empty()) return;
  call.terminal.error(
      fmt::format("sociometer: warning: {} can be reached from other machines without encryption: passwords cross the "
                  "network as they are. Give it a certificate (--tls-certificate, --tls-key), or put a proxy in front "
                  "(--trust-proxy)\n",
                  url));
}

// The link by which somebody gets in who has no other way; nothing where there is none to be given.
Result<std::optional<std::string>> first_link(Call& call, const std::string& url, std::string_view signs_in) {
  control::People& people = call.house.control->people();
  control::Link link{.kind = control::Link::Kind::setup};
  if (!signs_in.empty()) {
    TRY(const control::Person person, people.person_by_email(signs_in));
    link.kind = control::Link::Kind::sign_in;
    link.person = person.id;
  } else {
    TRY(const bool is_anyone_there, people.is_anyone_there());
    if (is_anyone_there) return std::optional<std::string>();
  }
  TRY(const control::MadeLink made, people.make_link(std::move(link), serve_link_seconds, call.clock->now()));
  return std::optional(link_address(url.substr(0, url.size() - 1), made));
}

void announce(Call& call, const std::string& url, const std::optional<std::string>& link, std::string_view signs_in) {
  call.announcement.serving_at(url);
  if (call.globals.output == Output::json) {
    JsonObject document{{"address", url}};
    if (link) document["link"] = *link;
    call.print(json_text(document) + "\n");
    return;
  }
  std::string text = fmt::format("Sociometer is at {}\n", url);
  if (link && signs_in.empty()) {
    text += fmt::format("Nobody can sign in yet. Open this link, once and within a day, to become its owner:\n  {}\n",
                        *link);
  } else if (link) {
    text += fmt::format("This link signs you in, once:\n  {}\n", *link);
  }
  call.print(text + "Stop it with Ctrl-C.\n");
}

Result<net::HttpOptions> http_options(const ServeWords& words, const std::string& uploads) {
  TRY(const auto listen, net::parse_listen(words.listen));
  net::HttpOptions options{.address = listen.first, .port = listen.second, .threads = 16, .spool_directory = uploads};
  options.trusted_proxies = words.trusted_proxies;
  if (words.certificate.empty() != words.key.empty()) {
    return invalid("--tls-certificate and --tls-key go together", words.key.empty() ? "tls-key" : "tls-certificate");
  }
  if (!words.certificate.empty()) options.tls = net::TlsFiles{words.certificate, words.key};
  return options;
}

}  // namespace

void ServeWords::declare(Options& options) {
  options.text("--listen", "ADDR:PORT", "where to listen (127.0.0.1:8321)", &listen);
  options.text("--public-url", "URL", "where people reach it, for the links in messages, https://stats.example.org",
               &public_url);
  options.texts("--allow-host", "NAME", "a name by which browsers may reach this server, besides localhost",
                &allowed_hosts);
  options.texts("--allow-origin", "URL", "another site's pages that may ask with a token, https://www.example.org",
                &allowed_origins);
  options.text("--tls-certificate", "FILE", "a certificate with its chain, PEM; read anew when it changes",
               &certificate);
  options.text("--tls-key", "FILE", "its key, PEM", &key);
  options.texts("--trust-proxy", "RANGE", "proxies whose X-Forwarded-For and X-Forwarded-Proto hold, 10.0.0.0/8",
                &trusted_proxies);
  options.text("--breached-passwords", "FILE", "passwords to refuse: plain, or SHA-1 in order", &breached_passwords);
  options.number("--upload-limit", "MB", "how large an export may be (4096)", &upload_megabytes);
  options.text("--log-format", "FORM", "text or json", &log_format);
}

Result<Exit> serve_until_stopped(Call& call, const ServeWords& words, std::string_view signs_in) {
  TRY(const std::string uploads, uploads_folder(call.announcement.directory));
  TRY(net::HttpOptions http, http_options(words, uploads));
  const bool is_web = words.public_url.starts_with("https://") || words.public_url.starts_with("http://");
  if (!words.public_url.empty() && !is_web) {
    return invalid("--public-url is where people reach it, such as https://stats.example.org", "public-url");
  }
  if (words.upload_megabytes < 1) return invalid("--upload-limit must be 1 or more", "upload-limit");
  if (words.log_format != "text" && words.log_format != "json") {
    return invalid("--log-format is text or json", "log-format");
  }
  control::People& people = call.house.control->people();
  people.set_breached_list(words.breached_passwords);
  TRY_DONE(people.tidy(call.clock->now()));
  ApiOptions options{call.announcement.directory, lower(http.address), {}};
  for (const std::string& host : words.allowed_hosts) options.allowed_hosts.push_back(lower(host));
  options.allowed_origins = words.allowed_origins;
  options.upload_limit = static_cast<uint64_t>(words.upload_megabytes) << 20;
  Api api(call.house, std::move(options));
  const std::string address = http.address;
  http.admit = [&](const net::Request& request) { return api.admit(request); };
  net::HttpServer server(std::move(http), [&](const net::Request& request) { return api.answer(request); });
  TRY_DONE(server.start());
  start_log(log_level(), words.log_format == "json" ? LogForm::json : LogForm::text);
  const std::string url = url_of(words, address, server.port());
  warn(call, words, url, address);
  TRY(const std::optional<std::string> link, first_link(call, url, signs_in));
  Jobs work(call.house, base_of(words, url), api.resets());
  TRY_DONE(work.start());
  announce(call, url, link, signs_in);
  server.wait();
  api.close();
  server.stop();
  work.stop();
  return Exit::done;
}

}  // namespace sociometer::surfaces
