#include "facts/latest.h"

#include <fmt/format.h>

#include "base/text.h"

namespace sociometer::facts {

const Versioned versioned_observations = {
    "current_facts",
    "outdated_facts",
    // A counter over a lifetime is one thing, whatever day it was seen or the post appeared.
    {"thing", "subject_id", "CASE WHEN {0}lifetime THEN 0 ELSE {0}start_day END",
     "CASE WHEN {0}lifetime THEN 0 ELSE {0}end_day END"},
    "(SELECT concat_ws(' ', s.workspace, s.network, s.account, s.subject, s.measure, s.window_kind) FROM series s "
    "WHERE "
    "s.series = o.series), o.subject_id, o.start_day"};

const Versioned versioned_posts = {"latest_posts",
                                   "outdated_posts",
                                   {"workspace", "network", "account", "post"},
                                   "o.workspace, o.network, o.account, o.post"};

const Versioned& versioned_events(EventTable table) {
  static const Versioned tables[] = {
      {"latest_web_events", "outdated_web_events", {}, "o.workspace, o.kind, o.happened_at"},
      {"latest_orders",
       "outdated_orders",
       {"workspace", "order_id", "kind", "line"},
       "o.workspace, o.kind, o.order_id, o.line"},
      {"latest_conversation_events", "outdated_conversation_events", {"workspace", "id"}, "o.workspace, o.id"},
      {"latest_survey_answers", "outdated_survey_answers", {"workspace", "id"}, "o.workspace, o.id"},
      {"latest_mentions", "outdated_mentions", {"workspace", "id"}, "o.workspace, o.id"},
      {"latest_rates",
       "outdated_rates",
       {"workspace", "happened_at", "from_currency", "to_currency"},
       "o.workspace, o.from_currency, o.to_currency, o.happened_at"},
  };
  return tables[static_cast<size_t>(table)];
}

namespace {

constexpr int sentences_max = 20;

std::string key_part(std::string_view part, std::string_view prefix) {
  if (part.find('{') == part.npos) return fmt::format("{}{}", prefix, part);
  return fmt::format(fmt::runtime(part), prefix);
}

// "o.workspace, o.network, …"
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

Result<int64_t> rows_in(Lease& lease, std::string_view table) {
  return lease.integer(fmt::format("SELECT count(*) FROM {}", table), 0);
}

// Moves the rows whose ids are in `moving` (a temporary table of one column, row) and forgets it.
Result<Done> move_rows(Lease& lease, std::string_view from, std::string_view to) {
  TRY(int64_t moving, rows_in(lease, "moving"));
  if (moving > 0) {
    TRY_DONE(
        lease.run(fmt::format("INSERT INTO {} SELECT * FROM {} WHERE rowid IN (SELECT row FROM moving)", to, from)));
    TRY_DONE(lease.run(fmt::format("DELETE FROM {} WHERE rowid IN (SELECT row FROM moving)", from)));
  }
  return lease.run("DROP TABLE moving");
}

// Leaves of each key that the batch repeats one row among the latest. Returns how many rows were dropped for good.
Result<int64_t> settle_within(Lease& lease, const Versioned& table, int64_t batch) {
  TRY(int64_t before, lease.integer(fmt::format("SELECT count(*) FROM {} WHERE batch = {}", table.latest, batch), 0));
  TRY_DONE(
      lease.run(fmt::format("DELETE FROM {0} WHERE batch = {1} AND rowid NOT IN (SELECT max(o.rowid) FROM {0} o WHERE "
                            "o.batch = {1} GROUP BY {2}, "
                            "o.observed_at)",
                            table.latest, batch, key_of(table, "o."))));
  TRY(int64_t after, lease.integer(fmt::format("SELECT count(*) FROM {} WHERE batch = {}", table.latest, batch), 0));
  TRY_DONE(
      lease.run(fmt::format("CREATE OR REPLACE TEMP TABLE moving AS SELECT o.rowid AS row FROM {} o WHERE o.batch = {} "
                            "QUALIFY row_number() OVER "
                            "(PARTITION BY {} ORDER BY o.observed_at DESC) > 1",
                            table.latest, batch, key_of(table, "o."))));
  TRY_DONE(move_rows(lease, table.latest, table.outdated));
  return before - after;
}

}  // namespace

Result<int64_t> place_batch(Lease& lease, const Versioned& table, int64_t batch, Keys keys) {
  int64_t dropped = 0;
  if (table.key.empty()) return dropped;
  if (keys == Keys::repeated) {
    TRY(dropped, settle_within(lease, table, batch));
  }
  // The first of its kind meets nobody: joining it with nothing would take as long, and as much memory, as with itself.
  TRY(int64_t older,
      lease.integer(fmt::format("SELECT batch FROM {} WHERE batch < {} LIMIT 1", table.latest, batch), 0));
  if (older == 0) return dropped;
  // Of each pair of an older and a newer row of one key, the one that has to go.
  TRY_DONE(
      lease.run(fmt::format("CREATE OR REPLACE TEMP TABLE moving AS SELECT CASE WHEN s.observed_at >= l.observed_at "
                            "THEN l.rowid ELSE s.rowid END "
                            "AS row FROM {0} l JOIN {0} s ON {1} WHERE l.batch < {2} AND s.batch = {2}",
                            table.latest, same_key(table, "l.", "s."), batch)));
  TRY_DONE(move_rows(lease, table.latest, table.outdated));
  return dropped;
}

Result<Done> displace_batch(Lease& lease, const Versioned& table, int64_t batch) {
  if (table.key.empty()) {
    TRY_DONE(lease.run(fmt::format(
        "CREATE OR REPLACE TEMP TABLE moving AS SELECT rowid AS row FROM {} WHERE batch = {}", table.latest, batch)));
    return move_rows(lease, table.latest, table.outdated);
  }
  // The heirs are sought before the rows go, so that a row never meets itself.
  TRY_DONE(lease.run(fmt::format(
      "CREATE OR REPLACE TEMP TABLE heirs AS SELECT o.rowid AS row FROM {} o SEMI JOIN (SELECT * FROM {} WHERE batch = "
      "{}) v "
      "ON {} WHERE o.batch NOT IN (SELECT batch FROM batch_undos) QUALIFY row_number() OVER (PARTITION BY {} ORDER BY "
      "o.observed_at DESC, o.batch DESC) = 1",
      table.outdated, table.latest, batch, same_key(table, "o.", "v."), key_of(table, "o."))));
  TRY_DONE(lease.run(fmt::format("CREATE OR REPLACE TEMP TABLE moving AS SELECT rowid AS row FROM {} WHERE batch = {}",
                                 table.latest, batch)));
  TRY_DONE(move_rows(lease, table.latest, table.outdated));
  TRY_DONE(lease.run("CREATE OR REPLACE TEMP TABLE moving AS SELECT row FROM heirs"));
  TRY_DONE(move_rows(lease, table.outdated, table.latest));
  return lease.run("DROP TABLE heirs");
}

namespace {

// What must not be found in a table, and the words for it.
struct Rule {
  std::string_view words;
  std::string sql;
};

std::vector<Rule> rules_of(const Versioned& table) {
  std::string row = fmt::format("concat_ws(' ', {}, 'of batch', o.batch)", table.words);
  std::string present = "o.batch IN (SELECT batch FROM batches) AND o.batch NOT IN (SELECT batch FROM batch_undos)";
  Rule undone{"is of a batch that was undone or never finished",
              fmt::format("SELECT {} FROM {} o WHERE NOT ({})", row, table.latest, present)};
  if (table.key.empty()) {
    return {undone, {"is lacking", fmt::format("SELECT {} FROM {} o WHERE {}", row, table.outdated, present)}};
  }
  return {
      undone,
      {"is not the only one of its key",
       fmt::format("SELECT {0} FROM {1} o WHERE o.rowid NOT IN (SELECT min(k.rowid) FROM {1} k GROUP BY {2})", row,
                   table.latest, key_of(table, "k."))},
      {"is lacking, for it is newer than the one that is there",
       fmt::format("SELECT {} FROM {} o JOIN {} l ON {} WHERE (o.observed_at > l.observed_at OR (o.observed_at = "
                   "l.observed_at AND o.batch > l.batch)) AND {}",
                   row, table.outdated, table.latest, same_key(table, "o.", "l."), present)},
      {"is lacking, for there is no other of its key",
       fmt::format("SELECT {} FROM {} o ANTI JOIN {} l ON {} WHERE {}", row, table.outdated, table.latest,
                   same_key(table, "o.", "l."), present)},
  };
}

}  // namespace

Result<std::vector<std::string>> misplaced(Lease& lease, const Versioned& table) {
  std::vector<std::string> found;
  for (const Rule& rule : rules_of(table)) {
    TRY_DONE(lease.each(fmt::format("{} LIMIT {}", rule.sql, sentences_max), [&](const Chunk& chunk) {
      for (size_t i = 0; i < chunk.rows(); ++i) {
        found.push_back(fmt::format("{}: {} {}.", table.latest, chunk.text(0, i), rule.words));
      }
      return true;
    }));
  }
  return found;
}

}  // namespace sociometer::facts
