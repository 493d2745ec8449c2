#include "control/goals.h"

#include <gmock/gmock.h>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

class GoalsTest : public ControlFixture {
 protected:
  Goals& goals() { return control_->goals(); }
  std::string add(const char* sentence, Instant at = now) {
    auto added = goals().add("default", {.said = "said", .sentence = sentence, .fields = "{}", .owner = "Ann"}, at);
    EXPECT_TRUE(added) << added.error().message;
    return added->id;
  }
};

TEST_F(GoalsTest, AreKeptInTheOrderTheyWereSet) {
  const std::string first = add("first"), second = add("second", later(day));
  open();
  auto all = goals().list("default");
  ASSERT_TRUE(all);
  EXPECT_THAT(*all, ElementsAre(Field(&KeptGoal::id, first), Field(&KeptGoal::id, second)));
  EXPECT_EQ((*all)[0].said, "said");
  EXPECT_EQ((*all)[0].owner, "Ann");
  EXPECT_EQ((*all)[1].set_at, later(day));
}

TEST_F(GoalsTest, AreTheirWorkspacesAlone) {
  ASSERT_TRUE(control_->add_workspace("other", {}));
  const std::string id = add("ours");
  EXPECT_THAT(*goals().list("other"), IsEmpty());
  EXPECT_EQ(goals().find("other", id).error().kind, ErrorKind::not_found);
  EXPECT_EQ(goals().remove("other", id, now).error().kind, ErrorKind::not_found);
  EXPECT_EQ(goals().observe("other", id, {"hit", "{}", now}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(goals().check_in("other", id, {.note = "x"}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(goals().add_to_do("other", id, {.task = "x"}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(goals().finish("other", id, 1, now).error().kind, ErrorKind::not_found);
  EXPECT_EQ(goals().add("nowhere", {.sentence = "x"}, now).error().kind, ErrorKind::not_found);
}

TEST_F(GoalsTest, ARemovedOneKeepsItsHistory) {
  const std::string id = add("first");
  ASSERT_TRUE(*goals().observe("default", id, {"on_track", "{}", now}));
  ASSERT_TRUE(goals().remove("default", id, later(day)));
  EXPECT_THAT(*goals().list("default"), IsEmpty());
  EXPECT_EQ(goals().find("default", id)->removed_at, later(day));
  EXPECT_EQ(goals().statuses("default", id)->size(), 1U);
  EXPECT_EQ(goals().remove("default", id, later(day)).error().kind, ErrorKind::conflict);
}

TEST_F(GoalsTest, AStatusIsAddedWhenItChanges) {
  const std::string id = add("first");
  EXPECT_TRUE(*goals().observe("default", id, {"on_track", "{}", now}));
  EXPECT_FALSE(*goals().observe("default", id, {"on_track", "{}", later(day)}));
  EXPECT_TRUE(*goals().observe("default", id, {"at_risk", "{}", later(2 * day)}));
  // Looked at as of an earlier time: that is not how it changed.
  EXPECT_FALSE(*goals().observe("default", id, {"ahead", "{}", later(day)}));
  auto all = goals().statuses("default", id);
  EXPECT_THAT(*all, ElementsAre(Field(&GoalStatus::status, "on_track"), Field(&GoalStatus::status, "at_risk")));
  EXPECT_EQ((*all)[1].observed_at, later(2 * day));
}

TEST_F(GoalsTest, CheckInsAndToDosAreNumbered) {
  const std::string id = add("first"), other = add("other");
  EXPECT_EQ(goals().check_in("default", id, {.note = "well", .by = "Ann", .at = now})->number, 1);
  EXPECT_EQ(goals().check_in("default", id, {.note = "better", .by = "Bob", .at = later(day)})->number, 2);
  EXPECT_EQ(goals().check_in("default", other, {.note = "x", .by = "Bob", .at = now})->number, 1);
  EXPECT_EQ(goals().check_in("default", id, {.note = "  "}).error().field, "note");
  auto notes = goals().check_ins("default", id);
  ASSERT_EQ(notes->size(), 2U);
  EXPECT_EQ((*notes)[1].by, "Bob");

  EXPECT_EQ(
      goals().add_to_do("default", id, {.task = "film", .owner = "Bob", .due = Day{20000}, .set_at = now})->number, 1);
  EXPECT_EQ(goals().add_to_do("default", id, {.task = "post", .set_at = now})->number, 2);
  EXPECT_EQ(goals().add_to_do("default", id, {.task = ""}).error().field, "task");
  ASSERT_TRUE(goals().finish("default", id, 1, later(day)));
  EXPECT_EQ(goals().finish("default", id, 1, later(day)).error().kind, ErrorKind::conflict);
  EXPECT_EQ(goals().finish("default", id, 3, later(day)).error().kind, ErrorKind::not_found);
  auto to_dos = goals().to_dos("default", id);
  ASSERT_EQ(to_dos->size(), 2U);
  EXPECT_EQ((*to_dos)[0].due, Day{20000});
  EXPECT_EQ((*to_dos)[0].done_at, later(day));
  EXPECT_EQ((*to_dos)[1].due, std::nullopt);
  EXPECT_EQ((*to_dos)[1].done_at, std::nullopt);
}

TEST_F(GoalsTest, AreBroughtFromElsewhereWithTheirId) {
  ASSERT_TRUE(goals().add("default", {.id = "G1", .sentence = "first", .fields = "{}", .set_at = later(-day)}, now));
  EXPECT_EQ(goals().find("default", "G1")->set_at, later(-day));
  auto again = goals().add("default", {.id = "G1", .sentence = "first", .fields = "{}"}, now);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
}

TEST_F(GoalsTest, TextsHaveTheirLimits) {
  EXPECT_EQ(goals().add("default", {.owner = std::string(300, 'x')}, now).error().field, "owner");
  EXPECT_EQ(goals().add("default", {.rationale = "\xff"}, now).error().field, "rationale");
  EXPECT_THAT(goals().add("default", {.said = std::string(5000, 'x')}, now).error().message, HasSubstr("4000"));
}

}  // namespace
}  // namespace sociometer::control
