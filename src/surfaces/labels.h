// Campaigns and tags that people give to posts: set, listed and taken back, and what a campaign came to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "surfaces/goals.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// What control keeps of them, for a Scope; nullptr where there is nothing.
Result<std::shared_ptr<const metrics::Labels>> labels_of(const House& house, std::string_view workspace);

// --- Campaigns

// As it is said: days inclusive, an amount such as "1500.50", rules as "hashtag=spring".
struct CampaignWords {
  std::string name, from, to, budget, currency;
  std::vector<std::string> rules;
};
// invalid: with the field to blame. conflict: there is one of that name.
Result<control::KeptCampaign> add_campaign(const House& house, const control::Workspace& workspace,
                                           const CampaignWords& words, std::string_view by, Instant now);

// A campaign in the list: one that was set, or one that exports alone tell of.
struct SeenCampaign {
  std::string name;
  std::optional<control::KeptCampaign> kept;
  std::optional<double> posts, impressions, engagements;  // of all its posts, own ones and partners'
};
Result<std::vector<SeenCampaign>> campaigns_of(const House& house, const metrics::Scope& scope);
JsonObject campaign_json(const control::KeptCampaign& campaign);
JsonObject campaign_json(const SeenCampaign& campaign);

// One page about a campaign.
struct CampaignPage {
  control::KeptCampaign campaign;
  std::shared_ptr<const catalog::Catalog> catalog;
  std::string zone, currency;  // of the workspace

  // Its posts in its days: all own ones, their organic and paid parts, partners' posts.
  struct Part {
    std::string part;  // "own", "organic", "paid", "partners"
    metrics::Answer answer;
  };
  std::vector<Part> parts;

  // All own activity in the days before, during and after, as many days each; what is during is set against what was
  // before.
  struct Period {
    std::string period;  // "before", "during", "after"
    DayRange days;
    bool over = true;  // else it runs, or has not begun: then there is no answer
    std::optional<metrics::Answer> answer;
  };
  std::vector<Period> periods;

  // What it cost: what is stored of it, else its budget.
  std::optional<double> stored_cost, budget;
  std::optional<double> cost;
  std::string cost_from;      // "stored", "budget"; empty: nothing is known
  std::string cost_currency;  // of the cost
  struct PerResult {
    std::string kpi;
    std::optional<double> result, cost;
    std::string reason;  // why there is no cost: no_data, zero_denominator, missing_rate
  };
  std::vector<PerResult> per_result;

  std::vector<SeenGoal> goals;  // whose days meet the campaign's
};
Result<CampaignPage> campaign_page(const House& house, const metrics::Scope& scope,
                                   const control::KeptCampaign& campaign, const Clock& clock);
JsonObject campaign_page_json(const CampaignPage& page);

// --- Tags

// What is said of a tag: of these posts ("ID" or "network/account/ID"), of all that the selectors find, or of a rule.
struct TagWords {
  std::string tag;
  std::vector<std::string> posts, rules;
  std::optional<metrics::Question> selected;
  bool taken_away = false;
};
struct Tagged {
  int64_t posts = 0, rules = 0;
};
// invalid: nothing is said, or a post is meant that is not there; nothing was stored then.
Result<Tagged> say_tag(const House& house, const metrics::Scope& scope, const TagWords& words, std::string_view by,
                       Instant now);

struct SeenTag {
  std::string tag;
  std::optional<double> posts;     // that have it now, of all accounts
  std::vector<std::string> rules;  // "hashtag=spring"
};
Result<std::vector<SeenTag>> tags_of(const House& house, const metrics::Scope& scope);
JsonObject tag_json(const SeenTag& tag);

}  // namespace sociometer::surfaces
