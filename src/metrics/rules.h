// Rules: what a workspace has agreed on and no fact can tell – when somebody is there to answer, how fast it promises
// to, how long a touch has credit, what a sign-up is worth, whose a brand is, how often its classifier of sentiment
// errs.
//
//   TRY(Rules rules, rules_from_json(json, workspace.zone));   // docs/api.md has the shape
//   scope.rules = rules;
//
// What is not said keeps its default; where there is none (business hours, the classifier's errors) what needs it has
// no value.
//
// Threads: values.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "metrics/business_hours.h"

namespace sociometer::metrics {

// How a classifier did on texts that people had judged: row is what people said, column what it said, in the order
// positive, neutral, negative.
struct Confusion {
  std::array<std::array<int64_t, 3>, 3> counts{};
  bool operator==(const Confusion&) const = default;
};

// Where a resolved conversation that nobody had answered is reopened, the first response is waited for from then on, or
// from the start all the same.
enum class ResponseClock : uint8_t { from_reopen, from_start };

struct Rules {
  std::optional<BusinessHours> hours;
  std::map<std::string, BusinessHours> team_hours;  // of the teams that have their own

  int64_t response_window = 3600;  // seconds within which a response counts for the response rate
  // What was promised for the first response, by the clock on the wall or by business hours.
  enum class Clock { calendar, business };
  int64_t response_promise = 3600;
  Clock promise_clock = Clock::calendar;
  ResponseClock response_clock = ResponseClock::from_reopen;
  int return_days = 7;  // how long a resolution must hold to count as one without return

  int attribution_days = 30;  // how long before a conversion or order a touch still counts
  // What one conversion of that name is worth where it carries no money itself: millionths of the workspace's currency.
  std::map<std::string, int64_t> action_values;

  std::map<std::string, std::string> brands;          // name, case folded → own, competitor or partner
  std::map<std::string, Confusion> sentiment_errors;  // by language; "" for all others

  // The team's hours, else the workspace's, else none.
  const BusinessHours* hours_of(std::string_view team) const;
};

// invalid: the member and what is wrong with it.
Result<Rules> rules_from_json(const Json& json, const Zone& workspace_zone);
// Only what differs from the default.
Json to_json(const Rules& rules);

// "90s", "30m", "4h", "2d", in seconds; "4h business" asks for the clock as well. invalid: none of these.
struct Promised {
  int64_t seconds = 0;
  Rules::Clock clock = Rules::Clock::calendar;
};
Result<Promised> parse_promise(std::string_view text);

}  // namespace sociometer::metrics
