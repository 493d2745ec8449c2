// Erasure: names and texts go from every version, from the kept files and from the disk; numbers stay.
#include <fstream>
#include <sstream>

#include "facts/store_fixture.h"

namespace sociometer::facts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr const char* ada = "ada-of-ten-thousand-letters";
constexpr const char* said = "what ada wrote to us on a rainy tuesday";

ConversationEvent message(std::string_view id, std::string_view author, Instant at = noon, int64_t seen = 0) {
  return {.happened_at = at,
          .id = id,
          .conversation = "c1",
          .kind = "inbound",
          .author = author,
          .text = said,
          .observed_at = {seen}};
}

class EraseTest : public StoreTest {
 protected:
  // The hash of the kept file.
  std::string fill(std::string_view workspace = "default") {
    auto original = must(store_->keep_original(workspace));
    must(original->add(std::string("id,author\n1,") + ada + "\n"));
    std::string hash = must(original->finish());
    auto batch = must(store_->begin(
        workspace, {.source = "test", .network = "x", .path = "care.csv", .original = hash, .zone = "UTC"}));
    must(batch->add(message("m1", ada, noon, 1)));
    must(batch->add(message("m1", ada, noon, 2)));  // a second version, so the first is outdated
    must(batch->add(message("m2", "Ben", noon)));
    must(batch->add(message("m3", std::string("@") + ada, {noon.micros - 400 * day_micros})));
    must(batch->add(WebEvent{.happened_at = noon, .visitor = "cookie-77", .kind = "page_view", .customer = ada}));
    must(batch->add(WebEvent{.happened_at = noon, .visitor = "cookie-77", .kind = "page_view"}));
    must(batch->add(WebEvent{.happened_at = noon, .visitor = "cookie-78", .kind = "page_view"}));
    must(batch->add(SurveyAnswer{
        .happened_at = noon, .id = "s1", .kind = "answered", .type = "nps", .scale_high = 10, .respondent = "ben"}));
    BatchEnd end;
    end.rows_rejected = 1;
    end.rejects = {{3, "author", ada, "no"}};
    must(batch->commit(end));
    return hash;
  }

  std::vector<std::string> authors() {
    return texts("SELECT DISTINCT author FROM conversation_events ORDER BY author");
  }

  // Whether any file of the store holds these bytes.
  bool on_disk(const std::string& bytes) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      if (!entry.is_regular_file()) continue;
      std::ostringstream all;
      all << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      if (all.str().find(bytes) != std::string::npos) return true;
    }
    return false;
  }
};

TEST_F(EraseTest, TakesSomebodyOutOfEveryVersion) {
  std::string hash = fill();
  Erased erased = must(store_->erase("default", {.people = {"Ada-of-ten-thousand-LETTERS"}}, Store::Erasing::forever));
  EXPECT_THAT(erased.rows, UnorderedElementsAre(Pair(EventTable::web, 2), Pair(EventTable::conversations, 3)));
  EXPECT_EQ(erased.batches, 1);
  EXPECT_EQ(erased.originals, 1);
  std::vector<std::string> left = authors();
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0], "Ben");
  EXPECT_TRUE(left[1].starts_with("erased-")) << left[1];
  EXPECT_EQ(integer("SELECT count(*) FROM conversation_events WHERE text <> ''"), 1);
  // The visitor she was is somebody else from now on, and still one.
  EXPECT_EQ(integer("SELECT count(DISTINCT visitor) FROM web_events"), 2);
  EXPECT_EQ(integer("SELECT count(*) FROM web_events WHERE visitor = 'cookie-77' OR customer LIKE 'ada%'"), 0);
  EXPECT_EQ(integer("SELECT count(*) FROM web_events WHERE visitor = 'cookie-78'"), 1);
  EXPECT_FALSE(store_->original("default", hash).ok());
  Batch batch = must(store_->batches("default", 1, "")).front();
  EXPECT_EQ(batch.start.original, "");
  EXPECT_EQ(batch.end.rows_rejected, 1);
  EXPECT_THAT(batch.end.rejects, IsEmpty());
  expect_sound();
}

