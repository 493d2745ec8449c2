// Links by which anybody may look at one dashboard for a while.
#include <fmt/format.h>

#include "base/id.h"
#include "base/text.h"
#include "control/dashboards.h"
#include "control/database.h"
#include "control/proofs.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr size_t label_length_max = 200;
constexpr int64_t lifetime_max = int64_t{2} * 366 * 86'400 * 1'000'000;
constexpr int64_t opened_every = 60'000'000;

struct ShareRow {
  std::string id, workspace, name, label, choices, made_by;
  long long made_at = 0, expires_at = 0, opened_at = 0;
};

constexpr std::string_view share_columns =
    "share, workspace, name, label, choices, made_by, made_at, expires_at, opened_at";

#define INTO_SHARE(row)                                                                            \
  into((row).id), into((row).workspace), into((row).name), into((row).label), into((row).choices), \
      into((row).made_by), into((row).made_at), into((row).expires_at), into((row).opened_at)

Share share_of(const ShareRow& row) {
  Share share{.id = row.id,
              .workspace = row.workspace,
              .name = row.name,
              .label = row.label,
              .choices = row.choices,
              .made_by = row.made_by,
              .made_at = {row.made_at},
              .expires_at = {row.expires_at}};
  if (row.opened_at != 0) share.opened_at = Instant{row.opened_at};
  return share;
}

std::vector<Share> shares_of(session& sql, const std::string& key, const std::string& name) {
  std::vector<Share> found;
  ShareRow row;
  const std::string text = fmt::format(
      "SELECT {} FROM dashboard_shares WHERE workspace = :workspace AND name = :name AND revoked_at = 0 "
      "ORDER BY made_at DESC, share DESC",
      share_columns);
  soci::statement statement = (sql.prepare << text, INTO_SHARE(row), use(key), use(name));
  statement.execute();
  while (statement.fetch()) found.push_back(share_of(row));
  return found;
}

Result<Done> check(const Share& share, Instant now) {
  if (share.label.size() > label_length_max || !is_utf8(share.label)) {
    return invalid(fmt::format("the label is text in UTF-8 of at most {} bytes", label_length_max), "label");
  }
  if (share.expires_at <= now) return invalid("the link would have expired already", "expires_at");
  if (share.expires_at.micros - now.micros > lifetime_max) {
    return invalid("a link lasts at most two years: make another one then", "expires_at");
  }
  return Done{};
}

}  // namespace

Result<MadeShare> Dashboards::share(std::string_view workspace, Share share, Instant now) {
  TRY_DONE(check(share, now));
  share.id = make_id(now);
  share.workspace = workspace;
  share.made_at = now;
  const std::string proof = make_proof(), hash = hash_of(proof);
  return database_.attempt(Access::write, [&](session& sql) -> Result<MadeShare> {
    int count = 0;
    sql << "SELECT count(*) FROM workspaces WHERE workspace = :workspace", into(count), use(share.workspace);
    if (count == 0) return not_found(fmt::format("there is no workspace \"{}\"", workspace), "workspace");
    const long long made_at = now.micros, expires_at = share.expires_at.micros;
    sql << "INSERT INTO dashboard_shares (share, workspace, name, hash, label, choices, made_by, made_at, expires_at, "
           "opened_at, revoked_at) VALUES (:share, :workspace, :name, :hash, :label, :choices, :made_by, :made_at, "
           ":expires_at, 0, 0)",
        use(share.id), use(share.workspace), use(share.name), use(hash), use(share.label), use(share.choices),
        use(share.made_by), use(made_at), use(expires_at);
    return MadeShare{proof, share};
  });
}

Result<std::vector<Share>> Dashboards::shares(std::string_view workspace, std::string_view name) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<Share>> {
    return shares_of(sql, std::string(workspace), std::string(name));
  });
}

Result<Share> Dashboards::revoke_share(std::string_view workspace, std::string_view name, std::string_view id,
                                       Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<Share> {
    for (Share& each : shares_of(sql, std::string(workspace), std::string(name))) {
      if (each.id != id) continue;
      const long long at = now.micros;
      sql << "UPDATE dashboard_shares SET revoked_at = :at WHERE share = :share", use(at), use(each.id);
      return std::move(each);
    }
    return not_found("there is no such link, or it was taken back already", "share");
  });
}

Result<Share> Dashboards::shared(std::string_view proof, Instant now) {
  const std::string hash = hash_of(proof);
  ShareRow row;
  const auto found = database_.attempt(Access::read, [&](session& sql) -> Result<bool> {
    const std::string text =
        fmt::format("SELECT {} FROM dashboard_shares WHERE hash = :hash AND revoked_at = 0", share_columns);
    sql << text, INTO_SHARE(row), use(hash);
    return sql.got_data();
  });
  if (!found) return found.error();
  if (!*found || row.expires_at <= now.micros) {
    return not_found("this link was taken back or is too old: ask whoever sent it for a new one", "link");
  }
  if (now.micros - row.opened_at >= opened_every) {
    TRY_DONE(database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
      row.opened_at = now.micros;
      sql << "UPDATE dashboard_shares SET opened_at = :at WHERE share = :share", use(row.opened_at), use(row.id);
      return Done{};
    }));
  }
  return share_of(row);
}

}  // namespace sociometer::control
