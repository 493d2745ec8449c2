#include "control/passwords.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <array>
#include <atomic>
#include <fstream>
#include <semaphore>

#include "base/check.h"
#include "base/text.h"
#include "control/people.h"

namespace sociometer::control {
namespace {

constexpr auto operations = crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
constexpr auto memory = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;
constexpr ptrdiff_t at_once = 3;
constexpr size_t sha1_letters = 40;

std::counting_semaphore<at_once> seats(at_once);
std::atomic<int64_t> checks = 0;

struct Seat {
  Seat() { seats.acquire(); }
  ~Seat() { seats.release(); }
  Seat(const Seat&) = delete;
};

std::string sha1_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  CHECK(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(hex), "{:02X}", digest[i]);
  return hex;
}

bool is_hash_line(std::string_view line) {
  return line.size() >= sha1_letters &&
         line.substr(0, sha1_letters).find_first_not_of("0123456789ABCDEFabcdef") == line.npos &&
         (line.size() == sha1_letters || line[sha1_letters] == ':' || line[sha1_letters] == '\r');
}

// The first whole line that begins at `place` or after it.
bool line_from(std::ifstream& file, int64_t place, std::string& line) {
  file.clear();
  file.seekg(place > 0 ? place - 1 : 0);
  if (place > 0 && !std::getline(file, line)) return false;
  return static_cast<bool>(std::getline(file, line));
}

bool is_among_hashes(std::ifstream& file, int64_t size, const std::string& wanted) {
  int64_t low = 0;
  int64_t high = size;
  std::string line;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (!line_from(file, middle, line)) {
      high = middle;
      continue;
    }
    std::string found = line.substr(0, sha1_letters);
    for (char& c : found) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (found == wanted) return true;
    if (found < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return false;
}

Result<bool> is_breached(std::string_view password, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return unavailable(fmt::format("the list of breached passwords {} cannot be read", path));
  std::string line;
  if (!std::getline(file, line)) return false;
  if (is_hash_line(line)) {
    file.clear();
    file.seekg(0, std::ios::end);
    return is_among_hashes(file, file.tellg(), sha1_of(password));
  }
  do {
    if (line.ends_with('\r')) line.pop_back();
    if (line == password) return true;
  } while (std::getline(file, line));
  return false;
}

bool says_who(std::string_view password, std::string_view email, std::string_view name) {
  const std::string given = folded(password);
  const std::string address = folded(email);
  return given == address || given == address.substr(0, address.find('@')) || (!name.empty() && given == folded(name));
}

// What every check of nobody's password is made against.
const std::string& nobodys_hash() {
  static const std::string hash = [] {
    Result<std::string> made = hash_password("nobody has this password");
    CHECK(made.ok());
    return *made;
  }();
  return hash;
}

}  // namespace

Result<Done> check_password(std::string_view password, std::string_view email, std::string_view name,
                            const std::string& breached_list) {
  if (password.size() < password_length_min) {
    return invalid(fmt::format("the password is too short: use at least {} characters, a few words for instance",
                               password_length_min),
                   "password");
  }
  if (password.size() > password_length_max) {
    return invalid(fmt::format("the password is longer than {} bytes", password_length_max), "password");
  }
  if (password.find_first_not_of(password[0]) == password.npos || says_who(password, email, name)) {
    return invalid("this password is the first anybody would guess: choose another", "password");
  }
  if (breached_list.empty()) return Done{};
  TRY(const bool breached, is_breached(password, breached_list));
  if (!breached) return Done{};
  return invalid("this password is in the list of breached ones: choose another", "password");
}

Result<std::string> hash_password(std::string_view password) {
  CHECK(sodium_init() >= 0);
  const Seat seat;
  std::array<char, crypto_pwhash_STRBYTES> text;
  if (crypto_pwhash_argon2id_str(text.data(), password.data(), password.size(), operations, memory) != 0) {
    return full("there is not enough memory to keep a password safely: try again in a moment");
  }
  return std::string(text.data());
}

bool is_password(const std::string& hash, std::string_view password) {
  CHECK(sodium_init() >= 0);
  ++checks;
  const std::string& kept = hash.empty() ? nobodys_hash() : hash;
  const Seat seat;
  const bool is_right = password.size() <= password_length_max &&
                        crypto_pwhash_str_verify(kept.c_str(), password.data(), password.size()) == 0;
  return is_right && !hash.empty();
}

bool is_outdated(const std::string& hash) {
  return !hash.empty() && crypto_pwhash_argon2id_str_needs_rehash(hash.c_str(), operations, memory) != 0;
}

int64_t password_checks() {
  return checks;
}

}  // namespace sociometer::control
