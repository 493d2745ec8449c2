// People: who may come in, by which proof, and as what. Part of control's front door.
//
// A person has an address, a password (argon2id) and, if they like, a second factor. They are a member of workspaces,
// with a role in each; a person with a role everywhere is a member of all, those to come included. Being signed in is a
// session. Programs have tokens, of a person or of the operator, for one workspace or all. Whoever is nobody yet comes
// in by a one-time link: the first owner, an invited person, one who forgot.
//
//   TRY(Proved proved, control->people().prove({"ann@example.org", password, code}, now));
//   if (proved.outcome == Proof::right) { TRY(Opened opened, people.open_session(proved.person->id, from, now)); … }
//   TRY(auto known, people.recognise(cookie, from, now));   // who is it, in which workspaces, as what
//
// Which role may do what is not known here: surfaces has that table, next to the routes.
//
// Proofs – a session's cookie, a token, the end of a link – are random, shown once and kept as hashes.
//
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;
class Secrets;

enum class Role { viewer, agent, analyst, admin, owner };
inline constexpr Role all_roles[] = {Role::viewer, Role::agent, Role::analyst, Role::admin, Role::owner};
std::string_view name(Role role);
std::optional<Role> parse_role(std::string_view text);

struct Person {
  std::string id;
  std::string email;  // lower-case
  std::string name;
  std::optional<Role> everywhere;  // in every workspace
  bool has_password = false;
  bool has_second_factor = false;
  Instant created_at;
  std::optional<Instant> disabled_at;
};

struct PersonStart {
  std::string email;
  std::string name;
  std::string password;  // empty: none yet
  std::optional<Role> everywhere = {};
};

struct Member {
  Person person;
  Role role = Role::viewer;
  bool everywhere = false;  // by their role everywhere, not by one in this workspace
};

// What a person says of themselves.
struct Attempt {
  std::string email, password;
  std::string code;  // of the second factor, or a recovery code; empty until it is asked for
};
enum class Proof {
  right,
  wrong,        // the address, the password or both; nobody learns which
  code_wanted,  // they are right, and the second factor is wanted
  code_wrong,
};
struct Proved {
  Proof outcome = Proof::wrong;
  std::optional<Person> person;  // where it is right
  std::string of;                // whose address it was, also where the password is wrong; for the audit log alone
};

// A second factor that is not confirmed yet.
struct SecondFactor {
  std::string secret;  // to be typed into an app
  std::string uri;     // the same, as apps read it from a picture: "otpauth://totp/…"
};

// Where a request comes from.
struct From {
  std::string address;  // "192.0.2.7"
  std::string agent;    // what the browser calls itself
};

struct Session {
  std::string id;
  std::string person;
  std::string address, agent;  // as last seen
  Instant created_at, seen_at;
};
struct Opened {
  std::string proof;
  Session session;
};
struct Recognised {
  Person person;
  Session session;
  std::map<std::string, Role> roles;  // by workspace: all that the person may see
  std::string renewed;                // a new proof to use from now on; empty: the old one will do
};

struct Token {
  std::string id;
  std::string name;
  std::string person;     // whose it is; empty: the operator's
  std::string workspace;  // empty: every
  std::vector<std::string> scopes;
  Instant made_at;
  std::optional<Instant> expires_at, used_at, revoked_at;
  std::string used_from;
};
struct TokenStart {
  std::string name;
  std::string person, workspace;
  std::vector<std::string> scopes;
  std::optional<Instant> expires_at = {};
};
struct MadeToken {
  std::string proof;  // shown now and never again
  Token token;
};
struct RecognisedToken {
  Token token;
  std::optional<Person> person;
  std::map<std::string, Role> roles;  // the person's; of an operator's token those of an owner where it is valid
};

struct Link {
  // setup: makes the first owner. invitation: makes a member. reset: a new password. sign_in: a session.
  enum class Kind { setup, invitation, reset, sign_in };
  std::string id;
  Kind kind = Kind::setup;
  std::string person;     // whom it is for, of reset and sign_in
  std::string email;      // whom it is for, of an invitation
  std::string workspace;  // of an invitation; empty: everywhere
  Role role = Role::viewer;
  std::string made_by;
  Instant made_at, expires_at;
};
std::string_view name(Link::Kind kind);
struct MadeLink {
  std::string proof;
  Link link;
};

// How often a password was compared since the program began; an unknown address costs a comparison too.
int64_t password_checks();

class People {
 public:
  People(Database& database, Secrets& secrets) : database_(database), secrets_(secrets) {}

