// Dashboards as they are saved over each other, reports as they were published, annotations.
#include <gmock/gmock.h>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::HasSubstr;

class DashboardsTest : public ControlFixture {
 protected:
  Dashboards& dashboards() { return control_->dashboards(); }
  Result<KeptDashboard> save(std::string body, int over, std::string by = "ana") {
    return dashboards().save("default", {.name = "monday", .body = std::move(body), .saved_by = std::move(by)}, over,
                             now);
  }
};

TEST_F(DashboardsTest, TwoPeopleDoNotLoseEachOthersWork) {
  EXPECT_EQ(save("{1}", 0)->revision, 1);
  EXPECT_EQ(save("{2}", 1)->revision, 2);
  const auto stale = save("{3}", 1, "ben");
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::conflict);
  EXPECT_THAT(stale.error().message, HasSubstr("revision 2, saved by ana"));
  EXPECT_EQ(save("{3}", 0).error().kind, ErrorKind::conflict);
  EXPECT_EQ((*dashboards().find("default", "monday"))->body, "{2}");
  EXPECT_EQ(dashboards().history("default", "monday")->size(), 2U);
}

TEST_F(DashboardsTest, RemovingKeepsTheHistoryAndANewOneGoesOnCounting) {
  ASSERT_TRUE(save("{1}", 0));
  EXPECT_EQ(dashboards().remove("default", "monday", 7, "ana", now).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(dashboards().remove("default", "monday", 1, "ana", now));
  EXPECT_FALSE(dashboards().find("default", "monday")->has_value());
  EXPECT_TRUE(dashboards().list("default")->empty());
  EXPECT_EQ(dashboards().remove("default", "monday", 2, "ana", now).error().kind, ErrorKind::not_found);
  EXPECT_EQ(save("{2}", 0)->revision, 3);
  EXPECT_EQ(dashboards().history("default", "monday")->size(), 3U);
}

TEST_F(DashboardsTest, AreOfOneWorkspace) {
  ASSERT_TRUE(control_->add_workspace("other", {}));
  ASSERT_TRUE(save("{1}", 0));
  EXPECT_TRUE(dashboards().list("other")->empty());
  EXPECT_FALSE(dashboards().find("other", "monday")->has_value());
  EXPECT_EQ(dashboards().list("nowhere").error().kind, ErrorKind::not_found);
}

TEST_F(DashboardsTest, ARevisionIsApprovedOnceAndTheNextIsADraftAgain) {
  ASSERT_TRUE(dashboards().approve("default", "monday", {1, "ana", now}));
  EXPECT_EQ(dashboards().approve("default", "monday", {1, "ben", now}).error().kind, ErrorKind::conflict);
  EXPECT_EQ((*dashboards().approval("default", "monday", 1))->approved_by, "ana");
  EXPECT_FALSE(dashboards().approval("default", "monday", 2)->has_value());
}

TEST_F(DashboardsTest, WhatWasPublishedComesBackByteByByte) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i * 7);
  const Publication sent{.name = "monday",
                         .revision = 1,
                         .title = "Monday",
                         .as_of = later(5),
                         .answers = "{}",
                         .published_by = "ana",
                         .published_at = now,
                         .files = {{"pdf", bytes}, {"md", ""}}};
  EXPECT_EQ(dashboards().publish("default", sent)->number, 1);
  EXPECT_EQ(dashboards().publish("default", sent)->number, 2);
  open();
  const auto again = dashboards().publication("default", "monday", 2);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->files, sent.files);
  EXPECT_EQ(again->as_of, later(5));
  EXPECT_EQ(dashboards().publications("default", "monday")->size(), 2U);
  EXPECT_THAT(dashboards().publication("default", "monday", 3).error().message, HasSubstr("there are: 1, 2"));
  EXPECT_THAT(dashboards().publication("default", "other", 1).error().message, HasSubstr("never published"));
}

TEST_F(DashboardsTest, AnnotationsAreOfDaysAndCanBeTakenAway) {
  const Annotation press{.kind = "press", .first = {20000}, .last = {20003}, .text = "In the news", .network = "x"};
  const auto made = dashboards().annotate("default", press, now);
  ASSERT_TRUE(made);
  EXPECT_EQ(dashboards().annotations("default")->at(0).last, Day{20003});
  EXPECT_FALSE(dashboards().annotate("default", {.kind = "press", .first = {2}, .last = {1}, .text = "x"}, now));
  EXPECT_FALSE(dashboards().annotate("default", {.kind = "press", .first = {1}, .last = {1}, .text = " "}, now));
  ASSERT_TRUE(dashboards().remove_annotation("default", made->id, now));
  EXPECT_TRUE(dashboards().annotations("default")->empty());
  EXPECT_EQ(dashboards().remove_annotation("default", made->id, now).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace sociometer::control
