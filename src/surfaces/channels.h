// Channels and the messages on their way to them, as the command line and the API show them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// A channel as said: addresses of mail, or the address of one kind of hook.
struct ChannelWords {
  std::string name;
  std::vector<std::string> to;
  std::string webhook, slack;
};
// invalid: neither or several of them; a hook's address that must not be talked to.
Result<control::NewChannel> add_channel(const House& house, std::string_view workspace, const ChannelWords& words,
                                        std::string_view by, Instant now);
Json channel_json(const control::MessageChannel& channel);
Json message_json(const control::KeptParcel& parcel);

// Addresses that are not public and may be reached all the same, "10.0.0.0/8". invalid: none.
Result<std::vector<std::string>> allow_target(const House& house, std::string_view range);
// not_found, with those there are.
Result<std::vector<std::string>> disallow_target(const House& house, std::string_view range);

// The mail server as said; what is empty stays as it is.
struct MailWords {
  std::string host, port, security, sender_address;
  std::optional<std::string> user, sender_name, password;  // an empty user: nobody signs in
};
Result<control::MailServer> set_mail(const House& house, const MailWords& words, Instant now);
Json mail_json(const std::optional<control::MailServer>& server);

}  // namespace sociometer::surfaces
