// Goals over HTTP: trying and setting, the way to the target, looking at them in time, and what waits for whom.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "world.h"

namespace sociometer::api_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int64_t day_seconds = 86'400;

class GoalsApiTest : public testing::Test {
 protected:
  JsonObject object_of(const net::Response& response) {
    EXPECT_LT(response.status, 300) << response.body;
    Result<Json> json = parse_json(response.body);
    return json && json->is_object() ? json->get_object() : JsonObject();
  }
  net::Response post(const std::string& path, const JsonObject& body, const std::string& who = "analyst") {
    return world_.ask({"POST", path, json_text(body)}, world_.ours.at(who));
  }
  JsonObject get(const std::string& path, const std::string& who = "analyst") {
    return object_of(world_.ask({"GET", path}, world_.ours.at(who)));
  }
  // Its id. Due in a year, looked at every week.
  std::string set(const std::string& owner, const std::string& who = "analyst") {
    const std::string due = format_day(Zone::utc().day_of(world_.now()) + 365);
    const net::Response made =
        post("/goals?workspace=ours",
             {{"sentence", "Increase impressions to 1000 by " + due}, {"owner", owner}, {"cadence", "weekly"}}, who);
    return std::string(object_of(made).at("goal").at("id").get_string());
  }
  JsonObject goal(const std::string& id) {
    return get(fmt::format("/goals/{}?workspace=ours", id)).at("goal").get_object();
  }
  std::string day(int days_from_now) { return format_day(Zone::utc().day_of(world_.now()) + days_from_now); }
  // The ids of goals that are to be looked at.
  std::vector<std::string> reviews(const std::string& who) {
    std::vector<std::string> ids;
    const JsonArray waiting = get("/me/goals", who).at("reviews").get_array();
    for (const Json& each : waiting) {
      ids.emplace_back(each.at("goal").get_string());
    }
    return ids;
  }
  World world_;
};

TEST_F(GoalsApiTest, TryingLeavesNothingBehind) {
  const JsonObject wanted{{"sentence", "Increase impressions to 1000 by the end of the year"}};
  const net::Response tried = post("/goals?workspace=ours&dry_run=1", wanted);
  EXPECT_EQ(tried.status, 200);
  const JsonObject understood = object_of(tried).at("goal").get_object();
  EXPECT_TRUE(understood.at("id").is_null());
  EXPECT_THAT(get("/goals?workspace=ours").at("goals").get_array(), IsEmpty());
  EXPECT_THAT(world_.ask({"GET", "/audit?workspace=ours"}, world_.ours.at("owner")).body, Not(HasSubstr("goal.set")));
  // What was understood is understood again, as fields and as it was written back.
  JsonObject fields;
  for (const char* field : {"kpi", "variant", "filter", "direction", "target", "start", "due", "cadence"}) {
    fields[field] = understood.at(field);
  }
  for (const JsonObject& again : {fields, JsonObject{{"sentence", understood.at("sentence")}}}) {
    const JsonObject same = object_of(post("/goals?workspace=ours&dry_run=1", again)).at("goal").get_object();
    EXPECT_EQ(same.at("sentence"), understood.at("sentence"));
    EXPECT_EQ(same.at("target_value"), understood.at("target_value"));
  }
  EXPECT_EQ(post("/goals?workspace=ours", wanted).status, 201);
  EXPECT_THAT(world_.ask({"GET", "/audit?workspace=ours"}, world_.ours.at("owner")).body, HasSubstr("goal.set"));
}

TEST_F(GoalsApiTest, WhatIsMissingIsSaidWithItsField) {
  const net::Response without_target = post("/goals?workspace=ours&dry_run=1", {{"sentence", "Increase impressions"}});
  EXPECT_EQ(without_target.status, 200) << "to try it worked";
  EXPECT_TRUE(object_of(without_target).at("goal").is_null());
  EXPECT_EQ(object_of(without_target).at("missing").at("field"), Json("target"));
  EXPECT_EQ(post("/goals?workspace=ours", {{"sentence", "Increase impressions"}}).status, 400) << "to set it did not";
  EXPECT_THAT(post("/goals?workspace=ours&dry_run=1", {{"sentence", "Increase by 5 %"}}).body,
              HasSubstr("\"field\":\"kpi\""));
  EXPECT_EQ(post("/goals?workspace=ours&dry_run=1", {{"sentence", "Increase impressions to 5"}}, "viewer").status, 403);
}

TEST_F(GoalsApiTest, TheWayIsToldFromStartToDue) {
  const std::string id = set("");
  const JsonObject seen = goal(id);
  const JsonArray path = seen.at("path").get_array();
  ASSERT_FALSE(path.empty());
  EXPECT_EQ(path.back().at("day"), seen.at("due"));
  EXPECT_DOUBLE_EQ(path.back().at("expected").to_number<double>(), 1000);
  EXPECT_EQ(seen.at("actual_of").at("from"), seen.at("start"));
  const JsonArray listed = get("/goals?workspace=ours").at("goals").get_array();
  EXPECT_EQ(listed.size(), 1U);
  for (const Json& each : listed) {
    EXPECT_FALSE(each.get_object().contains("path")) << "a list has enough to say";
  }
}

