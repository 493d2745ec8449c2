// What must not ruin a store: other owners, newer versions, a full disk, and being killed at any moment.
#include <fmt/format.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fstream>
#include <random>
#include <thread>

#include "facts/engine.h"
#include "facts/store_fixture.h"

namespace sociometer::facts {
namespace {

using testing::HasSubstr;

class TroubleTest : public StoreTest {
 protected:
  // Runs `work` in a process of its own; 0 is success, anything else is the place where it went wrong.
  template <typename Work>
  pid_t in_child(Work work) {
    pid_t child = ::fork();
    if (child != 0) return child;
    int status = 99;
    try {
      status = work();
    } catch (const std::exception& error) {
      fmt::print(stderr, "in the child: {}\n", error.what());
    }
    ::_exit(status);
  }
  static int wait_for(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
};

TEST_F(TroubleTest, AStoreHasOneOwner) {
  auto second = open_duckdb(folder_.string(), clock_);
  ASSERT_FALSE(second) << "in the same process";
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr("in use"));
  pid_t child = in_child([&] {
    auto third = open_duckdb(folder_.string(), clock_);
    return third ? 1 : third.error().kind == ErrorKind::unavailable ? 0 : 2;
  });
  EXPECT_EQ(wait_for(child), 0);
  store({day_value("likes", 1, 1)});
  reopen();
  EXPECT_EQ(integer("SELECT count(*) FROM latest"), 1);
}

TEST_F(TroubleTest, AnOwnerThatOnlyHasTheEngineCountsToo) {
  store_.reset();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  pid_t child = in_child([&] {
    auto engine = must(Engine::open((folder_ / "facts.duckdb").string()));
    (void)!::write(ready[1], "!", 1);
    ::pause();
    return 0;
  });
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  auto opened = open_duckdb(folder_.string(), clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::unavailable);
  ::kill(child, SIGKILL);
  wait_for(child);
}

TEST_F(TroubleTest, ANewerStoreIsRefused) {
  store_.reset();
  {
    auto engine = must(Engine::open((folder_ / "facts.duckdb").string()));
    must(must(engine->connect()).run("INSERT INTO schema_version VALUES (9999, 'later')"));
  }
  auto opened = open_duckdb(folder_.string(), clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::unsupported);
}

TEST_F(TroubleTest, AFileThatIsNoStoreIsRefused) {
  store_.reset();
  std::filesystem::create_directories(folder_ / "other");
  std::ofstream(folder_ / "other" / "facts.duckdb") << std::string(5000, 'x');
  auto opened = open_duckdb((folder_ / "other").string(), clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::invalid) << opened.error().message;
  std::ofstream(folder_ / "file") << "x";
  EXPECT_EQ(open_duckdb((folder_ / "file").string(), clock_).error().kind, ErrorKind::invalid);
}

// Imports batches of `rows` rows each, one after another, and writes a byte to `told` whenever one is committed.
void import_for_ever(Store& store, int rows, int told) {
  for (int number = 0;; ++number) {
    auto batch = must(store.begin("default", {.source = "test", .network = "x", .said = std::to_string(number)}));
    // Each takes half the places of the one before.
    for (int i = 0; i < rows; ++i) {
      must(batch->add(day_value("likes", number * rows / 2 + i, number, number)));
    }
    for (int i = 0; i < 10; ++i) {
      std::string id = std::to_string(i);
      must(batch->add(Post{.network = "x", .account = "brand", .id = id, .observed_at = {number}}));
    }
    must(batch->commit({}));
    (void)!::write(told, "!", 1);
  }
}

TEST_F(TroubleTest, AfterAKillEachBatchIsWholeOrAbsent) {
  std::mt19937 random(7);
  constexpr int rows = 3000;
  int64_t batches = 0;
  for (int round = 0; round < 12; ++round) {
    store_.reset();
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    pid_t child = in_child([&] {
      auto store = must(open_duckdb(folder_.string(), clock_));
      import_for_ever(*store, rows, told[1]);
      return 0;
    });
    ::close(told[1]);
    // Every third child is left alone until it has committed one, however busy the machine is.
    char byte = 0;
    if (round % 3 == 2) {
      ASSERT_EQ(::read(told[0], &byte, 1), 1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 700));
    ::kill(child, SIGKILL);
    ASSERT_EQ(wait_for(child), -SIGKILL);
    ::close(told[0]);
    reopen();
    expect_sound();
    batches = integer("SELECT count(*) FROM batches");
    EXPECT_EQ(integer("SELECT count(*) FROM observations"), batches * rows);
    EXPECT_EQ(integer("SELECT count(*) FROM posts"), batches * 10);
    EXPECT_EQ(integer("SELECT count(*) FROM latest_posts"), batches == 0 ? 0 : 10);
  }
  EXPECT_GT(batches, 0);
}

// Fills the store until there is no room, and sees whether it is as it was and still of use. 0: all is well.
int fill_until_full(const std::filesystem::path& folder, const std::shared_ptr<const Clock>& clock) {
  auto opened = open_duckdb(folder.string(), clock);
  if (!opened) return 1;
  Store& store = **opened;
  auto put = [&](int rows, int salt) -> Result<BatchReceipt> {
    TRY(auto batch, store.begin("default", {.source = "test", .network = "x"}));
    for (int i = 0; i < rows; ++i) {
      // Values and ids that do not compress.
      uint64_t noise = (static_cast<uint64_t>(i) + salt) * 0x9E3779B97F4A7C15ULL;
      std::string id = fmt::format("{:x}{:x}", noise, noise * 31);
      TRY_DONE(batch->add(lifetime_value(id, "likes", i % 1000, static_cast<int64_t>(noise), salt)));
    }
    return batch->commit({});
  };
  if (!put(100, 1)) return 2;
  auto refused = put(600'000, 2);
  if (refused) return 3;
  if (refused.error().kind != ErrorKind::full) {
    fmt::print(stderr, "in the child: {}\n", refused.error().message);
    return 4;
  }
  if (refused.error().message.find('\n') != std::string::npos) return 5;
  // The same process goes on: what was there is there, nothing else is, and a small batch finds room.
  int64_t rows = -1;
  if (!store.select("SELECT count(*) FROM observations", [&](const Chunk& c) {
        rows = c.integer(0, 0);
        return true;
      })) {
    return 6;
  }
  if (rows != 100) return 7;
  auto small = put(50, 3);
  if (!small) {
    fmt::print(stderr, "in the child: {}\n", small.error().message);
    return 8;
  }
  if (!must(store.check()).empty()) return 9;
  return 0;
}

TEST_F(TroubleTest, AFileSizeLimitRefusesOneBatchAndSparesTheRest) {
  store_.reset();
  pid_t child = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{12U << 20, 12U << 20};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return fill_until_full(folder_, clock_);
  });
  EXPECT_EQ(wait_for(child), 0);
  reopen();
  expect_sound();
  EXPECT_EQ(integer("SELECT count(*) FROM observations"), 150);
}

TEST_F(TroubleTest, AFullDiskRefusesOneBatchAndSparesTheRest) {
  store_.reset();
  auto disk = folder_ / "disk";
  std::filesystem::create_directories(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=12m") != 0) GTEST_SKIP() << "only root may make a small disk";
  pid_t child = in_child([&] { return fill_until_full(disk / "data", clock_); });
  EXPECT_EQ(wait_for(child), 0);
  {
    auto store = must(open_duckdb((disk / "data").string(), clock_));
    EXPECT_THAT(must(store->check()), testing::IsEmpty());
    auto original = must(store->keep_original("default"));
    std::mt19937_64 random(1);
    Result<Done> added = Done{};
    for (int i = 0; i < 4'000'000 && added; ++i) {
      uint64_t noise = random();
      added = original->add({reinterpret_cast<const char*>(&noise), sizeof noise});
    }
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().kind, ErrorKind::full);
  }
  EXPECT_EQ(::umount2(disk.c_str(), MNT_DETACH), 0);
}

}  // namespace
}  // namespace sociometer::facts
