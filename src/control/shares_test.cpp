// Links to dashboards: they lead where they were made for, until they expire or are taken back.
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::HasSubstr;
using testing::Not;

class SharesTest : public ControlFixture {
 protected:
  Dashboards& dashboards() { return control_->dashboards(); }
  Result<MadeShare> share(int64_t lifetime = 7 * day, std::string name = "monday") {
    return dashboards().share("default",
                              {.name = std::move(name),
                               .label = "the board",
                               .choices = R"({"last":"3m"})",
                               .made_by = "ana",
                               .expires_at = later(lifetime)},
                              now);
  }
};

TEST_F(SharesTest, LeadToTheirDashboardUntilTheyExpire) {
  const MadeShare made = *share();
  const Result<Share> found = dashboards().shared(made.proof, later(6 * day));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->workspace, "default");
  EXPECT_EQ(found->name, "monday");
  EXPECT_EQ(found->choices, R"({"last":"3m"})");
  EXPECT_EQ(dashboards().shared(made.proof, later(7 * day)).error().kind, ErrorKind::not_found);
  EXPECT_EQ((*dashboards().shares("default", "monday"))[0].opened_at, later(6 * day));
}

TEST_F(SharesTest, ThatAreTakenBackLeadNowhereAndOthersStay) {
  const MadeShare one = *share(), other = *share();
  ASSERT_TRUE(dashboards().revoke_share("default", "monday", one.share.id, now));
  const auto gone = dashboards().shared(one.proof, now);
  const auto never = dashboards().shared("never", now);
  EXPECT_EQ(gone.error().message, never.error().message) << "what there was is not told";
  EXPECT_TRUE(dashboards().shared(other.proof, now));
  EXPECT_EQ(dashboards().shares("default", "monday")->size(), 1U);
  EXPECT_EQ(dashboards().revoke_share("default", "monday", one.share.id, now).error().kind, ErrorKind::not_found);
}

TEST_F(SharesTest, AreOfOneWorkspaceAndOneDashboard) {
  ASSERT_TRUE(control_->add_workspace("other", {}));
  const MadeShare made = *share();
  EXPECT_TRUE(dashboards().shares("other", "monday")->empty());
  EXPECT_EQ(dashboards().revoke_share("other", "monday", made.share.id, now).error().kind, ErrorKind::not_found);
  EXPECT_EQ(dashboards().revoke_share("default", "friday", made.share.id, now).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(dashboards().shared(made.proof, now));
}

TEST_F(SharesTest, LastNeitherForEverNorNotAtAll) {
  EXPECT_EQ(share(0).error().field, "expires_at");
  EXPECT_EQ(share(800 * day).error().field, "expires_at");
  EXPECT_EQ(dashboards().share("nowhere", {.name = "m", .expires_at = later(day)}, now).error().kind,
            ErrorKind::not_found);
}

// Whoever reads the file of the database cannot open what others were sent.
TEST_F(SharesTest, OnlyTheHashIsKept) {
  const MadeShare made = *share();
  control_.reset();
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    std::ifstream in(file.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    EXPECT_THAT(bytes.str(), Not(HasSubstr(made.proof))) << file.path();
  }
}

}  // namespace
}  // namespace sociometer::control
