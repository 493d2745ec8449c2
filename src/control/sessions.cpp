// Proving who one is: passwords and second factors, and the sessions they open.
#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"
#include "control/database.h"
#include "control/passwords.h"
#include "control/people.h"
#include "control/people_rows.h"
#include "control/proofs.h"
#include "control/secrets.h"
#include "control/totp.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr int64_t second = 1'000'000;
constexpr int64_t day = 86'400 * second;
constexpr int64_t idle_max = 14 * day;
constexpr int64_t age_max = 90 * day;
constexpr int64_t renewed_after = day;
// Requests that were under way when the proof changed still come with the old one.
constexpr int64_t old_proof_works = 60 * second;
constexpr int64_t seen_every = 60 * second;
constexpr size_t sessions_max = 50;  // of one person; the longest unused goes
constexpr int recovery_codes = 10;

struct SessionRow {
  std::string id, person, address, agent, hash;
  long long created_at = 0, renewed_at = 0, seen_at = 0;
};

Session session_of(const SessionRow& row) {
  return {row.id, row.person, row.address, row.agent, {row.created_at}, {row.seen_at}};
}

bool is_over(const SessionRow& row, Instant now) {
  return now.micros - row.seen_at > idle_max || now.micros - row.created_at > age_max;
}

// Columns are as wide as they are, and a browser calls itself what it likes.
std::string cut(std::string_view text, size_t bytes) {
  std::string result;
  for (char c : text.substr(0, bytes)) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  while (!result.empty() && !is_utf8(result)) result.pop_back();
  return result;
}

std::string factor_place(std::string_view person) {
  return fmt::format("second-factor/{}", person);
}

std::optional<SessionRow> find_session(session& sql, const std::string& hash) {
  SessionRow row;
  sql << "SELECT session, person, address, agent, created_at, renewed_at, seen_at, hash FROM sessions WHERE hash = "
         ":hash "
         "OR hash_before = :before",
      into(row.id), into(row.person), into(row.address), into(row.agent), into(row.created_at), into(row.renewed_at),
      into(row.seen_at), into(row.hash), use(hash), use(hash);
  if (!sql.got_data()) return std::nullopt;
  return row;
}

void write_seen(session& sql, SessionRow& row, const From& from, Instant now) {
  row.seen_at = now.micros;
  row.address = cut(from.address, 64);
  row.agent = cut(from.agent, 255);
  sql << "UPDATE sessions SET seen_at = :seen, address = :address, agent = :agent WHERE session = :session",
      use(row.seen_at), use(row.address), use(row.agent), use(row.id);
}

std::string renew(session& sql, SessionRow& row, Instant now) {
  const std::string proof = make_proof();
  const std::string hash = hash_of(proof);
  row.renewed_at = now.micros;
  sql << "UPDATE sessions SET hash_before = hash, hash = :hash, renewed_at = :at WHERE session = :session", use(hash),
      use(row.renewed_at), use(row.id);
  return proof;
}

void delete_session(session& sql, const std::string& id) {
  sql << "DELETE FROM sessions WHERE session = :session", use(id);
}

void drop_longest_unused(session& sql, const std::string& person) {
  int most = static_cast<int>(sessions_max);
  sql << "DELETE FROM sessions WHERE person = :person AND session NOT IN (SELECT session FROM sessions WHERE person = "
         ":same ORDER BY seen_at DESC LIMIT :most)",
      use(person), use(person), use(most);
}

// Takes the code if it is one that was not used.
bool use_recovery_code(session& sql, const std::string& person, std::string_view typed, Instant now) {
  const std::string hash = hash_of(normal_recovery_code(typed));
  long long at = now.micros, used_at = -1;
  sql << "SELECT used_at FROM recovery_codes WHERE person = :person AND hash = :hash", into(used_at), use(person),
      use(hash);
  if (!sql.got_data() || used_at != 0) return false;
  sql << "UPDATE recovery_codes SET used_at = :at WHERE person = :person AND hash = :hash", use(at), use(person),
      use(hash);
  return true;
}

void write_step(session& sql, const std::string& person, int64_t step) {
  long long number = step;
  sql << "UPDATE people SET second_factor_step = :step WHERE person = :person", use(number), use(person);
}

}  // namespace

