#include "control/mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/text.h"
#include "control/database.h"
#include "control/secrets.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr std::string_view password_place = "mail/password";
constexpr std::array<std::string_view, 3> security_names{"tls", "starttls", "none"};

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

Result<Done> check(const MailServer& server, bool has_password) {
  if (server.host.empty() || server.host.size() > 253 || !is_plain(server.host) ||
      server.host.find_first_of("/@?#\\\"'") != server.host.npos) {
    return invalid("the mail server's host is a name or an address, such as smtp.example.org", "host");
  }
  if (server.port < 1 || server.port > 65535) return invalid("a port is a number from 1 to 65535", "port");
  const std::string_view address = server.sender_address;
  const size_t at = address.find('@');
  if (at == address.npos || at == 0 || at + 1 == address.size() || address.size() > 254 || !is_plain(address) ||
      address.find_first_of("<>()[],;:\\\"") != address.npos || address.find('@', at + 1) != address.npos) {
    return invalid("mail needs an address it is from, such as reports@example.org", "sender");
  }
  const bool has_control = std::ranges::any_of(server.sender_name, [](unsigned char c) { return c < 0x20; });
  if (server.sender_name.size() > 200 || !is_utf8(server.sender_name) || has_control) {
    return invalid("the sender's name is one line of at most 200 bytes", "name");
  }
  if (server.user.size() > 255 || !is_utf8(server.user)) return invalid("the user is at most 255 bytes long", "user");
  if (has_password && server.user.empty()) return invalid("a password goes with a user", "user");
  if (has_password && server.security == MailSecurity::none && !is_this_machine(server.host)) {
    return invalid("a password would cross the network as it is: use tls or starttls", "security");
  }
  return Done{};
}

std::string text_of(const MailServer& server) {
  return json_text(JsonObject{{"host", server.host},
                              {"port", server.port},
                              {"security", name(server.security)},
                              {"user", server.user},
                              {"sender_name", server.sender_name},
                              {"sender_address", server.sender_address}});
}

Result<MailServer> server_in(const std::string& text) {
  TRY(const Json json, parse_json(text));
  if (!json.is_object()) return internal("what is kept of the mail server is damaged: set it anew");
  const JsonObject& kept = json.get_object();
  MailServer server;
  TRY(server.host, json_string(kept, "host"));
  if (const Json* port = kept.if_contains("port"); port != nullptr && port->is_int64()) {
    server.port = static_cast<int>(port->get_int64());
  }
  TRY(const std::string security, json_string(kept, "security"));
  server.security = parse_mail_security(security).value_or(MailSecurity::starttls);
  TRY(server.user, json_string(kept, "user"));
  TRY(server.sender_name, json_string(kept, "sender_name"));
  TRY(server.sender_address, json_string(kept, "sender_address"));
  return server;
}

}  // namespace

std::string_view name(MailSecurity security) {
  return security_names[static_cast<size_t>(security)];
}

std::optional<MailSecurity> parse_mail_security(std::string_view text) {
  const auto place = std::ranges::find(security_names, text);
  if (place == security_names.end()) return std::nullopt;
  return static_cast<MailSecurity>(place - security_names.begin());
}

Result<MailServer> Mail::set(MailServer server, const std::optional<std::string>& password, Instant now) {
  TRY(const std::optional<MailServer> before, find());
  // One that was given for another server or user is not handed to this one.
  const bool stays =
      !password && before && before->has_password && before->user == server.user && before->host == server.host;
  server.has_password = stays || (password && !password->empty());
  TRY_DONE(check(server, server.has_password));
  if (password && !password->empty()) TRY_DONE(secrets_.set("", password_place, *password, now));
  if (!server.has_password) TRY_DONE(secrets_.remove("", password_place));
  server.password.clear();
  const std::string text = text_of(server);
  return database_.attempt(Access::write, [&](session& sql) -> Result<MailServer> {
    sql << "INSERT INTO installation (name, value) VALUES ('mail', :value) ON CONFLICT (name) DO UPDATE SET value = "
           "excluded.value",
        use(text);
    return server;
  });
}

Result<std::optional<MailServer>> Mail::find() {
  std::string text;
  TRY(const bool is_there, database_.attempt(Access::read, [&](session& sql) -> Result<bool> {
    sql << "SELECT value FROM installation WHERE name = 'mail'", into(text);
    return sql.got_data();
  }));
  if (!is_there) return std::optional<MailServer>();
  TRY(MailServer server, server_in(text));
  TRY(server.has_password, database_.attempt(Access::read, [&](session& sql) -> Result<bool> {
    const std::string place(password_place);
    int count = 0;
    sql << "SELECT count(*) FROM secrets WHERE workspace = '' AND place = :place", into(count), use(place);
    return count > 0;
  }));
  return std::optional(std::move(server));
}

Result<MailServer> Mail::opened() {
  TRY(std::optional<MailServer> server, find());
  if (!server) {
    return unavailable("no mail server is set: sociometer mail set --host smtp.example.org --from reports@example.org");
  }
  if (server->has_password) {
    TRY(const std::optional<std::string> password, secrets_.find("", password_place));
    server->password = password.value_or("");
  }
  return std::move(*server);
}

Result<Done> Mail::remove() {
  TRY_DONE(secrets_.remove("", password_place));
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    sql << "DELETE FROM installation WHERE name = 'mail'";
    return Done{};
  });
}

}  // namespace sociometer::control
