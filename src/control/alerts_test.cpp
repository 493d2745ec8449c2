#include "control/alerts.h"

#include <gmock/gmock.h>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

class AlertsTest : public ControlFixture {
 protected:
  Alerts& alerts() { return control_->alerts(); }
  KeptAlert add(const char* name) {
    auto added = alerts().add("default", {.name = name, .fields = "{}", .set_by = "Ann", .set_at = now});
    EXPECT_TRUE(added) << added.error().message;
    return *added;
  }
};

TEST_F(AlertsTest, AreKeptInTheOrderTheyWereSet) {
  add("first");
  add("second");
  open();
  const auto all = alerts().list("default");
  ASSERT_TRUE(all);
  EXPECT_THAT(*all, ElementsAre(Field(&KeptAlert::name, "first"), Field(&KeptAlert::name, "second")));
  EXPECT_EQ((*all)[1].number, 2);
  EXPECT_EQ((*all)[0].set_by, "Ann");
  EXPECT_EQ((*all)[0].set_at, now);
  EXPECT_FALSE((*all)[0].judged_at);
}

TEST_F(AlertsTest, AreTheirWorkspacesAlone) {
  ASSERT_TRUE(control_->add_workspace("other", {}));
  const KeptAlert ours = add("ours");
  EXPECT_THAT(*alerts().list("other"), IsEmpty());
  EXPECT_EQ(alerts().find("other", "ours").error().kind, ErrorKind::not_found);
  EXPECT_EQ(alerts().remove("other", "ours", now).error().kind, ErrorKind::not_found);
  EXPECT_EQ(alerts().mute("other", "ours", {}, now).error().kind, ErrorKind::not_found);
  EXPECT_EQ(alerts().unmute("other", "ours").error().kind, ErrorKind::not_found);
  EXPECT_EQ(alerts().keep("other", ours.number, {.state = "{}"}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(alerts().add("nowhere", {.name = "x"}).error().kind, ErrorKind::not_found);
}

TEST_F(AlertsTest, ANameIsGivenOnceAtATimeAndANumberOnceForEver) {
  add("low");
  EXPECT_EQ(alerts().add("default", {.name = "low"}).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(alerts().remove("default", "low", later(minute)));
  EXPECT_THAT(alerts().find("default", "low").error().message, HasSubstr("none is set"));
  EXPECT_EQ(add("low").number, 2);
}

TEST_F(AlertsTest, AreJudgedByOneAtATime) {
  const KeptAlert alert = add("low");
  const AlertJudgement first{.revision = alert.revision,
                             .state = R"({"a":1})",
                             .findings = "[]",
                             .judged_at = now,
                             .episodes = {{.number = 1, .about = "x/brand", .title = "low", .opened_at = now}}};
  const auto revision = alerts().keep("default", alert.number, first);
  ASSERT_TRUE(revision);
  EXPECT_EQ(alerts().keep("default", alert.number, first).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(alerts().keep("default", alert.number,
                            {.revision = *revision,
                             .state = R"({"a":2})",
                             .failure = "no channel",
                             .told = {{1, AlertJudgement::Told::What::began, later(minute)}}}));
  const auto again = alerts().find("default", "low");
  EXPECT_EQ(again->state, R"({"a":2})");
  EXPECT_EQ(again->findings, "[]");
  EXPECT_EQ(again->judged_at, now);
  EXPECT_EQ(again->failure, "no channel");
  const auto episodes = alerts().episodes("default", alert.number, 10);
  ASSERT_EQ(episodes->size(), 1U);
  EXPECT_EQ(episodes->front().told_at, later(minute));
  EXPECT_FALSE(episodes->front().closed_at);
}

TEST_F(AlertsTest, AnEpisodeThatEndsKeepsWhenItWasTold) {
  const KeptAlert alert = add("low");
  KeptEpisode episode{.number = 1, .title = "low", .opened_at = now};
  ASSERT_TRUE(alerts().keep("default", alert.number,
                            {.revision = 0, .state = "{}", .episodes = {episode}, .told = {{1, {}, now}}}));
  episode.closed_at = later(day);
  ASSERT_TRUE(alerts().keep("default", alert.number, {.revision = 1, .state = "{}", .episodes = {episode}}));
  const auto kept = alerts().episodes("default", alert.number, 10)->front();
  EXPECT_EQ(kept.told_at, now);
  EXPECT_EQ(kept.closed_at, later(day));
}

TEST_F(AlertsTest, AreSetAnewWithTheirNumber) {
  const KeptAlert other = add("other");
  KeptAlert alert = add("low");
  ASSERT_TRUE(
      alerts().keep("default", alert.number, {.revision = 0, .state = "{}", .findings = "[1]", .judged_at = now}));
  alert.name = "lower";
  alert.fields = R"({"b":1})";
  const auto changed = alerts().set("default", alert, {.revision = 1, .state = R"({"episodes":3})"});
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->number, alert.number);
  EXPECT_EQ(changed->fields, R"({"b":1})");
  EXPECT_EQ(changed->state, R"({"episodes":3})");
  EXPECT_FALSE(changed->judged_at);
  alert.name = other.name;
  EXPECT_EQ(alerts().set("default", alert, {.revision = 2, .state = "{}"}).error().kind, ErrorKind::conflict);
}

TEST_F(AlertsTest, AreMutedUntilTheyAreNot) {
  add("low");
  EXPECT_EQ(alerts().mute("default", "low", later(day), now)->muted_until, later(day));
  EXPECT_EQ(alerts().find("default", "low")->muted_at, now);
  ASSERT_TRUE(alerts().unmute("default", "low"));
  EXPECT_FALSE(alerts().find("default", "low")->muted_at);
}

}  // namespace
}  // namespace sociometer::control
