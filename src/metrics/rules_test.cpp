#include "metrics/rules.h"

#include <gtest/gtest.h>

namespace sociometer::metrics {
namespace {

Rules rules_of(std::string_view json) {
  auto rules = rules_from_json(*parse_json(json), *Zone::find("Europe/Berlin"));
  EXPECT_TRUE(rules.ok()) << (rules.ok() ? "" : rules.error().message);
  return *rules;
}

std::string rules_refusal(std::string_view json) {
  auto rules = rules_from_json(*parse_json(json), Zone::utc());
  return rules.ok() ? "" : rules.error().message;
}

TEST(Rules, WhatIsNotSaidKeepsItsDefault) {
  Rules rules = rules_of("{}");
  EXPECT_FALSE(rules.hours.has_value());
  EXPECT_EQ(rules.hours_of("any"), nullptr);
  EXPECT_EQ(rules.response_window, 3600);
  EXPECT_EQ(rules.response_promise, 3600);
  EXPECT_EQ(rules.return_days, 7);
  EXPECT_EQ(rules.attribution_days, 30);
  EXPECT_TRUE(rules.action_values.empty());
  EXPECT_EQ(json_text(to_json(rules)), "{}");
}

TEST(Rules, WrittenBackTheyMeanTheSame) {
  const char* text =
      R"({"hours":{"week":{"mon-fri":"09:00-17:00"}},)"
      R"("team_hours":{"night":{"zone":"UTC","week":{"mon-sun":"00:00-24:00"}}},)"
      R"("response_window":"2h","response_promise":"4h business","response_clock":"from_start","return_days":14,)"
      R"("attribution_days":7,"action_values":{"lead":25,"sign_up":0.5},)"
      R"("brands":{"Acme":"own","Rival Inc":"competitor"},)"
      R"("sentiment_errors":{"*":{"positive":{"positive":8,"negative":2},"neutral":{"neutral":9},)"
      R"("negative":{"negative":7}}}})";
  Rules rules = rules_of(text);
  EXPECT_EQ(rules.hours->zone.name(), "Europe/Berlin");
  EXPECT_EQ(rules.hours_of("night")->zone.name(), "UTC");
  EXPECT_EQ(rules.hours_of("day"), &*rules.hours);
  EXPECT_EQ(rules.response_window, 7200);
  EXPECT_EQ(rules.response_promise, 4 * 3600);
  EXPECT_EQ(rules.promise_clock, Rules::Clock::business);
  EXPECT_EQ(rules.attribution_days, 7);
  EXPECT_EQ(rules.action_values.at("sign_up"), 500'000);
  EXPECT_EQ(rules.brands.at("rival inc"), "competitor");
  EXPECT_EQ(rules.sentiment_errors.at("").counts[0][2], 2);
  Json once = to_json(rules);
  EXPECT_EQ(json_text(to_json(rules_of(json_text(once)))), json_text(once));
}

TEST(Rules, WhatIsWrongIsSaid) {
  EXPECT_EQ(rules_refusal(R"({"hour": {}})"), "\"hour\" is no rule of a workspace; did you mean hours?");
  EXPECT_EQ(rules_refusal(R"({"response_window": "soon"})"),
            "\"response_window\" \"soon\" is no time; write 30m, 4h, 2d, or 4h business");
  EXPECT_EQ(rules_refusal(R"({"response_window": "1h business"})"),
            "\"response_window\" is by the clock, not by business hours");
  EXPECT_EQ(rules_refusal(R"({"return_days": 0})"), "\"return_days\" must be a number of days, 1 to 365");
  EXPECT_EQ(rules_refusal(R"({"attribution_days": 400})"), "\"attribution_days\" must be a number of days, 1 to 365");
  EXPECT_EQ(rules_refusal(R"({"action_values": {"lead": -1}})"),
            "\"action_values\" must lie between 0 and a thousand million");
  EXPECT_NE(rules_refusal(R"({"action_values": {"lead": "5 EUR"}})"), "");
  EXPECT_EQ(rules_refusal(R"({"brands": {"acme": "mine"}})"),
            "\"brands\" says of acme something else than own, competitor or partner");
  EXPECT_NE(rules_refusal(R"({"sentiment_errors": {"en": {"positive": {"positive": -1}}}})"), "");
  EXPECT_NE(rules_refusal(R"([])"), "");
}

TEST(Rules, PromisesAreTimes) {
  EXPECT_EQ(parse_promise("90s")->seconds, 90);
  EXPECT_EQ(parse_promise(" 30M ")->seconds, 1800);
  EXPECT_EQ(parse_promise("2d")->seconds, 172800);
  EXPECT_EQ(parse_promise("4h business")->clock, Rules::Clock::business);
  for (const char* none : {"", "h", "4", "0h", "4x", "-1h", "4h calendar", "9999999d", "1.5h"}) {
    EXPECT_FALSE(parse_promise(none).ok()) << none;
  }
}

}  // namespace
}  // namespace sociometer::metrics
