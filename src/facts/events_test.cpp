// Events: stored in batches, counted once, undone, moved, checked.
#include "facts/event_columns.h"
#include "facts/store_fixture.h"

namespace sociometer::facts {
namespace {

using testing::ElementsAre;

WebEvent view(std::string_view visitor, std::string_view page = "/", Instant at = noon) {
  return {.happened_at = at,
          .visitor = visitor,
          .session = "s1",
          .session_at = noon,
          .kind = "page_view",
          .page = page,
          .verdict = "human"};
}

Order sale(std::string_view id, int64_t value, int64_t seen) {
  return {.happened_at = noon, .order_id = id, .kind = "sale", .customer = "c", .value = value, .observed_at = {seen}};
}

Mention mention(std::string_view id, std::string_view account, int64_t seen = 0) {
  return {.happened_at = noon,
          .id = id,
          .kind = "tagged",
          .queries = {"tea", "coffee"},
          .network = "x",
          .account = account,
          .observed_at = {seen}};
}

class EventsTest : public StoreTest {
 protected:
  template <typename Event>
  BatchReceipt keep(const std::vector<Event>& events, const BatchEnd& end = {}) {
    auto batch = begin();
    for (const Event& event : events) must(batch->add(event));
    return must(batch->commit(end));
  }
};

TEST_F(EventsTest, ListsItsColumnsAsTheTablesDo) {
  auto expect_columns = [&](auto event) {
    std::vector<std::string> columns = {"workspace"};
    each_column(event, [&](const char* name, auto&) { columns.emplace_back(name); });
    columns.emplace_back("batch");
    for (std::string half : {"latest_", "outdated_", ""}) {
      std::string table = half + std::string(table_name(table_of(event)));
      EXPECT_EQ(texts("SELECT column_name FROM information_schema.columns WHERE table_name = '" + table +
                      "' ORDER BY ordinal_position"),
                columns)
          << table;
    }
  };
  expect_columns(WebEvent{});
  expect_columns(Order{});
  expect_columns(ConversationEvent{});
  expect_columns(SurveyAnswer{});
  expect_columns(Mention{});
}

TEST_F(EventsTest, AppearWithTheirBatch) {
  auto batch = begin();
  must(batch->add(view("a")));
  must(batch->add(view("a")));  // no key: twice is twice
  EXPECT_EQ(integer("SELECT count(*) FROM latest_web_events"), 0);
  BatchReceipt receipt = must(batch->commit({}));
  EXPECT_EQ(receipt.events, 2);
  EXPECT_EQ(integer("SELECT count(*) FROM latest_web_events WHERE workspace = 'default' AND visitor = 'a'"), 2);
  EXPECT_EQ(must(store_->batch("default", receipt.id)).events, 2);
  expect_sound();
  {
    auto dropped = begin();
    must(dropped->add(view("b")));
  }
  EXPECT_EQ(integer("SELECT count(*) FROM web_events"), 2);
}

TEST_F(EventsTest, AreKnownByTheirContent) {
  BatchReceipt first = keep<WebEvent>({view("a"), view("b")});
  BatchReceipt again = keep<WebEvent>({view("a"), view("b")});
  EXPECT_TRUE(again.already_known);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.events, 2);
  WebEvent other = view("b");
  other.value = 0;  // nothing and zero are two things
  EXPECT_FALSE(keep<WebEvent>({view("a"), other}).already_known);
}

TEST_F(EventsTest, GoWhenUndoneAndComeBackAnew) {
  BatchReceipt first = keep<WebEvent>({view("a")});
  keep<WebEvent>({view("b")});
  must(store_->undo("default", first.id));
  EXPECT_THAT(texts("SELECT visitor FROM latest_web_events"), ElementsAre("b"));
  EXPECT_EQ(integer("SELECT count(*) FROM web_events"), 2);
  expect_sound();
  EXPECT_FALSE(keep<WebEvent>({view("a")}).already_known);
  EXPECT_EQ(integer("SELECT count(*) FROM latest_web_events"), 2);
  expect_sound();
}

TEST_F(EventsTest, CountOnceWhereTwoExportsOverlap) {
  keep<Order>({sale("1", 10, 100), sale("2", 20, 100)});
  BatchReceipt newer = keep<Order>({sale("2", 25, 200), sale("3", 30, 200)});
  keep<Order>({sale("3", 29, 150)});  // older though it came later
  EXPECT_EQ(integer("SELECT CAST(sum(value) AS BIGINT) FROM latest_orders"), 10 + 25 + 30);
  EXPECT_EQ(integer("SELECT count(*) FROM orders"), 5);
  expect_sound();
  must(store_->undo("default", newer.id));
  EXPECT_EQ(integer("SELECT CAST(sum(value) AS BIGINT) FROM latest_orders"), 10 + 20 + 29);
  expect_sound();
}

TEST_F(EventsTest, KeepsOneOfAKeyWithinABatch) {
  EXPECT_EQ(keep<Order>({sale("1", 10, 100), sale("1", 11, 100), sale("1", 12, 50)}).events, 2);
  EXPECT_EQ(integer("SELECT CAST(sum(value) AS BIGINT) FROM latest_orders"), 11);
  // A refund of the order and its lines are other things.
  Order refund = sale("1", 4, 100), line = sale("1", 3, 100);
  refund.kind = "refund";
  line.line = "a";
  keep<Order>({refund, line});
  EXPECT_EQ(integer("SELECT count(*) FROM latest_orders"), 3);
  expect_sound();
}

TEST_F(EventsTest, CoverTheRangeDeclared) {
  BatchEnd end;
  end.range = DayRange{{19'990}, {20'010}};
  end.events = {EventTable::orders};
  keep<WebEvent>({view("a")}, end);
  EXPECT_THAT(texts("SELECT concat_ws(' ', subject, network, account, first_day, end_day) FROM coverage ORDER BY ALL"),
              ElementsAre("orders   19990 20010", "web   19990 20010"));
  // Without a range: the days of the events.
  keep<Mention>({mention("1", "brand")});
  EXPECT_THAT(texts("SELECT concat_ws(' ', subject, network, account, first_day, end_day) FROM coverage "
                    "WHERE subject = 'mentions'"),
              ElementsAre("mentions x brand 20000 20001"));
}

TEST_F(EventsTest, MoveToAnotherAccount) {
  BatchReceipt batch = keep<Mention>({mention("1", "brend"), mention("2", "brend")});
  EXPECT_THAT(must(store_->batch("default", batch.id)).accounts, ElementsAre("x/brend"));
  must(store_->reassign("default", batch.id, "brand"));
  EXPECT_THAT(texts("SELECT DISTINCT account FROM latest_mentions"), ElementsAre("brand"));
  EXPECT_THAT(texts("SELECT array_to_string(queries, ' ') FROM latest_mentions"),
              ElementsAre("tea coffee", "tea coffee"));
  expect_sound();
}

TEST_F(EventsTest, AreRefusedWithoutWhatTheyNeed) {
  auto batch = begin();
  EXPECT_EQ(batch->add(WebEvent{.happened_at = noon}).error().field, "kind");
  EXPECT_EQ(batch->add(WebEvent{.kind = "page_view"}).error().field, "happened_at");
  EXPECT_EQ(batch->add(WebEvent{.happened_at = noon, .session = "s", .kind = "page_view"}).error().field, "session_at");
  EXPECT_EQ(batch->add(view("\xff")).error().field, "visitor");
  EXPECT_EQ(batch->add(Order{.happened_at = noon, .order_id = "1", .kind = "gift"}).error().field, "kind");
  EXPECT_EQ(batch->add(Mention{.happened_at = noon}).error().field, "id");
  must(batch->add(view("a")));  // the batch lives on
  EXPECT_EQ(must(batch->commit({})).events, 1);
}

TEST_F(EventsTest, KeepWhatIsUnknownApartFromZero) {
  SurveyAnswer answer{.happened_at = noon, .id = "1", .survey = "s", .kind = "delivered", .type = "nps"};
  keep<SurveyAnswer>({answer});
  ConversationEvent event{
      .happened_at = noon, .id = "1", .conversation = "c", .kind = "reply", .by_bot = true, .handled = 0};
  keep<ConversationEvent>({event});
  EXPECT_EQ(integer("SELECT count(*) FROM latest_survey_answers WHERE score IS NULL"), 1);
  EXPECT_EQ(integer("SELECT count(*) FROM latest_conversation_events WHERE by_bot AND handled = 0"), 1);
  EXPECT_EQ(integer("SELECT count(*) FROM latest_mentions WHERE author_follows IS NULL"), 0);
}

}  // namespace
}  // namespace sociometer::facts
