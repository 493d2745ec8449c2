#include "control/campaigns.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "control/database.h"

namespace sociometer::control {
namespace {

using soci::into;
using soci::session;
using soci::use;

constexpr size_t campaign_name_length_max = 200, value_length_max = 400;
constexpr long long no_budget = -1;

Result<Done> check_name(std::string_view text, const char* field) {
  if (trimmed(text).empty()) return invalid(fmt::format("a {} has a name", field), field);
  if (!is_utf8(text)) return invalid(fmt::format("the name of a {} must be text in UTF-8", field), field);
  if (text.size() > campaign_name_length_max) {
    return invalid(fmt::format("the name of a {} is at most {} bytes long", field, campaign_name_length_max), field);
  }
  return Done{};
}

Result<Done> check_rule(const KeptRule& rule) {
  if (is_utf8(rule.value) && rule.value.size() <= value_length_max) return Done{};
  return invalid(fmt::format("what a rule looks for is text of at most {} bytes", value_length_max), "rule");
}

std::string rules_text(const std::vector<KeptRule>& rules) {
  JsonArray list;
  for (const KeptRule& rule : rules) list.push_back(JsonObject{{"of", rule.of}, {"value", rule.value}});
  return json_text(list);
}

std::vector<KeptRule> rules_in(const std::string& text) {
  std::vector<KeptRule> rules;
  const Result<Json> list = parse_json(text);
  if (!list || !list->is_array()) return rules;
  for (const Json& each : list->get_array()) {
    if (!each.is_object()) continue;
    const Result<std::string> of = json_string(each.get_object(), "of");
    const Result<std::string> value = json_string(each.get_object(), "value");
    if (of && value) rules.push_back({*of, *value});
  }
  return rules;
}

std::vector<KeptCampaign> campaigns_of(session& sql, const std::string& key) {
  std::vector<KeptCampaign> found;
  KeptCampaign row;
  long long number = 0, budget = 0, set_at = 0, removed_at = 0;
  std::string rules;
  soci::statement statement =
      (sql.prepare
           << "SELECT number, campaign, first_day, end_day, budget, currency, rules, set_by, set_at, removed_at "
              "FROM campaigns WHERE workspace = :workspace ORDER BY number",
       into(number), into(row.name), into(row.days.first.number), into(row.days.end.number), into(budget),
       into(row.currency), into(rules), into(row.by), into(set_at), into(removed_at), use(key));
  statement.execute();
  while (statement.fetch()) {
    KeptCampaign& one = found.emplace_back(row);
    one.number = number;
    if (budget != no_budget) one.budget = budget;
    one.rules = rules_in(rules);
    one.set_at = {set_at};
    if (removed_at != 0) one.removed_at = Instant{removed_at};
  }
  return found;
}

Result<KeptCampaign> need_campaign(session& sql, const std::string& key, std::string_view name) {
  std::vector<std::string> known;
  for (const KeptCampaign& one : campaigns_of(sql, key)) {
    if (one.removed_at) continue;
    if (one.name == name) return one;
    known.push_back(one.name);
  }
  return not_found(fmt::format("there is no campaign \"{}\"; {}", name,
                               known.empty() ? "none is set" : fmt::format("there are {}", join(known, ", "))),
                   "campaign");
}

}  // namespace

Result<KeptCampaign> Campaigns::add(std::string_view workspace, KeptCampaign campaign) {
  TRY_DONE(check_name(campaign.name, "campaign"));
  for (const KeptRule& rule : campaign.rules) TRY_DONE(check_rule(rule));
  if (campaign.days.empty()) return invalid("a campaign ends on the day it begins or later", "to");
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptCampaign> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    if (!campaign.removed_at && need_campaign(sql, key, campaign.name)) {
      return conflict(fmt::format(
          "there is a campaign \"{0}\" already: `sociometer campaign remove \"{0}\"` takes it away", campaign.name));
    }
    long long number = 0;
    sql << "SELECT coalesce(max(number), 0) + 1 FROM campaigns WHERE workspace = :workspace", into(number), use(key);
    const long long budget = campaign.budget.value_or(no_budget), set_at = campaign.set_at.micros;
    const long long removed_at = campaign.removed_at ? campaign.removed_at->micros : 0;
    const std::string rules = rules_text(campaign.rules);
    sql << "INSERT INTO campaigns (workspace, number, campaign, first_day, end_day, budget, currency, rules, set_by, "
           "set_at, removed_at) VALUES (:workspace, :number, :name, :first, :end, :budget, :currency, :rules, :by, "
           ":set_at, :removed_at)",
        use(key), use(number), use(campaign.name), use(campaign.days.first.number), use(campaign.days.end.number),
        use(budget), use(campaign.currency), use(rules), use(campaign.by), use(set_at), use(removed_at);
    campaign.number = number;
    return campaign;
  });
}

