// What is expected of a post: by its account and the time it was published in, its kind, weekday and hour, and how old
// it was when its counters were read. Shared by standouts and best times.
//
// Each of these adds something, as logarithms, to what is usual. How much is learnt from all posts together and
// shrunken by how few posts say so: an hour with two posts is taken to be like any other (empirical Bayes; the spread
// between the members of a factor by moments, DerSimonian & Laird 1986). Posts that are far out teach no more than the
// widest ordinary one (Huber 1964).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace sociometer::insights {

struct PostSeen {
  std::string account;             // "instagram/brand"
  std::string kind;                // empty: unknown
  Day day;                         // published, in the workspace's zone
  int hour = -1;                   // likewise, 0 to 23; −1: only the day is known
  std::optional<double> age_days;  // when its counters were read last
  double value = 0;
  std::vector<std::string> hashtags;
  int64_t length = 0;  // of its text, in characters
};

// How a KPI's values are compared: those that count or are never below zero as logarithms.
class PostScale {
 public:
  PostScale(const std::vector<PostSeen>& posts, bool counts);
  bool counts() const { return kind_ == Kind::counts; }
  bool is_ratio() const { return kind_ != Kind::plain; }  // whether differences are shares of what was expected
  double in(double value) const;
  double out(double value) const;

 private:
  enum class Kind { counts, positive, plain } kind_;
  double least_ = 1;  // what stands for nothing where a logarithm is taken
};

enum class PostTimes { expected, left_alone };  // whether weekday and hour are part of what is expected

struct PostFit {
  std::vector<double> expected, rest;  // of each post, as the scale has them
  std::vector<double> spread;          // the usual size of `rest` in its account
};
PostFit fit_posts(const std::vector<PostSeen>& posts, const PostScale& scale, PostTimes times);

// How far the members of a factor differ, beyond chance: from each one's mean and number of posts.
double variance_between(const std::vector<double>& means, const std::vector<double>& counts, double variance);

constexpr size_t posts_judged_min = 30;

}  // namespace sociometer::insights
