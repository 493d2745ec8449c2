#include "control/secrets.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "control/control_fixture.h"

namespace sociometer::control {
namespace {

using testing::HasSubstr;
using testing::Not;

class SecretsTest : public ControlFixture {
 protected:
  Secrets& secrets() { return control_->secrets(); }
  std::filesystem::path key() const { return folder_ / "secret.key"; }
  static std::string bytes(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
};

TEST_F(SecretsTest, AreFoundAgainAndLieSealed) {
  EXPECT_EQ(*secrets().find("default", "smtp"), std::nullopt);
  ASSERT_TRUE(secrets().set("default", "smtp", "hunter2 is the word", now));
  ASSERT_TRUE(secrets().set("default", "smtp", "hunter3 is the word", now));
  open();
  EXPECT_EQ(*secrets().find("default", "smtp"), "hunter3 is the word");
  EXPECT_EQ(*secrets().find("other", "smtp"), std::nullopt);
  control_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    EXPECT_THAT(bytes(entry.path()), Not(HasSubstr("hunter"))) << entry.path();
  }
  struct stat status {};
  ASSERT_EQ(stat(key().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(SecretsTest, DoNotOpenWithAnotherKeyOrInAnotherPlace) {
  ASSERT_TRUE(secrets().set("default", "smtp", "word", now));
  const std::string right = bytes(key());
  std::filesystem::remove(key());
  open();
  EXPECT_EQ(secrets().find("default", "smtp").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(secrets().set("default", "other", "word", now).error().kind, ErrorKind::unavailable)
      << "no second key beside the lost one";
  EXPECT_EQ(*secrets().unreadable(), 1);
  EXPECT_THAT(control_->check()->front(), HasSubstr("secret.key"));
  std::ofstream(key()) << right;
  open();
  EXPECT_EQ(*secrets().find("default", "smtp"), "word");
  EXPECT_TRUE(control_->check()->empty());
}

TEST_F(SecretsTest, GetANewKeyByRotation) {
  for (const char* place : {"a", "b", "c"}) ASSERT_TRUE(secrets().set("default", place, place, now));
  const std::string before = bytes(key());
  EXPECT_EQ(*secrets().rotate(now), 3);
  const std::string after = bytes(key());
  EXPECT_NE(before, after);
  EXPECT_EQ(before.size(), after.size()) << "the old key is forgotten";
  open();
  for (const char* place : {"a", "b", "c"}) EXPECT_EQ(*secrets().find("default", place), place);
}

TEST_F(SecretsTest, MarksAreOfOnePurposeAndInstallation) {
  const std::string mark = *secrets().mark("device", "01J");
  EXPECT_EQ(*secrets().mark("device", "01J"), mark);
  EXPECT_NE(*secrets().mark("device", "01K"), mark);
  EXPECT_NE(*secrets().mark("other", "01J"), mark);
  ASSERT_TRUE(secrets().rotate(now));
  EXPECT_EQ(*secrets().mark("device", "01J"), mark);
}

}  // namespace
}  // namespace sociometer::control
