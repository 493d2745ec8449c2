#include "control/secrets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "control/database.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::string_view head =
    "# Keys that seal the secrets in control.sqlite; the first is in use. Keep this file secret.";

struct Sealed {
  std::string workspace, place, seal, sealed;
};

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string hex_of(std::string_view binary) {
  std::string text(binary.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes(binary), binary.size());
  text.pop_back();
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  std::string binary(text.size() / 2, '\0');
  size_t size = 0;
  const char* end = nullptr;
  if (sodium_hex2bin(bytes(binary), binary.size(), text.data(), text.size(), nullptr, &size, &end) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  binary.resize(size);
  return binary;
}

// What a secret belongs to is sealed with it: moved elsewhere, it does not open.
std::string label(std::string_view workspace, std::string_view place) {
  return fmt::format("{}\n{}", workspace, place);
}

std::string seal(const std::string& key, std::string_view workspace, std::string_view place, std::string_view value) {
  std::string sealed(nonce_bytes + value.size() + tag_bytes, '\0');
  randombytes_buf(sealed.data(), nonce_bytes);
  const std::string where = label(workspace, place);
  unsigned long long size = 0;
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(sealed) + nonce_bytes, &size, bytes(value), value.size(),
                                             bytes(where), where.size(), nullptr, bytes(sealed), bytes(key));
  return hex_of(sealed);
}

std::optional<std::string> opened(const std::string& key, const Sealed& secret) {
  const std::optional<std::string> sealed = from_hex(secret.sealed);
  if (!sealed || sealed->size() < nonce_bytes + tag_bytes) return std::nullopt;
  std::string value(sealed->size() - nonce_bytes - tag_bytes, '\0');
  const std::string where = label(secret.workspace, secret.place);
  unsigned long long size = 0;
  const bool fits = crypto_aead_xchacha20poly1305_ietf_decrypt(
                        bytes(value), &size, nullptr, bytes(*sealed) + nonce_bytes, sealed->size() - nonce_bytes,
                        bytes(where), where.size(), bytes(*sealed), bytes(key)) == 0;
  if (!fits) return std::nullopt;
  return value;
}

Error cannot_open(const std::string& key_file) {
  return unavailable(
      fmt::format("the secrets are sealed with a key that {} does not hold: put the right key file there", key_file));
}

void write_secret(session& sql, const Sealed& secret, Instant now) {
  long long at = now.micros;
  sql << "INSERT INTO secrets (workspace, place, seal, sealed, set_at) VALUES (:workspace, :place, :seal, :sealed, "
         ":at) "
         "ON CONFLICT (workspace, place) DO UPDATE SET seal = excluded.seal, sealed = excluded.sealed, set_at = "
         "excluded.set_at",
      use(secret.workspace), use(secret.place), use(secret.seal), use(secret.sealed), use(at);
}

std::vector<Sealed> all_secrets(session& sql) {
  std::vector<Sealed> all;
  Sealed row;
  soci::statement statement =
      (sql.prepare << "SELECT workspace, place, seal, sealed FROM secrets ORDER BY workspace, place",
       into(row.workspace), into(row.place), into(row.seal), into(row.sealed));
  statement.execute();
  while (statement.fetch()) all.push_back(row);
  return all;
}

}  // namespace

// The file: a line per key, "name hex", the one in use first.
Result<Done> Secrets::load() {
  if (!keys_.empty()) return Done{};
  CHECK(sodium_init() >= 0);
  std::ifstream file(key_file_);
  std::string line;
  while (std::getline(file, line)) {
    const std::vector<std::string_view> words = split(trimmed(line), ' ');
    if (words.size() != 2 || words[0].starts_with('#')) continue;
    const std::optional<std::string> key = from_hex(words[1]);
    if (!key || key->size() != key_bytes) {
      return invalid(fmt::format("{} is no key file: put the right one there", key_file_));
    }
    if (current_.empty()) current_ = words[0];
    keys_[std::string(words[0])] = *key;
  }
  return Done{};
}

Result<Done> Secrets::write_keys() const {
  std::string text = fmt::format("{}\n{} {}\n", head, current_, hex_of(keys_.at(current_)));
  for (const auto& [name, key] : keys_) {
    if (name != current_) text += fmt::format("{} {}\n", name, hex_of(key));
  }
  const std::string fresh = key_file_ + ".new";
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  if (file >= 0) written = ::close(file) == 0 && written;
  if (written && std::rename(fresh.c_str(), key_file_.c_str()) == 0) return Done{};
  return unavailable(fmt::format("the key file {} cannot be written: {}", key_file_, std::strerror(errno)));
}

