#include "control/totp.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>

#include "base/check.h"

namespace sociometer::control {
namespace {

constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr int64_t step_micros = 30'000'000;
constexpr size_t secret_letters = 32;  // of five bits each
constexpr size_t digits = 6;

std::string bytes_of(std::string_view base32) {
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (char c : base32) {
    const size_t value = base32_alphabet.find(c);
    if (value == base32_alphabet.npos) continue;
    buffer = (buffer << 5) | static_cast<unsigned>(value);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((buffer >> bits) & 0xFF);
  }
  return bytes;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      result += static_cast<char>(c);
    } else {
      fmt::format_to(std::back_inserter(result), "%{:02X}", c);
    }
  }
  return result;
}

}  // namespace

std::string make_totp_secret() {
  CHECK(sodium_init() >= 0);
  std::string secret;
  for (size_t i = 0; i < secret_letters; ++i) secret += base32_alphabet[randombytes_uniform(base32_alphabet.size())];
  return secret;
}

int64_t totp_step(Instant now) {
  return now.micros / step_micros;
}

std::string totp_code(std::string_view secret, int64_t step) {
  std::array<unsigned char, 8> counter;
  for (size_t i = 0; i < counter.size(); ++i) counter[7 - i] = static_cast<unsigned char>(step >> (8 * i));
  const std::string key = bytes_of(secret);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  CHECK(HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), counter.data(), counter.size(), digest.data(),
             &size) != nullptr);
  const size_t offset = digest[size - 1] & 0x0F;
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i) number = (number << 8) | digest[offset + i];
  return fmt::format("{:06}", (number & 0x7FFFFFFF) % 1'000'000);
}

std::optional<int64_t> matching_step(std::string_view secret, std::string_view code, Instant now, int64_t used_step) {
  std::string typed;
  for (char c : code) {
    if (c != ' ' && c != '-') typed += c;
  }
  if (typed.size() != digits) return std::nullopt;
  std::optional<int64_t> found;
  for (int64_t step = totp_step(now) - 1; step <= totp_step(now) + 1; ++step) {
    const std::string right = totp_code(secret, step);
    if (sodium_memcmp(right.data(), typed.data(), digits) == 0 && step > used_step) found = step;
  }
  return found;
}

std::string totp_uri(std::string_view secret, std::string_view email, std::string_view issuer) {
  return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}", escaped(issuer), escaped(email), secret,
                     escaped(issuer));
}

}  // namespace sociometer::control
