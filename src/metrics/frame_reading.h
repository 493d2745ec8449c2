// FrameReading: what the loaders of a frame's parts share – where they read, whose accounts they read, and the words
// they number.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "facts/facts.h"
#include "metrics/frame.h"
#include "metrics/frame_loader.h"
#include "metrics/sql.h"

namespace sociometer::metrics {

class FrameReading {
 public:
  FrameReading(const FrameSource& of, Frame& into, const FrameWants& wanted);

  // Its number among the frame's accounts, if the question is about it; else −1.
  int32_t account_of(std::string_view network, std::string_view handle) const;
  int32_t add_account(AccountInfo account);
  // Its index among the frame's words; 0 is the empty one.
  int32_t word_of(std::string_view word);

  // Of the question's accounts; all of the workspace's where it leaves none out.
  SqlScope sql_scope() const;
  Result<Done> run(std::string sql, const std::function<bool(const facts::Chunk&)>& each,
                   facts::Store::Rows rows = facts::Store::Rows::few);

  const FrameSource& source;
  Frame& frame;
  const FrameWants& wants;
  bool all_accounts = true;  // the question leaves none out

 private:
  std::unordered_map<std::string, int32_t> account_index_, word_index_;
  mutable int32_t last_account_ = -1;
  mutable std::pair<std::string, std::string> last_names_;
};

}  // namespace sociometer::metrics
