// A workspace's own KPIs over HTTP: tried before they are added, and what each definition was.
#include <gmock/gmock.h>

#include "world.h"

namespace sociometer::api_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view doubled =
    "kpis:\n  twice_seen:\n    name: Seen twice\n    description: Impressions and once more\n    unit: count\n"
    "    class: flow\n    good: up\n    formula: impressions + impressions\n";

class CatalogApiTest : public testing::Test {
 protected:
  net::Response post(const std::string& path, const JsonObject& body, const std::string& who = "viewer") {
    return world_.ask({"POST", path, json_text(body), {{"content-type", "application/json"}}}, world_.ours.at(who));
  }
  JsonObject object_of(const net::Response& response) {
    EXPECT_LT(response.status, 300) << response.body;
    Result<Json> json = parse_json(response.body);
    return json && json->is_object() ? json->get_object() : JsonObject();
  }
  double value_of(const std::string& kpi, std::string_view proposal = {}) {
    JsonObject question{{"kpis", JsonArray{Json(kpi)}}};
    if (!proposal.empty()) question["proposal"] = proposal;
    const JsonObject answer = object_of(post("/query?workspace=ours", question));
    return answer.at("rows").as_array().at(0).at("value").to_number<double>();
  }
  World world_;
};

TEST_F(CatalogApiTest, AProposalIsAnsweredAndExplainedAndStoredNowhere) {
  const double seen = value_of("impressions");
  EXPECT_GT(seen, 0);
  EXPECT_EQ(value_of("twice_seen", doubled), 2 * seen);
  const JsonObject explained =
      object_of(post("/explain?workspace=ours", {{"kpis", JsonArray{Json("twice_seen")}}, {"proposal", doubled}}));
  EXPECT_EQ(explained.at("kpi").at("formula").as_string(), "impressions + impressions");
  EXPECT_EQ(explained.at("row").at("value").to_number<double>(), 2 * seen);

  EXPECT_EQ(post("/query?workspace=ours", {{"kpis", JsonArray{Json("twice_seen")}}}).status, 400);
  EXPECT_EQ(world_.ask({"GET", "/catalog/twice_seen?workspace=ours"}, world_.ours.at("viewer")).status, 404);
}

TEST_F(CatalogApiTest, AProposalThatFitsNotIsRefusedWithItsPlace) {
  std::string wrong(doubled);
  wrong.replace(wrong.find("+ impressions"), 13, "+ impressoins");
  const net::Response refused =
      post("/query?workspace=ours", {{"kpis", JsonArray{Json("twice_seen")}}, {"proposal", wrong}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("impressoins"));
  EXPECT_THAT(refused.body, HasSubstr("\"field\":\"proposal\""));
  EXPECT_EQ(post("/query?workspace=ours", {{"kpis", JsonArray{Json("impressions")}}, {"proposal", 3}}).status, 400);
}

TEST_F(CatalogApiTest, AnOwnEntryTellsItsDefinitions) {
  object_of(post("/catalog?workspace=ours", {{"yaml", doubled}}, "analyst"));
  std::string thrice(doubled);
  thrice.replace(thrice.find("impressions + impressions"), 25, "impressions + impressions + impressions");
  world_.advance(60);
  object_of(post("/catalog?workspace=ours", {{"yaml", thrice}}, "analyst"));

  auto entry = [this](const std::string& key) {
    return object_of(world_.ask({"GET", "/catalog/" + key + "?workspace=ours"}, world_.ours.at("viewer")));
  };
  const JsonObject mine = entry("twice_seen");
  const JsonArray& history = mine.at("history").get_array();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].at("definition").as_int64(), 1);
  const std::string first(history[0].at("yaml").as_string());
  EXPECT_THAT(first, AllOf(HasSubstr("impressions + impressions"), Not(HasSubstr("impressions + impressions + "))));
  EXPECT_EQ(history[1].at("definition").as_int64(), 2);
  EXPECT_LT(history[0].at("recorded_at").as_string(), history[1].at("recorded_at").as_string());
  EXPECT_FALSE(entry("impressions").contains("history"));
}

}  // namespace
}  // namespace sociometer::api_test
