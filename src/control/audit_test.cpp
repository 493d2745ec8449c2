#include "control/audit.h"

#include <gmock/gmock.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::HasSubstr;

class AuditTest : public ControlFixture {
 protected:
  void add(const std::string& workspace, const std::string& action) {
    Deed deed{.actor = Deed::Actor::cli, .actor_id = "root", .workspace = workspace, .action = action, .object = "o"};
    ASSERT_TRUE(control_->audit().add(deed, now));
  }
  std::vector<Audited> list(Audit::Of of, const std::string& workspace, int64_t before = 0, int64_t limit = 100) {
    auto found = control_->audit().list(of, workspace, before, limit);
    EXPECT_TRUE(found);
    return found ? *found : std::vector<Audited>();
  }
};

TEST_F(AuditTest, IsListedNewestFirstByWorkspaceAndPage) {
  for (int i = 0; i < 5; ++i) add(i % 2 == 0 ? "default" : "other", "act." + std::to_string(i));
  EXPECT_EQ(list(Audit::Of::everything, "").size(), 5U);
  const auto here = list(Audit::Of::workspace, "default");
  ASSERT_EQ(here.size(), 3U);
  EXPECT_EQ(here[0].deed.action, "act.4");
  EXPECT_EQ(list(Audit::Of::workspace, "default", here[1].number).front().deed.action, "act.0");
  EXPECT_EQ(list(Audit::Of::everything, "", 0, 2).size(), 2U);
}

TEST_F(AuditTest, NamesPeopleAsLongAsTheyAreKnown) {
  auto ann = people().add({"ann@example.org", "Ann", ""}, now);
  ASSERT_TRUE(ann);
  Deed deed{.actor = Deed::Actor::person, .actor_id = ann->id, .workspace = "default", .action = "import"};
  ASSERT_TRUE(control_->audit().add(deed, now));
  EXPECT_EQ(list(Audit::Of::workspace, "default")[0].actor_name, "Ann");
  ASSERT_TRUE(people().erase(ann->id));
  EXPECT_EQ(list(Audit::Of::workspace, "default")[0].actor_name, "");
  EXPECT_TRUE(control_->audit().check()->empty());
}

TEST_F(AuditTest, TakesNoChangeAndShowsOneMadeBehindItsBack) {
  for (int i = 0; i < 4; ++i) add("default", "act." + std::to_string(i));
  EXPECT_TRUE(control_->check()->empty());
  control_.reset();
  {
    soci::session sql(soci::sqlite3, "dbname=" + path());
    EXPECT_THROW(sql << "UPDATE audit SET object = 'x' WHERE number = 2", soci::soci_error);
    EXPECT_THROW(sql << "DELETE FROM audit WHERE number = 2", soci::soci_error);
    sql << "DROP TRIGGER audit_is_not_changed";
    sql << "UPDATE audit SET object = 'x' WHERE number = 2";
  }
  open();
  auto wrong = control_->check();
  ASSERT_TRUE(wrong);
  ASSERT_EQ(wrong->size(), 1U);
  EXPECT_THAT(wrong->front(), HasSubstr("entry 2"));
  control_.reset();
  {
    soci::session sql(soci::sqlite3, "dbname=" + path());
    sql << "DROP TRIGGER audit_is_not_shortened";
    sql << "DELETE FROM audit WHERE number = 2";
  }
  open();
  EXPECT_EQ(control_->check()->size(), 2U) << "a gap, and an entry that does not follow the one before it";
}

TEST_F(AuditTest, CutsLongObjectsWhereACharacterBegins) {
  Deed deed{.action = "x", .object = std::string(399, 'a') + "สวัสดี"};
  ASSERT_TRUE(control_->audit().add(deed, now));
  EXPECT_EQ(list(Audit::Of::everything, "")[0].deed.object, std::string(399, 'a'));
}

}  // namespace
}  // namespace sociometer::control
