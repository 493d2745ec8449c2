// ReadAhead: the chunks of an answer, fetched on a thread of its own while its reader works on those before. Where much
// is read, fetching and what is done with it are about the same work, and the one hides behind the other.
//
//     ReadAhead ahead(*stream);
//     TRY(auto chunk, ahead.next());
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "facts/engine.h"

namespace sociometer::facts {

class ReadAhead final : public Stream {
 public:
  // The stream must outlive this, and is nobody else's meanwhile. Fetches nothing before the first `next`.
  explicit ReadAhead(Stream& stream) : stream_(stream) {}
  // Ends the fetching, also in the middle: it waits for the chunk that is being fetched.
  ~ReadAhead() override;
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  Result<std::unique_ptr<Chunk>> next() override;

 private:
  using Fetched = Result<std::unique_ptr<Chunk>>;
  void begin();
  void fetch();

  Stream& stream_;
  std::thread thread_;
  bool begun_ = false, ended_ = false;
  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  std::deque<Fetched> waiting_;
  bool unwanted_ = false;
};

}  // namespace sociometer::facts
