#include "surfaces/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "surfaces/json_parts.h"
#include "surfaces/scope.h"

namespace sociometer::surfaces {
namespace {

using control::KeptCampaign;
using control::KeptRule;
using control::TagSaying;
using metrics::Answer;
using metrics::Cell;
using metrics::Question;

constexpr double micros = 1'000'000;
constexpr double budget_max = 1e12;
constexpr int campaign_days_max = 3660;
constexpr int64_t page_size = 1000;
const std::vector<std::string> kpis_of_posts{"posts",       "impressions",     "engagements",
                                             "link_clicks", "engagement_rate", "engagement_rate:by_impressions"};
const std::vector<std::string> kpis_of_accounts{"impressions", "engagements", "engagement_rate", "link_clicks",
                                                "net_follower_growth"};
// What a campaign is paid for, and whose number it is: its posts' or what followed visits and clicks of it.
const std::vector<std::string> results{"impressions", "engagements", "link_clicks", "attributed_conversions"};

metrics::LabelRule rule_of(const KeptRule& kept) {
  const Result<metrics::LabelRule> rule = metrics::parse_label_rule(kept.of, kept.value);
  return rule ? *rule : metrics::LabelRule{};
}

Result<KeptRule> parse_rule(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return invalid(fmt::format("a rule is hashtag=…, text=…, link=…, account=… or tag=…, not \"{}\"", text), "rule");
  }
  TRY(const metrics::LabelRule rule,
      metrics::parse_label_rule(trimmed(text.substr(0, equals)), text.substr(equals + 1)));
  return KeptRule{std::string(metrics::name(rule.of)), rule.value};
}

// It stands in addresses and lists.
Result<std::string> parse_name(std::string_view text, const char* field) {
  const std::string name(trimmed(text));
  if (name.empty()) return invalid(fmt::format("a {} has a name", field), field);
  const bool is_odd =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/'; });
  if (is_odd) return invalid(fmt::format("the name of a {} is one line without a slash", field), field);
  return name;
}

Result<int64_t> parse_budget(std::string_view text) {
  text = trimmed(text);
  double amount = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  const bool is_number = error == std::errc() && stop == text.data() + text.size() && std::isfinite(amount);
  if (!is_number || amount < 0 || amount > budget_max) {
    return invalid(fmt::format("a budget is an amount such as 1500 or 1500.50, not \"{}\"", text), "budget");
  }
  return std::llround(amount * micros);
}

Result<std::string> parse_currency(std::string_view said, const control::Workspace& workspace) {
  if (trimmed(said).empty()) {
    if (!workspace.currency.empty()) return workspace.currency;
    return invalid("say the budget's currency, as EUR: the workspace has none", "currency");
  }
  std::string code(trimmed(said));
  std::transform(code.begin(), code.end(), code.begin(), [](unsigned char c) { return std::toupper(c); });
  const bool is_code =
      code.size() == 3 && std::all_of(code.begin(), code.end(), [](unsigned char c) { return c >= 'A' && c <= 'Z'; });
  if (!is_code) return invalid(fmt::format("a currency has three letters, as EUR, not \"{}\"", said), "currency");
  return code;
}

}  // namespace

Result<std::shared_ptr<const metrics::Labels>> labels_of(const House& house, std::string_view workspace) {
  TRY(const std::vector<KeptCampaign> campaigns, house.control->campaigns().history(workspace));
  TRY(const std::vector<TagSaying> sayings, house.control->campaigns().sayings(workspace));
  if (campaigns.empty() && sayings.empty()) return std::shared_ptr<const metrics::Labels>();
  auto labels = std::make_shared<metrics::Labels>();
  for (const KeptCampaign& kept : campaigns) {
    metrics::CampaignLabel& label = labels->campaigns.emplace_back();
    label.name = kept.name;
    label.days = kept.days;
    for (const KeptRule& rule : kept.rules) label.rules.push_back(rule_of(rule));
    label.set_at = kept.set_at;
    label.removed_at = kept.removed_at;
  }
  for (const TagSaying& said : sayings) {
    metrics::TagLabel& label = labels->tags.emplace_back();
    label.tag = said.tag;
    if (said.rule) label.rule = rule_of(*said.rule);
    label.network = said.network;
    label.account = said.account;
    label.post = said.post;
    label.kind = said.taken_away ? metrics::TagLabel::Kind::taken_away : metrics::TagLabel::Kind::given;
    label.said_at = said.at;
  }
  return std::shared_ptr<const metrics::Labels>(std::move(labels));
}

