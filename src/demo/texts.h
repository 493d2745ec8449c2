// What the brand and its competitors say.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "demo/random.h"

namespace sociometer::demo {

// A campaign the brand runs every year; `tag` is its hashtag.
struct Campaign {
  std::string_view key;
  std::string_view tag;
  unsigned first_month, first_day, last_month, last_day;
};
// The campaign that runs on that day, or nullptr.
const Campaign* campaign_on(Day day);

enum class Voice { feed, short_text, professional, clip, competitor };

struct Said {
  std::string text;
  bool link = false;  // it speaks of a page one may visit
};

// Finds the words for one account's posts: varied, fitting the season, with hashtags, and without saying the same thing
// twice in a row.
class Speaker {
 public:
  Speaker(Voice voice, Random& random) : voice_(voice), random_(random) {}
  Said say(Day day, const Campaign* campaign);

 private:
  std::string_view pick(const std::vector<std::string_view>& lines);
  std::string filled(std::string_view line, Day day, const Campaign* campaign);
  void add_tags(std::string& text);

  Voice voice_;
  Random& random_;
  std::map<const std::vector<std::string_view>*, std::deque<std::string_view>> recent_;  // of each list
  std::map<std::string_view, int> uses_;
};

// The words of the post that goes viral.
std::string_view viral_words();

}  // namespace sociometer::demo
