#include "control/proofs.h"

#include <sodium.h>

#include <array>

#include "base/check.h"
#include "base/id.h"

namespace sociometer::control {
namespace {

// Without letters that look like digits.
constexpr std::string_view code_alphabet = "abcdefghjkmnpqrstvwxyz0123456789";
constexpr size_t code_letters = 16;
constexpr size_t group = 4;

}  // namespace

std::string make_proof() {
  CHECK(sodium_init() >= 0);
  std::array<unsigned char, 32> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();
  return text;
}

std::string hash_of(std::string_view proof) {
  Sha256 hash;
  hash.add(proof);
  return hash.hex();
}

std::string make_recovery_code() {
  static_assert(code_alphabet.size() == 32);
  CHECK(sodium_init() >= 0);
  std::string code;
  for (size_t i = 0; i < code_letters; ++i) {
    if (i > 0 && i % group == 0) code += '-';
    code += code_alphabet[randombytes_uniform(code_alphabet.size())];
  }
  return code;
}

std::string normal_recovery_code(std::string_view typed) {
  std::string code;
  for (char c : typed) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == 'o') c = '0';
    if (c == 'i' || c == 'l') c = '1';
    if (code_alphabet.find(c) == code_alphabet.npos) continue;
    if (code.size() % (group + 1) == group) code += '-';
    code += c;
  }
  return code;
}

}  // namespace sociometer::control
