// Audit: who did what to which object, append-only. Part of control's front door.
//
// The database refuses to change or take out a row, and each row's hash covers the one before it, so that a row altered
// behind its back shows in `check`. A person stands in it by id alone: once erased, their deeds stay and their name
// does not.
//
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;

struct Deed {
  enum class Actor { person, token, cli, system };  // cli: whoever may read the data directory
  Actor actor = Actor::system;
  std::string actor_id;   // of the person or token; the login name of a CLI's user
  std::string proof;      // the session or token it was done with
  std::string workspace;  // empty: the installation
  std::string action;     // "import.undo"
  std::string object;     // what it was done to, by its id or key
  std::string detail;     // what else there is to know, in words; no name, no address, no secret
};
std::string_view name(Deed::Actor actor);

struct Audited {
  int64_t number = 0;  // rises by one
  Instant at;
  Deed deed;
  std::string actor_name;  // as the person or token is called today; empty once erased
};

class Audit {
 public:
  explicit Audit(Database& database) : database_(database) {}

  Result<Done> add(const Deed& deed, Instant now);

  enum class Of { workspace, everything };
  // Newest first; `before`: only those numbered lower, 0 for the newest.
  Result<std::vector<Audited>> list(Of of, std::string_view workspace, int64_t before, int64_t limit);
  // What of it does not fit together; empty if all does.
  Result<std::vector<std::string>> check();

 private:
  Database& database_;
};

}  // namespace sociometer::control
