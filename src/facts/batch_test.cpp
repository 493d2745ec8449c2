#include <thread>

#include "facts/store_fixture.h"

namespace sociometer::facts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BatchTest : public StoreTest {};

TEST_F(BatchTest, IsSeenWholeAfterCommitAndNotBefore) {
  auto batch = begin();
  must(batch->add(day_value("likes", 10, 5)));
  EXPECT_EQ(integer("SELECT count(*) FROM observations"), 0);
  BatchReceipt receipt = must(batch->commit({}));
  EXPECT_EQ(receipt.observations, 1);
  EXPECT_FALSE(receipt.already_known);
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 5);
  EXPECT_EQ(integer("SELECT sum(value) FROM observations"), 5);
  expect_sound();
}

TEST_F(BatchTest, LeavesNothingBehindWithoutCommit) {
  {
    auto batch = begin();
    for (int i = 0; i < 5000; ++i) must(batch->add(day_value("likes", i, i)));
  }
  EXPECT_EQ(integer("SELECT count(*) FROM observations"), 0);
  EXPECT_THAT(must(store_->batches("default", 10, "")), IsEmpty());
  EXPECT_EQ(store({day_value("likes", 1, 1)}).observations, 1) << "the next batch may begin";
}

TEST_F(BatchTest, KeepsEveryColumnOfAnObservation) {
  auto batch = must(store_->begin("default", {.source = "a_source", .tier = Tier::third_party, .network = "x"}));
  Observation o{.network = "instagram",
                .account = "a handle of more than twelve bytes",
                .subject = Subject::ad,
                .subject_id = "it's",
                .measure = "reach",
                .promotion = Promotion::paid,
                .dimension = "age",
                .member = "18–24",
                .window = Window::twenty_eight_days,
                .days = {{-3}, {25}},
                .zone = "Europe/Berlin",
                .value = -7,
                .currency = "EUR",
                .definition = 3,
                .observed_at = {77},
                .observed_estimated = true};
  must(batch->add(o));
  must(batch->commit({}));
  EXPECT_THAT(
      texts("SELECT concat_ws('|', workspace, network, account, subject, subject_id, measure, promotion, dimension, "
            "member, window_kind, start_day, end_day, zone, value, currency, definition, source, tier, observed_at, "
            "observed_estimated, batch) FROM observations"),
      ElementsAre("default|instagram|a handle of more than twelve bytes|ad|it's|reach|paid|age|18–24|28d|-3|25|"
                  "Europe/Berlin|-7|EUR|3|a_source|2|77|true|1"));
}

TEST_F(BatchTest, KeepsEveryColumnOfAPost) {
  auto batch = begin();
  Post full{.network = "x",
            .account = "brand",
            .id = "1",
            .published_at = Instant{5},
            .published_day = Day{6},
            .zone = "UTC",
            .kind = "reel",
            .text = "Ein langer Text mit Ümläuten und 'quotes'",
            .hashtags = {"spring", "sale"},
            .mentions = {"someone with a long name"},
            .link = "https://example.org",
            .language = "de",
            .promotion = Promotion::organic,
            .campaign = "c",
            .tags = {"t"},
            .deleted = true,
            .observed_at = {9},
            .observed_estimated = true};
  must(batch->add(full));
  must(batch->add(Post{.network = "x", .account = "brand", .id = "2"}));
  EXPECT_EQ(must(batch->commit({})).posts, 2);
  EXPECT_THAT(
      texts("SELECT concat_ws('|', network, account, post, published_at, published_day, zone, kind, text, hashtags, "
            "mentions, link, language, promotion, campaign, tags, deleted, observed_at, observed_estimated) FROM "
            "latest_posts ORDER BY post"),
      ElementsAre(
          "x|brand|1|5|6|UTC|reel|Ein langer Text mit Ümläuten und 'quotes'|[spring, sale]|[someone with a long "
          "name]|https://example.org|de|organic|c|[t]|true|9|true",
          "x|brand|2||||[]|[]|||all||[]|false|0|false"));
  EXPECT_EQ(integer("SELECT count(*) FROM posts WHERE published_at IS NULL AND published_day IS NULL"), 1);
}

TEST_F(BatchTest, TheSameAgainIsAlreadyKnown) {
  BatchReceipt first = store({day_value("likes", 10, 5), day_value("likes", 11, 6)});
  BatchReceipt again = store({day_value("likes", 10, 5), day_value("likes", 11, 6)});
  EXPECT_TRUE(again.already_known);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.observations, 2);
  EXPECT_EQ(integer("SELECT count(*) FROM observations"), 2);
}

