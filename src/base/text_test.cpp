#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/id.h"
#include "base/json.h"
#include "base/readable.h"

namespace sociometer {
namespace {

TEST(Text, TrimsHardBlanksToo) {
  EXPECT_EQ(trimmed(" \t a b\xC2\xA0\r\n"), "a b");
  EXPECT_EQ(trimmed("   "), "");
}

TEST(Text, EndsLinesInOneWay) {
  EXPECT_EQ(with_line_feeds("a\r\n\r\nb\rc\nd\r"), "a\n\nb\nc\nd\n");
  EXPECT_EQ(with_line_feeds(""), "");
}

TEST(Text, KnowsUtf8) {
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("Größe 👍"));
  EXPECT_FALSE(
      is_utf8("Gr\xF6\xDF"
              "e"));
  EXPECT_FALSE(is_utf8("\xC0\x80"));          // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // half a surrogate pair
  EXPECT_FALSE(is_utf8("cut \xF0\x9F\x91"));  // ends inside a character
}

TEST(Text, ShowsWhatIsNoText) {
  EXPECT_EQ(readable("Größe"), "Größe");
  EXPECT_EQ(readable("a\xFF"
                     "b"),
            "a\uFFFDb");
  EXPECT_TRUE(is_utf8(readable("cut \xF0\x9F\x91")));
}

TEST(Text, FindsTheNearestWord) {
  EXPECT_EQ(nearest("impresions", {"impressions", "reach"}), "impressions");
  EXPECT_EQ(nearest("zzzzzz", {"impressions", "reach"}), "");
}

TEST(Json, PrintsNumbersForPeople) {
  EXPECT_EQ(json_text(Json(0.0341)), "0.0341");
  EXPECT_EQ(json_text(Json(1.0)), "1");
  EXPECT_EQ(json_text(Json(1857985)), "1857985");
  EXPECT_EQ(json_text(Json(std::numeric_limits<double>::quiet_NaN())), "null");
}

TEST(Json, RefusesWhatIsNotOneDocument) {
  EXPECT_TRUE(parse_json("{\"a\": [1, 2.5, null]}").ok());
  EXPECT_FALSE(parse_json("{\"a\": 1, \"a\": 2}").ok());
  EXPECT_FALSE(parse_json("{} x").ok());
  EXPECT_FALSE(parse_json("{\"a\":").ok());
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')).ok());
}

TEST(Id, SortsByTime) {
  std::string earlier = make_id(*parse_instant("2026-01-01T00:00:00Z"));
  std::string later = make_id(*parse_instant("2026-01-01T00:00:01Z"));
  EXPECT_EQ(earlier.size(), 26u);
  EXPECT_LT(earlier, later);
}

TEST(Id, HashesLikeEveryoneElse) {
  Sha256 hash;
  hash.add("ab");
  hash.add("c");
  EXPECT_EQ(hash.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace sociometer
