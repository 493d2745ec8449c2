#include "collect/csv.h"

#include <gmock/gmock.h>

#include "collect/bytes.h"

namespace sociometer::collect::csv {
namespace {

using ::testing::ElementsAre;

struct ReadRow {
  int64_t line;
  std::vector<std::string> cells;
  Damage damage;
};

// Hands the text out in small pieces, so that every boundary falls inside something once.
class Pieces : public ByteStream {
 public:
  Pieces(std::string text, size_t piece) : text_(std::move(text)), piece_(piece) {}
  Result<size_t> read(char* buffer, size_t capacity) override {
    size_t count = std::min({capacity, piece_, text_.size() - at_});
    text_.copy(buffer, count, at_);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  size_t piece_, at_ = 0;
};

std::vector<ReadRow> read_all(const std::string& text, char delimiter = ',', size_t piece = 1 << 20,
                              Limits limits = {}) {
  Pieces stream(text, piece);
  Reader reader(stream, {delimiter}, limits);
  std::vector<ReadRow> rows;
  Row row;
  while (true) {
    auto more = reader.next(row);
    EXPECT_TRUE(more.ok());
    if (!more || !*more) return rows;
    rows.push_back({row.line, {row.cells.begin(), row.cells.end()}, row.damage});
  }
}

TEST(Csv, ReadsRowsWithEveryLineEnd) {
  for (std::string end : {"\n", "\r\n", "\r"}) {
    auto rows = read_all("a,b" + end + "1,2" + end + end + "3,4");
    ASSERT_EQ(rows.size(), 4u);
    EXPECT_THAT(rows[1].cells, ElementsAre("1", "2"));
    EXPECT_THAT(rows[2].cells, ElementsAre(""));
    EXPECT_THAT(rows[3].cells, ElementsAre("3", "4"));
    EXPECT_EQ(rows[3].line, 4);
  }
}

TEST(Csv, QuotedFieldsHoldDelimitersLinesAndDoubledMarks) {
  auto rows = read_all("x,\"a,\"\"b\"\"\nsecond line\",y\nnext,,\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0].cells, ElementsAre("x", "a,\"b\"\nsecond line", "y"));
  EXPECT_EQ(rows[1].line, 3);
  EXPECT_THAT(rows[1].cells, ElementsAre("next", "", ""));
}

TEST(Csv, GivesTheSameRowsHoweverTheTextArrives) {
  std::string text = "sep=;\r\n\"a\"\"\r\nb\";2;\r\n\r\n;;\r\"open \"\" x\";é;\"\"\n\"last\"";
  auto whole = read_all(text, ';');
  for (size_t piece = 1; piece < text.size(); ++piece) {
    auto rows = read_all(text, ';', piece);
    ASSERT_EQ(rows.size(), whole.size()) << piece;
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i].cells, whole[i].cells) << piece;
      EXPECT_EQ(rows[i].line, whole[i].line) << piece;
    }
  }
  EXPECT_EQ(whole[0].line, 2);
}

TEST(Csv, StrayQuotesNeverEatFurtherLines) {
  auto rows = read_all("\"He said \"hello\" to me\",5\n5\" screen,\"a\" b\nlast,row\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].cells, ElementsAre("He said hello\" to me\"", "5"));
  EXPECT_THAT(rows[1].cells, ElementsAre("5\" screen", "a b"));
  EXPECT_THAT(rows[2].cells, ElementsAre("last", "row"));
}

TEST(Csv, TextThatEndsInsideQuotesIsDamaged) {
  auto rows = read_all("a,b\n1,\"cut he");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].damage, Damage::unclosed_quote);
  EXPECT_EQ(rows[1].line, 2);
  EXPECT_EQ(rows[0].damage, Damage::none);
}

TEST(Csv, GoesOnAfterALostQuotationMark) {
  std::string text = "a,b\n\"lost,1\n";
  for (int i = 0; i < 100; ++i) text += "row,2\n";
  auto rows = read_all(text, ',', 64, {.field = 100, .row = 1000, .columns = 10});
  ASSERT_EQ(rows.size(), 102u);
  EXPECT_EQ(rows[1].damage, Damage::field_too_long);
  EXPECT_EQ(rows[1].cells[0], "\"lost,1");
  EXPECT_EQ(rows[2].damage, Damage::none);
  EXPECT_EQ(rows[2].line, 3);
  EXPECT_EQ(rows.back().line, 102);
}

// However long, it is one row, and the line behind it the next.
TEST(Csv, ALineBeyondEveryLimitIsOneDamagedRow) {
  for (std::string end : {"\n", "\r\n", "\r"}) {
    for (size_t piece : {7u, 64u, 1u << 20}) {
      std::string huge(2'000'000, 'x');
      auto rows = read_all("a,b" + end + huge + ",1" + end + "\"" + huge + "\",1" + end + "c,2" + end, ',', piece,
                           {.field = 100, .row = 1000, .columns = 10});
      ASSERT_EQ(rows.size(), 4u);
      EXPECT_EQ(rows[1].damage, Damage::field_too_long);
      EXPECT_EQ(rows[2].damage, Damage::field_too_long);
      EXPECT_EQ(rows[2].line, 3);
      EXPECT_THAT(rows[3].cells, ElementsAre("c", "2"));
      EXPECT_EQ(rows[3].line, 4);
    }
  }
}

TEST(Csv, LimitsRowsAndColumns) {
  auto rows = read_all("1,2,3,4\nok\n", ',', 5, {.field = 100, .row = 1000, .columns = 3});
  EXPECT_EQ(rows[0].damage, Damage::too_many_columns);
  EXPECT_THAT(rows[1].cells, ElementsAre("ok"));
}

TEST(Csv, NulBytesDamageTheirRowAlone) {
  auto rows = read_all(std::string("a\0b,1\nc,2\n", 10));
  EXPECT_EQ(rows[0].damage, Damage::nul_byte);
  EXPECT_EQ(rows[1].damage, Damage::none);
}

TEST(Csv, FindsTheDelimiter) {
  EXPECT_EQ(detect_dialect("a,b,c\n1,\"x;y;z\",3\n").delimiter, ',');
  EXPECT_EQ(detect_dialect("a;b\n1,5;2\n2,5;3\n").delimiter, ';');
  EXPECT_EQ(detect_dialect("Facebook reach\t\nDate\tPrimary\n2023-07-08\t1\n").delimiter, '\t');
  EXPECT_EQ(detect_dialect("sep=;\nonly\n").delimiter, ';');
  EXPECT_EQ(detect_dialect("sep=\t\t\t\nonly\n").delimiter, '\t');
  EXPECT_EQ(sep_line_delimiter("sep=;note;more\n"), '\0');
  EXPECT_EQ(sep_line_delimiter("sep=\n,"), '\0');
  EXPECT_EQ(detect_dialect("one\ntwo\n").delimiter, ',');
  EXPECT_EQ(detect_dialect("").delimiter, ',');
}

TEST(Csv, KnowsBlankRows) {
  std::string_view cells[] = {" ", "\xC2\xA0", ""};
  EXPECT_TRUE((Row{1, cells, Damage::none}.blank()));
  EXPECT_TRUE((Row{1, {}, Damage::none}.blank()));
}

}  // namespace
}  // namespace sociometer::collect::csv
