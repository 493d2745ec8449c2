#include "alerts/alert.h"

#include <gmock/gmock.h>

namespace sociometer::alerts {
namespace {

using testing::HasSubstr;

JsonObject fields(const char* text) {
  return parse_json(text)->get_object();
}

Result<Alert> read(const char* text) {
  return alert_from_fields(fields(text), *catalog::Catalog::built_in());
}

TEST(Alert, IsReadAndWrittenBack) {
  const char* texts[] = {
      R"({"name":"low","kind":"threshold","kpi":"impressions","filter":{"network":"instagram"},"side":"below",
          "bound":20000,"for":3,"channel":"ops","quiet":"22:00-07:00"})",
      R"({"name":"fall","kind":"change","kpi":"engagement_rate:by_reach","last":"4w","side":"below","bound":"20 %",
          "compare":"year","channel":"ops","recovery":false})",
      R"({"name":"odd","kind":"anomaly","kpi":"impressions","channel":"ops"})",
      R"({"name":"pace","kind":"goal","goal":"01J","channel":"ops"})",
      R"({"name":"quiet account","kind":"stale","days":3,"filter":{"network":["x","instagram"]},"channel":"ops"})",
      R"({"name":"meaning","kind":"definitions","channel":"ops"})"};
  for (const char* text : texts) {
    const Result<Alert> alert = read(text);
    ASSERT_TRUE(alert) << text << alert.error().message;
    const Result<Alert> stored = alert_from_stored(alert_fields(*alert));
    ASSERT_TRUE(stored) << text << stored.error().message;
    EXPECT_EQ(json_text(alert_fields(*stored)), json_text(alert_fields(*alert)));
    EXPECT_FALSE(words_of(*alert, *catalog::Catalog::built_in(), "EUR").empty());
  }
  EXPECT_DOUBLE_EQ(read(texts[1])->bound, 0.2);
  EXPECT_EQ(read(texts[4])->filter.at("network").size(), 2U);
}

TEST(Alert, SaysInWordsWhenItIsTold) {
  const auto words = [](const char* text) { return words_of(*read(text), *catalog::Catalog::built_in(), "EUR"); };
  EXPECT_EQ(words(R"({"name":"a","kind":"threshold","kpi":"impressions","filter":{"network":"instagram"},
                      "side":"below","bound":20000,"channel":"ops"})"),
            "Impressions on Instagram of 7 days below 20,000; over again from 21,000");
  EXPECT_EQ(
      words(R"({"name":"a","kind":"change","kpi":"engagement_rate","bound":0.2,"for":2,"channel":"ops"})"),
      "Engagement rate of 7 days changes by more than 20 % and more than noise against the days before, 2 days in a "
      "row; over again within 19 %");
}

TEST(Alert, BlamesTheFieldThatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({})", "name"},
      {R"({"name":"a/b","kind":"anomaly"})", "name"},
      {R"({"name":"a"})", "kind"},
      {R"({"name":"a","kind":"treshold"})", "kind"},
      {R"({"name":"a","kind":"anomaly","channel":"ops"})", "kpi"},
      {R"({"name":"a","kind":"anomaly","kpi":"impresions","channel":"ops"})", "kpi"},
      {R"({"name":"a","kind":"anomaly","kpi":"likes","bound":3,"channel":"ops"})", "bound"},
      {R"({"name":"a","kind":"threshold","kpi":"likes","bound":3,"channel":"ops"})", "side"},
      {R"({"name":"a","kind":"threshold","kpi":"likes","side":"above","channel":"ops"})", "bound"},
      {R"({"name":"a","kind":"threshold","kpi":"likes","side":"above","bound":"much","channel":"ops"})", "bound"},
      {R"({"name":"a","kind":"threshold","kpi":"likes","side":"above","bound":3,"clear":4,"channel":"ops"})", "clear"},
      {R"({"name":"a","kind":"threshold","kpi":"likes","side":"below","bound":3,"clear":2,"channel":"ops"})", "clear"},
      {R"({"name":"a","kind":"threshold","kpi":"likes","side":"below","bound":3,"for":0,"channel":"ops"})", "for"},
      {R"({"name":"a","kind":"threshold","kpi":"likes","side":"below","bound":3,"last":"month","channel":"o"})",
       "last"},
      {R"({"name":"a","kind":"change","kpi":"likes","bound":-0.2,"channel":"ops"})", "bound"},
      {R"({"name":"a","kind":"change","kpi":"likes","bound":0.2,"compare":"ever","channel":"ops"})", "compare"},
      {R"({"name":"a","kind":"goal","channel":"ops"})", "goal"},
      {R"({"name":"a","kind":"goal","goal":"1","bound":1.5,"channel":"ops"})", "bound"},
      {R"({"name":"a","kind":"stale","channel":"ops"})", "days"},
      {R"({"name":"a","kind":"stale","days":2,"filter":{"hashtag":"x"},"channel":"ops"})", "filter"},
      {R"({"name":"a","kind":"anomaly","kpi":"likes","filter":{"day":"x"},"channel":"ops"})", "filter"},
      {R"({"name":"a","kind":"definitions"})", "channel"},
      {R"({"name":"a","kind":"definitions","channel":"ops","quiet":"at night"})", "quiet"},
      {R"({"name":"a","kind":"definitions","channel":"ops","recovery":"no"})", "recovery"},
      {R"({"name":"a","kind":"definitions","channel":"ops","colour":"red"})", "colour"},
  };
  for (const auto& [text, field] : wrong) {
    const Result<Alert> alert = read(text);
    ASSERT_FALSE(alert) << text;
    EXPECT_EQ(alert.error().field, field) << text << alert.error().message;
    EXPECT_EQ(alert.error().kind, ErrorKind::invalid);
  }
}

TEST(Alert, IsOverATwentiethBeyondUnlessSaidOtherwise) {
  const auto clear = [](const char* text) { return clear_of(*read(text)); };
  EXPECT_DOUBLE_EQ(clear(R"({"name":"a","kind":"threshold","kpi":"likes","side":"below","bound":100,"channel":"o"})"),
                   105);
  EXPECT_DOUBLE_EQ(clear(R"({"name":"a","kind":"threshold","kpi":"likes","side":"above","bound":100,"channel":"o"})"),
                   95);
  EXPECT_DOUBLE_EQ(clear(R"({"name":"a","kind":"threshold","kpi":"nps","side":"below","bound":-20,"channel":"o"})"),
                   -19);
  EXPECT_DOUBLE_EQ(clear(R"({"name":"a","kind":"threshold","kpi":"likes","side":"above","bound":0,"channel":"o"})"), 0);
  EXPECT_DOUBLE_EQ(
      clear(R"({"name":"a","kind":"threshold","kpi":"likes","side":"above","bound":9,"clear":9,"channel":"o"})"), 9);
}

TEST(Amount, IsReadAsPeopleWriteIt) {
  EXPECT_DOUBLE_EQ(*parse_amount("20,000", "above"), 20000);
  EXPECT_DOUBLE_EQ(*parse_amount("2 %", "above"), 0.02);
  EXPECT_DOUBLE_EQ(*parse_amount("-0.5%", "above"), -0.005);
  EXPECT_DOUBLE_EQ(*parse_amount("+3", "above"), 3);
  for (const char* wrong : {"", "%", "a", "1e999", "nan", "3 apples"}) {
    EXPECT_EQ(parse_amount(wrong, "above").error().field, "above") << wrong;
  }
}

}  // namespace
}  // namespace sociometer::alerts
