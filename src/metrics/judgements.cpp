// What was said of qualitative KPIs. Words of a scale have an order and no distances: a period shows the last of them.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "metrics/events.h"

namespace sociometer::metrics {
namespace {

Result<Done> check(const Question& question) {
  if (question.by.size() > 1 || (question.by.size() == 1 && !parse_bucket(question.by.front()))) {
    return invalid("judgements are split by one time dimension alone: day, week, month, quarter or year", "by");
  }
  if (!question.filter.empty()) return invalid("judgements are of the workspace as a whole: no filters", "filter");
  if (question.compare.kind != Compare::Kind::none || !question.against.empty()) {
    return invalid("judgements are shown period by period and not compared", "compare");
  }
  return Done{};
}

Result<std::vector<std::string>> keys_of(const catalog::Catalog& catalog, const Question& question) {
  std::vector<std::string> keys;
  for (const std::string& key : question.kpis) {
    TRY(const catalog::QualitativeKpi* kpi, catalog.find_qualitative(key));
    keys.push_back(kpi->key);
  }
  if (!keys.empty()) return keys;
  for (const catalog::QualitativeKpi& kpi : catalog.qualitative()) keys.push_back(kpi.key);
  return keys;
}

std::string sql_judgements(const SqlScope& scope, const std::vector<std::string>& keys) {
  std::string list;
  for (const std::string& key : keys) list += (list.empty() ? "" : ", ") + scope.dialect->text(key);
  return fmt::format(
      "SELECT survey, happened_at, text, respondent, properties, score, scale_high FROM {} AND type = 'judgement' AND "
      "survey IN ({})"
      " ORDER BY survey, happened_at, observed_at, id",
      event_rows(scope, facts::EventTable::surveys,
                 {"survey", "type", "text", "respondent", "properties", "score", "scale_high", "observed_at", "id"}),
      list);
}

// The scale stands with each judgement: it may have been another one since.
void read_scale(std::string_view properties, Judged& judged) {
  boost::system::error_code code;
  Json json = boost::json::parse(properties, code);
  if (code || !json.is_object()) return;
  const JsonObject& object = json.get_object();
  if (const Json* scale = object.if_contains("scale"); scale != nullptr && scale->is_array()) {
    for (const Json& word : scale->get_array()) judged.scale.emplace_back(word.as_string());
  }
  if (const Json* level = object.if_contains("level"); level != nullptr && level->is_string()) {
    judged.level = level->get_string();
  }
  auto at = std::find(judged.scale.begin(), judged.scale.end(), judged.level);
  if (at != judged.scale.end()) judged.position = static_cast<int>(at - judged.scale.begin()) + 1;
}

// Of somebody who was erased the place on the scale is left; its words are today's, where there are as many.
void read_place(const catalog::Catalog& catalog, int64_t place, int64_t words, Judged& judged) {
  judged.position = static_cast<int>(place);
  auto kpi = catalog.find_qualitative(judged.kpi);
  if (!kpi || static_cast<int64_t>((*kpi)->scale.size()) != words || place < 1 || place > words) return;
  judged.scale = (*kpi)->scale;
  judged.level = judged.scale[static_cast<size_t>(place - 1)];
}

// Of judgements in order, the last of each period.
std::vector<Judged> last_of_periods(std::vector<Judged> all) {
  std::vector<Judged> last;
  for (Judged& one : all) {
    bool same = !last.empty() && last.back().kpi == one.kpi && last.back().period == one.period;
    int64_t before = same ? last.back().n : 0;
    if (same) last.pop_back();
    one.n = before + 1;
    last.push_back(std::move(one));
  }
  return last;
}

}  // namespace

Result<JudgementsAnswer> Engine::judgements(const Scope& scope, const Question& question) const {
  TRY_DONE(check(question));
  TRY(const auto catalog, catalog_for(scope, question));
  TRY(const std::vector<std::string> keys, keys_of(*catalog, question));
  JudgementsAnswer answer{question, std::string(scope.zone.name()), {}};
  answer.question.kpis = keys;
  if (keys.empty()) return answer;
  std::optional<Bucket> bucket;
  if (!question.by.empty()) {
    TRY(bucket, parse_bucket(question.by.front()));
  }
  auto read = [&](const facts::Chunk& chunk) {
    for (size_t row = 0; row < chunk.rows(); ++row) {
      Judged one;
      one.kpi = chunk.text(0, row);
      one.day = scope.zone.day_of({chunk.integer(1, row)});
      if (question.days && !question.days->contains(one.day)) continue;
      one.words = chunk.text(2, row);
      one.author = chunk.text(3, row);
      read_scale(chunk.text(4, row), one);
      if (one.level.empty()) read_place(*catalog, chunk.integer(5, row) / 1'000'000, chunk.integer(6, row), one);
      one.n = 1;
      if (bucket) one.period = bucket_label(bucket_of(one.day, *bucket, scope.week_start).first, *bucket);
      answer.rows.push_back(std::move(one));
    }
    return true;
  };
  std::vector<std::string> ran;
  SqlScope sql{&duckdb_dialect(), scope.workspace, question.as_of, {}};
  TRY_DONE(run_select(store_, sql_judgements(sql, keys), ran, read));
  if (bucket) answer.rows = last_of_periods(std::move(answer.rows));
  return answer;
}

Json to_json(const JudgementsAnswer& answer) {
  JsonArray rows;
  for (const Judged& one : answer.rows) {
    JsonObject row{{"kpi", one.kpi}};
    if (!one.period.empty()) row["by"] = JsonObject{{answer.question.by.front(), one.period}};
    row["day"] = format_day(one.day);
    row["level"] = one.level;
    row["position"] = one.position == 0 ? Json(nullptr) : Json(one.position);
    row["scale"] = JsonArray(one.scale.begin(), one.scale.end());
    row["author"] = one.author;
    row["words"] = one.words;
    row["n"] = one.n;
    rows.push_back(std::move(row));
  }
  return JsonObject{{"question", to_json(answer.question, answer.zone)}, {"rows", std::move(rows)}};
}

}  // namespace sociometer::metrics
