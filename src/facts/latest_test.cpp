#include <fmt/format.h>

#include <map>
#include <random>

#include "facts/engine.h"
#include "facts/latest.h"
#include "facts/store_fixture.h"

namespace sociometer::facts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LatestTest : public StoreTest {};

TEST_F(LatestTest, ANewerObservationTakesThePlace) {
  store({day_value("likes", 10, 5, 100)});
  store({day_value("likes", 10, 7, 200)});
  store({day_value("likes", 10, 6, 150)});
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 7) << "one seen earlier but told later does not";
  EXPECT_EQ(integer("SELECT count(*) FROM observations"), 3);
  store({day_value("likes", 10, 8, 200)});
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 8) << "seen at the same moment, the later batch does";
  expect_sound();
}

TEST_F(LatestTest, EveryPartOfTheKeyCounts) {
  Observation base = day_value("likes", 10, 1);
  std::vector<Observation> others;
  auto vary = [&](auto change) {
    Observation other = base;
    change(other);
    others.push_back(other);
  };
  vary([](Observation& o) { o.network = "instagram"; });
  vary([](Observation& o) { o.account = "other"; });
  vary([](Observation& o) { o.subject = Subject::campaign; });
  vary([](Observation& o) { o.subject_id = "1"; });
  vary([](Observation& o) { o.measure = "views"; });
  vary([](Observation& o) { o.promotion = Promotion::paid; });
  vary([](Observation& o) { o.dimension = "age"; });
  vary([](Observation& o) { o.member = "18-24"; });
  vary([](Observation& o) { o.window = Window::seven_days; });
  vary([](Observation& o) { o.days.first = {9}; });
  vary([](Observation& o) { o.days.end = {12}; });
  store({base});
  for (const Observation& other : others) store({other});
  auto batch = must(store_->begin("default", {.source = "test", .tier = Tier::network_api, .network = "x"}));
  must(batch->add(base));
  must(batch->commit({}));
  EXPECT_EQ(integer("SELECT count(*) FROM latest"), static_cast<int64_t>(others.size()) + 2);
  Observation same = day_value("likes", 10, 2, 1);
  same.zone = "Asia/Bangkok";
  same.currency = "EUR";
  same.definition = 2;
  store({same});
  EXPECT_EQ(integer("SELECT count(*) FROM latest"), static_cast<int64_t>(others.size()) + 2)
      << "zone, currency and definition are no part of it";
  expect_sound();
}

TEST_F(LatestTest, ALifetimeHasOneValueWhateverItsDay) {
  store({lifetime_value("p", "likes", 10, 5, 100)});
  store({lifetime_value("p", "likes", 11, 9, 200)});
  EXPECT_EQ(integer("SELECT count(*) FROM latest"), 1);
  EXPECT_EQ(integer("SELECT value FROM latest"), 9);
  expect_sound();
}

TEST_F(LatestTest, PostsHaveOneLatestVersion) {
  auto put = [&](std::string_view text, int64_t seen) {
    auto batch = begin();
    must(batch->add(Post{.network = "x", .account = "brand", .id = "1", .text = text, .observed_at = {seen}}));
    return must(batch->commit({})).id;
  };
  put("first", 100);
  std::string second = put("second", 200);
  put("late news of the past", 150);
  EXPECT_THAT(texts("SELECT text FROM latest_posts"), ElementsAre("second"));
  must(store_->undo("default", second));
  EXPECT_THAT(texts("SELECT text FROM latest_posts"), ElementsAre("late news of the past"));
  EXPECT_EQ(integer("SELECT count(*) FROM posts"), 3);
  expect_sound();
}

TEST_F(LatestTest, UndoBringsTheOneBeforeBack) {
  store({day_value("likes", 10, 5, 100), day_value("likes", 11, 1, 100)});
  std::string wrong = store({day_value("likes", 10, 50, 200), day_value("likes", 12, 50, 200)}).id;
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 101);
  must(store_->undo("default", wrong));
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 6);
  EXPECT_EQ(integer("SELECT count(*) FROM observations"), 4) << "history stays";
  expect_sound();
  auto again = store_->undo("default", wrong);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  EXPECT_EQ(store_->undo("default", "nothing").error().kind, ErrorKind::not_found);
}

TEST_F(LatestTest, WhatWasUndoneMayReturnAsANewGeneration) {
  std::vector<Observation> facts = {day_value("likes", 10, 5, 100)};
  BatchReceipt first = store(facts);
  must(store_->undo("default", first.id));
  EXPECT_EQ(integer("SELECT count(*) FROM latest"), 0);
  BatchReceipt second = store(facts);
  EXPECT_FALSE(second.already_known);
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 5);
  EXPECT_EQ(integer("SELECT max(generation) FROM batches"), 2);
  EXPECT_TRUE(store(facts).already_known);
  expect_sound();
}

