#include "facts/exported_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/check.h"
#include "base/text.h"

namespace sociometer::facts {
namespace {

struct Described {
  std::string_view name;
  CellKind kind;
  std::string_view unit;
  std::string_view words;
};

// What the same word means in every table that has it.
constexpr Described shared[] = {
    {"network", CellKind::text, "", "the network, as in “instagram”; empty where none is known"},
    {"account", CellKind::text, "", "the lower-case handle of the account on it"},
    {"batch", CellKind::number, "",
     "the number of the import that told it, rising with the time it was recorded; the table batches has it"},
    {"observed_at", CellKind::instant, "UTC", "when the source said so"},
    {"observed_estimated", CellKind::flag, "", "whether observed_at was worked out from the file and not said"},
    {"source", CellKind::text, "", "the format it was read from, by its key in the catalog"},
    {"tier", CellKind::small_number, "",
     "who is believed first: 0 the network’s API, 1 its own export, 2 somebody else"},
    {"zone", CellKind::text, "", "the IANA zone whose days and clock are meant"},
    {"value", CellKind::number, "the measure’s base unit",
     "the value: a count, micro-currency, milliseconds or millionths, by the measure"},
    {"currency", CellKind::text, "ISO 4217", "of an amount; empty elsewhere"},
    {"definition", CellKind::small_number, "", "which of the network’s definitions of the measure it was counted by"},
    {"promotion", CellKind::text, "", "“all”, “organic” or “paid”"},
    {"campaign", CellKind::text, "", "the campaign it belongs to"},
    {"text", CellKind::text, "", "what was written"},
    {"link", CellKind::text, "", "the address it points to"},
    {"language", CellKind::text, "", "of the text or the browser, as in “de”"},
    {"deleted", CellKind::flag, "", "whether this version takes it back"},
    {"happened_at", CellKind::instant, "UTC", "when it happened"},
    {"kind", CellKind::text, "", "what kind it is"},
    {"country", CellKind::text, "", "where it came from, two letters"},
    {"device", CellKind::text, "", "what it was done with, as in “mobile”"},
    {"properties", CellKind::text, "JSON", "what has no column"},
    {"landing_page", CellKind::text, "", "the first page of the session"},
    {"referrer", CellKind::text, "", "the page that linked there, without its query"},
    {"medium", CellKind::text, "", "how it came, as in “social” (utm_medium)"},
    {"channel", CellKind::text, "", "the channel by the catalog’s rules, as they were when it was taken in"},
    {"click", CellKind::text, "", "the id of the click that led to it"},
    {"customer", CellKind::text, "", "who it is, as a pseudonym or id"},
    {"visitor", CellKind::text, "", "a pseudonym of who visited"},
    {"post", CellKind::text, "", "the id of the post"},
    {"id", CellKind::text, "", "its id where it comes from"},
    {"agent", CellKind::text, "", "who of the team dealt with it"},
    {"team", CellKind::text, "", "which team dealt with it"},
    {"topic", CellKind::text, "", "what it is about"},
    {"sentiment", CellKind::text, "", "“positive”, “neutral”, “negative”; empty: not classified"},
    {"author", CellKind::text, "", "who wrote it"},
    {"conversation", CellKind::text, "", "the id of the conversation"},
    {"order_id", CellKind::text, "", "the id of the order"},
    {"product", CellKind::text, "", "what was bought or spoken of"},
};

// A table's columns: those with nothing but a name are the shared ones.

constexpr Described of_observations[] = {
    {"network", {}, {}, {}},
    {"account", {}, {}, {}},
    {"subject", CellKind::text, "", "what it is about: “account”, “post”, “campaign” or “ad”"},
    {"subject_id", CellKind::text, "", "the id of the post, campaign or ad; empty for an account"},
    {"measure", CellKind::text, "", "the measure, by its key in the catalog"},
    {"promotion", {}, {}, {}},
    {"dimension", CellKind::text, "", "what it is broken down by, as in “age”; empty for the whole"},
    {"member", CellKind::text, "", "the member of the dimension, as in “18-24”"},
    {"window_kind", CellKind::text, "", "“instant”, “day”, “7d”, “28d”, “range” or “lifetime”"},
    {"start_day", CellKind::day, "", "the first day of the window, in zone"},
    {"end_day", CellKind::day, "", "the day after its last"},
    {"zone", {}, {}, {}},
    {"value", {}, {}, {}},
    {"currency", {}, {}, {}},
    {"definition", {}, {}, {}},
    {"source", {}, {}, {}},
    {"tier", {}, {}, {}},
    {"observed_at", {}, {}, {}},
    {"observed_estimated", {}, {}, {}},
    {"batch", {}, {}, {}},
};
constexpr Described of_posts[] = {
    {"network", {}, {}, {}},
    {"account", {}, {}, {}},
    {"post", {}, {}, {}},
    {"published_at", CellKind::instant, "UTC", "when it came out; absent where only the day is known"},
    {"published_day", CellKind::day, "", "the day it came out, in zone; absent where unknown"},
    {"zone", {}, {}, {}},
    {"kind", CellKind::text, "", "“post”, “image”, “video”, “reel”, “story”, “carousel”, …"},
    {"text", {}, {}, {}},
    {"hashtags", CellKind::texts, "", "lower-case, without their sign"},
    {"mentions", CellKind::texts, "", "lower-case, without their sign"},
    {"link", {}, {}, {}},
    {"language", {}, {}, {}},
    {"promotion", {}, {}, {}},
    {"campaign", {}, {}, {}},
    {"tags", CellKind::texts, "", "the workspace’s own words for it"},
    {"deleted", {}, {}, {}},
    {"source", {}, {}, {}},
    {"tier", {}, {}, {}},
    {"observed_at", {}, {}, {}},
    {"observed_estimated", {}, {}, {}},
    {"batch", {}, {}, {}},
};
constexpr Described of_web_events[] = {
    {"happened_at", {}, {}, {}},
    {"visitor", {}, {}, {}},
    {"session", CellKind::text, "", "the visit; a new one after half an hour of silence"},
    {"session_at", CellKind::instant, "UTC", "when the visit began; 1970 without one"},
    {"kind", CellKind::text, "", "“page_view”, “conversion”, “click”, “engagement” or “event”"},
    {"name", CellKind::text, "", "which conversion or event"},
    {"page", CellKind::text, "", "the page, without its query"},
    {"landing_page", {}, {}, {}},
    {"referrer", {}, {}, {}},
    {"source", CellKind::text, "", "utm_source, else the referring host"},
    {"medium", {}, {}, {}},
    {"campaign", {}, {}, {}},
    {"channel", {}, {}, {}},
    {"network", {}, {}, {}},
    {"account", {}, {}, {}},
    {"post", {}, {}, {}},
    {"link", CellKind::text, "", "the key of the short link"},
    {"click", {}, {}, {}},
    {"customer", {}, {}, {}},
    {"value", CellKind::number, "micro-currency", "what it was worth; absent where unknown"},
    {"currency", {}, {}, {}},
    {"engaged", CellKind::number, "milliseconds", "how long the page was in use since the event before"},
    {"country", {}, {}, {}},
    {"device", {}, {}, {}},
    {"language", {}, {}, {}},
    {"verdict", CellKind::text, "", "“human”, “bot” or “unknown”"},
    {"properties", {}, {}, {}},
    {"batch", {}, {}, {}},
};
constexpr Described of_orders[] = {
    {"happened_at", {}, {}, {}},
    {"order_id", {}, {}, {}},
    {"kind", CellKind::text, "", "“sale” or “refund”"},
    {"line", CellKind::text, "", "the id of the line or the refund; empty: the whole"},
    {"customer", {}, {}, {}},
    {"visitor", {}, {}, {}},
    {"value", CellKind::number, "micro-currency", "what was paid or paid back, positive in both"},
    {"currency", {}, {}, {}},
    {"cost", CellKind::number, "micro-currency", "the cost of the goods; absent where unknown"},
    {"quantity", CellKind::number, "pieces", "how many"},
    {"product", {}, {}, {}},
    {"landing_page", {}, {}, {}},
    {"referrer", {}, {}, {}},
    {"source", CellKind::text, "", "utm_source, else the referring host"},
    {"medium", {}, {}, {}},
    {"campaign", {}, {}, {}},
    {"channel", {}, {}, {}},
    {"network", {}, {}, {}},
    {"account", {}, {}, {}},
    {"post", {}, {}, {}},
    {"link", CellKind::text, "", "the key of the short link"},
    {"click", {}, {}, {}},
    {"country", {}, {}, {}},
    {"device", {}, {}, {}},
    {"language", {}, {}, {}},
    {"properties", {}, {}, {}},
    {"observed_at", {}, {}, {}},
    {"deleted", {}, {}, {}},
    {"batch", {}, {}, {}},
};
constexpr Described of_conversation_events[] = {
    {"happened_at", {}, {}, {}},
    {"id", {}, {}, {}},
    {"conversation", {}, {}, {}},
    {"kind", CellKind::text, "", "“inbound”, “reply”, “note”, “assign”, “tag”, “snooze”, “resolve” or “reopen”"},
    {"author", {}, {}, {}},
    {"agent", {}, {}, {}},
    {"team", {}, {}, {}},
    {"assigned_by", CellKind::text, "", "“rule” or “hand”"},
    {"by_bot", CellKind::flag, "", "whether a program wrote it"},
    {"handled", CellKind::number, "milliseconds", "active work since the event before; absent where unknown"},
    {"text", {}, {}, {}},
    {"tag", CellKind::text, "", "the tag it put on"},
    {"topic", {}, {}, {}},
    {"sentiment", {}, {}, {}},
    {"language", {}, {}, {}},
    {"customer", {}, {}, {}},
    {"network", {}, {}, {}},
    {"account", {}, {}, {}},
    {"post", {}, {}, {}},
    {"campaign", {}, {}, {}},
    {"properties", {}, {}, {}},
    {"observed_at", {}, {}, {}},
    {"deleted", {}, {}, {}},
    {"batch", {}, {}, {}},
};
constexpr Described of_survey_answers[] = {
    {"happened_at", {}, {}, {}},
    {"id", {}, {}, {}},
    {"survey", CellKind::text, "", "which survey"},
    {"kind", CellKind::text, "", "“delivered”, “answered” or “dismissed”"},
    {"type", CellKind::text, "", "“csat”, “nps”, “ces”, “rating” or “text”"},
    {"scale_low", CellKind::number, "points", "the low end of the scale"},
    {"scale_high", CellKind::number, "points", "the high end of the scale"},
    {"score", CellKind::number, "millionths of a point", "the answer; absent where none"},
    {"text", {}, {}, {}},
    {"topic", {}, {}, {}},
    {"sentiment", {}, {}, {}},
    {"language", {}, {}, {}},
    {"respondent", CellKind::text, "", "who answered, as a pseudonym or id"},
    {"agent", {}, {}, {}},
    {"team", {}, {}, {}},
    {"conversation", {}, {}, {}},
    {"order_id", {}, {}, {}},
    {"product", {}, {}, {}},
    {"brand", CellKind::text, "", "whose, of a review; empty for the own"},
    {"network", {}, {}, {}},
    {"account", {}, {}, {}},
    {"post", {}, {}, {}},
    {"campaign", {}, {}, {}},
    {"country", {}, {}, {}},
    {"properties", {}, {}, {}},
    {"observed_at", {}, {}, {}},
    {"deleted", {}, {}, {}},
    {"batch", {}, {}, {}},
};
constexpr Described of_mentions[] = {
    {"happened_at", {}, {}, {}},
    {"id", {}, {}, {}},
    {"kind", CellKind::text, "", "“tagged” (with the handle) or “untagged”"},
    {"author", {}, {}, {}},
    {"followers", CellKind::number, "people", "of the author; absent where unknown"},
    {"author_follows", CellKind::flag, "", "the own account; absent where unknown"},
    {"text", {}, {}, {}},
    {"link", CellKind::text, "", "where it stands"},
    {"language", {}, {}, {}},
    {"country", {}, {}, {}},
    {"sentiment", {}, {}, {}},
    {"queries", CellKind::texts, "", "which listening queries found it"},
    {"brands", CellKind::texts, "", "which brands it speaks of"},
    {"topics", CellKind::texts, "", "what it is about"},
    {"engagement", CellKind::number, "people", "likes, comments and shares it got; absent where unknown"},
    {"reach", CellKind::number, "people", "absent where unknown"},
    {"network", {}, {}, {}},
    {"account", {}, {}, {}},
    {"post", {}, {}, {}},
    {"campaign", {}, {}, {}},
    {"properties", {}, {}, {}},
    {"observed_at", {}, {}, {}},
    {"deleted", {}, {}, {}},
    {"batch", {}, {}, {}},
};
constexpr Described of_rates[] = {
    {"happened_at", CellKind::instant, "UTC", "the first moment of the day"},
    {"from_currency", CellKind::text, "ISO 4217", "one of this"},
    {"to_currency", CellKind::text, "ISO 4217", "was worth so much of this"},
    {"rate", CellKind::number, "billionths", "how much"},
    {"observed_at", {}, {}, {}},
    {"deleted", {}, {}, {}},
    {"batch", {}, {}, {}},
};
constexpr Described of_batches[] = {
    {"batch", CellKind::number, "", "its number, rising with the time it was recorded"},
    {"id", CellKind::text, "", "the id people know it by"},
    {"source", {}, {}, {}},
    {"tier", {}, {}, {}},
    {"network", {}, {}, {}},
    {"accounts", CellKind::texts, "", "“network/handle” of each account it speaks of"},
    {"path", CellKind::text, "", "the file, as it was named"},
    {"original", CellKind::text, "SHA-256", "the kept original, which lies in originals/ under this name; empty: none"},
    {"content_key", CellKind::text, "", "a hash of its facts and of what was said about them"},
    {"generation", CellKind::small_number, "", "how often the same was imported, after having been taken back"},
    {"first_day", CellKind::day, "", "the first day of the range it declares; absent where it has none"},
    {"end_day", CellKind::day, "", "the day after its last"},
    {"zone", {}, {}, {}},
    {"currency", {}, {}, {}},
    {"observed_at", {}, {}, {}},
    {"observed_estimated", {}, {}, {}},
    {"recorded_at", CellKind::instant, "UTC", "when it became known here"},
    {"rows_read", CellKind::number, "rows", "of the file: the other three together"},
    {"rows_accepted", CellKind::number, "rows", "that were taken"},
    {"rows_rejected", CellKind::number, "rows", "that could not be read"},
    {"rows_ignored", CellKind::number, "rows", "blank lines, totals and the like"},
    {"posts", CellKind::number, "rows", "of it in posts"},
    {"observations", CellKind::number, "rows", "of it in observations"},
    {"warnings", CellKind::text, "JSON", "what was odd about it"},
    {"rejects", CellKind::text, "JSON", "the first thousand rows that were not taken, and why"},
    {"said", CellKind::text, "JSON", "what else was said about it"},
    {"events", CellKind::number, "rows", "of it in the tables of events"},
};
constexpr Described of_batch_undos[] = {
    {"batch", CellKind::number, "", "its number in the table batches"},
    {"undone_at", CellKind::instant, "UTC", "when"},
};
constexpr Described of_coverage[] = {
    {"network", {}, {}, {}},
    {"account", {}, {}, {}},
    {"subject", CellKind::text, "",
     "“account” (series of days), “post” (content), or a kind of events: “web”, “orders”, …"},
    {"first_day", CellKind::day, "", "the first day"},
    {"end_day", CellKind::day, "", "the day after the last"},
    {"batch", {}, {}, {}},
};

struct Table {
  TableToExport table;
  std::span<const Described> columns;
};
constexpr Table tables[] = {
    {{"observations", "what a source said of a subject: at observed_at, measure was value over [start_day, end_day)",
      "batch, network, account, subject, subject_id, measure, promotion, dimension, member, window_kind, start_day, "
      "end_day, observed_at"},
     of_observations},
    {{"posts", "one version of a post", "batch, network, account, post, observed_at"}, of_posts},
    {{"web_events", "something that happened on a website or at a short link",
      "batch, happened_at, session, visitor, kind, name, page, click"},
     of_web_events},
    {{"orders", "a sale or a refund, whole or by its lines", "batch, order_id, kind, line, observed_at"}, of_orders},
    {{"conversation_events", "something that happened in a conversation", "batch, id, observed_at"},
     of_conversation_events},
    {{"survey_answers", "a question put, and perhaps answered", "batch, id, observed_at"}, of_survey_answers},
    {{"mentions", "somebody spoke of a brand", "batch, id, observed_at"}, of_mentions},
    {{"rates", "what one currency was worth in another on a day",
      "batch, from_currency, to_currency, happened_at, observed_at"},
     of_rates},
    {{"batches", "an import: what was said about it and what became of its rows", "batch"}, of_batches},
    {{"batch_undos", "an import that was taken back", "batch, undone_at"}, of_batch_undos},
    {{"coverage", "the days of an account that an import is complete for",
      "batch, network, account, subject, first_day, end_day"},
     of_coverage},
};
constexpr std::pair<CellKind, std::string_view> kind_words[] = {
    {CellKind::text, "text"},
    {CellKind::texts, "list of texts"},
    {CellKind::number, "64-bit integer"},
    {CellKind::small_number, "32-bit integer"},
    {CellKind::flag, "true or false"},
    {CellKind::day, "date"},
    {CellKind::instant, "instant, in microseconds"},
};

const Table& find_table(std::string_view name) {
  const auto* found = std::ranges::find_if(tables, [&](const Table& table) { return table.table.name == name; });
  CHECK(found != std::end(tables));
  return *found;
}

const Described& described(const Described& column) {
  if (!column.words.empty()) return column;
  const auto* found = std::ranges::find_if(shared, [&](const Described& one) { return one.name == column.name; });
  CHECK(found != std::end(shared));
  return *found;
}

}  // namespace

std::span<const TableToExport> tables_to_export() {
  static const std::vector<TableToExport> all = [] {
    std::vector<TableToExport> found;
    for (const Table& table : tables) found.push_back(table.table);
    return found;
  }();
  return all;
}

const std::vector<ExportedColumn>& columns_to_export(std::string_view table) {
  static const std::map<std::string_view, std::vector<ExportedColumn>> all = [] {
    std::map<std::string_view, std::vector<ExportedColumn>> found;
    for (const Table& one : tables) {
      for (const Described& column : one.columns) {
        const Described& full = described(column);
        found[one.table.name].push_back(
            {full.name, kind_words[static_cast<size_t>(full.kind)].second, full.unit, full.words});
      }
    }
    return found;
  }();
  return all.at(table);
}

std::vector<FileColumn> file_columns(std::string_view table) {
  std::vector<FileColumn> columns;
  for (const Described& column : find_table(table).columns) {
    columns.push_back({std::string(column.name), described(column).kind});
  }
  return columns;
}

std::string column_list(std::string_view table) {
  std::vector<std::string> names;
  for (const Described& column : find_table(table).columns) names.emplace_back(column.name);
  return join(names, ", ");
}

std::string parquet_file(std::string_view table) {
  return fmt::format("parquet/{}.parquet", table);
}

std::string csv_file(std::string_view table) {
  return fmt::format("csv/{}.csv", table);
}

}  // namespace sociometer::facts
