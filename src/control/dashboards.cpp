#include "control/dashboards.h"

#include <fmt/format.h>

#include "base/base64.h"
#include "base/id.h"
#include "base/text.h"
#include "control/database.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr size_t annotation_length_max = 2000;

std::vector<KeptDashboard> revisions_of(session& sql, const std::string& key, const std::string& name) {
  std::vector<KeptDashboard> found;
  KeptDashboard row;
  row.name = name;
  long long saved_at = 0;
  soci::statement statement =
      (sql.prepare << "SELECT revision, body, saved_by, saved_at FROM dashboards WHERE workspace = :workspace AND name "
                      "= :name ORDER BY revision",
       into(row.revision), into(row.body), into(row.saved_by), into(saved_at), use(key), use(name));
  statement.execute();
  while (statement.fetch()) {
    row.saved_at = {saved_at};
    found.push_back(row);
  }
  return found;
}

// The revision that holds: 0 where there is none.
Result<Done> check_holds(const std::vector<KeptDashboard>& revisions, const std::string& name, int over) {
  const bool is_there = !revisions.empty() && !revisions.back().body.empty();
  const int holds = is_there ? revisions.back().revision : 0;
  if (holds == over) return Done{};
  if (holds == 0) return conflict(fmt::format("{} is not there, or was removed in the meantime", name));
  const KeptDashboard& last = revisions.back();
  return conflict(fmt::format("{} is at revision {}, saved by {} at {}: look at it and save over that revision", name,
                              holds, last.saved_by, format_instant(last.saved_at)));
}

void insert(session& sql, const std::string& key, const KeptDashboard& dashboard) {
  const long long saved_at = dashboard.saved_at.micros;
  sql << "INSERT INTO dashboards (workspace, name, revision, body, saved_by, saved_at) VALUES (:workspace, :name, "
         ":revision, :body, :saved_by, :saved_at)",
      use(key), use(dashboard.name), use(dashboard.revision), use(dashboard.body), use(dashboard.saved_by),
      use(saved_at);
}

std::string file_hash(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

enum class Bytes { hashed, whole };

Result<std::map<std::string, std::string>> files_of(session& sql, const std::string& key, const std::string& name,
                                                    int number, Bytes wanted) {
  std::map<std::string, std::string> files;
  std::string format, hash, text;
  const std::string columns = wanted == Bytes::whole ? "bytes" : "''";
  soci::statement statement =
      (sql.prepare << "SELECT format, hash, " + columns +
                          " FROM published_files WHERE workspace = :workspace AND name = :name AND number = :number "
                          "ORDER BY format",
       into(format), into(hash), into(text), use(key), use(name), use(number));
  statement.execute();
  while (statement.fetch()) {
    if (wanted == Bytes::hashed) {
      files[format] = hash;
      continue;
    }
    const std::optional<std::string> bytes = from_base64(text);
    if (!bytes || file_hash(*bytes) != hash) {
      return internal(fmt::format("the {} of {}, published as number {}, is damaged: bring it back from a backup",
                                  format, name, number));
    }
    files[format] = *bytes;
  }
  return files;
}

std::vector<Publication> publications_of(session& sql, const std::string& key, const std::string& name) {
  std::vector<Publication> found;
  Publication row;
  row.name = name;
  long long as_of = 0, published_at = 0;
  soci::statement statement =
      (sql.prepare << "SELECT number, revision, title, as_of, published_by, published_at FROM published_reports WHERE "
                      "workspace = :workspace AND name = :name ORDER BY number",
       into(row.number), into(row.revision), into(row.title), into(as_of), into(row.published_by), into(published_at),
       use(key), use(name));
  statement.execute();
  while (statement.fetch()) {
    row.as_of = {as_of};
    row.published_at = {published_at};
    found.push_back(row);
  }
  return found;
}

}  // namespace

Result<std::vector<KeptDashboard>> Dashboards::list(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptDashboard>> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    std::vector<std::string> names;
    std::string name;
    soci::statement statement =
        (sql.prepare << "SELECT DISTINCT name FROM dashboards WHERE workspace = :workspace ORDER BY name", into(name),
         use(key));
    statement.execute();
    while (statement.fetch()) names.push_back(name);
    std::vector<KeptDashboard> found;
    for (const std::string& each : names) {
      KeptDashboard last = revisions_of(sql, key, each).back();
      if (!last.body.empty()) found.push_back(std::move(last));
    }
    return found;
  });
}

