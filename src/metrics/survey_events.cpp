// What is computed from answers: satisfaction, recommendation, effort, ratings – each by the scale it was given on, for
// a score without its scale says nothing.
#include <fmt/format.h>

#include "metrics/events.h"

namespace sociometer::metrics {
namespace {

using facts::EventTable;
using Form = EventDimension::Form;
using Kind = EventMeasure::Kind;

const std::vector<EventDimension>& survey_dimensions() {
  static const std::vector<EventDimension>& dimensions = *new std::vector<EventDimension>{
      {"network", "network", {"network"}},
      {"account", "account", {"network", "account"}, Form::account},
      {"ownership", "whose", {"brand"}},
      {"post", "post", {"post"}},
      {"survey", "survey", {"survey"}},
      {"agent", "agent", {"agent"}},
      {"team", "team", {"team"}},
      {"campaign", "campaign", {"campaign"}},
      {"brand", "brand", {"brand"}},
      {"topic", "topic", {"topic"}},
      {"sentiment", "sentiment", {"sentiment"}},
      {"language", "language", {"language"}},
      {"country", "country", {"country"}},
      {"hour", "", {}, Form::hour},
      {"weekday", "", {}, Form::weekday},
  };
  return dimensions;
}

// What is asked for on no declared scale is on the usual one of its type: nps 0–10, ces 1–7, csat and rating 1–5.
constexpr std::string_view low =
    "CASE WHEN scale_low = 0 AND scale_high = 0 AND type <> 'nps' THEN 1 ELSE scale_low END";
constexpr std::string_view high =
    "CASE WHEN scale_low = 0 AND scale_high = 0"
    " THEN CASE WHEN type = 'nps' THEN 10 WHEN type = 'ces' THEN 7 ELSE 5 END ELSE scale_high END";

constexpr std::string_view no_judgement = " AND type <> 'judgement'";

// A row per question put, with the ends of its scale.
std::string answers(const EventQuery& query) {
  std::set<std::string> columns = query.columns;
  columns.insert({"survey", "kind", "type", "scale_low", "scale_high", "score", "respondent", "brand", "network",
                  "account", "post", "id"});
  std::string list;
  for (const std::string& column : columns) {
    if (column != "scale_low" && column != "scale_high") list += fmt::format(", {}", column);
  }
  return fmt::format(
      "(SELECT happened_at, batch{}, {} AS low, {} AS high, {} AS whose FROM {}{}{}) AS answers WHERE 1 = 1", list, low,
      high, brand_owner(query, "brand"), event_rows(query.scope, EventTable::surveys, columns), no_judgement,
      span_condition(query, "happened_at"));
}

// Of the surveys that told of any question that was not answered: of the others nobody knows how many were put.
std::string questions_put(const EventQuery& query) {
  std::set<std::string> columns = query.columns;
  columns.insert({"survey", "kind", "type", "brand", "network", "account", "post", "id"});
  std::string list;
  for (const std::string& column : columns) list += fmt::format(", q.{}", column);
  std::string rows = event_rows(query.scope, EventTable::surveys, columns);
  return fmt::format(
      "(SELECT q.happened_at, q.batch{}, {} AS whose FROM (SELECT * FROM {}{} AND type NOT IN ('rating', 'judgement')) "
      "AS q JOIN"
      " (SELECT survey AS told FROM {} AND type NOT IN ('rating', 'judgement') AND kind <> 'answered' GROUP BY survey) "
      "AS t"
      " ON q.survey = t.told) AS questions WHERE 1 = 1",
      list, brand_owner(query, "q.brand"), rows, span_condition(query, "happened_at"), rows);
}

const EventRelation& given() {
  static const EventRelation& relation = *new EventRelation{
      "answers", EventTable::surveys, {}, "answers", "id", "happened_at", &survey_dimensions(), answers};
  return relation;
}
const EventRelation& put() {
  static const EventRelation& relation = *new EventRelation{
      "questions", EventTable::surveys, {}, "questions", "id", "happened_at", &survey_dimensions(), questions_put};
  return relation;
}

// Answers whose score lies on their scale.
constexpr std::string_view csat =
    "type = 'csat' AND kind = 'answered' AND score BETWEEN low * 1000000 AND high * 1000000"
    " AND high > low";
// Two to eleven boxes: on other scales nobody agreed on who is satisfied.
constexpr std::string_view csat_boxes =
    "type = 'csat' AND kind = 'answered' AND score BETWEEN low * 1000000 AND high * 1000000"
    " AND high - low BETWEEN 1 AND 10";
// The top box of two or three, the top two of four to seven, the top three of eight to eleven.
constexpr std::string_view satisfied =
    "type = 'csat' AND kind = 'answered' AND score BETWEEN low * 1000000 AND high * 1000000"
    " AND high - low BETWEEN 1 AND 10"
    " AND score >= (high - CASE WHEN high - low <= 2 THEN 0 WHEN high - low <= 6 THEN 1 ELSE 2 END) * 1000000";
constexpr std::string_view nps =
    "type = 'nps' AND kind = 'answered' AND low = 0 AND high = 10 AND score BETWEEN 0 AND 10000000";
constexpr std::string_view promoters =
    "type = 'nps' AND kind = 'answered' AND low = 0 AND high = 10 AND score BETWEEN 9000000 AND 10000000";
constexpr std::string_view passives =
    "type = 'nps' AND kind = 'answered' AND low = 0 AND high = 10 AND score >= 7000000 AND score < 9000000";
constexpr std::string_view detractors =
    "type = 'nps' AND kind = 'answered' AND low = 0 AND high = 10 AND score >= 0 AND score < 7000000";
constexpr std::string_view ces =
    "type = 'ces' AND kind = 'answered' AND low = 1 AND high = 7 AND score BETWEEN 1000000 AND 7000000";
constexpr std::string_view easy =
    "type = 'ces' AND kind = 'answered' AND low = 1 AND high = 7 AND score BETWEEN 5000000 AND 7000000";
constexpr std::string_view rating =
    "type = 'rating' AND kind = 'answered' AND score BETWEEN low * 1000000 AND high * 1000000 AND high > low";
// On one to five, where other scales are stretched to, so that they can be averaged.
constexpr std::string_view of_five =
    "CASE WHEN low = 1 AND high = 5 THEN score ELSE"
    " CAST(floor(1000000 + 4.0 * (score - low * 1000000) / (high - low) + 0.5) AS BIGINT) END";

}  // namespace

std::vector<EventMeasure> survey_measures() {
  auto scores = [](std::string_view key, std::string_view condition, std::string_view value, double low, double high) {
    EventMeasure measure{key, &given(), Kind::rows, condition, value};
    measure.ends = {low, high};
    return measure;
  };
  return {
      {"csat_answers", &given(), Kind::count, csat_boxes},
      {"csat_satisfied", &given(), Kind::count, satisfied, "", "", "csat_answers"},
      scores("csat_scores", csat, of_five, 1, 5),
      {"nps_answers", &given(), Kind::count, nps},
      {"nps_promoters", &given(), Kind::count, promoters, "", "", "nps_answers"},
      {"nps_passives", &given(), Kind::count, passives, "", "", "nps_answers"},
      {"nps_detractors", &given(), Kind::count, detractors, "", "", "nps_answers"},
      {"ces_answers", &given(), Kind::count, ces},
      {"ces_easy", &given(), Kind::count, easy, "", "", "ces_answers"},
      scores("ces_scores", ces, "score", 1, 7),
      scores("ratings", rating, of_five, 1, 5),
      {"reviews", &given(), Kind::count, "type = 'rating' AND kind = 'answered'"},
      {"survey_responses", &given(), Kind::count, "type <> 'rating' AND kind = 'answered'"},
      {"survey_questions", &put(), Kind::count},
      {"survey_questions_answered", &put(), Kind::count, "kind = 'answered'", "", "", "survey_questions"},
  };
}

}  // namespace sociometer::metrics
