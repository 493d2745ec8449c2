#include "metrics/event_sql.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace sociometer::metrics {
namespace {

using Form = EventDimension::Form;
using Kind = EventMeasure::Kind;

// The parts of a statement that all of them share.
class Writer {
 public:
  Writer(const EventStatement& statement, const Zone& zone)
      : statement_(statement),
        dialect_(*statement.query.scope.dialect),
        local_(dialect_, zone, statement.query.span->first, statement.query.span->second) {
    query_ = statement.query;
    for (const EventColumn& column : statement.columns) need(*column.dimension);
    for (const auto& [key, members] : statement.filter) need(*statement.relation->dimension(key));
  }

  std::string window() const {
    if (statement_.windows.size() == 1) return "0";
    std::vector<Day> edges;
    for (const DayRange& window : statement_.windows) {
      edges.push_back(window.first);
      edges.push_back(window.end);
    }
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return dialect_.segment(local_.day(statement_.relation->at), edges);
  }

  // "window AS segment, … AS d0, … AS d1"
  std::string selected() const {
    std::string list = fmt::format("{} AS segment", window());
    for (size_t i = 0; i < statement_.columns.size(); ++i) {
      list += fmt::format(", {} AS d{}", member(statement_.columns[i]), i);
    }
    return list;
  }
  std::string grouped() const {
    std::string list = "segment";
    for (size_t i = 0; i < statement_.columns.size(); ++i) list += fmt::format(", d{}", i);
    return list;
  }

  // FROM … WHERE … with the filters; every list that is grouped by opened into a row for each of its members.
  std::string from() const {
    std::string inner = statement_.relation->from(query_) + filter_condition(statement_, local_);
    for (const EventColumn& column : statement_.columns) {
      if (column.dimension->form != Form::list) continue;
      inner = fmt::format("(SELECT *, {} AS each_{} FROM {}) AS opened WHERE 1 = 1",
                          dialect_.each_of_list(column.dimension->sql), column.dimension->key, inner);
    }
    return inner;
  }

 private:
  void need(const EventDimension& dimension) {
    for (std::string_view column : dimension.columns) query_.columns.emplace(column);
  }

  std::string member(const EventColumn& column) const {
    const EventDimension& dimension = *column.dimension;
    switch (dimension.form) {
      case Form::text:
        return std::string(dimension.sql);
      case Form::list:
        return fmt::format("each_{}", dimension.key);
      case Form::account:
        if (column.with_network) return "account";
        return "CASE WHEN account = '' THEN '' ELSE concat(network, '/', account) END";
      case Form::hour:
        return local_.hour(statement_.relation->at);
      case Form::weekday:
        return local_.weekday(statement_.relation->at);
      case Form::ownership:
        return "'own'";
    }
    return "''";
  }

