#include "metrics/labelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace sociometer::metrics {
namespace {

using Of = LabelRule::Of;

constexpr std::array<std::pair<Of, std::string_view>, 5> kinds{
    {{Of::hashtag, "hashtag"}, {Of::text, "text"}, {Of::link, "link"}, {Of::account, "account"}, {Of::tag, "tag"}}};

bool counts(Instant said, const std::optional<Instant>& as_of) {
  return !as_of || said <= *as_of;
}

LabelRule folded_rule(LabelRule rule) {
  rule.value = folded(rule.value);
  return rule;
}

bool same(const LabelRule& a, const LabelRule& b) {
  return a.of == b.of && folded(a.value) == folded(b.value);
}

bool holds(std::string_view text, const std::string& value) {
  return !text.empty() && folded(text).find(value) != std::string::npos;
}

bool is_among(const std::vector<std::string>& words, const std::string& value) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return folded(word) == value; });
}

}  // namespace

std::string post_key(std::string_view network, std::string_view account, std::string_view post) {
  return fmt::format("{}\n{}\n{}", network, account, post);
}

std::string_view name(LabelRule::Of of) {
  for (const auto& [kind, word] : kinds) {
    if (kind == of) return word;
  }
  return "";
}

Result<LabelRule> parse_label_rule(std::string_view of, std::string_view value) {
  value = trimmed(value);
  for (const auto& [kind, word] : kinds) {
    if (word != of) continue;
    if (kind == Of::hashtag && value.starts_with('#')) value.remove_prefix(1);
    if (kind == Of::account && value.starts_with('@')) value.remove_prefix(1);
    if (value.empty()) return invalid(fmt::format("the rule {} says nothing: write {}=…", of, of), "rule");
    return LabelRule{kind, std::string(value)};
  }
  return invalid(fmt::format("a rule is hashtag=…, text=…, link=…, account=… or tag=…, not \"{}=…\"", of), "rule");
}

Labelling::Labelling(const Labels& labels, std::optional<Instant> as_of) {
  for (const CampaignLabel& campaign : labels.campaigns) {
    if (!counts(campaign.set_at, as_of)) continue;
    if (campaign.removed_at && counts(*campaign.removed_at, as_of)) continue;
    CampaignLabel& one = campaigns_.emplace_back(campaign);
    for (LabelRule& rule : one.rules) rule = folded_rule(std::move(rule));
  }
  std::reverse(campaigns_.begin(), campaigns_.end());
  for (const TagLabel& label : labels.tags) {
    if (!counts(label.said_at, as_of)) continue;
    const bool given = label.kind == TagLabel::Kind::given;
    if (label.rule) {
      std::erase_if(rules_, [&](const TagRule& one) { return one.tag == label.tag && same(one.rule, *label.rule); });
      if (given) rules_.push_back({label.tag, folded_rule(*label.rule)});
      continue;
    }
    std::vector<Said>& said = said_[post_key(label.network, label.account, label.post)];
    std::erase_if(said, [&](const Said& one) { return one.tag == label.tag; });
    said.push_back({label.tag, given});
  }
}

bool Labelling::looks_at(LabelRule::Of of) const {
  const auto is_of = [&](const LabelRule& rule) { return rule.of == of; };
  return std::any_of(rules_.begin(), rules_.end(), [&](const TagRule& one) { return is_of(one.rule); }) ||
         std::any_of(campaigns_.begin(), campaigns_.end(), [&](const CampaignLabel& campaign) {
           return std::any_of(campaign.rules.begin(), campaign.rules.end(), is_of);
         });
}

bool Labelling::fits(const LabelRule& rule, const LabelledPost& post, const std::vector<std::string>& tags) {
  switch (rule.of) {
    case Of::hashtag:
      return post.hashtags != nullptr && is_among(*post.hashtags, rule.value);
    case Of::text:
      return holds(post.text, rule.value);
    case Of::link:
      return holds(post.link, rule.value);
    case Of::account:
      return folded(post.account) == rule.value ||
             folded(fmt::format("{}/{}", post.network, post.account)) == rule.value;
    case Of::tag:
      return is_among(tags, rule.value);
  }
  return false;
}

void Labelling::tag(const LabelledPost& post, std::vector<std::string>& tags) const {
  const auto add = [&](const std::string& tag) {
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  };
  const std::vector<std::string> told = tags;  // rules look at what the export said, not at each other
  for (const TagRule& one : rules_) {
    if (fits(one.rule, post, told)) add(one.tag);
  }
  if (said_.empty()) return;
  const auto said = said_.find(post_key(post.network, post.account, post.id));
  if (said == said_.end()) return;
  for (const Said& one : said->second) {
    if (one.given) {
      add(one.tag);
    } else {
      std::erase(tags, one.tag);
    }
  }
}

const std::string* Labelling::campaign(const LabelledPost& post, const std::vector<std::string>& tags) const {
  for (const CampaignLabel& campaign : campaigns_) {
    if (!campaign.days.contains(post.day)) continue;
    const bool fitting = std::any_of(campaign.rules.begin(), campaign.rules.end(),
                                     [&](const LabelRule& rule) { return fits(rule, post, tags); });
    if (fitting) return &campaign.name;
  }
  return nullptr;
}

}  // namespace sociometer::metrics
