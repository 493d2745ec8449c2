#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/scratch_folder.h"
#include "upkeep/upkeep.h"

namespace sociometer::upkeep {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

class BackupTest : public testing::Test {
 protected:
  BackupTest() {
    folder_ = *make_scratch_folder("backup");
    open(folder_ / "data");
  }
  ~BackupTest() override {
    close();
    fs::remove_all(folder_);
  }
  void open(const fs::path& directory) {
    close();
    auto control = control::open_sqlite((directory / "control.sqlite").string());
    ASSERT_TRUE(control) << control.error().message;
    control_ = std::move(*control);
    auto facts = facts::open_duckdb(directory.string(), clock_);
    ASSERT_TRUE(facts) << facts.error().message;
    facts_ = std::move(*facts);
    upkeep_ = std::make_unique<Upkeep>(directory.string(), *control_, *facts_, clock_);
  }
  void close() {
    upkeep_.reset();
    facts_.reset();
    control_.reset();
  }
  void add_batch(int first_day, int days) {
    auto batch = facts_->begin("default", {.source = "test", .network = "x", .path = fmt::format("{}.csv", first_day)});
    ASSERT_TRUE(batch) << batch.error().message;
    for (int day = first_day; day < first_day + days; ++day) {
      ASSERT_TRUE((*batch)->add(facts::Observation{.network = "x",
                                                   .account = "brand",
                                                   .measure = "impressions",
                                                   .days = {{day}, {day + 1}},
                                                   .zone = "UTC",
                                                   .value = day,
                                                   .observed_at = clock_->now()}));
    }
    auto receipt = (*batch)->commit({.observed_at = clock_->now(), .rows_read = days, .rows_accepted = days});
    ASSERT_TRUE(receipt) << receipt.error().message;
  }
  int64_t observations() {
    auto activity = facts_->activity("default");
    return activity && !activity->empty() ? activity->front().observations : 0;
  }
  std::string backup_path(const char* name = "backup") const { return (folder_ / name).string(); }

  fs::path folder_;
  std::shared_ptr<const Clock> clock_ = fixed_clock({1'780'000'000'000'000});
  std::unique_ptr<control::Control> control_;
  std::unique_ptr<facts::Store> facts_;
  std::unique_ptr<Upkeep> upkeep_;
};

TEST_F(BackupTest, IsRestoredToTheSame) {
  add_batch(100, 50);
  ASSERT_TRUE(control_->add_workspace("client", {}));
  ASSERT_TRUE(control_->secrets().set("client", "smtp", "the word", clock_->now()));
  {
    auto original = facts_->keep_original("default");
    ASSERT_TRUE((*original)->add("bytes of a file"));
    ASSERT_TRUE((*original)->finish());
  }
  auto kept = upkeep_->backup(backup_path());
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_GE(kept->files, 4);
  EXPECT_EQ(verify(backup_path())->bytes, kept->bytes);
  add_batch(200, 10);

  auto restored = restore(backup_path(), (folder_ / "restored").string());
  ASSERT_TRUE(restored) << restored.error().message;
  open(folder_ / "restored");
  EXPECT_EQ(observations(), 50) << "what came after the backup is not in it";
  EXPECT_TRUE(control_->workspace("client"));
  EXPECT_EQ(*control_->secrets().find("client", "smtp"), "the word");
  EXPECT_THAT(*upkeep_->check(), IsEmpty());
  open(folder_ / "data");
  EXPECT_EQ(observations(), 60);
}

TEST_F(BackupTest, IsMadeWhileOthersWriteAndHoldsWholeBatches) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop && i < 300; ++i) add_batch(1000 + i * 20, 20);
  });
  std::vector<std::string> names;
  for (int i = 0; i < 4; ++i) {
    names.push_back(backup_path(fmt::format("backup{}", i).c_str()));
    auto kept = upkeep_->backup(names.back());
    EXPECT_TRUE(kept) << kept.error().message;
  }
  stop = true;
  writer.join();
  int64_t before = 0;
  for (const std::string& name : names) {
    ASSERT_TRUE(verify(name)) << name;
    open(name);
    EXPECT_EQ(observations() % 20, 0);
    EXPECT_GE(observations(), before);
    before = observations();
  }
}

TEST_F(BackupTest, ThatIsNotWholeIsNotRestored) {
  add_batch(100, 5);
  ASSERT_TRUE(upkeep_->backup(backup_path()));
  EXPECT_EQ(upkeep_->backup(backup_path()).error().kind, ErrorKind::conflict) << "nothing is written over";
  EXPECT_EQ(restore(backup_path(), (folder_ / "data").string()).error().kind, ErrorKind::conflict);
  EXPECT_EQ(verify((folder_ / "data").string()).error().kind, ErrorKind::invalid) << "a data directory is no backup";
  std::fstream file(fs::path(backup_path()) / "facts.duckdb", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(20'000);
  file << "damage";
  file.close();
  auto damaged = restore(backup_path(), (folder_ / "restored").string());
  ASSERT_FALSE(damaged);
  EXPECT_THAT(damaged.error().message, HasSubstr("facts.duckdb is not what it was"));
  EXPECT_FALSE(fs::exists(folder_ / "restored"));
  fs::remove(fs::path(backup_path()) / "control.sqlite");
  EXPECT_FALSE(verify(backup_path()));
}

TEST_F(BackupTest, LiesElsewhere) {
  EXPECT_EQ(upkeep_->backup((folder_ / "data" / "inside").string()).error().kind, ErrorKind::invalid);
  EXPECT_EQ(upkeep_->backup((folder_ / "data").string()).error().kind, ErrorKind::invalid);
}

TEST_F(BackupTest, AnUpgradeIsRehearsedOnACopy) {
  add_batch(100, 5);
  close();
  auto wrong = rehearse_upgrade((folder_ / "data").string(), clock_);
  ASSERT_TRUE(wrong) << wrong.error().message;
  EXPECT_THAT(*wrong, IsEmpty());
  EXPECT_FALSE(fs::exists(folder_ / "data" / "rehearsal.tmp"));
}

}  // namespace
}  // namespace sociometer::upkeep
