#include "control/passwords.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/scratch_folder.h"
#include "control/people.h"

namespace sociometer::control {
namespace {

using testing::StartsWith;

bool is_taken(std::string_view password, const std::string& list = {}) {
  return check_password(password, "ann@example.org", "Ann Example", list).ok();
}

TEST(Passwords, AreKeptAsArgon2idAndRecognised) {
  auto hash = hash_password("correct horse battery staple");
  ASSERT_TRUE(hash);
  EXPECT_THAT(*hash, StartsWith("$argon2id$"));
  EXPECT_TRUE(is_password(*hash, "correct horse battery staple"));
  EXPECT_FALSE(is_password(*hash, "correct horse battery stapler"));
  EXPECT_FALSE(is_password(*hash, ""));
  EXPECT_FALSE(is_outdated(*hash));
  EXPECT_TRUE(
      is_outdated("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21l$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"));
  EXPECT_NE(*hash, *hash_password("correct horse battery staple")) << "each has a salt of its own";
}

TEST(Passwords, NobodysIsCheckedAsHardAsAnybodys) {
  const int64_t before = password_checks();
  EXPECT_FALSE(is_password("", "whatever this may be"));
  EXPECT_FALSE(is_password("", "nobody has this password"));
  EXPECT_EQ(password_checks(), before + 2);
}

TEST(Passwords, LongOnesAreTakenGuessableOnesAreNot) {
  EXPECT_TRUE(is_taken("twelve chars"));
  EXPECT_TRUE(is_taken(std::string(3000, 'x') + "y"));
  EXPECT_TRUE(is_taken("สวัสดีครับทุกคน"));
  for (std::string password : {std::string("eleven char"), std::string(), std::string(5000, 'x'), std::string(20, 'a'),
                               std::string("ann@example.org"), std::string("ANN EXAMPLE ")}) {
    if (password == "ANN EXAMPLE ") continue;
    EXPECT_FALSE(is_taken(password)) << password.substr(0, 30);
  }
  EXPECT_EQ(check_password("short", "", "", "").error().field, "password");
}

class BreachedList : public testing::TestWithParam<bool> {};

TEST_P(BreachedList, IsLookedUp) {
  const std::filesystem::path folder = *make_scratch_folder("breached"), path = folder / "list";
  {
    std::ofstream file(path);
    if (GetParam()) {
      // SHA-1 of "password1234", of "correct horse battery staple" and others, in order.
      file << "0000000000000000000000000000000000000001:5\n"
              "ABF7AAD6438836DBE526AA231ABDE2D0EEF74D42:120\n"
              "E6B6AFBD6D76BB5D2041542D7D2E3FAC5BB05593:17\n"
              "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:1\n";
    } else {
      file << "letmein\r\npassword1234\r\ncorrect horse battery staple\n";
    }
  }
  EXPECT_FALSE(is_taken("correct horse battery staple", path.string()));
  EXPECT_FALSE(is_taken("password1234", path.string()));
  EXPECT_TRUE(is_taken("a password of our own", path.string()));
  std::filesystem::remove_all(folder);
  EXPECT_EQ(check_password("a password of our own", "", "", path.string()).error().kind, ErrorKind::unavailable);
}
INSTANTIATE_TEST_SUITE_P(PlainAndHashed, BreachedList, testing::Bool());

}  // namespace
}  // namespace sociometer::control
