#include "surfaces/progress_bar.h"

#include <gmock/gmock.h>

#include "surfaces/cli/table.h"

namespace sociometer::surfaces {
namespace {

TEST(ProgressBarTest, SaysFilesBytesRateAndTimeLeft) {
  const collect::ImportProgress progress{
      .path = "brand.csv", .bytes_read = 25'000'000, .bytes_total = 100'000'000, .rows_read = 500'000, .files_done = 2};
  EXPECT_EQ(progress_line(progress, 5'000'000, 200),
            "██████░░░░░░░░░░░░░░░░░░  25 %  25.0 MB of 100.0 MB  100 k rows/s  15 s left  file 3  brand.csv");
}

TEST(ProgressBarTest, FitsTheTerminalAndKnowsNoTotal) {
  const collect::ImportProgress progress{.path = std::string(200, 'p'), .bytes_read = 10, .rows_read = 3};
  const std::string line = progress_line(progress, 2'000'000, 60);
  EXPECT_EQ(display_width(line), 59);
  EXPECT_THAT(line, testing::StartsWith("10 B  2 rows/s  file 1  ppp"));
}

}  // namespace
}  // namespace sociometer::surfaces
