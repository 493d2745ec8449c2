#include "metrics/labelling.h"

#include <gmock/gmock.h>

namespace sociometer::metrics {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Of = LabelRule::Of;

const std::vector<std::string> spring{"spring", "Sale"};

LabelledPost post(std::string_view id, std::string_view text = "") {
  return {"x", "brand", id, text, "https://example.org/?utm_campaign=blossom", *parse_day("2026-03-10"), &spring};
}

CampaignLabel campaign(const char* name, LabelRule rule, int64_t set_at = 0) {
  return {name, {*parse_day("2026-03-01"), *parse_day("2026-04-01")}, {std::move(rule)}, {set_at}, {}};
}

std::vector<std::string> tags(const Labels& labels, const LabelledPost& post, std::vector<std::string> told = {},
                              std::optional<Instant> as_of = {}) {
  Labelling(labels, as_of).tag(post, told);
  return told;
}

std::string campaign_of(const Labels& labels, const LabelledPost& post, std::optional<Instant> as_of = {}) {
  const Labelling labelling(labels, as_of);
  const std::string* found = labelling.campaign(post, {});
  return found == nullptr ? "" : *found;
}

TEST(LabellingTest, ReadsRules) {
  EXPECT_EQ(parse_label_rule("hashtag", "#Spring")->value, "Spring");
  EXPECT_EQ(parse_label_rule("account", "@brand")->of, Of::account);
  EXPECT_EQ(parse_label_rule("colour", "red").error().field, "rule");
  EXPECT_FALSE(parse_label_rule("text", " "));
  EXPECT_FALSE(parse_label_rule("hashtag", "#"));
}

TEST(LabellingTest, RulesLookWithoutRegardToCase) {
  for (const auto& [of, value] : {std::pair{Of::hashtag, "SALE"},
                                  {Of::hashtag, "spring"},
                                  {Of::text, "KIRSCHBLÜTE"},
                                  {Of::link, "UTM_campaign=blossom"},
                                  {Of::account, "Brand"},
                                  {Of::account, "x/brand"}}) {
    EXPECT_EQ(campaign_of({{campaign("S", {of, value})}, {}}, post("1", "Die Kirschblüte beginnt")), "S") << value;
  }
  EXPECT_EQ(campaign_of({{campaign("S", {Of::hashtag, "spri"})}, {}}, post("1")), "");
  EXPECT_EQ(campaign_of({{campaign("S", {Of::account, "facebook/brand"})}, {}}, post("1")), "");
}

TEST(LabellingTest, ACampaignTakesWhatWasPublishedInItsDays) {
  LabelledPost early = post("1");
  early.day = *parse_day("2026-02-28");
  LabelledPost last = post("1");
  last.day = *parse_day("2026-03-31");
  const Labels labels{{campaign("S", {Of::hashtag, "sale"})}, {}};
  EXPECT_EQ(campaign_of(labels, early), "");
  EXPECT_EQ(campaign_of(labels, last), "S");
}

TEST(LabellingTest, OfTwoCampaignsTheLastSetTakesThePost) {
  const Labels labels{{campaign("A", {Of::hashtag, "sale"}, 1), campaign("B", {Of::hashtag, "spring"}, 2)}, {}};
  EXPECT_EQ(campaign_of(labels, post("1")), "B");
  EXPECT_EQ(campaign_of(labels, post("1"), Instant{1}), "A");
  EXPECT_EQ(campaign_of(labels, post("1"), Instant{0}), "");
}

TEST(LabellingTest, ARemovedCampaignIsKnownBeforeThat) {
  Labels labels{{campaign("A", {Of::hashtag, "sale"}, 1)}, {}};
  labels.campaigns[0].removed_at = Instant{5};
  EXPECT_EQ(campaign_of(labels, post("1")), "");
  EXPECT_EQ(campaign_of(labels, post("1"), Instant{4}), "A");
  EXPECT_TRUE(Labelling(labels, {}).empty());
}

TEST(LabellingTest, WhatWasSaidLastOfATagCounts) {
  Labels labels;
  labels.tags = {{"t", {}, "x", "brand", "7", TagLabel::Kind::given, {1}},
                 {"t", {}, "x", "brand", "7", TagLabel::Kind::taken_away, {2}},
                 {"t", {}, "x", "brand", "7", TagLabel::Kind::given, {3}}};
  EXPECT_THAT(tags(labels, post("7"), {"told"}), ElementsAre("told", "t"));
  EXPECT_THAT(tags(labels, post("7"), {}, Instant{2}), IsEmpty());
  EXPECT_THAT(tags(labels, post("7"), {}, Instant{1}), ElementsAre("t"));
  EXPECT_THAT(tags(labels, post("8")), IsEmpty());
}

TEST(LabellingTest, APostLosesWhatItsExportOrARuleGave) {
  Labels labels;
  labels.tags = {{"t", LabelRule{Of::hashtag, "sale"}, "", "", "", TagLabel::Kind::given, {1}},
                 {"t", {}, "x", "brand", "7", TagLabel::Kind::taken_away, {2}},
                 {"told", {}, "x", "brand", "7", TagLabel::Kind::taken_away, {2}}};
  EXPECT_THAT(tags(labels, post("7"), {"told"}), IsEmpty());
  EXPECT_THAT(tags(labels, post("8"), {"told"}), ElementsAre("told", "t"));
}

TEST(LabellingTest, ARuleTakenAwayNoLongerCounts) {
  Labels labels;
  labels.tags = {{"t", LabelRule{Of::hashtag, "sale"}, "", "", "", TagLabel::Kind::given, {1}},
                 {"t", LabelRule{Of::hashtag, "SALE"}, "", "", "", TagLabel::Kind::taken_away, {2}}};
  EXPECT_THAT(tags(labels, post("7")), IsEmpty());
  EXPECT_THAT(tags(labels, post("7"), {}, Instant{1}), ElementsAre("t"));
}

TEST(LabellingTest, ACampaignMayTakeATag) {
  const Labels labels{{campaign("S", {Of::tag, "Evergreen"})}, {}};
  EXPECT_EQ(*Labelling(labels, {}).campaign(post("1"), {"evergreen"}), "S");
  EXPECT_EQ(Labelling(labels, {}).campaign(post("1"), {}), nullptr);
  EXPECT_TRUE(Labelling(labels, {}).wants_tags());
  EXPECT_FALSE(Labelling(labels, {}).wants_texts());
}

}  // namespace
}  // namespace sociometer::metrics