TEST_F(GoalsApiTest, AChangeStaysInItsHistory) {
  const std::string id = set("Somebody");
  const std::string was(goal(id).at("sentence").get_string());
  const std::string due = day(200), path = fmt::format("/goals/{}?workspace=ours", id);
  const auto patch = [&](const JsonObject& body, const std::string& who = "analyst") {
    return world_.ask({"PATCH", path, json_text(body)}, world_.ours.at(who));
  };
  EXPECT_EQ(patch({{"due", due}}, "viewer").status, 403);
  const JsonObject changed = object_of(patch({{"due", due}, {"target", "to 2000"}})).at("goal").get_object();
  EXPECT_EQ(changed.at("due"), Json(due));
  EXPECT_EQ(changed.at("target").at("value").to_number<double>(), 2000);
  EXPECT_EQ(changed.at("owner"), Json("Somebody")) << "what is not said stays";
  EXPECT_EQ(changed.at("id"), Json(id));
  const JsonObject seen = goal(id);
  ASSERT_EQ(seen.at("changes").get_array().size(), 1U);
  const JsonObject& change = seen.at("changes").get_array()[0].get_object();
  EXPECT_EQ(change.at("was"), Json(was));
  EXPECT_EQ(change.at("is"), seen.at("sentence"));
  EXPECT_EQ(change.at("by"), Json(world_.people_of_ours.at("analyst").name));
  EXPECT_TRUE(change.at("fields").get_object().contains("due"));
  EXPECT_TRUE(change.at("fields").get_object().contains("target"));
  EXPECT_FALSE(change.at("fields").get_object().contains("baseline"));
  const JsonArray history = seen.at("history").get_array();
  for (const Json& status : history) EXPECT_NE(status.at("status"), Json("changed"));
  EXPECT_EQ(patch({{"due", due}}).status, 400) << "nothing would change";
  EXPECT_EQ(patch({{"due", "soon"}}).status, 400);
  EXPECT_EQ(goal(id).at("changes").get_array().size(), 1U);
  EXPECT_THAT(world_.ask({"GET", "/audit?workspace=ours"}, world_.ours.at("owner")).body, HasSubstr("goal.change"));
  world_.ask({"DELETE", path}, world_.ours.at("analyst"));
  EXPECT_EQ(patch({{"owner", "Nobody"}}).status, 409);
}

TEST_F(GoalsApiTest, IsDueForReviewOneCadenceAfterTheLastLook) {
  const std::string id = set("Somebody");
  EXPECT_EQ(goal(id).at("next_review"), Json(day(7)));
  EXPECT_FALSE(goal(id).at("review_due").get_bool());
  world_.advance(8 * day_seconds);
  EXPECT_EQ(goal(id).at("next_review"), Json(day(-1)));
  EXPECT_TRUE(goal(id).at("review_due").get_bool());
  EXPECT_EQ(post(fmt::format("/goals/{}/check-ins?workspace=ours", id), {{"note", "well"}}).status, 201);
  EXPECT_EQ(goal(id).at("next_review"), Json(day(7)));
  EXPECT_FALSE(goal(id).at("review_due").get_bool());
  world_.advance(400 * day_seconds);
  world_.ours.at("analyst") = world_.signed_in(world_.people_of_ours.at("analyst"));
  EXPECT_TRUE(goal(id).at("next_review").is_null()) << "its time is over";
}

TEST_F(GoalsApiTest, WhatWaitsIsOfThePersonByNameOrMail) {
  const control::Person& viewer = world_.people_of_ours.at("viewer");
  const std::string by_name = set(viewer.name), by_mail = set("VIEWER@example.org"), of_others = set("Somebody");
  set("");
  EXPECT_THAT(reviews("viewer"), ElementsAre(by_name, by_mail));
  EXPECT_THAT(reviews("admin"), IsEmpty());

  const std::string to_dos = fmt::format("/goals/{}/to-dos", of_others);
  post(to_dos + "?workspace=ours", {{"task", "film"}, {"owner", "viewer@example.org"}, {"due", day(2)}});
  post(to_dos + "?workspace=ours", {{"task", "cut"}, {"owner", "Somebody"}});
  const auto mine = [&] { return get("/me/goals", "viewer").at("to_dos").get_array(); };
  ASSERT_EQ(mine().size(), 1U);
  EXPECT_EQ(mine()[0].at("to_do").at("task"), Json("film"));
  EXPECT_EQ(mine()[0].at("goal"), Json(of_others));
  EXPECT_FALSE(mine()[0].at("overdue").get_bool());
  world_.advance(3 * day_seconds);
  EXPECT_TRUE(mine()[0].at("overdue").get_bool());
  post(to_dos + "/1/done?workspace=ours", {});
  EXPECT_THAT(mine(), IsEmpty());

  world_.ask({"DELETE", fmt::format("/goals/{}?workspace=ours", by_name)}, world_.ours.at("analyst"));
  EXPECT_THAT(reviews("viewer"), ElementsAre(by_mail));
}

TEST_F(GoalsApiTest, NothingWaitsInWorkspacesThatAreNotThere) {
  const control::Person& viewer = world_.people_of_ours.at("viewer");
  const std::string due = format_day(Zone::utc().day_of(world_.now()) + 30);
  const net::Response made = world_.ask(
      {"POST", "/goals?workspace=theirs",
       json_text(JsonObject{{"sentence", "Increase impressions to 1000 by " + due}, {"owner", viewer.name}})},
      world_.stranger);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_THAT(reviews("viewer"), IsEmpty());
}

}  // namespace
}  // namespace sociometer::api_test
