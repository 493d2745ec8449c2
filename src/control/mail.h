// How this installation sends mail. Part of control's front door.
//
// Threads: every function may be called from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;
class Secrets;

// none: without encryption, for a server on this machine or network. starttls: encrypted from its first commands on.
enum class MailSecurity { tls, starttls, none };
std::string_view name(MailSecurity security);
std::optional<MailSecurity> parse_mail_security(std::string_view text);

struct MailServer {
  std::string host;  // "smtp.example.org"
  int port = 587;
  MailSecurity security = MailSecurity::starttls;
  std::string user;  // empty: nobody signs in
  std::string sender_name;
  std::string sender_address;
  std::string password;  // only of one that is opened, to be used
  bool has_password = false;
};

class Mail {
 public:
  Mail(Database& database, Secrets& secrets) : database_(database), secrets_(secrets) {}

  // A password that is not said stays, as long as the user does. invalid: no host, port, address, or a password that
  // would go out unencrypted to another machine.
  Result<MailServer> set(MailServer server, const std::optional<std::string>& password, Instant now);
  Result<std::optional<MailServer>> find();
  // With the password. unavailable: no mail server is set, with what to do.
  Result<MailServer> opened();
  Result<Done> remove();

 private:
  Database& database_;
  Secrets& secrets_;
};

}  // namespace sociometer::control
