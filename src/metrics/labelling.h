// Labelling: gives posts the campaigns and tags that were said of them by a time.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/labels.h"

namespace sociometer::metrics {

// What labels are decided by.
struct LabelledPost {
  std::string_view network, account, id, text, link;
  Day day;
  const std::vector<std::string>* hashtags = nullptr;
};

std::string post_key(std::string_view network, std::string_view account, std::string_view post);

class Labelling {
 public:
  Labelling() = default;
  Labelling(const Labels& labels, std::optional<Instant> as_of);

  bool empty() const { return campaigns_.empty() && rules_.empty() && said_.empty(); }
  // Which fields of posts its rules look at, besides whose they are.
  bool wants_hashtags() const { return looks_at(LabelRule::Of::hashtag); }
  bool wants_texts() const { return looks_at(LabelRule::Of::text) || looks_at(LabelRule::Of::link); }
  bool wants_tags() const { return looks_at(LabelRule::Of::tag); }

  // Adds and takes away; campaigns decide by the tags that come out, and leave theirs where none takes the post.
  void tag(const LabelledPost& post, std::vector<std::string>& tags) const;
  // The campaign that takes the post, nullptr if none does.
  const std::string* campaign(const LabelledPost& post, const std::vector<std::string>& tags) const;

 private:
  struct TagRule {
    std::string tag;
    LabelRule rule;
  };
  struct Said {
    std::string tag;
    bool given = true;
  };
  bool looks_at(LabelRule::Of of) const;
  static bool fits(const LabelRule& rule, const LabelledPost& post, const std::vector<std::string>& tags);

  std::vector<CampaignLabel> campaigns_;  // the last set first, rules folded
  std::vector<TagRule> rules_;
  std::map<std::string, std::vector<Said>, std::less<>> said_;  // by post
};

}  // namespace sociometer::metrics