TEST_F(LatestTest, ReassignMovesTheFactsToTheOtherAccount) {
  store({day_value("likes", 10, 1, 50)});
  auto batch = begin();
  must(batch->add(day_value("likes", 10, 5, 100)));
  must(batch->add(lifetime_value("p", "likes", 10, 7, 100)));
  must(batch->add(Post{.network = "x",
                       .account = "brand",
                       .id = "p",
                       .published_day = Day{10},
                       .text = "hello",
                       .hashtags = {"a", "b"}}));
  std::string wrong = must(batch->commit({.range = DayRange{{1}, {31}}, .rows_read = 3})).id;
  BatchReceipt moved = must(store_->reassign("default", wrong, "right"));
  EXPECT_NE(moved.id, wrong);
  EXPECT_EQ(moved.observations, 2);
  EXPECT_EQ(moved.posts, 1);
  EXPECT_TRUE(must(store_->batch("default", wrong)).undone_at.has_value());
  Batch now = must(store_->batch("default", moved.id));
  EXPECT_THAT(now.accounts, ElementsAre("x/right"));
  EXPECT_EQ(now.end.range, (DayRange{{1}, {31}}));
  EXPECT_EQ(now.end.rows_read, 3);
  EXPECT_EQ(integer("SELECT sum(value) FROM latest WHERE account = 'right'"), 12);
  EXPECT_EQ(integer("SELECT sum(value) FROM latest WHERE account = 'brand'"), 1);
  EXPECT_THAT(texts("SELECT concat(account, text, CAST(hashtags AS VARCHAR)) FROM latest_posts"),
              ElementsAre("righthello[a, b]"));
  EXPECT_EQ(store_->reassign("default", wrong, "right").error().kind, ErrorKind::conflict) << "it is undone";
  EXPECT_EQ(store_->reassign("default", moved.id, "right").error().kind, ErrorKind::conflict) << "it is there";
  expect_sound();
}

TEST_F(LatestTest, ReassignedIsTheSameAsImportedSo) {
  Observation right = day_value("likes", 10, 5, 100);
  right.account = "right";
  std::string there = store({right}).id;
  std::string wrong = store({day_value("likes", 10, 5, 100)}).id;
  BatchReceipt moved = must(store_->reassign("default", wrong, "right"));
  EXPECT_TRUE(moved.already_known);
  EXPECT_EQ(moved.id, there);
  EXPECT_EQ(integer("SELECT count(*) FROM latest"), 1);
  EXPECT_TRUE(must(store_->batch("default", wrong)).undone_at.has_value());
  expect_sound();
}

TEST_F(LatestTest, ReassignDoesNotMergeAccounts) {
  Observation other = day_value("likes", 10, 5);
  other.account = "other";
  std::string id = store({day_value("likes", 10, 5), other}).id;
  EXPECT_EQ(store_->reassign("default", id, "third").error().kind, ErrorKind::unsupported);
  EXPECT_EQ(store_->reassign("default", id, "").error().kind, ErrorKind::invalid);
}

TEST_F(LatestTest, AsOfIsSeenByBatchesRecordedAndNotUndone) {
  auto as_of = [&](int64_t t) {
    return integer(
        fmt::format("SELECT sum(value) FROM (SELECT arg_max(value, {{'at': observed_at, 'batch': batch}}) AS value "
                    "FROM observations "
                    "WHERE batch IN (SELECT batch FROM batches WHERE recorded_at <= {0}) AND batch NOT IN (SELECT "
                    "batch FROM batch_undos "
                    "WHERE undone_at <= {0}) GROUP BY account, measure, start_day)",
                    t));
  };
  clock_->set({1000});
  store({day_value("likes", 10, 5, 100)});
  clock_->set({2000});
  std::string second = store({day_value("likes", 10, 7, 200), day_value("likes", 11, 1, 200)}).id;
  clock_->set({3000});
  must(store_->undo("default", second));
  clock_->set({4000});
  store({day_value("likes", 10, 6, 150)});
  EXPECT_EQ(as_of(999), -1);
  EXPECT_EQ(as_of(1000), 5);
  EXPECT_EQ(as_of(2500), 8);
  EXPECT_EQ(as_of(3000), 5);
  EXPECT_EQ(as_of(4000), 6);
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 6);
}

