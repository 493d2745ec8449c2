// Post text: what a post says beside its words – hashtags, mentions – in any script.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace sociometer::collect {

// "#Österreich" gives "österreich": lower-case, without '#', each once, in the order of the text. Letters, marks,
// digits and '_' of every script make a hashtag; digits alone ("#1") do not, nor does '#' inside a word or a link.
std::vector<std::string> hashtags_of(std::string_view text);

// "@rOpenSci" gives "ropensci". An address (a@b) mentions nobody.
std::vector<std::string> mentions_of(std::string_view text);

// In lower case, in every script.
std::string lower_case(std::string_view text);

// X writes &amp; &lt; &gt; into its exports; the text has the characters.
std::string without_entities(std::string_view text);

// The account in a permalink: "https://twitter.com/rOpenSci/status/1" gives "rOpenSci"; empty if there is none.
std::string_view account_in_permalink(std::string_view link);

// The account in a post's link, where links of that network name it.
std::string_view account_in_link(std::string_view network, std::string_view link);

// The post's id in its link: the number of a LinkedIn urn, a video's v=, else the last part of the path.
std::string_view post_id_in_link(std::string_view link);

// The upper half of a TikTok id is the second it was made in.
std::optional<Instant> time_in_tiktok_id(std::string_view id);

}  // namespace sociometer::collect
