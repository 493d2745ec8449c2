#include "surfaces/channels.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "net/net.h"
#include "surfaces/json_parts.h"

namespace sociometer::surfaces {
namespace {

using control::ChannelKind;

Json moment(const std::optional<Instant>& at) {
  return at ? Json(format_instant(*at)) : Json(nullptr);
}
// Whether a hook's address has the right form and is no private one. What a name means is looked up when it is used:
// it may mean something else by then.
Result<Done> check_hook(const House& house, const std::string& url) {
  TRY(const std::vector<std::string> allowed, house.control->outbox().allowed());
  const auto without_asking = [](const std::string& host) -> Result<std::vector<std::string>> {
    const bool is_address = host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
    if (host == "localhost") return std::vector<std::string>{"127.0.0.1"};
    if (is_address) return std::vector{host};
    return unavailable("not asked");
  };
  const Result<net::Outgoing> to = net::outgoing(url, {allowed, without_asking});
  if (!to && to.error().kind == ErrorKind::invalid) return to.error();
  return Done{};
}

Result<Done> check_range(const std::string& range) {
  const auto anywhere = [](const std::string&) -> Result<std::vector<std::string>> {
    return std::vector<std::string>{"1.1.1.1"};
  };
  const Result<net::Outgoing> tried = net::outgoing("https://example.org/", {{range}, anywhere});
  if (!tried) return invalid(tried.error().message, "range");
  return Done{};
}

}  // namespace

Result<control::NewChannel> add_channel(const House& house, std::string_view workspace, const ChannelWords& words,
                                        std::string_view by, Instant now) {
  const int said = (words.to.empty() ? 0 : 1) + (words.webhook.empty() ? 0 : 1) + (words.slack.empty() ? 0 : 1);
  if (said != 1) {
    return invalid(
        "say one of where it leads: mail addresses (to), a webhook's address (webhook) or that of a "
        "Slack-compatible hook (slack)",
        "to");
  }
  control::MessageChannel channel{.name = words.name, .targets = words.to, .made_by = std::string(by)};
  if (words.to.empty()) {
    const std::string& url = words.webhook.empty() ? words.slack : words.webhook;
    channel.kind = words.webhook.empty() ? ChannelKind::slack : ChannelKind::webhook;
    TRY_DONE(check_hook(house, url));
    channel.targets = {url};
  }
  return house.control->outbox().add_channel(workspace, std::move(channel), now);
}

Json channel_json(const control::MessageChannel& channel) {
  return JsonObject{{"name", channel.name},
                    {"kind", control::name(channel.kind)},
                    {"targets", JsonArray(channel.targets.begin(), channel.targets.end())},
                    {"made_by", channel.made_by},
                    {"made_at", format_instant(channel.made_at)},
                    {"succeeded_at", moment(channel.succeeded_at)},
                    {"failed_at", moment(channel.failed_at)},
                    {"failure", text_or_null(channel.failure)}};
}

Json message_json(const control::KeptParcel& parcel) {
  return JsonObject{{"number", parcel.number},
                    {"id", parcel.mark},
                    {"channel", parcel.parcel.channel},
                    {"key", parcel.parcel.key},
                    {"subject", parcel.parcel.subject},
                    {"link", text_or_null(parcel.parcel.link)},
                    {"state", control::name(parcel.state)},
                    {"put_at", format_instant(parcel.put_at)},
                    {"tries", parcel.tries},
                    {"next_try", parcel.state == control::ParcelState::waiting ? Json(format_instant(parcel.next_try))
                                                                               : Json(nullptr)},
                    {"ended_at", moment(parcel.ended_at)},
                    {"failure", text_or_null(parcel.failure)}};
}

Result<std::vector<std::string>> allow_target(const House& house, std::string_view range) {
  const std::string said(trimmed(range));
  TRY_DONE(check_range(said));
  TRY(std::vector<std::string> allowed, house.control->outbox().allowed());
  if (std::ranges::find(allowed, said) == allowed.end()) allowed.push_back(said);
  TRY_DONE(house.control->outbox().allow(allowed));
  return allowed;
}

Result<std::vector<std::string>> disallow_target(const House& house, std::string_view range) {
  TRY(std::vector<std::string> allowed, house.control->outbox().allowed());
  if (std::erase(allowed, std::string(trimmed(range))) == 0) {
    return not_found(fmt::format("{} is not among the addresses that may be reached; {}", range,
                                 allowed.empty() ? "there are none" : "there are " + join(allowed, ", ")),
                     "range");
  }
  TRY_DONE(house.control->outbox().allow(allowed));
  return allowed;
}

Result<control::MailServer> set_mail(const House& house, const MailWords& words, Instant now) {
  TRY(const std::optional<control::MailServer> before, house.control->mail().find());
  control::MailServer server = before.value_or(control::MailServer{});
  if (!words.host.empty()) server.host = words.host;
  if (!words.security.empty()) {
    const auto security = control::parse_mail_security(words.security);
    if (!security) {
      return invalid(fmt::format("\"{}\" is no security; there are tls, starttls and none", words.security),
                     "security");
    }
    server.security = *security;
    // What is usual for it, unless another port is said.
    if (words.port.empty()) server.port = *security == control::MailSecurity::tls ? 465 : 587;
  }
  if (!words.port.empty()) {
    const auto [stop, error] = std::from_chars(words.port.data(), words.port.data() + words.port.size(), server.port);
    if (error != std::errc() || stop != words.port.data() + words.port.size()) {
      return invalid("a port is a number from 1 to 65535", "port");
    }
  }
  server.user = words.user.value_or(server.user);
  server.sender_name = words.sender_name.value_or(server.sender_name);
  if (!words.sender_address.empty()) server.sender_address = words.sender_address;
  return house.control->mail().set(server, words.password, now);
}

Json mail_json(const std::optional<control::MailServer>& server) {
  if (!server) return nullptr;
  return JsonObject{{"host", server->host},
                    {"port", server->port},
                    {"security", control::name(server->security)},
                    {"user", text_or_null(server->user)},
                    {"has_password", server->has_password},
                    {"sender_name", text_or_null(server->sender_name)},
                    {"sender_address", server->sender_address}};
}

}  // namespace sociometer::surfaces
