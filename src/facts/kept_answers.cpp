#include "facts/kept_answers.h"

#include <algorithm>
#include <numeric>

namespace sociometer::facts {
namespace {

// Of all together; some thirty megabytes.
constexpr size_t rows_kept = 200'000;

}  // namespace

KeptAnswers::Answer KeptAnswers::find(std::string_view sql) {
  const std::lock_guard lock(mutex_);
  auto found = answers_.find(std::string(sql));
  return found == answers_.end() ? nullptr : found->second;
}

uint64_t KeptAnswers::generation() {
  const std::lock_guard lock(mutex_);
  return generation_;
}

void KeptAnswers::keep(std::string_view sql, Answer answer, uint64_t asked_in) {
  // One counts for an empty answer too, so that their number is bounded.
  size_t rows = std::accumulate(answer->begin(), answer->end(), size_t{1},
                                [](size_t sum, const auto& chunk) { return sum + chunk->rows(); });
  if (rows > rows_kept / 4) return;
  const std::lock_guard lock(mutex_);
  if (generation_ != asked_in || answers_.contains(std::string(sql))) return;
  if (rows_ + rows > rows_kept) {
    answers_.clear();
    rows_ = 0;
  }
  rows_ += rows;
  answers_.emplace(sql, std::move(answer));
}

void KeptAnswers::forget() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  answers_.clear();
  rows_ = 0;
}

}  // namespace sociometer::facts
