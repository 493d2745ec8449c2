// A control database of its own for each test.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "base/scratch_folder.h"
#include "control/control.h"

namespace sociometer::control {

class ControlFixture : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *make_scratch_folder("control");
    open();
  }
  void TearDown() override {
    control_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    control_.reset();
    auto opened = open_sqlite(path());
    ASSERT_TRUE(opened) << opened.error().message;
    control_ = std::move(*opened);
  }
  std::string path() const { return (folder_ / "control.sqlite").string(); }
  People& people() { return control_->people(); }

  static constexpr int64_t minute = 60'000'000;
  static constexpr int64_t day = 24 * 60 * minute;
  static Instant later(int64_t micros) { return {now.micros + micros}; }

  static constexpr Instant now{1'780'000'000'000'000};
  std::filesystem::path folder_;
  std::unique_ptr<Control> control_;
};

}  // namespace sociometer::control
