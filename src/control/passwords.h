// Passwords: which are taken, and how they are kept – argon2id, by libsodium.
//
// Threads: every function from any thread. Hashing takes 64 MiB and a tenth of a second, so only a few run at once and
// the others wait.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sociometer::control {

inline constexpr size_t password_length_min = 12;  // user-perceived length is not what counts: bytes are
inline constexpr size_t password_length_max = 4096;

// invalid, with field "password": too short, too long, the person's own name or address, one letter over and over, or
// in the list of breached ones. `breached_list` is a file, or empty: lines of a password each, or of SHA-1 hashes in
// ascending order as the usual lists have them ("5BAA61E4…:3861493"); a list that cannot be read is said as
// unavailable.
Result<Done> check_password(std::string_view password, std::string_view email, std::string_view name,
                            const std::string& breached_list);

Result<std::string> hash_password(std::string_view password);  // full: no memory for it
// Whether it is the one. Takes as long where `hash` is empty, so that nobody learns who has a password.
bool is_password(const std::string& hash, std::string_view password);
// Whether `hash` was made with weaker settings than today's.
bool is_outdated(const std::string& hash);
}  // namespace sociometer::control
