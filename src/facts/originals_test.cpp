#include <fstream>

#include "facts/store_fixture.h"

namespace sociometer::facts {
namespace {

class OriginalsTest : public StoreTest {
 protected:
  std::string keep(std::initializer_list<std::string_view> pieces, std::string_view workspace = "default") {
    auto original = must(store_->keep_original(workspace));
    for (std::string_view piece : pieces) must(original->add(piece));
    return must(original->finish());
  }
  size_t files() {
    size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "originals")) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }
};

TEST_F(OriginalsTest, GiveBackTheirBytes) {
  std::string hash = keep({"ab", "c"});
  EXPECT_EQ(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(must(store_->original("default", hash)), "abc");
  std::string empty = keep({});
  EXPECT_EQ(must(store_->original("default", empty)), "");
}

TEST_F(OriginalsTest, AreSmallerWhereTheyLie) {
  std::string line = "2026-01-01,likes,1\n";
  std::string text;
  for (int i = 0; i < 100000; ++i) text += line;
  std::string hash = keep({text});
  EXPECT_EQ(must(store_->original("default", hash)), text);
  EXPECT_LT(std::filesystem::file_size(folder_ / "originals" / "default" / (hash + ".zst")), text.size() / 20);
}

TEST_F(OriginalsTest, AreKeptOnce) {
  keep({"abc"});
  keep({"a", "bc"});
  EXPECT_EQ(files(), 1U);
}

TEST_F(OriginalsTest, BelongToTheirWorkspace) {
  std::string hash = keep({"abc"}, "one");
  EXPECT_EQ(store_->original("two", hash).error().kind, ErrorKind::not_found);
  EXPECT_EQ(store_->original("one", std::string(64, 'a')).error().kind, ErrorKind::not_found);
  EXPECT_EQ(store_->original("one", "../one/" + hash).error().kind, ErrorKind::not_found);
  EXPECT_EQ(store_->keep_original("..").error().kind, ErrorKind::invalid);
  EXPECT_EQ(store_->keep_original("a/b").error().kind, ErrorKind::invalid);
}

TEST_F(OriginalsTest, LeaveNothingBehindUnlessFinished) {
  must(must(store_->keep_original("default"))->add("abc"));
  EXPECT_EQ(files(), 0U);
  std::ofstream(folder_ / "originals" / "default" / "1-1.unfinished") << "left by a run that was interrupted";
  reopen();
  EXPECT_EQ(files(), 0U);
}

TEST_F(OriginalsTest, ThatAreDamagedAreNotGivenBack) {
  std::string hash = keep({"abc"});
  auto path = folder_ / "originals" / "default" / (hash + ".zst");
  std::string other = keep({"abd"});
  std::filesystem::copy_file(folder_ / "originals" / "default" / (other + ".zst"), path,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(store_->original("default", hash).error().kind, ErrorKind::internal);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 2);
  EXPECT_EQ(store_->original("default", hash).error().kind, ErrorKind::internal);
  std::filesystem::resize_file(path, 0);
  EXPECT_EQ(store_->original("default", hash).error().kind, ErrorKind::internal);
}

}  // namespace
}  // namespace sociometer::facts