Result<Proved> People::prove(const Attempt& attempt, Instant now) {
  const std::string email = folded(trimmed(attempt.email));
  TRY(const std::optional<PersonRow> row,
      database_.attempt(Access::read, [&](session& sql) -> Result<std::optional<PersonRow>> {
        return find_person_row(sql, PersonBy::email, email);
      }));
  // Outside of any transaction: it takes a tenth of a second, and everybody else's requests read sessions.
  const bool is_right = is_password(row ? row->password : std::string(), attempt.password);
  Proved proved;
  if (row) proved.of = row->id;
  if (!row || !is_right || row->disabled_at != 0) return proved;
  if (is_outdated(row->password)) {
    TRY(const std::string hash, hash_password(attempt.password));
    TRY_DONE(database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
      write_password(sql, row->id, hash);
      return Done{};
    }));
  }
  if (row->factor_at == 0) return Proved{Proof::right, person_of(*row), row->id};
  proved.outcome = attempt.code.empty() ? Proof::code_wanted : Proof::code_wrong;
  if (attempt.code.empty()) return proved;
  TRY(const std::optional<std::string> secret, secrets_.find("", factor_place(row->id)));
  TRY(const bool is_code, database_.attempt(Access::write, [&](session& sql) -> Result<bool> {
    // Read anew: of two who come with the same code only one is taken.
    TRY(const PersonRow fresh, need_person(sql, row->id));
    const auto step = secret ? matching_step(*secret, attempt.code, now, fresh.factor_step) : std::nullopt;
    if (step) write_step(sql, row->id, *step);
    return step.has_value() || use_recovery_code(sql, row->id, attempt.code, now);
  }));
  if (is_code) return Proved{Proof::right, person_of(*row), row->id};
  return proved;
}

Result<bool> People::is_password_of(std::string_view person, std::string_view password) {
  TRY(const PersonRow row, database_.attempt(Access::read, [&](session& sql) { return need_person(sql, person); }));
  return is_password(row.password, password);
}

Result<Opened> People::open_session(std::string_view person, const From& from, Instant now) {
  const std::string proof = make_proof();
  return database_.attempt(Access::write, [&](session& sql) -> Result<Opened> {
    TRY(const PersonRow who, need_person(sql, person));
    SessionRow row{make_id(now), who.id,    cut(from.address, 64), cut(from.agent, 255), hash_of(proof), now.micros,
                   now.micros,   now.micros};
    sql << "INSERT INTO sessions (session, hash, hash_before, person, address, agent, created_at, renewed_at, seen_at) "
           "VALUES (:session, :hash, '', :person, :address, :agent, :created_at, :renewed_at, :seen_at)",
        use(row.id), use(row.hash), use(row.person), use(row.address), use(row.agent), use(row.created_at),
        use(row.renewed_at), use(row.seen_at);
    drop_longest_unused(sql, row.person);
    return Opened{proof, session_of(row)};
  });
}

Result<std::optional<Recognised>> People::recognise(std::string_view proof, const From& from, Instant now,
                                                    Renewal renewal) {
  const std::string hash = hash_of(proof);
  SessionRow row;
  bool wants_writing = false, is_due = false;
  const auto read = [&](session& sql) -> Result<std::optional<Recognised>> {
    std::optional<SessionRow> found = find_session(sql, hash);
    if (!found || is_over(*found, now)) return std::optional<Recognised>();
    const bool is_old = found->hash != hash;
    if (is_old && now.micros - found->renewed_at > old_proof_works) return std::optional<Recognised>();
    const std::optional<PersonRow> person = find_person_row(sql, PersonBy::id, found->person);
    if (!person || person->disabled_at != 0) return std::optional<Recognised>();
    row = *found;
    is_due = renewal == Renewal::when_due && !is_old && now.micros - row.renewed_at >= renewed_after;
    wants_writing = now.micros - row.seen_at >= seen_every || is_due || row.address != cut(from.address, 64);
    return std::optional(Recognised{person_of(*person), session_of(row), roles_of(sql, *person), {}});
  };
  TRY(std::optional<Recognised> known, database_.attempt(Access::read, read));
  if (!known || !wants_writing) return known;
  return database_.attempt(Access::write, [&](session& sql) -> Result<std::optional<Recognised>> {
    TRY(std::optional<Recognised> again, read(sql));
    if (!again) return again;
    write_seen(sql, row, from, now);
    if (is_due) again->renewed = renew(sql, row, now);
    again->session = session_of(row);
    return again;
  });
}

