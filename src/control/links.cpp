// One-time links: each works once, for whom it was made, for a while.
#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"
#include "control/database.h"
#include "control/passwords.h"
#include "control/people.h"
#include "control/people_rows.h"
#include "control/proofs.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

struct LinkRow {
  std::string id, kind, person, email, workspace, role, made_by;
  long long made_at = 0, expires_at = 0;
};

constexpr std::string_view link_columns = "link, kind, person, email, workspace, role, made_by, made_at, expires_at";

#define INTO_LINK(row)                                                                                              \
  into((row).id), into((row).kind), into((row).person), into((row).email), into((row).workspace), into((row).role), \
      into((row).made_by), into((row).made_at), into((row).expires_at)

constexpr Link::Kind all_kinds[] = {Link::Kind::setup, Link::Kind::invitation, Link::Kind::reset, Link::Kind::sign_in};

Link link_of(const LinkRow& row) {
  Link link{.id = row.id,
            .person = row.person,
            .email = row.email,
            .workspace = row.workspace,
            .role = parse_role(row.role).value_or(Role::viewer),
            .made_by = row.made_by,
            .made_at = {row.made_at},
            .expires_at = {row.expires_at}};
  for (Link::Kind kind : all_kinds) {
    if (name(kind) == row.kind) link.kind = kind;
  }
  return link;
}

Error used_up() {
  return not_found("this link was used already, or is too old: ask for a new one", "link");
}

Result<Link> find_link(session& sql, std::string_view proof, Instant now) {
  LinkRow row;
  const std::string hash = hash_of(proof);
  const std::string text = fmt::format("SELECT {} FROM one_time_links WHERE hash = :hash", link_columns);
  sql << text, INTO_LINK(row), use(hash);
  if (!sql.got_data() || row.expires_at <= now.micros) return used_up();
  return link_of(row);
}

void delete_link(session& sql, const std::string& id) {
  sql << "DELETE FROM one_time_links WHERE link = :link", use(id);
}

// The link, which is of that kind and gone from now on.
Result<Link> take_link(session& sql, std::string_view proof, Link::Kind kind, Instant now) {
  TRY(Link link, find_link(sql, proof, now));
  if (link.kind != kind) return used_up();
  delete_link(sql, link.id);
  return link;
}

void write_membership(session& sql, const Link& link, const PersonRow& person, Instant now) {
  if (!link.workspace.empty()) {
    const std::map<std::string, Role> roles = roles_of(sql, person);
    const auto here = roles.find(link.workspace);
    // An invitation never takes anything away.
    if (here == roles.end() || here->second < link.role) write_role(sql, link.workspace, person.id, link.role, now);
    return;
  }
  if (parse_role(person.everywhere).value_or(Role::viewer) >= link.role && !person.everywhere.empty()) return;
  const std::string role(name(link.role));
  sql << "UPDATE people SET everywhere = :role WHERE person = :person", use(role), use(person.id);
}

void insert_link(session& sql, const Link& link, const std::string& hash) {
  const std::string kind(name(link.kind)), role(name(link.role));
  long long made_at = link.made_at.micros, expires_at = link.expires_at.micros;
  sql << "INSERT INTO one_time_links (link, hash, kind, person, email, workspace, role, made_by, made_at, expires_at) "
         "VALUES (:link, :hash, :kind, :person, :email, :workspace, :role, :made_by, :made_at, :expires_at)",
      use(link.id), use(hash), use(kind), use(link.person), use(link.email), use(link.workspace), use(role),
      use(link.made_by), use(made_at), use(expires_at);
}

}  // namespace

std::string_view name(Link::Kind kind) {
  constexpr std::string_view names[] = {"setup", "invitation", "reset", "sign_in"};
  return names[static_cast<size_t>(kind)];
}

Result<MadeLink> People::make_link(Link link, int64_t lifetime_seconds, Instant now) {
  link.id = make_id(now);
  link.made_at = now;
  link.expires_at = {now.micros + lifetime_seconds * 1'000'000};
  const std::string proof = make_proof();
  return database_.attempt(Access::write, [&](session& sql) -> Result<MadeLink> {
    if (!link.person.empty()) TRY_DONE(need_person(sql, link.person));
    if (link.kind == Link::Kind::setup || link.kind == Link::Kind::reset) {
      const std::string kind(name(link.kind));
      sql << "DELETE FROM one_time_links WHERE kind = :kind AND person = :person", use(kind), use(link.person);
    }
    if (link.kind == Link::Kind::invitation) {
      // Nothing but form: whether there is such a person is not for whoever invites to learn.
      TRY(const PersonRow checked, checked_person({.email = link.email, .name = "somebody"}, {}, now));
      link.email = checked.email;
      sql << "DELETE FROM one_time_links WHERE kind = 'invitation' AND email = :email AND workspace = :workspace",
          use(link.email), use(link.workspace);
    }
    insert_link(sql, link, hash_of(proof));
    return MadeLink{proof, link};
  });
}

