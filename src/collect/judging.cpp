// Judgements by hand: one dated word of a qualitative KPI's scale, stored as a batch of its own.
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "collect/collect.h"

namespace sociometer::collect {
namespace {

Result<std::string> level_of(const catalog::QualitativeKpi& kpi, std::string_view said) {
  for (const std::string& word : kpi.scale) {
    if (catalog::normalised_header(word) == catalog::normalised_header(said)) return word;
  }
  return invalid(fmt::format("\"{}\" is not on the scale of {}, which goes: {}", said, kpi.key, join(kpi.scale, ", ")),
                 "level");
}

Result<Day> day_of(const GivenJudgement& given, const Zone& zone, Instant now) {
  const Day today = zone.day_of(now);
  if (given.day && *given.day > today) {
    return invalid(fmt::format("{} is still to come; today is {}", format_day(*given.day), format_day(today)), "day");
  }
  return given.day.value_or(today);
}

}  // namespace

Result<facts::BatchReceipt> Importer::judge(std::string_view workspace, const GivenJudgement& given,
                                            const std::shared_ptr<const Clock>& clock) {
  std::shared_ptr<const catalog::Catalog> catalog = catalog_;
  if (catalog_of_) {
    TRY(catalog, catalog_of_(workspace));
  }
  TRY(const catalog::QualitativeKpi* kpi, catalog->find_qualitative(given.kpi));
  TRY(const std::string level, level_of(*kpi, given.level));
  if (trimmed(given.author).empty()) return invalid("a judgement is somebody's: say who judged", "author");
  TRY(const control::Workspace home, control_.workspace(workspace));
  const Instant now = (clock ? *clock : *clock_).now();
  TRY(const Day day, day_of(given, home.zone, now));

  const std::string id = fmt::format("{}/{}/{}", kpi->key, format_day(day), trimmed(given.author));
  const std::string properties =
      json_text(JsonObject{{"level", level}, {"scale", JsonArray(kpi->scale.begin(), kpi->scale.end())}});
  facts::SurveyAnswer answer;
  answer.happened_at = home.zone.start_of(day);
  answer.id = id;
  answer.survey = kpi->key;
  answer.kind = "answered";
  answer.type = "judgement";
  const auto place = std::find(kpi->scale.begin(), kpi->scale.end(), level) - kpi->scale.begin();
  answer.scale_low = 1;
  answer.scale_high = static_cast<int64_t>(kpi->scale.size());
  answer.score = (place + 1) * 1'000'000;
  answer.text = given.words;
  answer.respondent = trimmed(given.author);
  answer.properties = properties;
  answer.observed_at = now;
  TRY(auto writer, store_.begin(home.key, {.source = "judgement", .zone = home.zone.name()}));
  TRY_DONE(writer->add(answer));
  return writer->commit({.observed_at = now, .rows_read = 1, .rows_accepted = 1});
}

}  // namespace sociometer::collect
