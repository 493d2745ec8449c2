#include "facts/latest.h"

#include <fmt/format.h>

#include "base/text.h"

namespace sociometer::facts {

const Versioned versioned_observations = {
    "observations",
    "latest",
    {"workspace", "network", "account", "subject", "subject_id", "measure", "promotion", "dimension", "member",
     "window_kind", "tier",
     // A counter over a lifetime is one thing, whatever day it was seen or the post appeared.
     "CASE WHEN {0}window_kind = 'lifetime' THEN 0 ELSE {0}start_day END",
     "CASE WHEN {0}window_kind = 'lifetime' THEN 0 ELSE {0}end_day END"}};

const Versioned versioned_posts = {"posts", "latest_posts", {"workspace", "network", "account", "post"}};

namespace {

constexpr int differences_max = 20;

std::string key_part(std::string_view part, std::string_view prefix) {
  if (part.find('{') == part.npos) return fmt::format("{}{}", prefix, part);
  return fmt::format(fmt::runtime(part), prefix);
}

// "workspace, network, …", each of the table called `prefix` ("o.").
std::string key_of(const Versioned& table, std::string_view prefix) {
  std::vector<std::string> parts;
  for (std::string_view part : table.key) parts.push_back(key_part(part, prefix));
  return join(parts, ", ");
}

std::string same_key(const Versioned& table, std::string_view left, std::string_view right) {
  std::vector<std::string> parts;
  for (std::string_view part : table.key) parts.push_back(key_part(part, left) + " = " + key_part(part, right));
  return join(parts, " AND ");
}

// The rows of the history that count, `where` among them, newest of each key.
std::string newest_of_each_key(const Versioned& table, const std::string& from_where) {
  return fmt::format(
      "SELECT o.* FROM {} QUALIFY row_number() OVER (PARTITION BY {} ORDER BY o.observed_at DESC, "
      "o.batch DESC, o.rowid DESC) = 1",
      from_where, key_of(table, "o."));
}

// Which rows of the batch speak for it: one per key.
std::string spokesmen(const Versioned& table, const BatchFacts& facts) {
  std::string rows = fmt::format("{} o WHERE o.batch = {}", table.history, facts.batch);
  if (!facts.repeats_keys) return fmt::format("SELECT o.*, o.rowid AS row FROM {}", rows);
  return fmt::format(
      "SELECT o.*, o.rowid AS row FROM {} QUALIFY row_number() OVER (PARTITION BY {} ORDER BY "
      "o.observed_at DESC, o.rowid DESC) = 1",
      rows, key_of(table, "o."));
}

std::string account_list(const BatchFacts& facts) {
  std::vector<std::string> literals;
  for (const std::string& account : facts.accounts) literals.push_back(quoted(account));
  return join(literals, ", ");
}

}  // namespace

Result<int64_t> drop_ties(Lease& lease, const Versioned& table, int64_t batch) {
  std::string count = fmt::format("SELECT count(*) FROM {} WHERE batch = {}", table.history, batch);
  TRY(int64_t before, lease.integer(count, 0));
  TRY_DONE(
      lease.run(fmt::format("DELETE FROM {0} WHERE batch = {1} AND rowid NOT IN (SELECT max(o.rowid) FROM {0} o WHERE "
                            "o.batch = {1} GROUP BY {2}, "
                            "o.observed_at)",
                            table.history, batch, key_of(table, "o."))));
  TRY(int64_t after, lease.integer(count, 0));
  return before - after;
}

Result<Done> renew_latest(Lease& lease, const Versioned& table, const BatchFacts& facts) {
  // Naming workspace and accounts lets the engine pass by whole blocks of `latest`.
  TRY_DONE(
      lease.run(fmt::format("CREATE OR REPLACE TEMP TABLE met AS SELECT l.rowid AS old, s.row AS fresh, s.observed_at "
                            ">= l.observed_at AS wins "
                            "FROM {} l JOIN ({}) s ON {} WHERE l.workspace = {} AND l.account IN ({})",
                            table.latest, spokesmen(table, facts), same_key(table, "l.", "s."), quoted(facts.workspace),
                            account_list(facts))));
  TRY(int64_t met, lease.integer("SELECT count(*) FROM met", 0));
  std::string losers;
  if (met > 0) {
    TRY_DONE(lease.run(fmt::format("DELETE FROM {} WHERE rowid IN (SELECT old FROM met WHERE wins)", table.latest)));
    losers = " WHERE row NOT IN (SELECT fresh FROM met WHERE NOT wins)";
  }
  TRY_DONE(lease.run(
      fmt::format("INSERT INTO {} SELECT * EXCLUDE (row) FROM ({}){}", table.latest, spokesmen(table, facts), losers)));
  return lease.run("DROP TABLE met");
}

Result<Done> restore_latest(Lease& lease, const Versioned& table, const std::string& workspace, int64_t batch) {
  TRY_DONE(lease.run(
      fmt::format("CREATE OR REPLACE TEMP TABLE vacated AS SELECT * FROM {} WHERE batch = {}", table.latest, batch)));
  TRY_DONE(lease.run(fmt::format("DELETE FROM {} WHERE batch = {}", table.latest, batch)));
  std::string heirs = fmt::format(
      "{} o SEMI JOIN vacated v ON {} WHERE o.workspace = {} AND o.batch NOT IN (SELECT batch FROM batch_undos)",
      table.history, same_key(table, "o.", "v."), quoted(workspace));
  TRY_DONE(lease.run(fmt::format("INSERT INTO {} {}", table.latest, newest_of_each_key(table, heirs))));
  return lease.run("DROP TABLE vacated");
}

Result<std::vector<std::string>> compare_latest(Lease& lease, const Versioned& table) {
  std::string history = newest_of_each_key(
      table, fmt::format("{} o WHERE o.batch IN (SELECT batch FROM batches) AND o.batch NOT IN (SELECT batch FROM "
                         "batch_undos)",
                         table.history));
  std::vector<std::string> differences;
  auto note = [&](std::string_view left, std::string_view right, std::string_view what) -> Result<Done> {
    return lease.each(
        fmt::format("SELECT CAST(d AS VARCHAR) FROM (({}) EXCEPT ALL ({})) d LIMIT {}", left, right, differences_max),
        [&](const Chunk& chunk) {
          for (size_t row = 0; row < chunk.rows(); ++row) {
            differences.push_back(fmt::format("{} {}: {}", table.latest, what, chunk.text(0, row)));
          }
          return true;
        });
  };
  std::string kept = fmt::format("SELECT * FROM {}", table.latest);
  TRY_DONE(note(history, kept, "lacks"));
  TRY_DONE(note(kept, history, "should not have"));
  return differences;
}

}  // namespace sociometer::facts
