// Words that prove something – of sessions, tokens and one-time links – and what is kept of them.
#pragma once

#include <string>
#include <string_view>

namespace sociometer::control {

// 256 random bits as text that may stand in a URL, a cookie and a header.
std::string make_proof();
// What is kept of it. The words are random, so a fast hash keeps them.
std::string hash_of(std::string_view proof);
// 80 random bits in groups that people can type: "k7qd-29xm-…".
std::string make_recovery_code();
// As `make_recovery_code` wrote it, however it was typed.
std::string normal_recovery_code(std::string_view typed);

}  // namespace sociometer::control
