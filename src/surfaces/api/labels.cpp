#include <fmt/format.h>

#include "surfaces/api/api.h"
#include "surfaces/cli/command.h"
#include "surfaces/labels.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

// An amount may be written as a number.
Result<std::string> amount_of(const JsonObject& body, const char* name) {
  const Json* said = body.if_contains(name);
  if (said != nullptr && said->is_number()) return json_text(*said);
  return json_string(body, name);
}

Result<net::Response> say(const Ask& ask, bool taken_away) {
  TRY(const JsonObject body, ask.body({"posts", "rules", "selection"}));
  TagWords words;
  words.tag = ask.path.at("tag");
  words.taken_away = taken_away;
  TRY(words.posts, texts_of(body, "posts"));
  TRY(words.rules, texts_of(body, "rules"));
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  if (const Json* selection = body.if_contains("selection"); selection != nullptr && !selection->is_null()) {
    if (!selection->is_object()) return invalid("selection must be an object of a question's selectors", "selection");
    JsonObject question = selection->get_object();
    for (const char* name : {"kpis", "by", "compare", "against"}) {
      if (question.contains(name)) return invalid(fmt::format("a selection of posts has no {}", name), "selection");
    }
    question["kpis"] = JsonArray{Json("posts")};
    TRY(words.selected, as_wrong_words(metrics::question_from_json(question, scope)));
  }
  TRY(const Tagged tagged, say_tag(ask.house(), scope, words, name_of(ask.caller), ask.clock().now()));
  return json_response(
      JsonObject{{"tag", words.tag}, {"posts", tagged.posts}, {"rules", tagged.rules}, {"taken_away", taken_away}});
}

}  // namespace

Result<net::Response> get_campaigns(const Ask& ask) {
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const std::vector<SeenCampaign> all, campaigns_of(ask.house(), scope));
  JsonArray list;
  for (const SeenCampaign& seen : all) list.push_back(campaign_json(seen));
  return json_response(JsonObject{{"campaigns", std::move(list)}});
}

Result<net::Response> post_campaign(const Ask& ask) {
  TRY(const JsonObject body, ask.body({"name", "from", "to", "budget", "currency", "rules"}));
  CampaignWords words;
  TRY(words.name, json_string(body, "name"));
  TRY(words.from, json_string(body, "from"));
  TRY(words.to, json_string(body, "to"));
  TRY(words.budget, amount_of(body, "budget"));
  TRY(words.currency, json_string(body, "currency"));
  TRY(words.rules, texts_of(body, "rules"));
  TRY(const control::Workspace workspace, ask.house().control->workspace(ask.workspace));
  TRY(const control::KeptCampaign added,
      add_campaign(ask.house(), workspace, words, name_of(ask.caller), ask.clock().now()));
  ask.noted.object = added.name;
  return json_response(JsonObject{{"campaign", campaign_json(added)}}, 201);
}

Result<net::Response> get_campaign(const Ask& ask) {
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const control::KeptCampaign campaign,
      ask.house().control->campaigns().find(ask.workspace, ask.path.at("campaign")));
  TRY(const CampaignPage page, campaign_page(ask.house(), scope, campaign, ask.clock()));
  return json_response(JsonObject{{"campaign", campaign_page_json(page)}});
}

Result<net::Response> delete_campaign(const Ask& ask) {
  TRY(const control::KeptCampaign gone,
      ask.house().control->campaigns().remove(ask.workspace, ask.path.at("campaign"), ask.clock().now()));
  return json_response(JsonObject{{"campaign", campaign_json(gone)}});
}

Result<net::Response> get_tags(const Ask& ask) {
  TRY(const metrics::Scope scope, scope_of(ask.house(), ask.workspace, ask.clock()));
  TRY(const std::vector<SeenTag> all, tags_of(ask.house(), scope));
  JsonArray list;
  for (const SeenTag& tag : all) list.push_back(tag_json(tag));
  return json_response(JsonObject{{"tags", std::move(list)}});
}

Result<net::Response> post_tag(const Ask& ask) {
  return say(ask, false);
}

Result<net::Response> post_tag_remove(const Ask& ask) {
  return say(ask, true);
}

}  // namespace sociometer::surfaces
