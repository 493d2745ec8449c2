// One-time codes of a second factor: RFC 6238 with SHA-1, six digits and half a minute, as every app knows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sociometer::control {

std::string make_totp_secret();  // 160 random bits in base 32
int64_t totp_step(Instant now);  // the half minute that `now` lies in
std::string totp_code(std::string_view secret, int64_t step);
// The step that `code` is right for: now's, or the one before or after it where clocks differ; never one up to
// `used_step`, so that a code seen over a shoulder works once.
std::optional<int64_t> matching_step(std::string_view secret, std::string_view code, Instant now, int64_t used_step);
// What apps read from a picture: "otpauth://totp/…".
std::string totp_uri(std::string_view secret, std::string_view email, std::string_view issuer);

}  // namespace sociometer::control
