#include "surfaces/cli/table.h"

#include <gmock/gmock.h>

namespace sociometer::surfaces {
namespace {

TEST(TableTest, AlignsAndLeavesOutEmptyColumns) {
  Table table;
  table.column("name");
  table.column("nothing");
  table.column("value", Table::Align::right);
  table.row({"views", "", "1,200"});
  table.row({"กาแฟ", "", "7"});
  EXPECT_EQ(table.text({}),
            "name   value\n"
            "views  1,200\n"
            "กาแฟ       7\n");
}

TEST(TableTest, CutsOnlyWhatMayBeCut) {
  Table table;
  table.column("key");
  table.column("text", Table::Align::left, Table::Fit::flexible);
  table.row({"engagement_rate", "a long text about what it is and means"});
  EXPECT_EQ(table.text({.width = 32}),
            "key              text\n"
            "engagement_rate  a long text ab…\n");
}

TEST(TableTest, CellsCannotMoveTheCursor) {
  Table table;
  table.column("text");
  table.row({"one\n\x1b[2Jtwo\r\nthree"});
  EXPECT_EQ(table.text({}), "text\none [2Jtwo three\n");
}

TEST(TableTest, WidthIsInColumnsNotBytes) {
  EXPECT_EQ(display_width("–"), 1);
  EXPECT_EQ(display_width("日本"), 4);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(cut_to("日本語", 5), "日本…");
  EXPECT_EQ(cut_to("short", 5), "short");
}

TEST(CsvTest, QuotesAndDisarms) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
  EXPECT_EQ(csv_field("=cmd()"), "'=cmd()");
  EXPECT_EQ(csv_field("-1.5e-7"), "-1.5e-7");
  EXPECT_EQ(csv_field("@brand"), "'@brand");
}

}  // namespace
}  // namespace sociometer::surfaces
