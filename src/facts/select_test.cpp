#include <thread>

#include "facts/store_fixture.h"

namespace sociometer::facts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SelectTest : public StoreTest {
 protected:
  Error refused(const std::string& sql) {
    auto done = store_->select(sql, [](const Chunk&) { return true; });
    EXPECT_FALSE(done) << sql;
    return done ? Error{} : done.error();
  }
  template <typename Look>
  void look(const std::string& sql, Look look) {
    int chunks = 0;
    must(store_->select(sql, [&](const Chunk& chunk) {
      ++chunks;
      look(chunk);
      return true;
    }));
    EXPECT_EQ(chunks, 1);
  }
};

TEST_F(SelectTest, HandsOverEveryTypeOfInteger) {
  look(
      "SELECT true, 1::TINYINT, -2::SMALLINT, -3, 4::BIGINT, 5::UTINYINT, 6::USMALLINT, 7::UINTEGER, 8::UBIGINT, "
      "-9::HUGEINT, 9223372036854775807::HUGEINT",
      [](const Chunk& chunk) {
        std::vector<int64_t> found;
        for (size_t column = 0; column < 11; ++column) found.push_back(chunk.integer(column, 0));
        EXPECT_THAT(found, ElementsAre(1, 1, -2, -3, 4, 5, 6, 7, 8, -9, INT64_MAX));
      });
}

// What is stored, taken back or moved is in the next answer, however often the same was asked before.
TEST_F(SelectTest, KeepsAnswersUntilSomethingIsStored) {
  auto days = [&] {
    std::vector<int64_t> found;
    must(store_->select(
        "SELECT start_day, account FROM latest WHERE workspace = 'default' ORDER BY start_day",
        [&](const Chunk& chunk) {
          for (size_t row = 0; row < chunk.rows(); ++row) {
            found.push_back(chunk.integer(0, row));
            EXPECT_EQ(chunk.text(1, row), "an account of more than twelve letters");
          }
          return true;
        },
        Store::Rows::kept));
    return found;
  };
  Observation one;
  one.network = "x";
  one.account = "an account of more than twelve letters";
  one.measure = "likes";
  one.window = Window::day;
  one.zone = "UTC";
  EXPECT_THAT(days(), IsEmpty());
  EXPECT_THAT(days(), IsEmpty());
  one.days = {{100}, {101}};
  store({one});
  EXPECT_THAT(days(), ElementsAre(100));
  one.days = {{200}, {201}};
  auto receipt = store({one});
  EXPECT_THAT(days(), ElementsAre(100, 200));
  EXPECT_THAT(days(), ElementsAre(100, 200));
  must(store_->undo("default", receipt.id));
  EXPECT_THAT(days(), ElementsAre(100));
  reopen();
  EXPECT_THAT(days(), ElementsAre(100));
}

