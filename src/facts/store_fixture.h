// What the tests of facts share: a store in a folder of its own, and short ways to fill and ask it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/scratch_folder.h"
#include "facts/facts.h"

namespace sociometer::facts {

// The value, or a failed test that says why not.
template <typename T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  throw std::runtime_error(result.error().message);
}

class SetClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void set(Instant now) { now_ = now; }

 private:
  Instant now_{1'700'000'000'000'000};
};

inline constexpr Instant noon{20'000 * day_micros + day_micros / 2};

inline Observation day_value(std::string_view measure, int day, int64_t value, int64_t seen = 0) {
  return {.network = "x",
          .account = "brand",
          .measure = measure,
          .days = {{day}, {day + 1}},
          .zone = "UTC",
          .value = value,
          .observed_at = {seen}};
}

inline Observation lifetime_value(std::string_view post, std::string_view measure, int day, int64_t value,
                                  int64_t seen) {
  Observation o = day_value(measure, day, value, seen);
  o.subject = Subject::post;
  o.subject_id = post;
  o.window = Window::lifetime;
  return o;
}

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    folder_ = *make_scratch_folder("facts");
    reopen();
  }
  ~StoreTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void reopen() {
    store_.reset();
    store_ = must(open_duckdb(folder_.string(), clock_));
  }

  std::unique_ptr<BatchWriter> begin(std::string_view workspace = "default") {
    return must(store_->begin(workspace, {.source = "test", .network = "x", .path = "file.csv", .zone = "UTC"}));
  }

  BatchReceipt store(const std::vector<Observation>& observations, std::string_view workspace = "default") {
    auto batch = begin(workspace);
    for (const Observation& o : observations) must(batch->add(o));
    return must(batch->commit({}));
  }

  int64_t integer(const std::string& sql) {
    int64_t value = -1;
    must(store_->select(sql, [&](const Chunk& chunk) {
      value = chunk.is_null(0, 0) ? -1 : chunk.integer(0, 0);
      return false;
    }));
    return value;
  }

  // Every row as its first column, which must be text.
  std::vector<std::string> texts(const std::string& sql) {
    std::vector<std::string> rows;
    must(store_->select(sql, [&](const Chunk& chunk) {
      for (size_t row = 0; row < chunk.rows(); ++row) rows.emplace_back(chunk.text(0, row));
      return true;
    }));
    return rows;
  }

  void expect_sound() { EXPECT_THAT(must(store_->check()), testing::IsEmpty()); }

  std::shared_ptr<SetClock> clock_ = std::make_shared<SetClock>();
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
};

}  // namespace sociometer::facts