// --- Campaigns ------------------------------------------------------------------------------------------------------

Result<KeptCampaign> add_campaign(const House& house, const control::Workspace& workspace, const CampaignWords& words,
                                  std::string_view by, Instant now) {
  KeptCampaign campaign;
  TRY(campaign.name, parse_name(words.name, "campaign"));
  for (const auto& [text, field, to] :
       {std::tuple{&words.from, "from", &campaign.days.first}, std::tuple{&words.to, "to", &campaign.days.end}}) {
    if (trimmed(*text).empty()) return invalid("a campaign has a first and a last day: say from and to", field);
    const Result<Day> day = parse_day(trimmed(*text));
    if (!day) return invalid(day.error().message, field);
    *to = *day;
  }
  campaign.days.end = campaign.days.end + 1;
  if (campaign.days.empty()) return invalid("a campaign ends on the day it begins or later", "to");
  if (campaign.days.days() > campaign_days_max) return invalid("a campaign lasts at most ten years", "to");
  if (!trimmed(words.budget).empty()) {
    TRY(campaign.budget, parse_budget(words.budget));
    TRY(campaign.currency, parse_currency(words.currency, workspace));
  } else if (!trimmed(words.currency).empty()) {
    return invalid("a currency is of a budget: say the budget", "currency");
  }
  for (const std::string& text : words.rules) {
    TRY(KeptRule rule, parse_rule(text));
    campaign.rules.push_back(std::move(rule));
  }
  campaign.by = by;
  campaign.set_at = now;
  return house.control->campaigns().add(workspace.key, std::move(campaign));
}

Result<std::vector<SeenCampaign>> campaigns_of(const House& house, const metrics::Scope& scope) {
  TRY(const std::vector<KeptCampaign> history, house.control->campaigns().history(scope.workspace));
  std::vector<SeenCampaign> all;
  for (const KeptCampaign& kept : history) {
    if (!kept.removed_at) all.push_back({kept.name, kept, {}, {}, {}});
  }
  Question question;
  question.kpis = {"posts", "impressions", "engagements"};
  question.by = {"campaign"};
  question.filter["ownership"] = {"own", "partner"};
  question.basis = metrics::Basis::published;
  TRY(const Answer answer, house.engine->ask(scope, question));
  for (const Cell& cell : answer.rows) {
    if (cell.by.empty() || cell.by.front().empty()) continue;
    auto seen = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == cell.by.front(); });
    if (seen == all.end()) seen = all.insert(all.end(), SeenCampaign{cell.by.front(), {}, {}, {}, {}});
    auto& to = cell.kpi == "posts" ? seen->posts : cell.kpi == "impressions" ? seen->impressions : seen->engagements;
    to = cell.value;
  }
  return all;
}

JsonObject campaign_json(const KeptCampaign& campaign) {
  JsonArray rules;
  for (const KeptRule& rule : campaign.rules) rules.push_back(Json(rule.of + "=" + rule.value));
  return {{"name", campaign.name},
          {"from", format_day(campaign.days.first)},
          {"to", format_day(campaign.days.end - 1)},
          {"budget", campaign.budget ? Json(static_cast<double>(*campaign.budget) / micros) : Json(nullptr)},
          {"currency", text_or_null(campaign.currency)},
          {"rules", std::move(rules)},
          {"by", text_or_null(campaign.by)},
          {"set_at", format_instant(campaign.set_at)},
          {"removed_at", campaign.removed_at ? Json(format_instant(*campaign.removed_at)) : Json(nullptr)}};
}

JsonObject campaign_json(const SeenCampaign& campaign) {
  JsonObject json;
  if (campaign.kept) {
    json = campaign_json(*campaign.kept);
  } else {
    json["name"] = campaign.name;
    for (const char* key : {"from", "to", "budget", "currency"}) json[key] = nullptr;
    json["rules"] = JsonArray();
  }
  json["origin"] = campaign.kept ? "set" : "exports";
  json["posts"] = number_or_null(campaign.posts);
  json["impressions"] = number_or_null(campaign.impressions);
  json["engagements"] = number_or_null(campaign.engagements);
  return json;
}

