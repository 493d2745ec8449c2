#include "control/people.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/id.h"
#include "base/text.h"
#include "control/database.h"
#include "control/passwords.h"
#include "control/people_rows.h"
#include "control/secrets.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr size_t email_length_max = 254;
constexpr size_t person_name_length_max = 200;
constexpr std::string_view person_columns =
    "p.person, p.email, p.name, p.everywhere, p.password, p.second_factor_at, p.second_factor_step, p.created_at, "
    "p.disabled_at";

// `sql.prepare << text, into_person(row)` reads as one would wish, but SOCI's operators do not compose.
#define INTO_PERSON(row)                                                                             \
  into((row).id), into((row).email), into((row).name), into((row).everywhere), into((row).password), \
      into((row).factor_at), into((row).factor_step), into((row).created_at), into((row).disabled_at)

Result<std::string> checked_email(std::string_view text) {
  std::string email = folded(trimmed(text));
  const size_t at = email.find('@');
  const bool fits = at != email.npos && at > 0 && at + 1 < email.size() && email.find('@', at + 1) == email.npos &&
                    email.size() <= email_length_max &&
                    std::none_of(email.begin(), email.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7F; }) &&
                    email.find_first_of("<>()[],;:\\\"") == email.npos && is_utf8(email);
  if (!fits) return invalid("this is no mail address; write it like ann@example.org", "email");
  return email;
}

Result<std::string> checked_name(std::string_view text) {
  std::string name(trimmed(text));
  const bool fits = !name.empty() && name.size() <= person_name_length_max && is_utf8(name) &&
                    std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (!fits)
    return invalid(fmt::format("a name is needed, of at most {} bytes and on one line", person_name_length_max),
                   "name");
  return name;
}

Error no_person() {
  return not_found("there is no such person", "person");
}

Result<Done> need_workspace_of_members(session& sql, std::string_view key) {
  std::string workspace(key), found;
  sql << "SELECT workspace FROM workspaces WHERE workspace = :workspace", into(found), use(workspace);
  if (sql.got_data()) return Done{};
  return not_found(fmt::format("there is no workspace “{}”", key), "workspace");
}

int count_owners(session& sql, std::string_view key) {
  std::string workspace(key);
  int count = 0;
  sql << "SELECT count(*) FROM people p WHERE p.disabled_at = 0 AND (p.everywhere = 'owner' OR EXISTS (SELECT 1 FROM "
         "members m WHERE m.workspace = :workspace AND m.person = p.person AND m.role = 'owner'))",
      into(count), use(workspace);
  return count;
}

// A workspace that had an owner keeps one.
Result<Done> still_owned(session& sql, std::string_view workspace, int owners_before) {
  if (owners_before == 0 || count_owners(sql, workspace) > 0) return Done{};
  return conflict("this is the workspace's only owner: make somebody else an owner first");
}

void delete_member(session& sql, const std::string& workspace, const std::string& person) {
  sql << "DELETE FROM members WHERE workspace = :workspace AND person = :person", use(workspace), use(person);
}

// In the order of foreign keys, where there are any.
constexpr const char* leavings[] = {
    "DELETE FROM sessions WHERE person = :person", "DELETE FROM recovery_codes WHERE person = :person",
    "DELETE FROM members WHERE person = :person",  "DELETE FROM one_time_links WHERE person = :person",
    "DELETE FROM tokens WHERE person = :person",   "DELETE FROM people WHERE person = :person"};

}  // namespace

std::string_view name(Role role) {
  constexpr std::string_view names[] = {"viewer", "agent", "analyst", "admin", "owner"};
  return names[static_cast<size_t>(role)];
}

std::optional<Role> parse_role(std::string_view text) {
  for (Role role : all_roles) {
    if (text == name(role)) return role;
  }
  return std::nullopt;
}

std::string role_text(std::optional<Role> role) {
  return role ? std::string(name(*role)) : std::string();
}

Person person_of(const PersonRow& row) {
  return {.id = row.id,
          .email = row.email,
          .name = row.name,
          .everywhere = parse_role(row.everywhere),
          .has_password = !row.password.empty(),
          .has_second_factor = row.factor_at != 0,
          .created_at = {row.created_at},
          .disabled_at = instant_of(row.disabled_at)};
}

std::optional<PersonRow> find_person_row(session& sql, PersonBy by, std::string_view value) {
  PersonRow row;
  std::string wanted(value);
  const std::string text = fmt::format("SELECT {} FROM people p WHERE p.{} = :wanted", person_columns,
                                       by == PersonBy::id ? "person" : "email");
  sql << text, INTO_PERSON(row), use(wanted);
  if (!sql.got_data()) return std::nullopt;
  return row;
}

