#include "base/id.h"

#include <sodium.h>

#include "base/check.h"

namespace sociometer {

std::string make_id(Instant now) {
  static constexpr char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  CHECK(sodium_init() >= 0);
  std::array<unsigned char, 10> random;
  randombytes_buf(random.data(), random.size());
  std::string id(26, '0');
  auto millis = static_cast<uint64_t>(now.micros / 1000);
  for (int i = 9; i >= 0; --i) {
    id[i] = alphabet[millis & 31];
    millis >>= 5;
  }
  // 80 random bits as sixteen characters of five bits.
  unsigned buffer = 0;
  int bits = 0;
  size_t out = 10;
  for (unsigned char byte : random) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id[out++] = alphabet[(buffer >> bits) & 31];
    }
  }
  return id;
}

Sha256::Sha256() {
  static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(state_));
  CHECK(sodium_init() >= 0);
  crypto_hash_sha256_init(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()));
}

void Sha256::add(std::string_view bytes) {
  crypto_hash_sha256_update(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()),
                            reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

void Sha256::add_number(int64_t number) {
  add(std::string_view(reinterpret_cast<const char*>(&number), sizeof number));
}

std::string Sha256::hex() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256_final(reinterpret_cast<crypto_hash_sha256_state*>(state_.data()), digest.data());
  std::string text(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();
  return text;
}

}  // namespace sociometer
