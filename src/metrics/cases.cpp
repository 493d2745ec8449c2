#include "metrics/cases.h"

#include <algorithm>

#include "base/check.h"

namespace sociometer::metrics {
namespace {

using EventKind = ConversationEvent::Kind;

// Walks through the events of one conversation from its start on.
class Reader {
 public:
  Reader(Instant start, bool asked) {
    case_.start = start;
    case_.asked = asked;
    case_.open.push_back({start, std::nullopt});
    case_.active.push_back({start, std::nullopt});
  }

  void read(const ConversationEvent& event) {
    switch (event.kind) {
      case EventKind::inbound:
        wake(event.at);
        note_return(event.at);
        begin_turn(event.at);
        break;
      case EventKind::reply:
        if (!event.by_bot) answer(event);
        break;
      case EventKind::snooze:
        if (case_.is_open()) end_stretch(case_.active, event.at);
        break;
      case EventKind::resolve:
        resolve(event);
        break;
      case EventKind::reopen:
        reopen(event.at);
        break;
      case EventKind::assign:
      case EventKind::note:
      case EventKind::tag:
        break;
    }
  }

  Case finish(Instant horizon) {
    if (waiting_) {
      // Whoever wrote into a resolved case that stayed so was thanking, not asking.
      if (case_.is_open()) {
        case_.turns.back().to = horizon;
      } else {
        case_.turns.pop_back();
      }
    }
    return std::move(case_);
  }

 private:
  static void end_stretch(std::vector<Stretch>& stretches, Instant at) {
    if (!stretches.back().to) stretches.back().to = at;
  }

  void wake(Instant at) {
    if (case_.is_open() && case_.active.back().to) case_.active.push_back({at, std::nullopt});
  }

  void note_return(Instant at) {
    if (case_.first_resolve() && !case_.returned) case_.returned = at;
  }

  void begin_turn(Instant at) {
    if (waiting_) return;
    waiting_ = true;
    case_.turns.push_back({at, at, Turn::End::none, {}});
  }

  void end_turn(Instant at, Turn::End end, Handler by) {
    if (!waiting_) return;
    waiting_ = false;
    Turn& turn = case_.turns.back();
    turn.to = at;
    turn.end = end;
    turn.by = by;
  }

  void answer(const ConversationEvent& event) {
    wake(event.at);
    end_turn(event.at, Turn::End::answered, {event.agent, event.team});
    if (!answered_) case_.answered_by = {event.agent, event.team};
    answered_ = true;
    if (!case_.first_resolve()) case_.answered_before_resolve = true;
  }

  void resolve(const ConversationEvent& event) {
    end_turn(event.at, Turn::End::resolved, {});
    if (!case_.is_open()) return;
    if (case_.open.size() == 1) {
      case_.resolved_by = {event.agent, event.team};
      case_.resolved_by_bot = event.by_bot;
    }
    end_stretch(case_.open, event.at);
    end_stretch(case_.active, event.at);
  }

  void reopen(Instant at) {
    if (case_.is_open()) return wake(at);
    case_.reopened = true;
    note_return(at);
    case_.open.push_back({at, std::nullopt});
    case_.active.push_back({at, std::nullopt});
    if (case_.asked && !answered_) begin_turn(at);
  }

  Case case_;
  bool waiting_ = false, answered_ = false;
};

void read_assignments(std::span<const ConversationEvent> events, Case& told) {
  for (const ConversationEvent& event : events) {
    if (event.kind != EventKind::assign) continue;
    told.assigned_to = {event.agent, event.team};
    if (told.assigned_by == AssignedBy::unknown) {
      told.assigned_by = event.assigned_by;
    }
  }
}

}  // namespace

void in_order(std::vector<ConversationEvent>& events) {
  std::stable_sort(events.begin(), events.end(), [](const ConversationEvent& a, const ConversationEvent& b) {
    return a.at != b.at ? a.at < b.at : a.kind < b.kind;
  });
}

bool Case::open_at(Instant instant) const {
  return std::any_of(open.begin(), open.end(), [&](const Stretch& stretch) {
    return stretch.from < instant && (!stretch.to || *stretch.to >= instant);
  });
}

std::optional<Instant> Case::last_resolve() const {
  return open.back().to;
}

int64_t Case::active_micros() const {
  int64_t sum = 0;
  for (const Stretch& stretch : active) {
    CHECK(stretch.to.has_value());
    sum += stretch.to->micros - stretch.from.micros;
  }
  return sum;
}

std::optional<Case> case_of(std::span<const ConversationEvent> events, Instant horizon) {
  auto known = std::find_if(events.begin(), events.end(), [&](const auto& event) { return event.at > horizon; });
  events = events.first(static_cast<size_t>(known - events.begin()));
  auto first_of = [&](EventKind kind) {
    return std::find_if(events.begin(), events.end(), [&](const auto& event) { return event.kind == kind; });
  };
  auto begin = first_of(EventKind::inbound);
  bool asked = begin != events.end();
  if (!asked) begin = first_of(EventKind::reply);
  if (begin == events.end()) return std::nullopt;
  Reader reader(begin->at, asked);
  for (auto event = begin; event != events.end(); ++event) reader.read(*event);
  Case told = reader.finish(horizon);
  read_assignments(events, told);
  return told;
}

std::optional<Wait> first_response(const Case& told, ResponseClock clock) {
  if (told.turns.empty()) return std::nullopt;
  auto answered = std::find_if(told.turns.begin(), told.turns.end(),
                               [](const Turn& turn) { return turn.end == Turn::End::answered; });
  const Turn& turn = answered == told.turns.end() ? told.turns.back() : *answered;
  Instant from = clock == ResponseClock::from_start ? told.start : turn.from;
  return Wait{from, turn.to, turn.end == Turn::End::answered, turn.by};
}

Promise promise_of(int64_t waited_micros, bool answered, bool open, int64_t within_micros) {
  if (answered) return waited_micros <= within_micros ? Promise::kept : Promise::broken;
  // Of what was due and never answered the customer had no answer in time, whatever became of it.
  if (waited_micros > within_micros) return Promise::broken;
  return open ? Promise::not_due : Promise::released;
}

}  // namespace sociometer::metrics
