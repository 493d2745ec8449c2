#include "base/scratch_folder.h"
#include "surfaces/owner/lock.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sociometer::surfaces {
namespace {

TEST(LockTest, OneOwnerAtATime) {
  const std::string folder = make_scratch_folder("lock")->string();
  ASSERT_TRUE(make_directory(folder + "/deep/er"));
  {
    Result<std::optional<DirectoryLock>> first = DirectoryLock::try_take(folder);
    ASSERT_TRUE(first && *first);
    Result<std::optional<DirectoryLock>> second = DirectoryLock::try_take(folder);
    ASSERT_TRUE(second);
    EXPECT_FALSE(*second);
  }
  EXPECT_TRUE(*DirectoryLock::try_take(folder));
  std::filesystem::remove_all(folder);
}

TEST(LockTest, SaysWhatToDoWhereNothingCanBeWritten) {
  const std::filesystem::path folder = *make_scratch_folder("lock");
  const std::string file = (folder / "file").string();
  std::ofstream(file) << "no folder";
  Result<Done> made = make_directory(file + "/data");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, testing::AllOf(testing::HasSubstr(file), testing::HasSubstr("--data")));
  std::filesystem::remove_all(folder);
}

TEST(LockTest, TheDataDirectoryComesFromWhatIsSaidThenTheEnvironmentThenHome) {
  setenv("XDG_DATA_HOME", "relative", 1);
  setenv("HOME", "/h", 1);
  setenv("SOCIOMETER_DATA", "/s", 1);
  EXPECT_EQ(*data_directory("given", "SOCIOMETER_DATA", "sociometer"), "given");
  EXPECT_EQ(*data_directory("", "SOCIOMETER_DATA", "sociometer"), "/s");
  EXPECT_EQ(*data_directory("", nullptr, "sociometer-demo"), "/h/.local/share/sociometer-demo");
  setenv("XDG_DATA_HOME", "/x", 1);
  EXPECT_EQ(*data_directory("", nullptr, "sociometer-demo"), "/x/sociometer-demo");
}

}  // namespace
}  // namespace sociometer::surfaces
