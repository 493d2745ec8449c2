#include "control/audit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "control/database.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

struct Row {
  long long number = 0, at = 0;
  std::string actor_kind, actor, proof, workspace, action, object, detail, hash;
};

// Over every column, each with its length, so that text cannot move from one to the next.
std::string deed_hash(const Row& row, std::string_view before) {
  Sha256 hash;
  hash.add(before);
  hash.add_number(row.number);
  hash.add_number(row.at);
  for (const std::string* column :
       {&row.actor_kind, &row.actor, &row.proof, &row.workspace, &row.action, &row.object, &row.detail}) {
    hash.add_number(static_cast<int64_t>(column->size()));
    hash.add(*column);
  }
  return hash.hex();
}

constexpr std::string_view deed_columns =
    "a.number, a.at, a.actor_kind, a.actor, a.proof, a.workspace, a.action, a.object, a.detail, a.hash";

Deed::Actor actor_of(std::string_view kind) {
  for (Deed::Actor actor : {Deed::Actor::person, Deed::Actor::token, Deed::Actor::cli}) {
    if (kind == name(actor)) return actor;
  }
  return Deed::Actor::system;
}

constexpr size_t object_length_max = 400;

// Cut where a character begins.
std::string fitting(std::string text) {
  if (!is_utf8(text))
    std::ranges::replace_if(
        text, [](char c) { return (c & 0x80) != 0; }, '?');
  if (text.size() <= object_length_max) return text;
  size_t end = object_length_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

}  // namespace

std::string_view name(Deed::Actor actor) {
  switch (actor) {
    case Deed::Actor::person:
      return "person";
    case Deed::Actor::token:
      return "token";
    case Deed::Actor::cli:
      return "cli";
    case Deed::Actor::system:
      return "system";
  }
  return "system";
}

Result<Done> Audit::add(const Deed& deed, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    Row row{.at = now.micros,
            .actor_kind = std::string(name(deed.actor)),
            .actor = deed.actor_id,
            .proof = deed.proof,
            .workspace = deed.workspace,
            .action = deed.action,
            .object = fitting(deed.object),
            .detail = deed.detail};
    std::string before;
    sql << "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1", into(row.number), into(before);
    if (!sql.got_data()) row.number = 0;
    ++row.number;
    row.hash = deed_hash(row, before);
    sql << "INSERT INTO audit (number, at, actor_kind, actor, proof, workspace, action, object, detail, hash) VALUES "
           "(:number, :at, :actor_kind, :actor, :proof, :workspace, :action, :object, :detail, :hash)",
        use(row.number), use(row.at), use(row.actor_kind), use(row.actor), use(row.proof), use(row.workspace),
        use(row.action), use(row.object), use(row.detail), use(row.hash);
    return Done{};
  });
}

Result<std::vector<Audited>> Audit::list(Of of, std::string_view workspace, int64_t before, int64_t limit) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<Audited>> {
    std::vector<Audited> found;
    Row row;
    std::string person, token, key(workspace);
    long long below = before > 0 ? before : INT64_MAX, most = limit;
    int everything = of == Of::everything ? 1 : 0;
    const std::string text = fmt::format(
        "SELECT {}, coalesce(p.name, ''), coalesce(t.name, '') FROM audit a "
        "LEFT JOIN people p ON a.actor_kind = 'person' AND p.person = a.actor "
        "LEFT JOIN tokens t ON a.actor_kind = 'token' AND t.token = a.actor "
        "WHERE (:everything = 1 OR a.workspace = :workspace) AND a.number < :below ORDER BY a.number DESC LIMIT :most",
        deed_columns);
    soci::statement statement =
        (sql.prepare << text, into(row.number), into(row.at), into(row.actor_kind), into(row.actor), into(row.proof),
         into(row.workspace), into(row.action), into(row.object), into(row.detail), into(row.hash), into(person),
         into(token), use(everything), use(key), use(below), use(most));
    statement.execute();
    while (statement.fetch()) {
      Audited& audited = found.emplace_back();
      audited.number = row.number;
      audited.at = {row.at};
      audited.deed = {
          actor_of(row.actor_kind), row.actor, row.proof, row.workspace, row.action, row.object, row.detail};
      audited.actor_name = person.empty() ? token : person;
    }
    return found;
  });
}

Result<std::vector<std::string>> Audit::check() {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<std::string>> {
    std::vector<std::string> wrong;
    Row row;
    std::string before;
    long long expected = 1;
    const std::string text = fmt::format("SELECT {} FROM audit a ORDER BY a.number", deed_columns);
    soci::statement statement =
        (sql.prepare << text, into(row.number), into(row.at), into(row.actor_kind), into(row.actor), into(row.proof),
         into(row.workspace), into(row.action), into(row.object), into(row.detail), into(row.hash));
    statement.execute();
    while (statement.fetch()) {
      if (row.number != expected) {
        wrong.push_back(fmt::format("The audit log goes from entry {} to {}.", expected - 1, row.number));
      }
      if (deed_hash(row, before) != row.hash) {
        wrong.push_back(fmt::format("The audit log's entry {} is not as it was written.", row.number));
      }
      before = row.hash;
      expected = row.number + 1;
    }
    return wrong;
  });
}

}  // namespace sociometer::control
