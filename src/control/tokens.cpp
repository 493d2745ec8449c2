#include <fmt/format.h>

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "control/database.h"
#include "control/people.h"
#include "control/people_rows.h"
#include "control/proofs.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr std::string_view prefix = "sociometer_";  // so that those who look for leaked tokens know one
constexpr int64_t used_every = 60'000'000;
constexpr size_t token_name_length_max = 200;

struct TokenRow {
  std::string id, name, person, workspace, scopes, used_from;
  long long made_at = 0, expires_at = 0, used_at = 0, revoked_at = 0;
};

constexpr std::string_view token_columns =
    "token, name, person, workspace, scopes, used_from, made_at, expires_at, used_at, revoked_at";

#define INTO_TOKEN(row)                                                                            \
  into((row).id), into((row).name), into((row).person), into((row).workspace), into((row).scopes), \
      into((row).used_from), into((row).made_at), into((row).expires_at), into((row).used_at), into((row).revoked_at)

Token token_of(const TokenRow& row) {
  Token token{.id = row.id,
              .name = row.name,
              .person = row.person,
              .workspace = row.workspace,
              .made_at = {row.made_at},
              .expires_at = instant_of(row.expires_at),
              .used_at = instant_of(row.used_at),
              .revoked_at = instant_of(row.revoked_at),
              .used_from = row.used_from};
  for (std::string_view scope : split(row.scopes, ' ')) {
    if (!scope.empty()) token.scopes.emplace_back(scope);
  }
  return token;
}

std::optional<TokenRow> find_token(session& sql, std::string_view column, const std::string& value) {
  TokenRow row;
  const std::string text = fmt::format("SELECT {} FROM tokens WHERE {} = :value", token_columns, column);
  sql << text, INTO_TOKEN(row), use(value);
  if (!sql.got_data()) return std::nullopt;
  return row;
}

std::vector<std::string> all_workspaces(session& sql) {
  std::vector<std::string> keys;
  std::string key;
  soci::statement statement = (sql.prepare << "SELECT workspace FROM workspaces", into(key));
  statement.execute();
  while (statement.fetch()) keys.push_back(key);
  return keys;
}

// Where the token is valid, and as what.
Result<std::optional<RecognisedToken>> recognised(session& sql, const TokenRow& row) {
  RecognisedToken known{token_of(row), std::nullopt, {}};
  if (row.person.empty()) {
    for (const std::string& key : all_workspaces(sql)) known.roles[key] = Role::owner;
  } else {
    const std::optional<PersonRow> person = find_person_row(sql, PersonBy::id, row.person);
    if (!person || person->disabled_at != 0) return std::optional<RecognisedToken>();
    known.person = person_of(*person);
    known.roles = roles_of(sql, *person);
  }
  if (!row.workspace.empty()) std::erase_if(known.roles, [&](const auto& role) { return role.first != row.workspace; });
  return std::optional(std::move(known));
}

void write_used(session& sql, TokenRow& row, const From& from, Instant now) {
  row.used_at = now.micros;
  row.used_from = from.address.substr(0, 64);
  sql << "UPDATE tokens SET used_at = :at, used_from = :address WHERE token = :token", use(row.used_at),
      use(row.used_from), use(row.id);
}

}  // namespace

Result<MadeToken> People::make_token(const TokenStart& start, Instant now) {
  const std::string name(trimmed(start.name));
  if (name.empty() || name.size() > token_name_length_max || !is_utf8(name)) {
    return invalid("a token needs a name, so that whoever finds it later knows what it is for", "name");
  }
  if (start.scopes.empty()) return invalid("a token needs at least one scope", "scopes");
  if (start.expires_at && *start.expires_at <= now)
    return invalid("the token would have expired already", "expires_at");
  const std::string proof = std::string(prefix) + make_proof();
  TokenRow row{.id = make_id(now),
               .name = name,
               .person = start.person,
               .workspace = start.workspace,
               .scopes = join(start.scopes, " "),
               .made_at = now.micros,
               .expires_at = start.expires_at ? start.expires_at->micros : 0};
  return database_.attempt(Access::write, [&](session& sql) -> Result<MadeToken> {
    if (!row.workspace.empty()) {
      const std::vector<std::string> keys = all_workspaces(sql);
      if (std::find(keys.begin(), keys.end(), row.workspace) == keys.end()) {
        return not_found(fmt::format("there is no workspace “{}”", row.workspace), "workspace");
      }
    }
    if (!row.person.empty()) TRY_DONE(need_person(sql, row.person));
    const std::string hash = hash_of(proof);
    sql << "INSERT INTO tokens (token, hash, name, person, workspace, scopes, made_at, expires_at, used_at, used_from, "
           "revoked_at) VALUES (:token, :hash, :name, :person, :workspace, :scopes, :made_at, :expires_at, 0, '', 0)",
        use(row.id), use(hash), use(row.name), use(row.person), use(row.workspace), use(row.scopes), use(row.made_at),
        use(row.expires_at);
    return MadeToken{proof, token_of(row)};
  });
}

Result<std::optional<RecognisedToken>> People::recognise_token(std::string_view proof, const From& from, Instant now) {
  if (!proof.starts_with(prefix)) return std::optional<RecognisedToken>();
  const std::string hash = hash_of(proof);
  TokenRow row;
  const auto read = [&](session& sql) -> Result<std::optional<RecognisedToken>> {
    const std::optional<TokenRow> found = find_token(sql, "hash", hash);
    if (!found || found->revoked_at != 0) return std::optional<RecognisedToken>();
    if (found->expires_at != 0 && found->expires_at <= now.micros) return std::optional<RecognisedToken>();
    row = *found;
    return recognised(sql, row);
  };
  TRY(std::optional<RecognisedToken> known, database_.attempt(Access::read, read));
  if (!known || now.micros - row.used_at < used_every) return known;
  return database_.attempt(Access::write, [&](session& sql) -> Result<std::optional<RecognisedToken>> {
    TRY(std::optional<RecognisedToken> again, read(sql));
    if (again) write_used(sql, row, from, now);
    return again;
  });
}

Result<std::vector<Token>> People::tokens(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<Token>> {
    std::vector<Token> found;
    TokenRow row;
    std::string key(workspace);
    const std::string text = fmt::format(
        "SELECT {} FROM tokens WHERE :all_of_them = '' OR workspace = :workspace OR workspace = '' ORDER BY made_at "
        "DESC, "
        "token",
        token_columns);
    soci::statement statement = (sql.prepare << text, INTO_TOKEN(row), use(key), use(key));
    statement.execute();
    while (statement.fetch()) found.push_back(token_of(row));
    return found;
  });
}

Result<Token> People::token(std::string_view id) {
  const std::string wanted(id);
  return database_.attempt(Access::read, [&](session& sql) -> Result<Token> {
    const std::optional<TokenRow> row = find_token(sql, "token", wanted);
    if (!row) return not_found("there is no such token", "token");
    return token_of(*row);
  });
}

Result<Done> People::revoke_token(std::string_view id, Instant now) {
  const std::string wanted(id);
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    const std::optional<TokenRow> row = find_token(sql, "token", wanted);
    if (!row) return not_found("there is no such token", "token");
    if (row->revoked_at != 0) return conflict("the token was revoked already");
    long long at = now.micros;
    sql << "UPDATE tokens SET revoked_at = :at WHERE token = :token", use(at), use(wanted);
    return Done{};
  });
}

}  // namespace sociometer::control