Result<std::vector<std::string>> Dashboards::names(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<std::string>> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    std::vector<std::string> found;
    std::string name;
    soci::statement statement =
        (sql.prepare
             << "SELECT name FROM dashboards WHERE workspace = :a UNION SELECT name FROM report_approvals WHERE "
                "workspace = :b UNION SELECT name FROM published_reports WHERE workspace = :c ORDER BY name",
         into(name), use(key, "a"), use(key, "b"), use(key, "c"));
    statement.execute();
    while (statement.fetch()) found.push_back(name);
    return found;
  });
}

Result<std::optional<KeptDashboard>> Dashboards::find(std::string_view workspace, std::string_view name) {
  TRY(const std::vector<KeptDashboard> all, history(workspace, name));
  if (all.empty() || all.back().body.empty()) return std::optional<KeptDashboard>();
  return std::optional(all.back());
}

Result<std::vector<KeptDashboard>> Dashboards::history(std::string_view workspace, std::string_view name) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptDashboard>> {
    const std::string key(workspace), called(name);
    TRY_DONE(need_workspace(sql, key));
    return revisions_of(sql, key, called);
  });
}

Result<KeptDashboard> Dashboards::save(std::string_view workspace, KeptDashboard dashboard, int over, Instant now) {
  if (dashboard.body.empty()) return invalid("a dashboard that is saved holds something", "tiles");
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptDashboard> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    const std::vector<KeptDashboard> before = revisions_of(sql, key, dashboard.name);
    TRY_DONE(check_holds(before, dashboard.name, over));
    KeptDashboard saved = dashboard;
    saved.revision = before.empty() ? 1 : before.back().revision + 1;
    saved.saved_at = now;
    insert(sql, key, saved);
    return saved;
  });
}

Result<KeptDashboard> Dashboards::remove(std::string_view workspace, std::string_view name, int over,
                                         std::string_view by, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptDashboard> {
    const std::string key(workspace), called(name);
    TRY_DONE(need_workspace(sql, key));
    const std::vector<KeptDashboard> before = revisions_of(sql, key, called);
    if (before.empty() || before.back().body.empty()) {
      return not_found(fmt::format("there is no dashboard {} of the workspace's own", name), "dashboard");
    }
    TRY_DONE(check_holds(before, called, over));
    KeptDashboard gone{called, before.back().revision + 1, "", std::string(by), now};
    insert(sql, key, gone);
    return gone;
  });
}

Result<Approval> Dashboards::approve(std::string_view workspace, std::string_view name, Approval approval) {
  TRY(const std::optional<Approval> before, this->approval(workspace, name, approval.revision));
  if (before) {
    return conflict(fmt::format("{} was approved by {} at {} already", name, before->approved_by,
                                format_instant(before->approved_at)));
  }
  return database_.attempt(Access::write, [&](session& sql) -> Result<Approval> {
    const std::string key(workspace), called(name);
    TRY_DONE(need_workspace(sql, key));
    const long long at = approval.approved_at.micros;
    sql << "INSERT INTO report_approvals (workspace, name, revision, approved_by, approved_at) VALUES (:workspace, "
           ":name, :revision, :approved_by, :at)",
        use(key), use(called), use(approval.revision), use(approval.approved_by), use(at);
    return approval;
  });
}

Result<std::optional<Approval>> Dashboards::approval(std::string_view workspace, std::string_view name, int revision) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::optional<Approval>> {
    const std::string key(workspace), called(name);
    Approval found;
    long long at = 0;
    sql << "SELECT revision, approved_by, approved_at FROM report_approvals WHERE workspace = :workspace AND name = "
           ":name AND revision = :revision",
        into(found.revision), into(found.approved_by), into(at), use(key), use(called), use(revision);
    if (!sql.got_data()) return std::optional<Approval>();
    found.approved_at = {at};
    return std::optional(found);
  });
}

