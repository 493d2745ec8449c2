// KeptAnswers: short answers – names of series, what is covered – kept until something is stored, for those who ask the
// same of every question.
//
//   if (auto known = kept.find(sql)) return hand_over(*known);
//   uint64_t before = kept.generation();
//   …ask…
//   kept.keep(sql, answer, before);   // not if something was stored in between: it may not be in the answer
//
// Threads: from any.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "facts/facts.h"

namespace sociometer::facts {

class KeptAnswers {
 public:
  using Answer = std::shared_ptr<const std::vector<std::unique_ptr<Chunk>>>;

  // Nothing if it is not kept.
  Answer find(std::string_view sql);
  // Grows with every forget.
  uint64_t generation();
  // Answers that are not short are not kept, and those kept make room for new ones.
  void keep(std::string_view sql, Answer answer, uint64_t asked_in);
  // Something was stored, or the file is about to be closed, which the chunks must not outlive.
  void forget();

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, Answer> answers_;
  size_t rows_ = 0;
  uint64_t generation_ = 0;
};

}  // namespace sociometer::facts
