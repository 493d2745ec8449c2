// Judging: what is found in the numbers, and what was found before, become episodes and messages. Part of the front
// door of alerts.
//
//   Judged judged = judge(alert, state, found, now, zone);
//   // keep judged.state and judged.episodes, both at once; then put each of `due` into the outbox, and keep
//   // told(state, message, now)
//
// An episode is the time from when an alert fires until it is over; what happened on a day and is no state of affairs –
// an anomaly, a change of definition – is an episode of that moment. Of each episode at most one message says that it
// began and at most one that it is over, however often it is judged, and whenever the program ends: its key is made of
// the alert's and the episode's number alone, and the outbox takes a key once.
//
// What is unknown changes nothing: no number is no number below a bound. The same days judged again, after a late
// import, count once. A level has to be beyond the bound so many days in a row as the alert says, and beyond `clear` as
// many to be over.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerts/alert.h"
#include "base/json.h"
#include "base/time.h"

namespace sociometer::alerts {

enum class Says { unknown, calm, between, fires };
std::string_view name(Says says);

// What the numbers say of one thing that an alert watches.
struct Finding {
  std::string about;  // an account, a day, a change of definition; empty where the alert watches one number
  Says says = Says::unknown;
  std::string reason;      // why it is unknown
  DayRange days;           // that it is of; judged in the order of their ends
  bool is_moment = false;  // it happened, and is not over one day
  std::optional<double> value;
  std::string title;               // "Impressions on Instagram: 18,230, below 20,000"
  std::vector<std::string> lines;  // what there is to know of it, with days, n, interval and zone
  std::string link;                // to what explains it
  JsonObject data;                 // the same for programs
};

struct Episode {
  int64_t number = 0;  // of its alert, from 1
  std::string about, title;
  Instant opened_at;
  std::optional<Instant> closed_at;
  std::optional<Instant> told_at, end_told_at;  // put into the outbox
};

// Something to be told that the outbox has not taken yet.
struct Message {
  int64_t episode = 0;
  enum class What {
    began,  // it fires
    ended,  // what was told is over
    both,   // it began and ended within quiet hours
  } what = What::began;
  std::string title, end_title;
  std::vector<std::string> lines, end_lines;
  std::string link;
  JsonObject data;
};

// What is remembered of one thing that an alert watches.
struct Watch {
  Says says = Says::unknown;               // of the last days that something was known of
  std::optional<Day> end;                  // the day after those
  int beyond = 0, calm = 0;                // days in a row, with those
  int beyond_before = 0, calm_before = 0;  // and without them
  std::optional<int64_t> open;             // the episode that is open
};

// Everything there is to remember of an alert.
struct State {
  int64_t episodes = 0;  // how many there were
  std::map<std::string, Watch> watches;
  std::map<int64_t, Episode> open;  // those that are open
  std::vector<Message> waiting;
};
JsonObject to_json(const State& state);
Result<State> state_from_json(const JsonObject& json);

enum class Voice { loud, muted };

struct Judged {
  State state;
  std::vector<Episode> episodes;  // those that began or ended, as they are now
};
Judged judge(const Alert& alert, State state, std::vector<Finding> found, Instant now, Voice voice = Voice::loud);

// Those of `state.waiting` that may go out now: none within quiet hours.
std::vector<Message> due(const Alert& alert, const State& state, Instant now, const Zone& zone);
// The outbox has it.
State told(State state, const Message& message, Instant now);

// new, calm, counting, firing or unknown.
std::string_view standing(const State& state, const std::vector<Finding>& found, bool was_judged);

}  // namespace sociometer::alerts
