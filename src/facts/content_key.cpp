#include "facts/content_key.h"

#include <sodium.h>

#include <cstring>

#include "base/check.h"

namespace sociometer::facts {
namespace {

constexpr size_t key_buffer_bytes = size_t{1} << 16;

crypto_generichash_state* state_of(std::array<unsigned char, 384>& state) {
  return reinterpret_cast<crypto_generichash_state*>(state.data());
}

}  // namespace

ContentKey::ContentKey() {
  static_assert(sizeof(crypto_generichash_state) <= sizeof(state_));
  CHECK(sodium_init() >= 0);
  crypto_generichash_init(state_of(state_), nullptr, 0, crypto_generichash_BYTES);
  buffer_.reserve(key_buffer_bytes);
}

void ContentKey::number(int64_t value) {
  if (buffer_.size() + sizeof value > key_buffer_bytes) flush();
  size_t at = buffer_.size();
  buffer_.resize(at + sizeof value);
  std::memcpy(buffer_.data() + at, &value, sizeof value);
}

void ContentKey::text(std::string_view value) {
  number(static_cast<int64_t>(value.size()));
  if (buffer_.size() + value.size() > key_buffer_bytes) flush();
  if (value.size() > key_buffer_bytes) {
    crypto_generichash_update(state_of(state_), reinterpret_cast<const unsigned char*>(value.data()), value.size());
  } else {
    buffer_.insert(buffer_.end(), value.begin(), value.end());
  }
}

void ContentKey::flush() {
  crypto_generichash_update(state_of(state_), reinterpret_cast<const unsigned char*>(buffer_.data()), buffer_.size());
  buffer_.clear();
}

std::string ContentKey::hex() {
  flush();
  std::array<unsigned char, crypto_generichash_BYTES> digest;
  crypto_generichash_final(state_of(state_), digest.data(), digest.size());
  std::string text(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace sociometer::facts