Result<std::vector<Session>> People::sessions(std::string_view person, Instant now) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<Session>> {
    std::vector<Session> found;
    std::string of(person);
    SessionRow row;
    soci::statement statement =
        (sql.prepare
             << "SELECT session, person, address, agent, created_at, seen_at FROM sessions WHERE person = :person "
                "ORDER BY seen_at DESC, session",
         into(row.id), into(row.person), into(row.address), into(row.agent), into(row.created_at), into(row.seen_at),
         use(of));
    statement.execute();
    while (statement.fetch()) {
      if (!is_over(row, now)) found.push_back(session_of(row));
    }
    return found;
  });
}

Result<Done> People::end_session(std::string_view person, std::string_view id) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    std::string of(person), wanted(id), found;
    sql << "SELECT session FROM sessions WHERE session = :session AND person = :person", into(found), use(wanted),
        use(of);
    if (!sql.got_data()) return not_found("there is no such session", "session");
    delete_session(sql, found);
    return Done{};
  });
}

Result<Done> People::end_sessions(std::string_view person, std::string_view kept) {
  const std::string of(person), keep(kept);
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    end_sessions_but(sql, of, keep);
    return Done{};
  });
}

Result<SecondFactor> People::begin_second_factor(std::string_view id, Instant now) {
  TRY(const Person who, person(id));
  if (who.has_second_factor) return conflict("there is a second factor already: remove it first");
  const std::string secret = make_totp_secret();
  TRY_DONE(secrets_.set("", factor_place(who.id), secret, now));
  return SecondFactor{secret, totp_uri(secret, who.email, "Sociometer")};
}

Result<std::vector<std::string>> People::confirm_second_factor(std::string_view id, std::string_view code,
                                                               Instant now) {
  TRY(const Person who, person(id));
  if (who.has_second_factor) return conflict("the second factor is confirmed already");
  TRY(const std::optional<std::string> secret, secrets_.find("", factor_place(who.id)));
  if (!secret) return conflict("there is no second factor to confirm: begin one first");
  const auto step = matching_step(*secret, code, now, 0);
  if (!step) return invalid("the code is wrong; is the clock of the device that shows it right?", "code");
  std::vector<std::string> codes;
  for (int i = 0; i < recovery_codes; ++i) codes.push_back(make_recovery_code());
  TRY_DONE(database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    long long at = now.micros, number = *step;
    sql << "UPDATE people SET second_factor_at = :at, second_factor_step = :step WHERE person = :person", use(at),
        use(number), use(who.id);
    sql << "DELETE FROM recovery_codes WHERE person = :person", use(who.id);
    for (const std::string& fresh : codes) {
      const std::string hash = hash_of(fresh);
      sql << "INSERT INTO recovery_codes (person, hash, used_at) VALUES (:person, :hash, 0)", use(who.id), use(hash);
    }
    return Done{};
  }));
  return codes;
}

Result<Done> People::remove_second_factor(std::string_view id) {
  TRY(const Person who, person(id));
  TRY_DONE(database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    sql << "UPDATE people SET second_factor_at = 0, second_factor_step = 0 WHERE person = :person", use(who.id);
    sql << "DELETE FROM recovery_codes WHERE person = :person", use(who.id);
    return Done{};
  }));
  return secrets_.remove("", factor_place(who.id));
}

Result<int64_t> People::recovery_codes_left(std::string_view person) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<int64_t> {
    std::string of(person);
    int count = 0;
    sql << "SELECT count(*) FROM recovery_codes WHERE person = :person AND used_at = 0", into(count), use(of);
    return static_cast<int64_t>(count);
  });
}

Result<Done> People::tidy(Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    long long unseen = now.micros - idle_max, old = now.micros - age_max, at = now.micros;
    sql << "DELETE FROM sessions WHERE seen_at < :unseen OR created_at < :old", use(unseen), use(old);
    sql << "DELETE FROM one_time_links WHERE expires_at < :at", use(at);
    return Done{};
  });
}

}  // namespace sociometer::control
