// How the API and the command line say people, tokens and links.
#pragma once

#include "base/json.h"
#include "control/control.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

Json instant_json(const std::optional<Instant>& instant);  // null where there is none
Json person_json(const control::Person& person);
Json member_json(const control::Member& member);
Json session_json(const control::Session& session, std::string_view current);
Json token_json(const control::Token& token, const House& house);
// The same of one just made, with the text that is sent, as `token`: it is said here and nowhere else.
Json made_token_json(const control::MadeToken& made, const House& house);
Json invitation_json(const control::Link& link);
Json audited_json(const control::Audited& audited);

// Where a browser takes a one-time link. Its end stands behind the #, which browsers keep to themselves: it reaches
// neither a log nor the page that is opened next, and a program that looks at links does not use it up.
std::string link_address(std::string_view origin, const control::MadeLink& made);

}  // namespace sociometer::surfaces
