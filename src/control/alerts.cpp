#include "control/alerts.h"

#include <fmt/format.h>

#include "base/text.h"
#include "control/database.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr size_t about_length_max = 255;

long long micros_of(const std::optional<Instant>& at) {
  return at ? at->micros : 0;
}

struct AlertRow {
  KeptAlert alert;
  long long number = 0, set_at = 0, removed_at = 0, muted_at = 0, muted_until = 0, revision = 0, judged_at = 0;

  KeptAlert whole() const {
    KeptAlert found = alert;
    found.number = number;
    found.set_at = {set_at};
    found.removed_at = instant_of(removed_at);
    found.muted_at = instant_of(muted_at);
    found.muted_until = instant_of(muted_until);
    found.revision = revision;
    found.judged_at = instant_of(judged_at);
    return found;
  }
};

std::vector<KeptAlert> alerts_of(session& sql, const std::string& key) {
  std::vector<KeptAlert> found;
  AlertRow row;
  soci::statement statement =
      (sql.prepare
           << "SELECT number, name, fields, set_by, set_at, removed_at, muted_at, muted_until, revision, state, "
              "findings, judged_at, failure FROM alerts WHERE workspace = :workspace AND removed_at = 0 "
              "ORDER BY number",
       into(row.number), into(row.alert.name), into(row.alert.fields), into(row.alert.set_by), into(row.set_at),
       into(row.removed_at), into(row.muted_at), into(row.muted_until), into(row.revision), into(row.alert.state),
       into(row.alert.findings), into(row.judged_at), into(row.alert.failure), use(key));
  statement.execute();
  while (statement.fetch()) found.push_back(row.whole());
  return found;
}

Result<KeptAlert> need_alert(session& sql, const std::string& key, std::string_view name) {
  std::vector<std::string> known;
  for (const KeptAlert& alert : alerts_of(sql, key)) {
    if (alert.name == name) return alert;
    known.push_back(alert.name);
  }
  return not_found(fmt::format("there is no alert \"{}\"; {}", name,
                               known.empty() ? "none is set" : fmt::format("there are {}", join(known, ", "))),
                   "alert");
}

Error taken(std::string_view name) {
  return conflict(
      fmt::format("there is an alert \"{0}\" already: `sociometer alert remove '{0}'` takes it away", name));
}

void keep_episode(session& sql, const std::string& key, long long alert, const KeptEpisode& episode) {
  const std::string about = episode.about.substr(0, about_length_max);
  const long long number = episode.number, opened_at = episode.opened_at.micros,
                  closed_at = micros_of(episode.closed_at);
  int count = 0;
  sql << "SELECT count(*) FROM alert_episodes WHERE workspace = :workspace AND alert = :alert AND number = :number",
      into(count), use(key), use(alert), use(number);
  if (count > 0) {
    sql << "UPDATE alert_episodes SET closed_at = :closed_at WHERE workspace = :workspace AND alert = :alert AND "
           "number "
           "= :number",
        use(closed_at), use(key), use(alert), use(number);
    return;
  }
  sql << "INSERT INTO alert_episodes (workspace, alert, number, about, title, opened_at, closed_at, told_at, "
         "end_told_at) VALUES (:workspace, :alert, :number, :about, :title, :opened_at, :closed_at, 0, 0)",
      use(key), use(alert), use(number), use(about), use(episode.title), use(opened_at), use(closed_at);
}

void keep_told(session& sql, const std::string& key, long long alert, const AlertJudgement::Told& told) {
  const char* column = told.what == AlertJudgement::Told::What::began ? "told_at" : "end_told_at";
  const long long at = told.at.micros, number = told.episode;
  const std::string text = fmt::format(
      "UPDATE alert_episodes SET {} = :at WHERE workspace = :workspace AND alert = :alert AND number = :number",
      column);
  sql << text, use(at), use(key), use(alert), use(number);
}

Result<int64_t> keep_judgement(session& sql, const std::string& key, int64_t number, const AlertJudgement& judgement) {
  const long long alert = number;
  long long revision = 0, judged_at = 0;
  std::string findings;
  sql << "SELECT revision, findings, judged_at FROM alerts WHERE workspace = :workspace AND number = :number AND "
         "removed_at = 0",
      into(revision), into(findings), into(judged_at), use(key), use(alert);
  if (!sql.got_data()) return not_found("the alert was removed meanwhile", "alert");
  if (revision != judgement.revision) return conflict("the alert was judged by somebody else meanwhile");
  ++revision;
  if (judgement.findings) findings = *judgement.findings;
  if (judgement.judged_at) judged_at = judgement.judged_at->micros;
  sql << "UPDATE alerts SET revision = :revision, state = :state, findings = :findings, judged_at = :judged_at, "
         "failure "
         "= :failure WHERE workspace = :workspace AND number = :number",
      use(revision), use(judgement.state), use(findings), use(judged_at), use(judgement.failure), use(key), use(alert);
  for (const KeptEpisode& episode : judgement.episodes) keep_episode(sql, key, alert, episode);
  for (const AlertJudgement::Told& told : judgement.told) keep_told(sql, key, alert, told);
  return static_cast<int64_t>(revision);
}

}  // namespace

