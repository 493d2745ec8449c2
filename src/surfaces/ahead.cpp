#include "surfaces/ahead.h"

#include <fmt/format.h>

#include <algorithm>

#include "surfaces/scope.h"
#include "surfaces/wrong_words.h"

namespace sociometer::surfaces {
namespace {

using metrics::Question;

Result<DayHistory> history_of(const House& house, const metrics::Scope& scope, Question question) {
  if (question.kpis.size() != 1) return invalid("one KPI is looked at, day by day", "kpi");
  if (!question.by.empty()) return invalid("it is looked at day by day; it takes no dimensions", "by");
  if (question.compare.kind != metrics::Compare::Kind::none || !question.against.empty()) {
    return invalid("days are looked at by themselves; `sociometer kpi` compares", "compare");
  }
  DayHistory history;
  question.by = {"day"};
  TRY(history.answer, as_wrong_words(house.engine->ask(scope, question)));
  TRY(history.catalog, catalog_in(scope, question));
  TRY(history.choice, as_wrong_words(history.catalog->find_kpi(question.kpis.front())));
  history.series = insights::series_of(history.answer, scope.zone.day_of(scope.now));
  history.nature = insights::nature_of(*history.choice.kpi, history.series);
  return history;
}

JsonObject head_json(const DayHistory& history) {
  const std::string& variant = history.choice.variant->key;
  return {{"question", metrics::to_json(history.answer).as_object().at("question")},
          {"kpi", history.choice.kpi->key},
          {"variant", variant.empty() ? Json(nullptr) : Json(variant)}};
}

}  // namespace

Result<SeenForecast> forecast_of(const House& house, const metrics::Scope& scope, const Question& question,
                                 int64_t days) {
  SeenForecast seen;
  TRY(seen.history, history_of(house, scope, question));
  TRY(seen.ahead, insights::forecast(seen.history.series, seen.history.nature,
                                     static_cast<int>(std::clamp<int64_t>(days, 0, insights::forecast_days_max + 1))));
  return seen;
}

namespace {

Result<Done> check_page(const catalog::Catalog& catalog, const Question& question) {
  if (question.compare.kind != metrics::Compare::Kind::none || !question.against.empty()) {
    return invalid("days are looked at by themselves; `sociometer kpi` compares", "compare");
  }
  for (const std::string& key : question.by) {
    const catalog::Dimension* dimension = catalog.dimension(key);
    if (dimension != nullptr && dimension->kind == "time") {
      return invalid(fmt::format("it is looked at day by day; it takes members such as network, not {}", key), "by");
    }
  }
  return Done{};
}

// Before every day of every member is asked for.
Result<Done> check_size(const House& house, const metrics::Scope& scope, Question question) {
  if (question.by.empty()) return Done{};
  question.days.reset();
  question.last.clear();
  TRY(const metrics::Answer answer, as_wrong_words(house.engine->ask(scope, question)));
  if (answer.rows.size() <= page_series_max) return Done{};
  return invalid(fmt::format("a page has at most {} series, and these are {}: ask for fewer KPIs, or filter",
                             page_series_max, answer.rows.size()),
                 "by");
}

// From the first day that is known of any to the last.
DayRange known_days(const std::vector<insights::MemberSeries>& all) {
  DayRange days = all.empty() ? DayRange{} : DayRange{all.front().days.first, all.front().days.first};
  for (const insights::MemberSeries& each : all) {
    days.first = std::min(days.first, each.days.first);
    days.end = std::max(days.end, each.days.first + static_cast<int>(each.days.values.size()));
  }
  return days;
}

}  // namespace

Result<SeenPage> anomalies_of(const House& house, const metrics::Scope& scope, const Question& question) {
  SeenPage seen;
  seen.question = question;
  seen.zone = scope.zone.name();
  TRY(seen.catalog, catalog_in(scope, question));
  TRY_DONE(check_page(*seen.catalog, question));
  TRY_DONE(check_size(house, scope, question));
  Question everything = question;
  everything.days.reset();
  everything.last.clear();
  everything.by.push_back("day");
  TRY(const metrics::Answer answer, as_wrong_words(house.engine->ask(scope, everything)));
  const std::vector<insights::MemberSeries> all = insights::series_by_member(answer, scope.zone.day_of(scope.now));
  seen.days = question.days.value_or(known_days(all));
  std::vector<insights::SeriesAsked> asked;
  for (const insights::MemberSeries& each : all) {
    TRY(const catalog::KpiChoice choice, as_wrong_words(seen.catalog->find_kpi(each.asked)));
    asked.push_back({each.days, insights::nature_of(*choice.kpi, each.days)});
    seen.series.push_back({each.members, choice, asked.back().nature, {}});
  }
  insights::JudgedPage judged = insights::judge(asked, seen.days);
  seen.days_judged = judged.days;
  seen.changes_judged = judged.changes;
  for (size_t i = 0; i < all.size(); ++i) seen.series[i].judged = std::move(judged.series[i]);
  if (seen.is_one()) {
    // Of nothing at all as of too little.
    const std::string reason = seen.series.empty()
                                   ? insights::judged_days({}, insights::Nature::count, {}).error().message
                                   : seen.series.front().judged.reason;
    if (!reason.empty()) return invalid(reason, "kpis");
  }
  return seen;
}

JsonObject forecast_json(const SeenForecast& seen) {
  JsonObject document = head_json(seen.history);
  const insights::DaySeries& series = seen.history.series;
  JsonArray days;
  for (size_t i = 0; i < series.values.size(); ++i) {
    const auto& value = series.values[i];
    days.push_back(JsonObject{{"day", format_day(series.first + static_cast<int>(i))},
                              {"value", value ? Json(*value) : Json(nullptr)}});
  }
  document["history"] = std::move(days);
  const Json told = insights::to_json(seen.ahead, insights::has_whole(*seen.history.choice.kpi));
  for (const auto& member : told.as_object()) document[member.key()] = member.value();
  return document;
}

namespace {

JsonObject series_json(const SeenSeries& series) {
  const std::string& variant = series.choice.variant->key;
  return {{"kpi", series.choice.kpi->key},
          {"variant", variant.empty() ? Json(nullptr) : Json(variant)},
          {"judged", series.nature == insights::Nature::stock ? "change" : "value"},
          {"days", insights::to_json(series.judged.anomalies)},
          {"changes", insights::to_json(series.judged.changes)}};
}

}  // namespace

JsonObject anomalies_json(const SeenPage& seen) {
  Question question = seen.question;
  question.days.reset();
  question.last.clear();
  question.by.push_back("day");
  JsonObject document{{"question", metrics::to_json(question, seen.zone)},
                      {"from", format_day(seen.days.first)},
                      {"to", format_day(seen.days.end - 1)},
                      {"false_discovery_rate", 0.05},
                      {"days_judged", seen.days_judged},
                      {"changes_judged", seen.changes_judged}};
  if (seen.is_one()) {
    const JsonObject only = series_json(seen.series.front());
    for (const auto& member : only) document[member.key()] = member.value();
    return document;
  }
  JsonArray list;
  for (const SeenSeries& series : seen.series) {
    JsonObject by;
    for (size_t i = 0; i < series.members.size(); ++i) by[seen.question.by[i]] = series.members[i];
    JsonObject row{{"by", std::move(by)}};
    const JsonObject told = series_json(series);
    for (const auto& member : told) row[member.key()] = member.value();
    row["reason"] = series.judged.reason.empty() ? Json(nullptr) : Json(series.judged.reason);
    list.push_back(std::move(row));
  }
  document["series"] = std::move(list);
  return document;
}

}  // namespace sociometer::surfaces