  const EventStatement& statement_;
  const Dialect& dialect_;
  LocalTime local_;
  EventQuery query_;
};

std::string when(std::string_view condition, std::string_view then) {
  if (condition.empty()) return std::string(then);
  return fmt::format("CASE WHEN {} THEN {} END", condition, then);
}

// Where all the measures want the same rows, only those are read and nothing needs a CASE; else any of theirs are.
struct Rows {
  std::string condition;  // " AND …"
  bool same = true;
};
Rows rows_of(const std::vector<const EventMeasure*>& measures) {
  std::vector<std::string> conditions;
  for (const EventMeasure* measure : measures) {
    if (measure->condition.empty()) return {"", measures.size() == 1};
    std::string one = fmt::format("({})", measure->condition);
    if (std::find(conditions.begin(), conditions.end(), one) == conditions.end()) conditions.push_back(one);
  }
  bool same = conditions.size() == 1;
  std::string any = join(conditions, " OR ");
  return {same ? " AND " + any : " AND (" + any + ")", same};
}

// sum, rows, squares
std::string aggregates(const Dialect& dialect, const EventRelation& relation, const EventMeasure& measure,
                       std::string_view condition) {
  switch (measure.kind) {
    case Kind::count: {
      std::string count = condition.empty() ? "count(*)" : fmt::format("count({})", when(condition, "1"));
      return fmt::format("{0}, {0}, CAST(0 AS DOUBLE)", count);
    }
    case Kind::repeated:
    case Kind::open:
      break;  // never summed by SQL
    case Kind::distinct: {
      std::string count = fmt::format("count(DISTINCT {})", when(condition, relation.entity));
      return fmt::format("{0}, {0}, CAST(0 AS DOUBLE)", count);
    }
    case Kind::sum:
    case Kind::rows: {
      std::string value = when(condition, measure.value);
      std::string real = when(condition, fmt::format("CAST({} AS DOUBLE)", measure.value));
      return fmt::format("{}, count({}), sum({} * {})", dialect.integer_sum(value), value, real, real);
    }
  }
  return "";
}

// What one entity adds to a measure.
std::string of_entity(const Dialect& dialect, const EventMeasure& measure, std::string_view condition) {
  switch (measure.kind) {
    case Kind::open:
      break;
    case Kind::repeated:
    case Kind::count:
      return condition.empty() ? "count(*)" : fmt::format("count({})", when(condition, "1"));
    case Kind::distinct:
      return condition.empty() ? "1" : fmt::format("max(CASE WHEN {} THEN 1 ELSE 0 END)", condition);
    case Kind::sum:
    case Kind::rows:
      return dialect.integer_sum(when(condition, measure.value));
  }
  return "";
}

std::string value_of(const EventMeasure& measure) {
  return measure.kind == Kind::sum || measure.kind == Kind::rows ? std::string(measure.value) : "1";
}

std::string own_rows(const EventMeasure& measure) {
  std::string condition = measure.condition.empty() ? "" : fmt::format(" AND ({})", measure.condition);
  bool valued = measure.kind == Kind::sum || measure.kind == Kind::rows;
  return valued ? condition + fmt::format(" AND {} IS NOT NULL", measure.value) : condition;
}

std::string text_list(const Dialect& dialect, const std::vector<std::string>& members) {
  std::vector<std::string> quoted;
  for (const std::string& member : members) quoted.push_back(dialect.text(member));
  return join(quoted, ", ");
}

// Hours as "07" and weekdays by name are numbers in SQL; what is neither lets nothing through.
std::string number_list(const std::vector<std::string>& members, Form form) {
  std::vector<std::string> numbers;
  for (const std::string& member : members) {
    if (form == Form::weekday) {
      auto day = parse_weekday(member);
      if (day) numbers.push_back(std::to_string(static_cast<int>(*day)));
    } else if (member.size() <= 2 && member.find_first_not_of("0123456789") == member.npos && !member.empty()) {
      numbers.push_back(std::to_string(std::stoi(member)));
    }
  }
  if (numbers.empty()) numbers.emplace_back("-1");
  return join(numbers, ", ");
}

}  // namespace

std::string filter_condition(const EventStatement& statement, const LocalTime& local) {
  const Dialect& dialect = *statement.query.scope.dialect;
  std::string condition;
  for (const auto& [key, members] : statement.filter) {
    const EventDimension* dimension = statement.relation->dimension(key);
    CHECK(dimension != nullptr);  // knows_filter was asked before
    std::string list = text_list(dialect, members);
    switch (dimension->form) {
      case Form::text:
        condition += fmt::format(" AND {} IN ({})", dimension->sql, list);
        break;
      case Form::list: {
        std::vector<std::string> any;
        for (const std::string& member : members) {
          any.push_back(dialect.list_holds(dimension->sql, dialect.text(member)));
        }
        condition += fmt::format(" AND ({})", join(any, " OR "));
        break;
      }
      case Form::account:
        condition += fmt::format(" AND (account IN ({0}) OR concat(network, '/', account) IN ({0}))", list);
        break;
      case Form::hour:
        condition +=
            fmt::format(" AND {} IN ({})", local.hour(statement.relation->at), number_list(members, dimension->form));
        break;
      case Form::weekday:
        condition += fmt::format(" AND {} IN ({})", local.weekday(statement.relation->at),
                                 number_list(members, dimension->form));
        break;
      case Form::ownership:
        break;
    }
  }
  return condition;
}

std::string sql_event_sums(const EventStatement& statement, const Zone& zone,
                           const std::vector<const EventMeasure*>& measures) {
  Writer writer(statement, zone);
  Rows rows = rows_of(measures);
  std::string columns;
  for (const EventMeasure* measure : measures) {
    columns += ", " + aggregates(*statement.query.scope.dialect, *statement.relation, *measure,
                                 rows.same ? std::string_view() : measure->condition);
  }
  return fmt::format("SELECT {}{} FROM {}{} GROUP BY {}", writer.selected(), columns, writer.from(), rows.condition,
                     writer.grouped());
}

