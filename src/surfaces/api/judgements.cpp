#include "base/text.h"
#include "surfaces/api/api.h"
#include "surfaces/cli/selectors.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {

Result<net::Response> get_judgements(const Ask& ask) {
  Selectors selectors;
  selectors.from = ask.parameter("from");
  selectors.to = ask.parameter("to");
  selectors.last = ask.parameter("last");
  selectors.as_of = ask.parameter("as_of");
  if (const std::string& by = ask.parameter("by"); !by.empty()) selectors.by = {by};
  for (std::string_view kpi : split(ask.parameter("kpis"), ',')) {
    if (!trimmed(kpi).empty()) selectors.kpis.emplace_back(trimmed(kpi));
  }
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const metrics::Question question, judgements_question(ask.house(), ask.workspace, std::move(selectors), scope));
  TRY(const metrics::JudgementsAnswer answer, as_wrong_words(ask.house().engine->judgements(scope, question)));
  return json_response(metrics::to_json(answer));
}

Result<net::Response> post_judgement(const Ask& ask) {
  TRY(const JsonObject body, ask.body());
  collect::GivenJudgement given;
  TRY(given.kpi, json_string(body, "kpi"));
  TRY(given.level, json_string(body, "level"));
  TRY(given.author, json_string(body, "author"));
  TRY(given.words, json_string(body, "words"));
  TRY(const std::string day, json_string(body, "day"));
  if (!day.empty()) {
    const auto parsed = parse_day(day);
    if (!parsed) return invalid(parsed.error().message, "day");
    given.day = *parsed;
  }
  if (given.author.empty() && ask.caller.person) given.author = ask.caller.person->name;
  TRY(const facts::BatchReceipt receipt, as_wrong_words(ask.house().importer->judge(ask.workspace, given)));
  return json_response(JsonObject{{"kpi", given.kpi}, {"batch", receipt.id}, {"already_known", receipt.already_known}},
                       201);
}

}  // namespace sociometer::surfaces
