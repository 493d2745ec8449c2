#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "base/scratch_folder.h"
#include "control/control.h"

namespace sociometer::control {
namespace {

using testing::HasSubstr;

class Workspaces : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *make_scratch_folder("control");
    open();
  }
  void TearDown() override {
    control_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::string path() const { return (folder_ / "with a blank" / "control.sqlite").string(); }
  void open() {
    control_.reset();
    auto opened = open_sqlite(path());
    ASSERT_TRUE(opened) << opened.error().message;
    control_ = std::move(*opened);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Control> control_;
};

TEST_F(Workspaces, TheDefaultIsThereFromTheStart) {
  auto workspace = control_->workspace("default");
  ASSERT_TRUE(workspace) << workspace.error().message;
  EXPECT_EQ(workspace->zone.name(), "UTC");
  EXPECT_EQ(workspace->currency, "");
  EXPECT_EQ(workspace->week_start, Weekday::monday);
}

TEST_F(Workspaces, AreAddedChangedAndKept) {
  ASSERT_TRUE(control_->add_workspace("client-7", {"Europe/Berlin", "eur", std::nullopt}));
  ASSERT_TRUE(control_->set_workspace("client-7", {std::nullopt, std::nullopt, "Sunday"}));
  open();
  auto workspace = control_->workspace("client-7");
  ASSERT_TRUE(workspace) << workspace.error().message;
  EXPECT_EQ(workspace->zone.name(), "Europe/Berlin");
  EXPECT_EQ(workspace->currency, "EUR");
  EXPECT_EQ(workspace->week_start, Weekday::sunday);
  auto all = control_->workspaces();
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 2U);
}

TEST_F(Workspaces, AnUnknownOneNamesThoseThereAre) {
  auto workspace = control_->workspace("clinet");
  ASSERT_FALSE(workspace);
  EXPECT_EQ(workspace.error().kind, ErrorKind::not_found);
  EXPECT_THAT(workspace.error().message, HasSubstr("default"));
  EXPECT_EQ(control_->set_workspace("clinet", {}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(control_->accounts("clinet").error().kind, ErrorKind::not_found);
  EXPECT_EQ(control_->set_setting("clinet", "a", "b").error().kind, ErrorKind::not_found);
}

TEST_F(Workspaces, TwiceIsAConflict) {
  EXPECT_EQ(control_->add_workspace("default", {}).error().kind, ErrorKind::conflict);
}

TEST_F(Workspaces, WrongPropertiesAreNamed) {
  struct Case {
    std::string key;
    WorkspaceChange change;
    std::string field;
  };
  for (const Case& c : {Case{"", {}, "key"}, Case{"Brand", {}, "key"}, Case{"-a", {}, "key"}, Case{"a_b", {}, "key"},
                        Case{std::string(64, 'a'), {}, "key"}, Case{"a", {"Europe/Bärlin", {}, {}}, "zone"},
                        Case{"a", {{}, "EURO", {}}, "currency"}, Case{"a", {{}, "E1R", {}}, "currency"},
                        Case{"a", {{}, {}, "moonday"}, "week_start"}}) {
    auto added = control_->add_workspace(c.key, c.change);
    ASSERT_FALSE(added) << c.key;
    EXPECT_EQ(added.error().kind, ErrorKind::invalid);
    EXPECT_EQ(added.error().field, c.field);
  }
  EXPECT_EQ(control_->workspaces()->size(), 1U);
}

TEST_F(Workspaces, AWrongChangeChangesNothing) {
  ASSERT_FALSE(control_->set_workspace("default", {"Europe/Berlin", "money", {}}));
  EXPECT_EQ(control_->workspace("default")->zone.name(), "UTC");
}

TEST_F(Workspaces, SettingsAreKeptPerWorkspace) {
  ASSERT_TRUE(control_->add_workspace("other", {}));
  EXPECT_EQ(*control_->setting("default", "locale"), std::nullopt);
  ASSERT_TRUE(control_->set_setting("default", "locale", "de"));
  ASSERT_TRUE(control_->set_setting("default", "locale", "it's 'quoted'"));
  EXPECT_EQ(*control_->setting("default", "locale"), "it's 'quoted'");
  EXPECT_EQ(*control_->setting("other", "locale"), std::nullopt);
}

TEST_F(Workspaces, ANewerDatabaseIsRefused) {
  control_.reset();
  {
    soci::session session(soci::sqlite3, "dbname=\"" + path() + "\"");
    session << "INSERT INTO schema_version (version, name) VALUES (9999, 'later')";
  }
  auto opened = open_sqlite(path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::unsupported);
}

TEST_F(Workspaces, AFileThatIsNoDatabaseIsRefused) {
  std::string other = (folder_ / "other.sqlite").string();
  FILE* file = fopen(other.c_str(), "w");
  for (int i = 0; i < 500; ++i) fputs("not a database ", file);
  fclose(file);
  auto opened = open_sqlite(other);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("damaged"));
}

TEST_F(Workspaces, TwoProcessesAndManyThreadsMayWrite) {
  auto second = open_sqlite(path());
  ASSERT_TRUE(second);
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      Control& control = t % 2 == 0 ? *control_ : **second;
      for (int i = 0; i < 25; ++i) {
        if (!control.see_account("default", "x", "brand" + std::to_string(i), {std::to_string(1000 + i)})) ++failures;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(control_->accounts("default")->size(), 25U);
}

}  // namespace
}  // namespace sociometer::control
