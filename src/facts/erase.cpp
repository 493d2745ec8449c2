#include "facts/erase.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "facts/event_rows.h"
#include "facts/latest.h"

namespace sociometer::facts {
namespace {

// The columns that say who somebody is, and those that may say anything about them.
struct PersonalColumns {
  EventTable table;
  std::vector<std::string_view> names, texts;
};
const std::vector<PersonalColumns>& personal_columns() {
  static const auto& all = *new std::vector<PersonalColumns>{
      {EventTable::web, {"visitor", "customer"}, {"properties"}},
      {EventTable::orders, {"customer", "visitor"}, {"properties"}},
      {EventTable::conversations, {"author", "customer"}, {"text", "properties"}},
      {EventTable::surveys, {"respondent"}, {"text", "properties"}},
      {EventTable::mentions, {"author"}, {"text", "link", "properties"}},
  };
  return all;
}

constexpr std::string_view pseudonym = "erased-";

// As a person may write a handle: without its sign, in any case.
std::string folded_name(std::string_view column) {
  return fmt::format("lower(ltrim({}, '@'))", column);
}

std::string list_of(const std::set<std::string>& people) {
  std::vector<std::string> literals;
  for (const std::string& person : people) literals.push_back(facts::quoted(person));
  return join(literals, ", ");
}

// A row that holds something to take out: of these people, or of anybody.
std::string condition(const PersonalColumns& columns, std::string_view workspace, const std::set<std::string>& people,
                      const Erasure& erasure) {
  std::vector<std::string> ways;
  for (std::string_view name : columns.names) {
    ways.push_back(people.empty() ? fmt::format("({0} <> '' AND NOT starts_with({0}, '{1}'))", name, pseudonym)
                                  : fmt::format("{} IN ({})", folded_name(name), list_of(people)));
  }
  if (people.empty()) {
    for (std::string_view text : columns.texts) ways.push_back(fmt::format("{} <> ''", text));
  }
  std::string before = erasure.before ? fmt::format(" AND happened_at < {}", erasure.before->micros) : "";
  return fmt::format("workspace = {} AND ({}){}", facts::quoted(workspace), join(ways, " OR "), before);
}

// Makes one name the same pseudonym in every table, and leads nowhere once it is forgotten.
std::string make_salt() {
  std::array<unsigned char, 32> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

bool wants(const Erasure& erasure, EventTable table) {
  const auto& tables = erasure.tables;
  return tables.empty() || std::find(tables.begin(), tables.end(), table) != tables.end();
}

// The people named and, where somebody is named as a customer, the visitors they were on the website.
Result<std::set<std::string>> everybody(Lease& lease, std::string_view workspace, const Erasure& erasure) {
  std::set<std::string> people;
  for (const std::string& person : erasure.people) {
    std::string_view bare = trimmed(person);
    while (bare.starts_with('@')) bare.remove_prefix(1);
    if (bare.empty()) return invalid("Name whom to erase: a customer, a visitor, an author or a respondent.", "people");
    TRY_DONE(lease.each(fmt::format("SELECT lower({})", facts::quoted(bare)), [&](const Chunk& chunk) {
      people.emplace(chunk.text(0, 0));
      return false;
    }));
  }
  if (people.empty()) return people;
  std::set<std::string> visitors;
  for (EventTable table : {EventTable::web, EventTable::orders}) {
    TRY_DONE(lease.each(fmt::format("SELECT DISTINCT {} FROM {} WHERE workspace = {} AND visitor <> '' AND {} IN ({})",
                                    folded_name("visitor"), table_name(table), facts::quoted(workspace),
                                    folded_name("customer"), list_of(people)),
                        [&](const Chunk& chunk) {
                          for (size_t row = 0; row < chunk.rows(); ++row) visitors.emplace(chunk.text(0, row));
                          return true;
                        }));
  }
  people.merge(visitors);
  return people;
}

// What was written over is still in the room between what was not, until the whole table is written anew.
Result<Done> write_anew(Lease& lease, std::string_view table) {
  TRY_DONE(lease.run(fmt::format("CREATE TEMP TABLE anew AS SELECT * FROM {} ORDER BY rowid", table)));
  TRY_DONE(lease.run(fmt::format("DELETE FROM {}", table)));
  TRY_DONE(lease.run(fmt::format("INSERT INTO {} SELECT * FROM anew ORDER BY rowid", table)));
  return lease.run("DROP TABLE anew");
}

}  // namespace

Result<ErasureFindings> find_personal(Lease& lease, std::string_view workspace, const Erasure& erasure) {
  ErasureFindings findings;
  TRY(const std::set<std::string> people, everybody(lease, workspace, erasure));
  std::set<int64_t> batches;
  for (const PersonalColumns& columns : personal_columns()) {
    if (!wants(erasure, columns.table)) continue;
    int64_t rows = 0;
    TRY_DONE(lease.each(fmt::format("SELECT batch, count(*) FROM {} WHERE {} GROUP BY batch", table_name(columns.table),
                                    condition(columns, workspace, people, erasure)),
                        [&](const Chunk& chunk) {
                          for (size_t row = 0; row < chunk.rows(); ++row) {
                            batches.insert(chunk.integer(0, row));
                            rows += chunk.integer(1, row);
                          }
                          return true;
                        }));
    if (rows > 0) findings.counts.rows.emplace_back(columns.table, rows);
  }
  findings.counts.batches = static_cast<int64_t>(batches.size());
  if (batches.empty()) return findings;
  TRY_DONE(lease.each(fmt::format("SELECT DISTINCT original FROM batches WHERE workspace = {} AND original <> ''"
                                  " AND batch IN ({}) ORDER BY original",
                                  facts::quoted(workspace), fmt::join(batches, ", ")),
                      [&](const Chunk& chunk) {
                        for (size_t row = 0; row < chunk.rows(); ++row) {
                          findings.originals.emplace_back(chunk.text(0, row));
                        }
                        return true;
                      }));
  findings.counts.originals = static_cast<int64_t>(findings.originals.size());
  return findings;
}

Result<Done> erase_personal(Lease& lease, std::string_view workspace, const Erasure& erasure,
                            const std::vector<std::string>& originals) {
  const std::string salt = make_salt();
  TRY(const std::set<std::string> people, everybody(lease, workspace, erasure));
  for (const PersonalColumns& columns : personal_columns()) {
    if (!wants(erasure, columns.table)) continue;
    std::vector<std::string> values;
    for (std::string_view name : columns.names) {
      values.push_back(
          fmt::format("{0} = CASE WHEN {0} = '' OR starts_with({0}, '{1}') THEN {0}"
                      " ELSE '{1}' || substr(sha256({2} || {3}), 1, 16) END",
                      name, pseudonym, facts::quoted(salt), folded_name(name)));
    }
    for (std::string_view text : columns.texts) values.push_back(fmt::format("{} = ''", text));
    for (std::string_view half : {versioned_events(columns.table).latest, versioned_events(columns.table).outdated}) {
      std::string where = condition(columns, workspace, people, erasure);
      TRY(int64_t rows, lease.integer(fmt::format("SELECT count(*) FROM {} WHERE {}", half, where), 0));
      if (rows == 0) continue;
      TRY_DONE(lease.run(fmt::format("UPDATE {} SET {} WHERE {}", half, join(values, ", "), where)));
      TRY_DONE(write_anew(lease, half));
    }
  }
  if (originals.empty()) return Done{};
  std::vector<std::string> literals;
  for (const std::string& original : originals) literals.push_back(facts::quoted(original));
  TRY_DONE(lease.run(
      fmt::format("UPDATE batches SET original = '', rejects = '[]' WHERE workspace = {} AND original IN ({})",
                  facts::quoted(workspace), join(literals, ", "))));
  return write_anew(lease, "batches");
}

}  // namespace sociometer::facts