Result<Link> People::link(std::string_view proof, Instant now) {
  return database_.attempt(Access::read, [&](session& sql) { return find_link(sql, proof, now); });
}

Result<std::vector<Link>> People::invitations(std::string_view workspace, Instant now) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<Link>> {
    std::vector<Link> found;
    LinkRow row;
    std::string key(workspace);
    long long at = now.micros;
    const std::string text = fmt::format(
        "SELECT {} FROM one_time_links WHERE kind = 'invitation' AND workspace = :workspace AND expires_at > :at ORDER "
        "BY "
        "made_at DESC, link",
        link_columns);
    soci::statement statement = (sql.prepare << text, INTO_LINK(row), use(key), use(at));
    statement.execute();
    while (statement.fetch()) found.push_back(link_of(row));
    return found;
  });
}

Result<Done> People::revoke_link(std::string_view workspace, std::string_view id) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    std::string key(workspace), wanted(id), found;
    sql << "SELECT link FROM one_time_links WHERE link = :link AND workspace = :workspace AND kind = 'invitation'",
        into(found), use(wanted), use(key);
    if (!sql.got_data()) return not_found("there is no such invitation", "invitation");
    delete_link(sql, found);
    return Done{};
  });
}

Result<Person> People::accept_setup(std::string_view proof, const PersonStart& start, Instant now) {
  PersonStart owner = start;
  owner.everywhere = Role::owner;
  if (owner.password.empty()) return invalid("a password is needed", "password");
  // Asked before the password is hashed, so that a link that is none costs nobody anything.
  TRY_DONE(link(proof, now));
  TRY(const PersonRow row, checked_person(owner, breached_list_, now));
  return database_.attempt(Access::write, [&](session& sql) -> Result<Person> {
    TRY_DONE(take_link(sql, proof, Link::Kind::setup, now));
    return insert_person(sql, row);
  });
}

Result<Person> People::accept_invitation(std::string_view proof, const PersonStart& start, Instant now) {
  TRY(const Link invited, link(proof, now));
  PersonStart person = start;
  person.email = invited.email;
  person.everywhere = std::nullopt;
  if (person.password.empty()) return invalid("a password is needed", "password");
  TRY(const PersonRow row, checked_person(person, breached_list_, now));
  return database_.attempt(Access::write, [&](session& sql) -> Result<Person> {
    TRY(const Link taken, take_link(sql, proof, Link::Kind::invitation, now));
    TRY_DONE(insert_person(sql, row));
    write_membership(sql, taken, row, now);
    TRY(const PersonRow written, need_person(sql, row.id));
    return person_of(written);
  });
}

Result<Person> People::accept_invitation_as(std::string_view proof, std::string_view person, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Person> {
    TRY(const Link taken, take_link(sql, proof, Link::Kind::invitation, now));
    TRY(const PersonRow row, need_person(sql, person));
    write_membership(sql, taken, row, now);
    TRY(const PersonRow written, need_person(sql, person));
    return person_of(written);
  });
}

Result<Person> People::accept_reset(std::string_view proof, std::string_view password, Instant now) {
  TRY(const Link asked, link(proof, now));
  if (asked.kind != Link::Kind::reset) return used_up();
  TRY(const Person who, person(asked.person));
  TRY_DONE(check_password(password, who.email, who.name, breached_list_));
  TRY(const std::string hash, hash_password(password));
  return database_.attempt(Access::write, [&](session& sql) -> Result<Person> {
    TRY(const Link taken, take_link(sql, proof, Link::Kind::reset, now));
    TRY(const PersonRow row, need_person(sql, taken.person));
    if (row.disabled_at != 0) return used_up();
    write_password(sql, row.id, hash);
    end_sessions_but(sql, row.id, "");
    return person_of(row);
  });
}

Result<Person> People::accept_sign_in(std::string_view proof, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Person> {
    TRY(const Link taken, take_link(sql, proof, Link::Kind::sign_in, now));
    TRY(const PersonRow row, need_person(sql, taken.person));
    if (row.disabled_at != 0) return used_up();
    return person_of(row);
  });
}

}  // namespace sociometer::control
