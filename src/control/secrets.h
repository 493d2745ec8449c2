// Secrets: tokens of connections, passwords of mail servers and the like, sealed with a key that lies in a file outside
// the database (XChaCha20-Poly1305, bound to the place a secret belongs to). Part of control's front door.
//
//   TRY_DONE(control->secrets().set("default", "connection/01J…/token", token, now));
//   TRY(std::optional<std::string> token, control->secrets().find("default", "connection/01J…/token"));
//
// A secret of the installation itself has the workspace "".
//
// Threads: every function may be called from any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;

class Secrets {
 public:
  // The key file is made, readable by its owner only, when the first secret is set.
  Secrets(Database& database, std::string key_file) : database_(database), key_file_(std::move(key_file)) {}

  Result<Done> set(std::string_view workspace, std::string_view place, std::string_view value, Instant now);
  // Nothing: there is none. unavailable: it cannot be opened, as the key file is missing or another one.
  Result<std::optional<std::string>> find(std::string_view workspace, std::string_view place);
  Result<Done> remove(std::string_view workspace, std::string_view place);

  // A new key for all of them; the old one is forgotten once everything is sealed with the new. How many there were.
  Result<int64_t> rotate(Instant now);
  // How many cannot be opened with the keys at hand.
  Result<int64_t> unreadable();

  // A code that only this installation can make, for `text`: what comes back from a browser is still what it was given.
  Result<std::string> mark(std::string_view purpose, std::string_view text);

  const std::string& key_file() const { return key_file_; }

 private:
  using Keys = std::map<std::string, std::string>;  // by the seal's name; `current_` is the one to seal with
  Result<Done> load();
  Result<Done> make_key();
  Result<Done> write_keys() const;

  Database& database_;
  std::string key_file_;
  std::mutex mutex_;
  Keys keys_;
  std::string current_;
};

}  // namespace sociometer::control
