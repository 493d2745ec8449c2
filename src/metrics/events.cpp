#include "metrics/events.h"

#include <fmt/format.h>

#include "base/check.h"

namespace sociometer::metrics {
namespace {

// The key of a table's versions, as facts.h has it; empty: rows have none.
std::string_view key_of(facts::EventTable table) {
  switch (table) {
    case facts::EventTable::web:
      return "";
    case facts::EventTable::orders:
      return "order_id, kind, line";
    case facts::EventTable::conversations:
    case facts::EventTable::surveys:
    case facts::EventTable::mentions:
      return "id";
    case facts::EventTable::rates:
      return "happened_at, from_currency, to_currency";
  }
  return "";
}

bool is_in_key(std::string_view key, std::string_view column) {
  for (size_t at = key.find(column); at != key.npos; at = key.find(column, at + 1)) {
    bool begins = at == 0 || key[at - 1] == ' ';
    size_t end = at + column.size();
    if (begins && (end == key.size() || key[end] == ',')) return true;
  }
  return false;
}

const std::vector<EventMeasure>& all_measures() {
  static const std::vector<EventMeasure>& all = *[] {
    auto* measures = new std::vector<EventMeasure>;
    for (auto part : {web_measures, conversation_measures, survey_measures, mention_measures, mention_hour_measures,
                      order_measures, credit_measures, ledger_measures}) {
      for (EventMeasure& measure : part()) measures->push_back(measure);
    }
    return measures;
  }();
  return all;
}

}  // namespace

const EventDimension* EventRelation::dimension(std::string_view wanted) const {
  for (const EventDimension& dimension : *dimensions) {
    if (dimension.key == wanted) return &dimension;
  }
  return nullptr;
}

std::span<const EventMeasure> event_measures() {
  return all_measures();
}

const EventMeasure* event_measure(std::string_view key) {
  for (const EventMeasure& measure : all_measures()) {
    if (measure.key == key) return &measure;
  }
  return nullptr;
}

std::string event_rows(const SqlScope& scope, facts::EventTable table, const std::set<std::string>& columns) {
  std::string workspace = fmt::format("workspace = {}", scope.dialect->text(scope.workspace));
  std::string_view key = key_of(table);
  std::string_view present = key.empty() ? "" : " AND NOT deleted";
  if (!scope.as_of) return fmt::format("latest_{} WHERE {}{}", facts::table_name(table), workspace, present);
  std::string visible = fmt::format("{} WHERE {} AND {}", facts::table_name(table), workspace, visible_batches(scope));
  if (key.empty()) return visible;
  std::string order = scope.dialect->order_pair("observed_at", "batch");
  std::string selected(key);
  std::set<std::string> wanted = columns;
  wanted.insert({"deleted", "happened_at", "batch"});
  for (const std::string& column : wanted) {
    if (is_in_key(key, column)) continue;
    selected += fmt::format(", {} AS {}", scope.dialect->value_at_greatest(column, order), column);
  }
  return fmt::format("(SELECT {} FROM {} GROUP BY {}) AS latest_then WHERE NOT deleted", selected, visible, key);
}

std::string span_condition(const EventQuery& query, std::string_view at) {
  if (!query.span) return "";
  return fmt::format(" AND {0} >= {1} AND {0} < {2}", at, query.span->first.micros, query.span->second.micros);
}

const std::vector<EventDimension>& visit_dimensions() {
  using Form = EventDimension::Form;
  static const std::vector<EventDimension>& dimensions = *new std::vector<EventDimension>{
      {"network", "network", {"network"}},
      {"account", "account", {"network", "account"}, Form::account},
      {"ownership", "", {}, Form::ownership},
      {"post", "post", {"post"}},
      {"campaign", "campaign", {"campaign"}},
      {"channel", "channel", {"channel"}},
      // What was paid for, as the channel says.
      {"promotion",
       "CASE WHEN substr(channel, 1, 5) = 'paid_' OR channel = 'display' THEN 'paid' ELSE 'organic' END",
       {"channel"}},
      {"source", "source", {"source"}},
      {"medium", "medium", {"medium"}},
      {"referrer", "referrer", {"referrer"}},
      {"landing_page", "landing_page", {"landing_page"}},
      {"link", "link", {"link"}},
      {"country", "country", {"country"}},
      {"device", "device", {"device"}},
      {"language", "language", {"language"}},
      {"hour", "", {}, Form::hour},
      {"weekday", "", {}, Form::weekday},
  };
  return dimensions;
}

}  // namespace sociometer::metrics
