// How this installation sends mail.
#include <fmt/format.h>

#include "base/text.h"
#include "surfaces/channels.h"
#include "surfaces/cli/command.h"
#include "surfaces/cli/table.h"
#include "surfaces/delivery.h"

namespace sociometer::surfaces {
namespace {

struct MailCall {
  MailWords said;
  std::string verb, password_file, to;
};

Result<Exit> print_server(Call& call, const std::optional<control::MailServer>& server) {
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"mail", mail_json(server)}});
    return Exit::done;
  }
  if (!server) {
    call.print("no mail server is set: sociometer mail set --host smtp.example.org --from reports@example.org\n");
    return Exit::done;
  }
  const std::string sender = server->sender_name.empty()
                                 ? server->sender_address
                                 : fmt::format("{} <{}>", server->sender_name, server->sender_address);
  const std::string signs_in =
      server->user.empty()
          ? "nobody signs in"
          : fmt::format("as {}, {}", server->user, server->has_password ? "with a password" : "without a password");
  call.print(fmt::format("{}:{}, {}\n{}\nfrom {}\n", server->host, server->port, control::name(server->security),
                         signs_in, sender));
  return Exit::done;
}

Result<Exit> show_mail(Call& call, const MailCall&) {
  TRY(const std::optional<control::MailServer> server, call.house.control->mail().find());
  return print_server(call, server);
}

Result<Exit> set_mail_words(Call& call, const MailCall& said) {
  MailWords words = said.said;
  if (!said.password_file.empty()) {
    TRY(const std::string text, text_at(call, said.password_file));
    words.password = std::string(trimmed(split(text, '\n').front()));
  }
  TRY(const control::MailServer server, set_mail(call.house, words, call.clock->now()));
  TRY_DONE(record(call, "", "mail.set", server.host));
  return print_server(call, server);
}

Result<Exit> remove_mail(Call& call, const MailCall&) {
  TRY_DONE(call.house.control->mail().remove());
  TRY_DONE(record(call, "", "mail.remove", ""));
  return print_server(call, std::nullopt);
}

Result<Exit> test_mail_words(Call& call, const MailCall& said) {
  TRY_DONE(test_mail(call.house, said.to, call.clock->now()));
  TRY_DONE(record(call, "", "mail.test", ""));
  if (call.globals.output == Output::json) {
    call.print_json(JsonObject{{"taken", true}});
  } else {
    call.print(fmt::format("the mail server took a test for {}\n", said.to));
  }
  return Exit::done;
}

Run declare_mail(Options options) {
  auto said = std::make_shared<MailCall>();
  Options set_options = options.verb("set", "says by which server mail goes out; what is left out stays", &said->verb);
  set_options.text("--host", "NAME", "the server, smtp.example.org", &said->said.host);
  set_options.text("--port", "N", "its port (587; of tls 465)", &said->said.port);
  set_options.text("--security", "HOW", "starttls, tls or none (starttls)", &said->said.security);
  set_options.text("--user", "NAME", "who signs in there; '' for nobody", &said->said.user);
  set_options.text("--password-file", "FILE", "their password, the file's first line; - for standard input",
                   &said->password_file);
  set_options.text("--from", "ADDRESS", "the address mail is from", &said->said.sender_address);
  set_options.text("--name", "NAME", "and the name beside it", &said->said.sender_name);
  options.verb("show", "how mail goes out; never the password", &said->verb);
  Options test_options = options.verb("test", "sends a test and says whether the server took it", &said->verb);
  test_options.text("--to", "ADDRESS", "who gets it", &said->to, Presence::required);
  options.verb("remove", "forgets the server and its password", &said->verb);
  return [said](Call& call) {
    if (said->verb == "set") return set_mail_words(call, *said);
    if (said->verb == "test") return test_mail_words(call, *said);
    if (said->verb == "remove") return remove_mail(call, *said);
    return show_mail(call, *said);
  };
}

}  // namespace

const Command mail_command{"mail", "by which server mail goes out",
                           "sociometer mail set --host smtp.example.org --user reports --password-file - --from "
                           "reports@example.org",
                           Needs::data, declare_mail};

}  // namespace sociometer::surfaces
