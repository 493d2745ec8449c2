// What an export says of benchmark sets, campaigns and tags, with all their history.
#include <fmt/format.h>

#include <algorithm>

#include "upkeep/export.h"
#include "upkeep/said.h"

namespace sociometer::upkeep {
namespace {

using control::KeptBenchmarkSet;
using control::KeptCampaign;
using control::KeptRule;
using control::TagSaying;

Json moment_json(const std::optional<Instant>& at) {
  return at ? Json(format_instant(*at)) : Json(nullptr);
}

Json rule_json(const KeptRule& rule) {
  return JsonObject{{"of", rule.of}, {"value", rule.value}};
}

Result<KeptRule> rule_from(const Json& said, std::string_view what) {
  Reading reading(said, what);
  KeptRule rule{reading.text("of"), reading.text("value")};
  TRY_DONE(reading.done());
  return rule;
}

// A set of which something is known here keeps that.
Result<Done> say_benchmarks(control::Control& control, const std::string& workspace, const JsonObject& settings) {
  TRY(const std::vector<KeptBenchmarkSet> here, control.benchmarks().history(workspace));
  std::vector<KeptBenchmarkSet> fresh;
  for (const Json& said : list_in(settings, "benchmark_sets")) {
    Reading reading(said, "benchmark sets");
    KeptBenchmarkSet set{reading.text("key"), reading.text("yaml"), reading.needed_moment("recorded_at")};
    TRY_DONE(reading.done());
    if (set.key.empty()) return unreadable("benchmark sets");
    const bool known = std::ranges::any_of(here, [&](const KeptBenchmarkSet& one) { return one.key == set.key; });
    if (!known) fresh.push_back(std::move(set));
  }
  if (fresh.empty()) return Done{};
  return control.benchmarks().add(workspace, fresh);
}

Result<KeptCampaign> campaign_from(const Json& said) {
  Reading reading(said, "campaigns");
  KeptCampaign campaign;
  campaign.name = reading.text("name");
  campaign.days = {reading.day("from"), reading.day("to") + 1};
  campaign.currency = reading.text("currency");
  campaign.by = reading.text("by");
  campaign.set_at = reading.needed_moment("set_at");
  campaign.removed_at = reading.moment("removed_at");
  TRY_DONE(reading.done());
  if (const Json* budget = reading.member("budget"); budget != nullptr && budget->is_int64()) {
    campaign.budget = budget->get_int64();
  }
  for (const Json& each : list_in(said.get_object(), "rules")) {
    TRY(KeptRule rule, rule_from(each, "campaigns"));
    campaign.rules.push_back(std::move(rule));
  }
  return campaign;
}

Result<Done> say_campaigns(control::Control& control, const std::string& workspace, const JsonObject& settings,
                           std::vector<std::string>& notes) {
  TRY(const std::vector<KeptCampaign> here, control.campaigns().history(workspace));
  for (const Json& said : list_in(settings, "campaigns")) {
    TRY(KeptCampaign campaign, campaign_from(said));
    const bool known = std::ranges::any_of(
        here, [&](const KeptCampaign& one) { return one.name == campaign.name && one.set_at == campaign.set_at; });
    if (known) continue;
    const Result<KeptCampaign> added = control.campaigns().add(workspace, campaign);
    if (added) continue;
    if (added.error().kind != ErrorKind::conflict) return added.error();
    notes.push_back(fmt::format("the campaign {} keeps what it is here; it is another in the export", campaign.name));
  }
  return Done{};
}

bool is_same(const TagSaying& a, const TagSaying& b) {
  return a.tag == b.tag && a.network == b.network && a.account == b.account && a.post == b.post && a.rule == b.rule &&
         a.taken_away == b.taken_away && a.at == b.at;
}

Result<Done> say_tags(control::Control& control, const std::string& workspace, const JsonObject& settings) {
  TRY(const std::vector<TagSaying> here, control.campaigns().sayings(workspace));
  std::vector<TagSaying> fresh;
  for (const Json& said : list_in(settings, "tag_sayings")) {
    Reading reading(said, "tags");
    TagSaying saying;
    saying.tag = reading.text("tag");
    saying.network = reading.text("network");
    saying.account = reading.text("account");
    saying.post = reading.text("post");
    saying.by = reading.text("by");
    saying.at = reading.needed_moment("at");
    TRY_DONE(reading.done());
    const Json* rule = reading.member("rule");
    if (rule != nullptr && !rule->is_null()) {
      TRY(saying.rule, rule_from(*rule, "tags"));
    }
    const Json* taken_away = reading.member("taken_away");
    saying.taken_away = taken_away != nullptr && taken_away->is_bool() && taken_away->get_bool();
    const bool known = std::ranges::any_of(here, [&](const TagSaying& one) { return is_same(one, saying); });
    if (!known) fresh.push_back(std::move(saying));
  }
  if (fresh.empty()) return Done{};
  return control.campaigns().say(workspace, fresh);
}

}  // namespace

Result<Done> put_labels(control::Control& control, const std::string& workspace, JsonObject& settings) {
  JsonArray sets, campaigns, tags;
  TRY(const std::vector<KeptBenchmarkSet> known_sets, control.benchmarks().history(workspace));
  for (const KeptBenchmarkSet& set : known_sets) {
    sets.push_back(JsonObject{{"key", set.key}, {"yaml", set.yaml}, {"recorded_at", format_instant(set.recorded_at)}});
  }
  TRY(const std::vector<KeptCampaign> known_campaigns, control.campaigns().history(workspace));
  for (const KeptCampaign& campaign : known_campaigns) {
    JsonArray rules;
    for (const KeptRule& rule : campaign.rules) rules.push_back(rule_json(rule));
    campaigns.push_back(JsonObject{{"name", campaign.name},
                                   {"from", format_day(campaign.days.first)},
                                   {"to", format_day(campaign.days.end - 1)},
                                   {"budget", campaign.budget ? Json(*campaign.budget) : Json(nullptr)},
                                   {"currency", campaign.currency},
                                   {"rules", std::move(rules)},
                                   {"by", campaign.by},
                                   {"set_at", format_instant(campaign.set_at)},
                                   {"removed_at", moment_json(campaign.removed_at)}});
  }
  TRY(const std::vector<TagSaying> said, control.campaigns().sayings(workspace));
  for (const TagSaying& saying : said) {
    tags.push_back(JsonObject{{"tag", saying.tag},
                              {"network", saying.network},
                              {"account", saying.account},
                              {"post", saying.post},
                              {"rule", saying.rule ? rule_json(*saying.rule) : Json(nullptr)},
                              {"taken_away", saying.taken_away},
                              {"by", saying.by},
                              {"at", format_instant(saying.at)}});
  }
  if (!sets.empty()) settings["benchmark_sets"] = std::move(sets);
  if (!campaigns.empty()) settings["campaigns"] = std::move(campaigns);
  if (!tags.empty()) settings["tag_sayings"] = std::move(tags);
  return Done{};
}

Result<Done> say_labels(control::Control& control, const std::string& workspace, const JsonObject& settings,
                        std::vector<std::string>& notes) {
  TRY_DONE(say_benchmarks(control, workspace, settings));
  TRY_DONE(say_campaigns(control, workspace, settings, notes));
  return say_tags(control, workspace, settings);
}

}  // namespace sociometer::upkeep
