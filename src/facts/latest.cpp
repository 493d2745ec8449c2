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

// A large batch is set in its places part by part, each some of the keys, so that it needs the memory of one part.
struct Part {
  int64_t number = 0;
  int64_t of = 1;

  // " AND …", for the rows of a table by its prefix.
  std::string condition(const Versioned& table, std::string_view prefix) const {
    if (of == 1) return "";
    return fmt::format(" AND hash({}) % {} = {}", key_of(table, prefix), of, number);
  }
};

Result<std::vector<Part>> parts_of(Lease& lease, const Versioned& table, int64_t batch, int64_t rows_of_part) {
  TRY(int64_t rows, lease.integer(fmt::format("SELECT count(*) FROM {} WHERE batch = {}", table.latest, batch), 0));
  std::vector<Part> parts(static_cast<size_t>(rows / rows_of_part + 1));
  for (size_t i = 0; i < parts.size(); ++i) parts[i] = {static_cast<int64_t>(i), static_cast<int64_t>(parts.size())};
  return parts;
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

// Leaves of each key that the batch repeats one row among the latest, and drops for good what was told twice at once.
Result<Done> settle_within(Lease& lease, const Versioned& table, int64_t batch, const Part& part) {
  std::string rows = fmt::format("{} o WHERE o.batch = {}{}", table.latest, batch, part.condition(table, "o."));
  TRY_DONE(lease.run(
      fmt::format("DELETE FROM {0} AS d WHERE d.batch = {1}{2} AND d.rowid NOT IN (SELECT max(o.rowid) FROM {3} "
                  "GROUP BY {4}, o.observed_at)",
                  table.latest, batch, part.condition(table, "d."), rows, key_of(table, "o."))));
  TRY_DONE(
      lease.run(fmt::format("CREATE OR REPLACE TEMP TABLE moving AS SELECT o.rowid AS row FROM {} QUALIFY row_number() "
                            "OVER (PARTITION BY {} ORDER BY o.observed_at DESC) > 1",
                            rows, key_of(table, "o."))));
  return move_rows(lease, table.latest, table.outdated);
}

// Of each pair of an older and a newer row of one key, moves the one that has to go.
Result<Done> settle_against_older(Lease& lease, const Versioned& table, int64_t batch, const Part& part) {
  TRY_DONE(lease.run(fmt::format(
      "CREATE OR REPLACE TEMP TABLE moving AS SELECT CASE WHEN s.observed_at >= l.observed_at "
      "THEN l.rowid ELSE s.rowid END "
      "AS row FROM {0} l JOIN {0} s ON {1} WHERE l.batch < {2} AND s.batch = {2}{3}{4}",
      table.latest, same_key(table, "l.", "s."), batch, part.condition(table, "l."), part.condition(table, "s."))));
  return move_rows(lease, table.latest, table.outdated);
}

Result<Done> displace_part(Lease& lease, const Versioned& table, int64_t batch, const Part& part) {
  std::string going = fmt::format("{} v WHERE v.batch = {}{}", table.latest, batch, part.condition(table, "v."));
  // The heirs are sought before the rows go, so that a row never meets itself.
  TRY_DONE(lease.run(fmt::format(
      "CREATE OR REPLACE TEMP TABLE heirs AS SELECT o.rowid AS row FROM {} o SEMI JOIN (SELECT * FROM {}) v ON {} "
      "WHERE o.batch NOT IN (SELECT batch FROM batch_undos){} QUALIFY row_number() OVER (PARTITION BY {} ORDER BY "
      "o.observed_at DESC, o.batch DESC) = 1",
      table.outdated, going, same_key(table, "o.", "v."), part.condition(table, "o."), key_of(table, "o."))));
  TRY_DONE(lease.run(fmt::format("CREATE OR REPLACE TEMP TABLE moving AS SELECT v.rowid AS row FROM {}", going)));
  TRY_DONE(move_rows(lease, table.latest, table.outdated));
  TRY_DONE(lease.run("CREATE OR REPLACE TEMP TABLE moving AS SELECT row FROM heirs"));
  TRY_DONE(move_rows(lease, table.outdated, table.latest));
  return lease.run("DROP TABLE heirs");
}

}  // namespace

Result<int64_t> place_batch(Lease& lease, const Versioned& table, int64_t batch, Keys keys, int64_t rows_of_part) {
  if (table.key.empty()) return int64_t{0};
  TRY(std::vector<Part> parts, parts_of(lease, table, batch, rows_of_part));
  int64_t dropped = 0;
  if (keys == Keys::repeated) {
    TRY(int64_t told, rows_in(lease, table.latest));
    TRY(int64_t outdated, rows_in(lease, table.outdated));
    for (const Part& part : parts) TRY_DONE(settle_within(lease, table, batch, part));
    TRY(int64_t kept, rows_in(lease, table.latest));
    TRY(int64_t moved, rows_in(lease, table.outdated));
    dropped = told - kept - (moved - outdated);
  }
  // The first of its kind meets nobody: joining it with nothing would take as long, and as much memory, as with itself.
  TRY(int64_t older,
      lease.integer(fmt::format("SELECT batch FROM {} WHERE batch < {} LIMIT 1", table.latest, batch), 0));
  if (older == 0) return dropped;
  for (const Part& part : parts) TRY_DONE(settle_against_older(lease, table, batch, part));
  return dropped;
}

Result<Done> displace_batch(Lease& lease, const Versioned& table, int64_t batch, int64_t rows_of_part) {
  if (table.key.empty()) {
    TRY_DONE(lease.run(fmt::format(
        "CREATE OR REPLACE TEMP TABLE moving AS SELECT rowid AS row FROM {} WHERE batch = {}", table.latest, batch)));
    return move_rows(lease, table.latest, table.outdated);
  }
  TRY(std::vector<Part> parts, parts_of(lease, table, batch, rows_of_part));
  for (const Part& part : parts) TRY_DONE(displace_part(lease, table, batch, part));
  return Done{};
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