TEST_F(SelectTest, ManyAskedForToBeKeptAreAnsweredAllTheSame) {
  for (int time = 0; time < 3; ++time) {
    int64_t sum = 0;
    must(store_->select(
        "SELECT CAST(range AS BIGINT) AS number FROM range(300000)",
        [&](const Chunk& chunk) {
          for (int64_t number : chunk.integers(0)) sum += number;
          return true;
        },
        Store::Rows::kept));
    EXPECT_EQ(sum, int64_t{299'999} * 150'000);
  }
}

TEST_F(SelectTest, HandsOverTextsListsAndReals) {
  look(
      "SELECT 'short', 'a text of more than twelve bytes', 1.5::DOUBLE, ['a', 'another of more than twelve'], "
      "[]::VARCHAR[]",
      [](const Chunk& chunk) {
        EXPECT_EQ(chunk.text(0, 0), "short");
        EXPECT_EQ(chunk.text(1, 0), "a text of more than twelve bytes");
        EXPECT_EQ(chunk.real(2, 0), 1.5);
        EXPECT_THAT(chunk.list(3, 0), ElementsAre("a", "another of more than twelve"));
        EXPECT_THAT(chunk.list(4, 0), IsEmpty());
      });
}

TEST_F(SelectTest, AMissingCellIsNullAndReadsAsNothing) {
  look("SELECT * FROM (VALUES (1::BIGINT, 'a', 1.5::DOUBLE, ['x'], 3::HUGEINT), (NULL, NULL, NULL, NULL, NULL)) t",
       [](const Chunk& chunk) {
         ASSERT_EQ(chunk.rows(), 2U);
         for (size_t column = 0; column < 5; ++column) {
           EXPECT_FALSE(chunk.is_null(column, 0));
           EXPECT_TRUE(chunk.is_null(column, 1));
         }
         EXPECT_EQ(chunk.integer(0, 1), 0);
         EXPECT_EQ(chunk.text(1, 1), "");
         EXPECT_EQ(chunk.real(2, 1), 0);
         EXPECT_THAT(chunk.list(3, 1), IsEmpty());
         EXPECT_EQ(chunk.integer(4, 1), 0);
         EXPECT_THAT(chunk.integers(0), ElementsAre(1, 0));
         EXPECT_TRUE(chunk.integers(4).empty()) << "only of a BIGINT";
       });
}

TEST_F(SelectTest, StreamsManyRowsInOrder) {
  int64_t expected = 0;
  bool in_order = true;
  must(store_->select("SELECT i FROM range(300000) t(i) ORDER BY i", [&](const Chunk& chunk) {
    for (int64_t i : chunk.integers(0)) in_order &= i == expected++;
    return true;
  }));
  EXPECT_TRUE(in_order);
  EXPECT_EQ(expected, 300000);
}

TEST_F(SelectTest, StopsWhenToldTo) {
  int chunks = 0;
  must(store_->select("SELECT i FROM range(1000000000) t(i)", [&](const Chunk&) { return ++chunks < 3; }));
  EXPECT_EQ(chunks, 3);
  EXPECT_EQ(integer("SELECT 1"), 1);
  must(store_->select("SELECT i FROM range(1000000000) t(i)", [&](const Chunk&) { return ++chunks < 100; }));
  EXPECT_EQ(chunks, 100) << "also once they are fetched ahead";
  EXPECT_EQ(integer("SELECT 1"), 1);
}

TEST_F(SelectTest, AnErrorLateInALongAnswerIsTold) {
  int64_t rows = 0;
  auto done = store_->select("SELECT CASE WHEN i < 250000 THEN i ELSE error('late') END AS i FROM range(300000) t(i)",
                             [&](const Chunk& chunk) {
                               rows += static_cast<int64_t>(chunk.rows());
                               return true;
                             });
  // Never the end of the answer. Its words are the engine's: of two of its threads, the one that was stopped because
  // the other failed may be heard first.
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::internal);
  EXPECT_LE(rows, 250000);
}

TEST_F(SelectTest, RefusesWithASentence) {
  EXPECT_EQ(refused("SELECT nothing FROM nowhere").kind, ErrorKind::internal);
  EXPECT_EQ(refused("SELEKT").kind, ErrorKind::internal);
  EXPECT_EQ(refused("SELECT 170141183460469231731687303715884105727::HUGEINT").kind, ErrorKind::internal);
  EXPECT_EQ(refused("SELECT 18446744073709551615::UBIGINT").kind, ErrorKind::internal);
  EXPECT_THAT(refused("SELECT DATE '2026-01-01' AS day").message, HasSubstr("day"));
  EXPECT_THAT(refused("SELECT [1, 2]").message, HasSubstr("type"));
  EXPECT_EQ(refused("SELECT error('in the middle') FROM range(10)").kind, ErrorKind::internal);
}

TEST_F(SelectTest, ChangesNothing) {
  store({day_value("likes", 1, 1)});
  for (const char* sql : {"DELETE FROM current_facts", "DROP TABLE current_facts", "SET memory_limit = '1MB'",
                          "CREATE TABLE t (a INTEGER)", "SELECT 1; DELETE FROM current_facts"}) {
    EXPECT_EQ(refused(sql).kind, ErrorKind::internal) << sql;
  }
  EXPECT_EQ(integer("SELECT count(*) FROM latest"), 1);
}

TEST_F(SelectTest, ReadsNoFilesAndReachesNoNetwork) {
  EXPECT_EQ(refused("SELECT count(*) FROM read_csv('/etc/passwd')").kind, ErrorKind::internal);
  EXPECT_EQ(refused("SELECT * FROM 'https://example.org/a.parquet'").kind, ErrorKind::internal);
}

TEST_F(SelectTest, MayBeAskedWhileAnotherAnswerIsRead) {
  store({day_value("likes", 1, 7)});
  int64_t inner = 0;
  must(store_->select("SELECT 1", [&](const Chunk&) {
    inner = integer("SELECT sum(value) FROM latest");
    return true;
  }));
  EXPECT_EQ(inner, 7);
}

TEST_F(SelectTest, SeesTheOldStateDuringALongBatch) {
  store({day_value("likes", 1, 7, 100)});
  auto batch = begin();
  for (int i = 0; i < 300000; ++i) must(batch->add(day_value("likes", i, 1, 200)));
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 7);
  must(batch->commit({}));
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 300000);
  expect_sound();
}

}  // namespace
}  // namespace sociometer::facts