Result<Publication> Dashboards::publish(std::string_view workspace, Publication publication) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Publication> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    Publication done = publication;
    sql << "SELECT coalesce(max(number), 0) + 1 FROM published_reports WHERE workspace = :workspace AND name = :name",
        into(done.number), use(key), use(done.name);
    const long long as_of = done.as_of.micros, published_at = done.published_at.micros;
    sql << "INSERT INTO published_reports (workspace, name, number, revision, title, as_of, answers, published_by, "
           "published_at) VALUES (:workspace, :name, :number, :revision, :title, :as_of, :answers, :published_by, "
           ":published_at)",
        use(key), use(done.name), use(done.number), use(done.revision), use(done.title), use(as_of), use(done.answers),
        use(done.published_by), use(published_at);
    for (const auto& [format, bytes] : done.files) {
      const std::string hash = file_hash(bytes), text = to_base64(bytes);
      sql << "INSERT INTO published_files (workspace, name, number, format, hash, bytes) VALUES (:workspace, :name, "
             ":number, :format, :hash, :bytes)",
          use(key), use(done.name), use(done.number), use(format), use(hash), use(text);
    }
    return done;
  });
}

Result<std::vector<Publication>> Dashboards::publications(std::string_view workspace, std::string_view name) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<Publication>> {
    const std::string key(workspace), called(name);
    std::vector<Publication> found = publications_of(sql, key, called);
    for (Publication& each : found) {
      TRY(each.files, files_of(sql, key, called, each.number, Bytes::hashed));
    }
    return found;
  });
}

Result<Publication> Dashboards::publication(std::string_view workspace, std::string_view name, int number) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<Publication> {
    const std::string key(workspace), called(name);
    std::string numbers;
    for (Publication& each : publications_of(sql, key, called)) {
      numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", each.number);
      if (each.number != number) continue;
      sql << "SELECT answers FROM published_reports WHERE workspace = :workspace AND name = :name AND number = :number",
          into(each.answers), use(key), use(called), use(number);
      TRY(each.files, files_of(sql, key, called, number, Bytes::whole));
      return std::move(each);
    }
    return not_found(numbers.empty()
                         ? fmt::format("{} was never published", name)
                         : fmt::format("{} was not published as number {}; there are: {}", name, number, numbers),
                     "number");
  });
}

Result<Annotation> Dashboards::annotate(std::string_view workspace, Annotation annotation, Instant now) {
  if (trimmed(annotation.text).empty()) return invalid("an annotation says what happened: write a text", "text");
  if (!is_utf8(annotation.text) || annotation.text.size() > annotation_length_max) {
    return invalid(fmt::format("the text is UTF-8 of at most {} bytes", annotation_length_max), "text");
  }
  if (annotation.last < annotation.first) return invalid("the last day lies before the first", "to");
  annotation.id = make_id(now);
  annotation.made_at = now;
  return database_.attempt(Access::write, [&](session& sql) -> Result<Annotation> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    const int first = annotation.first.number, last = annotation.last.number;
    const long long at = now.micros;
    sql << "INSERT INTO annotations (annotation, workspace, kind, first_day, last_day, text, network, made_by, "
           "made_at, "
           "removed_at) VALUES (:annotation, :workspace, :kind, :first, :last, :text, :network, :made_by, :at, 0)",
        use(annotation.id), use(key), use(annotation.kind), use(first), use(last), use(annotation.text),
        use(annotation.network), use(annotation.made_by), use(at);
    return annotation;
  });
}

Result<std::vector<Annotation>> Dashboards::annotations(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<Annotation>> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    std::vector<Annotation> found;
    Annotation row;
    int first = 0, last = 0;
    long long at = 0;
    soci::statement statement =
        (sql.prepare
             << "SELECT annotation, kind, first_day, last_day, text, network, made_by, made_at FROM annotations "
                "WHERE workspace = :workspace AND removed_at = 0 ORDER BY first_day, annotation",
         into(row.id), into(row.kind), into(first), into(last), into(row.text), into(row.network), into(row.made_by),
         into(at), use(key));
    statement.execute();
    while (statement.fetch()) {
      row.first = {first};
      row.last = {last};
      row.made_at = {at};
      found.push_back(row);
    }
    return found;
  });
}

Result<Annotation> Dashboards::remove_annotation(std::string_view workspace, std::string_view id, Instant now) {
  TRY(const std::vector<Annotation> all, annotations(workspace));
  for (const Annotation& each : all) {
    if (each.id != id) continue;
    return database_.attempt(Access::write, [&](session& sql) -> Result<Annotation> {
      const long long at = now.micros;
      sql << "UPDATE annotations SET removed_at = :at WHERE annotation = :annotation", use(at), use(each.id);
      return each;
    });
  }
  return not_found(fmt::format("there is no annotation {}", id), "annotation");
}

}  // namespace sociometer::control