namespace {

class PageOf {
 public:
  PageOf(const House& house, const metrics::Scope& scope, const KeptCampaign& campaign, const Clock& clock)
      : house_(house), scope_(scope), clock_(clock), today_(scope.zone.day_of(scope.now)) {
    page_.campaign = campaign;
  }

  Result<CampaignPage> run() {
    page_.catalog = scope_.editions->at(std::nullopt);
    page_.zone = scope_.zone.name();
    page_.currency = scope_.currency;
    TRY_DONE(ask_parts());
    TRY_DONE(ask_periods());
    TRY_DONE(ask_cost());
    TRY_DONE(ask_goals());
    return std::move(page_);
  }

 private:
  Question of_campaign(const std::vector<std::string>& kpis) const {
    Question question;
    question.kpis = kpis;
    question.days = page_.campaign.days;
    question.filter["campaign"] = {page_.campaign.name};
    return question;
  }

  Result<Done> ask_parts() {
    struct Kind {
      const char* part;
      const char* promotion;
      const char* ownership;
    };
    for (const Kind& kind : {Kind{"own", nullptr, nullptr}, Kind{"organic", "organic", nullptr},
                             Kind{"paid", "paid", nullptr}, Kind{"partners", nullptr, "partner"}}) {
      Question question = of_campaign(kpis_of_posts);
      question.basis = metrics::Basis::published;
      if (kind.promotion != nullptr) question.filter["promotion"] = {kind.promotion};
      if (kind.ownership != nullptr) question.filter["ownership"] = {kind.ownership};
      TRY(Answer answer, house_.engine->ask(scope_, question));
      page_.parts.push_back({kind.part, std::move(answer)});
    }
    return Done{};
  }

  // Where the days before are known by posts alone, all three times are: what was counted otherwise cannot be set
  // beside.
  Result<Done> ask_periods() {
    TRY_DONE(ask_periods_by(metrics::Basis::automatic));
    if (has_one_basis()) return Done{};
    return ask_periods_by(metrics::Basis::published);
  }

  Result<Done> ask_periods_by(metrics::Basis basis) {
    page_.periods.clear();
    const DayRange during = page_.campaign.days;
    const int length = during.days();
    const DayRange before{during.first - length, during.first}, after{during.end, during.end + length};
    for (const auto& [name, days] : {std::pair{"before", before}, {"during", during}, {"after", after}}) {
      CampaignPage::Period& period = page_.periods.emplace_back();
      period.period = name;
      period.days = days;
      period.over = days.end <= today_;
      if (days.first >= today_) continue;
      Question question;
      question.kpis = kpis_of_accounts;
      question.basis = basis;
      // Of one that runs the days so far: so all three count by the same basis.
      question.days = DayRange{days.first, std::min(days.end, today_)};
      // Half a time is not set against a whole one.
      if (period.over && days != before) question.compare = {metrics::Compare::Kind::range, before};
      TRY(period.answer, house_.engine->ask(scope_, question));
    }
    return Done{};
  }

  bool has_one_basis() const {
    std::map<std::string, std::set<std::string>> bases;
    for (const CampaignPage::Period& period : page_.periods) {
      if (!period.answer) continue;
      for (const auto& row : period.answer->rows) {
        if (row.value) bases[row.kpi].insert(row.basis);
      }
    }
    return std::ranges::all_of(bases, [](const auto& of_kpi) { return of_kpi.second.size() == 1; });
  }

  Result<std::optional<double>> number(const std::string& kpi) const {
    TRY(const Answer answer, house_.engine->ask(scope_, of_campaign({kpi})));
    reason_ = answer.rows.empty() ? "no_data" : answer.rows.front().reason;
    return answer.rows.empty() ? std::optional<double>() : answer.rows.front().value;
  }

