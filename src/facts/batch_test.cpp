#include <gtest/gtest.h>

#include <filesystem>

#include "facts/facts.h"

namespace sociometer::facts {
namespace {

TEST(Batch, IsSeenAfterCommit) {
  auto dir = std::filesystem::temp_directory_path() / "sociometer_facts_smoke";
  std::filesystem::remove_all(dir);
  auto store = open_duckdb(dir.string(), system_clock());
  ASSERT_TRUE(store) << store.error().message;
  auto batch = (*store)->begin("default", {.source = "x", .network = "x"});
  ASSERT_TRUE(batch) << batch.error().message;
  Observation o{.network = "x", .account = "brand", .measure = "likes", .days = {{10}, {11}}, .value = 5};
  auto added = (*batch)->add(o);
  ASSERT_TRUE(added) << added.error().message;
  auto receipt = (*batch)->commit({});
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_EQ(receipt->observations, 1);
  auto differences = (*store)->check();
  ASSERT_TRUE(differences) << differences.error().message;
  EXPECT_TRUE(differences->empty());
}

}  // namespace
}  // namespace sociometer::facts