TEST_F(EraseTest, LeavesNothingOnTheDisk) {
  fill();
  reopen();  // so that all is in the file
  ASSERT_TRUE(on_disk(said) || on_disk("cookie-77"));
  must(store_->erase("default", {.people = {ada, "ben"}}, Store::Erasing::forever));
  for (const char* bytes : {ada, said, "cookie-77"}) EXPECT_FALSE(on_disk(bytes)) << bytes;
  reopen();
  for (const char* bytes : {ada, said, "cookie-77"}) EXPECT_FALSE(on_disk(bytes)) << bytes;
  expect_sound();
}

TEST_F(EraseTest, KeepsWhatIsCounted) {
  fill();
  auto counts = [&] {
    return std::vector<int64_t>{integer("SELECT count(*) FROM conversation_events"),
                                integer("SELECT count(*) FROM latest_conversation_events"),
                                integer("SELECT count(DISTINCT author) FROM latest_conversation_events"),
                                integer("SELECT count(DISTINCT visitor) FROM latest_web_events"),
                                integer("SELECT count(*) FROM latest_survey_answers WHERE respondent <> ''")};
  };
  std::vector<int64_t> before = counts();
  // With and without her sign she is one person afterwards.
  --before[2];
  must(store_->erase("default", {.before = Instant{noon.micros + 1}}, Store::Erasing::forever));
  EXPECT_EQ(counts(), before);
  EXPECT_EQ(integer("SELECT count(*) FROM conversation_events WHERE author NOT LIKE 'erased-%' OR text <> ''"), 0);
}

TEST_F(EraseTest, RehearsesWithoutATrace) {
  std::string hash = fill();
  Erased found = must(store_->erase("default", {.people = {ada}}, Store::Erasing::rehearse));
  EXPECT_EQ(found.rows.size(), 2u);
  EXPECT_EQ(integer("SELECT count(*) FROM conversation_events WHERE text <> ''"), 4);
  EXPECT_TRUE(store_->original("default", hash).ok());
}

TEST_F(EraseTest, IsDoneOnce) {
  fill();
  must(store_->erase("default", {.people = {ada}}, Store::Erasing::forever));
  std::vector<std::string> after = authors();
  EXPECT_THAT(must(store_->erase("default", {.people = {ada}}, Store::Erasing::forever)).rows, IsEmpty());
  must(store_->erase("default", {.before = Instant{noon.micros + day_micros}}, Store::Erasing::forever));
  EXPECT_THAT(
      must(store_->erase("default", {.before = Instant{noon.micros + day_micros}}, Store::Erasing::forever)).rows,
      IsEmpty());
  EXPECT_THAT(authors(), testing::Contains(after.back()));
}

TEST_F(EraseTest, KeepsToItsDayItsTablesAndItsWorkspace) {
  fill();
  fill("other");
  Erasure old{.before = Instant{noon.micros - 100 * day_micros}, .tables = {EventTable::conversations}};
  EXPECT_THAT(must(store_->erase("default", old, Store::Erasing::forever)).rows,
              ElementsAre(Pair(EventTable::conversations, 1)));
  EXPECT_EQ(integer("SELECT count(*) FROM conversation_events WHERE text = ''"), 1);
  must(store_->erase("default", {.people = {ada}, .tables = {EventTable::web}}, Store::Erasing::forever));
  EXPECT_EQ(integer("SELECT count(*) FROM conversation_events WHERE text = ''"), 1);
  EXPECT_EQ(integer("SELECT count(*) FROM web_events WHERE visitor = 'cookie-77' AND workspace = 'other'"), 2);
}

TEST_F(EraseTest, WantsToKnowWhom) {
  for (const Erasure& vague : {Erasure{}, Erasure{.people = {""}}, Erasure{.people = {" @ "}}}) {
    auto refused = store_->erase("default", vague, Store::Erasing::forever);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  }
  EXPECT_THAT(must(store_->erase("default", {.people = {"nobody's '; DROP"}}, Store::Erasing::forever)).rows,
              IsEmpty());
}

}  // namespace
}  // namespace sociometer::facts
