#include "facts/batch_record.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"

namespace sociometer::facts {
namespace {

std::string list_literal(const std::vector<std::string>& members) {
  std::vector<std::string> literals;
  for (const std::string& member : members) literals.push_back(facts::quoted(member));
  return "[" + join(literals, ", ") + "]::VARCHAR[]";
}

std::string warnings_json(const std::vector<std::string>& warnings) {
  JsonArray array;
  for (const std::string& warning : warnings) array.emplace_back(warning);
  return json_text(array);
}

std::string rejects_json(const std::vector<Reject>& rejects) {
  JsonArray array;
  for (const Reject& reject : rejects) {
    array.push_back(
        JsonObject{{"line", reject.line}, {"column", reject.column}, {"text", reject.text}, {"reason", reject.reason}});
  }
  return json_text(array);
}

Result<std::vector<std::string>> read_warnings(std::string_view text) {
  TRY(Json json, parse_json(text));
  std::vector<std::string> warnings;
  if (!json.is_array()) return invalid("An import's warnings are no list.");
  for (const Json& warning : json.get_array()) {
    if (!warning.is_string()) return invalid("An import's warnings are no list of texts.");
    warnings.emplace_back(warning.get_string());
  }
  return warnings;
}

Result<std::vector<Reject>> read_rejects(std::string_view text) {
  TRY(Json json, parse_json(text));
  std::vector<Reject> rejects;
  if (!json.is_array()) return invalid("An import's rejected rows are no list.");
  for (const Json& entry : json.get_array()) {
    if (!entry.is_object()) return invalid("An import's rejected rows are no list of rows.");
    const JsonObject& object = entry.get_object();
    const Json* line = object.if_contains("line");
    if (line == nullptr || !line->is_int64()) return invalid("A rejected row of an import has no line.");
    TRY(std::string column, json_string(object, "column"));
    TRY(std::string cell, json_string(object, "text"));
    TRY(std::string reason, json_string(object, "reason"));
    rejects.push_back({line->get_int64(), std::move(column), std::move(cell), std::move(reason)});
  }
  return rejects;
}

std::string day_literal(const std::optional<DayRange>& range, Day DayRange::*day) {
  return range ? std::to_string(((*range).*day).number) : "NULL";
}

// In the order `record_at` takes them up.
constexpr std::string_view listed_columns =
    "b.batch, b.id, b.workspace, b.source, b.tier, b.network, b.accounts, b.path, b.original, b.content_key, "
    "b.generation, "
    "b.first_day, b.end_day, b.zone, b.currency, b.observed_at, b.observed_estimated, b.recorded_at, b.rows_read, "
    "b.rows_accepted, b.rows_rejected, b.rows_ignored, b.posts, b.observations, b.warnings, b.rejects, b.said, "
    "u.undone_at, b.events";

}  // namespace

Result<BatchRecord> record_at(const Chunk& chunk, size_t row) {
  auto integer = [&](size_t column) { return chunk.integer(column, row); };
  auto text = [&](size_t column) { return std::string(chunk.text(column, row)); };
  BatchRecord record;
  record.number = integer(0);
  record.content_key = text(9);
  record.generation = integer(10);
  Batch& batch = record.listed;
  batch.id = text(1);
  batch.workspace = text(2);
  batch.start = {text(3), static_cast<Tier>(integer(4)), text(5), text(7), text(8), text(13), text(14), text(26)};
  batch.accounts = chunk.list(6, row);
  if (!chunk.is_null(11, row)) {
    batch.end.range = DayRange{{static_cast<int32_t>(integer(11))}, {static_cast<int32_t>(integer(12))}};
  }
  batch.end.observed_at = {integer(15)};
  batch.end.observed_estimated = integer(16) != 0;
  batch.recorded_at = {integer(17)};
  batch.end.rows_read = integer(18);
  batch.end.rows_accepted = integer(19);
  batch.end.rows_rejected = integer(20);
  batch.end.rows_ignored = integer(21);
  batch.posts = integer(22);
  batch.observations = integer(23);
  TRY(batch.end.warnings, read_warnings(chunk.text(24, row)));
  TRY(batch.end.rejects, read_rejects(chunk.text(25, row)));
  if (!chunk.is_null(27, row)) batch.undone_at = Instant{integer(27)};
  batch.events = integer(28);
  return record;
}

Result<Done> write_record(Lease& lease, const BatchRecord& record) {
  const Batch& b = record.listed;
  std::vector<std::string> values = {std::to_string(record.number),
                                     facts::quoted(b.id),
                                     facts::quoted(b.workspace),
                                     facts::quoted(b.start.source),
                                     std::to_string(static_cast<int>(b.start.tier)),
                                     facts::quoted(b.start.network),
                                     list_literal(b.accounts),
                                     facts::quoted(b.start.path),
                                     facts::quoted(b.start.original),
                                     facts::quoted(record.content_key),
                                     std::to_string(record.generation),
                                     day_literal(b.end.range, &DayRange::first),
                                     day_literal(b.end.range, &DayRange::end),
                                     facts::quoted(b.start.zone),
                                     facts::quoted(b.start.currency),
                                     std::to_string(b.end.observed_at.micros),
                                     b.end.observed_estimated ? "true" : "false",
                                     std::to_string(b.recorded_at.micros),
                                     std::to_string(b.end.rows_read),
                                     std::to_string(b.end.rows_accepted),
                                     std::to_string(b.end.rows_rejected),
                                     std::to_string(b.end.rows_ignored),
                                     std::to_string(b.posts),
                                     std::to_string(b.observations),
                                     facts::quoted(warnings_json(b.end.warnings)),
                                     facts::quoted(rejects_json(b.end.rejects)),
                                     facts::quoted(b.start.said),
                                     std::to_string(b.events)};
  return lease.run(fmt::format("INSERT INTO batches VALUES ({})", join(values, ", ")));
}

Result<std::vector<BatchRecord>> read_records(Lease& lease, std::string_view workspace, const std::string& where,
                                              size_t limit) {
  std::vector<BatchRecord> records;
  std::optional<Error> failed;
  auto take = [&](const Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      auto record = record_at(chunk, row);
      if (!record) {
        failed = record.error();
        return false;
      }
      records.push_back(std::move(*record));
    }
    return true;
  };
  TRY_DONE(lease.each(
      fmt::format("SELECT {} FROM batches b LEFT JOIN batch_undos u ON u.batch = b.batch WHERE b.workspace = {} AND {} "
                  "ORDER BY b.batch DESC LIMIT {}",
                  listed_columns, facts::quoted(workspace), where, limit),
      take));
  if (failed) return *failed;
  return records;
}

Result<BatchRecord> read_record(Lease& lease, std::string_view workspace, std::string_view id) {
  TRY(std::vector<BatchRecord> found, read_records(lease, workspace, fmt::format("b.id = {}", facts::quoted(id)), 1));
  if (found.empty()) {
    return not_found(
        fmt::format("There is no import {} in the workspace {}: `sociometer imports` lists them.", id, workspace));
  }
  return std::move(found.front());
}

}  // namespace sociometer::facts