  Result<Done> ask_cost() {
    TRY(page_.stored_cost, number("cost"));
    const std::string why = reason_;
    if (page_.campaign.budget) page_.budget = static_cast<double>(*page_.campaign.budget) / micros;
    page_.cost = page_.stored_cost ? page_.stored_cost : page_.budget;
    if (page_.cost) {
      page_.cost_from = page_.stored_cost ? "stored" : "budget";
      page_.cost_currency = page_.stored_cost ? scope_.currency : page_.campaign.currency;
    }
    for (const std::string& kpi : results) {
      CampaignPage::PerResult& one = page_.per_result.emplace_back();
      one.kpi = kpi;
      TRY(one.result, number(kpi));
      if (!one.result) {
        one.reason = reason_.empty() ? "no_data" : reason_;
      } else if (*one.result == 0) {
        one.reason = "zero_denominator";
      } else if (!page_.cost) {
        one.reason = why.empty() ? "no_data" : why;
      } else {
        one.cost = *page_.cost / *one.result;
      }
    }
    return Done{};
  }

  Result<Done> ask_goals() {
    TRY(std::vector<SeenGoal> all, goals_of(house_, scope_.workspace, clock_));
    for (SeenGoal& seen : all) {
      if (!intersection(seen.goal.days, page_.campaign.days).empty()) page_.goals.push_back(std::move(seen));
    }
    return Done{};
  }

  const House& house_;
  const metrics::Scope& scope_;
  const Clock& clock_;
  const Day today_;
  mutable std::string reason_;  // of the last number that was asked
  CampaignPage page_;
};

Json rows_of(const std::optional<Answer>& answer) {
  return answer ? Json(metrics::to_json(*answer).as_object().at("rows")) : Json(nullptr);
}

}  // namespace

Result<CampaignPage> campaign_page(const House& house, const metrics::Scope& scope, const KeptCampaign& campaign,
                                   const Clock& clock) {
  return PageOf(house, scope, campaign, clock).run();
}

JsonObject campaign_page_json(const CampaignPage& page) {
  JsonObject json = campaign_json(page.campaign);
  JsonArray parts, periods, per_result, goals;
  for (const CampaignPage::Part& part : page.parts) {
    parts.push_back(JsonObject{{"part", part.part}, {"rows", rows_of(part.answer)}});
  }
  for (const CampaignPage::Period& period : page.periods) {
    periods.push_back(JsonObject{{"period", period.period},
                                 {"from", format_day(period.days.first)},
                                 {"to", format_day(period.days.end - 1)},
                                 {"over", period.over},
                                 {"rows", rows_of(period.answer)}});
  }
  for (const CampaignPage::PerResult& one : page.per_result) {
    per_result.push_back(JsonObject{{"kpi", one.kpi},
                                    {"result", number_or_null(one.result)},
                                    {"cost", number_or_null(one.cost)},
                                    {"reason", text_or_null(one.reason)}});
  }
  for (const SeenGoal& seen : page.goals) goals.push_back(goal_json(seen));
  json["zone"] = page.zone;
  json["parts"] = std::move(parts);
  json["periods"] = std::move(periods);
  json["cost"] =
      JsonObject{{"value", number_or_null(page.cost)},           {"from", text_or_null(page.cost_from)},
                 {"currency", text_or_null(page.cost_currency)}, {"stored", number_or_null(page.stored_cost)},
                 {"budget", number_or_null(page.budget)},        {"per_result", std::move(per_result)}};
  json["goals"] = std::move(goals);
  return json;
}

// --- Tags -----------------------------------------------------------------------------------------------------------

namespace {

// The posts that a question finds, of all accounts unless it says whose.
Result<std::vector<metrics::PostRow>> posts_found(const House& house, const metrics::Scope& scope, Question selectors) {
  metrics::PostsQuestion question;
  if (!selectors.filter.contains("ownership")) selectors.filter["ownership"] = every_ownership;
  selectors.kpis = {"posts"};
  question.selectors = std::move(selectors);
  question.limit = page_size;
  std::vector<metrics::PostRow> found;
  for (bool more = true; more; question.offset += page_size) {
    TRY(metrics::PostsAnswer answer, house.engine->posts(scope, question));
    more = answer.next.has_value();
    std::move(answer.posts.begin(), answer.posts.end(), std::back_inserter(found));
  }
  return found;
}

std::string whole_name(const metrics::PostRow& post) {
  return fmt::format("{}/{}/{}", post.network, post.account, post.id);
}

// Those that the words name, each once.
Result<std::vector<metrics::PostRow>> posts_named(const House& house, const metrics::Scope& scope,
                                                  const std::vector<std::string>& words) {
  std::set<std::string> ids;
  for (const std::string& word : words) {
    ids.insert(word);
    const std::vector<std::string_view> parts = split(word, '/');
    if (parts.size() > 2) ids.insert(word.substr(parts[0].size() + parts[1].size() + 2));
  }
  Question selectors;
  selectors.filter["post"] = {ids.begin(), ids.end()};
  TRY(const std::vector<metrics::PostRow> known, posts_found(house, scope, selectors));
  std::map<std::string, const metrics::PostRow*> named;
  for (const std::string& word : words) {
    std::vector<const metrics::PostRow*> meant;
    for (const metrics::PostRow& post : known) {
      if (post.id == word || whole_name(post) == word) meant.push_back(&post);
    }
    if (meant.empty()) {
      return not_found(fmt::format("there is no post \"{}\"; `sociometer posts --json` shows their ids", word),
                       "posts");
    }
    if (meant.size() > 1) {
      return invalid(fmt::format("{} accounts have a post \"{}\": write which, as {}", meant.size(), word,
                                 whole_name(*meant.front())),
                     "posts");
    }
    named[whole_name(*meant.front())] = meant.front();
  }
  std::vector<metrics::PostRow> all;
  for (const auto& [name, post] : named) all.push_back(*post);
  return all;
}

}  // namespace