Result<KeptAlert> Alerts::add(std::string_view workspace, KeptAlert alert) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptAlert> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    if (need_alert(sql, key, alert.name)) return taken(alert.name);
    long long number = 0;
    sql << "SELECT coalesce(max(number), 0) + 1 FROM alerts WHERE workspace = :workspace", into(number), use(key);
    const long long set_at = alert.set_at.micros, muted_at = micros_of(alert.muted_at);
    const long long muted_until = micros_of(alert.muted_until);
    sql << "INSERT INTO alerts (workspace, number, name, fields, set_by, set_at, removed_at, muted_at, muted_until, "
           "revision, state, findings, judged_at, failure) VALUES (:workspace, :number, :name, :fields, :by, :set_at, "
           "0, "
           ":muted_at, :muted_until, 0, '', '', 0, '')",
        use(key), use(number), use(alert.name), use(alert.fields), use(alert.set_by), use(set_at), use(muted_at),
        use(muted_until);
    return need_alert(sql, key, alert.name);
  });
}

Result<std::vector<KeptAlert>> Alerts::list(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptAlert>> {
    return alerts_of(sql, std::string(workspace));
  });
}

Result<KeptAlert> Alerts::find(std::string_view workspace, std::string_view name) {
  return database_.attempt(Access::read, [&](session& sql) { return need_alert(sql, std::string(workspace), name); });
}

Result<KeptAlert> Alerts::set(std::string_view workspace, const KeptAlert& alert, const AlertJudgement& judgement) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptAlert> {
    const std::string key(workspace);
    const Result<KeptAlert> there = need_alert(sql, key, alert.name);
    if (there && there->number != alert.number) return taken(alert.name);
    TRY_DONE(keep_judgement(sql, key, alert.number, judgement));
    const long long number = alert.number, set_at = alert.set_at.micros;
    sql << "UPDATE alerts SET name = :name, fields = :fields, set_by = :by, set_at = :set_at, findings = '', judged_at "
           "= "
           "0 WHERE workspace = :workspace AND number = :number",
        use(alert.name), use(alert.fields), use(alert.set_by), use(set_at), use(key), use(number);
    return need_alert(sql, key, alert.name);
  });
}

Result<KeptAlert> Alerts::remove(std::string_view workspace, std::string_view name, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptAlert> {
    const std::string key(workspace);
    TRY(KeptAlert found, need_alert(sql, key, name));
    const long long at = now.micros, number = found.number;
    sql << "UPDATE alerts SET removed_at = :at WHERE workspace = :workspace AND number = :number", use(at), use(key),
        use(number);
    found.removed_at = now;
    return found;
  });
}

Result<KeptAlert> Alerts::mute(std::string_view workspace, std::string_view name, std::optional<Instant> until,
                               Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptAlert> {
    const std::string key(workspace);
    TRY(KeptAlert found, need_alert(sql, key, name));
    const long long at = now.micros, end = micros_of(until), number = found.number;
    sql << "UPDATE alerts SET muted_at = :at, muted_until = :end WHERE workspace = :workspace AND number = :number",
        use(at), use(end), use(key), use(number);
    found.muted_at = now;
    found.muted_until = until;
    return found;
  });
}

Result<KeptAlert> Alerts::unmute(std::string_view workspace, std::string_view name) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptAlert> {
    const std::string key(workspace);
    TRY(KeptAlert found, need_alert(sql, key, name));
    const long long number = found.number;
    sql << "UPDATE alerts SET muted_at = 0, muted_until = 0 WHERE workspace = :workspace AND number = :number",
        use(key), use(number);
    found.muted_at.reset();
    found.muted_until.reset();
    return found;
  });
}

Result<int64_t> Alerts::keep(std::string_view workspace, int64_t number, const AlertJudgement& judgement) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<int64_t> {
    return keep_judgement(sql, std::string(workspace), number, judgement);
  });
}

Result<std::vector<KeptEpisode>> Alerts::episodes(std::string_view workspace, int64_t number, int limit) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptEpisode>> {
    std::vector<KeptEpisode> found;
    KeptEpisode row;
    long long episode = 0, opened_at = 0, closed_at = 0, told_at = 0, end_told_at = 0;
    const std::string key(workspace);
    const long long alert = number;
    soci::statement statement =
        (sql.prepare << "SELECT number, about, title, opened_at, closed_at, told_at, end_told_at FROM alert_episodes "
                        "WHERE workspace = :workspace AND alert = :alert ORDER BY number DESC LIMIT :limit",
         into(episode), into(row.about), into(row.title), into(opened_at), into(closed_at), into(told_at),
         into(end_told_at), use(key), use(alert), use(limit));
    statement.execute();
    while (statement.fetch()) {
      KeptEpisode& one = found.emplace_back(row);
      one.number = episode;
      one.opened_at = {opened_at};
      one.closed_at = instant_of(closed_at);
      one.told_at = instant_of(told_at);
      one.end_told_at = instant_of(end_told_at);
    }
    return found;
  });
}

}  // namespace sociometer::control
