// Standouts and flops: posts that did better or worse than was expected of them, and what they have in common.
//
//   TRY(Standouts found, standouts(posts, Counting::counts));
//   found.standouts[0].expected;         // what its account, kind, weekday, hour and age let expect
//   found.standouts[0].beyond_chance;    // false alarms among these are at most one in twenty
//   found.shared_by_standouts[0].member; // "reel": 8 of the 10 best, 30 of all 100
//
// A post is set against what is expected of it (post_fit.h), in usual sizes of such differences; how often chance alone
// goes as far follows from Student's t and, for counts, from what counting makes differ; the probabilities of all posts
// are adjusted together (Benjamini & Hochberg 1995). What the best tenth and the worst tenth have in common is what
// more of them have than of as many drawn blindly (Fisher's exact test), adjusted for all that was compared.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "insights/post_fit.h"

namespace sociometer::insights {

struct JudgedPost {
  size_t post = 0;  // of those given
  double expected = 0;
  double low = 0, high = 0;  // within which a post of 95 in a hundred lies
  double p = 1;              // how often chance alone is as far off
  double p_adjusted = 1;     // for how many posts there are
  bool beyond_chance = false;
};

struct Trait {
  std::string what;    // "kind", "hashtag", "weekday", "hour", "length"
  std::string member;  // "reel", "#summer", "18", "120-"
  int64_t with = 0;    // of the group have it
  int64_t n = 0;       // of all posts
  double p = 1, p_adjusted = 1;
};

struct Standouts {
  std::string reason;                        // why nothing is told: fewer than posts_judged_min posts; empty: it is
  std::vector<JudgedPost> standouts, flops;  // those above and below what was expected, farthest first
  int64_t group = 0;                         // how many the best tenth are, and the worst
  std::vector<Trait> shared_by_standouts, shared_by_flops;  // surest first
  int64_t compared = 0;                                     // traits that were, for both groups together
};

enum class Counting { counts, values };

Standouts standouts(const std::vector<PostSeen>& posts, Counting counting, double rate = 0.05);

}  // namespace sociometer::insights