  // A file of breached passwords (passwords.h), refused from then on; empty: none.
  void set_breached_list(std::string path) { breached_list_ = std::move(path); }

  // --- people

  Result<bool> is_anyone_there();
  Result<std::vector<Person>> all();
  Result<Person> person(std::string_view id);              // not_found
  Result<Person> person_by_email(std::string_view email);  // not_found
  // conflict: the address is taken. invalid: address, name or password are none.
  Result<Person> add(const PersonStart& start, Instant now);
  Result<Person> rename(std::string_view id, std::string_view name);
  // Their sessions but `kept` end. invalid: the password is not taken.
  Result<Done> set_password(std::string_view id, std::string_view password, std::string_view kept);
  // A disabled person cannot sign in, and their sessions and tokens end.
  Result<Done> disable(std::string_view id, Instant now);
  Result<Done> enable(std::string_view id);
  // Takes out all that is known of the person: their deeds stay in the audit log under an id that means nobody.
  Result<Done> erase(std::string_view id);

  // --- roles

  Result<std::vector<Member>> members(std::string_view workspace);
  // Makes a member, or changes their role. conflict: it would leave the workspace without an owner.
  Result<Done> set_role(std::string_view workspace, std::string_view person, Role role, Instant now);
  Result<Done> remove_member(std::string_view workspace, std::string_view person);
  Result<Done> set_everywhere(std::string_view person, std::optional<Role> role);
  Result<std::map<std::string, Role>> roles(std::string_view person);

  // --- proving who one is

  // Takes as long for an address nobody has. A used code is not taken again.
  Result<Proved> prove(const Attempt& attempt, Instant now);
  // Whether it is their password, for what is asked of somebody who is signed in.
  Result<bool> is_password_of(std::string_view person, std::string_view password);

  Result<Opened> open_session(std::string_view person, const From& from, Instant now);
  // Nothing: no such session, or it is over. After a day in use a session gets a new proof, unless whoever asks has no
  // way to hand it on.
  enum class Renewal { when_due, none };
  Result<std::optional<Recognised>> recognise(std::string_view proof, const From& from, Instant now,
                                              Renewal renewal = Renewal::when_due);
  Result<std::vector<Session>> sessions(std::string_view person, Instant now);  // newest in use first
  Result<Done> end_session(std::string_view person, std::string_view id);       // not_found
  Result<Done> end_sessions(std::string_view person, std::string_view kept);

  // A second factor begins with a secret that its app shows codes for, and holds once one of them was right.
  Result<SecondFactor> begin_second_factor(std::string_view person, Instant now);
  // The recovery codes, to be kept by the person; each works once. invalid: the code is wrong.
  Result<std::vector<std::string>> confirm_second_factor(std::string_view person, std::string_view code, Instant now);
  Result<Done> remove_second_factor(std::string_view person);
  Result<int64_t> recovery_codes_left(std::string_view person);

  // --- tokens

  Result<MadeToken> make_token(const TokenStart& start, Instant now);
  // Nothing: no such token, or it has expired, was revoked, or its person is disabled.
  Result<std::optional<RecognisedToken>> recognise_token(std::string_view proof, const From& from, Instant now);
  // Those of a workspace and, by whom they are valid there too, of all; of everything for "".
  Result<std::vector<Token>> tokens(std::string_view workspace);
  Result<Token> token(std::string_view id);  // not_found
  Result<Done> revoke_token(std::string_view id, Instant now);

  // --- one-time links

  // Of a setup link there is one at a time, as of a reset of one person: the newest.
  Result<MadeLink> make_link(Link link, int64_t lifetime_seconds, Instant now);
  Result<Link> link(std::string_view proof, Instant now);  // not_found: there is none, it was used, or it has expired
  Result<std::vector<Link>> invitations(std::string_view workspace, Instant now);
  Result<Done> revoke_link(std::string_view workspace, std::string_view id);

  // Each uses its link up. The link says whose.
  Result<Person> accept_setup(std::string_view proof, const PersonStart& start, Instant now);
  Result<Person> accept_invitation(std::string_view proof, const PersonStart& start, Instant now);  // of a new person
  Result<Person> accept_invitation_as(std::string_view proof, std::string_view person, Instant now);
  Result<Person> accept_reset(std::string_view proof, std::string_view password, Instant now);
  Result<Person> accept_sign_in(std::string_view proof, Instant now);

  // What is over: sessions, links. Called now and then.
  Result<Done> tidy(Instant now);

 private:
  Database& database_;
  Secrets& secrets_;
  std::string breached_list_;
};

}  // namespace sociometer::control
