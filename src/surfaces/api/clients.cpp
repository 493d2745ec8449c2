// Every client at once: of each workspace that the caller may see how fresh its data is, and what it needs.
#include <fmt/format.h>

#include <algorithm>

#include "surfaces/api/api.h"
#include "surfaces/api/people_json.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

constexpr int fresh_days = 3;
constexpr int window_days = 30;
constexpr size_t client_imports_looked_at = 200;

struct Freshness {
  int64_t own_accounts = 0, other_accounts = 0, unnamed_accounts = 0, posts = 0;
  std::optional<Day> last_day;  // of own accounts
};

Freshness freshness_of(const std::vector<collect::Importer::KnownAccount>& accounts) {
  Freshness found;
  for (const auto& known : accounts) {
    const bool is_own = known.account.ownership == control::Ownership::own;
    ++(is_own ? found.own_accounts : found.other_accounts);
    if (known.account.handle.starts_with("unnamed") && known.activity.observations > 0) ++found.unnamed_accounts;
    found.posts += known.activity.posts;
    if (is_own && known.activity.last_day) found.last_day = std::max(found.last_day, known.activity.last_day);
  }
  return found;
}

struct Lately {
  int64_t imports = 0, rejected_rows = 0, imports_with_rejects = 0;
  std::optional<facts::Batch> newest;
};

Lately lately(const std::vector<facts::Batch>& batches, Instant now) {
  Lately found;
  for (const facts::Batch& batch : batches) {
    if (batch.undone_at) continue;
    if (!found.newest) found.newest = batch;
    if (now.micros - batch.recorded_at.micros > window_days * day_micros) continue;
    ++found.imports;
    found.rejected_rows += batch.end.rows_rejected;
    if (batch.end.rows_rejected > 0) ++found.imports_with_rejects;
  }
  return found;
}

// What wants somebody's attention, by kind and count.
JsonArray needs_of(const Freshness& fresh, const Lately& recent, std::optional<int> days_behind) {
  JsonArray needs;
  const auto add = [&](const char* kind, int64_t count) {
    if (count > 0) needs.push_back(JsonObject{{"kind", kind}, {"count", count}});
  };
  if (fresh.own_accounts == 0) add("no_data", 1);
  if (days_behind && *days_behind > fresh_days) add("stale", *days_behind);
  add("rejected_rows", recent.rejected_rows);
  add("unnamed_account", fresh.unnamed_accounts);
  return needs;
}

Result<Json> client_json(const Ask& ask, const std::string& key, control::Role role) {
  TRY(const control::Workspace workspace, ask.house().control->workspace(key));
  TRY(const auto accounts, accounts_of(ask.house(), key));
  TRY(const auto batches, ask.house().importer->imports(key, client_imports_looked_at, {}));
  const Instant now = ask.clock().now();
  const Freshness fresh = freshness_of(accounts);
  const Lately recent = lately(batches, now);
  std::optional<int> behind;
  // Yesterday is the last whole day there can be.
  if (fresh.last_day) behind = std::max(0, workspace.zone.day_of(now) - 1 - *fresh.last_day);
  JsonObject document{{"key", key},
                      {"role", control::name(role)},
                      {"own_accounts", fresh.own_accounts},
                      {"other_accounts", fresh.other_accounts},
                      {"posts", fresh.posts},
                      {"last_day", fresh.last_day ? Json(format_day(*fresh.last_day)) : Json(nullptr)},
                      {"days_behind", behind ? Json(*behind) : Json(nullptr)},
                      {"imports", recent.imports},
                      {"imports_with_rejects", recent.imports_with_rejects},
                      {"rejected_rows", recent.rejected_rows},
                      {"needs", needs_of(fresh, recent, behind)}};
  document["newest_import"] = nullptr;
  if (recent.newest) {
    document["newest_import"] = JsonObject{{"batch", recent.newest->id},
                                           {"path", recent.newest->start.path},
                                           {"recorded_at", format_instant(recent.newest->recorded_at)}};
  }
  return Json(std::move(document));
}

}  // namespace

Result<net::Response> get_clients(const Ask& ask) {
  JsonArray list;
  for (const auto& [key, role] : ask.caller.roles) {
    if (judge(ask.caller, Right::read, key) != Verdict::granted) continue;
    TRY(Json client, client_json(ask, key, role));
    list.push_back(std::move(client));
  }
  return json_response(JsonObject{{"clients", std::move(list)}, {"window_days", window_days}});
}

}  // namespace sociometer::surfaces
