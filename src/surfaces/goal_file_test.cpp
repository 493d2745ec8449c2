#include <gmock/gmock.h>

#include "surfaces/goals.h"

namespace sociometer::surfaces {
namespace {

using testing::HasSubstr;

std::string text_of(const std::vector<FiledGoal>& goals) {
  std::string text;
  for (const FiledGoal& goal : goals) text += std::to_string(goal.line) + " " + json_text(goal.fields) + "\n";
  return text;
}

TEST(GoalFileTest, ASentenceALine) {
  auto goals =
      goals_in_file("# of the year\nIncrease reach by 12 % in Q3\n\nIncrease mentions with #summer by 10 %\r\n");
  ASSERT_TRUE(goals);
  EXPECT_EQ(text_of(*goals),
            "2 {\"sentence\":\"Increase reach by 12 % in Q3\"}\n"
            "4 {\"sentence\":\"Increase mentions with #summer by 10 %\"}\n");
}

TEST(GoalFileTest, FieldsOfOneGoal) {
  auto goals =
      goals_in_file("kpi: engagement_rate\nfilter: {network: [instagram, x]}\ntarget: by 12 %\ndue: Q3 2026\n");
  ASSERT_TRUE(goals);
  EXPECT_EQ(text_of(*goals),
            "1 {\"kpi\":\"engagement_rate\",\"filter\":{\"network\":[\"instagram\",\"x\"]},\"target\":\"by 12 %\","
            "\"due\":\"Q3 2026\"}\n");
}

TEST(GoalFileTest, AListOfGoalsInYamlAndJson) {
  auto goals = goals_in_file("goals:\n- kpi: reach\n  target: {kind: change, value: 500}\n- Increase reach by 12 %\n");
  ASSERT_TRUE(goals);
  EXPECT_EQ(text_of(*goals),
            "2 {\"kpi\":\"reach\",\"target\":{\"kind\":\"change\",\"value\":500}}\n"
            "4 {\"sentence\":\"Increase reach by 12 %\"}\n");
  auto json = goals_in_file(R"([{"kpi": "reach", "target": {"kind": "relative", "value": 0.12, "inclusive": true}}])");
  ASSERT_TRUE(json);
  EXPECT_EQ(text_of(*json),
            "1 {\"kpi\":\"reach\",\"target\":{\"kind\":\"relative\",\"value\":0.12,\"inclusive\":true}}\n");
}

TEST(GoalFileTest, NothingInIt) {
  EXPECT_THAT(goals_in_file("\n# nothing\n").error().message, HasSubstr("no goals"));
  EXPECT_EQ(goals_in_file("\xff").error().field, "file");
  EXPECT_EQ(goals_in_file("- [1, 2]\n").error().field, "file");
}

}  // namespace
}  // namespace sociometer::surfaces
