// Labels: the campaigns and tags that people gave to posts, by rules or one by one, beside those an export told of.
//
// A post has many tags and one campaign: what was said of it last by a person's campaign that takes it, else what its
// export says. As of a time only what was said by then counts.
//
//   labels.campaigns = {{"Spring", days, {{LabelRule::Of::hashtag, "spring"}}, set_at, {}}};
//   labels.tags = {{"evergreen", {}, "x", "brand", "7", LabelSaying::Kind::given, said_at}};
//
// Who keeps them is not metrics' business: they come in the Scope, by the caller.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::metrics {

// What a post must be like. Hashtags, accounts and tags are compared whole and without regard to case, an account as
// handle or network/handle; text and link must hold the value.
struct LabelRule {
  enum class Of { hashtag, text, link, account, tag };
  Of of = Of::hashtag;
  std::string value;
};
std::string_view name(LabelRule::Of of);
// "hashtag", "spring". invalid: there is no such rule, or its value is empty.
Result<LabelRule> parse_label_rule(std::string_view of, std::string_view value);

// Takes the posts published in its days that fit one of its rules.
struct CampaignLabel {
  std::string name;
  DayRange days;
  std::vector<LabelRule> rules;
  Instant set_at;
  std::optional<Instant> removed_at;
};

// One thing said of a tag; later ones go before earlier ones.
struct TagLabel {
  enum class Kind { given, taken_away };
  std::string tag;
  std::optional<LabelRule> rule;       // every post that fits; taken away: the rule no longer counts
  std::string network, account, post;  // without a rule: this one
  Kind kind = Kind::given;
  Instant said_at;
};

struct Labels {
  std::vector<CampaignLabel> campaigns;  // in the order they were set
  std::vector<TagLabel> tags;            // in the order they were said
  bool empty() const { return campaigns.empty() && tags.empty(); }
};

}  // namespace sociometer::metrics