TEST_F(LatestTest, CheckSeesWhatIsWrong) {
  store({day_value("likes", 10, 5, 100), day_value("likes", 11, 5, 100)});
  std::string undone = store({day_value("likes", 10, 6, 200)}).id;
  store({day_value("likes", 10, 7, 300)});
  must(store_->undo("default", undone));
  expect_sound();
  struct Damage {
    const char* sql;
    const char* sentence;
  };
  for (const Damage& damage :
       {Damage{"DELETE FROM current_facts WHERE value = 7", "is lacking"},
        Damage{"INSERT INTO current_facts SELECT * FROM current_facts WHERE value = 7", "not the only one"},
        Damage{"INSERT INTO current_facts SELECT * FROM outdated_facts WHERE value = 6", "undone"},
        Damage{"UPDATE outdated_facts SET observed_at = 900 WHERE value = 5", "is newer"},
        Damage{"DELETE FROM current_facts WHERE value = 5", "instead of"}}) {
    store_.reset();
    std::filesystem::copy(folder_ / "facts.duckdb", folder_ / "sound");
    {
      auto engine = must(Engine::open((folder_ / "facts.duckdb").string()));
      Lease lease = must(engine->connect());
      must(lease.run(damage.sql));
    }
    reopen();
    EXPECT_THAT(must(store_->check()), testing::Contains(HasSubstr(damage.sentence))) << damage.sql;
    store_.reset();
    std::filesystem::rename(folder_ / "sound", folder_ / "facts.duckdb");
    reopen();
    expect_sound();
  }
}

TEST_F(LatestTest, PartByPartALargeBatchFindsTheSamePlaces) {
  std::vector<Observation> days;
  for (int day = 0; day < 20; ++day) days.push_back(day_value("likes", day, day, 100));
  store(days);
  store_.reset();
  auto engine = must(Engine::open((folder_ / "facts.duckdb").string()));
  Lease lease = must(engine->connect());
  // Of the first ten days something newer, told twice at once and once before; of the rest something older.
  const std::string rows =
      "INSERT INTO current_facts SELECT series, thing, lifetime, subject_id, start_day, end_day, value + {}, {}, "
      "observed_estimated, 2 FROM current_facts WHERE batch = 1 AND start_day {} 10";
  struct Told {
    int more, at;
    const char* which;
  };
  for (auto [more, at, which] :
       {Told{1000, 150, "<"}, Told{2000, 200, "<"}, Told{3000, 200, "<"}, Told{500, 50, ">="}}) {
    must(lease.run(fmt::format(fmt::runtime(rows), more, at, which)));
  }
  auto sum = [&](const char* table) {
    return must(lease.integer(fmt::format("SELECT sum(value) FROM {}", table), -1));
  };
  EXPECT_EQ(must(place_batch(lease, versioned_observations, 2, Keys::repeated, 3)), 10);
  EXPECT_EQ(sum("current_facts"), 190 + 10 * 3000);
  EXPECT_EQ(sum("outdated_facts"), 190 + 45 + 10 * 1000 + 10 * 500);
  must(lease.run("INSERT INTO batch_undos VALUES ('default', 2, 300)"));
  must(displace_batch(lease, versioned_observations, 2, 3));
  EXPECT_EQ(sum("current_facts"), 190);
  EXPECT_EQ(must(lease.integer("SELECT count(*) FROM outdated_facts", 0)), 30);
}

// Questions want one measure of many days: it lies together, whatever order a file tells it in, and so do its numbers.
TEST_F(LatestTest, ABatchLiesMeasureByMeasure) {
  std::vector<Observation> rows;
  for (int day = 0; day < 3; ++day) {
    for (const char* measure : {"likes", "views", "comments"}) rows.push_back(day_value(measure, day, day, 100));
  }
  store(rows);
  EXPECT_EQ(integer("SELECT count(*) FROM (SELECT measure, start_day, lag(measure) OVER (ORDER BY f.rowid) AS before "
                    "FROM current_facts f JOIN series s USING (series)) WHERE measure = before"),
            6);
  store({day_value("saves", 1, 1, 100), day_value("clicks", 1, 1, 100)});
  EXPECT_EQ(integer("SELECT max(series) - min(series) FROM series WHERE measure IN ('clicks', 'saves')"), 1);
}

// What latest should be, the simplest way.
class Reference {
 public:
  struct Row {
    std::string key;
    int64_t observed_at;
    int64_t value;
  };

  void add(const std::string& id, std::vector<Row> rows) { batches_.push_back({id, std::move(rows), false}); }
  void undo(const std::string& id) {
    for (Stored& b : batches_) b.undone |= b.id == id;
  }
  std::vector<std::string> standing() const {
    std::vector<std::string> ids;
    for (const Stored& b : batches_) {
      if (!b.undone) ids.push_back(b.id);
    }
    return ids;
  }
  std::map<std::string, int64_t> latest() const {
    std::map<std::string, Row> best;
    for (const Stored& b : batches_) {
      if (b.undone) continue;
      for (const Row& row : b.rows) {
        auto [at, is_new] = best.try_emplace(row.key, row);
        if (!is_new && row.observed_at >= at->second.observed_at) at->second = row;
      }
    }
    std::map<std::string, int64_t> values;
    for (const auto& [key, row] : best) values[key] = row.value;
    return values;
  }

