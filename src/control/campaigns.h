// Campaigns and tags that people set: which posts belong to what, by rules or one by one. Part of control's front door.
// What a rule means is the business of metrics: control keeps its words.
//
//   TRY_DONE(control->campaigns().add("default", {.name = "Spring", .days = days, .rules = {{"hashtag", "spring"}}}));
//   TRY_DONE(control->campaigns().say("default", {{.tag = "evergreen", .network = "x", .account = "brand", .post =
//   "7"}}));
//
// Nothing is forgotten: a campaign that is removed keeps its row, and what was said of a tag is taken back by saying
// so. So both are known as of any time.
//
// Threads: every function may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sociometer::control {

class Database;

struct KeptRule {
  std::string of;  // "hashtag", "text", "link", "account", "tag"
  std::string value;
  friend bool operator==(const KeptRule&, const KeptRule&) = default;
};

struct KeptCampaign {
  int64_t number = 0;
  std::string name;
  DayRange days;
  std::optional<int64_t> budget;  // millionths
  std::string currency;           // of the budget
  std::vector<KeptRule> rules;    // a post that fits one of them belongs to it
  std::string by;
  Instant set_at;
  std::optional<Instant> removed_at;
};

// A post, or by a rule every post that fits, gets a tag or loses it.
struct TagSaying {
  int64_t number = 0;
  std::string tag;
  std::string network, account, post;  // empty where it is said of a rule
  std::optional<KeptRule> rule;
  bool taken_away = false;
  std::string by;
  Instant at;
};

class Campaigns {
 public:
  explicit Campaigns(Database& database) : database_(database) {}

  // conflict: there is one of that name. invalid: no name, or one that is too long. not_found: no such workspace.
  Result<KeptCampaign> add(std::string_view workspace, KeptCampaign campaign);
  // All there were, removed ones too, in the order they were set.
  Result<std::vector<KeptCampaign>> history(std::string_view workspace);
  // The one that is not removed. not_found, with those there are.
  Result<KeptCampaign> find(std::string_view workspace, std::string_view name);
  Result<KeptCampaign> remove(std::string_view workspace, std::string_view name, Instant now);

  // All at once or nothing. invalid: no tag, or one that is too long.
  Result<Done> say(std::string_view workspace, const std::vector<TagSaying>& sayings);
  Result<std::vector<TagSaying>> sayings(std::string_view workspace);  // oldest first

 private:
  Database& database_;
};

}  // namespace sociometer::control