Result<Tagged> say_tag(const House& house, const metrics::Scope& scope, const TagWords& words, std::string_view by,
                       Instant now) {
  TagSaying saying;
  TRY(saying.tag, parse_name(words.tag, "tag"));
  saying.taken_away = words.taken_away;
  saying.by = by;
  saying.at = now;
  if (words.posts.empty() && words.rules.empty() && !words.selected) {
    return invalid("say of which posts: their ids, a rule as hashtag=spring, or a selection as network=x", "posts");
  }
  std::vector<TagSaying> sayings;
  const auto say_posts = [&](const std::vector<metrics::PostRow>& posts) {
    for (const metrics::PostRow& post : posts) {
      TagSaying& one = sayings.emplace_back(saying);
      one.network = post.network;
      one.account = post.account;
      one.post = post.id;
    }
  };
  if (!words.posts.empty()) {
    TRY(const std::vector<metrics::PostRow> named, posts_named(house, scope, words.posts));
    say_posts(named);
  }
  if (words.selected) {
    TRY(const std::vector<metrics::PostRow> selected, posts_found(house, scope, *words.selected));
    say_posts(selected);
  }
  Tagged tagged;
  tagged.posts = static_cast<int64_t>(sayings.size());
  for (const std::string& text : words.rules) {
    TRY(KeptRule rule, parse_rule(text));
    if (rule.of == "tag") return invalid("a tag is given by hashtag, text, link or account, not by a tag", "rule");
    sayings.emplace_back(saying).rule = std::move(rule);
    ++tagged.rules;
  }
  TRY_DONE(house.control->campaigns().say(scope.workspace, sayings));
  return tagged;
}

Result<std::vector<SeenTag>> tags_of(const House& house, const metrics::Scope& scope) {
  std::map<std::string, SeenTag> all;
  TRY(const std::vector<TagSaying> sayings, house.control->campaigns().sayings(scope.workspace));
  for (const TagSaying& said : sayings) {
    if (!said.rule) continue;
    SeenTag& seen = all[said.tag];
    const std::string rule = said.rule->of + "=" + said.rule->value;
    std::erase_if(seen.rules, [&](const std::string& known) { return folded(known) == folded(rule); });
    if (!said.taken_away) seen.rules.push_back(rule);
  }
  std::erase_if(all, [](const auto& entry) { return entry.second.rules.empty(); });
  Question question;
  question.kpis = {"posts"};
  question.by = {"tag"};
  question.filter["ownership"] = every_ownership;
  TRY(const Answer answer, house.engine->ask(scope, question));
  for (const Cell& cell : answer.rows) {
    if (!cell.by.empty() && !cell.by.front().empty()) all[cell.by.front()].posts = cell.value;
  }
  std::vector<SeenTag> list;
  for (auto& [tag, seen] : all) {
    seen.tag = tag;
    list.push_back(std::move(seen));
  }
  return list;
}

JsonObject tag_json(const SeenTag& tag) {
  return {
      {"tag", tag.tag}, {"posts", number_or_null(tag.posts)}, {"rules", JsonArray(tag.rules.begin(), tag.rules.end())}};
}

}  // namespace sociometer::surfaces