 private:
  struct Stored {
    std::string id;
    std::vector<Row> rows;
    bool undone;
  };
  std::vector<Stored> batches_;
};

struct Fact {
  int account, measure, day;
  bool lifetime;
  int64_t observed_at, value;

  std::string account_name() const { return "account" + std::to_string(account); }
  std::string measure_name() const { return "measure" + std::to_string(measure); }
  Reference::Row row() const {
    return {fmt::format("{} {} {}", account_name(), measure_name(), lifetime ? "lifetime" : std::to_string(day)),
            observed_at, value};
  }
};

class RandomLatestTest : public LatestTest, public testing::WithParamInterface<unsigned> {
 protected:
  std::vector<Fact> random_facts() {
    std::vector<Fact> facts(1 + random_() % 40);
    for (Fact& f : facts) {
      f = {static_cast<int>(random_() % 2),     static_cast<int>(random_() % 3),
           static_cast<int>(random_() % 8),     random_() % 4 == 0,
           static_cast<int64_t>(random_() % 5), static_cast<int64_t>(random_() % 1000)};
    }
    return facts;
  }

  BatchReceipt put(const std::vector<Fact>& facts) {
    auto batch = begin();
    for (const Fact& f : facts) {
      std::string account = f.account_name();
      std::string measure = f.measure_name();
      Observation o = day_value(measure, f.day, f.value, f.observed_at);
      o.account = account;
      if (f.lifetime) o.window = Window::lifetime;
      must(batch->add(o));
    }
    return must(batch->commit({}));
  }

  std::map<std::string, int64_t> latest() {
    std::map<std::string, int64_t> found;
    must(store_->select(
        "SELECT concat_ws(' ', account, measure, CASE WHEN window_kind = 'lifetime' THEN 'lifetime' ELSE "
        "CAST(start_day AS VARCHAR) END), value FROM latest",
        [&](const Chunk& chunk) {
          for (size_t row = 0; row < chunk.rows(); ++row) {
            EXPECT_TRUE(found.emplace(chunk.text(0, row), chunk.integer(1, row)).second);
          }
          return true;
        }));
    return found;
  }

  std::mt19937 random_{GetParam()};
};

TEST_P(RandomLatestTest, EqualsTheReferenceWhateverHappens) {
  Reference reference;
  std::vector<std::vector<Fact>> told;
  for (int step = 0; step < 22; ++step) {
    auto standing = reference.standing();
    unsigned what = random_() % 10;
    if (what < 3 && !standing.empty()) {
      const std::string& id = standing[random_() % standing.size()];
      must(store_->undo("default", id));
      reference.undo(id);
    } else {
      std::vector<Fact> facts = what < 6 && !told.empty() ? told[random_() % told.size()] : random_facts();
      BatchReceipt receipt = put(facts);
      std::vector<Reference::Row> rows;
      for (const Fact& f : facts) rows.push_back(f.row());
      if (!receipt.already_known) reference.add(receipt.id, rows);
      told.push_back(facts);
    }
    ASSERT_EQ(latest(), reference.latest()) << "after step " << step;
  }
  expect_sound();
  reopen();
  EXPECT_EQ(latest(), reference.latest());
}

TEST_P(RandomLatestTest, IsTheSameHoweverTheFactsAreSplit) {
  std::vector<Fact> facts;
  // Each fact seen at a moment of its own, so that the order of telling cannot matter.
  for (int i = 0; i < 5; ++i) {
    for (Fact f : random_facts()) {
      f.observed_at = static_cast<int64_t>(facts.size());
      facts.push_back(f);
    }
  }
  put(facts);
  auto whole = latest();
  for (const Batch& b : must(store_->batches("default", 100, ""))) must(store_->undo("default", b.id));
  EXPECT_THAT(latest(), IsEmpty());
  std::shuffle(facts.begin(), facts.end(), random_);
  for (size_t from = 0; from < facts.size();) {
    size_t end = std::min(facts.size(), from + 1 + random_() % 30);
    put({facts.begin() + static_cast<long>(from), facts.begin() + static_cast<long>(end)});
    from = end;
  }
  EXPECT_EQ(latest(), whole);
  expect_sound();
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomLatestTest, testing::Range(1U, 5U));

}  // namespace
}  // namespace sociometer::facts