std::string sql_event_entities(const EventStatement& statement, const Zone& zone,
                               const std::vector<const EventMeasure*>& measures) {
  Writer writer(statement, zone);
  Rows rows = rows_of(measures);
  std::string columns;
  for (const EventMeasure* measure : measures) {
    columns +=
        ", " + of_entity(*statement.query.scope.dialect, *measure, rows.same ? std::string_view() : measure->condition);
  }
  return fmt::format("SELECT {}, {} AS entity{} FROM {}{} GROUP BY {}, entity", writer.selected(),
                     statement.relation->entity, columns, writer.from(), rows.condition, writer.grouped());
}

std::string sql_event_values(const EventStatement& statement, const Zone& zone, const EventMeasure& measure) {
  Writer writer(statement, zone);
  return fmt::format("SELECT {}, {} AS entity, {}, {} FROM {}{}", writer.selected(), statement.relation->entity,
                     value_of(measure), measure.censored.empty() ? "1 = 0" : std::string(measure.censored),
                     writer.from(), own_rows(measure));
}

namespace {

// A row per row of the measure; of what is distinct or repeated, a row per entity.
std::string shown_rows(const EventStatement& given, const Zone& zone, const EventMeasure& measure) {
  EventStatement statement = given;
  statement.query.columns.insert({"network", "account", "post"});
  Writer writer(statement, zone);
  const EventRelation& relation = *statement.relation;
  std::string from = writer.from() + own_rows(measure);
  if (measure.kind == Kind::distinct) {
    return fmt::format(
        "(SELECT min({0}) AS happened_at, {1} AS entity, 1 AS value, false AS censored, min(network) AS network,"
        " min(account) AS account, min(post) AS post, max(batch) AS batch FROM {2} GROUP BY {1})",
        relation.at, relation.entity, from);
  }
  if (measure.kind == Kind::repeated) {
    return fmt::format(
        "(SELECT * FROM (SELECT min({0}) AS happened_at, {1} AS entity, count(*) AS value, false AS censored,"
        " min(network) AS network, min(account) AS account, min(post) AS post, max(batch) AS batch FROM {2}"
        " GROUP BY {1}) AS each WHERE value > 1)",
        relation.at, relation.entity, from);
  }
  return fmt::format(
      "(SELECT {} AS happened_at, {} AS entity, {} AS value, {} AS censored, network, account, post, batch FROM {})",
      relation.at, relation.entity, value_of(measure),
      measure.censored.empty() ? "1 = 0" : std::string(measure.censored), from);
}

}  // namespace

std::string sql_event_page(const EventStatement& statement, const Zone& zone, const EventMeasure& measure,
                           int64_t limit, int64_t offset) {
  return fmt::format(
      "SELECT r.happened_at, r.entity, r.value, r.censored, r.network, r.account, r.post, b.source, b.id FROM {} AS r"
      " JOIN (SELECT batch, id, source FROM batches WHERE workspace = {}) AS b ON r.batch = b.batch"
      " ORDER BY r.happened_at, r.entity, r.value, b.id, r.post LIMIT {} OFFSET {}",
      shown_rows(statement, zone, measure), statement.query.scope.dialect->text(statement.query.scope.workspace), limit,
      offset);
}

std::string sql_event_count(const EventStatement& statement, const Zone& zone, const EventMeasure& measure) {
  return fmt::format("SELECT count(*) AS rows FROM {} AS r", shown_rows(statement, zone, measure));
}

std::string sql_event_sources(const EventStatement& statement, const Zone& zone, const EventMeasure& measure) {
  return fmt::format(
      "SELECT b.id, b.source, b.path, count(*) AS rows FROM {} AS r"
      " JOIN (SELECT batch, id, source, path FROM batches WHERE workspace = {}) AS b ON r.batch = b.batch"
      " GROUP BY b.id, b.source, b.path ORDER BY b.id",
      shown_rows(statement, zone, measure), statement.query.scope.dialect->text(statement.query.scope.workspace));
}

std::string sql_event_extent(const SqlScope& scope, facts::EventTable table) {
  return fmt::format("SELECT min(happened_at), max(happened_at) FROM {}", event_rows(scope, table, {}));
}

}  // namespace sociometer::metrics