Result<PersonRow> need_person(session& sql, std::string_view id) {
  std::optional<PersonRow> row = find_person_row(sql, PersonBy::id, id);
  if (!row) return no_person();
  return std::move(*row);
}

Result<PersonRow> checked_person(const PersonStart& start, const std::string& breached_list, Instant now) {
  PersonRow row;
  TRY(row.email, checked_email(start.email));
  TRY(row.name, checked_name(start.name));
  if (!start.password.empty()) {
    TRY_DONE(check_password(start.password, row.email, row.name, breached_list));
    TRY(row.password, hash_password(start.password));
  }
  row.id = make_id(now);
  row.everywhere = role_text(start.everywhere);
  row.created_at = now.micros;
  return row;
}

Result<Person> insert_person(session& sql, const PersonRow& row) {
  if (find_person_row(sql, PersonBy::email, row.email)) {
    return conflict(fmt::format("somebody with the address {} is there already", row.email));
  }
  sql << "INSERT INTO people (person, email, name, everywhere, password, second_factor_at, second_factor_step, "
         "created_at, disabled_at) VALUES (:person, :email, :name, :everywhere, :password, 0, 0, :created_at, 0)",
      use(row.id), use(row.email), use(row.name), use(row.everywhere), use(row.password), use(row.created_at);
  return person_of(row);
}

void write_role(session& sql, std::string_view workspace, std::string_view person, Role role, Instant now) {
  std::string in(workspace), who(person), as(name(role));
  long long since = now.micros;
  sql << "INSERT INTO members (workspace, person, role, since) VALUES (:workspace, :person, :role, :since) "
         "ON CONFLICT (workspace, person) DO UPDATE SET role = excluded.role",
      use(in), use(who), use(as), use(since);
}

void write_password(session& sql, const std::string& person, const std::string& hash) {
  sql << "UPDATE people SET password = :password WHERE person = :person", use(hash), use(person);
}

void end_sessions_but(session& sql, const std::string& person, const std::string& kept) {
  sql << "DELETE FROM sessions WHERE person = :person AND session <> :kept", use(person), use(kept);
}

std::map<std::string, Role> roles_of(session& sql, const PersonRow& row) {
  std::map<std::string, Role> roles;
  std::string workspace, role;
  if (const std::optional<Role> everywhere = parse_role(row.everywhere)) {
    soci::statement statement = (sql.prepare << "SELECT workspace FROM workspaces", into(workspace));
    statement.execute();
    while (statement.fetch()) roles[workspace] = *everywhere;
  }
  soci::statement statement = (sql.prepare << "SELECT workspace, role FROM members WHERE person = :person",
                               into(workspace), into(role), use(row.id));
  statement.execute();
  while (statement.fetch()) {
    const Role here = parse_role(role).value_or(Role::viewer);
    const auto [place, is_new] = roles.try_emplace(workspace, here);
    if (!is_new) place->second = std::max(place->second, here);
  }
  return roles;
}

Result<bool> People::is_anyone_there() {
  return database_.attempt(Access::read, [](session& sql) -> Result<bool> {
    int count = 0;
    sql << "SELECT count(*) FROM people", into(count);
    return count > 0;
  });
}

Result<std::vector<Person>> People::all() {
  return database_.attempt(Access::read, [](session& sql) -> Result<std::vector<Person>> {
    std::vector<Person> found;
    PersonRow row;
    const std::string text = fmt::format("SELECT {} FROM people p ORDER BY p.name, p.email", person_columns);
    soci::statement statement = (sql.prepare << text, INTO_PERSON(row));
    statement.execute();
    while (statement.fetch()) found.push_back(person_of(row));
    return found;
  });
}

Result<Person> People::person(std::string_view id) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<Person> {
    TRY(const PersonRow row, need_person(sql, id));
    return person_of(row);
  });
}

Result<Person> People::person_by_email(std::string_view email) {
  TRY(const std::string wanted, checked_email(email));
  return database_.attempt(Access::read, [&](session& sql) -> Result<Person> {
    const std::optional<PersonRow> row = find_person_row(sql, PersonBy::email, wanted);
    if (!row) return not_found(fmt::format("there is nobody with the address {}", wanted), "email");
    return person_of(*row);
  });
}

Result<Person> People::add(const PersonStart& start, Instant now) {
  TRY(const PersonRow row, checked_person(start, breached_list_, now));
  return database_.attempt(Access::write, [&](session& sql) { return insert_person(sql, row); });
}

