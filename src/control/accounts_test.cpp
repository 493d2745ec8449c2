#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/scratch_folder.h"
#include "control/control.h"

namespace sociometer::control {
namespace {

using testing::ElementsAre;

class Accounts : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *make_scratch_folder("control");
    auto opened = open_sqlite((folder_ / "control.sqlite").string());
    ASSERT_TRUE(opened) << opened.error().message;
    control_ = std::move(*opened);
  }
  void TearDown() override {
    control_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Control> control_;
};

TEST_F(Accounts, HandlesAreNormal) {
  EXPECT_EQ(normal_handle("  @BrandName \t"), "brandname");
  EXPECT_EQ(normal_handle("ÉCOLE"), "école");
  EXPECT_EQ(normal_handle("@"), "");
}

TEST_F(Accounts, OwnershipHasWords) {
  for (Ownership ownership : {Ownership::own, Ownership::competitor, Ownership::partner}) {
    EXPECT_EQ(parse_ownership(name(ownership)), ownership);
  }
  EXPECT_EQ(parse_ownership("Own"), std::nullopt);
}

TEST_F(Accounts, SeenOnesAreOwnUntilSaidOtherwise) {
  auto seen = control_->see_account("default", "X", "@Brand", {"12345"});
  ASSERT_TRUE(seen) << seen.error().message;
  EXPECT_EQ(seen->network, "x");
  EXPECT_EQ(seen->handle, "brand");
  EXPECT_EQ(seen->ownership, Ownership::own);
  ASSERT_TRUE(control_->set_account("default", "x", "brand", Ownership::competitor, {}));
  auto again = control_->see_account("default", "x", "brand", {"67890"});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->ownership, Ownership::competitor);
  EXPECT_THAT(again->aliases, ElementsAre("12345", "67890"));
}

TEST_F(Accounts, AreFoundByHandleAndByAlias) {
  ASSERT_TRUE(control_->see_account("default", "x", "brand", {"12345", "OldBrand"}));
  for (std::string_view word : {"@Brand", "12345", "oldbrand"}) {
    auto found = control_->find_account("default", "x", word);
    ASSERT_TRUE(found) << found.error().message;
    ASSERT_TRUE(found->has_value()) << word;
    EXPECT_EQ((*found)->handle, "brand");
  }
  EXPECT_FALSE(control_->find_account("default", "instagram", "brand")->has_value());
  EXPECT_FALSE(control_->find_account("default", "x", "else")->has_value());
}

TEST_F(Accounts, SeeingAnAliasIsSeeingItsAccount) {
  ASSERT_TRUE(control_->see_account("default", "x", "brand", {"oldbrand"}));
  auto seen = control_->see_account("default", "x", "oldbrand", {});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->handle, "brand");
  EXPECT_EQ(control_->accounts("default")->size(), 1U);
}

TEST_F(Accounts, AnAliasMeansOneAccount) {
  ASSERT_TRUE(control_->see_account("default", "x", "brand", {"1"}));
  ASSERT_TRUE(control_->see_account("default", "x", "rival", {}));
  auto taken = control_->set_account("default", "x", "rival", Ownership::partner, {"2", "1"});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
  auto rival = control_->find_account("default", "x", "rival");
  EXPECT_EQ((*rival)->ownership, Ownership::own) << "a refused change leaves nothing behind";
  EXPECT_THAT((*rival)->aliases, ElementsAre());
  EXPECT_EQ(control_->set_account("default", "x", "rival", {}, {"brand"}).error().kind, ErrorKind::conflict);
  auto seen = control_->see_account("default", "x", "rival", {"1"});
  ASSERT_TRUE(seen) << "merely seeing it does not fail";
  EXPECT_THAT(seen->aliases, ElementsAre());
}

TEST_F(Accounts, BelongToTheirWorkspace) {
  ASSERT_TRUE(control_->add_workspace("other", {}));
  ASSERT_TRUE(control_->see_account("default", "x", "brand", {"1"}));
  EXPECT_TRUE(control_->accounts("other")->empty());
  EXPECT_FALSE(control_->find_account("other", "x", "1")->has_value());
  ASSERT_TRUE(control_->see_account("other", "x", "else", {"1"}));
  EXPECT_EQ((*control_->find_account("default", "x", "1"))->handle, "brand");
}

TEST_F(Accounts, AreListedInOrder) {
  for (auto [network, handle] : {std::pair{"x", "b"}, {"instagram", "z"}, {"x", "a"}}) {
    ASSERT_TRUE(control_->see_account("default", network, handle, {}));
  }
  std::vector<std::string> listed;
  auto accounts = control_->accounts("default");
  ASSERT_TRUE(accounts);
  for (const Account& account : *accounts) listed.push_back(account.network + "/" + account.handle);
  EXPECT_THAT(listed, ElementsAre("instagram/z", "x/a", "x/b"));
}

TEST_F(Accounts, WithoutANameAreRefused) {
  EXPECT_EQ(control_->see_account("default", "x", " @ ", {}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(control_->see_account("default", "", "brand", {}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(control_->see_account("nowhere", "x", "brand", {}).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace sociometer::control
