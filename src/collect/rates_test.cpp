// Exchange rates from tables.
#include <gmock/gmock.h>

#include "collect/importing.h"

namespace sociometer::collect {
namespace {

using ::testing::HasSubstr;

class RatesFiles : public ::testing::Test {
 protected:
  Result<FileReport> add(const std::string& text) {
    auto input = open_paths({here.write("rates.csv", text)}, nullptr);
    EXPECT_TRUE(input);
    Input::Next next = (*input)->next();
    EXPECT_TRUE(next.file);
    return here.importer().add_rates("default", std::move(*next.file));
  }

  // "20455 EUR USD 1.25" of what is stored, oldest first.
  std::string stored() {
    std::string text;
    auto done = here.store().select(
        "SELECT happened_at // 86400000000, from_currency, to_currency, rate FROM latest_rates WHERE NOT deleted"
        " ORDER BY happened_at, from_currency, to_currency",
        [&](const facts::Chunk& chunk) {
          for (size_t row = 0; row < chunk.rows(); ++row) {
            text += fmt::format("{} {} {} {}\n", format_day({static_cast<int32_t>(chunk.integer(0, row))}),
                                chunk.text(1, row), chunk.text(2, row), chunk.integer(3, row));
          }
          return true;
        });
    EXPECT_TRUE(done);
    return text;
  }

  Importing here;
};

TEST_F(RatesFiles, OneRateARow) {
  auto file = add("from;to;date;rate;source\neur;USD;2026-01-02;1,1725;bank\nUSD;EUR;2026-01-05;0.5;bank\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->rows_accepted, 2);
  EXPECT_EQ(file->observations, 2);
  EXPECT_EQ(format_day(*file->last_day), "2026-01-05");
  EXPECT_EQ(stored(), "2026-01-02 EUR USD 1172500000\n2026-01-05 USD EUR 500000000\n");
}

TEST_F(RatesFiles, OneCurrencyAColumn) {
  auto file =
      add("Date,USD,JPY,BGN,\n2026-01-05,1.1725,183.6,N/A,\n2026-01-02,1.17,,1.9558,\n2026-01-01,N/A,N/A,N/A,\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->rows_accepted, 2);
  EXPECT_EQ(file->rows_ignored, 1);
  EXPECT_EQ(stored(),
            "2026-01-02 EUR BGN 1955800000\n2026-01-02 EUR USD 1170000000\n"
            "2026-01-05 EUR JPY 183600000000\n2026-01-05 EUR USD 1172500000\n");
}

TEST_F(RatesFiles, SayWhatIsWrong) {
  auto file =
      add("date,from,to,rate\n2026-01-02,EUR,USD,1.1\n02.01.2026,EUR,USD,1.1\n2026-01-02,Euro,USD,1.1\n"
          "2026-01-02,EUR,USD,0\n\n2026-01-02,EUR,EUR,1\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->rows_read, 6);
  EXPECT_EQ(file->rows_accepted, 1);
  EXPECT_EQ(file->rows_ignored, 1);
  ASSERT_EQ(file->rejects.size(), 4U);
  EXPECT_EQ(file->rejects[0].column, "date");
  EXPECT_EQ(file->rejects[1].column, "from");
  EXPECT_EQ(file->rejects[2].column, "rate");
  EXPECT_EQ(file->rejects[3].column, "to");
  EXPECT_EQ(ImportReport{{*file}}.exit_status(), 3);
}

TEST_F(RatesFiles, AreRefusedWhole) {
  auto other = add("colour,size\nred,5\n");
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("no table of rates"));
  EXPECT_FALSE(add(""));
  auto empty = add("date,from,to,rate\nyesterday,EUR,USD,1\n");
  ASSERT_TRUE(empty);
  ASSERT_TRUE(empty->error);
  EXPECT_EQ(here.count("batches"), 0);
}

TEST_F(RatesFiles, OfTwoTheLaterCounts) {
  ASSERT_TRUE(add("date,from,to,rate\n2026-01-02,EUR,USD,1.1\n"));
  auto again = add("date,from,to,rate\n2026-01-02,EUR,USD,1.1\n");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_known);
  auto corrected = add("date,from,to,rate\n2026-01-02,EUR,USD,1.2\n");
  ASSERT_TRUE(corrected);
  EXPECT_EQ(stored(), "2026-01-02 EUR USD 1200000000\n");
  ASSERT_TRUE(here.importer().undo("default", corrected->batch));
  EXPECT_EQ(stored(), "2026-01-02 EUR USD 1100000000\n");
}

}  // namespace
}  // namespace sociometer::collect