Result<Person> People::rename(std::string_view id, std::string_view name) {
  TRY(const std::string called, checked_name(name));
  return database_.attempt(Access::write, [&](session& sql) -> Result<Person> {
    TRY(PersonRow row, need_person(sql, id));
    row.name = called;
    sql << "UPDATE people SET name = :name WHERE person = :person", use(row.name), use(row.id);
    return person_of(row);
  });
}

Result<Done> People::set_password(std::string_view id, std::string_view password, std::string_view kept) {
  TRY(const Person who, person(id));
  TRY_DONE(check_password(password, who.email, who.name, breached_list_));
  TRY(const std::string hash, hash_password(password));
  const std::string keep(kept);
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    write_password(sql, who.id, hash);
    end_sessions_but(sql, who.id, keep);
    return Done{};
  });
}

Result<Done> People::disable(std::string_view id, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    TRY(const PersonRow row, need_person(sql, id));
    long long at = now.micros;
    sql << "UPDATE people SET disabled_at = :at WHERE person = :person", use(at), use(row.id);
    end_sessions_but(sql, row.id, "");
    return Done{};
  });
}

Result<Done> People::enable(std::string_view id) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    TRY(const PersonRow row, need_person(sql, id));
    sql << "UPDATE people SET disabled_at = 0 WHERE person = :person", use(row.id);
    return Done{};
  });
}

Result<Done> People::erase(std::string_view id) {
  TRY_DONE(secrets_.remove("", fmt::format("second-factor/{}", id)));
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    TRY(const PersonRow row, need_person(sql, id));
    for (const char* text : leavings) sql << text, use(row.id);
    sql << "DELETE FROM one_time_links WHERE email = :email", use(row.email);
    return Done{};
  });
}

Result<std::vector<Member>> People::members(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<Member>> {
    TRY_DONE(need_workspace_of_members(sql, workspace));
    std::vector<Member> found;
    PersonRow row;
    std::string key(workspace), role;
    const std::string text = fmt::format(
        "SELECT {}, coalesce(m.role, '') FROM people p LEFT JOIN members m ON m.person = p.person AND m.workspace = "
        ":workspace WHERE m.role IS NOT NULL OR p.everywhere <> '' ORDER BY p.name, p.email",
        person_columns);
    soci::statement statement = (sql.prepare << text, INTO_PERSON(row), into(role), use(key));
    statement.execute();
    while (statement.fetch()) {
      const std::optional<Role> everywhere = parse_role(row.everywhere);
      const std::optional<Role> here = parse_role(role);
      const Role higher = std::max(everywhere.value_or(Role::viewer), here.value_or(Role::viewer));
      found.push_back({person_of(row), higher, everywhere && (!here || *everywhere >= *here)});
    }
    return found;
  });
}

Result<Done> People::set_role(std::string_view workspace, std::string_view person, Role role, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    TRY_DONE(need_workspace_of_members(sql, workspace));
    TRY_DONE(need_person(sql, person));
    const int owners = count_owners(sql, workspace);
    write_role(sql, workspace, person, role, now);
    return still_owned(sql, workspace, owners);
  });
}

Result<Done> People::remove_member(std::string_view workspace, std::string_view person) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    TRY_DONE(need_workspace_of_members(sql, workspace));
    TRY(const PersonRow row, need_person(sql, person));
    std::string key(workspace), found;
    sql << "SELECT role FROM members WHERE workspace = :workspace AND person = :person", into(found), use(key),
        use(row.id);
    if (!sql.got_data()) return no_person();
    const int owners = count_owners(sql, workspace);
    delete_member(sql, key, row.id);
    return still_owned(sql, workspace, owners);
  });
}

Result<Done> People::set_everywhere(std::string_view person, std::optional<Role> role) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    TRY(const PersonRow row, need_person(sql, person));
    std::string text = role_text(role);
    sql << "UPDATE people SET everywhere = :role WHERE person = :person", use(text), use(row.id);
    if (row.everywhere != "owner" || role == Role::owner) return Done{};
    int left = 0;
    sql << "SELECT count(*) FROM people WHERE everywhere = 'owner' AND disabled_at = 0", into(left);
    if (left > 0) return Done{};
    return conflict("this is the only owner of everything: make somebody else one first");
  });
}

Result<std::map<std::string, Role>> People::roles(std::string_view person) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::map<std::string, Role>> {
    TRY(const PersonRow row, need_person(sql, person));
    return roles_of(sql, row);
  });
}

}  // namespace sociometer::control