Result<std::vector<KeptCampaign>> Campaigns::history(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<KeptCampaign>> {
    return campaigns_of(sql, std::string(workspace));
  });
}

Result<KeptCampaign> Campaigns::find(std::string_view workspace, std::string_view name) {
  return database_.attempt(Access::read,
                           [&](session& sql) { return need_campaign(sql, std::string(workspace), name); });
}

Result<KeptCampaign> Campaigns::remove(std::string_view workspace, std::string_view name, Instant now) {
  return database_.attempt(Access::write, [&](session& sql) -> Result<KeptCampaign> {
    const std::string key(workspace);
    TRY(KeptCampaign found, need_campaign(sql, key, name));
    const long long at = now.micros, number = found.number;
    sql << "UPDATE campaigns SET removed_at = :at WHERE workspace = :workspace AND number = :number", use(at), use(key),
        use(number);
    found.removed_at = now;
    return found;
  });
}

Result<Done> Campaigns::say(std::string_view workspace, const std::vector<TagSaying>& sayings) {
  for (const TagSaying& saying : sayings) {
    TRY_DONE(check_name(saying.tag, "tag"));
    if (saying.rule) TRY_DONE(check_rule(*saying.rule));
  }
  return database_.attempt(Access::write, [&](session& sql) -> Result<Done> {
    const std::string key(workspace);
    TRY_DONE(need_workspace(sql, key));
    long long number = 0;
    sql << "SELECT coalesce(max(number), 0) FROM tag_sayings WHERE workspace = :workspace", into(number), use(key);
    for (const TagSaying& saying : sayings) {
      ++number;
      const long long at = saying.at.micros;
      const KeptRule rule = saying.rule.value_or(KeptRule{});
      const int taken_away = saying.taken_away ? 1 : 0;
      sql << "INSERT INTO tag_sayings (workspace, number, tag, network, account, post, rule, rule_value, taken_away, "
             "said_by, said_at) VALUES (:workspace, :number, :tag, :network, :account, :post, :rule, :value, :away, "
             ":by, :at)",
          use(key), use(number), use(saying.tag), use(saying.network), use(saying.account), use(saying.post),
          use(rule.of), use(rule.value), use(taken_away), use(saying.by), use(at);
    }
    return Done{};
  });
}

Result<std::vector<TagSaying>> Campaigns::sayings(std::string_view workspace) {
  return database_.attempt(Access::read, [&](session& sql) -> Result<std::vector<TagSaying>> {
    std::vector<TagSaying> found;
    TagSaying row;
    KeptRule rule;
    long long number = 0, at = 0;
    int taken_away = 0;
    const std::string key(workspace);
    soci::statement statement =
        (sql.prepare
             << "SELECT number, tag, network, account, post, rule, rule_value, taken_away, said_by, said_at FROM "
                "tag_sayings WHERE workspace = :workspace ORDER BY number",
         into(number), into(row.tag), into(row.network), into(row.account), into(row.post), into(rule.of),
         into(rule.value), into(taken_away), into(row.by), into(at), use(key));
    statement.execute();
    while (statement.fetch()) {
      TagSaying& one = found.emplace_back(row);
      one.number = number;
      if (!rule.of.empty()) one.rule = rule;
      one.taken_away = taken_away != 0;
      one.at = {at};
    }
    return found;
  });
}

}  // namespace sociometer::control
