#include "control/campaigns.h"

#include <gmock/gmock.h>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

class CampaignsTest : public ControlFixture {
 protected:
  Campaigns& campaigns() { return control_->campaigns(); }
  static KeptCampaign spring() {
    return {.name = "Spring",
            .days = {*parse_day("2026-03-01"), *parse_day("2026-04-01")},
            .budget = 1'500'000'000,
            .currency = "EUR",
            .rules = {{"hashtag", "spring"}, {"text", "blossom"}},
            .by = "Ann",
            .set_at = now};
  }
};

TEST_F(CampaignsTest, AreKeptAsTheyWereSet) {
  ASSERT_TRUE(campaigns().add("default", spring()));
  open();
  const auto found = campaigns().find("default", "Spring");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->days, spring().days);
  EXPECT_EQ(found->budget, 1'500'000'000);
  EXPECT_EQ(found->currency, "EUR");
  EXPECT_EQ(found->rules, spring().rules);
  EXPECT_EQ(found->by, "Ann");
  EXPECT_EQ(found->set_at, now);
}

TEST_F(CampaignsTest, OneOfANameAtATime) {
  ASSERT_TRUE(campaigns().add("default", spring()));
  EXPECT_EQ(campaigns().add("default", spring()).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(campaigns().remove("default", "Spring", later(day)));
  EXPECT_EQ(campaigns().remove("default", "Spring", later(day)).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(campaigns().add("default", spring()));
  const auto all = campaigns().history("default");
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].removed_at, later(day));
  EXPECT_FALSE((*all)[1].removed_at);
}

TEST_F(CampaignsTest, SayWhatIsWrong) {
  KeptCampaign nameless = spring();
  nameless.name = " ";
  EXPECT_THAT(campaigns().add("default", nameless).error().message, HasSubstr("has a name"));
  KeptCampaign backwards = spring();
  backwards.days.end = backwards.days.first;
  EXPECT_EQ(campaigns().add("default", backwards).error().field, "to");
  ASSERT_TRUE(campaigns().add("default", spring()));
  EXPECT_THAT(campaigns().find("default", "Autumn").error().message, HasSubstr("there are Spring"));
  EXPECT_EQ(campaigns().add("nobody", spring()).error().kind, ErrorKind::not_found);
}

TEST_F(CampaignsTest, TagsAreSaidAndTakenBack) {
  ASSERT_TRUE(campaigns().say(
      "default", {{.tag = "evergreen", .network = "x", .account = "brand", .post = "7", .by = "Ann", .at = now},
                  {.tag = "sale", .rule = KeptRule{"hashtag", "sale"}, .at = now}}));
  ASSERT_TRUE(campaigns().say("default", {{.tag = "sale", .rule = KeptRule{"hashtag", "sale"}, .taken_away = true}}));
  open();
  const auto said = campaigns().sayings("default");
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_THAT(*said, ElementsAre(Field(&TagSaying::post, "7"), Field(&TagSaying::tag, "sale"),
                                 Field(&TagSaying::taken_away, true)));
  EXPECT_FALSE((*said)[0].rule);
  EXPECT_EQ((*said)[1].rule, (KeptRule{"hashtag", "sale"}));
  EXPECT_EQ((*said)[0].at, now);
  ASSERT_TRUE(control_->add_workspace("other", {}));
  EXPECT_THAT(*campaigns().sayings("other"), IsEmpty());
  EXPECT_EQ(campaigns().say("default", {{.tag = ""}}).error().field, "tag");
}

}  // namespace
}  // namespace sociometer::control
