// What the brand and its competitors say.
#pragma once

#include <string>
#include <string_view>

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

// One post's words: varied, fitting the season, with hashtags.
Said say(Voice voice, Day day, const Campaign* campaign, Random& random);

// The words of the post that goes viral.
std::string_view viral_words();

}  // namespace sociometer::demo