TEST_F(BatchTest, WhatWasSaidOfItMakesItAnother) {
  auto with = [&](BatchStart start, BatchEnd end) {
    auto batch = must(store_->begin("default", start));
    must(batch->add(day_value("likes", 10, 5)));
    return must(batch->commit(end)).already_known;
  };
  BatchStart start{.source = "s", .network = "x", .zone = "UTC"};
  EXPECT_FALSE(with(start, {}));
  EXPECT_TRUE(with(start, {}));
  auto changed = [&](auto change) {
    BatchStart other = start;
    change(other);
    return with(other, {});
  };
  EXPECT_FALSE(changed([](BatchStart& s) { s.source = "t"; }));
  EXPECT_FALSE(changed([](BatchStart& s) { s.tier = Tier::network_api; }));
  EXPECT_FALSE(changed([](BatchStart& s) { s.zone = "Asia/Bangkok"; }));
  EXPECT_FALSE(changed([](BatchStart& s) { s.currency = "EUR"; }));
  EXPECT_FALSE(changed([](BatchStart& s) { s.said = "locale=de"; }));
  EXPECT_FALSE(with(start, {.range = DayRange{{1}, {30}}}));
  EXPECT_TRUE(changed([](BatchStart& s) { s.path = "elsewhere.csv"; })) << "where it lay does not matter";
}

TEST_F(BatchTest, NeighbouringTextsDoNotRunIntoEachOther) {
  Observation a = day_value("likes", 10, 5);
  a.dimension = "ab";
  a.member = "c";
  Observation b = day_value("likes", 10, 5);
  b.dimension = "a";
  b.member = "bc";
  EXPECT_FALSE(store({a}).already_known);
  EXPECT_FALSE(store({b}).already_known);
}

TEST_F(BatchTest, AnEmptyOneIsKnownByItsRange) {
  auto empty = [&](DayRange range) { return must(begin()->commit({.range = range})); };
  EXPECT_FALSE(empty({{1}, {2}}).already_known);
  EXPECT_FALSE(empty({{2}, {3}}).already_known);
  EXPECT_TRUE(empty({{1}, {2}}).already_known);
}

TEST_F(BatchTest, WhatItSaysTwiceIsSettledWhenItIsStored) {
  BatchReceipt receipt =
      store({day_value("likes", 10, 5, 100), day_value("likes", 10, 6, 100), day_value("likes", 10, 4, 90),
             lifetime_value("p", "likes", 3, 1, 50), lifetime_value("p", "likes", 4, 2, 60)});
  EXPECT_EQ(receipt.observations, 4) << "of two values at one moment the later row stays";
  EXPECT_EQ(integer("SELECT value FROM latest WHERE window_kind = 'day'"), 6);
  EXPECT_EQ(integer("SELECT value FROM latest WHERE window_kind = 'lifetime'"), 2);
  EXPECT_EQ(integer("SELECT count(*) FROM latest"), 2);
  EXPECT_EQ(integer("SELECT count(*) FROM observations"), 4);
  expect_sound();
}

