#include "metrics/cases.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "base/json.h"
#include "metrics/business_hours.h"

namespace sociometer::metrics {
namespace {

using EventKind = ConversationEvent::Kind;

Instant at(std::string_view text) {
  auto instant = parse_instant(text);
  EXPECT_TRUE(instant.ok()) << text;
  return *instant;
}

ConversationEvent event(std::string_view when, EventKind kind, int32_t agent = 0) {
  return {at(when), kind, false, agent, 0};
}
ConversationEvent bot(std::string_view when, EventKind kind) {
  return {at(when), kind, true, 0, 0};
}

int64_t seconds(const Wait& wait) {
  return (wait.to.micros - wait.from.micros) / 1'000'000;
}

constexpr std::string_view much_later = "2027-01-01";

Case told(std::vector<ConversationEvent> events, std::string_view horizon = much_later) {
  in_order(events);
  auto found = case_of(events, at(horizon));
  EXPECT_TRUE(found.has_value());
  return *found;
}

TEST(Cases, ThePublishedFirstResponse) {
  const std::string file = SHARED_DATA "/care/ibm-care-dev.json";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no shared data here";
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  Json conversations = *parse_json(text.str());
  std::vector<int64_t> waits;
  int64_t within_an_hour = 0;
  for (const Json& conversation : conversations.as_array()) {
    std::vector<ConversationEvent> events;
    for (const Json& message : conversation.at("dialogContent").as_array()) {
      EventKind kind = message.as_object().contains("agent") ? EventKind::reply : EventKind::inbound;
      events.push_back(event(std::string(message.at("datetime").as_string()), kind));
    }
    // The reply that the set is about is known by its id alone, which holds its time.
    int64_t id = std::stoll(std::string(conversation.at("agentURL").at("tweet_ID").as_string()));
    events.push_back({{((id >> 22) + 1288834974657) * 1000}, EventKind::reply, false, 1, 0});
    in_order(events);
    auto found = case_of(events, at(much_later));
    ASSERT_TRUE(found.has_value());
    auto wait = first_response(*found);
    ASSERT_TRUE(wait && wait->answered);
    waits.push_back(seconds(*wait));
    int64_t micros = wait->to.micros - wait->from.micros;
    within_an_hour += promise_of(micros, true, false, 3'600'000'000) == Promise::kept;
  }
  ASSERT_EQ(waits.size(), 525u);
  std::sort(waits.begin(), waits.end());
  EXPECT_EQ(waits[262], 7419);
  EXPECT_EQ(within_an_hour, 230);  // 43.81 %
}

// A bot resolves on the first day, the customer comes back on the fifth, and a person answers ten minutes later.
TEST(Cases, TheDaysABotsResolutionLastedAreNoResponseTime) {
  std::vector<ConversationEvent> events = {
      event("2026-05-01T10:00:00Z", EventKind::inbound), bot("2026-05-01T10:00:05Z", EventKind::reply),
      bot("2026-05-01T10:05:00Z", EventKind::resolve), event("2026-05-05T09:00:00Z", EventKind::reopen),
      event("2026-05-05T09:10:00Z", EventKind::reply, 7)};
  Case c = told(events);
  Wait wait = *first_response(c);
  EXPECT_TRUE(wait.answered);
  EXPECT_EQ(seconds(wait), 600);
  EXPECT_EQ(wait.by.agent, 7);
  EXPECT_EQ(seconds(*first_response(c, ResponseClock::from_start)), 4 * 86400 - 3600 + 600);
  EXPECT_TRUE(c.reopened);
  EXPECT_FALSE(c.answered_before_resolve);
  EXPECT_EQ(*c.returned, at("2026-05-05T09:00:00Z"));
  EXPECT_TRUE(c.is_open());
  // The same with the customer's message beside the reopening, or in its place.
  events.push_back(event("2026-05-05T09:00:00Z", EventKind::inbound));
  EXPECT_EQ(seconds(*first_response(told(events))), 600);
  events.erase(events.begin() + 3);
  EXPECT_EQ(seconds(*first_response(told(events))), 600);
}

// As above, where a person had answered before: that was the first response.
TEST(Cases, AReopeningAfterAnAnswerStartsNoFirstResponse) {
  Case c = told({event("2026-05-01T10:00:00Z", EventKind::inbound), event("2026-05-01T10:20:00Z", EventKind::reply, 1),
                 event("2026-05-01T10:30:00Z", EventKind::resolve, 1), event("2026-05-05T09:00:00Z", EventKind::reopen),
                 event("2026-05-05T09:10:00Z", EventKind::reply, 2)});
  EXPECT_EQ(seconds(*first_response(c)), 1200);
  EXPECT_EQ(c.answered_by.agent, 1);
  ASSERT_EQ(c.turns.size(), 1u);
}

TEST(Cases, ConsecutiveMessagesAreOneTurn) {
  Case c = told({event("2026-05-01T10:00:00Z", EventKind::inbound), event("2026-05-01T10:01:00Z", EventKind::inbound),
                 bot("2026-05-01T10:01:01Z", EventKind::reply), event("2026-05-01T10:02:00Z", EventKind::note, 3),
                 event("2026-05-01T10:02:00Z", EventKind::inbound), event("2026-05-01T10:30:00Z", EventKind::reply, 1),
                 event("2026-05-01T10:31:00Z", EventKind::reply, 1), event("2026-05-01T11:00:00Z", EventKind::inbound),
                 event("2026-05-01T11:05:00Z", EventKind::reply, 2)});
  ASSERT_EQ(c.turns.size(), 2u);
  EXPECT_EQ(c.turns[0].to.micros - c.turns[0].from.micros, 30 * 60'000'000LL);
  EXPECT_EQ(c.turns[0].by.agent, 1);
  EXPECT_EQ(c.turns[1].to.micros - c.turns[1].from.micros, 5 * 60'000'000LL);
  EXPECT_EQ(c.turns[1].by.agent, 2);
}

TEST(Cases, AnOpeningMessageIsNoAnswer) {
  Case c = told({event("2026-05-01T08:00:00Z", EventKind::reply, 1), event("2026-05-01T10:00:00Z", EventKind::inbound),
                 event("2026-05-01T10:07:00Z", EventKind::reply, 2)});
  EXPECT_EQ(c.start, at("2026-05-01T10:00:00Z"));
  EXPECT_EQ(seconds(*first_response(c)), 420);
  EXPECT_EQ(c.answered_by.agent, 2);
  Case ours = told({event("2026-05-01T08:00:00Z", EventKind::reply, 1)});
  EXPECT_FALSE(ours.asked);
  EXPECT_FALSE(first_response(ours).has_value());
  EXPECT_FALSE(case_of(std::vector<ConversationEvent>{event("2026-05-01T08:00:00Z", EventKind::note)}, at(much_later)));
}

TEST(Cases, WhatIsOpenIsCensoredAndNotZero) {
  Case c = told({event("2026-05-01T10:00:00Z", EventKind::inbound)}, "2026-05-04T10:00:00Z");
  Wait wait = *first_response(c);
  EXPECT_FALSE(wait.answered);
  EXPECT_EQ(seconds(wait), 3 * 86400);
  EXPECT_TRUE(c.is_open());
  EXPECT_FALSE(c.first_resolve().has_value());
  // What came later was not known then.
  Case before =
      told({event("2026-05-01T10:00:00Z", EventKind::inbound), event("2026-05-09T10:00:00Z", EventKind::reply)},
           "2026-05-04T10:00:00Z");
  EXPECT_FALSE(first_response(before)->answered);
}

TEST(Cases, AResolveEndsTheWaitingUnanswered) {
  Case c = told({event("2026-05-01T10:00:00Z", EventKind::inbound), bot("2026-05-01T10:05:00Z", EventKind::resolve)});
  Wait wait = *first_response(c);
  EXPECT_FALSE(wait.answered);
  EXPECT_EQ(seconds(wait), 300);
  EXPECT_EQ(c.turns[0].end, Turn::End::resolved);
  EXPECT_FALSE(c.answered_before_resolve);
}

// "Thank you!" into a case that stays resolved keeps nobody waiting.
TEST(Cases, ThanksAreNoQuestion) {
  Case c =
      told({event("2026-05-01T10:00:00Z", EventKind::inbound), event("2026-05-01T10:10:00Z", EventKind::reply, 1),
            event("2026-05-01T10:11:00Z", EventKind::resolve, 1), event("2026-05-01T10:20:00Z", EventKind::inbound)});
  EXPECT_EQ(c.turns.size(), 1u);
  EXPECT_EQ(*c.returned, at("2026-05-01T10:20:00Z"));
  EXPECT_FALSE(c.reopened);
  EXPECT_FALSE(c.is_open());
  // Where somebody answers it after all, it was a turn.
  c = told({event("2026-05-01T10:00:00Z", EventKind::inbound), event("2026-05-01T10:10:00Z", EventKind::reply, 1),
            event("2026-05-01T10:11:00Z", EventKind::resolve, 1), event("2026-05-01T10:20:00Z", EventKind::inbound),
            event("2026-05-01T10:25:00Z", EventKind::reply, 1)});
  EXPECT_EQ(c.turns.size(), 2u);
}

TEST(Cases, ResolvesReopensAndWhatLiesBetween) {
  Case c =
      told({event("2026-05-01T10:00:00Z", EventKind::inbound), event("2026-05-01T10:10:00Z", EventKind::reply, 1),
            event("2026-05-01T11:00:00Z", EventKind::resolve, 2), event("2026-05-01T11:30:00Z", EventKind::resolve, 2),
            event("2026-05-02T10:00:00Z", EventKind::reopen), event("2026-05-02T10:30:00Z", EventKind::resolve, 3)});
  EXPECT_EQ(*c.first_resolve(), at("2026-05-01T11:00:00Z"));
  EXPECT_EQ(*c.last_resolve(), at("2026-05-02T10:30:00Z"));
  EXPECT_EQ(c.resolved_by.agent, 2);
  EXPECT_TRUE(c.reopened);
  EXPECT_EQ(c.active_micros(), 90 * 60'000'000LL);
  EXPECT_TRUE(c.open_at(at("2026-05-01T11:00:00Z")));
  EXPECT_FALSE(c.open_at(at("2026-05-02T00:00:00Z")));
  EXPECT_FALSE(c.open_at(at("2026-05-01T10:00:00Z")));
  EXPECT_TRUE(c.open_at(at("2026-05-02T10:15:00Z")));
}

TEST(Cases, SnoozedTimeIsNotActive) {
  Case c =
      told({event("2026-05-01T10:00:00Z", EventKind::inbound), event("2026-05-01T10:10:00Z", EventKind::reply, 1),
            event("2026-05-01T10:20:00Z", EventKind::snooze, 1), event("2026-05-03T10:00:00Z", EventKind::inbound),
            event("2026-05-03T10:05:00Z", EventKind::reply, 1), event("2026-05-03T10:05:00Z", EventKind::resolve, 1)});
  EXPECT_EQ(c.active_micros(), 25 * 60'000'000LL);
  EXPECT_TRUE(c.open_at(at("2026-05-02T00:00:00Z")));
  // Resolved while snoozed.
  c = told({event("2026-05-01T10:00:00Z", EventKind::inbound), event("2026-05-01T10:20:00Z", EventKind::snooze, 1),
            event("2026-05-04T10:20:00Z", EventKind::resolve, 1)});
  EXPECT_EQ(c.active_micros(), 20 * 60'000'000LL);
}

TEST(Cases, WhoHasIt) {
  Case c = told({{at("2026-05-01T10:00:00Z"), EventKind::assign, false, 4, 1, AssignedBy::rule},
                 event("2026-05-01T10:00:00Z", EventKind::inbound),
                 {at("2026-05-01T10:05:00Z"), EventKind::assign, false, 5, 2, AssignedBy::hand}});
  EXPECT_EQ(c.assigned_by, AssignedBy::rule);
  EXPECT_EQ(c.assigned_to.agent, 5);
  EXPECT_EQ(c.assigned_to.team, 2);
  EXPECT_EQ(told({event("2026-05-01T10:00:00Z", EventKind::inbound)}).assigned_by, AssignedBy::unknown);
}

TEST(Cases, BusinessHoursOfAFirstResponse) {
  BusinessHours hours = *business_hours_from_json(
      *parse_json(R"({"week": {"mon-fri": "09:00-17:00"}, "holidays": ["2026-05-25"]})"), *Zone::find("Europe/Berlin"));
  Case c = told(
      {event("2026-05-22T18:00:00+02:00", EventKind::inbound), event("2026-05-26T09:10:00+02:00", EventKind::reply)});
  Wait wait = *first_response(c);
  OpenTime open(hours, {hours.zone.day_of(wait.from), hours.zone.day_of(wait.to) + 1});
  EXPECT_EQ(open.micros_between(wait.from, wait.to), 600'000'000);
}

TEST(Cases, Promises) {
  constexpr int64_t hour = 3'600'000'000;
  EXPECT_EQ(promise_of(hour, true, false, hour), Promise::kept);
  EXPECT_EQ(promise_of(hour + 1, true, false, hour), Promise::broken);
  EXPECT_EQ(promise_of(hour, false, true, hour), Promise::not_due);
  EXPECT_EQ(promise_of(hour + 1, false, true, hour), Promise::broken);
  EXPECT_EQ(promise_of(hour / 2, false, false, hour), Promise::released);
  EXPECT_EQ(promise_of(2 * hour, false, false, hour), Promise::broken);
}

// Whatever happens in whatever order: stretches and turns follow each other, and time is never negative.
TEST(Cases, HoldTogetherWhateverHappens) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<ConversationEvent> events;
    int count = 1 + static_cast<int>(random() % 12);
    for (int i = 0; i < count; ++i) {
      events.push_back({{static_cast<int64_t>(random() % 50) * 1'000'000},
                        static_cast<EventKind>(random() % 8),
                        random() % 3 == 0,
                        static_cast<int32_t>(random() % 3),
                        0});
    }
    in_order(events);
    Instant horizon{static_cast<int64_t>(random() % 60) * 1'000'000};
    auto found = case_of(events, horizon);
    if (!found) continue;
    Instant last = found->start;
    for (const Turn& turn : found->turns) {
      EXPECT_GE(turn.from, last);
      EXPECT_GE(turn.to, turn.from);
      EXPECT_LE(turn.to, horizon);
      last = turn.to;
    }
    last = found->start;
    for (const Stretch& stretch : found->open) {
      EXPECT_GE(stretch.from, last);
      EXPECT_GE(stretch.to.value_or(stretch.from), stretch.from);
      last = stretch.to.value_or(horizon);
    }
    EXPECT_EQ(first_response(*found).has_value(), found->asked);
    if (found->is_open()) continue;
    int64_t open = 0;
    for (const Stretch& stretch : found->open) open += stretch.to->micros - stretch.from.micros;
    EXPECT_LE(found->active_micros(), open);
    EXPECT_GE(found->active_micros(), 0);
  }
}

}  // namespace
}  // namespace sociometer::metrics
