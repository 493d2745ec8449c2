// Rows of people as several files of control read and write them, each within a transaction of its caller's.
#pragma once

#include <soci/soci.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "control/people.h"

namespace sociometer::control {

struct PersonRow {
  std::string id, email, name, everywhere, password;
  long long factor_at = 0, factor_step = 0, created_at = 0, disabled_at = 0;
};

enum class PersonBy { id, email };
std::optional<PersonRow> find_person_row(soci::session& sql, PersonBy by, std::string_view value);
Result<PersonRow> need_person(soci::session& sql, std::string_view id);  // not_found
Person person_of(const PersonRow& row);
std::string role_text(std::optional<Role> role);  // empty: none

// Ready to be written: address and name in order, password hashed. invalid.
Result<PersonRow> checked_person(const PersonStart& start, const std::string& breached_list, Instant now);
Result<Person> insert_person(soci::session& sql, const PersonRow& row);  // conflict
void write_role(soci::session& sql, std::string_view workspace, std::string_view person, Role role, Instant now);
void write_password(soci::session& sql, const std::string& person, const std::string& hash);
void end_sessions_but(soci::session& sql, const std::string& person, const std::string& kept);

std::map<std::string, Role> roles_of(soci::session& sql, const PersonRow& row);

}  // namespace sociometer::control