Result<Done> Secrets::make_key() {
  std::string key(key_bytes, '\0');
  randombytes_buf(key.data(), key.size());
  std::string name(4, '\0');
  randombytes_buf(name.data(), name.size());
  const std::string before = std::exchange(current_, hex_of(name));
  keys_[current_] = key;
  Result<Done> written = write_keys();
  if (written) return written;
  keys_.erase(current_);
  current_ = before;
  return written;
}

Result<Done> Secrets::set(std::string_view workspace, std::string_view place, std::string_view value, Instant now) {
  std::lock_guard lock(mutex_);
  TRY_DONE(load());
  if (keys_.empty()) {
    // A key of today does not open what another sealed: better to notice now than when that is wanted.
    TRY(const int64_t there, database_.attempt(Access::read, [](session& sql) -> Result<int64_t> {
      return static_cast<int64_t>(all_secrets(sql).size());
    }));
    if (there > 0) return cannot_open(key_file_);
    TRY_DONE(make_key());
  }
  const Sealed secret{std::string(workspace), std::string(place), current_,
                      seal(keys_.at(current_), workspace, place, value)};
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    write_secret(sql, secret, now);
    return Done{};
  });
}

Result<std::optional<std::string>> Secrets::find(std::string_view workspace, std::string_view place) {
  std::lock_guard lock(mutex_);
  TRY_DONE(load());
  Sealed secret{std::string(workspace), std::string(place), {}, {}};
  TRY(const bool is_there, database_.attempt(Access::read, [&](session& sql) -> Result<bool> {
    sql << "SELECT seal, sealed FROM secrets WHERE workspace = :workspace AND place = :place", into(secret.seal),
        into(secret.sealed), use(secret.workspace), use(secret.place);
    return sql.got_data();
  }));
  if (!is_there) return std::optional<std::string>();
  const auto key = keys_.find(secret.seal);
  std::optional<std::string> value = key == keys_.end() ? std::nullopt : opened(key->second, secret);
  if (!value) return cannot_open(key_file_);
  return value;
}

Result<Done> Secrets::remove(std::string_view workspace, std::string_view place) {
  const std::string of(workspace), at(place);
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    sql << "DELETE FROM secrets WHERE workspace = :workspace AND place = :place", use(of), use(at);
    return Done{};
  });
}

Result<int64_t> Secrets::rotate(Instant now) {
  std::lock_guard lock(mutex_);
  TRY_DONE(load());
  // Killed in between, the file holds both keys, and each secret names the one that opens it.
  TRY_DONE(make_key());
  TRY(const int64_t count, database_.attempt(Access::write, [&](session& sql) -> Result<int64_t> {
    const std::vector<Sealed> all = all_secrets(sql);
    for (const Sealed& secret : all) {
      const auto key = keys_.find(secret.seal);
      const std::optional<std::string> value = key == keys_.end() ? std::nullopt : opened(key->second, secret);
      if (!value) return cannot_open(key_file_);
      write_secret(
          sql,
          {secret.workspace, secret.place, current_, seal(keys_.at(current_), secret.workspace, secret.place, *value)},
          now);
    }
    return static_cast<int64_t>(all.size());
  }));
  std::erase_if(keys_, [&](const auto& key) { return key.first != current_; });
  TRY_DONE(write_keys());
  return count;
}

Result<int64_t> Secrets::unreadable() {
  std::lock_guard lock(mutex_);
  TRY_DONE(load());
  return database_.attempt(Access::read, [&](session& sql) -> Result<int64_t> {
    int64_t count = 0;
    for (const Sealed& secret : all_secrets(sql)) {
      const auto key = keys_.find(secret.seal);
      if (key == keys_.end() || !opened(key->second, secret)) ++count;
    }
    return count;
  });
}

Result<std::string> Secrets::mark(std::string_view purpose, std::string_view text) {
  // A secret of its own, so that rotating the key file does not unmark what is out there.
  const std::string place = fmt::format("mark/{}", purpose);
  TRY(std::optional<std::string> key, find("", place));
  if (!key) {
    std::string fresh(crypto_auth_KEYBYTES, '\0');
    CHECK(sodium_init() >= 0);
    randombytes_buf(fresh.data(), fresh.size());
    TRY_DONE(set("", place, fresh, {}));
    key = std::move(fresh);
  }
  std::string code(crypto_auth_BYTES, '\0');
  crypto_auth(bytes(code), bytes(text), text.size(), bytes(*key));
  return hex_of(code);
}

}  // namespace sociometer::control
