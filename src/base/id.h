// Identifiers and hashes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sociometer {

// A ULID: 26 characters that sort by time of making; the random half comes from the system.
std::string make_id(Instant now);

// SHA-256, fed in pieces; `hex()` ends it.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  void add_number(int64_t number);
  std::string hex();

 private:
  alignas(8) std::array<unsigned char, 128> state_;
};

}  // namespace sociometer