TEST_F(BatchTest, RefusesFactsThatAreNone) {
  auto batch = begin();
  Observation empty_window = day_value("likes", 10, 1);
  empty_window.days.end = empty_window.days.first;
  EXPECT_EQ(batch->add(empty_window).error().kind, ErrorKind::invalid);
  EXPECT_EQ(batch->add(day_value("", 10, 1)).error().kind, ErrorKind::invalid);
  EXPECT_EQ(batch->add(day_value("l\xff", 10, 1)).error().kind, ErrorKind::invalid);
  EXPECT_EQ(batch->add(Post{.network = "x", .account = "brand"}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(batch->add(Post{.network = "x", .account = "brand", .id = "1", .text = "\xc3"}).error().kind,
            ErrorKind::invalid);
  must(batch->add(day_value("likes", 10, 1)));
  EXPECT_EQ(must(batch->commit({})).observations, 1) << "the batch goes on without them";
  EXPECT_EQ(store_->begin("", {}).error().kind, ErrorKind::invalid);
}

TEST_F(BatchTest, IsListedWithAllThatWasSaid) {
  BatchStart start{.source = "fmt",
                   .tier = Tier::network_api,
                   .network = "x",
                   .path = "a'b.csv",
                   .original = "abc",
                   .zone = "Europe/Berlin",
                   .currency = "EUR",
                   .said = "--locale de"};
  auto batch = must(store_->begin("default", start));
  must(batch->add(day_value("likes", 10, 5)));
  Observation other = day_value("likes", 10, 5);
  other.account = "another";
  must(batch->add(other));
  BatchEnd end{.observed_at = {5},
               .observed_estimated = true,
               .range = DayRange{{1}, {31}},
               .rows_read = 10,
               .rows_accepted = 7,
               .rows_rejected = 2,
               .rows_ignored = 1,
               .warnings = {"Beware: \"quotes\" and 'quotes'"},
               .rejects = {{3, "likes", "n/a\xff", "not a number"}}};
  std::string id = must(batch->commit(end)).id;
  Batch read = must(store_->batch("default", id));
  EXPECT_EQ(read.workspace, "default");
  EXPECT_EQ(read.start.source, "fmt");
  EXPECT_EQ(read.start.tier, Tier::network_api);
  EXPECT_EQ(read.start.path, "a'b.csv");
  EXPECT_EQ(read.start.original, "abc");
  EXPECT_EQ(read.start.zone, "Europe/Berlin");
  EXPECT_EQ(read.start.currency, "EUR");
  EXPECT_EQ(read.start.said, "--locale de");
  EXPECT_EQ(read.end.observed_at, Instant{5});
  EXPECT_TRUE(read.end.observed_estimated);
  EXPECT_EQ(read.end.range, (DayRange{{1}, {31}}));
  EXPECT_EQ(read.end.rows_read, 10);
  EXPECT_EQ(read.end.rows_accepted, 7);
  EXPECT_EQ(read.end.rows_rejected, 2);
  EXPECT_EQ(read.end.rows_ignored, 1);
  EXPECT_THAT(read.end.warnings, ElementsAre("Beware: \"quotes\" and 'quotes'"));
  ASSERT_EQ(read.end.rejects.size(), 1U);
  EXPECT_EQ(read.end.rejects[0].line, 3);
  EXPECT_EQ(read.end.rejects[0].reason, "not a number");
  EXPECT_THAT(read.end.rejects[0].text, HasSubstr("n/a"));
  EXPECT_THAT(read.accounts, ElementsAre("x/another", "x/brand"));
  EXPECT_EQ(read.observations, 2);
  EXPECT_FALSE(read.undone_at.has_value());
}

TEST_F(BatchTest, ListsNewestFirstAndPages) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(store({day_value("likes", i, i)}).id);
  auto listed = [&](size_t limit, std::string_view before) {
    std::vector<std::string> found;
    for (const Batch& b : must(store_->batches("default", limit, before))) found.push_back(b.id);
    return found;
  };
  EXPECT_THAT(listed(2, ""), ElementsAre(ids[4], ids[3]));
  EXPECT_THAT(listed(2, ids[3]), ElementsAre(ids[2], ids[1]));
  EXPECT_THAT(listed(9, ids[1]), ElementsAre(ids[0]));
  EXPECT_EQ(store_->batches("default", 2, "nonsense").error().kind, ErrorKind::not_found);
  EXPECT_EQ(store_->batch("default", "x' OR 'a'='a").error().kind, ErrorKind::not_found);
}

TEST_F(BatchTest, BelongsToItsWorkspace) {
  std::string id = store({day_value("likes", 10, 5)}, "one").id;
  EXPECT_FALSE(store({day_value("likes", 10, 5)}, "two").already_known);
  EXPECT_EQ(integer("SELECT count(*) FROM latest WHERE workspace = 'one'"), 1);
  EXPECT_EQ(store_->batch("two", id).error().kind, ErrorKind::not_found);
  EXPECT_EQ(store_->undo("two", id).error().kind, ErrorKind::not_found);
  EXPECT_EQ(store_->reassign("two", id, "else").error().kind, ErrorKind::not_found);
  EXPECT_EQ(must(store_->batches("two", 10, "")).size(), 1U);
  EXPECT_THAT(must(store_->activity("three")), IsEmpty());
  must(store_->undo("one", id));
  EXPECT_EQ(integer("SELECT count(*) FROM latest WHERE workspace = 'two'"), 1);
  expect_sound();
}

TEST_F(BatchTest, IsNeverRecordedBeforeTheOneBeforeIt) {
  clock_->set({1000});
  std::string first = store({day_value("likes", 1, 1)}).id;
  clock_->set({500});
  std::string second = store({day_value("likes", 2, 1)}).id;
  EXPECT_EQ(must(store_->batch("default", first)).recorded_at, Instant{1000});
  EXPECT_EQ(must(store_->batch("default", second)).recorded_at, Instant{1000});
  must(store_->undo("default", first));
  EXPECT_EQ(must(store_->batch("default", first)).undone_at, Instant{1000});
  clock_->set({2000});
  must(store_->undo("default", second));
  EXPECT_EQ(must(store_->batch("default", second)).undone_at, Instant{2000});
}

TEST_F(BatchTest, CoverageIsTheDeclaredRangeElseTheDaysOfTheFacts) {
  auto coverage = [&] {
    return texts(
        "SELECT concat_ws(' ', network, account, subject, first_day, end_day, batch) FROM coverage ORDER BY ALL");
  };
  auto batch = begin();
  must(batch->add(day_value("likes", 10, 5)));
  must(batch->add(day_value("likes", 15, 5)));
  must(batch->add(Post{.network = "x", .account = "brand", .id = "1", .published_day = Day{3}}));
  must(batch->add(Post{.network = "x", .account = "dayless", .id = "1"}));
  must(batch->commit({}));
  EXPECT_THAT(coverage(), ElementsAre("x brand account 10 16 1", "x brand post 3 4 1"));
  batch = begin();
  must(batch->add(day_value("likes", 20, 5)));
  must(batch->add(Post{.network = "x", .account = "dayless", .id = "1"}));
  must(batch->commit({.range = DayRange{{0}, {31}}}));
  EXPECT_THAT(coverage(), ElementsAre("x brand account 0 31 2", "x brand account 10 16 1", "x brand post 3 4 1",
                                      "x dayless post 0 31 2"));
}

TEST_F(BatchTest, AgreementCountsSettledDaysThatAreThere) {
  store({day_value("likes", 10, 5), day_value("likes", 11, 6), day_value("likes", 12, 7), day_value("views", 10, 1)});
  std::vector<Observation> days = {day_value("likes", 10, 5), day_value("likes", 11, 99), day_value("likes", 12, 99),
                                   day_value("likes", 13, 1), day_value("clicks", 10, 1)};
  Agreement found = must(store_->agreement("default", "x", "brand", days, Day{12}));
  EXPECT_EQ(found.overlapping, 2);
  EXPECT_EQ(found.disagreeing, 1);
  EXPECT_EQ(must(store_->agreement("default", "x", "other", days, Day{99})).overlapping, 0);
  EXPECT_EQ(must(store_->agreement("other", "x", "brand", days, Day{99})).overlapping, 0);
}

TEST_F(BatchTest, ActivityTellsWhatIsKnownOfEachAccount) {
  auto batch = begin();
  must(batch->add(day_value("likes", 10, 5)));
  must(batch->add(day_value("likes", 12, 5)));
  must(batch->add(Post{.network = "x", .account = "brand", .id = "1", .published_day = Day{3}}));
  must(batch->add(Post{.network = "x", .account = "brand", .id = "2", .published_day = Day{4}, .deleted = true}));
  must(batch->add(Post{.network = "instagram", .account = "brand", .id = "1"}));
  must(batch->commit({}));
  auto accounts = must(store_->activity("default"));
  ASSERT_EQ(accounts.size(), 2U);
  EXPECT_EQ(accounts[0].network, "instagram");
  EXPECT_EQ(accounts[0].posts, 1);
  EXPECT_FALSE(accounts[0].first_day.has_value());
  EXPECT_EQ(accounts[1].posts, 1) << "a deleted post is no post";
  EXPECT_EQ(accounts[1].observations, 2);
  EXPECT_EQ(accounts[1].first_day, Day{3});
  EXPECT_EQ(accounts[1].last_day, Day{12});
}

TEST_F(BatchTest, TwoWritersQueue) {
  auto first = begin();
  must(first->add(day_value("likes", 1, 1)));
  std::atomic<bool> second_began = false;
  std::thread other([&] {
    auto second = begin();
    second_began = true;
    must(second->add(day_value("likes", 2, 2)));
    must(second->commit({}));
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(second_began);
  must(first->commit({}));
  other.join();
  EXPECT_TRUE(second_began);
  EXPECT_EQ(integer("SELECT sum(value) FROM latest"), 3);
}

TEST_F(BatchTest, ManyWritersAndReadersGetAlong) {
  std::atomic<bool> done = false;
  std::atomic<int> odd_sums = 0;
  std::thread reader([&] {
    while (!done) {
      // Every batch brings two equal values, so a sum that is odd has seen half a batch.
      if (integer("SELECT coalesce(sum(value), 0) FROM latest WHERE measure = 'likes'") % 2 != 0) ++odd_sums;
    }
  });
  std::vector<std::thread> writers;
  for (int w = 0; w < 3; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < 8; ++i) {
        store({day_value("likes", 1000 * w + 2 * i, 2 * i + 1), day_value("likes", 1000 * w + 2 * i + 1, 2 * i + 1)});
      }
    });
  }
  for (auto& writer : writers) writer.join();
  done = true;
  reader.join();
  EXPECT_EQ(odd_sums, 0);
  EXPECT_EQ(integer("SELECT count(*) FROM latest"), 48);
  expect_sound();
}

}  // namespace
}  // namespace sociometer::facts
