// Cases: what happened in a conversation, read off its events – when the customer began to wait, when a person
// answered, when it was resolved and whether that held.
//
//   std::optional<Case> told = case_of(events, now);   // events of one conversation, as `in_order` has them
//   std::optional<Wait> wait = first_response(*told);  // "answered after 7,419 s", or "waiting for 3 days and still
//   open"
//
// The rules, each once:
//   start      the customer's first message; where the customer never wrote, our own first one – nobody waits there
//   answer     a public reply by a person. Notes are not seen by the customer, and a bot's reply is not a person's
//   turn       all a customer writes until a person answers is one turn, from its first message
//   resolve    ends a turn that waits, unanswered: nobody waits any more
//   reopen     makes the case open again. Where no person had answered yet, the waiting begins anew with it, so days
//              that a bot's resolution lasted are not a response time
//   returned   the customer's next message, or the reopening, after the first resolve
// A message after the last resolve, without a reopening and without an answer, keeps nobody waiting.
//
// Threads: values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "metrics/rules.h"

namespace sociometer::metrics {

enum class AssignedBy : uint8_t { unknown, rule, hand };

struct ConversationEvent {
  // In the order in which events of one moment are read.
  enum class Kind : uint8_t { reopen, inbound, assign, note, tag, reply, snooze, resolve };
  Instant at;
  Kind kind = Kind::inbound;
  bool by_bot = false;
  int32_t agent = 0, team = 0;                   // numbers that the caller gives to names; 0: not told
  AssignedBy assigned_by = AssignedBy::unknown;  // kind assign
};

// Oldest first, those of one moment in the order of `Kind`.
void in_order(std::vector<ConversationEvent>& events);

struct Handler {
  int32_t agent = 0, team = 0;
};

struct Turn {
  enum class End : uint8_t { answered, resolved, none };  // none: still waiting
  Instant from, to;                                       // `to` of one still waiting is the horizon
  End end = End::none;
  Handler by;  // who answered
};

struct Stretch {
  Instant from;
  std::optional<Instant> to;  // none: it lasts
};

struct Case {
  Instant start;
  bool asked = false;  // the customer wrote
  std::vector<Turn> turns;
  std::vector<Stretch> open;    // each but a lasting one ends with a resolve; never empty
  std::vector<Stretch> active;  // of these, what was not snoozed
  Handler answered_by;          // the person who replied first
  Handler resolved_by;          // at the first resolve
  bool resolved_by_bot = false;
  Handler assigned_to;                           // last
  AssignedBy assigned_by = AssignedBy::unknown;  // first
  bool answered_before_resolve = false;          // a person replied before the first resolve
  bool reopened = false;
  std::optional<Instant> returned;

  bool is_open() const { return !open.back().to.has_value(); }
  bool open_at(Instant instant) const;  // just before it: what begins with it is not there yet
  std::optional<Instant> first_resolve() const { return open.front().to; }
  std::optional<Instant> last_resolve() const;  // nothing while open, or before any
  int64_t active_micros() const;                // CHECK: not open
};

// What is known by `horizon`; later events do not count. Nothing where nobody wrote anything by then.
std::optional<Case> case_of(std::span<const ConversationEvent> events, Instant horizon);

struct Wait {
  Instant from, to;
  bool answered = false;  // else it is known only to have lasted until `to`
  Handler by;
};
// Nothing where nobody asked.
std::optional<Wait> first_response(const Case& told, ResponseClock clock = ResponseClock::from_reopen);

// How a wait stands against a time within which it should have been answered.
enum class Promise : uint8_t {
  kept,      // answered within it
  broken,    // answered later, or open for longer
  not_due,   // still open, and the time is not over
  released,  // resolved within it without an answer: nobody waited any more
};
// `waited` of the wait, in the clock the promise is measured by; `open`: nobody has answered and nobody resolved it.
Promise promise_of(int64_t waited_micros, bool answered, bool open, int64_t within_micros);

}  // namespace sociometer::metrics
