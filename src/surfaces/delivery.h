// Bringing messages out of the house: what waits in the outbox is sent, now or when the other end is there again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "net/net.h"
#include "surfaces/surfaces.h"

namespace sociometer::surfaces {

// What came of one attempt.
struct Delivery {
  bool is_delivered = false;
  std::string words;        // why not; or who of several was refused
  int64_t retry_after = 0;  // seconds, where the other end says so
};

// Sends one parcel, whose channel is still there. Ends soon after `cut` becomes true.
Delivery deliver(const House& house, const control::KeptParcel& parcel, const std::atomic<bool>& cut);

// When a parcel is tried again after its `tries`th attempt failed: in half a minute, then twice as long each time up to
// six hours, for a week and thirty attempts at least. Nothing: it is given up.
std::optional<Instant> next_try(const control::KeptParcel& parcel, int tries, int64_t retry_after, Instant now);

// Sends a message that says it is a test, at once, and says what came of it. not_found: there is no such channel.
struct Tested {
  control::MessageChannel channel;
  Delivery delivery;
};
Result<Tested> test_channel(const House& house, std::string_view workspace, std::string_view channel, Instant now);

// The mail server as the network needs it.
net::SmtpServer smtp_of(const control::MailServer& server, const std::atomic<bool>* stop);
// Sends a letter that says it is a test. unavailable: no server is set, or it did not take it.
Result<Done> test_mail(const House& house, std::string_view to, Instant now);

// Sends what is due, several at once and of each channel one at a time: a channel that does not answer keeps no other
// one waiting.
class Deliveries {
 public:
  explicit Deliveries(const House& house) : house_(house) {}
  ~Deliveries();  // finishes

  // Begins to send what is due, and returns.
  Result<Done> begin_due();
  // Gives what is under way a moment to end, cuts off what does not, and returns when all of it is written down.
  void finish();

 private:
  void run(const control::KeptParcel& parcel);
  void drop_ended();

  const House& house_;
  std::atomic<bool> cut_ = false;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::list<std::pair<std::thread, bool>> errands_;  // whether it has ended
};

}  // namespace sociometer::surfaces
